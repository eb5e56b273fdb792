"""Undoing Content-Encoding: strictly, under a size limit, and the same way for a live response and one from a WARC."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Protocol, cast

import brotli  # type: ignore[import-untyped]
from isal import isal_zlib

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAX_DOCUMENT_BYTES = 10_000_000
"""Largest body, as transferred and after decompression. Long reads with everything inlined stay below 5 MB."""

ACCEPTED = ("gzip", "deflate", "br", "zstd")
"""Content codings that can be undone, for Accept-Encoding."""

_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_STEP_BYTES = 1 << 18
_DEFLATE_ERROR = cast("type[Exception]", isal_zlib.error)
_BROTLI_ERROR: type[Exception] = brotli.error
_MAX_CODINGS = 3
_MAX_MEMBERS = 100  # each is a copy of what follows it


class EncodedBodyError(ValueError):
    """A body whose Content-Encoding cannot be undone."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason
        """``truncated-body``, ``too-large`` or ``bad-encoding``."""


def decode_content(body: bytes, content_encoding: str, *, limit: int = MAX_DOCUMENT_BYTES) -> bytes:
    """The document behind a payload; ``content_encoding`` as in the header field, like ``gzip`` or ``br, gzip``.

    A body cut short is an error, never half a document. One that does not begin as gzip or zstd do, though it is
    declared so, is taken as it is: some servers and WARC writers declare what they did not do.
    Raises EncodedBodyError.
    """
    codings = [coding for coding in (part.strip().lower() for part in content_encoding.split(",")) if coding]
    if len(codings) > _MAX_CODINGS:
        raise EncodedBodyError(f"{len(codings)} content codings on top of each other", reason="bad-encoding")
    for coding in reversed(codings):
        if body and coding != "identity":
            if coding not in _DECODERS:
                raise EncodedBodyError(f"unknown content coding {coding[:40]!r}", reason="bad-encoding")
            body = _DECODERS[coding](body, limit)
    if len(body) > limit:
        raise _too_large(limit)
    return body


class _Decompressor(Protocol):
    eof: bool
    unused_data: bytes
    unconsumed_tail: bytes

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


def _gzip(body: bytes, limit: int) -> bytes:
    if not _GZIP_MAGIC.startswith(body[:2]):
        return body
    document = bytearray()
    # A gzip file is one or more members (RFC 1952, 2.2); what follows the last one is no part of it.
    for _ in range(_MAX_MEMBERS):
        decompressor = isal_zlib.decompressobj(wbits=31)
        _inflate(decompressor, body, limit, document)
        body = decompressor.unused_data
        if not body.startswith(_GZIP_MAGIC):
            return bytes(document)
    raise EncodedBodyError(f"more than {_MAX_MEMBERS} gzip members", reason="bad-encoding")


def _deflate(body: bytes, limit: int) -> bytes:
    # "deflate" means zlib (RFC 9110, 8.4.1.2); some servers send the bare stream.
    document = bytearray()
    try:
        _inflate(isal_zlib.decompressobj(wbits=15), body, limit, document)
    except EncodedBodyError as error:
        if error.reason != "bad-encoding":
            raise
        document.clear()
        _inflate(isal_zlib.decompressobj(wbits=-15), body, limit, document)
    return bytes(document)


def _inflate(decompressor: _Decompressor, data: bytes, limit: int, document: bytearray) -> None:
    try:
        while not decompressor.eof:
            piece = decompressor.decompress(data, _STEP_BYTES)
            data = decompressor.unconsumed_tail
            document += piece
            if len(document) > limit:
                raise _too_large(limit)
            if not piece and not data and not decompressor.eof:
                raise _truncated()
    except _DEFLATE_ERROR as error:
        raise EncodedBodyError(f"damaged compressed body: {error}", reason="bad-encoding") from error


def _brotli(body: bytes, limit: int) -> bytes:
    decompressor = brotli.Decompressor()
    document = bytearray()
    try:
        document += decompressor.process(body, output_buffer_limit=_STEP_BYTES)
        while not decompressor.is_finished():
            piece = decompressor.process(b"", output_buffer_limit=_STEP_BYTES)
            document += piece
            if len(document) > limit:
                raise _too_large(limit)
            if not piece and not decompressor.is_finished():
                raise _truncated()
    except _BROTLI_ERROR as error:
        raise EncodedBodyError("damaged brotli body", reason="bad-encoding") from error
    return bytes(document)


def _zstd(body: bytes, limit: int) -> bytes:
    if not _ZSTD_MAGIC.startswith(body[:4]):
        return body
    document = bytearray()
    try:
        for _ in range(_MAX_MEMBERS):
            # 8 MiB is the window a content coding may ask for (RFC 9659).
            decompressor: Any = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: 23})
            data = body
            while not decompressor.eof:
                piece = decompressor.decompress(data, max_length=_STEP_BYTES)
                data = b""
                document += piece
                if len(document) > limit:
                    raise _too_large(limit)
                if not piece and decompressor.needs_input:
                    raise _truncated()
            body = decompressor.unused_data
            if not body.startswith(_ZSTD_MAGIC):
                return bytes(document)
    except zstd.ZstdError as error:
        raise EncodedBodyError(f"damaged zstd body: {error}", reason="bad-encoding") from error
    raise EncodedBodyError(f"more than {_MAX_MEMBERS} zstd frames", reason="bad-encoding")


def _too_large(limit: int) -> EncodedBodyError:
    return EncodedBodyError(f"more than {limit} bytes after decompression", reason="too-large")


def _truncated() -> EncodedBodyError:
    return EncodedBodyError("the compressed body ends too early", reason="truncated-body")


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
