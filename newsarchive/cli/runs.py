"""``newsarchive runs``: which crawls there were, and what became of every address they queued."""

from __future__ import annotations

from typing import Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.cli.crawl import run_record
from newsarchive.cli.options import Json
from newsarchive.cli.settings import config_from
from newsarchive.errors import ConfigError
from newsarchive.model.crawl_run import Outcome

app = typer.Typer(help="Look back at crawls: when, what, and what became of every address.", no_args_is_help=True)


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
    json: Json = False,
) -> None:
    """Show what became of every address a crawl queued, a line each."""
    from newsarchive.api import Archive

    with Archive.of(config_from(context)) as archive:
        if run is None:
            last = next(reversed(archive.reader.runs()), None)
            if last is None:
                terminal.notes().print("no crawl yet; next: newsarchive crawl SITE")
                return
            run = last.id
        if archive.reader.run(run) is None:
            raise ConfigError(f"there is no run {run}; newsarchive runs list shows them")
        is_empty = True
        for entry in archive.reader.ledger(run, outcome):
            is_empty = False
            if json:
                terminal.print_json(
                    {
                        "run": entry.run_id,
                        "url": entry.url,
                        "kind": entry.kind,
                        "outcome": entry.outcome,
                        "reason": entry.reason,
                        "detail": entry.detail,
                        "status": entry.status,
                        "found_on": entry.found_on,
                        "queued_at": entry.queued_at,
                        "finished_at": entry.finished_at,
                        "warc_file": entry.warc_file,
                        "warc_offset": entry.warc_offset,
                        "digest": entry.digest,
                    }
                )
            else:
                outcome_text = f"{entry.outcome or 'waiting'}{f' ({entry.reason})' if entry.reason else ''}"
                terminal.out().print(f"{outcome_text:32} {entry.status or '':>3}  {entry.kind:8} {entry.url}")
    if is_empty:
        terminal.notes().print(
            f"run {run} queued no address" if outcome is None else f"no address of run {run} ended {outcome}"
        )
