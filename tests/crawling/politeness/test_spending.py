"""Budgets in real crawls: what is beyond them is refused, said so, and counted over crawls."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import pytest

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.model.schedule import TurnOutcome
from newsarchive.scheduling.turns import report_of

PAGE = """<!doctype html><html lang="en"><head><title>{title}</title><meta property="og:type" content="article">
<meta property="article:published_time" content="2026-05-01T10:00:00Z"></head><body><nav>{links}</nav>
<article><h1>{title}</h1>{text}</article></body></html>"""
TEXT = "".join(
    f"<p>The council of the lake met on day {n} and spoke of the new harbour, which is to be built next year.</p>"
    for n in range(6)
)


@pytest.fixture
def crawl(site, tmp_path):
    """``crawl(*arguments)``: crawls, ending with that status, and returns the ledger of the last run, and the run."""

    def crawl(*arguments, status=0, **environment):
        process = subprocess.run(
            [sys.executable, "-m", "newsarchive", "--home", str(tmp_path), "crawl", *arguments],
            env={**os.environ, "NEWSARCHIVE_DELAY": "0", "NEWSARCHIVE_ALLOW_ADDRESSES": site.address, **environment},
            capture_output=True,
            timeout=120,
        )
        assert process.returncode == status, process.stderr
        with Database.open(tmp_path / "archive.db") as database:
            reader = ArchiveReader(database)
            run = reader.runs()[-1]
            return list(reader.ledger(run.id)), run

    return crawl


def answer(title, text=TEXT, links=""):
    return 200, {"Content-Type": "text/html"}, PAGE.format(title=title, text=text, links=links).encode()


@pytest.mark.slow
def test_the_same_article_under_session_ids_ends_with_the_reason_budget(site, crawl):
    paths = [f"/s{n:06x}a1b2c3/news/the-council-met-today" for n in range(120)]
    links = "".join(f'<p><a href="{path}">The council of the lake met today, {path}</a></p>' for path in paths)
    site.answers |= {"/robots.txt": (404, {}, b""), "/": answer("The Lake", "", links)}
    site.answers |= {path: answer("The council met today", links=links) for path in paths}
    ledger, run = crawl(site.url("/"))
    ends = Counter((row.outcome, row.reason) for row in ledger if "/news/" in row.url)
    assert ends["refused", "budget"] >= 40
    assert sum("/news/" in path for path in site.requests) == 120 - ends["refused", "budget"]
    assert "gave no new article" in next(row.detail for row in ledger if row.reason == "budget")
    assert run.outcome == "finished"


@pytest.mark.slow
def test_a_host_has_one_budget_a_day_over_all_crawls(site, crawl, tmp_path):
    paths = [f"/news/{n}-the-council-met-on-day-{n}" for n in range(9)]
    site.answers |= {"/robots.txt": (404, {}, b"")}
    site.answers |= {path: answer(f"The council met on day {path}", TEXT + f"<p>{path}</p>") for path in paths}
    listed = tmp_path / "urls.txt"
    listed.write_text("\n".join(map(site.url, paths[:4])))
    crawl("--urls", str(listed), NEWSARCHIVE_DAILY_BUDGET="7")
    assert len(site.requests) == 5
    listed.write_text("\n".join(map(site.url, paths[4:])))
    ledger, run = crawl("--urls", str(listed), NEWSARCHIVE_DAILY_BUDGET="7")
    ends = Counter((row.outcome, row.reason) for row in ledger)
    # 4 pages and robots.txt were asked for, so 2 more today, one of them robots.txt
    assert len(site.requests) == 7
    assert ends == {("new", None): 1, ("refused", "budget"): 4}
    assert (run.outcome, run.reason) == ("stopped", "budget")
    assert {row.detail for row in ledger if row.reason} == {
        "7 requests to 127.0.0.1 today; the setting daily_budget allows 7"
    }


@pytest.mark.slow
def test_a_day_s_budget_holds_exactly_though_requests_are_under_way_when_it_runs_out(site, crawl, tmp_path):
    paths = [f"/news/{n}-the-council-met-on-day-{n}" for n in range(9)]
    site.answers |= {"/robots.txt": (404, {}, b""), paths[0]: (301, {"Location": "/news/moved"}, b"")}
    site.answers |= {path: answer(f"The council met on day {path}", TEXT + f"<p>{path}</p>") for path in paths[1:]}
    listed = tmp_path / "urls.txt"
    listed.write_text("\n".join(map(site.url, paths)))
    # several pages wait for robots.txt, and then again for what the site reserves
    ledger, run = crawl("--urls", str(listed), NEWSARCHIVE_OBEY="tdm", NEWSARCHIVE_DAILY_BUDGET="5")
    assert len(site.requests) == 5
    assert site.requests[:2] == ["/robots.txt", "/.well-known/tdmrep.json"]
    assert (run.outcome, run.reason) == ("stopped", "budget")
    assert Counter(row.reason for row in ledger)["budget"] == 7


@pytest.mark.slow
def test_a_crawl_that_begins_on_a_day_that_is_spent_says_so_and_asks_for_nothing(site, crawl):
    site.answers |= {"/robots.txt": (404, {}, b""), "/": answer("The Lake")}
    crawl(site.url("/"), NEWSARCHIVE_DAILY_BUDGET="2")
    site.requests.clear()
    ledger, run = crawl(site.url("/"), NEWSARCHIVE_DAILY_BUDGET="2", status=1)
    assert site.requests == []
    assert {(row.outcome, row.reason) for row in ledger} == {("refused", "budget")}
    assert {row.detail for row in ledger} == {"2 requests to 127.0.0.1 today; the setting daily_budget allows 2"}
    assert (run.outcome, run.reason) == ("stopped", "budget")
    assert report_of(run, ledger).outcome is TurnOutcome.DONE
