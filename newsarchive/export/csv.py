"""CSV: a header and one row for each export record, UTF-8, as RFC 4180 has it (comma, CRLF, ``"`` doubled).

A cell is text. None is an empty cell, True and False are ``true`` and ``false``; a list of texts is joined with ``; ``;
lists of objects and objects are JSON.

Spreadsheets run a cell that begins with ``=``, ``+``, ``-``, ``@``, tab, carriage return or line feed as a formula
(https://owasp.org/www-community/attacks/CSV_Injection), and headlines come from strangers: such a cell gets an
apostrophe in front unless ``defuse`` is switched off.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Line:
    """Where csv.writer leaves the row it has just written."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def csv_lines(
    records: Iterable[Mapping[str, Any]], fields: Sequence[str], *, defuse: bool = True, bom: bool = False
) -> Iterator[bytes]:
    """The header, then one row for each record, which has these fields in this order.

    ``defuse``: put an apostrophe in front of what a spreadsheet would run as a formula.
    ``bom``: begin with a byte order mark, without which Excel takes UTF-8 for the code page of its country.
    """
    line = _Line()
    writer = csv.writer(line)  # the dialect "excel" is RFC 4180
    writer.writerow(fields)
    yield (_BYTE_ORDER_MARK if bom else b"") + line.text.encode()
    for record in records:
        cells = map(cell, record.values())
        writer.writerow(map(defused, cells) if defuse else cells)
        yield line.text.encode("utf-8", "replace")


def cell(value: object) -> str:
    """A value of the export record as the text of a cell.

    >>> cell(None), cell(True), cell(["Ann", "Bo"]), cell([{"url": "u"}])
    ('', 'true', 'Ann; Bo', '[{"url":"u"}]')
    """
    match value:
        case None:
            return ""
        case str():
            return value
        case list() if all(isinstance(item, str) for item in value):
            return "; ".join(value)
        case _:
            return orjson.dumps(value).decode()


def defused(text: str) -> str:
    """The text of a cell that no spreadsheet runs.

    >>> defused("=1+1"), defused("1+1")
    ("'=1+1", '1+1')
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
