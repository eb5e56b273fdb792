"""JSON Lines: one export record a line, UTF-8, each ended by a newline (https://jsonlines.org/)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from newsarchive.errors import ExportError


def jsonl_lines(records: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """One line for each record. Raises ExportError for a text that cannot be written as UTF-8."""
    for number, record in enumerate(records, start=1):
        try:
            yield orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
        except orjson.JSONEncodeError as error:  # half a surrogate pair, which the archive itself never holds
            raise ExportError(f"article {record.get('id', number)} cannot be written as JSON: {error}") from error
