import hashlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from newsarchive.archive.database import Database
from newsarchive.crawling.lock import crawl_lock
from newsarchive.errors import ArchiveError, HomeError

HOLDER = """
import pathlib, sys
from newsarchive.archive.database import Database
from newsarchive.crawling.lock import crawl_lock

target = sys.argv[1] if "://" in sys.argv[1] else pathlib.Path(sys.argv[1])
with Database.open(target) as database, crawl_lock(database, pathlib.Path(sys.argv[2]), "example"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(target, tmp_path):
    """Another program, with a home of its own, that crawls ``example`` into the same database."""
    Database.open(target, create=True).close()
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(target), str(tmp_path / "another-home")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_site_is_crawled_once_at_a_time_from_whatever_home(target, holder, tmp_path):
    with Database.open(target) as database:
        with (
            pytest.raises(ArchiveError, match=r"^example is being crawled into .* already; wait for it to end$"),
            crawl_lock(database, tmp_path, "example"),
        ):
            pass
        with crawl_lock(database, tmp_path, "other"), crawl_lock(database, tmp_path, None):
            pass


def test_a_killed_crawl_holds_no_lock(target, holder, tmp_path):
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with Database.open(target) as database:
        for _ in range(100):  # the server learns of it a moment later
            try:
                with crawl_lock(database, tmp_path, "example"):
                    return
            except ArchiveError:
                continue
    pytest.fail("the lock of a killed program is still held")


def test_a_lock_is_given_back(target, tmp_path):
    with Database.open(target, create=True) as database:
        for _ in range(2):
            with crawl_lock(database, tmp_path, "example"):
                pass


@pytest.mark.postgresql
def test_archives_in_one_database_do_not_lock_each_other(postgresql_schema, tmp_path):
    with (
        postgresql_schema() as one,
        postgresql_schema() as other,
        Database.open(one, create=True) as first,
        Database.open(other, create=True) as second,
        crawl_lock(first, tmp_path, "example"),
        crawl_lock(second, tmp_path, "example"),
    ):
        pass


def test_a_folder_of_locks_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "locks").touch()
    with (
        Database.open(Path(tmp_path / "archive.db"), create=True) as database,
        pytest.raises(HomeError, match="locks cannot be written"),
        crawl_lock(database, tmp_path, "example"),
    ):
        pass


def lock_holders(database):
    """The server's processes that hold the lock on ``example`` in this schema."""
    with database.read() as connection:
        schema = connection.execute(text("SELECT current_schema()")).scalar()
        key = int.from_bytes(hashlib.sha256(f"{schema}\0crawl example".encode()).digest()[:8], signed=False)
        query = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = :high AND objid = :low AND granted"
        return connection.execute(text(query), {"high": key >> 32, "low": key & 0xFFFFFFFF}).scalars().all()


def terminate(database, pid):
    with database.read() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})


@pytest.mark.postgresql
def test_a_crawl_that_lost_its_site_to_another_is_told_so(postgresql_url, tmp_path):
    lost = threading.Event()
    with (
        Database.open(postgresql_url, create=True) as database,
        Database.open(postgresql_url) as another,
        crawl_lock(database, tmp_path, "example", on_lost=lambda _: lost.set(), renewal_s=0.3),
    ):
        (pid,) = lock_holders(another)
        terminate(another, pid)
        with another.alone("crawl example") as taken:  # before the first has seen it
            assert taken is not None
            assert lost.wait(20)


@pytest.mark.postgresql
def test_a_lock_whose_connection_broke_off_is_taken_again(postgresql_url, tmp_path):
    lost = threading.Event()
    with (
        Database.open(postgresql_url, create=True) as database,
        Database.open(postgresql_url) as another,
        crawl_lock(database, tmp_path, "example", on_lost=lambda _: lost.set(), renewal_s=0.05),
    ):
        (pid,) = lock_holders(another)
        terminate(another, pid)
        while lock_holders(another) in ([], [pid]):
            assert not lost.is_set()
        with another.alone("crawl example") as taken:
            assert taken is None
        assert not lost.is_set()
