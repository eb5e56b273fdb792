from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet import error as twisted_error
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from newsarchive.crawling.failures import classify, classify_status
from newsarchive.errors import CaptureError, FetchError, ForbiddenAddressError
from newsarchive.model.crawl_run import Outcome


def caused(error: BaseException, cause: BaseException) -> BaseException:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (CannotResolveHostError("x"), Outcome.FAILED, "dns"),
        (socket.gaierror(-2, "x"), Outcome.FAILED, "dns"),
        (DownloadConnectionRefusedError("x"), Outcome.FAILED, "connection-refused"),
        (DownloadTimeoutError("x"), Outcome.FAILED, "timeout"),
        (twisted_error.TCPTimedOutError(), Outcome.FAILED, "timeout"),
        (twisted_error.ConnectionLost(), Outcome.FAILED, "connection-lost"),
        (twisted_error.NoRouteError(), Outcome.FAILED, "unreachable"),
        (ResponseDataLossError(), Outcome.FAILED, "truncated-body"),
        (DownloadCancelledError("x"), Outcome.REFUSED, "too-large"),
        (IgnoreRequest("max redirections reached"), Outcome.FAILED, "redirect-loop"),
        (IgnoreRequest("Filtered offsite request to 'x'"), Outcome.REFUSED, "off-site"),
        (IgnoreRequest(), Outcome.FAILED, "ignored"),
        (NotSupported("Unsupported URL scheme 'ftp'"), Outcome.REFUSED, "scheme"),
        (CaptureError("disk full"), Outcome.FAILED, "capture"),
        (FetchError("x", url="u", reason="robots-txt"), Outcome.REFUSED, "robots-txt"),
        (FetchError("x", url="u", reason="bad-encoding"), Outcome.FAILED, "bad-encoding"),
        (ForbiddenAddressError("x", url="u", reason="forbidden-address"), Outcome.REFUSED, "forbidden-address"),
        (
            caused(DownloadFailedError("x"), ResponseFailed([Failure(SSL.Error([("SSL", "", "bad")]))])),
            Outcome.FAILED,
            "tls",
        ),
        (
            caused(DownloadFailedError("x"), ResponseFailed([Failure(twisted_error.ConnectionDone())])),
            Outcome.FAILED,
            "connection-lost",
        ),
        (
            caused(IgnoreRequest("robots"), ForbiddenAddressError("x", url="", reason="forbidden-address")),
            Outcome.REFUSED,
            "forbidden-address",
        ),
        (Failure(CannotResolveHostError("x")), Outcome.FAILED, "dns"),
        (HttpError(Response("http://a.example", status=404)), Outcome.FAILED, "http-404"),
        (HttpError(Response("http://a.example", status=429)), Outcome.BLOCKED, "http-429"),
        (KeyError("x"), Outcome.FAILED, "error"),
    ],
)
def test_each_failure_has_its_reason(error, outcome, reason):
    assert classify(error)[:2] == (outcome, reason)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (401, Outcome.BLOCKED),
        (403, Outcome.BLOCKED),
        (451, Outcome.BLOCKED),
        (404, Outcome.FAILED),
        (503, Outcome.FAILED),
    ],
)
def test_statuses_that_turn_us_away_are_blocked(status, outcome):
    assert classify_status(status)[:2] == (outcome, f"http-{status}")


def test_an_unheard_of_status_has_no_detail():
    assert classify_status(799) == (Outcome.FAILED, "http-799", None)


def test_an_unknown_failure_names_its_class_and_text():
    assert classify(ZeroDivisionError("by zero")) == (Outcome.FAILED, "error", "ZeroDivisionError: by zero")


def test_openssl_is_put_into_words():
    detail = classify(SSL.Error([("SSL routines", "", "certificate verify failed")]))[2]
    assert detail == "certificate verify failed"


def test_details_are_one_short_line():
    detail = classify(ValueError("a\nb " * 1000))[2]
    assert detail is not None
    assert len(detail) <= 500
    assert "\n" not in detail


def test_a_circle_of_causes_ends():
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    assert classify(first)[1] == "error"


class HostileError(Exception):
    def __str__(self) -> str:
        raise RuntimeError


@given(
    st.one_of(st.none(), st.text(), st.integers(), st.binary(), st.builds(HostileError), st.builds(OSError, st.text()))
)
def test_anything_is_classified(thing):
    outcome, reason, _ = classify(thing)
    assert isinstance(outcome, Outcome)
    assert reason
