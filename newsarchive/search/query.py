"""The query language: from what the user typed to a syntax tree. docs/query-language.md describes it with examples."""

from __future__ import annotations

import calendar
import difflib
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken

from newsarchive.errors import QueryError
from newsarchive.search.analysis import Pattern
from newsarchive.search.syntax_tree import And, Everything, Field, Not, Or, Published, Query, Words

QUERY_LENGTH = 2000
"""Characters a query may have."""
TERM_COUNT = 200
"""Terms a query may ask for; ``foo-bar`` is two, and of Chinese every pair of characters is one."""
DEPTH = 30
"""How deep AND, OR and NOT may be nested in each other."""
PREFIX_LENGTH = 2
"""Letters a word with a star has at least, because a shorter one would stand for half of all words."""

# Operators are upper case and stand alone; a minus is one only in front of something. The rest are words, and whatever
# is no letter or digit in a word parts it, as in the text of an article.
_GRAMMAR = r"""
    start: either?
    either: every (_OR every)*
    every: _single (_AND? _single)*
    _single: negation | _LEFT either _RIGHT | word | phrase | field_word | field_phrase
    negation: (_NOT | _MINUS) _single
    word: WORD
    phrase: PHRASE
    field_word: FIELD_WORD
    field_phrase: FIELD PHRASE

    _LEFT: "("
    _RIGHT: ")"
    _AND.2: /AND(?![^\s()"“])/
    _OR.2: /OR(?![^\s()"“])/
    _NOT.2: /NOT(?![^\s()"“])/
    _MINUS.2: /(?<![^\s(])-(?=[^\s)-])/
    PHRASE: /"[^"]*"|“[^”]*”/
    FIELD.1: /[^\W\d_]\w*:(?=["“])/
    FIELD_WORD.1: /[^\W\d_]\w*:[^\s()"“]+/
    WORD: /[^\s()"“]+/
    %ignore /\s+/
"""

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_FIELDS = {field.value: field for field in Field}
_FIELD_NAMES = (*_FIELDS, "since", "until")


def parse_query(text: str) -> Query:
    """Read a query. White space alone asks for everything.

    >>> parse_query('site:example -peace*')  # doctest: +NORMALIZE_WHITESPACE
    And(operands=(Words(text='example', field=<Field.SITE: 'site'>, is_prefix=False),
                  Not(operand=Words(text='peace', field=None, is_prefix=True))))

    Raises QueryError, whose position is that of the first character that makes no sense.
    """
    if len(text) > QUERY_LENGTH:
        raise QueryError(
            f"the query has {len(text):,} characters; {QUERY_LENGTH:,} are allowed", query=text, position=QUERY_LENGTH
        )
    try:
        tree: object = _parser().parse(text)
    except _BadQueryError as error:
        raise QueryError(error.message, query=text, position=error.position) from None
    except UnexpectedToken as error:
        message, position = _explanation(error, text)
        raise QueryError(message, query=text, position=position) from None
    except UnexpectedCharacters as error:
        # Only a quote can stand where no token starts: WORD takes all other characters.
        raise QueryError("this quote is not closed", query=text, position=error.pos_in_stream or 0) from None
    assert isinstance(tree, Query)  # what _Builder.start gives; the types of lark do not know
    return tree


class _BadQueryError(Exception):
    """What the grammar allows and the language does not."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the query that was read."""

    position: int
    query: Query | None
    """None if it holds nothing to search for, as ``&``."""
    term_count: int = 0
    depth: int = 0


class _Builder(Transformer[Token, Query]):
    """Makes the syntax tree while lark parses, from the leaves up, so that nothing nests too deep for Python.

    One method for each rule of the grammar, given what the rule holds.
    """

    def start(self, parts: list[_Part]) -> Query:
        if not parts:
            return Everything()
        return _searchable(parts[0])

    def either(self, parts: list[_Part]) -> _Part:
        if len(parts) > 1:
            for part in parts:
                _searchable(part)
        return _joined(Or, parts)

    def every(self, parts: list[_Part]) -> _Part:
        # "Marks & Spencer" asks for two words.
        return _joined(And, [part for part in parts if part.query is not None] or parts[:1])

    def negation(self, parts: list[_Part]) -> _Part:
        (part,) = parts
        match part.query:
            case None:
                return part
            case Not(operand):
                return replace(part, query=operand)
            case query:
                return _limited(replace(part, query=Not(query), depth=part.depth + 1))

    def word(self, tokens: list[Token]) -> _Part:
        (token,) = tokens
        if token.endswith(":") and token[:-1].lower() in _FIELD_NAMES:
            raise _BadQueryError(f'{token} needs a word or a "quoted value" right after the colon', _start(token))
        return _word(str(token), _start(token), None)

    def phrase(self, tokens: list[Token]) -> _Part:
        (token,) = tokens
        return _words(str(token[1:-1]), _start(token), None)

    def field_word(self, tokens: list[Token]) -> _Part:
        (token,) = tokens
        name, _, value = str(token).partition(":")
        position = _start(token) + len(name) + 1
        if name.lower() in _FIELDS:
            return _searchable_part(_word(value, position, _FIELDS[name.lower()]))
        return _date_bound(name, value, position)

    def field_phrase(self, tokens: list[Token]) -> _Part:
        name, value = str(tokens[0][:-1]), str(tokens[1][1:-1])
        if name.lower() in _FIELDS:
            return _searchable_part(_words(value, _start(tokens[1]), _FIELDS[name.lower()]))
        return _date_bound(name, value, _start(tokens[0]) + len(name) + 1)


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer="basic", transformer=_Builder())


def _start(token: Token) -> int:
    return token.start_pos or 0


def _searchable(part: _Part) -> Query:
    if part.query is None:
        raise _BadQueryError("there is no letter and no digit in this to search for", part.position)
    return part.query


def _searchable_part(part: _Part) -> _Part:
    _searchable(part)
    return part


def _joined(kind: type[And | Or], parts: list[_Part]) -> _Part:
    if len(parts) == 1:
        return parts[0]
    operands: list[Query] = []
    depth = 0
    for part in parts:
        query = _searchable(part)
        if isinstance(query, kind):  # (a b) c asks for the same as a b c
            operands.extend(query.operands)
            depth = max(depth, part.depth)
        else:
            operands.append(query)
            depth = max(depth, part.depth + 1)
    term_count = sum(part.term_count for part in parts)
    return _limited(_Part(parts[0].position, kind(tuple(operands)), term_count, depth))


def _limited(part: _Part) -> _Part:
    if part.depth > DEPTH:
        raise _BadQueryError(f"AND, OR and NOT are nested more than {DEPTH} deep", part.position)
    if part.term_count > TERM_COUNT:
        raise _BadQueryError(f"the query asks for {part.term_count} words; {TERM_COUNT} are allowed", part.position)
    return part


def _word(text: str, position: int, field: Field | None) -> _Part:
    """A word that is not quoted, perhaps with a star at its end."""
    stem = text.removesuffix("*")
    if "*" in stem:
        raise _BadQueryError("a * can only stand at the end of a word", position + stem.index("*"))
    if stem == text:
        return _words(text, position, field)
    pattern = Pattern.of(stem)
    # Of scripts that are indexed in pairs one character is a prefix already.
    if pattern is None or (len(pattern.terms[-1]) < PREFIX_LENGTH and not pattern.is_prefix):
        raise _BadQueryError(f"a * needs at least {PREFIX_LENGTH} letters in front of it", position + len(stem))
    return _words(stem, position, field, is_prefix=True)


def _words(text: str, position: int, field: Field | None, *, is_prefix: bool = False) -> _Part:
    pattern = Pattern.of(text)
    if pattern is None:
        return _Part(position, None)
    query = Words(text, field, is_prefix=is_prefix)
    return _limited(_Part(position, query, term_count=len(pattern.terms)))


def _date_bound(name: str, value: str, position: int) -> _Part:
    match name.lower():
        case "since":
            return _Part(position, Published(since=_period(value, position)[0]))
        case "until":
            return _Part(position, Published(until=_period(value, position)[1]))
    near = difflib.get_close_matches(name.lower(), _FIELD_NAMES, n=1)
    hint = f"did you mean {near[0]}:" if near else f"there are {', '.join(f'{known}:' for known in _FIELD_NAMES)}"
    raise _BadQueryError(
        f'no field is called {name}: ({hint}); put the word in "quotes" to search for it as it is',
        position - len(name) - 1,
    )


def _period(text: str, position: int) -> tuple[datetime, datetime | None]:
    """First moment of a year, month or day and the first after it; None after the last one a datetime can hold."""
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        year, month, day = (int(part) if part else None for part in match.groups())
        start = datetime(year or 0, month or 1, day or 1, tzinfo=UTC)
    except ValueError:
        raise _BadQueryError(
            f"{text!r} is no date; write a year, a month or a day, like 2023, 2023-05 or 2023-05-17", position
        ) from None
    last_month = month or 12
    last_day = day or calendar.monthrange(start.year, last_month)[1]
    try:
        return start, datetime(start.year, last_month, last_day, tzinfo=UTC) + timedelta(days=1)
    except OverflowError:  # the end of the year 9999
        return start, None


def _explanation(error: UnexpectedToken, text: str) -> tuple[str, int]:
    """What is wrong, and where, if lark met a token (or the end, ``$END``) that cannot stand there."""
    token = error.token
    at_end = token.type == "$END"
    position = len(text) if at_end else _start(token)
    open_parentheses: list[int] = []
    for earlier in _parser().lex(text[:position]):
        if earlier.type == "_LEFT":
            open_parentheses.append(_start(earlier))
        elif earlier.type == "_RIGHT":
            open_parentheses.pop()
    if at_end and open_parentheses:
        return "this parenthesis is not closed", open_parentheses[-1]
    if at_end:
        return "the query ends where a word should follow", position
    if token.type == "_RIGHT" and not open_parentheses:
        return "no parenthesis is open here", position
    return f"a word is missing in front of this {token}", position
