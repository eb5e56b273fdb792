"""The coverage ledger proves it: whatever happens to a site's crawls, each day shows as what it was.

Real crawls of a real server by the real command, one for each day of a fortnight. When one is done, its times are
moved to the day it stands for; what the feed said stays as it was.
"""

from __future__ import annotations

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
from newsarchive.archive.schema import LedgerRow, RunRow

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
            run = connection.execute(select(RunRow.__table__).order_by(RunRow.id.desc())).first()
            back = run.started_at - moment(day, hour)
            connection.execute(
                update(RunRow)
                .where(RunRow.id == run.id)
                .values(started_at=run.started_at - back, finished_at=run.finished_at - back)
            )
            entries = connection.execute(select(LedgerRow.__table__).where(LedgerRow.run_id == run.id)).all()
            for entry in entries:
                times = {"queued_at": entry.queued_at - back, "finished_at": entry.finished_at - back}
                connection.execute(update(LedgerRow).where(LedgerRow.id == entry.id).values(times))


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
        "partly",  # the feed begins in the middle of it
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
