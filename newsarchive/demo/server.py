"""The sample site over HTTP on loopback, for the demo and for tests that want a real server.

It behaves as a courteous news site would: keep-alive, ETag and Last-Modified with conditional requests, gzip where it
is accepted. It keeps a log of what it was asked, and a test may edit a page while it runs.
"""

from __future__ import annotations

import gzip
import hashlib
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from newsarchive.demo.content import load_content
from newsarchive.demo.site import Answer, Site

HOST = "127.0.0.1"
GZIP_LEVEL = 1
MIN_GZIP_BYTES = 300
IDLE_TIMEOUT_S = 30
"""A connection that asks nothing for that long is closed."""
_COMPRESSIBLE = ("text/", "application/rss+xml", "application/atom+xml", "application/feed+json", "application/xml")


class LoggedRequest(NamedTuple):
    """One request as it came in."""

    method: str
    path: str
    """Path and query as they were sent."""
    user_agent: str
    at: float
    """Seconds of ``time.monotonic()`` at its arrival."""


class SampleServer(ThreadingHTTPServer):
    """The sample site on a port of this machine; made by :func:`serve_sample`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, folder: Path | None = None) -> None:
        """Port 0 takes any free one. OSError if the port is taken, ValueError if the sample has a mistake."""
        content = load_content(folder)
        super().__init__((HOST, port), _Handler)
        self.log: list[LoggedRequest] = []
        self.site = Site(content, self.base_url)

    @property
    def base_url(self) -> str:
        """Where the site is, without a final slash, like ``http://127.0.0.1:8765``."""
        return f"http://{HOST}:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Let a client hang up without a word; anything else is reported as usual."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def replace(self, path: str, old: str, new: str) -> None:
        """Edit one page as a newsroom would: put ``new`` in the place of ``old``; its ETag and date change.

        ValueError if there is no such page or ``old`` is not in its source.
        """
        self.site.replace(path, old, new, now=datetime.now(UTC))


@contextmanager
def serve_sample(port: int = 0, folder: Path | None = None) -> Iterator[SampleServer]:
    """Serve the sample in a thread of its own until the block ends.

    ``folder`` is the sample's, by default the bundled one. Errors as of :class:`SampleServer`.
    """
    with SampleServer(port, folder) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="sample-site", daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: SampleServer
    protocol_version = "HTTP/1.1"
    server_version = "SampleSite"
    sys_version = ""
    timeout = IDLE_TIMEOUT_S
    wbufsize = -1  # headers and body leave in one packet; unbuffered, delayed ACKs cost 40 ms a page
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self.server.log.append(
            LoggedRequest(self.command, self.path, self.headers.get("User-Agent", ""), time.monotonic())
        )
        answer = self.server.site.answer(self.path)
        # Weak, since the bytes differ with the Content-Encoding.
        etag = f'W/"{hashlib.sha256(answer.body).hexdigest()[:20]}"'
        if answer.status == HTTPStatus.OK and self._is_fresh(etag, answer):
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self.send_header("ETag", etag)
            self.end_headers()
            return
        body, encoding = self._encoded(answer)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        if encoding:
            self.send_header("Content-Encoding", encoding)
            self.send_header("Vary", "Accept-Encoding")
        if answer.location:
            self.send_header("Location", answer.location)
        if answer.status == HTTPStatus.OK:
            self.send_header("ETag", etag)
            self.send_header("Last-Modified", format_datetime(answer.modified.astimezone(UTC), usegmt=True))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def _is_fresh(self, etag: str, answer: Answer) -> bool:
        """Whether the client's copy is still good (RFC 9110, 13.1: If-None-Match goes before If-Modified-Since)."""
        if known := self.headers.get("If-None-Match"):
            return etag in (tag.strip() for tag in known.split(","))
        if since := self.headers.get("If-Modified-Since"):
            try:
                return answer.modified.replace(microsecond=0) <= parsedate_to_datetime(since)
            except (TypeError, ValueError):
                return False
        return False

    def _encoded(self, answer: Answer) -> tuple[bytes, str | None]:
        accepted = "gzip" in self.headers.get("Accept-Encoding", "").lower()
        if accepted and len(answer.body) >= MIN_GZIP_BYTES and answer.content_type.startswith(_COMPRESSIBLE):
            return gzip.compress(answer.body, GZIP_LEVEL, mtime=0), "gzip"
        return answer.body, None

    def log_message(self, *args: object) -> None:
        """Say nothing: the demo's terminal belongs to the crawl."""
