from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from newsarchive.crawling.browser.proxy import PageProxy, Resolve
from newsarchive.crawling.connections.addresses import AddressGuard
from newsarchive.crawling.connections.proxy_address import ProxyAddress


async def _ask(proxy: PageProxy, request: bytes) -> bytes:
    """What comes back through the proxy until it closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(proxy.address.rpartition(":")[2]))
    writer.write(request)
    answer = bytearray()
    try:
        while piece := await reader.read(65536):
            answer += piece
    except ConnectionError:
        pass
    writer.close()
    return bytes(answer)


def _through(guard: AddressGuard, *requests: bytes, **options: object) -> tuple[list[bytes], PageProxy]:
    async def run() -> tuple[list[bytes], PageProxy]:
        async with PageProxy(guard, **options) as proxy:
            return [await _ask(proxy, request) for request in requests], proxy

    return asyncio.run(run())


def _resolving(*answers: list[str]) -> tuple[Resolve, list[str]]:
    """A name server that gives each answer once, and the names it was asked for."""
    left, asked = list(answers), []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return left.pop(0)

    return resolve, asked


def test_a_request_to_an_allowed_address_is_passed_on_without_what_is_the_proxys(site):
    site.answers["/page?a=1"] = (200, {"Keep-Alive": "timeout=5"}, b"hello")
    fields = f"Host: {site.address}\r\nProxy-Connection: keep-alive\r\nX-A: b\r\n"
    request = f"GET {site.url('/page?a=1')} HTTP/1.1\r\n{fields}\r\n"
    (answer,), _ = _through(AddressGuard([site.address]), request.encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert body == b"hello"
    assert b"\r\nConnection: close" in head
    assert b"Keep-Alive" not in head
    assert site.requests == ["/page?a=1"]
    assert site.headers[0]["x-a"] == "b"
    assert "proxy-connection" not in site.headers[0]


@pytest.mark.parametrize(
    "form", ["127.0.0.1", "localhost", "127.1", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]
)
def test_no_form_of_a_forbidden_address_is_connected_to(site, form):
    place = f"{form}:{site.port}"
    answers, proxy = _through(
        AddressGuard(),
        f"GET http://{place}/ HTTP/1.1\r\nHost: {place}\r\n\r\n".encode(),
        f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode(),
    )
    assert [answer[:13] for answer in answers] == [b"HTTP/1.1 403 "] * 2
    assert site.connections == 0
    assert len(proxy.refused) == 2


def test_a_name_that_leads_to_a_forbidden_address_is_not_followed(site):
    resolve, asked = _resolving(["127.0.0.1"], ["::1", "127.0.0.1"])
    place = f"news.example:{site.port}"
    answers, _ = _through(
        AddressGuard(),
        f"GET http://{place}/ HTTP/1.1\r\n\r\n".encode(),
        f"CONNECT {place} HTTP/1.1\r\n\r\n".encode(),
        resolve=resolve,
    )
    assert [answer[:13] for answer in answers] == [b"HTTP/1.1 403 "] * 2
    assert asked == ["news.example"] * 2
    assert site.connections == 0


def test_a_name_is_resolved_once_a_connection_so_that_it_cannot_lead_elsewhere_after_the_check(site, other_site):
    # The second answer would lead to the other server, which is not allowed; it is never asked for.
    resolve, asked = _resolving(["127.0.0.1"], ["127.0.0.2"])
    guard = AddressGuard([f"news.example:{site.port}"])
    site.answers["/"] = (200, {}, b"hello")
    request = f"GET http://news.example:{site.port}/ HTTP/1.1\r\nHost: news.example\r\n\r\n".encode()
    (answer,), _ = _through(guard, request, resolve=resolve)
    assert answer.endswith(b"hello")
    assert asked == ["news.example"]
    assert other_site.connections == 0


def test_a_tunnel_carries_bytes_both_ways(site):
    site.answers["/"] = (200, {"Connection": "close"}, b"hello")
    request = f"CONNECT {site.address} HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nConnection: close\r\n\r\n".encode()
    (answer,), _ = _through(AddressGuard([site.address]), request)
    assert answer.startswith(b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 ")
    assert answer.endswith(b"hello")


def test_a_second_request_on_a_connection_goes_nowhere(site):
    first = f"GET {site.url('/one')} HTTP/1.1\r\n\r\n"
    (answer,), _ = _through(AddressGuard([site.address]), (first + first.replace("one", "two")).encode())
    assert site.requests == ["/one"]
    assert answer.count(b"HTTP/1.1 404") == 1


@pytest.mark.parametrize("as_tunnel", [False, True])
def test_a_page_that_loads_too_much_is_cut_off(site, as_tunnel):
    site.answers["/"] = (200, {"Connection": "close"}, b"x" * 300_000)
    direct = f"GET {site.url('/')} HTTP/1.1\r\n\r\n"
    tunnel = f"CONNECT {site.address} HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nConnection: close\r\n\r\n"
    (answer, after), proxy = _through(
        AddressGuard([site.address]), (tunnel if as_tunnel else direct).encode(), direct.encode(), max_received=100_000
    )
    assert len(answer) < 101_000
    assert after == b""
    assert proxy.is_exhausted


def test_a_page_that_opens_too_many_connections_is_cut_off(site):
    requests = [f"GET {site.url('/')} HTTP/1.1\r\n\r\n".encode()] * 4
    answers, proxy = _through(AddressGuard([site.address]), *requests, max_connections=2)
    assert [answer[:12] for answer in answers] == [b"HTTP/1.1 404"] * 2 + [b""] * 2
    assert proxy.is_exhausted


@pytest.mark.parametrize(
    "request_head",
    [
        b"GET /no-host HTTP/1.1\r\n\r\n",
        b"GET ftp://127.0.0.1/ HTTP/1.1\r\n\r\n",
        b"GET http://[::1/ HTTP/1.1\r\n\r\n",
        b"CONNECT 127.0.0.1:99999 HTTP/1.1\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"POST http://127.0.0.1/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST http://127.0.0.1/ HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        b"GET http://127.0.0.1/ HTTP/1.1\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_request_is_answered_with_an_error(request_head):
    (answer,), _ = _through(AddressGuard(["127.0.0.1"]), request_head)
    assert answer[:12] in (b"HTTP/1.1 502", b"HTTP/1.1 403", b"")


def test_a_head_without_end_is_not_passed_on(site):
    def endless(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000)

    site.answers["/"] = endless
    (answer,), _ = _through(AddressGuard([site.address]), f"GET {site.url('/')} HTTP/1.1\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 502 ")


def test_everything_goes_through_the_users_proxy_with_its_credentials():
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + (b"" if seen[-1].startswith(b"CONNECT") else b"from the proxy"))
        writer.close()

    async def run(ask: Callable[[PageProxy, bytes], Awaitable[bytes]]) -> list[bytes]:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            upstream = ProxyAddress.of(f"http://me:secret@127.0.0.1:{port}")
            async with PageProxy(AddressGuard(), upstream=upstream) as proxy:
                return [
                    await ask(proxy, b"GET http://news.example/a HTTP/1.1\r\nHost: news.example\r\n\r\n"),
                    await ask(proxy, b"CONNECT news.example:443 HTTP/1.1\r\n\r\n"),
                    await ask(proxy, b"CONNECT 127.0.0.1:443 HTTP/1.1\r\n\r\n"),
                ]

    page, tunnel, forbidden = asyncio.run(run(_ask))
    assert page.endswith(b"from the proxy")
    assert tunnel.startswith(b"HTTP/1.1 200 Connection established")
    assert forbidden.startswith(b"HTTP/1.1 403 ")
    assert seen[0].startswith(b"GET http://news.example/a HTTP/1.1\r\n")
    assert seen[1].startswith(b"CONNECT news.example:443 HTTP/1.1\r\n")
    assert all(b"Proxy-Authorization: Basic bWU6c2VjcmV0\r\n" in head for head in seen)
    assert len(seen) == 2
