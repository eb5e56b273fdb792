"""Bytes to text the way browsers do it, but surviving declarations that are plainly wrong.

The order is that of the encoding sniffing algorithm (https://html.spec.whatwg.org/multipage/parsing.html
#determining-the-character-encoding): byte order mark, HTTP header, ``<meta>``, XML declaration. Two departures, both
because an archive has to keep text that a browser's user would repair by hand: bytes that are UTF-8 are UTF-8 whatever
they declare, and a declaration under which much of the page is not decodable is not believed.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

import charset_normalizer
from w3lib.encoding import read_bom

from newsarchive.parsers.decoding.encoding_labels import ESCAPING, codec_of, decoded

MAX_DETECTION_BYTES = 20_000
"""How much of a page the statistical detector sees; it takes some 100 ms for that much."""
MAX_BAD_RATIO = 0.002
"""Share of replacement characters among all above which an encoding is not believed (a stray byte is no proof)."""
GOOD_TO_BAD = 20
"""UTF-8 sequences there must be for each byte that fits none, for a damaged page to be taken for UTF-8 against its
declaration. Two letters of another encoding form one by chance far more seldom."""
PRESCAN_BYTES = 1_024
"""The standard's prescan. A ``<meta>`` behind it still counts: browsers begin anew when they come to it."""
MAX_HEAD_BYTES = 65_536
"""How far a late ``<meta>`` is looked for."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document's text and how it was read."""

    text: str
    encoding: str
    """Python's name of the codec."""
    source: str
    """``bom``, ``http``, ``meta``, ``xml``, ``utf-8`` (is UTF-8, undeclared or declared otherwise), ``detected`` or
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
    declared = list(_declared(body, content_type))
    if is_ascii := body.isascii():
        for codec, source in declared:
            if codec in ESCAPING:
                return Decoded(decoded(body, codec), codec, source)
    strict = _utf8(body)
    if strict is not None:
        # Text in another encoding that happens to be valid UTF-8 beyond ASCII is next to impossible; pure ASCII
        # is the same in all of them but those that switch by escapes.
        source = next((source for codec, source in declared if codec == "utf-8"), "utf-8")
        if is_ascii and source == "utf-8" and declared:
            codec, source = declared[0]
            return Decoded(strict, codec, source)
        return Decoded(strict, "utf-8", source)
    lenient = body.decode("utf-8", "replace")
    if _is_damaged_utf8(lenient):
        source = next((source for codec, source in declared if codec == "utf-8"), "utf-8")
        return Decoded(lenient, "utf-8", source)
    for codec, source in declared:
        text = decoded(body, codec)
        if text.count("\ufffd") <= MAX_BAD_RATIO * len(text):
            return Decoded(text, codec, source)
    detected = _detected(body)
    if detected:
        return Decoded(decoded(body, detected), detected, "detected")
    return Decoded(decoded(body, "cp1252"), "cp1252", "fallback")


_CHARSET_IN_HEADER = re.compile(r";[ \t]*charset=[ \t]*(?:\"([^\"]{1,80})\"|'([^']{1,80})'|([^\s;,\"']{1,80}))", re.I)
_COMMENT_OR_META = re.compile(rb"<!--|<meta[\s/]|<(?:body|frameset)[\s>]", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    rb"[\s/]*+([^\s/=>]{1,60}+)(?:\s*+=\s*+(?:\"([^\">]{0,300}+)\"|'([^'>]{0,300}+)'|([^\s>\"']{1,300}+)))?",
    re.IGNORECASE,
)
_CHARSET_IN_CONTENT = re.compile(r"charset\s{0,20}=\s{0,20}[\"']?([^\s;\"']{1,80})", re.IGNORECASE)
_XML_DECLARATION = re.compile(rb"<\?xml[^>]{0,100}?encoding\s{0,20}=\s{0,20}[\"']([^\"'>]{1,80})[\"']")


def _declared(body: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    """Codecs the document is declared to be in, the strongest first, each with the place that says so."""
    header = _CHARSET_IN_HEADER.search(f";{content_type}")
    if header:
        codec = codec_of(next(filter(None, header.groups()), ""))
        if codec:
            # UTF-16 has zero bytes, which would have told by now.
            yield (codec if not codec.startswith("utf-16") else "utf-8"), "http"
    codec = meta_codec(body)
    if codec:
        yield codec, "meta"
    xml = _XML_DECLARATION.match(body)
    codec = codec_of(xml.group(1).decode("latin-1")) if xml else None
    if codec:
        yield (codec if not codec.startswith("utf-16") else "utf-8"), "xml"


def meta_codec(body: bytes) -> str | None:
    """The codec that the first telling ``<meta>`` of a document declares; None if none does.

    A document that can be declared to be UTF-16 in ASCII letters is not in it: browsers take it for UTF-8.

    >>> meta_codec(b'<!-- <meta charset=koi8-r> --><meta http-equiv=Content-Type content="text/html; charset=gb2312">')
    'gb18030'
    """
    at = 0
    while (match := _COMMENT_OR_META.search(body, at, MAX_HEAD_BYTES)) is not None:
        at = match.end()
        opening = match.group()
        if opening == b"<!--":
            end = body.find(b"-->", match.start() + 2, MAX_HEAD_BYTES)
            if end < 0:
                return None
            at = end + 3
        elif opening[1:2] in b"mM":
            codec = _codec_of_meta(body, at)
            if codec:
                return "utf-8" if codec.startswith("utf-16") else codec
        elif at > PRESCAN_BYTES:
            return None
    return None


def _codec_of_meta(body: bytes, at: int) -> str | None:
    end = body.find(b">", at, MAX_HEAD_BYTES)
    if end >= 0 and b"charset" not in body[at:end].lower():
        return None  # as most; no attribute that is looked at reaches beyond the first ">"
    attributes: dict[bytes, str] = {}
    for _ in range(10):
        match = _ATTRIBUTE.match(body, at)
        if match is None:
            break
        at = match.end()
        value = match.group(2) or match.group(3) or match.group(4) or b""
        attributes.setdefault(match.group(1).lower(), value.decode("latin-1"))
    if b"charset" in attributes:
        return codec_of(attributes[b"charset"])
    if attributes.get(b"http-equiv", "").strip().lower() == "content-type":
        content = _CHARSET_IN_CONTENT.search(attributes.get(b"content", ""))
        return codec_of(content.group(1)) if content else None
    return None


def _utf8(body: bytes) -> str | None:
    """The text of bytes that are UTF-8, perhaps cut in the midst of the last character; None for any others."""
    try:
        text, consumed = codecs.utf_8_decode(body, "strict", False)
    except UnicodeDecodeError:
        return None
    if consumed == len(body):
        return text
    return None if text.isascii() else text + "\ufffd"


def _is_damaged_utf8(text: str) -> bool:
    """Whether text, read as UTF-8 with replacements, holds so many characters beyond ASCII that it must be UTF-8."""
    bad = text.count("\ufffd")
    beyond = len(text) - len(text.encode("ascii", "ignore")) - bad
    return beyond >= GOOD_TO_BAD * bad


def _replacing(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding, "replace")
    except (LookupError, UnicodeError, ValueError):  # a mark of an encoding that is none of text
        return body.decode("utf-8", "replace")


_CANDIDATES = (
    "cp1252 cp1250 cp1251 koi8_r koi8_u cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp874 cp932 euc_jp gb18030 "  # noqa: SIM905
    "big5 cp949 cp866 iso8859_5 iso8859_7 mac_cyrillic".split()
)
"""What pages without a declaration are in; the detector knows far more, which no page is in."""
_LATIN = frozenset({"cp1250", "cp1252", "cp1254", "cp1257", "cp1258"})
"""One letter in ten is all they differ by: here the page's language says more than its letters."""
_BY_LANGUAGE = {
    **dict.fromkeys("cs hr hu pl ro sk sl bs sq".split(), "cp1250"),  # noqa: SIM905
    **dict.fromkeys(("et", "lt", "lv"), "cp1257"),
    **dict.fromkeys(("tr", "ku", "az"), "cp1254"),
    "vi": "cp1258",
}
"""As browsers assume by the reader's language (https://html.spec.whatwg.org/multipage/parsing.html, the table at the
end of the sniffing algorithm), with Windows' code pages for the Latin-2 that pages seldom were in."""
_LANGUAGE = re.compile(rb"<html[^>]{0,300}?\slang\s{0,5}=\s{0,5}[\"']?([a-zA-Z]{2,3})", re.IGNORECASE)
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
FEW_BYTES = 10
"""So few bytes beyond ASCII are quotation marks and names: the detector knows nothing of them."""


def _detected(body: bytes) -> str | None:
    """A guess from the bytes outside ASCII, with some of their surroundings, and the language the page declares."""
    match = _BEYOND_ASCII.search(body)
    first = match.start() if match else 0
    sample = body[max(0, first - 200) : first + MAX_DETECTION_BYTES]
    best = charset_normalizer.from_bytes(sample, cp_isolation=_CANDIDATES).best()
    if best is None:
        return None
    found = codecs.lookup(best.encoding).name
    if found in _LATIN:
        language = _LANGUAGE.search(body, 0, MAX_HEAD_BYTES)
        if language:
            return _BY_LANGUAGE.get(language.group(1).decode("ascii").lower(), "cp1252")
        if len(sample) - len(sample.decode("ascii", "ignore")) < FEW_BYTES:
            return "cp1252"
    return "big5hkscs" if found == "big5" else found
