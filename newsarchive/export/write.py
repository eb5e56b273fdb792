"""Writing a data set: any format, to a stream or a file, at constant memory, the whole file or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, cast

from newsarchive.errors import ExportError
from newsarchive.export.csv import csv_lines
from newsarchive.export.jsonl import jsonl_lines
from newsarchive.export.record import EXPORT_FIELDS
from newsarchive.export.whole_file import whole_file

PROGRESS_EVERY = 100
"""Records between two reports of progress."""
_GZIP_LEVEL = 2
"""Of isal's 0 to 3; 3 takes twice the time for files 3% smaller."""
_BUFFER_BYTES = 256 * 1024

Progress = Callable[[int], object]


class Format(StrEnum):
    """A format a data set can be written in."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    JSONLD = "jsonld"


def format_of(name: str) -> Format | None:
    """The format that a file's name tells: ``a.csv``, ``a.jsonl.gz``, ``a.jsonld.jsonl``; None if it tells none."""
    endings = [ending[1:].lower() for ending in Path(name).suffixes[-3:]]
    formats = [Format(ending) for ending in endings if ending in list(Format)]
    return Format.JSONLD if Format.JSONLD in formats else formats[-1] if formats else None


def write_export(
    records: Iterable[Mapping[str, Any]],
    format: str,
    destination: Path | BinaryIO,
    *,
    fields: Sequence[str] = EXPORT_FIELDS,
    defuse: bool = True,
    bom: bool = False,
    progress: Progress | None = None,
) -> int:
    """Write export records, which have these fields in this order, one after the other; how many there were.

    ``format`` is a value of :class:`Format`. A path gets its file at the end: it is the whole data set, or not there
    (or as it was before); if it ends in ``.gz``, it is compressed. ``defuse`` and ``bom``: see
    :func:`newsarchive.export.csv.csv_lines`. ``progress`` is called with the number of records so far.

    Raises ExportError if it cannot be written. A stream whose reader went away raises BrokenPipeError.
    """
    if format not in list(Format):
        raise ExportError(f"no export format is called {format!r}; there are {', '.join(Format)}")
    compressed = isinstance(destination, Path) and destination.suffix == ".gz"
    if compressed and format == Format.PARQUET:
        raise ExportError(f"{destination}: Parquet is compressed as it is; leave out the .gz")
    report = progress or (lambda _: None)
    with _clear_errors(destination), _opened(destination) as file:
        if format == Format.PARQUET:
            from newsarchive.export.parquet import write_parquet

            return write_parquet(records, fields, file, progress=report)
        match format:
            case Format.CSV:
                lines = csv_lines(records, fields, defuse=defuse, bom=bom)
                file_header = next(lines)
            case Format.JSONLD:
                from newsarchive.export.jsonld import jsonld_lines

                lines, file_header = jsonld_lines(records), b""
            case _:
                lines, file_header = jsonl_lines(records), b""
        if not compressed:
            return _write(file_header, lines, file, report)
        with _gzip(file) as packed:
            return _write(file_header, lines, packed, report)


def _write(header: bytes, lines: Iterable[bytes], file: BinaryIO, progress: Progress) -> int:
    file.write(header)
    count = 0
    for count, line in enumerate(lines, start=1):
        file.write(line)
        if count % PROGRESS_EVERY == 0:
            progress(count)
    progress(count)
    return count


@contextmanager
def _opened(destination: Path | BinaryIO) -> Iterator[BinaryIO]:
    if not isinstance(destination, Path):
        yield destination
    elif destination.exists() and not destination.is_file() and not destination.is_dir():
        with destination.open("wb", buffering=_BUFFER_BYTES) as device:  # /dev/stdout and the like have no second name
            yield device
    else:
        with whole_file(destination, buffer_bytes=_BUFFER_BYTES) as file:
            yield file


@contextmanager
def _gzip(file: BinaryIO) -> Iterator[BinaryIO]:
    """A stream that compresses into the file. No name and no time in it: the same data set has the same bytes."""
    from isal.igzip import IGzipFile

    packed = IGzipFile(filename="", mode="wb", compresslevel=_GZIP_LEVEL, fileobj=file, mtime=0)  # type: ignore[no-untyped-call]
    with packed:
        yield cast("BinaryIO", packed)


@contextmanager
def _clear_errors(destination: Path | BinaryIO) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        what = str(destination) if isinstance(destination, Path) else "the data set"
        raise ExportError(
            f"{what} cannot be written: {error.strerror or error}; check the disk and the permissions"
        ) from error
