from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.captures.http_message import header_text, read_response


def test_a_response_is_taken_apart():
    message = read_response(b"HTTP/1.1 404 Not Found\r\nContent-Type:  text/html\r\nX-Empty:\r\n\r\nbody\r\n\r\nmore")
    assert message.status == 404
    assert message.headers == ((b"Content-Type", b"text/html"), (b"X-Empty", b""))
    assert message.payload == b"body\r\n\r\nmore"


def test_bare_line_feeds_end_a_head_too():
    assert read_response(b"HTTP/1.0 200\nA: b\n\nbody\r\n\r\n").payload == b"body\r\n\r\n"


def test_chunks_are_put_together():
    message = read_response(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"
    )
    assert (message.payload, message.was_chunked) == (b"hello!", True)


def test_a_payload_said_to_be_chunked_but_whole_is_left():
    message = read_response(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<html>a whole page</html>")
    assert message.payload == b"<html>a whole page</html>"


@pytest.mark.parametrize("block", [b"", b"\r\n\r\n", b"<html>", b"HTTP/1.1\r\n\r\n", b"HTTP/1.1 OK 200\r\n\r\n"])
def test_what_is_no_response_is_refused(block):
    with pytest.raises(ValueError, match="status line"):
        read_response(block)


def test_header_text_survives_any_bytes():
    assert header_text([(b"X-A", "é".encode()), (b"x-a", b"\xe9")]) == {"x-a": "é, é"}


@given(st.binary(max_size=400))
def test_any_block_is_a_message_or_a_value_error(rest):
    for head in (b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"):
        with contextlib.suppress(ValueError):
            read_response(head + rest)
