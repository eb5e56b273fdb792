"""What went wrong, in the ledger's words: from an exception or an HTTP status to an outcome and a reason."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http import HTTPStatus

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    StopDownload,
    UnsupportedURLSchemeError,
)
from scrapy.spidermiddlewares.httperror import HttpError
from service_identity import VerificationError
from twisted.internet import error as twisted_error
from twisted.python.failure import Failure

from newsarchive.errors import CaptureError, FetchError
from newsarchive.model.crawl_run import Outcome

Verdict = tuple[Outcome, str, str | None]
"""Outcome, reason code, and what was seen, for a person (None where the code says it all)."""

BLOCKED_STATUSES = frozenset((401, 403, 407, 429, 451))
"""With these a server turns us away, rather than that the page is missing or the server broken."""

CHALLENGE_STATUS = 202
"""202 Accepted is no answer with a document in it (RFC 9110, 15.3.3); bot defenses send their challenges with it."""

_REFUSALS = frozenset(
    (
        "robots-txt",
        "robots-unreachable",
        "budget",
        "noarchive",
        "noindex",
        "tdm-reservation",
        "forbidden-address",
        "too-large",
        "url-too-long",
        "depth",
        "off-site",
        "scheme",
    )
)
_MAX_DETAIL = 500
_MAX_CAUSES = 20

_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    # The first that fits the exception or one of its causes wins, so that what says most comes first.
    (ResponseDataLossError, "truncated-body"),
    (VerificationError, "tls"),
    (SSL.Error, "tls"),
    (CannotResolveHostError, "dns"),
    (twisted_error.DNSLookupError, "dns"),
    (socket.gaierror, "dns"),
    (DownloadConnectionRefusedError, "connection-refused"),
    (twisted_error.ConnectionRefusedError, "connection-refused"),
    (DownloadTimeoutError, "timeout"),
    (twisted_error.TimeoutError, "timeout"),
    (twisted_error.TCPTimedOutError, "timeout"),
    (TimeoutError, "timeout"),
    (UnsupportedURLSchemeError, "scheme"),
    (NotSupported, "scheme"),
    # Scrapy cancels a download of its own accord only when it is larger than DOWNLOAD_MAXSIZE.
    (DownloadCancelledError, "too-large"),
    (StopDownload, "too-large"),
    (CaptureError, "capture"),
    (twisted_error.NoRouteError, "unreachable"),
    (twisted_error.ConnectError, "connection-failed"),
    (twisted_error.ConnectionLost, "connection-lost"),
    (twisted_error.ConnectionDone, "connection-lost"),
)

_IGNORED = (
    # Scrapy tells its refusals apart by their text only.
    ("max redirections", "redirect-loop"),
    ("robots.txt", "robots-txt"),
    ("offsite", "off-site"),
    ("maxsize", "too-large"),
)


def classify(error: object) -> Verdict:
    """Name the failure behind an exception or a Twisted Failure. Never raises; what is not known is ``error``."""
    value = error.value if isinstance(error, Failure) else error
    if isinstance(value, HttpError):
        return classify_status(value.response.status)
    causes = list(_causes(value))
    for cause in causes:
        if isinstance(cause, FetchError):
            return _verdict(cause.reason, cause)
    for kind, reason in _REASONS:
        for cause in causes:
            if isinstance(cause, kind):
                return _verdict(reason, cause)
    for cause in causes:
        if isinstance(cause, IgnoreRequest):
            text = _text(cause).lower()
            return _verdict(next((reason for mark, reason in _IGNORED if mark in text), "ignored"), cause)
        if isinstance(cause, ValueError) and "Missing scheme" in _text(cause):  # javascript:alert(1)
            return _verdict("scheme", cause)
    # DownloadFailedError and its kind say only that it failed.
    known = [cause for cause in causes if type(cause).__name__ != "DownloadFailedError"]
    if known != causes:  # an answer came, but it breaks HTTP
        return Outcome.FAILED, "bad-answer", _clipped(_text(known[-1] if known else value))
    return Outcome.FAILED, "error", _clipped(f"{type(value).__name__}: {_text(known[-1] if known else value)}")


def classify_status(status: int) -> Verdict:
    """Name what an HTTP status other than 2xx means: ``http-404``, and blocked where the server turns us away."""
    phrase = HTTPStatus(status).phrase if status in _STATUSES else None
    return Outcome.BLOCKED if status in BLOCKED_STATUSES else Outcome.FAILED, f"http-{status}", phrase


def classify_unread(reason: str, status: int) -> tuple[Outcome, str]:
    """Name what a page was in which the parser found no article: a wall or a challenge, or just another page."""
    if status == CHALLENGE_STATUS:
        return Outcome.BLOCKED, f"http-{status}"
    return Outcome.BLOCKED if reason == "bot-wall" else Outcome.NOT_ARTICLE, reason


_STATUSES = frozenset(status.value for status in HTTPStatus)
_BLOCKED = frozenset(map(str, BLOCKED_STATUSES))


def _verdict(reason: str, error: BaseException) -> Verdict:
    if reason == "retry-after" or (reason.startswith("http-") and reason[5:] in _BLOCKED):
        outcome = Outcome.BLOCKED
    else:
        outcome = Outcome.REFUSED if reason in _REFUSALS else Outcome.FAILED
    text = _text(error)
    if isinstance(error, FetchError):
        text = text.removeprefix(f"{error.url}: ")  # the ledger's line has it
    return outcome, reason, _clipped(text) or None


def _causes(error: object) -> Iterator[BaseException]:
    """The exception and what led to it: ``__cause__``, and the ``reasons`` Twisted packs into one another."""
    waiting = [error]
    for _ in range(_MAX_CAUSES):
        if not waiting:
            return
        current = waiting.pop(0)
        if isinstance(current, Failure):
            current = current.value
        if not isinstance(current, BaseException):
            continue
        yield current
        reasons = getattr(current, "reasons", None)
        waiting += [current.__cause__, *(reasons if isinstance(reasons, list) else [])]


def _text(error: object) -> str:
    if isinstance(error, SSL.Error) and error.args and isinstance(error.args[0], list):
        # [('SSL routines', '', 'certificate verify failed')]
        return "; ".join(str(entry[-1]) for entry in error.args[0] if entry) or "TLS error"
    try:
        return " ".join(str(error).split())
    except Exception:  # noqa: BLE001 (an exception whose text cannot be had must not hide what happened)
        return ""


def _clipped(text: str) -> str:
    return text if len(text) <= _MAX_DETAIL else text[: _MAX_DETAIL - 1] + "…"
