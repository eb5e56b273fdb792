"""``newsarchive runs tail``: watch a crawl that runs, in this terminal or another, here or on another machine."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from typing import Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.cli.ledger_lines import ledger_line, ledger_record
from newsarchive.cli.options import Json
from newsarchive.cli.settings import config_from
from newsarchive.errors import ArchiveError, SiteBusyError
from newsarchive.model.crawl_run import CrawlRun, LedgerEntry, Outcome

PAUSE_S = 1.0
"""Between two looks at the archive."""
QUIET_S = 60.0
"""Without an outcome for so long it is looked whether the crawl is still there. Two retries of a page that answers only
after a minute are longer, and cost no more than that look."""


def tail(
    context: typer.Context,
    site: Annotated[
        str | None, typer.Argument(metavar="SITE", help="Whose crawl; default: the one that began last.")
    ] = None,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, metavar="N", help="So many earlier lines first.")] = 10,
    json: Json = False,
) -> None:
    """Follow a running crawl. Each address as it gets its outcome, until the crawl ends."""
    from newsarchive.api import Archive
    from newsarchive.archive.runs.following import RunFollower
    from newsarchive.crawling.lock import crawl_lock

    config = config_from(context)
    with Archive.of(config) as archive:
        run = _running(archive.reader.runs(site))
        if run is None:
            raise ArchiveError(
                f"no crawl{f' of {site}' if site else ''} is running; newsarchive runs list shows those that ended"
            )

        def is_alive() -> bool:
            try:
                with crawl_lock(archive.database, config.home, run.site):
                    return False
            except SiteBusyError:
                return True

        terminal.notes().print(
            f"run {run.id} of {run.site or 'single addresses'}, Ctrl-C stops watching, not the crawl"
        )
        follower = RunFollower(archive.database, run.id, last=lines)
        quiet_since = time.monotonic() - QUIET_S  # looks at once: the run may be what a killed crawl left open
        while True:
            ended = archive.reader.run(run.id)
            entries = follower.poll()  # after it was seen to have ended, there is no more to come
            _print(entries, json=json)
            if ended is None or ended.outcome is not None:
                break
            if entries:
                quiet_since = time.monotonic()
            elif time.monotonic() - quiet_since >= QUIET_S:
                if not is_alive():
                    again = archive.reader.run(run.id)
                    if again is not None and again.outcome is None:
                        raise ArchiveError(
                            f"the process of run {run.id} is gone; the next crawl of {run.site or 'addresses'} goes on"
                        )
                quiet_since = time.monotonic()
            time.sleep(PAUSE_S)
    if ended is not None:
        counts = ", ".join(f"{ended.counts[outcome]} {outcome}" for outcome in Outcome if ended.counts.get(outcome))
        terminal.notes().print(f"run {ended.id} {ended.outcome}: {counts or 'nothing to fetch'}")


def _running(runs: Iterable[CrawlRun]) -> CrawlRun | None:
    return next((run for run in reversed(list(runs)) if run.outcome is None), None)


def _print(entries: Iterable[LedgerEntry], *, json: bool) -> None:
    for entry in entries:
        if json:
            terminal.print_json(ledger_record(entry))
        else:
            terminal.out().print(ledger_line(entry))
    sys.stdout.flush()
