"""An article split over several pages: every part is fetched and archived as a record of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from newsarchive.api import Archive

STORY = "/2024/05/the-lake-and-its-boats"
SENTENCES = {
    "1": "The ministers of the shore countries met on Monday to speak about the lake and the boats that cross it. ",
    "2": "The second day belonged to the fishermen, who told of nets that come up empty and of waters that rise. ",
    "3": "On the last day a paper was signed, and nobody left the hall before the names of all were read aloud. ",
}


def part(number: str) -> bytes:
    address = STORY if number == "1" else f"{STORY}/{number}"
    pager = " ".join(
        f'<a href="{STORY if other == "1" else f"{STORY}/{other}"}">{other}</a>'
        for other in SENTENCES
        if other != number
    )
    paragraphs = "".join(f"<p>{SENTENCES[number] * 2}</p>" for _ in range(4))
    return (
        f"<html lang=en><head><title>The lake and its boats</title><link rel=canonical href='{STORY}'></head><body>"
        f"<article data-address='{address}'><h1>The lake and its boats</h1>{paragraphs}</article>"
        f"<div class='page-links'>Pages: {pager}</div></body></html>"
    ).encode()


@pytest.mark.slow
def test_every_part_of_an_article_is_archived(site, tmp_path):
    home = f"<html><body><h2><a href='{STORY}'>The lake and its boats</a></h2></body></html>"
    feed = (
        "<?xml version='1.0'?><rss version='2.0'><channel><title>The Shore</title><item><title>The lake and its "
        f"boats</title><link>{site.url(STORY)}</link></item></channel></rss>"
    )
    site.answers = {
        "/": (200, {}, f"<html><head><link rel=alternate type=application/rss+xml href=/feed></head>{home}".encode()),
        "/feed": (200, {"Content-Type": "application/rss+xml"}, feed.encode()),
        STORY: (200, {}, part("1")),
        f"{STORY}/2": (200, {}, part("2")),
        f"{STORY}/3": (200, {}, part("3")),
    }
    for arguments in (
        ["site", "add", site.url(), "--name", "shore", "--no-check", "--allow-address", site.address],
        ["crawl", "shore", "--allow-address", site.address],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "newsarchive", "--home", str(tmp_path), *arguments],
            env={**os.environ, "NEWSARCHIVE_DELAY": "0"},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
    with Archive.open(tmp_path) as archive:
        articles = {revision.article.canonical_url: revision.article for revision in archive.latest()}
    addresses = [site.url(STORY), site.url(f"{STORY}/2"), site.url(f"{STORY}/3")]
    assert sorted(articles) == addresses
    assert [articles[url].next_page_url for url in addresses] == [*addresses[1:], None]
    assert all(SENTENCES[n].strip() in articles[url].article_body for n, url in zip("123", addresses, strict=True))
