"""``newsarchive runs``: which crawls there were, and what became of every address they queued."""

from __future__ import annotations

from typing import Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.cli.crawl import run_record
from newsarchive.cli.csv_rows import print_csv
from newsarchive.cli.ledger_lines import COLUMNS, ledger_line, ledger_record
from newsarchive.cli.options import Json
from newsarchive.cli.settings import config_from
from newsarchive.errors import ConfigError
from newsarchive.model.crawl_run import Outcome

app = typer.Typer(help="Look back at crawls, and at what became of every address.", no_args_is_help=True)


@app.command("list")
def list_runs(
    context: typer.Context,
    site: Annotated[str | None, typer.Option(metavar="NAME", help="Only runs of this site.")] = None,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, metavar="N", help="How many, the last ones first.")
    ] = 20,
    json: Json = False,
) -> None:
    """List crawls, the last one first."""
    from newsarchive.api import Archive

    with Archive.of(config_from(context)) as archive:
        runs = archive.reader.runs(site=site)[: -limit - 1 : -1]
    if json:
        for run in runs:
            terminal.print_json(run_record(run))
        return
    if not runs:
        terminal.notes().print("no crawl yet; next: newsarchive crawl SITE")
        return
    rows = [
        (
            run.id,
            run.site or run.spider,
            terminal.moment(run.started_at),
            run.outcome or "running",
            *(run.counts.get(outcome, 0) for outcome in (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED)),
            sum(run.counts.get(outcome, 0) for outcome in (Outcome.FAILED, Outcome.BLOCKED, Outcome.REFUSED)),
        )
        for run in runs
    ]
    headings = ["run", "site", "started UTC", "outcome", "new", "changed", "unchanged", "trouble"]
    terminal.print_table(headings, rows, right=["run", "new", "changed", "unchanged", "trouble"])


@app.command("ledger")
def ledger(
    context: typer.Context,
    run: Annotated[int | None, typer.Argument(metavar="RUN", help="Number of the run; default: the last one.")] = None,
    outcome: Annotated[Outcome | None, typer.Option(help="Only addresses that ended so.")] = None,
    reason: Annotated[
        str | None, typer.Option(metavar="REASON", help="Only addresses with this reason, like http-404.")
    ] = None,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="CSV on stdout, one line an address.")] = False,
) -> None:
    """Show what became of every address a crawl queued, a line each."""
    from newsarchive.api import Archive

    if json and csv:
        raise ConfigError("choose one of --json and --csv")
    with Archive.of(config_from(context)) as archive:
        if run is None:
            last = next(reversed(archive.reader.runs()), None)
            if last is None:
                terminal.notes().print("no crawl yet; next: newsarchive crawl SITE")
                return
            run = last.id
        if archive.reader.run(run) is None:
            raise ConfigError(f"there is no run {run}; newsarchive runs list shows them")
        found = archive.reader.ledger(run, outcome)
        entries = (entry for entry in found if reason is None or entry.reason == reason)
        if csv:
            print_csv(COLUMNS, (tuple(ledger_record(entry).values()) for entry in entries))
            return
        is_empty = True
        for entry in entries:
            is_empty = False
            if json:
                terminal.print_json(ledger_record(entry))
            else:
                terminal.out().print(ledger_line(entry))
    if is_empty:
        wanted = " ".join(word for word in (outcome, reason) if word)
        terminal.notes().print(f"no address of run {run} ended {wanted}" if wanted else f"run {run} queued no address")
