import os
import signal
import sqlite3
import subprocess
import sys
import threading

import pytest

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.upkeep.backup import backup
from newsarchive.archive.upkeep.copying import copy_archive
from newsarchive.archive.upkeep.verification import verify_database
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.errors import ArchiveError, HomeError

PAGES = 40
BACKUPS = 3


def test_a_backup_is_the_archive(database, store, page, tmp_path):
    store(page("a", "One."), page("b", "Two."), page("a", "Three.", at=1))
    steps = []
    size = backup(database, tmp_path / "backup.db", progress=lambda done, total: steps.append((done, total)))
    assert size == (tmp_path / "backup.db").stat().st_size > 0
    assert steps[-1][0] == steps[-1][1]
    with Database.open(tmp_path / "backup.db") as copy:
        kept, original = ArchiveReader(copy), ArchiveReader(database)
        assert list(kept.iter_rows_after(0)) == list(original.iter_rows_after(0))
        assert [kept.revisions(article) for article in (1, 2)] == [original.revisions(article) for article in (1, 2)]
        assert list(verify_database(copy)) == []
    assert not list(tmp_path.glob(".*.part*"))


def test_a_backup_is_restored_by_copying_it(database, store, page, tmp_path):
    store(page("a", "One."))
    backup(database, tmp_path / "backup.db")
    with Database.open(tmp_path / "backup.db") as kept, Database.open(tmp_path / "new.db", create=True) as restored:
        copy_archive(kept, restored)
        assert ArchiveReader(restored).counts() == ArchiveReader(database).counts()


def test_backups_while_a_crawl_writes_are_whole(database, page, entry, hours, tmp_path):
    writer = ArchiveWriter(database)
    run = writer.begin_run(None, "urls", {}, hours(0))
    stop = threading.Event()
    written = []

    def crawl() -> None:
        while not stop.is_set():
            batch = len(written)
            slugs = [f"{batch}-{n}" for n in range(PAGES // 2)] + [f"again-{n}" for n in range(PAGES // 2)]
            pages = tuple((page(s, f"Text {batch}. " * 50, at=batch), entry(run, f"{batch} {s}")) for s in slugs)
            written.append(writer.store(Batch(pages=pages)))

    crawling = threading.Thread(target=crawl)
    crawling.start()
    try:
        for number in range(BACKUPS):
            before = len(written)
            backup(database, tmp_path / f"{number}.db")
            with Database.open(tmp_path / f"{number}.db") as copy:
                assert list(verify_database(copy)) == []
                counts = ArchiveReader(copy).counts()
                assert counts.revisions % PAGES == 0  # whole batches
                assert counts.revisions >= before * PAGES
            while len(written) < before + 2:
                assert crawling.is_alive()
    finally:
        stop.set()
        crawling.join()
    assert len(written) > BACKUPS


KILLED = """
import os, pathlib, signal, sys
from newsarchive.archive.upkeep import backup
from newsarchive.archive.database import Database

backup.PAGES = 5
with Database.open(pathlib.Path(sys.argv[1])) as database:
    backup.backup(database, pathlib.Path(sys.argv[2]), overwrite=True,
                  progress=lambda done, total: os.kill(os.getpid(), signal.SIGKILL))
"""


def test_a_killed_backup_leaves_the_one_before(tmp_path):
    path, file = tmp_path / "archive.db", tmp_path / "backup.db"
    with Database.open(path, create=True) as database:
        backup(database, file)
    before = file.read_bytes()
    done = subprocess.run([sys.executable, "-c", KILLED, str(path), str(file)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert file.read_bytes() == before


def test_a_file_that_is_there_is_kept_unless_told(database, tmp_path):
    (tmp_path / "backup.db").write_text("precious")
    with pytest.raises(ArchiveError, match="exists already: name another file, or say --overwrite"):
        backup(database, tmp_path / "backup.db")
    assert (tmp_path / "backup.db").read_text() == "precious"
    backup(database, tmp_path / "backup.db", overwrite=True)
    Database.open(tmp_path / "backup.db").close()


def test_the_archive_is_no_backup_of_itself(tmp_path):
    with Database.open(tmp_path / "archive.db", create=True) as database:
        os.link(tmp_path / "archive.db", tmp_path / "same.db")
        for name in ("archive.db", "same.db"):
            with pytest.raises(ArchiveError, match="is the archive itself"):
                backup(database, tmp_path / name, overwrite=True)


def test_a_place_that_cannot_be_written_is_named(database, tmp_path):
    with pytest.raises(HomeError, match="no is no folder; make it first"):
        backup(database, tmp_path / "no" / "backup.db")
    with pytest.raises(ArchiveError, match="exists already"):
        backup(database, tmp_path, overwrite=True)


def test_a_damaged_archive_gives_no_backup(tmp_path, page, entry, hours):
    path = tmp_path / "archive.db"
    with Database.open(path, create=True) as database:
        writer = ArchiveWriter(database)
        writer.begin_run(None, "urls", {}, hours(0))
        writer.store(Batch(pages=tuple((page(f"{n}", "Text. " * 500), entry(1, f"{n}")) for n in range(50))))
    with sqlite3.connect(path) as raw:
        (root,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'revision'").fetchone()
        (size,) = raw.execute("PRAGMA page_size").fetchone()
    raw.close()
    content = bytearray(path.read_bytes())
    content[(root - 1) * size : root * size] = bytes(size)
    path.write_bytes(content)
    with Database.open(path) as database, pytest.raises(ArchiveError, match=r"the copy of .* is damaged"):
        backup(database, tmp_path / "backup.db")
    assert not (tmp_path / "backup.db").exists()
