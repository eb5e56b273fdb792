"""The query language: from what the user typed to a syntax tree. docs/query-language.md describes it with examples."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from functools import cache

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken

from newsarchive.errors import QueryError
from newsarchive.search.language.periods import PeriodError, period, span
from newsarchive.search.language.syntax_tree import (
    And,
    Everything,
    Feature,
    Field,
    Has,
    InCluster,
    Not,
    Or,
    Published,
    Query,
    Stem,
    Undated,
    Words,
)
from newsarchive.search.terms.analysis import Pattern
from newsarchive.search.terms.near import NEAR_DISTANCE, NEAR_WORDS

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
    _single: negation | _LEFT either _RIGHT | word | phrase | exact_phrase | field_word | field_phrase
    negation: (_NOT | _MINUS) _single
    word: WORD
    phrase: PHRASE NEAR?
    exact_phrase: EXACT PHRASE NEAR?
    field_word: FIELD_WORD
    field_phrase: FIELD PHRASE NEAR?

    _LEFT: "("
    _RIGHT: ")"
    _AND.2: /AND(?![^\s()"“])/
    _OR.2: /OR(?![^\s()"“])/
    _NOT.2: /NOT(?![^\s()"“])/
    _MINUS.2: /(?<![^\s(])-(?=[^\s)-])/
    PHRASE: /"[^"]*"|“[^”]*”/
    EXACT.2: /=(?=["“])/
    NEAR.2: /(?<=["”])~[^\s()"“]*/
    FIELD.1: /[^\W\d_]\w*:(?=["“])/
    FIELD_WORD.1: /[^\W\d_]\w*:[^\s()"“]+/
    WORD: /[^\s()"“]+/
    %ignore /\s+/
"""

_FIELDS = {field.value: field for field in Field}
_KEY_FIELDS = (Field.SITE, Field.LANG)  # compared as a whole
_FEATURES = {"has": (Feature.RELATED, Feature.IMAGE), "is": (Feature.REVISED,)}
FIELD_NAMES = (*_FIELDS, *_FEATURES, "cluster", "stem", "since", "until", "published")
"""What can stand in front of a colon."""

_CLUSTER_ID = re.compile(r"[0-9]{1,18}")  # what the index's 64 bits hold
_DISTANCE = re.compile(r"~([0-9]{1,9})")
_NEAR_FORM = 'write a number right after the ~, like "free trade"~5'


def parse_query(text: str) -> Query:
    """Read a query. White space alone asks for everything.

    >>> parse_query('stem:peace -(has:image OR is:revised)')  # doctest: +NORMALIZE_WHITESPACE
    And(operands=(Stem(word='peace'),
                  Not(operand=Or(operands=(Has(feature=<Feature.IMAGE: 'image'>),
                                           Has(feature=<Feature.REVISED: 'revised'>))))))

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
        if token.endswith(":") and token[:-1].lower() in FIELD_NAMES:
            raise _BadQueryError(f'{token} needs a word or a "quoted value" right after the colon', _start(token))
        if token.startswith("="):
            return _exact(str(token[1:]), _start(token))
        return _word(str(token), _start(token), None)

    def phrase(self, tokens: list[Token]) -> _Part:
        phrase, *near = tokens
        return _phrase(phrase, near, None)

    def exact_phrase(self, tokens: list[Token]) -> _Part:
        sign, phrase, *near = tokens
        if near:
            raise _BadQueryError("a ~ cannot stand behind an =exact phrase", _start(near[0]))
        return _searchable_part(_words(str(phrase[1:-1]), _start(sign), None, is_exact=True))

    def field_word(self, tokens: list[Token]) -> _Part:
        (token,) = tokens
        name, _, value = str(token).partition(":")
        position = _start(token) + len(name) + 1
        if field := _FIELDS.get(name.lower()):
            if value.startswith("="):
                raise _BadQueryError("an =exact word stands without a field: it is looked for everywhere", position)
            return _searchable_part(_word(value, position, field))
        return _named(name, _start(token), value, position)

    def field_phrase(self, tokens: list[Token]) -> _Part:
        field_token, phrase, *near = tokens
        name = str(field_token[:-1])
        if field := _FIELDS.get(name.lower()):
            return _searchable_part(_phrase(phrase, near, field))
        if near:
            raise _BadQueryError(f"a ~ cannot stand behind {name.lower()}:", _start(near[0]))
        return _named(name, _start(field_token), str(phrase[1:-1]), _start(phrase) + 1)


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


def _words(text: str, position: int, field: Field | None, *, is_prefix: bool = False, is_exact: bool = False) -> _Part:
    pattern = Pattern.of(text)
    if pattern is None:
        return _Part(position, None)
    query = Words(text, field, is_prefix=is_prefix, is_exact=is_exact)
    return _limited(_Part(position, query, term_count=len(pattern.terms)))


def _exact(text: str, position: int) -> _Part:
    """A word behind an equals sign."""
    star = text.find("*")
    if star >= 0:
        raise _BadQueryError("a * cannot stand in an =exact word", position + 1 + star)
    return _words(text, position, None, is_exact=True)


def _phrase(phrase: Token, near: list[Token], field: Field | None) -> _Part:
    """A phrase, or, with a tilde behind it, words that stand near each other."""
    text, start = str(phrase[1:-1]), _start(phrase)
    if not near:
        return _words(text, start, field)
    position = _start(near[0])
    match = _DISTANCE.fullmatch(near[0])
    if match is None:
        raise _BadQueryError(_NEAR_FORM, position)
    if field in _KEY_FIELDS:
        raise _BadQueryError(f"a ~ cannot stand behind {field}:", position)
    distance = int(match[1])
    if distance > NEAR_DISTANCE:
        raise _BadQueryError(f"at most {NEAR_DISTANCE} other words can be between words near each other", position)
    if Pattern.of(text) is None:
        return _Part(start, None)
    pattern = Pattern.near(text, distance)
    if pattern is None:
        raise _BadQueryError("one character alone cannot be near others; write two of them", start)
    size = len(pattern.terms)
    if size < 2:
        raise _BadQueryError("a ~ needs two different words in the quotes", position)
    if size > NEAR_WORDS:
        raise _BadQueryError(f"at most {NEAR_WORDS} different words can be near each other", position)
    # Of every two the index looks for both orders.
    return _limited(_Part(start, Words(text, field, distance=distance), term_count=size * (size - 1)))


def _named(name: str, start: int, value: str, position: int) -> _Part:
    """What stands behind a name and a colon where that is no text of an article, and where both begin."""
    try:
        match name.lower():
            case "since":
                return _Part(position, Published(since=period(value)[0]))
            case "until":
                return _Part(position, Published(until=period(value)[1]))
            case "published" if value.lower() == "unknown":
                return _Part(position, Undated())
            case "published":
                return _Part(position, Published(*span(value)))
            case "cluster":
                return _Part(position, _cluster(value, position))
            case "stem":
                return _Part(position, _stem(value, position), term_count=1)
            case "has" | "is":
                return _Part(position, _feature(name.lower(), value, position))
    except PeriodError as error:
        raise _BadQueryError(error.message, position + error.offset) from None
    near = difflib.get_close_matches(name.lower(), FIELD_NAMES, n=1)
    hint = f"did you mean {near[0]}:" if near else f"there are {', '.join(f'{known}:' for known in FIELD_NAMES)}"
    raise _BadQueryError(
        f'no field is called {name}: ({hint}); put the word in "quotes" to search for it as it is',
        start,
    )


def _cluster(value: str, position: int) -> InCluster:
    if _CLUSTER_ID.fullmatch(value) is None:
        raise _BadQueryError("cluster: needs the number of a cluster, like cluster:17", position)
    return InCluster(int(value))


def _stem(value: str, position: int) -> Stem:
    pattern = Pattern.of(value)
    if pattern is None or len(pattern.terms) != 1 or "*" in value:
        raise _BadQueryError("stem: needs one word, like stem:election", position)
    return Stem(value)


def _feature(name: str, value: str, position: int) -> Has:
    for feature in _FEATURES[name]:
        if value.lower() == feature:
            return Has(feature)
    known = " and ".join(f"{name}:{feature}" for feature in _FEATURES[name])
    raise _BadQueryError(f"{name}: knows no {value!r}; there is {known}", position)


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
