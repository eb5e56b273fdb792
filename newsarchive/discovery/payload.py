"""Bytes of feeds and sitemaps as they come: often gzipped once more than the server says, sometimes a bomb."""

from __future__ import annotations

import re
import zlib

from newsarchive.errors import DiscoveryError

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP = zlib.MAX_WBITS | 16
_MAX_LAYERS = 2
"""A ``.gz`` file served with ``Content-Encoding: gzip`` by a server that compresses it again."""

_BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});)")


def unpacked(body: bytes, url: str, *, max_bytes: int) -> bytes:
    """The body without its gzip layers, at most ``max_bytes`` of it: never more than that is held in memory.

    A file cut off in the middle, or with garbage behind it, gives what can be read of it.
    Raises DiscoveryError (``too-large``) for a body that is longer, packed or not.
    """
    for _ in range(_MAX_LAYERS):
        if not body.startswith(_GZIP_MAGIC):
            break
        body = _gunzipped(body, url, max_bytes)
    if len(body) > max_bytes:
        raise _too_large(url, max_bytes)
    return body


def with_ampersands_escaped(body: bytes) -> bytes:
    """XML whose bare ampersands and HTML entities are text: ``?id=1&page=2``, ``R&D``, ``&nbsp;``.

    Parsers' own repairs drop what follows, which makes ``?id=1&page=2`` another address. In CDATA, where ``&`` is
    itself, readers get ``&amp;`` and undo it as they undo all that was escaped twice. Other bodies than those in an
    ASCII-compatible encoding stay as they are.
    """
    return body if b"\0" in body[:64] else _BARE_AMPERSAND.sub(b"&amp;", body)


def _gunzipped(body: bytes, url: str, max_bytes: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while body.startswith(_GZIP_MAGIC):  # a gzip file may have several members, one after another
        member = zlib.decompressobj(_GZIP)
        try:
            piece = member.decompress(body, max_bytes + 1 - size)
        except zlib.error:
            break
        pieces.append(piece)
        size += len(piece)
        if size > max_bytes:
            raise _too_large(url, max_bytes)
        body = member.unused_data
    return b"".join(pieces)


def _too_large(url: str, max_bytes: int) -> DiscoveryError:
    return DiscoveryError(
        f"{url} is longer than {max_bytes:,} bytes unpacked; it is not read", url=url, reason="too-large"
    )
