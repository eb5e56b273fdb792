"""Rows of the archive to export records, without models in between: the way of every large data set.

A record is ``dict(zip(fields, row))``, for most fields are a column as it is. The others have a column of theirs in
that place and are then made of it, or of several, which follow behind. The outcome equals
:func:`newsarchive.export.record.export_record` of the same revision; a test holds that for any article.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

import orjson
from orjson import Fragment

from newsarchive.archive.rows import BLOCK_KINDS

_LETTERS = {letter: kind.value for letter, kind in BLOCK_KINDS.items()}
_FIRST_BLOCK = {letter: b'[{"kind":"%b","text":' % kind.encode() for letter, kind in _LETTERS.items()}
_NEXT_BLOCK = {letter: b'"},{"kind":"%b","text":"' % kind.encode() for letter, kind in _LETTERS.items()}
_LAST_BLOCK_END = b"}]"
_BLANK_LINE = re.compile("\n\n")  # two to four times as fast as str.split with two characters
_ESCAPED_BLANK_LINE = re.compile(rb"\\n\\n")
_IMAGE = {
    "url": None,
    "caption": None,
    "credit": None,
    "alt": None,
    "width_px": None,
    "height_px": None,
    "is_main": False,
}
"""An image that says nothing; the archive stores only what one says."""


class RecordMaker:
    """Makes records of some fields out of rows of :func:`newsarchive.archive.streaming.stream_rows`."""

    def __init__(self, fields: Sequence[str], *, as_json: bool = False) -> None:
        """``as_json``: long members are fragments of JSON, for orjson alone to write: twice as fast for JSON Lines."""
        made_of = {field: _MADE_OF.get(field, (field,)) for field in fields}
        first = [columns[0] for columns in made_of.values()]
        behind = dict.fromkeys(column for columns in made_of.values() for column in columns if column not in first)
        self.columns = (*first, *behind)
        """What to ask the archive for."""
        makers = _JSON_MAKERS if as_json else _MAKERS
        self._fields = tuple(fields)
        self._of_one = [(f, makers[f]) for f in fields if f in makers and len(made_of[f]) == 1]
        self._of_several = [
            (f, makers[f], itemgetter(*map(self.columns.index, made_of[f]))) for f in fields if len(made_of[f]) > 1
        ]

    def records(self, rows: Iterable[Sequence[Any]]) -> Iterator[dict[str, Any]]:
        """One record a row, its members in the order of the fields."""
        for row in rows:
            record = dict(zip(self._fields, row, strict=False))
            for field, make in self._of_one:
                record[field] = make(record[field])
            for field, make, columns in self._of_several:
                record[field] = make(*columns(row))
            yield record


def _value(column: Any) -> Any:  # noqa: ANN401 (JSON)
    """What a JSON column holds; SQLite gives its text."""
    return orjson.loads(column) if isinstance(column, str) else column


def _fragment(column: Any) -> Any:  # noqa: ANN401 (JSON)
    return Fragment(column) if isinstance(column, str) else column


def _images(column: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (JSON)
    return [{**_IMAGE, **image} for image in _value(column)]


def _links(column: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (JSON)
    return [{"url": link["url"], "text": link["text"], "rel": link["rel"]} for link in _value(column)]


def _links_fragment(column: Any) -> Any:  # noqa: ANN401 (JSON)
    """The text as it is, if its members are in our order: not where it came through PostgreSQL, which has its own."""
    if isinstance(column, str) and (column == "[]" or column.startswith('[{"url":')):
        return Fragment(column)
    return _links(column)


def _blocks(kinds: str, body: str) -> list[dict[str, str]]:
    if not kinds:
        return []
    return [
        {"kind": _LETTERS[letter], "text": text} for letter, text in zip(kinds, _BLANK_LINE.split(body), strict=True)
    ]


def _blocks_fragment(kinds: str, body: str) -> Fragment:
    r"""The same as JSON: the body is escaped once and split where its blank lines, now ``\n\n``, were.

    Only a backslash of the text itself could look like one of those.
    """
    if not kinds or "\\" in body:
        return Fragment(orjson.dumps(_blocks(kinds, body)))
    first, *others = _ESCAPED_BLANK_LINE.split(orjson.dumps(body))  # with the body's quotes at both ends
    parts = [_FIRST_BLOCK[kinds[0]], first]
    for letter, text in zip(kinds[1:], others, strict=True):
        parts += (_NEXT_BLOCK[letter], text)
    parts.append(_LAST_BLOCK_END)
    return Fragment(b"".join(parts))


def _capture(status: int, file: str | None, offset: int | None, digest: str | None, fetched_at: str) -> dict[str, Any]:
    return {"warc_file": file, "warc_offset": offset, "digest": digest, "fetched_at": fetched_at, "status": status}


_MADE_OF: Mapping[str, tuple[str, ...]] = {
    "revision": ("number",),
    "blocks": ("block_kinds", "article_body"),
    "capture": ("status", "warc_file", "warc_offset", "digest", "seen_at"),
}
"""The columns of fields that are not made of the one with their name."""

_MAKERS: Mapping[str, Callable[..., Any]] = {
    "is_accessible_for_free": {None: None, 0: False, 1: True}.__getitem__,
    "keywords": _value,
    "authors": _value,
    "blocks": _blocks,
    "images": _images,
    "related_links": _links,
    "field_sources": _value,
    "capture": _capture,
}
"""How fields are made that are not a column as it is."""

_JSON_MAKERS: Mapping[str, Callable[..., Any]] = {
    "is_accessible_for_free": {None: None, 0: False, 1: True}.__getitem__,
    **_MAKERS,
    "keywords": _fragment,
    "authors": _fragment,
    "blocks": _blocks_fragment,
    "related_links": _links_fragment,
    "field_sources": _fragment,
}
