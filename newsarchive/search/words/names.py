"""Names in a text: sequences of capitalized words, in scripts that have capitals.

There is no model of a language here, so there are limits (docs/guide.md tells them). A word at the start of a sentence
has a capital anyway, so whether it is a name must be seen elsewhere. German writes every noun with one: there only
sequences of two and more are taken. Scripts without capitals (Arabic, Chinese, Hindi …) have no names.

>>> names("On Monday Rwanda’s Paul Kagame met the Bank of Kigali.")
{'On Monday Rwanda': False, 'Monday Rwanda': True, 'Paul Kagame': True, 'Bank of Kigali': True}
"""

from __future__ import annotations

import regex

NAME_LENGTH = 80
"""Characters of a name; a longer sequence is a line of capitals rather than a name."""

_NOUNS_WITH_CAPITALS = ("de", "lb")  # German, Luxembourgish
# Words without a capital that stand inside of names: Bank of Kigali, Rio de Janeiro, Vincent van Gogh.
_INNER = "of|de|del|della|des|di|do|dos|du|da|la|le|van|von|der|den|bin|ibn|al|el|ya|wa|y"
_WORD = r"(?:(?:\p{Lu}\.){2,}|\p{Lu}[\p{L}\p{M}\p{N}]*+(?:(?:[’'](?!s\b)|-)[\p{L}\p{N}]++)*+)"
_NAME = regex.compile(rf"(?<![\p{{L}}\p{{M}}\p{{N}}]){_WORD}(?: (?:(?:{_INNER}) ){{0,2}}(?:d[’'])?{_WORD})*")
# What a sentence, a quotation or an item of a list may start behind.
_SENTENCE_STARTS = regex.compile(r"(?:^|[.!?…:;]['\"”»’)\]]*\s+|[“\"«„‘(\[¿¡—–•*]\s*|(?:^|\s)[-']\s*)\Z")
_BEFORE = 6  # characters in front of a name that tell whether a sentence starts there
_LOWER = regex.compile(r"\p{Ll}")
_PRONOUN = regex.compile(r"I(?:[’'].*)?")  # in English


def names(text: str, language: str | None = None) -> dict[str, bool]:
    """The names in a text, and whether a capital tells so: False where each stands at the start of a sentence only.

    Such a one is given whole, and without its first word as well. ``language`` is a code like ``de-AT``; None: unknown.
    """
    found: dict[str, bool] = {}
    if not _LOWER.search(text):  # all in capitals
        return found
    least = 2 if (language or "").lower().split("-")[0] in _NOUNS_WITH_CAPITALS else 1

    def add(name: str, *, is_certain: bool) -> None:
        if 2 <= len(name) <= NAME_LENGTH and name.count(" ") + 1 >= least and not _PRONOUN.fullmatch(name):
            found[name] = found.get(name, False) or is_certain

    for match in _NAME.finditer(text):
        name, begin = match[0], match.start()
        starts = _SENTENCE_STARTS.search(text, max(0, begin - _BEFORE), begin) is not None
        add(name, is_certain=not starts)
        if starts:
            rest = _without_first_word(name)
            if rest:
                add(rest, is_certain=True)
    return found


def _without_first_word(name: str) -> str:
    """What is left of a name from its second capitalized word on."""
    match = _NAME.search(name, name.find(" ") + 1) if " " in name else None
    return match[0] if match else ""
