"""Mutated real pages: whatever a page does to its parser, there is a verdict and no exception."""

from __future__ import annotations

import gzip
import os
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsarchive.model.article import Article, NotArticle
from newsarchive.model.capture import Capture
from newsarchive.parsers.normalize import normalize
from newsarchive.parsers.publisher import Publisher

PAGES = 50
MUTATIONS = 100
"""Of each page."""
FRAGMENTS = (
    b"<",
    b">",
    b'"',
    b"</div>",
    b"<div>",
    b"{",
    b"<!--",
    b"-->",
    b"&#0;",
    b"&#xD800;",
    b"<script>",
    b"<table>",
    b"\x00",
)


@pytest.mark.slow
@pytest.mark.skipif("NEWSARCHIVE_BENCH" not in os.environ, reason="NEWSARCHIVE_BENCH names no benchmark folder")
def test_five_thousand_mutated_pages_are_read_without_an_exception():
    files = sorted((Path(os.environ["NEWSARCHIVE_BENCH"]) / "pages").glob("*.html.gz"))
    chance = random.Random(2024)
    for file in chance.sample(files, PAGES):
        page = gzip.decompress(file.read_bytes())[:150_000]
        for _ in range(MUTATIONS):
            result = Publisher().read(capture(mutated(page, chance)))
            assert isinstance(normalize(result) if isinstance(result, Article) else result, (Article, NotArticle))


def mutated(page: bytes, chance: random.Random) -> bytes:
    body = bytearray(page)
    for _ in range(chance.randint(1, 20)):
        start = chance.randrange(len(body) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            del body[start : start + chance.randint(1, 2_000)]
        elif kind == 1:
            other = chance.randrange(len(body) + 1)
            body[start:start] = body[other : other + chance.randint(1, 2_000)]
        elif kind == 2:
            body[start : start + 1] = bytes([chance.randrange(256)])
        else:
            body[start:start] = chance.choice(FRAGMENTS) * chance.randint(1, 20)
    return bytes(body)


def capture(body: bytes) -> Capture:
    url = "https://example.com/2024/05/01/a-story"
    return Capture(
        requested_url=url, url=url, fetched_at=datetime(2024, 5, 2, tzinfo=UTC), status=200, headers={}, body=body
    )
