"""JSON Lines: one export record a line, UTF-8, each ended by a newline (https://jsonlines.org/)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import orjson

from newsarchive.errors import ExportError
from newsarchive.export.record import export_record
from newsarchive.model.revision import Revision


def jsonl_lines(revisions: Iterable[Revision]) -> Iterator[bytes]:
    """One line for each revision. Raises ExportError for a text that cannot be written as UTF-8."""
    for revision in revisions:
        try:
            yield orjson.dumps(export_record(revision), option=orjson.OPT_APPEND_NEWLINE)
        except orjson.JSONEncodeError as error:  # half a surrogate pair, which the archive itself never holds
            raise ExportError(f"article {revision.article_id} cannot be written as JSON: {error}") from error
