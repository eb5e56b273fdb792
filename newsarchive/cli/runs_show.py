"""``newsarchive runs show``: what one crawl did."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.cli.crawl import run_record
from newsarchive.cli.options import Json
from newsarchive.cli.settings import config_from
from newsarchive.errors import ConfigError

MAX_ENDINGS = 30
"""Rows of outcomes and reasons that are shown; ``--json`` has all."""
MAX_HOSTS = 5


def show(
    context: typer.Context,
    run: Annotated[int, typer.Argument(metavar="RUN", help="Number of the run; newsarchive runs list shows them.")],
    json: Json = False,
) -> None:
    """Show what a crawl did. Outcomes with their reasons and an example of each, and the slowest hosts."""
    from newsarchive.api import Archive
    from newsarchive.archive.runs.report import run_report

    with Archive.of(config_from(context)) as archive:
        report = run_report(archive.database, run)
    if report is None:
        raise ConfigError(f"there is no run {run}; newsarchive runs list shows them")
    if json:
        terminal.print_json(
            {
                **run_record(report.run),
                "endings": [dataclasses.asdict(ending) for ending in report.endings],
                "hosts": [dataclasses.asdict(pace) for pace in report.hosts],
            }
        )
        return
    out, was = terminal.out(), report.run
    out.print(f"run {was.id} of {was.site or 'single addresses'}: {was.outcome or 'running'}", style="bold")
    if was.reason:
        out.print(f"reason     {was.reason}")
    out.print(f"started    {terminal.moment(was.started_at)} UTC")
    if was.finished_at is not None:
        out.print(f"took       {took(round((was.finished_at - was.started_at).total_seconds()))}")
    arguments = " ".join(f"{name}={value}" for name, value in sorted(was.arguments.items()) if name != "site")
    if arguments:
        out.print(f"asked for  {arguments}")
    if not report.endings:
        terminal.notes().print("it queued no address")
        return
    out.print()
    rows = [(e.addresses, e.kind, e.outcome or "waiting", e.reason, e.example) for e in report.endings[:MAX_ENDINGS]]
    terminal.print_table(["addresses", "kind", "outcome", "reason", "for example"], rows, right=["addresses"])
    if len(report.endings) > MAX_ENDINGS:
        terminal.notes().print(f"… and {len(report.endings) - MAX_ENDINGS} more kinds of endings: --json")
    if report.hosts:
        out.print()
        paces = [
            (f"{p.median_s:.1f}", f"{p.longest_s:.0f}", p.answers, p.failed, p.host) for p in report.hosts[:MAX_HOSTS]
        ]
        headings = ["s an answer", "longest s", "answers", "failed", "slowest hosts"]
        terminal.print_table(headings, paces, right=headings[:-1])
    terminal.notes().print(f"every address: newsarchive runs ledger {was.id}")


def took(seconds: int) -> str:
    """A length of time for eyes.

    >>> took(42), took(312), took(7380)
    ('42 s', '5 min 12 s', '2 h 3 min')
    """
    minutes, rest = divmod(seconds, 60)
    if minutes == 0:
        return f"{rest} s"
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours} h {minutes_left} min" if hours else f"{minutes} min {rest} s"
