"""Bytes to text the way browsers do it, but surviving declarations that are plainly wrong.

The order is that of the encoding sniffing algorithm (https://html.spec.whatwg.org/multipage/parsing.html
#determining-the-character-encoding): byte order mark, HTTP header, ``<meta>``. Two departures, both because an archive
has to keep text that a browser's user would repair by hand: bytes that are valid UTF-8 are UTF-8 whatever they
declare, and a declaration under which much of the page is not decodable is not believed.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

import charset_normalizer
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

MAX_DETECTION_BYTES = 20_000
"""How much of a page the statistical detector sees; it takes some 100 ms for that much."""
MAX_BAD_RATIO = 0.002
"""Share of replacement characters among all above which an encoding is not believed (a stray byte is no proof)."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document's text and how it was read."""

    text: str
    encoding: str
    """Python's name of the codec."""
    source: str
    """``bom``, ``http``, ``meta``, ``utf-8`` (valid UTF-8, undeclared or declared otherwise), ``detected`` or
    ``fallback``."""


def decode(body: bytes, content_type: str = "") -> Decoded:
    """The text of ``body``; ``content_type`` is the HTTP header's value, empty if there was none. Never raises.

    >>> decode("Bozizé".encode("windows-1252"), "text/html; charset=iso-8859-1")
    Decoded(text='Bozizé', encoding='cp1252', source='http')
    """
    marked, bom = read_bom(body)
    if marked and bom:
        return Decoded(_replacing(body[len(bom) :], marked), marked, "bom")
    if b"\x00" in body[:4] and len(body) >= 4:  # UTF-16 without its mark: XML's appendix F
        guess = "utf-16-le" if body[1:2] == b"\x00" else "utf-16-be"
        return Decoded(_replacing(body, guess), guess, "detected")
    declared = [
        (encoding, source)
        for encoding, source in (
            (_known(http_content_type_encoding(content_type)), "http"),
            (_known(html_body_declared_encoding(body[:4096])), "meta"),
        )
        if encoding
    ]
    strict = _strictly(body, "utf-8")
    if strict is not None:
        # Text in another encoding that happens to be valid UTF-8 beyond ASCII is next to impossible; pure ASCII
        # is the same in all of them but those that switch by escapes.
        source = next((source for encoding, source in declared if encoding == "utf-8"), "utf-8")
        if not declared or source != "utf-8" or not body.isascii():
            return Decoded(strict, "utf-8", source)
    for encoding, source in declared:
        text = _replacing(body, encoding)
        if text.count("\ufffd") <= MAX_BAD_RATIO * len(text):
            return Decoded(text, encoding, source)
    text = _replacing(body, "utf-8")
    if text.count("\ufffd") <= MAX_BAD_RATIO * len(text):
        return Decoded(text, "utf-8", "utf-8")
    detected = _detected(body)
    if detected:
        return Decoded(_replacing(body, detected), detected, "detected")
    return Decoded(_replacing(body, "cp1252"), "cp1252", "fallback")


def _known(name: str | None) -> str | None:
    """The codec browsers use for a declared name (``iso-8859-1`` is cp1252, ``gb2312`` is gb18030)."""
    encoding = resolve_encoding(name) if name else None
    # A document that can declare UTF-16 in ASCII letters is not in it.
    return "utf-8" if encoding and encoding.startswith(("utf-16", "utf-32", "utf-7")) else encoding


def _strictly(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        return None


def _replacing(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding, "replace")
    except (LookupError, UnicodeError, ValueError):  # a codec that is none of text, or that knows no "replace"
        return body.decode("utf-8", "replace")


def _detected(body: bytes) -> str | None:
    """A guess from the bytes outside ASCII, with some of their surroundings."""
    first = next((index for index, byte in enumerate(body) if byte > 0x7F), 0)
    sample = body[max(0, first - 200) : first + MAX_DETECTION_BYTES]
    best = charset_normalizer.from_bytes(sample).best()
    if best is None:
        return None
    try:
        return codecs.lookup(best.encoding).name
    except LookupError:
        return None
