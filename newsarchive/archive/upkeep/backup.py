"""Backing an archive's database up into one SQLite file, while crawls go on."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from newsarchive.archive.database import Database
from newsarchive.archive.read_only_file import read_only_uri
from newsarchive.archive.upkeep.copying import copy_archive
from newsarchive.errors import ArchiveError, HomeError

PAGES = 2_000
"""Pages copied at a time, of 4 KiB as a rule: the progress moves some dozen times a second."""

Progress = Callable[[int, int], object]
"""Called with what is done and what there is to do, in units of its own."""


def backup(database: Database, file: Path, *, overwrite: bool = False, progress: Progress | None = None) -> int:
    """Write the archive as it is at this moment to a new SQLite file; its size in bytes.

    Of a SQLite file a copy page by page, of PostgreSQL one row by row; both from one snapshot, whatever is written
    meanwhile. The file appears under its name when it is whole, on disk and checked.

    Raises ArchiveError if the file is there already (unless ``overwrite``) or is the archive itself, or if the copy is
    damaged; HomeError if it cannot be written.
    """
    if isinstance(database.target, Path) and file.exists() and file.samefile(database.target):
        raise ArchiveError(f"{file} is the archive itself: name another file for its backup")
    if file.exists() and not (overwrite and file.is_file()):
        raise ArchiveError(f"{file} exists already: name another file, or say --overwrite")
    if not file.parent.is_dir():
        raise HomeError(f"{file} cannot be written: {file.parent} is no folder; make it first")
    try:
        with _whole(file.resolve()) as partial:
            if isinstance(database.target, Path):
                _copy_pages(database.target, partial, progress)
            else:
                with Database.open(partial, create=True) as copy:
                    copy_archive(database, copy, progress)
        return file.stat().st_size
    except OSError as error:
        raise HomeError(f"{file} cannot be written: {error.strerror or error}; check the disk") from error
    except sqlite3.Error as error:
        raise HomeError(f"{file} cannot be written: {error}; check the disk's space and health") from error


def _copy_pages(source: Path, file: Path, progress: Progress | None) -> None:
    def tell(_: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(total - remaining, total)

    uri = read_only_uri(source) or source.resolve().as_uri()
    with (
        closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as archive,
        closing(sqlite3.connect(file)) as copy,
    ):
        # SQLite would begin again whenever a crawl has written. A transaction that reads keeps the copy to one
        # snapshot, and in WAL mode nobody waits for it. (https://sqlite.org/backup.html)
        archive.execute("BEGIN")
        archive.execute("SELECT 1 FROM sqlite_master").fetchone()
        archive.backup(copy, pages=PAGES, progress=tell, sleep=0)
        (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise ArchiveError(
                f"the copy of {source} is damaged ({verdict}), so nothing is kept: "
                "`newsarchive archive verify` says whether the archive is"
            )


@contextmanager
def _whole(file: Path) -> Iterator[Path]:
    """A path for a file that gets its name when the block ends well, and is gone when it does not."""
    partial = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        yield partial
        with partial.open("rb+") as written:
            os.fsync(written.fileno())
        partial.replace(file)
    finally:
        for rest in ("", "-wal", "-shm", "-journal"):
            partial.with_name(f"{partial.name}{rest}").unlink(missing_ok=True)
    with suppress(OSError):  # not every file system can sync a folder
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
