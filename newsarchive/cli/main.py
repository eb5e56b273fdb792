"""The command ``newsarchive``: its nouns put together, its errors said in one line."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer
from rich.cells import cell_len

from newsarchive.cli import (
    archive,
    changes,
    copies,
    coverage,
    crawl,
    demo,
    export,
    health,
    index,
    metrics,
    parse,
    rehydrate,
    runs,
    runs_show,
    runs_tail,
    schedule,
    search,
    show,
    site,
    site_check,
    site_lists,
    site_new,
    site_set,
    sql,
    status,
    trend,
    words,
    worker,
)
from newsarchive.cli.json_stderr import JsonStderr
from newsarchive.errors import NewsArchiveError, QueryError
from newsarchive.version import __version__

MAX_QUERY_SHOWN = 70
"""Columns of a query that are shown around a mistake in it."""

app = typer.Typer(
    name="newsarchive",
    help="From a news site to a searchable, citable archive.",
    epilog="Start with: newsarchive demo. Then: newsarchive crawl URL.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
site.app.command("check")(site_check.check)
site.app.command("new")(site_new.new)
site.app.command("set")(site_set.set_site)
site.app.command("export")(site_lists.export)
app.add_typer(site.app, name="site")
app.command("crawl")(crawl.crawl)
app.command("run")(worker.run)
app.command("worker")(worker.worker)
app.add_typer(schedule.app, name="schedule")
app.command("search")(search.search)
app.command("trend")(trend.trend)
app.command("words")(words.words)
app.command("show")(show.show)
app.command("copies")(copies.copies)
app.command("export")(export.export)
app.command("rehydrate")(rehydrate.rehydrate)
app.command("changes")(changes.changes)
app.command("coverage")(coverage.coverage)
app.command("sql")(sql.sql)
app.command("parse")(parse.parse)
app.command("status")(status.status)
app.command("health")(health.health)
app.command("metrics")(metrics.metrics)
runs.app.command("show")(runs_show.show)
runs.app.command("tail")(runs_tail.tail)
app.add_typer(runs.app, name="runs")
app.add_typer(index.app, name="index")
app.add_typer(archive.app, name="archive")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"newsarchive {__version__}")  # noqa: T201
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Folder of the archive (data, if nothing is said).", envvar="NEWSARCHIVE_HOME"
        ),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URL", help="Database of the archive (archive.db in its folder, if nothing is said)."
        ),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the crawler's log on stderr.")] = False,
    log_json: Annotated[
        bool,
        typer.Option("--log-json", help="Write the log, and all else on stderr, as JSON; also NEWSARCHIVE_LOG=json."),
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    if log_json:
        os.environ["NEWSARCHIVE_LOG"] = "json"  # for the processes that are started, too
    if os.environ.get("NEWSARCHIVE_LOG") == "json" and not isinstance(sys.stderr, JsonStderr):
        sys.stderr = JsonStderr(sys.stderr)
    context.obj = {"home": home, "database": database, "verbose": verbose}


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 could not be done, 2 asked for wrongly, 130 interrupted."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by who started us
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # whatever the locale: data is UTF-8, and a terminal shows what it can
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    try:
        status = app(standalone_mode=False) or 0
        sys.stdout.flush()
    except NewsArchiveError as error:
        status = error.exit_code
        _say(str(error))
        if isinstance(error, QueryError):
            _point_at(error)
    except typer.TyperException as error:
        status = error.exit_code
        _say_usage(error)
    except (KeyboardInterrupt, typer.Abort):
        status = 130
    except BrokenPipeError:
        status = 1  # the reader of our output (head, less) has had enough: no reason to say anything
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        status = 1
        where = f"{error.filename}: " if error.filename else ""
        _say(f"{where}{error.strerror or error}; check the disk and the permissions")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is buffered would fail again
    except Exception as error:
        if {"-v", "--verbose"} & set(sys.argv):
            raise
        status = 1
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        _say(f"{what}; this is a mistake in newsarchive: newsarchive --verbose … shows where, please report it")
    if status == 130:
        _say("interrupted")
    raise SystemExit(status)


def _say(message: str) -> None:
    line = "".join(character if character.isprintable() else " " for character in message)  # also what a server said
    sys.stderr.write(f"newsarchive: {line}\n")


def _point_at(error: QueryError) -> None:
    """Show where in the query the mistake is."""
    line = "".join(character if character.isprintable() else " " for character in error.query)
    start = max(0, error.position - MAX_QUERY_SHOWN // 2)
    shown = line[start : start + MAX_QUERY_SHOWN]
    if shown:
        # wide characters take two columns
        before = cell_len(shown[: error.position - start])
        sys.stderr.write(f"  {shown}\n  {' ' * before}^\n")


def _say_usage(error: typer.TyperException) -> None:
    message = error.format_message()
    if message.startswith("Usage:"):  # a bare "newsarchive site": help is all it asks for
        sys.stderr.write(f"{message}\n")
        return
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "newsarchive"
    message = " ".join(message.split()).replace("Value error, ", "").rstrip(".")  # pydantic's words
    _say(f"{message} (see {command} --help)")
