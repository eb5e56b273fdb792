"""The download handler: how connections are opened. To allowed addresses only, through the proxy if there is one.

Scrapy's handler builds a Twisted agent for each request; this one builds the same agents with three changes:

- Twisted resolves the name and then opens a connection to an address through the reactor it was given. It is given one
  that asks the address guard first, so that no form of a host, no answer of a name server and no redirect gets around
  it: robots.txt, retries and redirects all come through here.
- The proxy comes from the user's settings and nowhere else, for every request.
- A response whose head does not end is broken off.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _ScrapyAgent,
    _ScrapyProxyAgent,
    _TunnelingAgent,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.interfaces import IAddress, IReactorPluggableNameResolver, IReactorTCP, IReactorTime
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS, HTTP11ClientProtocol
from twisted.web.client import Agent
from twisted.web.http_headers import Headers
from zope.interface import implementer  # type: ignore[import-untyped]

from newsarchive.captures.http_message import MAX_HEAD_BYTES
from newsarchive.crawling.addon import config_of
from newsarchive.crawling.connections.addresses import AddressGuard
from newsarchive.crawling.connections.certificates import VerifyingPolicy
from newsarchive.crawling.connections.proxy_address import ProxyAddress
from newsarchive.crawling.politeness.spending import BudgetMiddleware
from newsarchive.errors import FetchError
from newsarchive.urls import MAX_URL_LENGTH

_HOST_NAME = re.compile(rb"[A-Za-z0-9._:-]+")  # underscores and IPv6 addresses included


class GuardedDownloadHandler(HTTP11DownloadHandler):
    """Downloads http and https addresses.

    Raises ForbiddenAddressError, or DayIsSpentError for what the host's day does not hold any more, before a packet is
    sent.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        config = config_of(crawler.settings)
        self._guard = AddressGuard(config.allow_addresses)
        self._proxy = ProxyAddress.of(config.proxy) if config.proxy else None
        self._contextFactory = VerifyingPolicy(config.ca_file)  # type: ignore[assignment]
        self._pool._factory = _LimitedFactory
        self._pool.retryAutomatically = False  # at once, past the delay and every count: Scrapy's retries do it

    async def download_request(self, request: Request) -> Response:
        """One request, one response. ``request.meta["proxy"]`` is not read."""
        if len(request.url) > MAX_URL_LENGTH:
            raise FetchError(f"{len(request.url)} characters", url=request.url, reason="url-too-long")
        self._guard.check_url(request.url)
        _check_host_name(request.url)
        budget = self._crawler.get_downloader_middleware(BudgetMiddleware)
        if budget is not None:
            budget.send(request)
        agent = _GuardedAgent(
            guard=self._guard,
            proxy=self._proxy,
            contextFactory=self._contextFactory,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        with wrap_twisted_exceptions():
            response = await maybe_deferred_to_future(agent.download_request(request))
        if self._proxy is not None:
            response.ip_address = None  # the proxy's own says nothing of the page
        return response


class _GuardedAgent(_ScrapyAgent):
    def __init__(self, *, guard: AddressGuard, proxy: ProxyAddress | None, **options: Any) -> None:  # noqa: ANN401
        super().__init__(**options)
        self._guard = guard
        self._proxy = proxy

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        from twisted.internet import reactor  # Scrapy installs it after this module is imported

        options: dict[str, Any] = {
            "contextFactory": self._contextFactory,
            "connectTimeout": timeout,
            "pool": self._pool,
        }
        if self._proxy is None:

            def check(address: str, port: int) -> None:
                self._guard.check_connection(request.url, address, port)

            return Agent(_GuardedReactor(reactor, check), **options)  # type: ignore[no-untyped-call]
        host, port, authorization = self._proxy.host, self._proxy.port, self._proxy.authorization
        if request.url.startswith("https:"):
            return _TunnelingAgent(reactor=reactor, proxyConf=(host, port, authorization), **options)
        return _ProxyAgent(authorization, reactor=reactor, proxyURI=f"http://{host}:{port}".encode(), **options)


class _ProxyAgent(_ScrapyProxyAgent):
    """Sends the proxy's credentials with plain requests, without their being part of the request that is kept."""

    def __init__(self, authorization: bytes | None, **options: Any) -> None:  # noqa: ANN401
        super().__init__(**options)
        self._authorization = authorization

    def request(self, method: bytes, uri: bytes, headers: Headers | None = None, bodyProducer: Any = None) -> Any:  # noqa: ANN401, N803
        headers = headers or Headers()
        if self._authorization:
            headers.setRawHeaders(b"Proxy-Authorization", [self._authorization])
        return super().request(method, uri, headers, bodyProducer)


@implementer(IReactorTCP, IReactorTime, IReactorPluggableNameResolver)
class _GuardedReactor:
    """What an agent needs of a reactor, no more; it connects only where ``check`` does not raise."""

    def __init__(self, reactor: Any, check: Callable[[str, int], None]) -> None:  # noqa: ANN401
        self._reactor = reactor
        self._check = check
        self.callLater = reactor.callLater
        self.seconds = reactor.seconds

    @property
    def nameResolver(self) -> Any:  # noqa: ANN401, N802
        return self._reactor.nameResolver

    def connectTCP(self, host: str, port: int, *options: Any, **more: Any) -> Any:  # noqa: ANN401, N802
        # HostnameEndpoint has resolved the name; a host that is no address is refused by the guard.
        self._check(host, port)
        return self._reactor.connectTCP(host, port, *options, **more)


class _LimitedProtocol(_LenientHTTP11ClientProtocol):
    """Breaks a response off when its head is too long: DOWNLOAD_MAXSIZE counts the body only."""

    _head_bytes = 0

    def request(self, request: Any) -> Any:  # noqa: ANN401
        self._head_bytes = 0
        answered = super().request(request)
        if self._parser is not None:
            # Twisted ends the connection as if the server had.
            self._parser.lineLengthExceeded = lambda _: self._break_off(  # type: ignore[method-assign]
                "a header field of more than 16 KiB"
            )
        return answered

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        in_head = self._in_head()
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        if in_head and self._in_head():
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._break_off(f"more than {MAX_HEAD_BYTES} bytes of header fields")

    def _break_off(self, why: str) -> None:
        self._giveUp(Failure(FetchError(why, url="", reason="too-large")))  # type: ignore[no-untyped-call]
        self.transport.abortConnection()  # type: ignore[union-attr]

    def _in_head(self) -> bool:
        return self._parser is not None and self._parser.state in (STATUS, HEADER)


class _LimitedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: N802
        return _LimitedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


def _check_host_name(url: str) -> None:
    """Refuse what no resolver takes: Twisted's waits for an answer that never comes until the request times out."""
    host = urlsplit(url).hostname or ""
    try:
        valid = _HOST_NAME.fullmatch(host.encode("idna"))
    except UnicodeError:
        valid = None
    if not valid:
        raise CannotResolveHostError(f"{host[:100]!r} is not a host name")
