import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from newsarchive.export.csv import cell, csv_lines, defused
from newsarchive.export.record import EXPORT_FIELDS


def rows_of(data, encoding="utf-8"):
    return list(csv.DictReader(io.StringIO(data.decode(encoding), newline="")))


def test_rows_read_back_as_the_same_text(full_record, bare_record):
    data = b"".join(csv_lines([full_record, bare_record], EXPORT_FIELDS, defuse=False))
    rows = rows_of(data)
    assert list(rows[0]) == list(EXPORT_FIELDS)
    for record, row in zip((full_record, bare_record), rows, strict=True):
        assert row == {name: cell(value) for name, value in record.items()}
    assert json.loads(rows[0]["blocks"]) == full_record["blocks"]
    assert json.loads(rows[0]["capture"]) == full_record["capture"]
    assert rows[0]["authors"] == "Ann Müller; 王小明"
    assert rows[1]["headline"] == ""


def test_lines_end_as_rfc_4180_says(full_record):
    header, row = csv_lines([full_record], EXPORT_FIELDS)
    assert header == ",".join(EXPORT_FIELDS).encode() + b"\r\n"
    assert row.endswith(b"\r\n")


def test_formulas_are_defused_by_default(full_record):
    row = rows_of(b"".join(csv_lines([full_record], EXPORT_FIELDS)))[0]
    assert row["headline"] == "'=Rwanda’s “mindset”, a gem"
    assert row["alternative_headline"] == "'+1"
    assert row["keywords"] == "peace; =keeping"


def test_header_stands_also_without_rows():
    assert list(csv_lines([], EXPORT_FIELDS)) == [",".join(EXPORT_FIELDS).encode() + b"\r\n"]


def test_byte_order_mark_on_request(full_record):
    data = b"".join(csv_lines([full_record], EXPORT_FIELDS, bom=True))
    assert data.startswith(b"\xef\xbb\xbfid,")
    assert rows_of(data, "utf-8-sig")[0]["id"] == "7"


@given(st.text(max_size=20))
def test_no_cell_begins_as_a_formula(text):
    made = defused(text)
    assert not made.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert made.removeprefix("'") == text.removeprefix("'")


def test_columns_are_the_fields_chosen(full_record):
    fields = ("revision", "article_section")
    data = b"".join(csv_lines([{name: full_record[name] for name in fields}], fields))
    assert data == b"revision,article_section\r\n2,International\r\n"
