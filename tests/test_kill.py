"""kill -9 in the middle of a crawl, then the crawl again: the archive must equal that of an undisturbed one.

A few kills of small crawls by default. A hundred kills of a crawl of 500 pages, each going on where the last one died::

    NEWSARCHIVE_TEST_KILLS=100 NEWSARCHIVE_TEST_KILL_PAGES=500 .venv/bin/pytest -n 0 -s -m "" \\
        tests/test_kill.py -k "many_times and sqlite"

and 50 with ``-k "many_times and postgresql"`` and NEWSARCHIVE_TEST_POSTGRESQL set.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from newsarchive.api import Archive
from newsarchive.archive.upkeep.verification import verify_database
from newsarchive.demo.server import SampleServer, serve_sample
from newsarchive.inspection.capture_references import verify_captures
from newsarchive.model.crawl_run import RunOutcome
from newsarchive.search.index.verification import verify_index

ROUNDS = 10
SEED = 20230517
KILLS = int(os.environ.get("NEWSARCHIVE_TEST_KILLS", "3"))
PAGES = int(os.environ.get("NEWSARCHIVE_TEST_KILL_PAGES", "60"))
START_S = 1.0
"""What a crawl needs before its first request; kills are spread over the time after it."""

A_LIST = 20
"""Articles of one sitemap, or of one page of the section."""
SENTENCE = "Session {} of the council of the lake towns decided that the ferry to the islands will run, ice or no ice."


class LargeSite(ThreadingHTTPServer):
    """Any number of articles on loopback: every other one in sitemaps, the rest on the pages of a section only."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, articles: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.articles = articles

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """A killed crawl hangs up without a word."""

    def page(self, path: str) -> tuple[str, str] | None:
        """Media type and text; None if there is nothing."""
        listed, in_sitemaps = range(1, self.articles, 2), range(0, self.articles, 2)
        number = int(digits) if (digits := path.rpartition("-")[2].removesuffix(".xml")).isdigit() else 0
        if path == "/":
            return "text/html", '<html><body><nav><a href="/news">News</a></nav><p>All our news.</p></body></html>'
        if path == "/sitemap.xml":
            files = range(len(in_sitemaps[::A_LIST]))
            names = "".join(f"<sitemap><loc>{self.base_url}/sitemap-{n}.xml</loc></sitemap>" for n in files)
            return "application/xml", f"<sitemapindex>{names}</sitemapindex>"
        if path.startswith("/sitemap-"):
            part = in_sitemaps[number * A_LIST : (number + 1) * A_LIST]
            return (
                "application/xml",
                f"<urlset>{''.join(f'<url><loc>{self._url(n)}</loc></url>' for n in part)}</urlset>",
            )
        if path == "/news" or path.startswith("/news?page="):
            at = int(path.partition("=")[2] or 1)
            part = listed[(at - 1) * A_LIST : at * A_LIST]
            links = "".join(
                f'<h2><a href="{self._url(n)}">What session {n} of the council decided</a></h2>' for n in part
            )
            following = f'<a rel="next" href="/news?page={at + 1}">Older</a>' if at * A_LIST < len(listed) else ""
            return "text/html", f"<html><body><main>{links}</main>{following}</body></html>"
        if path.startswith("/2024/05/03/session-") and number < self.articles:
            headline = f"What session {number} of the council decided"
            text = "".join(f"<p>{SENTENCE.format(number)} It was point {n} of the agenda.</p>" for n in range(8))
            head = f'<title>{headline}</title><meta property="article:published_time" content="2024-05-03T10:00:00Z">'
            return (
                "text/html",
                f"<html><head>{head}</head><body><article><h1>{headline}</h1>{text}</article></body></html>",
            )
        return None

    def _url(self, number: int) -> str:
        return f"{self.base_url}/2024/05/03/session-{number}"


@contextmanager
def serve_large_site(articles: int) -> Iterator[LargeSite]:
    """Serve it in a thread of its own until the block ends."""
    with LargeSite(articles) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: LargeSite
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        found = self.server.page(self.path)
        body = (found[1] if found else "nothing here").encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        is_fresh = found is not None and self.headers.get("If-None-Match") == etag
        self.send_response(304 if is_fresh else 200 if found else 404)
        if not is_fresh:
            self.send_header("Content-Type", found[0] if found else "text/plain")
            self.send_header("Content-Length", str(len(body)))
        if found:
            self.send_header("ETag", etag)
        self.end_headers()
        if not is_fresh:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Crawls:
    """Crawls of one served site into homes of their own."""

    def __init__(self, server: SampleServer | LargeSite, folder: Path) -> None:
        self._address = f"127.0.0.1:{server.server_port}"
        self._home_page = f"{server.base_url}/"
        self._folder = folder

    @cached_property
    def undisturbed(self) -> set[tuple[str, int, str, str | None]]:
        """The state of a home after a crawl that nothing disturbed."""
        return self._undisturbed[0]

    @cached_property
    def duration_s(self) -> float:
        """How long such a crawl takes."""
        return self._undisturbed[1]

    @cached_property
    def _undisturbed(self) -> tuple[set[tuple[str, int, str, str | None]], float]:
        begun = time.monotonic()
        return self.state_of(self.finish(self.home("undisturbed"))), time.monotonic() - begun

    def home(self, name: str, database: str | None = None) -> Path:
        home = self._folder / name
        if database is not None:
            home.mkdir()
            (home / "newsarchive.toml").write_text(f"database = {json.dumps(database)}\n")
        add = ["site", "add", self._home_page, "--name", "sample", "--no-check"]
        subprocess.run(
            [sys.executable, "-m", "newsarchive", "--home", str(home), *add], check=True, capture_output=True
        )
        return home

    def start(self, home: Path) -> subprocess.Popen[bytes]:
        crawl = ["crawl", "sample", "--delay", "0", "--allow-address", self._address]
        return subprocess.Popen(
            [sys.executable, "-m", "newsarchive", "--home", str(home), *crawl],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def finish(self, home: Path) -> Path:
        assert self.start(home).wait(timeout=600) == 0
        return home

    def state_of(self, home: Path) -> set[tuple[str, int, str, str | None]]:
        """What is archived, after checking that every part of it fits the others."""
        with Archive.open(home) as archive:
            revisions = list(archive.latest())
            assert all(revision.capture.warc_file for revision in revisions)
            assert list(verify_database(archive.database)) == []
            assert list(verify_captures(archive.database, home / "captures", deep=True)) == []
            assert list(verify_index(archive.database, home / "index")) == []
            assert archive.search("", limit=1).total == len(revisions)
            for run in archive.reader.runs():
                assert run.outcome is not None
                assert all(entry.outcome is not None for entry in archive.reader.ledger(run.id))
        return {(r.article.canonical_url, r.number, r.content_digest, r.article.date_published_raw) for r in revisions}


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    with serve_sample() as server:
        yield Crawls(server, tmp_path_factory.mktemp("kill"))


@pytest.mark.slow
@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_killed_crawl_run_again_equals_an_undisturbed_one(crawls, number):
    _kill_and_crawl_again(crawls, crawls.home(f"killed-{number}"), number)


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.parametrize("number", [1, 2])
def test_a_crawl_into_postgresql_that_was_killed_equals_one_into_sqlite(crawls, number, postgresql_url):
    _kill_and_crawl_again(crawls, crawls.home(f"postgresql-{number}", postgresql_url), number)


def _kill_and_crawl_again(crawls: Crawls, home: Path, number: int) -> None:
    moments = random.Random(SEED)
    fraction = [moments.random() for _ in range(ROUNDS)][number]
    moment_s = START_S + fraction * max(crawls.duration_s - START_S, 1.0)
    process = crawls.start(home)
    time.sleep(moment_s)
    process.send_signal(signal.SIGKILL)
    was_killed = process.wait() == -signal.SIGKILL
    crawls.finish(home)
    assert crawls.state_of(home) == crawls.undisturbed
    with Archive.open(home) as archive:
        outcomes = [run.outcome for run in archive.reader.runs()]
    if was_killed:  # before the run was entered, within it, or after it had ended
        assert outcomes[-1] is RunOutcome.FINISHED
        assert set(outcomes[:-1]) <= {RunOutcome.INTERRUPTED, RunOutcome.FINISHED}


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_a_crawl_that_is_killed_many_times_loses_nothing_and_doubles_nothing(database, postgresql_schema, tmp_path):
    moments = random.Random(SEED)
    kills = finished = 0
    with serve_large_site(PAGES) as server:
        crawls = Crawls(server, tmp_path)
        assert len(crawls.undisturbed) == PAGES
        while kills < KILLS:
            with postgresql_schema() if database == "postgresql" else nullcontext() as url:
                home = crawls.home(f"killed-{finished}", url)
                kills += _kill_until_finished(crawls, home, moments, KILLS - kills)
                assert crawls.state_of(home) == crawls.undisturbed
                finished += 1
    sys.stdout.write(
        f"{kills} kills; {finished} crawls of {PAGES} pages came to their end, each equal to the undisturbed one\n"
    )


def _kill_until_finished(crawls: Crawls, home: Path, moments: random.Random, limit: int) -> int:
    """Start the crawl again and again, and kill it at most so many times; how many kills it took to its end."""
    kills = 0
    acknowledged: set[str] = set()
    while True:
        process = crawls.start(home)
        if kills < limit:
            time.sleep(moments.uniform(START_S / 2, START_S + crawls.duration_s / 2))
            process.kill()
        code = process.wait(timeout=600)
        with Archive.open(home) as archive:
            known = {revision.article.canonical_url for revision in archive.latest()}
        assert known >= acknowledged
        acknowledged = known
        if code == 0:
            return kills
        assert code == -signal.SIGKILL
        kills += 1


def test_children_end_with_a_killed_crawl(crawls):
    home = crawls.home("children")
    process = crawls.start(home)
    deadline = time.monotonic() + 20
    children: list[int] = []
    while not children and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.05)
        children = _children_of(process.pid)
    assert children, "the crawl started no parser process"
    process.kill()
    process.wait()
    while any(map(_runs, children)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(map(_runs, children))


def _children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        pytest.skip("needs Linux's /proc")


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
