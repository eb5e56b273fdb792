"""UTF-8 that was read as a Windows code page and saved so: "FranÃ§ois", "Rwandaâ€™s", "РџСЂРёРІРµС‚", undone exactly.

Each damaged letter is a sequence of two to four letters of the code page whose bytes are the UTF-8 of one letter. That
is reversible, so nothing is guessed: the bytes are decoded strictly. What needs care is healthy text that happens to
hold such a sequence: a Portuguese headline that ends in “IRMÃ”, a Danish «SAMSØ». So a text is only touched if it holds
a sequence that no healthy text holds, and then only in its sequences.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

CODE_PAGES = ("cp1252", "cp1250", "cp1251")
"""The code pages pages were wrongly read in, Western first: for most damaged letters all three agree."""

_WEAK = "‚„…‘’“”•–—‹›«»·"
"""Punctuation that may follow any letter in healthy text."""
_LEADING = "ÂÃÄÅĂĹÎÏÐÑ×ØÙÚÛàâäåæçèéêëìíîïðРСв"
"""What damaged letters begin with."""
_LOST_SPACE = re.compile("Ã(?: (?![\\w\\s])|(?= \\w))")
"""The second half of a damaged "à" is a no-break space, which by now may be a plain one, or one with that after it."""
MIN_RUN = 3
"""Damaged letters in a row from which an alphabet without words of its own for it is believed."""


class _Reading(NamedTuple):
    """How one code page damages UTF-8."""

    codec: str
    sequence: re.Pattern[str]
    """A damaged letter, strong or weak."""
    strong: re.Pattern[str]
    """Damaged letters that are in no healthy text."""


def repaired(text: str) -> str:
    """``text`` with UTF-8 that was read as a code page undone; unchanged if it shows no certain sign of that.

    >>> repaired("FranÃ§ois â€“ 1 500 Â£"), repaired("РџСЂРёРІРµС‚"), repaired("A “IRMÔ")
    ('François – 1 500 £', 'Привет', 'A “IRMÔ')
    """
    if text.isascii() or not _suspicious().search(text):
        return text
    undone = (_undone(text, reading) for reading in _readings() if reading.strong.search(text))
    return min(undone, key=len, default=text)  # the right code page undoes most


def _undone(text: str, reading: _Reading) -> str:
    bytes_of = _bytes_of(reading.codec)

    def letter(match: re.Match[str]) -> str:
        try:
            return bytes(bytes_of[char] for char in match.group()).decode("utf-8")
        except UnicodeDecodeError:
            return match.group()

    return _LOST_SPACE.sub("à", reading.sequence.sub(letter, text))


@cache
def _bytes_of(codec: str) -> dict[str, int]:
    """The byte of each letter; what the code page leaves open is the control character of that number."""
    letters = {chr(byte): byte for byte in range(0x80, 0xA0)}
    for byte in range(0x80, 0x100):
        char = bytes([byte]).decode(codec, "ignore")
        if char:
            letters[char] = byte
    return letters


@cache
def _suspicious() -> re.Pattern[str]:
    """A letter that damaged ones begin with before one they go on with: most texts have none, and are done with."""
    following = {char for codec in CODE_PAGES for char, byte in _bytes_of(codec).items() if byte < 0xC0}
    return re.compile(f"[{_LEADING}][{re.escape(''.join(sorted(following)))}]")


@cache
def _readings() -> tuple[_Reading, ...]:
    return tuple(map(_reading, CODE_PAGES))


def _reading(codec: str) -> _Reading:
    of_byte: dict[int, str] = {}
    for char, byte in _bytes_of(codec).items():
        of_byte[byte] = of_byte.get(byte, "") + char

    def some(first: int, last: int, without: str = "") -> str:
        chars = "".join(of_byte[byte] for byte in range(first, last + 1))
        return "[" + re.escape("".join(char for char in chars if char not in without)) + "]"

    following, sure = some(0x80, 0xBF), some(0x80, 0xBF, _WEAK)
    two = some(0xC2, 0xDF) + following
    three = some(0xE0, 0xEF) + following * 2
    four = some(0xF0, 0xF4) + following * 3
    if codec == "cp1251":
        # Its letters are everywhere in healthy Cyrillic text: only rows of them tell, or a dash or quotation mark.
        alphabet = f"(?:(?:{some(0xD0, 0xD1)}{following}){{{MIN_RUN}}})"
        strong = f"{alphabet}|{of_byte[0xE2]}{of_byte[0x80][-1]}{some(0x93, 0xA6)}"
    else:
        latin = f"{some(0xC2, 0xC5)}{sure}"
        alphabets = f"(?:{some(0xCE, 0xDB)}{following}){{{MIN_RUN}}}"
        marks = f"{of_byte[0xE2]}(?:[{re.escape(of_byte[0x80] + of_byte[0x82] + of_byte[0x84])}]){following}"
        asian = f"(?:{some(0xE0, 0xEF)}{following}{sure}){{2}}"
        emoji = f"{of_byte[0xF0]}{of_byte[0x9F][-1]}{following}{following}"
        strong = f"{latin}|{alphabets}|{marks}|{asian}|{emoji}"
    return _Reading(codec, re.compile(f"{four}|{three}|{two}"), re.compile(strong))
