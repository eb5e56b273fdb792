"""The whole way on the bundled sample: the real spider, by the real command, against the real server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from newsarchive.api import Archive
from newsarchive.demo.content import load_content
from newsarchive.demo.server import SampleServer, serve_sample
from newsarchive.demo.truth import expected
from newsarchive.model.article import LinkRel
from newsarchive.model.crawl_run import Outcome

SEED = "/post?s=Future--of--peacekeeping--operations%3B--Rwanda%E2%80%99s--mindset--a--gem--_1038"
EDITED = "/business/ferry-umoja-maiden-trip-7f21"
SEED_TEXT = Path(__file__).parent / "demo" / "seed.txt"


@dataclass
class Sample:
    """A served sample and a home its crawls go to."""

    server: SampleServer
    home: Path

    def command(self, *arguments: str) -> str:
        """Run the command line as a user would; what it printed on stdout."""
        done = subprocess.run(
            [sys.executable, "-m", "newsarchive", *arguments],
            env={**os.environ, "NEWSARCHIVE_HOME": str(self.home), "NEWSARCHIVE_DELAY": "0"},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return done.stdout

    def crawl(self, *options: str) -> Counter[str]:
        """Crawl the sample; addresses by outcome, and how many were known and not due."""
        address = f"127.0.0.1:{self.server.server_port}"
        run = json.loads(self.command("crawl", "sample", "--allow-address", address, "--json", *options))
        return Counter({**run["counts"], "not-due": run["not_due"]})


@pytest.fixture(scope="module")
def sample(module_target: Path | str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    with serve_sample() as server:
        sample = Sample(server, tmp_path_factory.mktemp("home"))
        (sample.home / "newsarchive.toml").write_text(f"database = {json.dumps(str(module_target))}\n")
        home_page = f"{server.base_url}/"
        sample.command("site", "add", home_page, "--name", "sample", "--publisher", "thegreatlakeseye", "--no-check")
        sample.first = sample.crawl()
        yield sample


@pytest.fixture(scope="module")
def truth() -> dict:
    return expected(load_content())


def paths(sample: Sample) -> list[str]:
    with Archive.open(sample.home) as archive:
        return [r.article.canonical_url.removeprefix(sample.server.base_url) for r in archive.latest()]


def test_every_article_is_archived_once_and_no_trap_is(sample, truth):
    assert sorted(paths(sample)) == sorted(article["url"] for article in truth["articles"])


def test_what_robots_txt_forbids_is_never_asked_for(sample, truth):
    asked = {request.path for request in sample.server.log}
    assert "/robots.txt" in asked
    assert not asked & {trap["url"] if isinstance(trap, dict) else trap for trap in truth["disallowed"]}


def test_the_site_is_called_what_most_of_its_pages_call_it(sample):
    with Archive.open(sample.home) as archive:
        assert archive.reader.site("sample").title == "Lakeshore Courier"


def test_every_request_says_who_asks(sample):
    assert {request.user_agent.split("/")[0] for request in sample.server.log} == {"newsarchive"}


def test_every_queued_address_has_an_outcome_and_its_bytes(sample):
    with Archive.open(sample.home) as archive:
        entries = list(archive.reader.ledger(archive.reader.runs()[0].id))
    assert all(entry.outcome is not None for entry in entries)
    assert all(entry.warc_file for entry in entries if entry.status == 200)
    assert all(entry.reason for entry in entries if entry.outcome in (Outcome.FAILED, Outcome.NOT_ARTICLE))


def test_the_seed_comes_out_word_for_word(sample):
    with Archive.open(sample.home) as archive:
        article = archive.article(sample.server.base_url + SEED).article
    lines = [" ".join(line.split()) for line in SEED_TEXT.read_text(encoding="utf-8").splitlines()]
    not_body = ("A Reliable Source of News", "International", article.headline, "image", "Comments", "")
    body = [line for line in lines if line not in not_body and not line.startswith("Related:")]
    assert article.headline == "Future of peacekeeping operations; Rwanda’s mindset a gem"
    assert article.article_section == "International"
    assert [block.text for block in article.blocks] == body
    assert len(body) == 13
    assert (article.date_published, article.authors) == (None, ())
    assert len(article.images) == 1
    assert [(link.rel, link.text, link.url) for link in article.related_links] == [
        (
            LinkRel.RELATED,
            "Rwanda’s military intervention in Africa rebrands continent’s image",
            "https://thegreatlakeseye.com/post?s=Rwanda%E2%80%99s--military--intervention--in--Africa"
            "--rebrands--continent%E2%80%99s--image_1003",
        )
    ]


def test_dates_come_from_feed_and_news_sitemap_where_the_page_has_none(sample, truth):
    wanted = {a["url"]: a["date_source"] for a in truth["articles"] if a["date_source"] in ("feed", "news-sitemap")}
    with Archive.open(sample.home) as archive:
        got = {path: archive.article(sample.server.base_url + path).article.field_sources for path in wanted}
    assert set(wanted.values()) == {"feed", "news-sitemap"}
    assert {path: sources.get("date_published") for path, sources in got.items()} == wanted


def test_a_second_crawl_asks_for_no_article_that_is_not_due(sample, truth):
    sample.server.log.clear()
    again = sample.crawl()
    assert again["new"] == again["changed"] == again["unchanged"] == 0
    assert again["not-due"] >= sample.first["new"] - 5  # the last ones are behind list pages without anything new
    asked = {request.path for request in sample.server.log}
    assert not asked & {article["url"] for article in truth["articles"]}
    with Archive.open(sample.home) as archive:
        entries = list(archive.reader.ledger(archive.reader.runs()[-1].id))
    assert {entry.kind for entry in entries if entry.reason == "not-modified"} >= {"home", "feed", "sitemap", "section"}


@pytest.mark.slow
def test_a_crawl_of_all_again_stores_nothing_new(sample):
    again = sample.crawl("--revisit", "all")
    assert again["new"] == again["changed"] == 0
    assert again["unchanged"] >= sample.first["new"] - 5  # the last ones are behind list pages without anything new
    with Archive.open(sample.home) as archive:
        counts = archive.reader.counts()
        assert counts.revisions == counts.articles
        seen_again = [r for r in archive.latest() if r.last_seen_at > r.first_seen_at]
        entries = list(archive.reader.ledger(archive.reader.runs()[-1].id, outcome=Outcome.UNCHANGED))
    assert len(seen_again) == again["unchanged"]
    assert {(entry.status, entry.reason) for entry in entries} == {(304, "not-modified")}


def test_an_edit_makes_one_revision_and_show_says_what_changed(sample):
    sample.server.replace(EDITED, "halves", "shortens")
    again = sample.crawl("--revisit", "all")
    assert (again["new"], again["changed"]) == (0, 1)
    url = sample.server.base_url + EDITED
    with Archive.open(sample.home) as archive:
        assert [revision.number for revision in archive.revisions(url)] == [1, 2]
        hit = archive.search("headline:shortens").hits[0]
        assert hit.revision.number == 2
        assert archive.search("headline:halves site:sample").total == 0
    shown = sample.command("show", url, "--diff")
    assert "- New ferry Umoja halves" in shown
    assert "+ New ferry Umoja shortens" in shown
