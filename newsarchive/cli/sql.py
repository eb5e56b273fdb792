"""``newsarchive sql``: a SELECT of one's own over the documented views."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from newsarchive.cli import terminal
from newsarchive.cli.csv_rows import print_csv
from newsarchive.cli.options import Json
from newsarchive.cli.settings import config_from
from newsarchive.errors import SqlError

if TYPE_CHECKING:
    from newsarchive.archive.sql_query import SqlResult, TimeLimit

MAX_CELL = 60
"""Characters of a cell in a table on a terminal."""
MAX_TABLE_CHARACTERS = 64 * 1024 * 1024
"""Of a table, which is held in memory: the widths of its columns are known at the end."""
GRACE_S = 2.0
"""How much longer than its time-out a statement may take before the program ends itself."""


def sql(
    context: typer.Context,
    statement: Annotated[
        str | None, typer.Argument(metavar='"SELECT …"', help="One SELECT; - reads it from stdin.")
    ] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Show the views and their columns.")] = False,
    timeout: Annotated[
        float, typer.Option(min=0.1, max=86_400, metavar="SECONDS", help="Stop the statement after so long.")
    ] = 60.0,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, metavar="N", help="How many rows at most.")] = 1000,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="CSV on stdout.")] = False,
    formulas: Annotated[
        bool, typer.Option("--formulas", help="CSV: leave cells that a spreadsheet would run as formulas as they are.")
    ] = False,
) -> None:
    """Ask the archive in SQL. One SELECT over its views, which can only read.

    The views, with examples: docs/sql.md.
    """
    from newsarchive.api import Archive
    from newsarchive.archive.sql_query import TimeLimit, run_sql

    if schema:
        print_schema(json=json)
        return
    if statement is None:
        raise SqlError('there is no statement; write one like "SELECT headline FROM articles LIMIT 5", or --schema')
    if statement == "-":
        statement = _from_stdin()
    time_limit = TimeLimit(timeout)
    with (
        Archive.of(config_from(context)) as archive,
        _guarded(time_limit),
        run_sql(archive.database, statement, time_limit=time_limit, limit=limit) as result,
    ):
        if json:
            for row in result:
                terminal.print_json(dict(zip(result.columns, row, strict=True)))
        elif csv:
            print_csv(result.columns, result, defuse=not formulas)
        else:
            _print_table(result)
    if result.is_cut:
        terminal.notes().print(f"only the first {limit:,} rows; more with --limit")


def print_schema(*, json: bool) -> None:
    """Print the views and what their columns mean."""
    from newsarchive.archive.views import views

    for view in views():
        if json:
            for column in view.columns:
                terminal.print_json(
                    {"view": view.name, "column": column.name, "type": column.type, "meaning": column.meaning}
                )
            continue
        terminal.out().print(Text.assemble((view.name, "bold"), f"  {view.row}"))
        for column in view.columns:
            prefix = Text.assemble(f"  {column.name:24}", (f"{column.type:9}", "dim"))
            terminal.print_text(column.meaning.replace("`", ""), prefix=prefix)
        terminal.out().print()


def _from_stdin() -> str:
    from newsarchive.archive.sql_query import MAX_STATEMENT_LENGTH

    statement = sys.stdin.buffer.read(4 * MAX_STATEMENT_LENGTH + 1)  # a character is four bytes at most
    try:
        return statement.decode()
    except UnicodeDecodeError:
        raise SqlError("the statement on stdin is not UTF-8: write it in that encoding") from None


def _print_table(result: SqlResult) -> None:
    """Print rows as a table; on a terminal long cells are cut, so that a row stays a line."""
    is_terminal = terminal.out().is_terminal
    rows, size, is_short = [], 0, False
    for row in result:
        cells = [_cell(value) for value in row]
        if is_terminal:
            is_short = is_short or any(len(cell) > MAX_CELL for cell in cells)
            cells = [cell if len(cell) <= MAX_CELL else f"{cell[: MAX_CELL - 1]}…" for cell in cells]
        size += sum(map(len, cells))
        if size > MAX_TABLE_CHARACTERS:
            raise SqlError("the table has more than 64 MB: take --csv or --json, which need no memory for it")
        rows.append(cells)
    right = [name for name, values in zip(result.columns, _columns(rows), strict=False) if all(map(_is_number, values))]
    terminal.print_table(result.columns, rows, right=right)
    if is_short:
        terminal.notes().print("long cells are cut; all of them with --csv or --json")
    if not result.is_cut:
        terminal.notes().print(f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'}")


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    return zip(*rows, strict=True)


def _is_number(cell: str) -> bool:
    return not cell or cell.lstrip("-").replace(".", "", 1).isdecimal()


def _cell(value: object) -> str:
    from newsarchive.export.csv import cell

    return " ".join(cell(value).split())


@contextmanager
def _guarded(time_limit: TimeLimit) -> Iterator[None]:
    """End the program if the database works on although its time is over.

    SQLite that is within one call of a function on a long text looks neither at its clock nor at Ctrl-C. It only
    reads, so nothing is lost.
    """
    is_done = threading.Event()

    def watch() -> None:
        while not is_done.wait(0.5):
            if time_limit.overdue_s > GRACE_S:
                os.write(2, f"newsarchive: {time_limit.error()}\n".encode())
                os._exit(SqlError.exit_code)

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        is_done.set()
