"""One crawl of a site at a time, in this home and, with a database that several machines share, on all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from newsarchive.archive.database import Database
from newsarchive.errors import ArchiveError, HomeError


@contextmanager
def crawl_lock(database: Database, home: Path, site: str | None) -> Iterator[None]:
    """Crawl a site (None: single addresses) alone; the lock ends with the process, however it ends.

    A lock file beside a SQLite file, for all homes that use it; a lock in the server for PostgreSQL.

    Raises ArchiveError if it is being crawled already, HomeError if the folder of lock files cannot be written.
    """
    with ExitStack() as stack:
        if isinstance(database.target, Path):
            where, taken = str(home), _lock_file(stack, database.target.parent / "locks", site)
        else:
            where, taken = database.name, stack.enter_context(database.alone(f"crawl {site or ''}"))
        if not taken:
            raise ArchiveError(
                f"{site or 'a list of addresses'} is being crawled into {where} already; wait for it to end"
            )
        yield


def _lock_file(stack: ExitStack, folder: Path, site: str | None) -> bool:
    try:
        folder.mkdir(exist_ok=True)
        stack.enter_context(FileLock(folder / f"{site or '-urls-'}.lock", blocking=False))
    except Timeout:
        return False
    except OSError as error:
        raise HomeError(f"{folder} cannot be written: {error.strerror}; check its owner and mode") from error
    return True
