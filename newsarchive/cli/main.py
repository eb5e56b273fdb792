"""The command ``newsarchive``: its nouns put together, its errors said in one line."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import click
import typer

from newsarchive.cli import crawl, demo, export, index, parse, runs, search, show, site, status
from newsarchive.errors import NewsArchiveError, QueryError
from newsarchive.version import __version__

app = typer.Typer(
    name="newsarchive",
    help="From a news site to a searchable, citable archive.",
    epilog="Start with: newsarchive demo. Then: newsarchive crawl https://a-news-site.example/",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.add_typer(site.app, name="site")
app.command("crawl")(crawl.crawl)
app.command("search")(search.search)
app.command("show")(show.show)
app.command("export")(export.export)
app.command("parse")(parse.parse)
app.command("status")(status.status)
app.add_typer(runs.app, name="runs")
app.add_typer(index.app, name="index")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"newsarchive {__version__}")  # noqa: T201
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(help="Folder of the archive.", envvar="NEWSARCHIVE_HOME", show_default="data"),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the crawler's log on stderr.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    context.obj = {"home": home, "verbose": verbose}


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 could not be done, 2 asked for wrongly, 130 interrupted."""
    try:
        status = app(standalone_mode=False)
    except NewsArchiveError as error:
        _say(error)
        status = error.exit_code
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        sys.stderr.write("newsarchive: interrupted\n")
        status = 130
    except BrokenPipeError:
        # the reader of our output (head, less) has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    raise SystemExit(status or 0)


def _say(error: NewsArchiveError) -> None:
    sys.stderr.write(f"newsarchive: {error}\n")
    if isinstance(error, QueryError) and "\n" not in error.query and error.query:
        sys.stderr.write(f"  {error.query}\n  {' ' * error.position}^\n")
