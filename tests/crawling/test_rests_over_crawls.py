"""A rest that a host asked one crawl for is kept by the crawls after it: real crawls, and the server's own log."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.schema.crawls import HOST
from newsarchive.archive.writer import ArchiveWriter
from newsarchive.model.crawl_run import Outcome, RunOutcome
from newsarchive.model.site import Site

LOOPBACK = "127.0.0.1"
SIX_HOURS = timedelta(hours=6)
REST = (503, {"Retry-After": "21600"}, b"come back later")
HOME = (200, {}, b"<html><title>News</title><body>Nothing yet.</body></html>")


@pytest.fixture
def crawl(site, target, tmp_path):
    """``crawl(*arguments)``: crawls by hand; what it said on stderr, its exit code, and its run.

    The server's site is registered as ``one``.
    """
    with Database.open(target, create=True) as database:
        ArchiveWriter(database).add_site(Site(name="one", home_url=site.url("/"), added_at=datetime.now(UTC)))

    def crawl(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "newsarchive", "--home", str(tmp_path), "crawl", *arguments],
            env={
                **os.environ,
                "NEWSARCHIVE_DELAY": "0",
                "NEWSARCHIVE_ALLOW_ADDRESSES": site.address,
                "NEWSARCHIVE_DATABASE": str(target),
                "COLUMNS": "300",
            },
            capture_output=True,
            text=True,
            timeout=120,
        )
        with Database.open(target) as database:
            return done.stderr, done.returncode, ArchiveReader(database).runs()[-1]

    return crawl


def rests(target):
    with Database.open(target) as database:
        return ArchiveReader(database).resting_hosts(datetime.now(UTC))


def rest_until(target, until):
    with Database.open(target) as database, database.write() as connection:
        connection.execute(update(HOST).values(rests_until=until))


def ledger(target, run):
    with Database.open(target) as database:
        return {entry.url: entry for entry in ArchiveReader(database).ledger(run.id)}


@pytest.mark.slow
def test_a_host_that_said_six_hours_is_not_asked_by_the_next_crawl_but_after_its_rest(site, target, crawl):
    began = datetime.now(UTC)
    site.answers |= {"/robots.txt": (404, {}, b""), "/": REST}
    _, code, run = crawl("one")
    assert code != 0
    assert (run.outcome, run.reason) == (RunOutcome.STOPPED, "retry-after")
    assert site.requests == ["/robots.txt", "/"]
    until = rests(target)[LOOPBACK]
    assert began + SIX_HOURS <= until <= datetime.now(UTC) + SIX_HOURS

    said, code, run = crawl("one")
    assert site.requests == ["/robots.txt", "/"]  # as before
    assert code != 0
    clear = f"the host {LOOPBACK} asked an earlier crawl for a rest until {until:%Y-%m-%d %H:%M} UTC"
    assert clear in said
    assert (run.outcome, run.reason) == (RunOutcome.STOPPED, "retry-after")
    entry = ledger(target, run)[site.url("/")]
    assert (entry.outcome, entry.reason) == (Outcome.BLOCKED, "retry-after")
    assert entry.detail.startswith(clear)

    rest_until(target, datetime.now(UTC) - timedelta(seconds=1))
    site.answers["/"] = HOME
    _, code, run = crawl("one")
    assert (code, run.outcome) == (0, RunOutcome.FINISHED)
    assert site.requests.count("/") == 2


@pytest.mark.slow
def test_what_is_left_of_a_short_rest_is_waited_for(site, target, crawl):
    site.answers |= {"/robots.txt": (404, {}, b""), "/": REST}
    crawl("one")
    site.answers["/"] = HOME
    over = datetime.now(UTC) + timedelta(seconds=8)
    rest_until(target, over)
    asked = len(site.requests)
    _, code, run = crawl("one")
    assert (code, run.outcome) == (0, RunOutcome.FINISHED)
    first = datetime.now(UTC) - timedelta(seconds=time.monotonic() - site.times[asked])
    assert run.started_at < over <= first


@pytest.mark.slow
def test_a_robots_txt_that_asks_for_a_rest_is_kept_too(site, target, crawl, tmp_path):
    listed = tmp_path / "urls.txt"
    listed.write_text(site.url("/one") + "\n" + site.url("/two"))
    site.answers["/robots.txt"] = (429, {"Retry-After": "9" * 400}, b"")
    for _ in range(2):
        _, code, run = crawl("--urls", str(listed))
        ends = {(entry.outcome, entry.reason) for entry in ledger(target, run).values()}
        assert (code != 0, ends) == (True, {(Outcome.BLOCKED, "retry-after")})
    assert site.requests == ["/robots.txt"]
    week = timedelta(days=7)
    assert week - timedelta(minutes=5) < rests(target)[LOOPBACK] - datetime.now(UTC) <= week


@pytest.mark.slow
def test_a_page_that_was_put_off_is_asked_for_after_the_rest_though_nothing_names_it_any_more(site, target, crawl):
    page = "/news/2026/the-ferry-runs-again"
    named = (
        f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>{site.url(page)}</loc></url></urlset>"
    )
    site.answers |= {
        "/robots.txt": (200, {"Content-Type": "text/plain"}, f"Sitemap: {site.url('/sitemap.xml')}\n".encode()),
        "/": HOME,
        "/sitemap.xml": (200, {"Content-Type": "application/xml"}, named.encode()),
        page: REST,
    }
    crawl("one")
    assert site.requests.count(page) == 1
    del site.answers["/sitemap.xml"]
    site.answers[page] = HOME
    rest_until(target, datetime.now(UTC) - timedelta(seconds=1))
    crawl("one")
    assert site.requests.count(page) == 2
