from __future__ import annotations

import gzip

import brotli
import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response, TextResponse, XmlResponse

from newsarchive.crawling.connections.decoding import DecodingMiddleware
from newsarchive.errors import FetchError

URL = "http://a.example/x"


def decoded(body: bytes, headers: dict, kind=Response) -> Response:
    return DecodingMiddleware(limit=100_000).process_response(Request(URL), kind(URL, body=body, headers=headers))


def test_the_codings_we_undo_are_asked_for():
    request = Request(URL)
    DecodingMiddleware(limit=1).process_request(request)
    assert request.headers[b"Accept-Encoding"] == b"gzip, deflate, br, zstd"


def test_the_document_gets_its_own_type_and_encoding():
    page = "<html><meta charset='koi8-r'><p>Озеро</p></html>".encode("koi8-r")
    response = decoded(gzip.compress(page), {"Content-Encoding": "gzip", "Content-Type": "text/html"})
    assert isinstance(response, HtmlResponse)
    assert "Озеро" in response.text
    assert b"Content-Encoding" not in response.headers
    assert isinstance(decoded(brotli.compress(b"<?xml version='1.0'?><a/>"), {"Content-Encoding": "br"}), XmlResponse)


def test_several_fields_are_one_list():
    headers = {"Content-Encoding": ["br", "gzip"], "Content-Type": "text/plain"}
    response = decoded(gzip.compress(brotli.compress(b"twice")), headers)
    assert isinstance(response, TextResponse)
    assert response.body == b"twice"


def test_a_plain_response_is_left_alone():
    response = Response(URL, body=b"x")
    assert DecodingMiddleware(limit=1).process_response(Request(URL), response) is response


@pytest.mark.parametrize(
    ("body", "coding", "reason"),
    [
        (gzip.compress(b"half an article" * 50, mtime=0)[:-9], "gzip", "truncated-body"),
        (gzip.compress(bytes(200_000), mtime=0), "gzip", "too-large"),
        (b"x", "compress", "bad-encoding"),
        (b"\x1f\x8b\x08\x00" + b"\xff" * 40, "gzip", "bad-encoding"),
    ],
)
def test_what_cannot_be_decoded_is_a_fetch_error(body, coding, reason):
    with pytest.raises(FetchError) as caught:
        decoded(body, {"Content-Encoding": coding})
    assert (caught.value.reason, caught.value.url) == (reason, URL)
