"""A home that cannot be written: a read-only disk, another user's folder, a backup."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

READING = (
    "status",
    "site list",
    "runs list",
    "runs ledger",
    "search peacekeeping",
    "trend peacekeeping",
    "words peacekeeping",
    "show 1",
    "export --limit 3",
    "changes",
    "coverage",
    "health",
    "metrics",
    "index status",
    "archive verify",
    "archive backup OUT/backup.db",
)
WRITING = ("site add http://127.0.0.1:9/ --no-check", "crawl sample", "worker --once", "index rebuild")


@pytest.fixture
def lock_up(tmp_path: Path) -> Iterator[Callable[[Path], Path]]:
    """``lock_up(home)``: the same home, that nobody can write to any more; for root on a read-only file system."""
    mounted: list[Path] = []

    def lock(home: Path) -> Path:
        if os.geteuid():
            for path in (home, *home.rglob("*")):
                path.chmod(0o555 if path.is_dir() else 0o444)
            return home
        place = tmp_path / "locked"
        place.mkdir()
        if subprocess.run(["mount", "--bind", str(home), str(place)], capture_output=True).returncode:
            pytest.skip("root may write anywhere, and nothing may be mounted here")
        mounted.append(place)
        subprocess.run(["mount", "-o", "remount,ro,bind", str(place)], check=True)
        return place

    yield lock
    for place in mounted:
        subprocess.run(["umount", str(place)], check=True)
    for path in tmp_path.rglob("*"):
        path.chmod(0o755)


def test_all_that_reads_works_and_all_that_writes_says_why_it_cannot(newsarchive, home, lock_up, tmp_path):
    locked = lock_up(home)
    out = tmp_path / "out"
    out.mkdir()
    for line in READING:
        done = newsarchive(*line.replace("OUT", str(out)).split(), home=locked)
        assert done.code == 0, (line, done.err)
    assert newsarchive("sql", "SELECT count(*) FROM articles", home=locked).code == 0
    assert "1 article" in newsarchive("search", "peacekeeping", home=locked).err
    for line in WRITING:
        done = newsarchive(*line.split(), home=locked)
        assert done.code == 1, line
        assert "writ" in done.err.splitlines()[-1]
        assert str(locked) in done.err


def leave_log(home: Path, tmp_path: Path) -> None:
    """Leave the files beside the archive as a killed crawl does, with a site in them that is not in the file yet."""
    copy = tmp_path / "copy"
    copy.mkdir()
    connection = sqlite3.connect(home / "archive.db", isolation_level=None)
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("UPDATE site SET title = 'Known from the log'")
    for file in home.glob("archive.db*"):
        shutil.copy(file, copy)
    connection.close()
    for file in copy.iterdir():
        shutil.copy(file, home)


def test_what_a_killed_crawl_left_in_the_log_is_read(newsarchive, home, lock_up, tmp_path):
    leave_log(home, tmp_path)
    done = newsarchive("site", "list", home=lock_up(home))
    assert done.code == 0, done.err
    assert "Known from the log" in done.out


def test_a_log_that_cannot_be_read_is_never_passed_over(newsarchive, home, lock_up, tmp_path):
    leave_log(home, tmp_path)
    (home / "archive.db-shm").unlink()
    done = newsarchive("site", "list", home=lock_up(home))
    assert done.code == 1
    assert "archive.db-wal holds what is not in archive.db yet" in done.err
    assert "copy the folder to a place that can be written" in done.err


def test_an_index_that_is_missing_or_behind_says_what_to_do(newsarchive, home, lock_up):
    shutil.rmtree(home / "index")
    done = newsarchive("search", "peacekeeping", home=lock_up(home))
    assert done.code == 1
    assert "there is no search index" in done.err
    assert "copy the home to a place that can be written" in done.err
