"""Whole crawls of a site whose text comes from scripts: a real Chromium, without which these tests are skipped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.writer import ArchiveWriter
from newsarchive.captures.warc_reader import iter_captures, read_capture
from newsarchive.config import Config
from newsarchive.crawling.browser.path import browser_path
from newsarchive.errors import ConfigError
from newsarchive.model.crawl_run import LedgerEntry

try:
    browser_path(Config())
    MISSING = ""
except ConfigError as error:
    MISSING = str(error)

pytestmark = [pytest.mark.slow]
needs_browser = pytest.mark.skipif(bool(MISSING), reason=MISSING)

SHELL = b"""<!DOCTYPE html><html lang="en"><head><title>Loading</title><script src="/app.js" defer></script></head>
<body></body></html>"""
APP = b"""
fetch("/api" + location.pathname).then(answer => answer.json()).then(story => {
    if (story.links) {
        const links = story.links.map(url => `<h2><a href="${url}">The ferry on the lake stopped</a></h2>`);
        document.body.innerHTML = links.join("");
        return;
    }
    document.title = story.headline;
    document.body.innerHTML = `<article><h1>${story.headline}</h1>`
        + `<time datetime="2026-11-20T08:00:00Z">20 November</time>`
        + story.body.map(text => `<p>${text}</p>`).join("") + "</article>";
});"""
PATHS = ["/2026/11/20/the-ferry-on-the-lake-stopped", "/2026/11/21/the-harbor-of-the-north-is-closed"]


def _story(number: int) -> dict[str, object]:
    sentences = [
        f"On day {day} the water at pier {number} rose by {day * 3} centimeters, the keeper said." for day in range(40)
    ]
    return {
        "headline": f"Water at pier {number} rises",
        "body": [" ".join(sentences[i : i + 4]) for i in range(0, 40, 4)],
    }


@dataclass
class Crawled:
    home: Path
    reader: ArchiveReader
    ledger: dict[str, LedgerEntry]
    output: str


@pytest.fixture
def crawl(site, tmp_path) -> Callable[..., Crawled]:
    """Registers the site, rendered or not, and crawls it by the command line; once more with ``again``."""
    script_type = {"Content-Type": "text/javascript"}
    site.answers |= {
        "/robots.txt": (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /api/private"),
        "/": (200, {}, SHELL),
        "/app.js": (200, script_type, APP),
        "/api/": (200, {"Content-Type": "application/json"}, json.dumps({"links": PATHS}).encode()),
    }
    for number, path in enumerate(PATHS):
        site.answers[path] = (200, {"X-Robots-Tag": "all"}, SHELL)
        site.answers[f"/api{path}"] = (200, {"Content-Type": "application/json"}, json.dumps(_story(number)).encode())

    def run(*, rendered: bool = True, again: bool = False, code: int = 0, **environment: str) -> Crawled:
        base = {
            **os.environ,
            "NEWSARCHIVE_HOME": str(tmp_path),
            "NEWSARCHIVE_ALLOW_ADDRESSES": site.address,
            "NEWSARCHIVE_DELAY": "0",
        }
        newsarchive = [sys.executable, "-m", "newsarchive"]
        add = [*newsarchive, "site", "add", site.url(), "--name", "lake", "--no-check", *["--rendered"] * rendered]
        if not again:
            subprocess.run(add, env=base, check=True, capture_output=True)
        done = subprocess.run(
            [*newsarchive, "crawl", "lake"], env={**base, **environment}, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stderr
        database = Database.open(tmp_path / "archive.db")
        reader = ArchiveReader(database)
        ledger = {entry.url: entry for entry in reader.ledger(1)}
        return Crawled(tmp_path, reader, ledger, done.stderr)

    return run


@needs_browser
def test_an_article_that_scripts_make_is_stored_with_its_text_and_both_forms_of_its_page(site, crawl):
    crawled = crawl()
    url = site.url(PATHS[0])
    entry = crawled.ledger[url]
    assert entry.outcome == "new"
    assert entry.warc_file is not None
    assert entry.warc_offset is not None
    captures = crawled.home / "captures"

    # What the ledger and the article point at is the rendered page, and it can be read again.
    capture = read_capture(captures, entry.warc_file, entry.warc_offset)
    assert b"<h1>Water at pier 0 rises</h1>" in capture.body
    assert capture.content_type == "text/html"
    assert capture.status == 200

    # What the server sent is there as it came, and the rendered page says of which response it was made.
    with (captures / entry.warc_file).open("rb") as stream:
        records = [
            (record.record_type, record.headers.get("WARC-Record-ID"), record.headers.get("WARC-Refers-To"))
            for record in ArchiveIterator(stream, parse_http=False)
            if record.headers.get("WARC-Target-URI") == url
        ]
    (response,) = [record for record in records if record[0] == WarcRecordType.response]
    (conversion,) = [record for record in records if record[0] == WarcRecordType.conversion]
    assert conversion[2] == response[1]
    bodies = [kept.body for kept in iter_captures(captures / entry.warc_file) if kept.url == url]
    assert bodies == [SHELL, capture.body]

    # Nothing was asked for twice but by the scripts, and feeds and sitemaps went without a browser.
    assert site.requests.count(PATHS[0]) == 1
    assert site.requests.count("/robots.txt") == 1
    assert {headers["user-agent"] for headers in site.headers} == {"newsarchive/0.1.0"}


@needs_browser
def test_scripts_get_nothing_that_robots_txt_forbids(site, crawl):
    site.answers["/app.js"] = (200, {"Content-Type": "text/javascript"}, APP + b"\nfetch('/api/private/stories')")
    crawled = crawl()
    assert crawled.ledger[site.url(PATHS[1])].outcome == "new"
    assert "/api/private/stories" not in site.requests


@needs_browser
def test_what_scripts_ask_for_counts_for_the_budget_of_the_day(site, crawl):
    crawl(NEWSARCHIVE_DAILY_BUDGET="12")
    assert "/app.js" in site.requests
    assert len(site.requests) <= 12


@needs_browser
def test_the_next_crawl_of_the_day_knows_what_scripts_asked_for(site, crawl):
    crawl()
    asked = len(site.requests)
    assert site.requests.count("/app.js") == 3
    crawl(again=True, code=1, NEWSARCHIVE_DAILY_BUDGET=str(asked + 1))
    assert site.requests[asked:] == ["/robots.txt"]


@needs_browser
def test_a_page_that_kills_the_browser_fails_and_the_crawl_goes_on(site, crawl):
    bomb = b"<html><body><script>const a = []; for (;;) a.push(new Uint8Array(1e8).fill(7))</script></body></html>"
    site.answers[PATHS[0]] = (200, {}, bomb)
    crawled = crawl()
    assert (crawled.ledger[site.url(PATHS[0])].outcome, crawled.ledger[site.url(PATHS[0])].reason) == (
        "failed",
        "browser-crash",
    )
    assert crawled.ledger[site.url(PATHS[1])].outcome == "new"


def test_a_site_that_is_not_rendered_is_read_as_it_is_fetched(site, crawl):
    crawled = crawl(rendered=False)
    assert site.url(PATHS[0]) not in crawled.ledger
    assert "/app.js" not in site.requests


@needs_browser
def test_a_crawl_without_a_browser_ends_and_says_what_to_install(site, tmp_path, crawl):
    program = tmp_path / "no-browser"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    crawled = crawl(code=2, NEWSARCHIVE_BROWSER=str(program))
    assert f"{program} does not start" in crawled.output
    assert "NEWSARCHIVE_BROWSER" in crawled.output


def test_a_plain_crawl_loads_nothing_of_it(site, tmp_path):
    site.answers |= {"/robots.txt": (404, {}, b""), "/": (200, {}, b"<html><p>nothing</p></html>")}
    with Database.open(tmp_path / "archive.db", create=True) as database:
        ArchiveWriter(database)
    code = f"""
import sys
from datetime import UTC, datetime
from pathlib import Path
from newsarchive.api import Archive
from newsarchive.config import Config
from newsarchive.crawling.process import run_spider
from newsarchive.model.site import Site
config = Config(home=Path({str(tmp_path)!r}), allow_addresses=({site.address!r},), delay_s=0)
with Archive.of(config, create=True) as archive:
    archive.writer.add_site(Site(name="lake", home_url={site.url()!r}, added_at=datetime.now(UTC)))
run_spider(config, "site", {{"site": "lake"}})
sys.exit(any(name.startswith("playwright") or name == "newsarchive.crawling.browser.chromium" for name in sys.modules))
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
