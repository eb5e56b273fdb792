"""Backfills of a site whose back catalog is in a sitemap index, sections of three forms and a date archive."""

from __future__ import annotations

import hashlib
import json
import signal
from collections import Counter
from collections.abc import Callable
from datetime import date
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from newsarchive.api import Archive
from newsarchive.archive.upkeep.verification import verify_database
from newsarchive.crawling.politeness.budgets import FORM
from newsarchive.inspection.capture_references import verify_captures
from newsarchive.model.crawl_run import Outcome, ResourceKind, RunOutcome
from spiders.backfill import LISTS_AT_ONCE

SINCE = "2018-06"
A_PAGE = 4
"""Articles on one page of a section."""
TOWNS = ("Arendal", "Bergen", "Drammen", "Egersund", "Flekkefjord", "Grimstad", "Halden", "Kongsberg", "Larvik", "Moss")
CALENDAR = "/calendar/"
DAILY = "/daily/"
SECTIONS = ("region", "sport", "culture", "rumors")
FEED = '<link rel="alternate" type="application/rss+xml" href="/feed">'
HTML, XML = "text/html; charset=utf-8", "application/xml"


class Catalog:
    """A site on the test server, and backfills of it into one home. Answers are made when they are asked for.

    ``months`` of news, the first of them before the days that are wanted. Of each month one article is in the sitemap
    of the month, one on the pages of each section, one on the month's page of the archive, of which the home page
    links the last three; and the first section names that of the sitemap again. Traps: the second section's last page
    is repeated under ever new addresses; a calendar, an archive by day and a section of invented articles never end.
    """

    def __init__(self, crawls: Any, months: list[date]) -> None:
        self.crawls, self.site, self.home, self.months = crawls, crawls.site, crawls.home, months
        self.crawl, self.archived = crawls.crawl, crawls.archived
        self.kill_at: int | None = None
        """The crawl is killed with its so-manieth request for an article, when it has archived another one."""
        self.articles: dict[str, date] = {}
        """Days by path; nothing in the path tells the day."""
        for number, month in enumerate(months):
            for place in ("sitemap", "region", "sport", "culture", "archive"):
                town = TOWNS[number % len(TOWNS)].lower()
                self.articles[f"/{place}/the-ferry-to-{town}-was-late-{10_000 + number}"] = month.replace(day=17)
        self.site.answers = self

    @property
    def wanted(self) -> set[str]:
        return {path for path, day in self.articles.items() if day >= date(2018, 6, 1)}

    # the site

    def get(self, path: str, _: object) -> Callable[[BaseHTTPRequestHandler], None]:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            if path in self.articles and self._is_time_to_kill():
                return
            found = self._page(path)
            body = (found[1] if found else "nothing here").encode()
            etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
            is_fresh = found is not None and handler.headers.get("If-None-Match") == etag
            handler.send_response(304 if is_fresh else 200 if found else 404)
            handler.send_header("ETag", etag)
            if not is_fresh:
                handler.send_header("Content-Type", found[0] if found else "text/plain")
                handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            if not is_fresh:
                handler.wfile.write(body)

        return answer

    def _is_time_to_kill(self) -> bool:
        if self.kill_at != sum(self.asked.values()):
            return False
        self.crawls.kill_when_archived(3)
        return True

    def _page(self, path: str) -> tuple[str, str] | None:
        path, _, query = path.partition("?")
        if path == "/robots.txt":
            return "text/plain", f"Sitemap: {self.site.url('/sitemap.xml')}\n"
        if path == "/":
            sections = "".join(f'<a href="/{name}">{name.title()}</a>' for name in SECTIONS)
            last = "".join(f'<a href="{self._archive(month)}">{month:%B}</a>' for month in self.months[-3:])
            traps = f'<a href="{CALENDAR}2019/06">Calendar</a> <a href="{DAILY}2019-06-17">Day by day</a>'
            return HTML, f"<html><body><nav>{sections}</nav><p>{last} {traps}</p></body></html>"
        if path == "/sitemap.xml":
            files = "".join(
                f"<sitemap><loc>{self.site.url(f'/sitemap-{month:%Y-%m-%d}.xml')}</loc></sitemap>"
                for month in self.months
            )
            return XML, f"<sitemapindex>{files}</sitemapindex>"
        for number, month in enumerate(self.months):
            if path == f"/sitemap-{month:%Y-%m-%d}.xml":
                entry = f"<url><loc>{self.site.url(self._article('sitemap', number))}</loc></url>"
                return XML, f"<urlset>{entry}</urlset>"
            if path == self._archive(month):
                return HTML, self._list([self._article("archive", number)])
        if path.startswith((CALENDAR, DAILY)):
            return HTML, self._endless(path)
        if path in self.articles:
            return HTML, self._text_of(path)
        return self._section(path, query)

    def _section(self, path: str, query: str) -> tuple[str, str] | None:
        _, name, *more = path.split("/")
        page = query.partition("page=")[2] or "".join(more[1:2]) or "1"
        number = int(query.partition("offset=")[2] or 0) // A_PAGE + 1 if name == "culture" else int(page)
        following = {
            "region": f"/region?page={number + 1}",
            "sport": f"/sport/page/{number + 1}/",
            "culture": f"/culture?offset={number * A_PAGE}",
        }.get(name)
        if name == "rumors":
            invented = [f"/rumors/what-nobody-ever-saw-{number}{n:03}" for n in range(A_PAGE)]
            return HTML, self._list(invented, f'<a rel="next" href="/rumors?page={number + 1}">Older</a>')
        newest_first = list(reversed(range(len(self.months))))
        last = -(-len(newest_first) // A_PAGE)
        at = min(number, last) if name == "sport" else number
        part = newest_first[(at - 1) * A_PAGE : at * A_PAGE]
        if following is None or not part:
            return None
        paths = [self._article(name, entry) for entry in part]
        if name == "region":
            paths += [self._article("sitemap", entry) + "?utm_source=region" for entry in part]
        more_of_it = f'<a rel="next" href="{following}">Older</a>' if part[-1] or name == "sport" else ""
        return HTML, self._list(paths, more_of_it)

    def _article(self, place: str, number: int) -> str:
        return list(self.articles)[number * 5 + ("sitemap", "region", "sport", "culture", "archive").index(place)]

    @staticmethod
    def _archive(month: date) -> str:
        return f"/archive/{month:%Y/%m}"

    @staticmethod
    def _list(paths: list[str], footer: str = "") -> str:
        links = "".join(f'<h2><a href="{path}">What the ferry did on that day</a></h2>' for path in paths)
        return f"<html><body><main>{links}</main>{footer}</body></html>"

    def _endless(self, path: str) -> str:
        """A day or month with one before it and one after it, whatever it is, and no news of its own."""
        if path.startswith(CALENDAR):
            year, month = (int(part) for part in path.removeprefix(CALENDAR).split("/"))
            around = [(year - (month == 1), (month - 2) % 12 + 1), (year + (month == 12), month % 12 + 1)]
            paths = [f"{CALENDAR}{y}/{m:02}" for y, m in around]
        else:
            day = date.fromisoformat(path.removeprefix(DAILY)).toordinal()
            paths = [f"{DAILY}{date.fromordinal(day + step)}" for step in (-1, 1)]
        latest = self._article("sitemap", len(self.months) - 1)
        names = "".join(f'<a href="{to}">{to}</a>' for to in paths)
        return self._list([latest], f"<nav>{names}</nav>")

    def _text_of(self, path: str) -> str:
        title = path[1:].replace("/", " ").replace("-", " ").title()
        text = "".join(f"<p>{title}, and people at pier {n} had much to say about that all day.</p>" for n in range(6))
        head = (
            f'<title>{title}</title><meta property="article:published_time" content="{self.articles[path]}T10:00:00Z">'
        )
        return f"<html><head>{head}</head><body><article><h1>{title}</h1>{text}</article></body></html>"

    # crawls

    @property
    def asked(self) -> Counter[str]:
        """Requests for articles since the last crawl began."""
        return Counter(path for path in self.site.requests if path in self.articles)

    @property
    def lists_asked(self) -> Counter[str]:
        """Requests for sitemaps below the index, and for lists."""
        lists = ("/sitemap-", "/archive/2", DAILY, *(f"/{name}" for name in SECTIONS))
        return Counter(path for path in self.site.requests if path.startswith(lists) and path not in self.articles)

    def verify(self) -> None:
        """Everything wanted is there once, nothing else, and all parts of the archive fit each other."""
        assert self.archived() == self.wanted
        with Archive.open(self.home) as archive:
            counts = archive.reader.counts()
            assert (counts.articles, counts.revisions) == (len(self.wanted), len(self.wanted))
            assert list(verify_database(archive.database)) == []
            assert list(verify_captures(archive.database, self.home / "captures", deep=True)) == []


def months(first: date, last: date) -> list[date]:
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


@pytest.fixture
def catalog(crawls) -> Catalog:
    return Catalog(crawls("fjord"), months(date(2017, 10, 1), date(2019, 6, 1)))


def test_a_backfill_goes_on_where_a_limit_stopped_it_and_asks_for_nothing_twice(crawls):
    catalog = Catalog(crawls("fjord"), months(date(2018, 4, 1), date(2018, 9, 1)))
    first = catalog.crawl("--backfill", "--since", SINCE, "--max-pages", "7")
    assert (first["outcome"], first["reason"]) == ("stopped", "max-pages")
    assert sum("-was-late-" in path or "-ever-saw-" in path for path in catalog.site.requests) == 7
    assert first["arguments"]["backfill"] == "True"
    told = first["backfill"]
    assert told["open"] > 0
    assert told["found"] == 7 + told["open"]
    assert (told["is_complete"], told["next"]) == (False, "newsarchive crawl fjord --backfill")
    pages, lists = catalog.asked, catalog.lists_asked
    second = catalog.crawl("--backfill")
    assert second["arguments"]["since"] == first["arguments"]["since"]
    assert (second["outcome"], second["backfill"]["is_complete"], second["backfill"]["open"]) == ("finished", True, 0)
    assert "interrupted" not in second["counts"]
    catalog.verify()
    pages += catalog.asked
    lists += catalog.lists_asked
    assert {path: number for path, number in (pages + lists).items() if number > 1} == {}


@pytest.mark.slow
def test_a_backfill_walks_everything_to_its_end_and_no_trap(catalog):
    record = catalog.crawl("--backfill", "--since", SINCE)
    assert record["backfill"]["is_complete"]
    catalog.verify()
    asked = Counter(catalog.site.requests)
    assert max(catalog.asked.values()) == 1
    assert [path for path in asked if path.startswith("/sitemap-2017")] == []  # their names tell that they are too old
    # one page that is too old as a whole ends a section
    assert {path for path in asked if path.startswith("/region?")} == {f"/region?page={n}" for n in range(2, 6)}
    assert [path for path in asked if path.startswith("/archive/2017")] == []
    assert [path for path in asked if path.startswith(CALENDAR)] == []
    assert sum(path.startswith(DAILY) for path in asked) <= FORM.start + LISTS_AT_ONCE
    assert sum(path.startswith("/rumors/") for path in asked) <= FORM.start + 2 * A_PAGE
    assert sum(path.startswith("/rumors?") for path in asked) <= 2 * FORM.start
    catalog.site.times.clear()
    again = catalog.crawl("--backfill", "--since", SINCE)
    assert again["backfill"] == {
        **record["backfill"],
        "found": again["backfill"]["found"],
        "archived": 0,
        "known": again["not_due"],
    }
    assert {path for path in catalog.asked if path in catalog.wanted} == set()
    with Archive.open(catalog.home) as archive:
        read = [e for e in archive.reader.ledger(again["run"], Outcome.READ) if e.kind is ResourceKind.SITEMAP]
    assert {entry.reason for entry in read} == {"not-modified"}


@pytest.mark.slow
def test_a_site_that_cannot_be_had_leaves_open_what_was_open(crawls):
    catalog = Catalog(crawls("fjord"), months(date(2018, 5, 1), date(2018, 8, 1)))
    catalog.crawl("--backfill", "--since", SINCE, "--max-pages", "3")
    stranger = catalog.crawls.command("crawl", "fjord", "--json", "--backfill")  # who may not connect to that address
    out, err = stranger.communicate(timeout=300)
    assert (stranger.returncode, json.loads(out)["backfill"]["is_complete"]) == (1, False)
    assert "cannot be read" in err
    assert json.loads(out)["backfill"]["open"] > 0
    assert catalog.crawl("--backfill")["backfill"]["is_complete"]
    catalog.verify()


@pytest.mark.slow
def test_without_a_day_a_backfill_goes_back_to_the_first_article(catalog):
    record = catalog.crawl("--backfill")
    assert record["backfill"]["is_complete"]
    assert catalog.archived() == set(catalog.articles)
    assert max(catalog.asked.values()) == 1
    last = max(int(path.split("/")[3]) for path in catalog.site.requests if path.startswith("/sport/page/"))
    assert last == -(-len(catalog.months) // A_PAGE) + 1  # the page that was repeated ended it


@pytest.mark.slow
@pytest.mark.parametrize("kill_at", [5, 30])
def test_a_backfill_that_was_killed_goes_on_to_the_same_archive(catalog, kill_at):
    catalog.kill_at = kill_at
    process = catalog.crawls.start("--backfill", "--since", SINCE)
    process.communicate(timeout=300)
    assert process.returncode == -signal.SIGKILL
    catalog.kill_at = None
    had, lists = catalog.archived(), catalog.lists_asked
    assert len(had) >= 3
    with Archive.open(catalog.home) as archive:
        done = {e.url.removeprefix(catalog.site.url("")) for e in archive.reader.ledger(1, Outcome.READ)}
    catalog.crawl("--backfill")
    catalog.verify()
    assert had & set(catalog.asked) == set()
    assert done & set(catalog.lists_asked) & set(lists) == set()
    with Archive.open(catalog.home) as archive:
        outcomes = [run.outcome for run in archive.reader.runs()]
        left = [entry.url for entry in archive.reader.ledger(2, Outcome.INTERRUPTED)]
    assert (outcomes, left) == ([RunOutcome.INTERRUPTED, RunOutcome.FINISHED], [])


@pytest.mark.slow
def test_a_backfill_keeps_the_budget_of_the_day_and_leaves_nothing_to_the_crawl_of_every_day(catalog):
    catalog.crawls.settings = {"NEWSARCHIVE_DAILY_BUDGET": "60"}
    first = catalog.crawl("--backfill", "--since", SINCE)
    assert (first["outcome"], first["reason"]) == ("stopped", "budget")
    assert len(catalog.site.requests) == 60
    pages, lists = catalog.asked, catalog.lists_asked
    assert first["counts"]["interrupted"] == first["backfill"]["open"] + first["backfill"]["open_lists"] > 0
    assert "refused" not in first["counts"]
    catalog.crawls.settings = {}
    daily = catalog.crawl("--max-pages", "1")  # of its own accord this one would find some of it, too
    assert daily["arguments"] == {"site": "fjord", "max_pages": "1"}
    pages += catalog.asked
    second = catalog.crawl("--backfill")
    assert second["backfill"]["is_complete"]
    pages += catalog.asked
    assert {path: number for path, number in pages.items() if number > 1} == {}
    assert set(lists & catalog.lists_asked) == set()
    assert catalog.archived() >= catalog.wanted


@pytest.mark.slow
@pytest.mark.parametrize("in_parts", [False, True])
def test_a_list_from_old_to_new_goes_on_though_only_its_articles_tell_their_days(crawls, in_parts):
    catalog = Catalog(crawls("fjord"), [])
    days = [date(2017, 2, 17), date(2017, 4, 17), date(2017, 6, 17), date(2019, 2, 17), date(2019, 3, 17)]
    catalog.articles = {f"/region/the-ferry-was-late-{20_000 + number}": day for number, day in enumerate(days)}
    old, new = list(catalog.articles)[:3], list(catalog.articles)[3:]
    pages = {
        "/": '<html><body><nav><a href="/region">Region</a></nav></body></html>',
        "/region": catalog._list(old, '<a rel="next" href="/region?page=2">Newer</a>'),
        "/region?page=2": catalog._list(new),
    }
    made = catalog._page
    catalog._page = lambda path: (HTML, pages[path]) if path in pages else made(path)
    catalog.crawl("--backfill", "--since", SINCE, *(["--max-pages", "3"] if in_parts else []))
    if in_parts:
        assert set(catalog.asked) == set(old)
        catalog.crawl("--backfill")
    assert catalog.archived() == set(new)


@pytest.mark.slow
def test_sitemaps_are_read_as_their_pages_are_asked_for_so_that_few_addresses_wait(catalog):
    catalog.crawl("--backfill", "--since", SINCE, "--max-pages", "1")
    assert sum(path.startswith("/sitemap-") for path in catalog.site.requests) == 2
    assert catalog.crawl("--backfill")["backfill"]["is_complete"]
    catalog.verify()


@pytest.mark.slow
def test_sitemaps_that_an_earlier_backfill_left_are_read_though_their_index_is_gone(crawls):
    catalog = Catalog(crawls("fjord"), [])
    catalog.articles = {f"/region/the-ferry-was-late-{20_000 + n}": date(2019, 2, 10 + n) for n in range(6)}
    names = "".join(f"<sitemap><loc>{catalog.site.url(f'/sitemap-{n}.xml')}</loc></sitemap>" for n in range(6))
    pages = {
        "/robots.txt": ("text/plain", ""),
        "/": (HTML, f'<html><head><link rel="sitemap" href="/index.xml">{FEED}</head><body></body></html>'),
        "/feed": (XML, "<rss><channel><title>Fjord</title></channel></rss>"),
        "/index.xml": (XML, f"<sitemapindex>{names}</sitemapindex>"),
    }
    for number, path in enumerate(catalog.articles):
        entry = f"<url><loc>{catalog.site.url(path)}</loc></url>"
        pages[f"/sitemap-{number}.xml"] = (XML, f"<urlset>{entry}</urlset>")
    made = catalog._page
    catalog._page = lambda path: pages.get(path) or (made(path) if path in catalog.articles else None)
    catalog.crawls.settings = {"NEWSARCHIVE_DAILY_BUDGET": str(len(("robots", "home", "feed", "index")) + 2 + 2)}
    first = catalog.crawl("--backfill", "--since", SINCE)
    assert (first["reason"], len(catalog.archived()), catalog.lists_asked.total()) == ("budget", 2, 2)
    catalog.crawls.settings = {}
    del pages["/index.xml"]
    second = catalog.crawl("--backfill", "--since", "2018-07")  # other days: nothing is read from the captures
    assert second["backfill"]["is_complete"]
    assert catalog.archived() == set(catalog.articles)


@pytest.mark.slow
def test_a_backfill_that_begins_on_a_day_that_is_spent_ends_for_that_reason_and_leaves_all_open(crawls):
    catalog = Catalog(crawls("fjord"), months(date(2018, 5, 1), date(2018, 8, 1)))
    catalog.crawls.settings = {"NEWSARCHIVE_DAILY_BUDGET": "30"}
    first = catalog.crawl("--backfill", "--since", SINCE)
    assert (first["outcome"], first["reason"]) == ("stopped", "budget")
    second = catalog.crawl("--backfill")
    assert (second["outcome"], second["reason"]) == ("stopped", "budget")
    assert catalog.site.requests == []
    assert set(second["counts"]) == {"interrupted"}
    assert second["backfill"]["open"] == first["backfill"]["open"]
    catalog.crawls.settings = {}
    assert catalog.crawl("--backfill")["backfill"]["is_complete"]
    catalog.verify()


@pytest.mark.slow
def test_a_news_sitemap_is_read_before_the_pages_though_it_stands_last(crawls):
    catalog = Catalog(crawls("fjord"), [])
    path, text = (
        "/region/the-ferry-was-late-20000",
        "<p>The ferry was late, and people at the pier had much to say.</p>",
    )
    entry = f"<url><loc>{catalog.site.url(path)}</loc>{{}}</url>"
    news = "<news:news><news:publication_date>2019-02-17</news:publication_date></news:news>"
    files = {f"/sitemap-{n}.xml": f"<urlset>{entry.format('')}</urlset>" for n in range(4)}
    files["/sitemap-news.xml"] = f"<urlset>{entry.format(news)}</urlset>"
    names = "".join(f"<sitemap><loc>{catalog.site.url(name)}</loc></sitemap>" for name in files)
    files["/sitemap.xml"] = f"<sitemapindex>{names}</sitemapindex>"
    undated = f"<html><body><article><h1>The ferry was late</h1>{text * 6}</article></body></html>"
    pages = {"/": (HTML, "<html><body></body></html>"), path: (HTML, undated)}
    pages |= {name: (XML, body) for name, body in files.items()}
    made = catalog._page
    catalog._page = lambda path: pages.get(path) or (made(path) if path == "/robots.txt" else None)
    catalog.crawl("--backfill")
    with Archive.open(catalog.home) as archive:
        [revision] = archive.latest()
    assert revision.article.date_published is not None
