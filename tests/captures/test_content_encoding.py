from __future__ import annotations

import gzip
import tracemalloc
import zlib

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.captures.content_encoding import ACCEPTED, EncodedBodyError, decode_content

DOCUMENT = b"<p>The lake is low.</p>" * 4000


def raw_deflate(document: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(document) + compressor.flush()


ENCODERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


@pytest.mark.parametrize("coding", ENCODERS)
@pytest.mark.parametrize("document", [b"", b"x", DOCUMENT])
def test_each_coding_is_undone(coding, document):
    assert decode_content(ENCODERS[coding](document), coding.upper()) == document


def test_every_accepted_coding_can_be_undone():
    assert set(ACCEPTED) <= set(ENCODERS)


def test_bare_deflate_is_undone():
    assert decode_content(raw_deflate(DOCUMENT), "deflate") == DOCUMENT


def test_codings_on_top_of_each_other_are_undone_from_the_last():
    assert decode_content(gzip.compress(brotli.compress(DOCUMENT)), "br, gzip") == DOCUMENT


def test_gzip_members_are_joined_and_what_follows_is_dropped():
    assert decode_content(gzip.compress(b"a") + gzip.compress(b"b") + b"junk", "gzip") == b"ab"
    assert decode_content(gzip.compress(b"") + gzip.compress(b"b"), "gzip") == b"b"


def test_no_coding_leaves_the_body():
    assert decode_content(DOCUMENT, "") == decode_content(DOCUMENT, "identity") == DOCUMENT


def test_an_empty_body_is_empty_whatever_is_declared():
    assert decode_content(b"", "br, gzip") == b""


def test_a_body_that_was_never_packed_is_taken_as_it_is():
    assert decode_content(DOCUMENT, "gzip") == decode_content(DOCUMENT, "zstd") == DOCUMENT


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_cut_short_is_an_error(coding):
    packed = ENCODERS[coding](bytes(range(256)) * 300 + DOCUMENT)
    for end in (len(packed) - 1, len(packed) // 2, 5):
        with pytest.raises(EncodedBodyError) as caught:
            decode_content(packed[:end], coding)
        assert caught.value.reason == "truncated-body"


def test_bare_deflate_cut_short_is_an_error():
    with pytest.raises(EncodedBodyError) as caught:
        decode_content(raw_deflate(DOCUMENT)[:-3], "deflate")
    assert caught.value.reason == "truncated-body"


@pytest.mark.parametrize("coding", ENCODERS)
def test_a_bomb_is_stopped_at_the_limit(coding):
    bomb = ENCODERS[coding](bytes(30_000_000))
    tracemalloc.start()
    with pytest.raises(EncodedBodyError) as caught:
        decode_content(bomb, coding, limit=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.reason == "too-large"
    assert peak < 20_000_000


def test_the_limit_holds_for_plain_bodies_too():
    assert decode_content(b"x" * 10, "", limit=10)
    with pytest.raises(EncodedBodyError, match="more than 10 bytes"):
        decode_content(b"x" * 11, "", limit=10)


def test_a_thousand_members_are_refused_quickly():
    with pytest.raises(EncodedBodyError, match="members"):
        decode_content(gzip.compress(b"x") * 1000, "gzip")
    with pytest.raises(EncodedBodyError, match="frames"):
        decode_content(zstd.compress(b"x") * 1000, "zstd")


@pytest.mark.parametrize("declared", ["compress", "br, br, br, gzip", "aes128gcm", "gzip;q=1"])
def test_what_cannot_be_undone_is_an_error(declared):
    with pytest.raises(EncodedBodyError) as caught:
        decode_content(b"abc", declared)
    assert caught.value.reason == "bad-encoding"


@given(body=st.binary(max_size=300), coding=st.sampled_from([*ENCODERS, "identity", "", "gzip, br", "\x00"]))
def test_any_bytes_are_a_document_or_an_encoded_body_error(body, coding):
    for prefix in (b"", b"\x1f\x8b\x08\x00", b"\x28\xb5\x2f\xfd", b"\x78\x9c"):
        try:
            decode_content(prefix + body, coding, limit=100_000)
        except EncodedBodyError as error:
            assert error.reason in {"truncated-body", "too-large", "bad-encoding"}
