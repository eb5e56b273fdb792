import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from newsarchive.export.csv import cell, csv_lines, defused
from newsarchive.export.record import EXPORT_FIELDS, export_record


def rows_of(data, encoding="utf-8"):
    return list(csv.DictReader(io.StringIO(data.decode(encoding), newline="")))


def test_rows_read_back_as_the_same_text(full, bare):
    data = b"".join(csv_lines([full, bare], defuse=False))
    rows = rows_of(data)
    assert list(rows[0]) == list(EXPORT_FIELDS)
    for revision, row in zip((full, bare), rows, strict=True):
        assert row == {name: cell(value) for name, value in export_record(revision).items()}
    assert json.loads(rows[0]["blocks"]) == export_record(full)["blocks"]
    assert json.loads(rows[0]["capture"]) == export_record(full)["capture"]
    assert rows[0]["authors"] == "Ann Müller; 王小明"
    assert rows[1]["headline"] == ""


def test_lines_end_as_rfc_4180_says(full):
    header, row = csv_lines([full])
    assert header == ",".join(EXPORT_FIELDS).encode() + b"\r\n"
    assert row.endswith(b"\r\n")


def test_formulas_are_defused_by_default(full):
    row = rows_of(b"".join(csv_lines([full])))[0]
    assert row["headline"] == "'=Rwanda’s “mindset”, a gem"
    assert row["alternative_headline"] == "'+1"
    assert row["keywords"] == "peace; =keeping"


def test_header_stands_also_without_rows():
    assert list(csv_lines([])) == [",".join(EXPORT_FIELDS).encode() + b"\r\n"]


def test_byte_order_mark_on_request(full):
    data = b"".join(csv_lines([full], bom=True))
    assert data.startswith(b"\xef\xbb\xbfid,")
    assert rows_of(data, "utf-8-sig")[0]["id"] == "7"


@given(st.text(max_size=20))
def test_no_cell_begins_as_a_formula(text):
    made = defused(text)
    assert not made.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert made.removeprefix("'") == text.removeprefix("'")
