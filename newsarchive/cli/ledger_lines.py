"""Entries of a ledger as commands print them: a record for programs, a line for eyes."""

from __future__ import annotations

from newsarchive.model.crawl_run import LedgerEntry

COLUMNS = (
    "run",
    "url",
    "kind",
    "outcome",
    "reason",
    "detail",
    "status",
    "found_on",
    "queued_at",
    "finished_at",
    "warc_file",
    "warc_offset",
    "digest",
)
"""Names in a record, in this order."""


def ledger_record(entry: LedgerEntry) -> dict[str, object]:
    """An entry as JSON and CSV have it."""
    return {name: entry.run_id if name == "run" else getattr(entry, name) for name in COLUMNS}


def ledger_line(entry: LedgerEntry) -> str:
    """An entry for eyes: outcome and reason, status, kind, address."""
    outcome = f"{entry.outcome or 'waiting'}{f' ({entry.reason})' if entry.reason else ''}"
    return f"{outcome:32} {entry.status or '':>3}  {entry.kind:8} {entry.url}"
