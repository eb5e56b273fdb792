"""Crawls of one site one after the other: what is asked for again, how, and what a cut-off crawl leaves to the next."""

from __future__ import annotations

import os
import re
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator

from newsarchive.api import Archive
from newsarchive.captures.warc_reader import iter_captures
from newsarchive.crawling.frontier import TRIAL_LIMIT
from newsarchive.inspection.capture_references import verify_captures
from newsarchive.model.crawl_run import LedgerEntry, Outcome, RunOutcome

ARTICLES = 14
SENTENCE = "<p>The ferry of the morning was late again, and the people at pier {} had much to say about that.</p>"


@dataclass
class Newsroom:
    """A site of some articles on the test server, and crawls of it into one home."""

    crawls: Any
    articles: dict[str, str] = field(default_factory=dict)
    """Texts by path."""
    kill_at: int | None = None
    """The crawl is killed with its so-manieth request for an article, as soon as it has archived another one."""
    archived_before: int = 0

    def __post_init__(self) -> None:
        self.site, self.home = self.crawls.site, self.crawls.home
        self.crawl, self.archived = self.crawls.crawl, self.crawls.archived

    def serve(self, *, linked: bool, lastmod: Callable[[str], str | None] = lambda _: None) -> None:
        """Articles named by a sitemap; or with ``linked`` each by the one before it only."""
        paths = list(self.articles)
        for number, path in enumerate(paths):
            following = paths[number + 1 : number + 2] if linked else []
            self.site.answers[path] = self._answer(self._article(path, following))
        first = f'<a href="{paths[0]}">A story of the pier and the ferry</a>' if linked else ""
        self.site.answers["/"] = self._answer(f"<html><body>{first}</body></html>")
        self.site.answers["/robots.txt"] = (200, {"Content-Type": "text/plain"}, b"")
        if not linked:
            entries = "".join(
                f"<url><loc>{self.site.url(p)}</loc>{f'<lastmod>{m}</lastmod>' if (m := lastmod(p)) else ''}</url>"
                for p in paths
            )
            sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
            self.site.answers["/sitemap.xml"] = self._answer(sitemap, "application/xml")

    def _article(self, path: str, following: list[str]) -> str:
        links = "".join(f'<a href="{to}">Another story of the pier and the ferry</a>' for to in following)
        text = "".join(SENTENCE.format(n) for n in range(4))
        title = f"Ferry late again: {path.rpartition('/')[2]}"
        return (
            f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{self.articles[path]}</p>"
            f"{text}</article>{links}</body></html>"
        )

    def _answer(self, body: str, media_type: str = "text/html; charset=utf-8") -> Callable[..., None]:
        etag = f'"{abs(hash(body)):x}"'

        def answer(handler: BaseHTTPRequestHandler) -> None:
            if self.kill_at == self.asked.total():
                self.crawls.kill_when_archived(self.archived_before + 1)
                return
            fresh = handler.headers.get("If-None-Match") == etag
            handler.send_response(304 if fresh else 200)
            handler.send_header("ETag", etag)
            if not fresh:
                handler.send_header("Content-Type", media_type)
                handler.send_header("Content-Length", str(len(body.encode())))
            handler.end_headers()
            if not fresh:
                handler.wfile.write(body.encode())

        return answer

    def crawl_until_killed(self, number: int) -> None:
        self.kill_at, self.archived_before = number, len(self.archived())
        process = self.crawls.start()
        process.communicate(timeout=120)
        self.kill_at = None
        assert process.returncode == -signal.SIGKILL

    def lose_power(self) -> None:
        """Leave the last WARC with half a record at its end, as a disk does that never got the rest."""
        last = max((self.home / "captures").rglob("*.gz"))
        with last.open("r+b") as file:
            first_member = file.read(4_000)
            file.seek(0, os.SEEK_END)
            file.write(first_member[:150])

    def ledger(self, run_id: int) -> dict[str, LedgerEntry]:
        with Archive.open(self.home) as archive:
            return {e.url.removeprefix(self.site.url("")): e for e in archive.reader.ledger(run_id)}

    @property
    def asked(self) -> Counter[str]:
        return Counter(path for path in self.site.requests if path in self.articles)


@pytest.fixture
def newsroom(crawls) -> Newsroom:
    articles = {f"/2024/05/{n:02}/ferry-late-again-{n}": "First text." for n in range(1, ARTICLES + 1)}
    return Newsroom(crawls("pier"), articles)


@pytest.mark.slow
def test_what_is_asked_for_again_is_asked_whether_it_has_changed(newsroom):
    newsroom.serve(linked=False)
    assert newsroom.crawl()["counts"]["new"] == ARTICLES
    with Archive.open(newsroom.home) as archive:
        before = {r.article.url: r.last_seen_at for r in archive.latest()}
    again = newsroom.crawl("--revisit", "all")
    assert (again["counts"]["unchanged"], again["not_due"]) == (ARTICLES, 0)
    entries = newsroom.ledger(again["run"])
    assert {(entries[path].status, entries[path].reason) for path in newsroom.articles} == {(304, "not-modified")}
    assert (entries["/sitemap.xml"].outcome, entries["/sitemap.xml"].reason) == (Outcome.READ, "not-modified")
    with Archive.open(newsroom.home) as archive:
        assert all(r.last_seen_at > before[r.article.url] for r in archive.latest())
        assert archive.reader.counts().revisions == ARTICLES
        assert list(verify_captures(archive.database, newsroom.home / "captures", deep=True)) == []
    page = entries[next(iter(newsroom.articles))]
    with (newsroom.home / "captures" / page.warc_file).open("rb") as stream:
        stream.seek(page.warc_offset)
        head = dict(next(iter(ArchiveIterator(stream, parse_http=False))).headers)
    assert head["WARC-Type"] == "revisit"
    assert head["WARC-Profile"].endswith("/server-not-modified")
    assert head["WARC-Refers-To-Target-URI"] == head["WARC-Target-URI"] == page.url
    assert re.match(r"\d{4}-\d\d-\d\dT", head["WARC-Refers-To-Date"])


@pytest.mark.slow
def test_a_known_page_is_asked_for_when_its_sitemap_says_that_it_changed(newsroom):
    newsroom.serve(linked=False)
    newsroom.crawl()
    edited, touched, *_ = newsroom.articles
    newsroom.articles[edited] = "Another text."
    newsroom.serve(linked=False, lastmod={edited: "2099-01-01", touched: "2099-01-02"}.get)
    again = newsroom.crawl()
    assert newsroom.asked == {edited: 1, touched: 1}
    assert (again["counts"]["changed"], again["counts"]["unchanged"], again["not_due"]) == (1, 1, ARTICLES - 2)
    assert "unchanged" not in newsroom.crawl()["counts"]  # the same claims say nothing new
    assert newsroom.asked == {}


@pytest.mark.slow
def test_a_sitemap_whose_capture_is_lost_is_fetched_whole(newsroom):
    newsroom.serve(linked=False)
    newsroom.crawl()
    for file in (newsroom.home / "captures").rglob("*.gz"):
        file.unlink()
    again = newsroom.crawl()
    assert again["not_due"] == ARTICLES
    assert newsroom.site.requests.count("/sitemap.xml") == 2
    assert newsroom.ledger(again["run"])["/sitemap.xml"].reason is None


@pytest.mark.slow
@pytest.mark.parametrize("revisit", ["default", "all", "never"])
@pytest.mark.parametrize("linked", [False, True], ids=["sitemap", "links"])
def test_a_killed_crawl_goes_on_where_it_was(newsroom, linked, revisit):
    newsroom.serve(linked=linked)
    known: set[str] = set()
    for number in (5, 3):
        newsroom.crawl_until_killed(number)
        assert not known & set(newsroom.asked)
        assert newsroom.archived() > known
        known = newsroom.archived()
        newsroom.lose_power()
    newsroom.crawl("--revisit", revisit)
    with Archive.open(newsroom.home) as archive:
        runs = archive.reader.runs()
        assert [run.outcome for run in runs[:2]] == [RunOutcome.INTERRUPTED] * 2
        assert runs[-1].outcome is RunOutcome.FINISHED
        counts = archive.reader.counts()
        assert (counts.articles, counts.revisions) == (ARTICLES, ARTICLES)
        left = list(archive.reader.ledger(runs[-1].id, Outcome.INTERRUPTED))
        assert list(verify_captures(archive.database, newsroom.home / "captures", deep=True)) == []
    assert left == []
    told: list[str] = []
    files = sorted((newsroom.home / "captures").rglob("*.gz"))
    assert sum(1 for file in files for _ in iter_captures(file, report=told.append)) >= ARTICLES
    assert [line for line in told if "torn" in line] == told
    assert len(told) == 2
    assert not known & set(newsroom.asked)


@pytest.mark.slow
def test_what_waited_for_pages_of_its_form_is_found_when_those_are_known_from_a_crawl_that_was_killed(newsroom):
    newsroom.articles = {f"/archive/2003/04{n:02}_pier.htm": "Old text." for n in range(1, 9)}
    for path in newsroom.articles:
        newsroom.site.answers[path] = newsroom._answer(newsroom._article(path, []))
    odd = "/attic/box_99.htm"  # of another form, likelier than theirs, and so asked for last
    links = "".join(f'<a href="{path}">A story of the pier</a>' for path in newsroom.articles)
    home = f'<html><body><footer>{links}<a href="{odd}">The attic of the pier</a></footer></body></html>'
    newsroom.site.answers["/"] = newsroom._answer(home)
    newsroom.site.answers["/robots.txt"] = (200, {"Content-Type": "text/plain"}, b"")

    def kill(_: BaseHTTPRequestHandler) -> None:
        newsroom.crawls.kill_when_archived(TRIAL_LIMIT)

    newsroom.site.answers[odd] = kill
    newsroom.crawls.start().communicate(timeout=120)
    assert len(newsroom.archived()) == TRIAL_LIMIT
    newsroom.site.answers[odd] = (404, {}, b"")
    newsroom.crawl()
    assert newsroom.archived() == set(newsroom.articles)
