"""The coverage ledger proves it: whatever happens to a site's crawls, each day shows as what it was.

Real crawls of a real server by the real command, one for each day of a fortnight. When one is done, its times are
moved to the day it stands for; what the feed said stays as it was.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from newsarchive.api import Archive
from newsarchive.archive.database import Database
from newsarchive.archive.schema.crawls import LEDGER, RUN
from newsarchive.model.crawl_run import Outcome

FIRST = datetime.combine(datetime.now(UTC).date() - timedelta(days=15), time(), UTC)
TEXT = "".join(
    f"<p>{'The ferry went over the lake that morning and came back in the evening. ' * 3}</p>" for _ in range(4)
)
CHALLENGE = b"<html><head><title>Just a moment...</title></head><body><p>Checking your browser</p></body></html>"
HOME = b'<html><head><title>Courier</title><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>'
EMPTY_SITEMAP = b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>'


def moment(day: int, hour: int = 0) -> datetime:
    return FIRST + timedelta(days=day, hours=hour)


@dataclass
class Courier:
    """A newspaper: articles by hour since the first day."""

    site: object
    home: Path
    target: Path | str

    def publish(self, *hours: int) -> None:
        """Be a site in good health whose feed lists the articles of these hours."""
        answers = self.site.answers
        answers.clear()
        answers["/"] = (200, {}, HOME)
        answers["/robots.txt"] = (404, {}, b"")
        items = []
        for hour in sorted(hours, reverse=True):
            published = moment(0, hour)
            url = self.site.url(f"/news/ferry-goes-over-the-lake-again-{1000 + hour}")
            items.append(
                f"<item><title>Ferry {hour}</title><link>{url}</link>"
                f"<pubDate>{published:%a, %d %b %Y %T} GMT</pubDate></item>"
            )
            head = (
                f'<title>Ferry {hour}</title><meta property="article:published_time" content="{published.isoformat()}">'
            )
            body = f"<article><h1>Ferry number {hour} goes</h1>{TEXT}</article>"
            page = f"<html><head>{head}</head><body>{body}</body></html>"
            answers[url.removeprefix(self.site.url(""))] = (200, {}, page.replace("lake", f"lake {hour}").encode())
        feed = f'<rss version="2.0"><channel><title>Courier</title>{"".join(items)}</channel></rss>'
        answers["/feed"] = (200, {"Content-Type": "application/rss+xml"}, feed.encode())

    def spoil(self, status: int, body: bytes, *, prefix: str) -> None:
        """Answer so at all addresses that begin so."""
        for path in self.site.answers:
            if path.startswith(prefix) and path != "/robots.txt":
                self.site.answers[path] = (status, {}, body)

    def command(self, *arguments: str, may_fail: bool = False) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "newsarchive", *arguments],
            env={**os.environ, "NEWSARCHIVE_HOME": str(self.home), "NEWSARCHIVE_DELAY": "0", "COLUMNS": "100"},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0 or may_fail, done.stderr
        return done.stdout

    def crawl(self, day: int, hour: int = 12) -> None:
        """Crawl, and let it have been at that time."""
        self.command("crawl", "courier", "--allow-address", self.site.address, "--json", may_fail=True)
        with Database.open(self.target) as database, database.write() as connection:
            run = connection.execute(select(RUN).order_by(RUN.c.id.desc())).first()
            back = run.started_at - moment(day, hour)
            connection.execute(
                update(RUN)
                .where(RUN.c.id == run.id)
                .values(started_at=run.started_at - back, finished_at=run.finished_at - back)
            )
            entries = connection.execute(select(LEDGER).where(LEDGER.c.run_id == run.id)).all()
            for entry in entries:
                times = {"queued_at": entry.queued_at - back, "finished_at": entry.finished_at - back}
                connection.execute(update(LEDGER).where(LEDGER.c.id == entry.id).values(times))


@pytest.fixture(scope="module")
def courier(module_site, module_target, tmp_path_factory):
    site = module_site
    courier = Courier(site, tmp_path_factory.mktemp("home"), module_target)
    (courier.home / "newsarchive.toml").write_text(f"database = {json.dumps(str(module_target))}\n")
    courier.publish()
    courier.command("site", "add", site.url("/"), "--name", "courier", "--no-check")
    early = [-30, -20, -10]
    courier.publish(*early, 5)
    courier.crawl(0)
    courier.publish(*early, 5, 29)
    courier.crawl(1)
    courier.crawl(2)  # nothing new
    courier.publish(*early, 5, 29, 80)
    courier.spoil(403, b"no", prefix="/news/")
    courier.crawl(3)
    courier.publish(*early, 5, 29, 80)
    courier.spoil(202, CHALLENGE, prefix="/")
    courier.crawl(4)
    courier.publish(5, 29)
    courier.site.answers["/feed"] = (404, {}, b"gone")
    courier.crawl(5)
    courier.publish()
    courier.site.answers["/robots.txt"] = (200, {"Content-Type": "text/plain"}, b"Sitemap: /news.xml\n")
    courier.site.answers["/news.xml"] = (200, {"Content-Type": "text/xml"}, EMPTY_SITEMAP)
    courier.crawl(6)
    courier.publish(240, 249, 250)  # the first moment of day 10, and later
    courier.crawl(10)
    courier.publish(240, 249, 250, 270)
    courier.crawl(11)
    courier.publish(240, 249, 250, 270)
    courier.site.answers["/"] = (200, {}, CHALLENGE)
    courier.site.answers["/feed"] = (200, {}, CHALLENGE)
    courier.crawl(12)
    return courier


@pytest.fixture(scope="module")
def calendar(courier):
    with Archive.open(courier.home) as archive:
        (calendar,) = archive.coverage(now=moment(13, 1))
    return calendar


def state(days, number):
    return next((day.state.value for day in days if day.day == moment(number).date()), None)


def reason(days, number):
    return next(day.reason for day in days if day.day == moment(number).date())


pytestmark = pytest.mark.slow


def test_every_day_of_publication_shows_as_what_it_was(calendar):
    assert [state(calendar.published, number) for number in range(-2, 14)] == [
        "held",  # before the first crawl; the feed begins in the middle of it
        "complete",
        "complete",
        "complete",
        "nothing published",
        "blocked",  # its article was: 403
        "blocked",  # a challenge in place of the feed
        "failed",  # the feed is gone
        "empty",
        "no crawl",
        "no crawl",
        "no crawl",
        "complete",
        "partly",  # read until noon, and then blocked
        "blocked",  # a bot wall in place of the feed, with 200
        "unknown",  # not over
    ]


def test_every_day_of_crawling_shows_as_what_it_was(calendar):
    assert [state(calendar.crawled, number) for number in range(-1, 14)] == [
        None,
        "complete",
        "complete",
        "complete",
        "blocked",
        "blocked",
        "partly",  # the home page is there, the feed is not
        "empty",
        "no crawl",
        "no crawl",
        "no crawl",
        "complete",
        "complete",
        "blocked",
        "no crawl",
    ]


def test_the_reasons_are_named(calendar):
    assert reason(calendar.published, 3) == "blocked http-403 1"
    assert "http-202" in reason(calendar.crawled, 4) or "bot-wall" in reason(calendar.crawled, 4)
    assert reason(calendar.published, 5) == "feed: http-404"
    assert "named nothing" in reason(calendar.published, 6)
    assert "2 empty sitemaps or feeds" in reason(calendar.crawled, 6)
    assert "bot-wall" in reason(calendar.published, 12)


def test_what_was_announced_stands_beside_what_is_archived(calendar):
    counts = {day.day: (day.expected, day.had, day.archived) for day in calendar.published}
    assert counts[moment(-1).date()] == (2, 2, 2)
    assert counts[moment(3).date()] == (1, 0, 0)
    assert counts[moment(10).date()] == (3, 3, 3)
    crawl = next(day for day in calendar.crawled if day.day == moment(0).date())
    assert (crawl.runs, crawl.discovered, crawl.fetched, crawl.count(Outcome.NEW)) == (1, 4, 4, 4)


def test_the_command_shows_a_calendar_and_names_the_gaps(courier):
    shown = courier.command("coverage", "courier", "--since", f"{moment(-5):%Y-%m-%d}")
    for name in ("blocked", "failed", "empty", "no crawl", "nothing published"):
        assert name in shown
    pause = next(line for line in shown.splitlines() if line.startswith("no crawl"))
    assert f"{moment(7):%Y-%m-%d} to {moment(9):%Y-%m-%d}" in pause
    rows = [json.loads(line) for line in courier.command("coverage", "--json").splitlines()]
    assert {row["site"] for row in rows} == {"courier"}
    blocked = next(row for row in rows if row["day"] == f"{moment(3):%Y-%m-%d}")
    assert blocked["misses"] == [{"outcome": "blocked", "reason": "http-403", "addresses": 1}]


def test_trends_and_data_sets_carry_it(courier, tmp_path):
    lines = courier.command("trend", "--by", "day", "--json").splitlines()
    shares = {row["start"]: (row["archived"], row["coverage"]) for row in map(json.loads, lines)}
    assert shares[f"{moment(2):%Y-%m-%d}"] == (0, 1)  # no news
    assert shares[f"{moment(8):%Y-%m-%d}"] == (0, 0)  # no crawl
    courier.command("export", "--package", str(tmp_path / "package"))
    with (tmp_path / "package" / "coverage.csv").open(encoding="utf-8", newline="") as file:
        states = {row["day"]: row["state"] for row in csv.DictReader(file)}
    assert states[f"{moment(2):%Y-%m-%d}"] == "nothing published"
    assert states[f"{moment(8):%Y-%m-%d}"] == "no crawl"
