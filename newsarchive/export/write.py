"""Writing a data set: any format, to a stream or a file, at constant memory, the whole file or none."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from newsarchive.errors import ExportError
from newsarchive.export.csv import csv_lines
from newsarchive.export.jsonl import jsonl_lines
from newsarchive.model.revision import Revision

_PROGRESS_EVERY = 100


class Format(StrEnum):
    """A format a data set can be written in."""

    JSONL = "jsonl"
    CSV = "csv"


def write_export(
    revisions: Iterable[Revision],
    format: str,
    destination: Path | BinaryIO,
    *,
    defuse: bool = True,
    bom: bool = False,
    progress: Callable[[int], object] | None = None,
) -> int:
    """Write the export records of ``revisions``, one after the other; how many there were.

    ``format`` is a value of :class:`Format`. A path is written under another name in the same folder first and renamed
    at the end: the file is the whole data set, or not there (or as it was before). ``defuse`` and ``bom``: see
    :func:`newsarchive.export.csv.csv_lines`. ``progress`` is called with the number of records so far.

    Raises ExportError if it cannot be written. A stream whose reader went away raises BrokenPipeError.
    """
    match format:
        case Format.JSONL:
            lines, header_lines = jsonl_lines(revisions), 0
        case Format.CSV:
            lines, header_lines = csv_lines(revisions, defuse=defuse, bom=bom), 1
        case _:
            raise ExportError(f"no export format is called {format!r}; there are {', '.join(Format)}")
    if not isinstance(destination, Path):
        return _write(lines, destination, progress) - header_lines
    if destination.is_dir():
        raise ExportError(f"{destination} is a folder; name a file in it")
    if not destination.parent.is_dir():
        raise ExportError(f"{destination} cannot be written: {destination.parent} is no folder; make it first")
    try:
        with _opened(destination.resolve()) as file:  # the target of a link, not the link
            return _write(lines, file, progress) - header_lines
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ExportError(f"{destination} cannot be written: {error.strerror or error}") from error


def _write(lines: Iterable[bytes], file: BinaryIO, progress: Callable[[int], object] | None) -> int:
    count = 0
    for line in lines:
        try:
            file.write(line)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise ExportError(f"the data set cannot be written: {error.strerror or error}") from error
        count += 1
        if progress is not None and count % _PROGRESS_EVERY == 0:
            progress(count)
    if progress is not None:
        progress(count)
    return count


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """A file that gets its name when the block ends well, and is gone when it does not."""
    if path.exists() and not path.is_file():
        with path.open("wb") as device:  # /dev/stdout and the like have no second name
            yield device
        return
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with partial.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    with suppress(OSError):  # not every file system can sync a folder
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
