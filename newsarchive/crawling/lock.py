"""One crawl of a site at a time, in this home and, with a database that several machines share, on all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread

from filelock import FileLock, Timeout
from sqlalchemy.exc import DBAPIError

from newsarchive.archive.database import Database
from newsarchive.archive.lease import HOLDER_PATIENCE_S, RENEWAL_S, Lease
from newsarchive.errors import HomeError, SiteBusyError


@contextmanager
def crawl_lock(
    database: Database,
    home: Path,
    site: str | None,
    *,
    on_lost: Callable[[SiteBusyError], object] | None = None,
    renewal_s: float = RENEWAL_S,
) -> Iterator[None]:
    """Crawl a site (None: single addresses) alone; the lock ends with the process, however it ends.

    A lock file beside a SQLite file, for all homes that use it; a lock in the server for PostgreSQL. That one can be
    lost, when the server cannot be reached for a while: ``on_lost`` is then called, once and in another thread, with
    what there is to say, and must end the crawl.

    Raises SiteBusyError if it is being crawled already, HomeError if the folder of lock files cannot be written.
    """
    with ExitStack() as stack:
        if isinstance(database.target, Path):
            where, taken = str(home), _lock_file(stack, database.target.parent / "locks", site)
        else:
            where, lease = database.name, stack.enter_context(database.alone(f"crawl {site or ''}"))
            taken = lease is not None
            if lease is not None and on_lost is not None:
                stack.enter_context(_renewed(lease, _what(site), on_lost, renewal_s))
        if not taken:
            raise SiteBusyError(f"{_what(site)} is being crawled into {where} already; wait for it to end")
        yield


def _what(site: str | None) -> str:
    return site or "a list of addresses"


def _lock_file(stack: ExitStack, folder: Path, site: str | None) -> bool:
    try:
        folder.mkdir(exist_ok=True)
        stack.enter_context(FileLock(folder / f"{site or '-urls-'}.lock", blocking=False))
    except Timeout:
        return False
    except OSError as error:
        raise HomeError(f"{folder} cannot be written: {error.strerror}; check its owner and mode") from error
    return True


@contextmanager
def _renewed(lease: Lease, what: str, on_lost: Callable[[SiteBusyError], object], renewal_s: float) -> Iterator[None]:
    """Let a thread keep the lease alive."""
    done = Event()
    thread = Thread(target=_renew, args=(lease, what, on_lost, renewal_s, done), name="crawl-lock", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _renew(lease: Lease, what: str, on_lost: Callable[[SiteBusyError], object], renewal_s: float, done: Event) -> None:
    last = time.monotonic()
    while not done.wait(renewal_s):
        try:
            is_held = lease.renew()
        except DBAPIError:
            is_held = time.monotonic() - last < HOLDER_PATIENCE_S
        else:
            last = time.monotonic() if is_held else last
        if not is_held:
            on_lost(SiteBusyError(f"the lock on {what} was lost, with the connection to the server: try again later"))
            return
