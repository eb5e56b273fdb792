"""From text to the terms the index holds: one analysis for articles, queries and highlights.

The index's own tokenizers never see raw text. What reads as the same word gives the same term:

1. **Fold.** Compatibility forms, case and accents go: ``Größe`` → ``grosse``, ``François`` → ``francois``. Digits of
   all scripts read alike: ``٢٠٢٣`` → ``2023``. Latin and Greek letters lose every mark; Cyrillic keeps its own letters
   (``й`` is not ``и``) but reads ``ё`` as ``е``; Arabic loses vowel signs and reads the forms of alef, yeh, kaf and heh
   alike, as Lucene's ArabicNormalizer and PersianNormalizer do; Hebrew loses its points. Signs that make up letters
   elsewhere (Indic vowels, Thai tones) stay.
2. **Split** where a character is no letter, mark or digit: ``foo-bar`` → foo bar, ``l’image`` → l image,
   ``2023-05`` → 2023 05. Dots between single letters go first: ``U.S.`` → us.
3. **Pair** scripts that set no space between words (Han, Kana, Thai, Lao, Khmer, Myanmar), and Hangul, whose words take
   endings: a run of n characters gives its n - 1 overlapping pairs and then its last character: 北京市 → 北京 京市 市.
   Any stretch of two or more characters is then a phrase of pairs, and a single character is a prefix.

>>> terms("L’image de François, U.S. 2023-05")
['l', 'image', 'de', 'francois', 'us', '2023', '05']
>>> terms("在北京")
['在北', '北京', '京']
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add

import regex

from newsarchive.search.terms.near import near_places

TERM_LENGTH = 64
"""Characters of a term; the rest of a longer word is ignored, in the index as in a query."""

Occurrence = tuple[str, int, int]
"""A term, and the half-open range of characters of the text it was read from."""

# What _replacement() may change after NFKC and case folding. Everything else passes, at the speed of a scan.
_CHANGING = re.compile(
    "["
    "\u0080-\u03ff"  # Latin and Greek letters, their punctuation, combining diacritics
    "\u0451\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # ё; Hebrew points
    "\u0610-\u061a\u061c\u0622-\u0629\u0640\u0649\u064b-\u065f\u0670\u0671"  # Arabic vowel signs, alefs, tatweel
    "\u06a9\u06c0-\u06c3\u06cc\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"  # Persian, Urdu; Quranic marks
    "\u0660-\u0669\u06f0-\u06f9\u07c0-\u07c9\u0966-\u096f\u09e6-\u09ef\u0a66-\u0a6f\u0ae6-\u0aef\u0b66-\u0b6f"
    "\u0be6-\u0bef\u0c66-\u0c6f\u0ce6-\u0cef\u0d66-\u0d6f\u0de6-\u0def\u0e50-\u0e59\u0ed0-\u0ed9\u0f20-\u0f29\u1040-\u1049"
    "\u17e0-\u17e9\u1810-\u1819"  # decimal digits of living scripts
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"  # more combining diacritics
    "\u1e00-\u1fff"  # more Latin and Greek letters
    "\u2000-\u20cf"  # punctuation, joiners, direction marks, currencies
    "\ufe00-\ufe0f\ufeff"  # variation selectors, byte order mark
    "]"
)

# Letters whose base Unicode does not decompose, and apostrophes that Unicode calls letters.
_LETTERS = {
    **dict(zip("øđðłħıŧŋƶɓɗɖɛɔəɨʉƙƴɣёیکىةۀہۂۃ", "oddlhitnzbddeoeiukygеيكيههههه", strict=True)),
    **dict(zip("æœþ", ("ae", "oe", "th"), strict=True)),
    **dict.fromkeys("آأإٱ", "ا"),
    **dict.fromkeys("ʹʺʻʼʽʾʿ", "'"),
}

# The dot between two single letters: of "U.S.", not of "now.I" or "3.5".
_ACRONYM_DOT = re.compile(r"\.(?<=[^\W\d_]\.)(?<![^\W_][^\W\d_]\.)(?=[^\W\d_](?![^\W_]))")
PART = "\x1e"
"""Stands between texts that are read together: in no term, a border to every rule, and white space to Python."""
_SPACED = bytes(code if code > 127 or chr(code).isalnum() or chr(code) == PART else 32 for code in range(256))
# Signs of European type that only part words: without them most English texts are ASCII, and most others letters.
_TYPOGRAPHIC = "’‘“”„‚«»‹›–—―‑−…•·€°\u00a0\u2009\u202f"
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_PAIRED_RANGES = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\ua9e0-\ua9ff\uaa60-\uaa7f"  # Thai, Lao, Myanmar, Khmer
    "\u2e80-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han, Kana
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"  # rare Kana and Han
    "\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff"  # Hangul
)
_PAIRED = re.compile(f"[{_PAIRED_RANGES}]")
_SHORTER = bytes(range(0xE0))  # in UTF-8 all that begins or continues characters of one or two bytes
_PAIRED_RUN = re.compile(f"[{_PAIRED_RANGES}]+")
_RUN = re.compile(f"[{_PAIRED_RANGES}]+|[^{_PAIRED_RANGES}]+")
_CHUNK = re.compile(r"\S+")
# A character with all that may melt into it under NFKC: marks, Hangul letters, half-width voicing marks.
_CLUSTER = regex.compile(r".[\p{M}\u1160-\u11ff\u3131-\u318e\uff9e-\uffdc]*", regex.DOTALL)
_CACHED_LENGTH = 64  # words longer than that seldom come twice


def fold(text: str) -> str:
    """The text as terms see it, before it is split: compatibility forms, case and accents gone.

    >>> fold("Être à İzmir — ÆRØ")
    'etre a izmir   aero'
    """
    if text.isascii():
        return text.lower()
    return _CHANGING.sub(_replacement_of, unicodedata.normalize("NFKC", text).casefold())


def without_typography(text: str) -> str:
    """The text with blanks for the signs that make most texts of ASCII languages none; its terms are the same."""
    if not text.isascii():
        for sign in _TYPOGRAPHIC:
            text = text.replace(sign, " ")
    return text


def without_acronym_dots(text: str) -> str:
    """``U.S.`` → ``US.``."""
    return _ACRONYM_DOT.sub("", text)


def spaced(text: str) -> str:
    """The text with blanks for all of ASCII that is no letter, no digit and no :data:`PART`."""
    return text.encode("utf-8", "surrogatepass").translate(_SPACED).decode("utf-8", "surrogatepass")


def without_paired(text: str) -> str:
    """The text with blanks for all of scripts that are indexed in pairs."""
    return _PAIRED_RUN.sub(" ", text)


def terms(text: str) -> list[str]:
    """The terms of a text in reading order; a term's index in the list is its position."""
    folded = _ACRONYM_DOT.sub("", fold(without_typography(text)))
    if folded.isascii():
        words = spaced(folded).split()
        if max(map(len, words), default=0) > TERM_LENGTH:
            return [word[:TERM_LENGTH] for word in words]
        return words
    if not has_paired(folded):
        return [word[:TERM_LENGTH] for word in _WORD.findall(folded)]
    found: list[str] = []
    for word in _WORD.findall(folded):
        for run in _RUN.findall(word):
            if is_paired(run):
                found.extend(map(add, run, run[1:]))
                found.append(run[-1])
            else:
                found.append(run[:TERM_LENGTH])
    return found


def occurrences(text: str) -> list[Occurrence]:
    """:func:`terms`, each with the range of characters of ``text`` it was read from."""
    found: list[Occurrence] = []
    for chunk in _CHUNK.finditer(text):
        word = chunk[0]
        start = chunk.start()
        read = _cached_chunk_occurrences if len(word) <= _CACHED_LENGTH else _chunk_occurrences
        for term, first, end in read(word):
            found.append((term, start + first, start + end))
    return found


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a word, phrase or prefix of a query looks for: these terms at consecutive positions, or near each other."""

    terms: tuple[str, ...]
    """Never empty."""
    is_prefix: bool = False
    """Whether the last term may go on."""
    distance: int | None = None
    """The terms, all different, stand in any order with so many others between them at most. None: side by side."""

    @classmethod
    def of(cls, text: str, *, is_prefix: bool = False) -> Pattern | None:
        """The pattern of a query's word or phrase; None if it holds no letter and no digit.

        >>> Pattern.of("北京市").terms, Pattern.of("市").is_prefix, Pattern.of("foo-ba", is_prefix=True).terms
        (('北京', '京市'), True, ('foo', 'ba'))
        """
        found = terms(text)
        if not found:
            return None
        if is_paired(found[-1]):
            # The last character alone stands only where a run ends, and the text may go on where the query ends.
            ends_a_pair = len(found) > 1 and len(found[-2]) == 2 and is_paired(found[-2])
            return cls(tuple(found[:-1])) if ends_a_pair else cls(tuple(found), is_prefix=True)
        return cls(tuple(found), is_prefix=is_prefix)

    @classmethod
    def near(cls, text: str, distance: int) -> Pattern | None:
        """The pattern of words near each other, each different term once.

        None if there is none, or one of the words is a single character of a script that is indexed in pairs: it has no
        position of its own.

        >>> Pattern.near("trade, free-trade", 5).terms
        ('trade', 'free')
        """
        found: dict[str, None] = {}
        for word in text.split():
            pattern = cls.of(word)
            if pattern is not None and pattern.is_prefix:
                return None
            found.update(dict.fromkeys(pattern.terms if pattern else ()))
        return cls(tuple(found), distance=distance) if found else None

    def places(self, words: list[str]) -> list[tuple[int, int]]:
        """Half-open ranges of positions in ``words`` (terms of a text) where the pattern stands, in order.

        Of words near each other each is a place of its own.
        """
        if self.distance is not None:
            return near_places(self.terms, self.distance, words)
        size = len(self.terms)
        if size == 1:
            term = self.terms[0]
            if self.is_prefix:
                return [(i, i + 1) for i, word in enumerate(words) if word.startswith(term)]
            return [(i, i + 1) for i, word in enumerate(words) if word == term]
        first, last = self.terms[0], self.terms[-1]
        middle = list(self.terms[1:-1])
        return [
            (i, i + size)
            for i, word in enumerate(words)
            if word == first
            and words[i + 1 : i + size - 1] == middle
            and i + size <= len(words)
            and (words[i + size - 1].startswith(last) if self.is_prefix else words[i + size - 1] == last)
        ]

    def ranges(self, found: Sequence[Occurrence]) -> list[tuple[int, int]]:
        """Half-open ranges of characters where the pattern stands in the text whose occurrences these are, in order."""
        ranges: list[tuple[int, int]] = []
        for first, end in self.places([term for term, _, _ in found]):
            last = end - 1
            if self.is_prefix and found[last][0] != self.terms[-1] and is_paired(self.terms[-1]):
                last_end = found[end][1]  # one character of a pair: up to where the next pair begins
            else:
                last_end = found[last][2]
            ranges.append((found[first][1], last_end))
        return ranges


def is_paired(term: str) -> bool:
    """Whether a term is of a script that is indexed in pairs of characters."""
    return _PAIRED.match(term) is not None


def has_paired(text: str) -> bool:
    """Whether a text has characters of such a script."""
    # Those take three bytes or more; bytes are looked through in a tenth of the time.
    longer = text.encode("utf-8", "surrogatepass").translate(None, _SHORTER)
    return bool(longer) and _PAIRED.search(text) is not None


def _replacement_of(match: re.Match[str]) -> str:
    return _replacement(match[0])


@lru_cache(maxsize=4096)  # there are not more characters in _CHANGING
def _replacement(character: str) -> str:
    if character in _LETTERS:
        return _LETTERS[character]
    category = unicodedata.category(character)
    if category[0] == "M" or category == "Cf" or character == "\u0640":  # tatweel only stretches a word
        return ""
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category[0] in "LN":
        base = unicodedata.normalize("NFD", character)[0]
        return _LETTERS.get(base, base)
    return " "


def _chunk_occurrences(chunk: str) -> tuple[Occurrence, ...]:
    """Occurrences in a text without white space; what stands beside it cannot change them."""
    if chunk.isascii() and chunk.isalnum():
        return ((chunk.lower()[:TERM_LENGTH], 0, len(chunk)),)
    pieces: list[str] = []
    origins: list[tuple[int, int]] = []  # of each folded character, its range in the chunk
    for cluster in _CLUSTER.finditer(chunk):
        folded_cluster = _fold_cluster(cluster[0])
        pieces.append(folded_cluster)
        origins.extend([cluster.span()] * len(folded_cluster))
    folded = "".join(pieces)
    for dot in reversed([match.start() for match in _ACRONYM_DOT.finditer(folded)]):
        folded = folded[:dot] + folded[dot + 1 :]
        del origins[dot]
    return tuple(
        (folded[start:end], origins[start][0], origins[word_end - 1][1])
        for start, end, word_end in _term_ranges(folded)
    )


def _term_ranges(folded: str) -> Iterator[tuple[int, int, int]]:
    """Start and end of each term, and the end of the word it was cut from if it is a long one."""
    for word in _WORD.finditer(folded):
        for run in _RUN.finditer(folded, *word.span()):
            start, end = run.span()
            if is_paired(run[0]):
                for i in range(start, end):
                    yield i, min(i + 2, end), min(i + 2, end)
            else:
                yield start, min(start + TERM_LENGTH, end), end


_cached_chunk_occurrences = lru_cache(maxsize=16384)(_chunk_occurrences)
_fold_cluster = lru_cache(maxsize=8192)(fold)
