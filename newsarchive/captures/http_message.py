"""HTTP heads between bytes and pairs: how a WARC block is taken apart, and how header fields become text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MAX_HEAD_BYTES = 128 * 1024
"""Longest status line and header fields that are read or accepted. Browsers stop between 64 and 256 KiB."""


@dataclass(frozen=True, slots=True)
class HttpMessage:
    """A response of a WARC record: head taken apart, payload with its transfer coding undone."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    """Field names and values in the order they came."""
    payload: bytes
    """Content-Encoding still in place."""
    was_chunked: bool
    """The block held the payload in chunks, so that a digest over the payload may mean either form."""


def header_text(headers: Iterable[tuple[bytes, bytes]]) -> Mapping[str, str]:
    """Header fields as text: names in lower case, repeated ones joined with ", " (RFC 9110, 5.3).

    >>> dict(header_text([(b"Vary", b"Accept"), (b"ETag", b'"1"'), (b"vary", b"Cookie")]))
    {'vary': 'Accept, Cookie', 'etag': '"1"'}
    """
    fields: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = _text(raw_name).lower(), _text(raw_value)
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return fields


def read_response(block: bytes) -> HttpMessage:
    """A WARC response block taken apart; a chunked payload (other writers keep it so) is put together.

    Lines without a colon are skipped and bare line feeds accepted, as browsers do.
    Raises ValueError if it does not begin with an HTTP status line.
    """
    head, payload = _split_head(block)
    lines = head.replace(b"\r\n", b"\n").split(b"\n")
    version, _, rest = lines[0].partition(b" ")
    code = rest.strip()[:3]
    if not version.upper().startswith(b"HTTP/") or not (len(code) == 3 and code.isdigit()):
        raise ValueError("no HTTP status line")
    headers = tuple(
        (name.strip(), value.strip()) for name, colon, value in (line.partition(b":") for line in lines[1:]) if colon
    )
    chunked = any(name.lower() == b"transfer-encoding" and b"chunked" in value.lower() for name, value in headers)
    return HttpMessage(int(code), headers, _unchunked(payload) if chunked else payload, chunked)


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _split_head(block: bytes) -> tuple[bytes, bytes]:
    ends = [(at, len(mark)) for mark in (b"\r\n\r\n", b"\n\n") if (at := block.find(mark, 0, MAX_HEAD_BYTES)) >= 0]
    if not ends:
        return block[:MAX_HEAD_BYTES], b""
    at, length = min(ends)
    return block[:at], block[at + length :]


def _unchunked(payload: bytes) -> bytes:
    """The chunks joined; the payload as it is where it is not chunked after all (a writer undid it, kept the field)."""
    joined = bytearray()
    position = 0
    while True:
        end = payload.find(b"\r\n", position, position + 1024)
        try:
            size = int(payload[position:end].split(b";", 1)[0].strip() or b"x", 16) if end >= 0 else -1
        except ValueError:
            size = -1
        if size < 0:
            return payload
        if size == 0:
            return bytes(joined)
        start = end + 2
        joined += payload[start : start + size]
        position = start + size + 2
