"""Rows of any columns as CSV on stdout, in the same form as an exported data set (docs/data-dictionary.md)."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence


def print_csv(headings: Sequence[str], rows: Iterable[Sequence[object]], *, defuse: bool = True) -> None:
    """A header and one line a row, streamed. ``defuse``: texts that a spreadsheet would run get an apostrophe in front.

    Values are those of JSON; a number is written as it is, also a negative one.
    """
    from newsarchive.export.csv import cell, defused

    writer = csv.writer(sys.stdout)  # the dialect "excel" is RFC 4180
    writer.writerow(headings)
    for row in rows:
        cells = [cell(value) for value in row]
        if defuse:
            cells = [
                text if isinstance(value, int | float) else defused(text)
                for value, text in zip(row, cells, strict=True)
            ]
        writer.writerow(cells)
