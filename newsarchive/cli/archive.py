"""``newsarchive archive``: the archive as a whole: moved, checked, backed up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.cli.options import Json
from newsarchive.cli.settings import config_from
from newsarchive.config import Config, read_database
from newsarchive.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer(help="Move the archive to another database, check it, back it up.", no_args_is_help=True)

_PLACE = "a SQLite file, the folder of an archive, or postgresql://user@host/name"


@app.command("copy")
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help=f"Archive to copy: {_PLACE}.")],
    target: Annotated[str, typer.Argument(metavar="TO", help=f"Where to, an empty place: {_PLACE}.")],
    json: Json = False,
) -> None:
    """Copy the database between SQLite and PostgreSQL. Every row of the copy is compared.

    Numbers stay as they are. It is copied whole or not at all; captures and index are not in the database.
    """
    from newsarchive.archive.database import Database
    from newsarchive.archive.upkeep.copying import copy_archive

    with (
        Database.open(_database_of("FROM", source)) as one,
        Database.open(_database_of("TO", target), create=True) as other,
        _bar("copy and compare") as progress,
    ):
        copied = copy_archive(one, other, progress)
    if json:
        for table in copied:
            terminal.print_json({"table": table.name, "rows": table.rows, "digest": table.digest})
    else:
        rows = [(table.name, f"{table.rows:,}", table.digest) for table in copied]
        terminal.print_table(("table", "rows", "digest in both"), rows, right=("rows",))
    total = sum(table.rows for table in copied)
    terminal.notes().print(f"{total:,} rows of {one.name} are in {other.name}, compared one by one")


@app.command("verify")
def verify(
    context: typer.Context,
    deep: Annotated[bool, typer.Option("--deep", help="Read every capture, too, and compare its digests.")] = False,
    json: Json = False,
) -> None:
    """Check that all parts are whole and fit each other. A line for each problem. Changes nothing.

    Texts against their digests, revisions against their articles, rows against those they point at, the index against
    the archive, and what the archive says of captures against the files. Exit code 1 if anything is wrong.
    """
    from newsarchive.api import Archive
    from newsarchive.archive.upkeep.verification import verification_rows, verify_database
    from newsarchive.inspection.capture_references import capture_references, verify_captures
    from newsarchive.search.index.verification import verify_index

    config = config_from(context)
    found = 0
    with Archive.of(config) as archive, terminal.progress() as progress:
        database, counts = archive.database, archive.reader.counts()
        captures = capture_references(database)
        task = progress.add_task("verify", total=verification_rows(database) + captures + counts.articles)

        def tell(number: int) -> None:
            progress.advance(task, number)

        for problems in (
            verify_database(database, tell),
            verify_captures(database, config.captures_path, deep=deep, progress=tell),
            verify_index(database, config.index_path, tell),
        ):
            for problem in problems:
                found += 1
                if json:
                    terminal.print_json(problem)
                else:
                    terminal.out().print(str(problem))
    looked = f"{counts.articles:,} articles, {counts.revisions:,} revisions, {captures:,} references to captures"
    if found:
        terminal.notes().print(f"{looked}: {found:,} problem{'s' if found > 1 else ''}")
        raise typer.Exit(1)
    terminal.notes().print(f"{looked}: all in order" + ("" if deep else "; --deep reads the captures, too"))


@app.command("backup")
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="SQLite file to write.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Take the place of a file that is there.")] = False,
) -> None:
    """Write the database, as it is now, to a SQLite file. Crawls may go on.

    The captures are files that are only ever added to: copy their folder apart, before or after.
    """
    from newsarchive.api import Archive
    from newsarchive.archive.upkeep.backup import backup as write_backup

    config = config_from(context)
    with Archive.of(config) as archive, _bar("backup") as progress:
        size = write_backup(archive.database, file, overwrite=overwrite, progress=progress)
    notes = terminal.notes()
    notes.print(f"{archive.database.name} is in {file}, {size / 1e6:.1f} MB")
    files = [found.stat().st_size for found in config.captures_path.rglob("*") if found.is_file()]
    number = f"{len(files):,} file{'' if len(files) == 1 else 's'}"
    notes.print(f"copy {config.captures_path} apart: {number}, {sum(files) / 1e6:.1f} MB")


@app.command("recluster")
def recluster(context: typer.Context) -> None:
    """Find near-copies among articles of older versions. Those archived before newsarchive looked for them."""
    from newsarchive.api import Archive

    with Archive.of(config_from(context)) as archive, terminal.progress() as progress:
        task = progress.add_task("recluster", total=archive.reader.counts().revisions)
        made = archive.writer.recluster(lambda done: progress.update(task, completed=done))
    terminal.notes().print(f"{made:,} revision{'' if made == 1 else 's'} compared with all others")


@contextmanager
def _bar(name: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar that is told what is done and what there is to do."""
    with terminal.progress() as progress:
        task = progress.add_task(name, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _database_of(argument: str, place: str) -> Path | str:
    """A file, a server's URL, or the database of an archive's folder. Raises ConfigError."""
    if Path(place).is_dir() or place.endswith("/"):
        return Config.load({}, home=Path(place)).database
    try:
        return read_database(place)
    except ValueError as error:
        raise ConfigError(f"{argument}: {error}") from error
