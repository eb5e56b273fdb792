"""Verifying that every capture an archive names is where it says: the WARC file, the record, the page's bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import func, literal, null, select, union_all

from newsarchive.archive.database import Database
from newsarchive.archive.schema.articles import REVISION
from newsarchive.archive.schema.crawls import LEDGER
from newsarchive.archive.upkeep.verification import ROWS, Problem, Progress
from newsarchive.captures.warc_reader import read_capture
from newsarchive.errors import CaptureError

MAX_BODY_BYTES = 64 * 1024 * 1024
"""Largest body that is read back: above what any crawl keeps, as WARCs of other tools may have been imported."""

_PUT_BACK = "put the file back, from a backup of the captures"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reference:
    warc_file: str
    warc_offset: int | None
    digest: str | None
    url: str | None
    """The address the page came from; None for the ledger, which names the address that was asked for."""
    named_by: str


def verify_captures(
    database: Database, captures_path: Path, *, deep: bool = False, progress: Progress | None = None
) -> Iterator[Problem]:
    """Everything that is wrong with what revisions and ledgers say of captures, streamed in the order of the files.

    Whether each file is there and long enough; ``deep`` reads the records with a body, too: each must be a response,
    from the revision's address, and its bytes must match the digests of the WARC and of the archive. ``progress`` is
    called with the number of references looked at since its last call; they count to :func:`capture_references`.
    """
    tell = progress or (lambda _: None)
    for warc_file, references in groupby(_references(database), key=lambda reference: reference.warc_file):
        size = _size(captures_path, warc_file)
        if size is None:
            lost = _counted(references, tell)
            where = str(captures_path / warc_file)
            yield Problem(check="captures", where=where, what=f"missing; references to it: {lost}", advice=_PUT_BACK)
            continue
        for offset, same in groupby(references, key=lambda reference: reference.warc_offset):
            named = list(same)  # a revision and some ledger rows: one capture
            tell(len(named))
            has_body = any(reference.digest is not None for reference in named)  # a 304, kept as a revisit, has none
            what = _wrong_place(offset, size) or (_wrong_record(captures_path, named) if deep and has_body else None)
            if what is not None:
                where = f"{named[0].named_by}, {warc_file} at {offset}"
                yield Problem(check="captures", where=where, what=what, advice=_PUT_BACK)


def capture_references(database: Database) -> int:
    """How many revisions and ledger rows name a capture."""
    with database.read() as connection:
        return sum(
            connection.execute(select(func.count()).where(file.is_not(None))).scalar_one()
            for file in (REVISION.c.warc_file, LEDGER.c.warc_file)
        )


def _references(database: Database) -> Iterator[_Reference]:
    """By file and offset, a revision's before the ledger's."""
    of_revisions = select(
        REVISION.c.warc_file.label("warc_file"),
        REVISION.c.warc_offset.label("warc_offset"),
        literal(0).label("kind"),
        REVISION.c.digest.label("digest"),
        REVISION.c.url.label("url"),
        REVISION.c.article_id.label("owner"),
        REVISION.c.number.label("number"),
    ).where(REVISION.c.warc_file.is_not(None))
    of_ledgers = select(
        LEDGER.c.warc_file,
        LEDGER.c.warc_offset,
        literal(1),
        LEDGER.c.digest,
        null(),
        LEDGER.c.run_id,
        null(),
    ).where(LEDGER.c.warc_file.is_not(None))
    query: Any = union_all(of_revisions, of_ledgers).order_by("warc_file", "warc_offset", "kind")
    with database.read() as connection:
        for rows in connection.execute(query, execution_options={"yield_per": ROWS}).partitions():
            for row in rows:
                named_by = f"ledger of run {row.owner}" if row.kind else f"article {row.owner}, revision {row.number}"
                yield _Reference(
                    warc_file=row.warc_file,
                    warc_offset=row.warc_offset,
                    digest=row.digest,
                    url=row.url,
                    named_by=named_by,
                )


def _size(captures_path: Path, warc_file: str) -> int | None:
    """The file's size in bytes; None if it is not there, or not below the folder."""
    path = captures_path / warc_file
    if not path.is_relative_to(captures_path) or ".." in path.parts:  # an absolute name takes the folder's place
        return None
    return path.stat().st_size if path.is_file() else None


def _counted(references: Iterator[Any], tell: Callable[[int], object]) -> int:
    count = sum(1 for _ in references)
    tell(count)
    return count


def _wrong_place(offset: int | None, size: int) -> str | None:
    if offset is None or offset < 0:
        return "it is not said where in the file the capture is"
    return f"the file ends before that, with {size} bytes" if offset >= size else None


def _wrong_record(captures_path: Path, named: list[_Reference]) -> str | None:
    first = named[0]
    assert first.warc_offset is not None
    try:
        capture = read_capture(captures_path, first.warc_file, first.warc_offset, limit=MAX_BODY_BYTES)
    except CaptureError as error:
        return str(error).removeprefix(f"{first.warc_file} at {first.warc_offset}: ")
    for reference in named:
        if reference.url is not None and reference.url != capture.url:
            return f"the record there is of {capture.url[:200]}, not of {reference.url[:200]}"
        if reference.digest is not None and reference.digest != capture.digest:
            return f"the record there has the digest {capture.digest}, not {reference.digest}"
    return None
