"""Plain Scrapy beside the command line: scrapy list, scrapy crawl, scrapy shell work unmodified."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.api import Archive
from newsarchive.demo.server import serve_sample
from newsarchive.model.crawl_run import Outcome

TOP = Path(__file__).parent.parent.parent


@pytest.fixture
def scrapy(tmp_path):
    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "scrapy", *arguments],
            cwd=TOP,
            env={**os.environ, "NEWSARCHIVE_HOME": str(tmp_path / "home"), "NEWSARCHIVE_DELAY": "0", **environment},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


def outcomes(home: Path) -> dict[str, tuple[Outcome | None, str | None]]:
    with Archive.open(home) as archive:
        return {e.url: (e.outcome, e.reason) for e in archive.reader.ledger(archive.reader.runs()[-1].id)}


def test_scrapy_lists_the_spiders(scrapy):
    assert scrapy("list").stdout.split() == ["backfill", "site", "urls"]


@pytest.mark.slow
def test_scrapy_crawls_a_list_up_to_max_pages(scrapy, tmp_path):
    with serve_sample() as server:
        urls = [f"{server.base_url}/2026/05/{n}" for n in range(3)]
        urls[0] = f"{server.base_url}/business/ferry-umoja-maiden-trip-7f21"
        (tmp_path / "urls.txt").write_text("\n".join(urls))
        done = scrapy(
            "crawl", "urls", "-a", f"file={tmp_path / 'urls.txt'}", "-a", "max_pages=2",
            NEWSARCHIVE_ALLOW_ADDRESSES=f"127.0.0.1:{server.server_port}",
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert outcomes(tmp_path / "home") == {
        urls[0]: (Outcome.NEW, None),
        urls[1]: (Outcome.FAILED, "http-404"),
        urls[2]: (Outcome.SKIPPED, "max-pages"),
    }


@pytest.mark.slow
def test_scrapy_crawls_a_registered_site_within_dates(scrapy, tmp_path):
    home = tmp_path / "home"
    with serve_sample() as server:
        add = ["site", "add", f"{server.base_url}/", "--name", "sample", "--no-check"]
        subprocess.run(
            [sys.executable, "-m", "newsarchive", "--home", str(home), *add], check=True, capture_output=True
        )
        done = scrapy(
            "crawl", "site", "-a", "site=sample", "-a", "since=2026-10", "-a", "until=2026-11-18",
            NEWSARCHIVE_ALLOW_ADDRESSES=f"127.0.0.1:{server.server_port}",
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with Archive.open(home) as archive:
        dates = [r.article.date_published for r in archive.latest()]
    known = [f"{date:%Y-%m-%d}" for date in dates if date is not None]
    assert known
    assert min(known) >= "2026-10-01"
    assert max(known) <= "2026-11-18"
    reasons = [reason for outcome, reason in outcomes(home).values() if outcome is Outcome.SKIPPED]
    assert set(reasons) == {"before-since", "after-until"}


@pytest.mark.slow
def test_scrapy_shell_keeps_nothing(scrapy, tmp_path):
    with serve_sample() as server:
        done = scrapy(
            "shell", f"{server.base_url}/", "-c", "response.status",
            NEWSARCHIVE_ALLOW_ADDRESSES=f"127.0.0.1:{server.server_port}",
        )  # fmt: skip
    assert done.stdout.strip() == "200", done.stderr
    assert not (tmp_path / "home").exists()


@pytest.mark.slow
def test_a_spider_without_its_argument_says_which(scrapy):
    assert "needs the name of a registered site: -a site=NAME" in scrapy("crawl", "site").stderr
    assert "needs a list of addresses: -a file=FILE" in scrapy("crawl", "urls").stderr
