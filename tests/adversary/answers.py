"""What the adversary says: whole answers and streams, as bytes on the wire.

Standard library and codecs only: the server runs without newsarchive.
"""

from __future__ import annotations

import asyncio
import gzip
import struct
import zlib
from collections.abc import AsyncIterator, Callable
from functools import lru_cache
from socket import SO_LINGER, SOL_SOCKET

import brotli
from backports import zstd

MB = 1_000_000
TITLE = "The council of the lake met on {day}"
PARAGRAPHS = "".join(
    f"<p>On day {n} of its meeting the council of the lake spoke of the new harbour that is to be built next year.</p>"
    for n in range(8)
)

Stream = Callable[[asyncio.StreamWriter], AsyncIterator[bytes]]
"""Gives what is written, piece by piece; the connection is closed at its end, or kept if `whole` made it."""


def page(day: str, *, head: str = "", body: str = "") -> bytes:
    """An article."""
    title = TITLE.format(day=day)
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title><meta property="og:type" content="article">{head}'
        f"</head><body><article><h1>{title}</h1>{PARAGRAPHS}<p>{day}</p></article>{body}</body></html>"
    ).encode()


def whole(body: bytes, status: str = "200 OK", kind: str = "text/html", **fields: str) -> bytes:
    """An answer in one piece; ``Content_Encoding="gzip"`` and the like are its further fields."""
    head = {"Content-Type": kind, "Content-Length": str(len(body)), **fields}
    lines = (f"{name.replace('_', '-')}: {value}\r\n" for name, value in head.items())
    return f"HTTP/1.1 {status}\r\n{''.join(lines)}\r\n".encode("latin-1") + body


def moved(location: str, status: str = "302 Found") -> bytes:
    """A redirect."""
    return whole(b"", status, Location=location)


def raw(*pieces: bytes, pause: float = 0.0) -> Stream:
    """These pieces, with a pause between them."""

    async def stream(writer: asyncio.StreamWriter) -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece
            await asyncio.sleep(pause)

    return stream


def endless(head: bytes, piece: bytes, pause: float = 0.0) -> Stream:
    """A beginning, and then the same piece until nobody listens any more."""

    async def stream(writer: asyncio.StreamWriter) -> AsyncIterator[bytes]:
        yield head
        while True:
            yield piece
            await asyncio.sleep(pause)

    return stream


def reset_after(head: bytes) -> Stream:
    """A beginning, and then RST instead of FIN."""

    async def stream(writer: asyncio.StreamWriter) -> AsyncIterator[bytes]:
        yield head
        await asyncio.sleep(0.1)
        writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return stream


@lru_cache
def bomb(coding: str, size: int = 500 * MB) -> bytes:
    """Zeros, some hundred times smaller."""
    piece, times = bytes(10 * MB), size // (10 * MB)
    if coding == "br":
        compressor = brotli.Compressor(quality=1)
        return b"".join([*(compressor.process(piece) for _ in range(times)), compressor.finish()])
    if coding == "zstd":
        packer = zstd.ZstdCompressor()
        return b"".join([*(packer.compress(piece) for _ in range(times)), packer.flush()])
    deflater = zlib.compressobj(1, zlib.DEFLATED, 31 if coding == "gzip" else 15)
    return b"".join([*(deflater.compress(piece) for _ in range(times)), deflater.flush()])


def entities_of_entities(root: str, content: str) -> bytes:
    """A billion laughs."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(12))
    return f'<?xml version="1.0"?><!DOCTYPE {root} [{levels}]><{root}>{content.format("&l11;")}</{root}>'.encode()


@lru_cache
def packed(body: bytes, times: int = 1) -> bytes:
    """Gzip, so many times over."""
    for _ in range(times):
        body = gzip.compress(body, 1, mtime=0)
    return body
