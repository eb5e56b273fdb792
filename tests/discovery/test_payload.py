from __future__ import annotations

import gzip
import tracemalloc

import pytest

from newsarchive.discovery.payload import unpacked, with_ampersands_escaped
from newsarchive.errors import DiscoveryError

URL = "https://example.com/sitemap.xml.gz"


def test_plain_bytes_stay_as_they_are():
    assert unpacked(b"<urlset/>", URL, max_bytes=100) == b"<urlset/>"


def test_gzip_is_undone_twice_and_over_several_members():
    assert unpacked(gzip.compress(gzip.compress(b"text")), URL, max_bytes=100) == b"text"
    assert unpacked(gzip.compress(b"te") + gzip.compress(b"xt"), URL, max_bytes=100) == b"text"


def test_a_file_cut_off_or_with_garbage_behind_it_gives_what_can_be_read():
    packed = gzip.compress(b"text")
    assert unpacked(packed[:-6], URL, max_bytes=100) == b"text"
    assert unpacked(packed + b"garbage", URL, max_bytes=100) == b"text"


def test_a_corrupt_file_gives_nothing():
    assert unpacked(b"\x1f\x8b\x08\x00" + b"\xff" * 30, URL, max_bytes=100) == b""


@pytest.mark.parametrize(
    "body",
    [b"x" * 101, gzip.compress(b"x" * 101, mtime=0), gzip.compress(b"x" * 60, mtime=0) * 2],
    ids=["plain", "packed", "packed in two"],
)
def test_a_body_longer_than_the_limit_is_refused(body):
    with pytest.raises(DiscoveryError) as caught:
        unpacked(body, URL, max_bytes=100)
    assert caught.value.reason == "too-large"
    assert caught.value.url == URL
    assert "\n" not in str(caught.value)


def test_a_bomb_never_takes_more_memory_than_the_limit():
    bomb = gzip.compress(bytes(100_000_000))
    tracemalloc.start()
    with pytest.raises(DiscoveryError):
        unpacked(bomb, URL, max_bytes=1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_only_bare_ampersands_are_escaped():
    body = b"<a>?a=1&b=2 R&D &nbsp; &amp; &#8217; &#x2019; &lt;</a>"
    assert with_ampersands_escaped(body) == b"<a>?a=1&amp;b=2 R&amp;D &amp;nbsp; &amp; &#8217; &#x2019; &lt;</a>"
    assert with_ampersands_escaped("<a>&b</a>".encode("utf-16")) == "<a>&b</a>".encode("utf-16")
