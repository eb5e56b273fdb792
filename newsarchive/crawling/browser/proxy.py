"""The browser's only way out: a forward proxy in this process, one a page, that connects to allowed addresses only.

A page's scripts may ask for anything by anything: images, redirects, frames, WebSockets, prefetching. What of it can
be looked at within the browser is incomplete (redirects and WebSockets are not offered), and the browser's own resolver
may answer twice. So it is given no resolver and no network but this proxy, which resolves each name, asks the address
guard, and connects to the very address that was checked. https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from newsarchive.captures.http_message import MAX_HEAD_BYTES
from newsarchive.crawling.connections.addresses import AddressGuard
from newsarchive.crawling.connections.proxy_address import ProxyAddress
from newsarchive.errors import ForbiddenAddressError

MAX_RECEIVED_BYTES = 30_000_000
"""All that a page may load, as transferred: three of the largest documents. Scripts of news pages have 1 to 5 MB."""
MAX_SENT_BYTES = 1_000_000
"""All that a page may send: request heads are a few hundred bytes each."""
MAX_CONNECTIONS = 200
"""A browser opens six to a host and uses them again; a page of many advertisers opens about 100."""
CONNECT_S = 10.0
"""Seconds for a name's addresses, and for a connection to each of them."""

_PIECE_BYTES = 1 << 16
_HOP_BY_HOP = frozenset((b"connection", b"keep-alive", b"upgrade", b"te", b"trailer"))  # and Proxy-…

Resolve = Callable[[str, int], Awaitable[Iterable[str]]]
"""Gives a name's addresses. Raises OSError if it has none."""


class PageProxy:
    """Serves one page, from ``async with`` to its end; what is open then is cut."""

    def __init__(
        self,
        guard: AddressGuard,
        *,
        upstream: ProxyAddress | None = None,
        resolve: Resolve | None = None,
        max_received: int = MAX_RECEIVED_BYTES,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        """``upstream`` is the user's own proxy, through which everything goes; it resolves the names, then."""
        self._guard = guard
        self._upstream = upstream
        self._resolve = resolve or system_addresses
        self._max_received = max_received
        self._max_connections = max_connections
        self._connections = self._received = self._sent = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.address = ""
        """``http://127.0.0.1:PORT``."""
        self.refused: list[str] = []
        """Why connections were refused, a sentence each."""
        self.is_exhausted = False
        """Whether the page was cut off because it loaded or sent too much."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=MAX_HEAD_BYTES)
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._answer(reader, writer)
        except ForbiddenAddressError as error:
            self.refused.append(str(error))
            writer.write(_reply(403, "Forbidden"))
        except (_TooMuchError, asyncio.CancelledError):  # cancelled: the page is over, and nobody waits for this task
            writer.transport.abort()
        except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            writer.write(_reply(502, "Bad Gateway"))
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        method, target, headers = _request_head(await reader.readuntil(b"\r\n\r\n"))
        self._connections += 1
        if self.is_exhausted or self._connections > self._max_connections:
            self.is_exhausted = True
            raise _TooMuchError
        if method == b"CONNECT":
            there = await self._connected(f"https://{target}/", tunnel=True)
            try:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await self._tunnel((reader, writer), there)
            finally:
                there[1].close()
        else:
            await self._exchange(method, target, headers, (reader, writer))

    async def _exchange(
        self,
        method: bytes,
        url: str,
        headers: list[tuple[bytes, bytes]],
        here: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        """One request and its response, and the connections end: who shares one could send it to another host."""
        length = _body_length(headers)
        there = await self._connected(url, tunnel=False)
        try:
            reader, writer = there
            kept = [field for field in headers if _is_end_to_end(field[0])]
            head = [method + b" " + self._request_target(url) + b" HTTP/1.1", *(b"%b: %b" % field for field in kept)]
            if self._upstream is not None and self._upstream.authorization is not None:
                head.append(b"Proxy-Authorization: " + self._upstream.authorization)
            self._count_sent(sum(map(len, head)) + length)
            writer.write(b"\r\n".join((*head, b"Connection: close", b"", b"")))
            if length:
                writer.write(await here[0].readexactly(length))
            await writer.drain()
            here[1].write(_closing(await self._response_head(reader)))
            await self._pump(reader, here[1], self._count_received)
        finally:
            there[1].close()

    async def _response_head(self, reader: asyncio.StreamReader) -> bytes:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            self._count_received(len(head))
            if not re.match(rb"HTTP/1\.[01] 1\d\d", head):  # 1xx: another one follows
                return head

    def _request_target(self, url: str) -> bytes:
        if self._upstream is not None:
            return url.encode()
        parts = urlsplit(url)
        return f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}".encode()

    async def _tunnel(
        self,
        here: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        there: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        ways = {
            asyncio.ensure_future(self._pump(here[0], there[1], self._count_sent)),
            asyncio.ensure_future(self._pump(there[0], here[1], self._count_received)),
        }
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in done:
                way.result()
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: Callable[[int], None]
    ) -> None:
        while piece := await reader.read(_PIECE_BYTES):
            count(len(piece))
            writer.write(piece)
            await writer.drain()

    def _count_received(self, number: int) -> None:
        self._received += number
        if self._received > self._max_received:
            self.is_exhausted = True
            raise _TooMuchError

    def _count_sent(self, number: int) -> None:
        self._sent += number
        if self._sent > MAX_SENT_BYTES:
            self.is_exhausted = True
            raise _TooMuchError

    async def _connected(self, url: str, *, tunnel: bool) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the URL's host. Raises ForbiddenAddressError, OSError, TimeoutError, or ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url[:200]!r} is no address that is fetched")
        self._guard.check_url(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if self._upstream is not None:
            return await self._through(self._upstream, parts.netloc if tunnel else None)
        failure: Exception = OSError(f"{parts.hostname} has no address")
        for address in await asyncio.wait_for(self._resolve(parts.hostname, port), CONNECT_S):
            try:
                self._guard.check_connection(url, address, port)
                # An address, not a name: nothing is resolved a second time.
                return await asyncio.wait_for(asyncio.open_connection(address, port, limit=MAX_HEAD_BYTES), CONNECT_S)
            except (ForbiddenAddressError, OSError, TimeoutError) as error:
                failure = error
        raise failure

    async def _through(
        self, upstream: ProxyAddress, place: str | None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the user's proxy, and through it to ``place`` (``host:port``) if that is not None."""
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection(upstream.host, upstream.port, limit=MAX_HEAD_BYTES), CONNECT_S
        )
        if place is None:
            return reader, writer
        try:
            fields = f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n".encode()
            if upstream.authorization is not None:
                fields += b"Proxy-Authorization: " + upstream.authorization + b"\r\n"
            writer.write(fields + b"\r\n")
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), CONNECT_S)
            if not re.match(rb"HTTP/1\.[01] 2\d\d", head):
                raise OSError("the proxy opens no tunnel")
        except BaseException:
            writer.close()
            raise
        return reader, writer


async def system_addresses(host: str, port: int) -> list[str]:
    """The addresses the system knows for a name, in its order. Raises OSError if it knows none."""
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(
        _resolvers(), lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    )
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@lru_cache(maxsize=1)
def _resolvers() -> ThreadPoolExecutor:
    """Threads of their own: names that hang must not keep captures from being written, which takes threads too."""
    return ThreadPoolExecutor(8, thread_name_prefix="resolve")


class _TooMuchError(Exception):
    """The page has used up what it may load, send or open."""


def _request_head(head: bytes) -> tuple[bytes, str, list[tuple[bytes, bytes]]]:
    """Method, target and fields. Raises ValueError."""
    first, *lines = head.rstrip(b"\r\n").split(b"\r\n")
    method, target, _ = first.split(b" ")
    pairs = (line.partition(b":") for line in lines)
    return method, target.decode("ascii"), [(name.strip(), value.strip()) for name, _, value in pairs]


def _body_length(headers: list[tuple[bytes, bytes]]) -> int:
    """Bytes of a request's body. Raises ValueError for one whose end is not known before, or too long."""
    fields = {name.lower(): value for name, value in headers}
    text = fields.get(b"content-length", b"0")
    if b"transfer-encoding" in fields or not text.isdigit() or int(text[:20]) > MAX_SENT_BYTES:
        raise ValueError("a request body without length, or too long")
    return int(text)


def _is_end_to_end(name: bytes) -> bool:
    return name.lower() not in _HOP_BY_HOP and not name.lower().startswith(b"proxy-")


def _closing(head: bytes) -> bytes:
    """A response's head that tells the browser not to use the connection again."""
    first, *lines = head[:-4].split(b"\r\n")
    kept = [line for line in lines if _is_end_to_end(line.partition(b":")[0].strip())]
    return b"\r\n".join((first, *kept, b"Connection: close", b"", b""))


def _reply(status: int, phrase: str) -> bytes:
    return f"HTTP/1.1 {status} {phrase}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
