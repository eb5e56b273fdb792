"""Did you mean: another query, for one that names a site, section or author nobody has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from newsarchive.search.hits.facets import facets
from newsarchive.search.index.document import key
from newsarchive.search.index.folder import SearchIndex
from newsarchive.search.language.syntax_tree import Everything, Field, Query, Words, wanted_words

KNOWN_VALUES = 2000
"""Sections and authors a name is compared with: the most frequent ones."""
NAME_LENGTH = 80
"""Characters of a name that is compared; comparing takes the square of them."""

_LIKENESS = 0.7  # of difflib: one letter in three may be wrong, no more
_FIELDS = (Field.SITE, Field.SECTION, Field.AUTHOR)
_PLAIN = re.compile(r'[^\s()"“”*]+')  # a value that needs no quotes


def suggestions(index: SearchIndex, query: Query, text: str, sites: Sequence[str]) -> tuple[str, ...]:
    """The text of a query with the nearest names in place of those nobody has; empty if there is nothing to correct.

    ``text`` is the query as it was written, ``sites`` the names of those that are registered.

    Raises SearchIndexError if the index cannot be read.
    """
    corrected = text
    for words in dict.fromkeys(wanted_words(query)):
        field = words.field
        if field not in _FIELDS or words.is_prefix or len(words.text) > NAME_LENGTH:
            continue
        if index.find(words, limit=0).total:
            continue
        names = sites if field is Field.SITE else _known(index, field)
        meant = _nearest(words, names)
        if meant is not None:
            corrected = _replaced(corrected, field, words.text, meant)
    return () if corrected == text else (corrected,)


def _known(index: SearchIndex, field: Field) -> tuple[str, ...]:
    (found,) = facets(index, Everything(), [field.value], size=KNOWN_VALUES)
    return tuple(value.value for value in found.values)


def _nearest(words: Words, names: Iterable[str]) -> str | None:
    """The name, or the word of one, that is most like what was asked for; None if none is."""
    wanted = key(words.text)
    known: dict[str, str] = {}
    for name in names:
        known.setdefault(key(name)[:NAME_LENGTH], name)
        if "-" not in wanted and words.field is not Field.SITE:  # one word of a section or an author is enough
            for word in name.split():
                known.setdefault(key(word)[:NAME_LENGTH], word)
    if wanted in known:
        return None
    near = get_close_matches(wanted, known, n=1, cutoff=_LIKENESS)
    return known[near[0]] if near else None


def _replaced(text: str, field: Field, asked: str, meant: str) -> str:
    """The query with one value of a field in place of another, wherever it stands."""
    value = re.escape(asked)
    written = re.compile(rf'(?<!\w)({field.value}:)(?:"{value}"|“{value}”|{value}(?![^\s()"“]))', re.IGNORECASE)
    shown = meant if _PLAIN.fullmatch(meant) else '"{}"'.format(re.sub('["“”]', "", meant))
    return written.sub(lambda match: match[1] + shown, text)
