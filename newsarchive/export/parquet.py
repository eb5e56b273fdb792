"""Parquet: typed columns, compressed with zstd, in row groups small enough to be made in bounded memory.

Needs pyarrow, which the extra ``parquet`` installs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from newsarchive.errors import ExportError

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_CHARACTERS = 4 * 1024 * 1024
"""Text in one row group. Records, columns and the encoded group of it stand in memory side by side: some 80 MB."""
GROUP_ROWS = 20_000
"""Records in one row group, where they hold little text."""

_INTEGERS = ("id", "revision", "run_id", "revision_count", "cluster_id")
_TIMES = ("date_published", "date_modified", "first_seen_at", "last_seen_at")
_FEW_VALUES = (
    "site",
    "publisher",
    "article_section",
    "date_precision",
    "in_language",
    "parser_version",
    "blocks.list.element.kind",
    "related_links.list.element.rel",
    "capture.warc_file",
)
"""Columns that say the same again and again: stored as numbers of a dictionary."""


def write_parquet(
    records: Iterable[Mapping[str, Any]],
    fields: Sequence[str],
    file: BinaryIO,
    *,
    progress: Callable[[int], object] = lambda _: None,
) -> int:
    """Write the records, which have these fields, as one Parquet file; how many there were.

    Raises ExportError if pyarrow is not installed.
    """
    try:
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        raise ExportError("Parquet needs pyarrow: pip install 'newsarchive[parquet]'") from error
    schema = parquet_schema(fields)
    count = 0
    with parquet.ParquetWriter(file, schema, compression="zstd", use_dictionary=list(_FEW_VALUES)) as writer:
        for group in _groups(records):
            writer.write_batch(_batch(group, schema), row_group_size=len(group))
            count += len(group)
            progress(count)
    return count


def parquet_schema(fields: Sequence[str]) -> pa.Schema:
    """The columns' types: times are microseconds in UTC, lists lists, objects structs, ``field_sources`` a map."""
    import pyarrow as pa

    text, time = pa.string(), pa.timestamp("us", tz="UTC")
    types: dict[str, pa.DataType] = {
        **dict.fromkeys(_INTEGERS, pa.int64()),
        **dict.fromkeys(_TIMES, time),
        "is_accessible_for_free": pa.bool_(),
        "keywords": pa.list_(text),
        "authors": pa.list_(text),
        "blocks": pa.list_(pa.struct({"kind": text, "text": text})),
        "images": pa.list_(
            pa.struct(
                {
                    "url": text,
                    "caption": text,
                    "credit": text,
                    "alt": text,
                    "width_px": pa.int64(),
                    "height_px": pa.int64(),
                    "is_main": pa.bool_(),
                }
            )
        ),
        "related_links": pa.list_(pa.struct({"url": text, "text": text, "rel": text})),
        "field_sources": pa.map_(text, text),
        "capture": pa.struct(
            {"warc_file": text, "warc_offset": pa.int64(), "digest": text, "fetched_at": time, "status": pa.int64()}
        ),
    }
    return pa.schema([(name, types.get(name, text)) for name in fields])


def _groups(records: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """The records in lists that are a row group each."""
    group: list[Mapping[str, Any]] = []
    characters = 0
    for record in records:
        group.append(record)
        # Blocks are the same text again.
        characters += 2 * len(record.get("article_body", "")) or sum(len(b["text"]) for b in record.get("blocks", ()))
        if len(group) == GROUP_ROWS or characters >= GROUP_CHARACTERS:
            yield group
            group, characters = [], 0
    if group:
        yield group


def _batch(group: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    columns = []
    for field in schema:
        values = [record[field.name] for record in group]
        if pa.types.is_map(field.type):
            values = [list(value.items()) for value in values]
        try:
            # Times are text in a record, which arrow reads only when it is told to.
            columns.append(pa.array(values, type=_without_times(field.type)).cast(field.type))
        except (UnicodeEncodeError, pa.ArrowInvalid) as error:
            raise ExportError(f"field {field.name} cannot be written as Parquet: {error}") from error
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _without_times(kind: pa.DataType) -> pa.DataType:
    """The type with text in place of times."""
    import pyarrow as pa

    if pa.types.is_timestamp(kind):
        return pa.string()
    if pa.types.is_struct(kind):
        return pa.struct([(member.name, _without_times(member.type)) for member in kind.fields])
    return kind
