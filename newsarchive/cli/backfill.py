"""What ``newsarchive crawl --backfill`` says at its end: what was found, archived and is still open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsarchive.model.crawl_run import CrawlRun, Outcome, ResourceKind, RunOutcome

if TYPE_CHECKING:
    from newsarchive.archive.reader import ArchiveReader

_ARCHIVED = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED)
_WHY_OPEN = {
    "max-pages": "--max-pages is reached",
    "budget": "the host is asked no more today",
    "no-home-page": "the home page cannot be read",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillProgress:
    """How far one run of a backfill came."""

    is_complete: bool
    """Whether everything that lists articles was walked to its end."""
    found: int
    """Addresses that may be articles' of the days asked for: those of this run, and those known from earlier ones."""
    archived: int
    """Of these, articles that this run stored, or found unchanged."""
    known: int
    """Of these, addresses that were not asked for because the archive, or an earlier run of the backfill, had them."""
    open: int
    """Of these, addresses that wait for the next run."""
    open_lists: int
    """Sitemaps, feeds and pages of lists that wait likewise."""
    next: str | None
    """The command that goes on; None if the backfill is complete."""


def backfill_progress(reader: ArchiveReader, run: CrawlRun) -> BackfillProgress:
    """Count what a run of a backfill left behind in the ledger."""
    counts = reader.outcomes_by_kind(run.id)
    pages = {outcome: number for (kind, outcome), number in counts.items() if kind is ResourceKind.PAGE}
    waiting = sum(number for (_, outcome), number in counts.items() if outcome is Outcome.INTERRUPTED)
    known = run.not_due or 0
    is_complete = run.outcome is RunOutcome.FINISHED
    return BackfillProgress(
        is_complete=is_complete,
        found=sum(number for outcome, number in pages.items() if outcome is not Outcome.SKIPPED) + known,
        archived=sum(pages.get(outcome, 0) for outcome in _ARCHIVED),
        known=known,
        open=pages.get(Outcome.INTERRUPTED, 0),
        open_lists=waiting - pages.get(Outcome.INTERRUPTED, 0),
        next=None if is_complete else f"newsarchive crawl {run.site} --backfill",
    )


def backfill_lines(progress: BackfillProgress, run: CrawlRun) -> list[str]:
    """Say it in a line or two."""
    since, until = (run.arguments.get(name, "")[: len("2018-01-01")] for name in ("since", "until"))
    days = f"{f' since {since}' if since else ''}{f' before {until}' if until else ''}"
    figures = f"{progress.found} addresses found, {progress.archived} archived, {progress.known} known before"
    if progress.is_complete:
        return [f"backfill{days} complete: {figures}"]
    why = _WHY_OPEN.get(run.reason or "")
    lists = f" and {progress.open_lists} lists" if progress.open_lists else ""
    return [
        f"backfill{days}: {figures}, {progress.open}{lists} still open{f'; {why}' if why else ''}",
        f"to go on: {progress.next}",
    ]
