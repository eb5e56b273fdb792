"""kill -9 in the middle of a crawl, then the crawl again: the archive must equal that of an undisturbed one."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarchive.api import Archive
from newsarchive.archive.verification import verify_database
from newsarchive.demo.server import SampleServer, serve_sample
from newsarchive.inspection.capture_references import verify_captures
from newsarchive.model.crawl_run import RunOutcome
from newsarchive.search.index_verification import verify_index

ROUNDS = 10
SEED = 20230517
START_S = 1.0
"""What a crawl needs before its first request; kills are spread over the time after it."""


class Crawls:
    """Crawls of one served sample into homes of their own."""

    def __init__(self, server: SampleServer, folder: Path) -> None:
        self._address = f"127.0.0.1:{server.server_port}"
        self._home_page = f"{server.base_url}/"
        self._folder = folder
        begun = time.monotonic()
        self.undisturbed = self.state_of(self.finish(self.home("undisturbed")))
        self.duration_s = time.monotonic() - begun

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
        assert self.start(home).wait(timeout=120) == 0
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


@pytest.mark.parametrize("number", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, ROUNDS))])
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
    process = crawls.start(home)
    time.sleep(START_S + fraction * max(crawls.duration_s - START_S, 1.0))
    process.send_signal(signal.SIGKILL)
    was_killed = process.wait() == -signal.SIGKILL
    crawls.finish(home)
    assert crawls.state_of(home) == crawls.undisturbed
    with Archive.open(home) as archive:
        outcomes = [run.outcome for run in archive.reader.runs()]
    if was_killed:  # before the run was entered, within it, or after it had ended
        assert outcomes[-1] is RunOutcome.FINISHED
        assert set(outcomes[:-1]) <= {RunOutcome.INTERRUPTED, RunOutcome.FINISHED}


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
