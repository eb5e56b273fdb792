from __future__ import annotations

import gzip
import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from newsarchive.crawling.whole_page import read_with_links
from newsarchive.discovery.links import read_links
from newsarchive.model.capture import Capture
from newsarchive.publishers.registry import read

PAGES = sorted(Path(__file__).parents[1].glob("publishers/**/page.html.gz"))


def capture(body: bytes) -> Capture:
    url = "https://paper.example/2024/05/a-story"
    return Capture(
        requested_url=url, url=url, fetched_at=datetime(2024, 5, 2, tzinfo=UTC), status=200, headers={}, body=body
    )


@pytest.mark.parametrize("body", [*(gzip.decompress(page.read_bytes()) for page in PAGES), b"", b"<a href=/x>x</a>"])
def test_both_are_what_each_is_by_itself(body):
    page = capture(body)
    assert pickle.loads(pickle.dumps(read_with_links(page))) == (read(page), read_links(page))


def test_one_tree_serves_both(monkeypatch):
    made = []
    parse = etree.fromstring
    monkeypatch.setattr(etree, "fromstring", lambda *arguments: made.append(arguments) or parse(*arguments))
    page = capture(gzip.decompress(PAGES[0].read_bytes()))
    read_with_links(page)
    together = len(made)
    read(page)
    assert together == len(made) - together
