import builtins
from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from newsarchive.errors import ExportError
from newsarchive.export import parquet as module
from newsarchive.export.parquet import parquet_schema, write_parquet
from newsarchive.export.record import EXPORT_FIELDS
from newsarchive.export.write import write_export


def as_record(row):
    """A row read back from Parquet with times as a record has them."""

    def plain(value):
        match value:
            case datetime():
                assert value.utcoffset().total_seconds() == 0
                return value.isoformat().replace("+00:00", "Z")
            case dict():
                return {name: plain(member) for name, member in value.items()}
            case _:
                return value

    return {name: dict(value) if name == "field_sources" else plain(value) for name, value in row.items()}


def test_rows_read_back_as_the_same_records(full_record, bare_record, tmp_path):
    write_export([full_record, bare_record], "parquet", tmp_path / "a.parquet")
    rows = parquet.read_table(tmp_path / "a.parquet").to_pylist()
    assert [as_record(row) for row in rows] == [full_record, bare_record]
    assert list(rows[0]) == list(EXPORT_FIELDS)


def test_columns_have_types(full_record, tmp_path):
    write_export([full_record], "parquet", tmp_path / "a.parquet")
    schema = parquet.read_schema(tmp_path / "a.parquet")
    assert schema.equals(parquet_schema(EXPORT_FIELDS))
    assert schema.field("date_published").type == pa.timestamp("us", tz="UTC")
    assert schema.field("capture").type.field("fetched_at").type == pa.timestamp("us", tz="UTC")
    assert schema.field("authors").type == pa.list_(pa.string())
    assert schema.field("is_accessible_for_free").type == pa.bool_()
    assert [field.name for field in schema.field("images").type.value_type.fields] == list(full_record["images"][0])


def test_only_the_chosen_fields_are_columns(full_record, tmp_path):
    fields = ("headline", "date_published")
    records = [{name: full_record[name] for name in fields}]
    write_export(records, "parquet", tmp_path / "a.parquet", fields=fields)
    assert parquet.read_schema(tmp_path / "a.parquet").names == list(fields)


def test_row_groups_are_bounded_by_text_and_by_number(full_record, bare_record, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "GROUP_CHARACTERS", 2000)
    monkeypatch.setattr(module, "GROUP_ROWS", 30)
    long = {**full_record, "article_body": "x" * 500}
    without_body = {name: value for name, value in long.items() if name != "article_body"}
    without_body["blocks"] = [{"kind": "paragraph", "text": "x" * 700}]
    fields = [name for name in EXPORT_FIELDS if name != "article_body"]
    for records, chosen, groups in (
        ([long] * 5, EXPORT_FIELDS, [2, 2, 1]),
        ([bare_record] * 70, EXPORT_FIELDS, [30, 30, 10]),
        ([without_body] * 4, fields, [3, 1]),
    ):
        write_export(records, "parquet", tmp_path / "a.parquet", fields=chosen)
        file = parquet.ParquetFile(tmp_path / "a.parquet")
        assert [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)] == groups


def test_duckdb_reads_parquet_and_json_lines_alike(full_record, bare_record, tmp_path):
    for format in ("parquet", "jsonl"):
        write_export([full_record, bare_record], format, tmp_path / f"a.{format}")
    query = (
        "SELECT id, headline, authors, len(blocks), date_published::TIMESTAMPTZ, capture.status FROM '{}' ORDER BY id"
    )
    found = [
        duckdb.sql("SET TimeZone = 'UTC'") or duckdb.sql(query.format(tmp_path / f"a.{format}")).fetchall()
        for format in ("parquet", "jsonl")
    ]
    assert found[0] == found[1]
    assert found[0][0][:4] == (7, full_record["headline"], ["Ann Müller", "王小明"], 2)
    published = found[0][0][4].astimezone(UTC)
    assert published == datetime(2023, 5, 17, 9, 30, 15, tzinfo=UTC)


def test_the_first_and_the_last_moment_can_be_written(full_record, tmp_path):
    for moment in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"):
        full_record["date_published"] = moment
        write_export([full_record], "parquet", tmp_path / "a.parquet")
        (row,) = parquet.read_table(tmp_path / "a.parquet").to_pylist()
        assert as_record(row)["date_published"] == moment


def test_text_that_is_no_unicode_is_an_export_error(bare_record, tmp_path):
    with pytest.raises(ExportError, match="field headline cannot be written as Parquet"):
        write_export([{**bare_record, "headline": "\ud800"}], "parquet", tmp_path / "a.parquet")
    assert not list(tmp_path.iterdir())


def test_without_pyarrow_an_error_says_how_to_install_it(bare_record, tmp_path, monkeypatch):
    imported = builtins.__import__

    def without_pyarrow(name, *arguments):
        if name.startswith("pyarrow"):
            raise ModuleNotFoundError(name)
        return imported(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", without_pyarrow)
    with (tmp_path / "a").open("wb") as file, pytest.raises(ExportError, match=r"pip install 'newsarchive\[parquet\]'"):
        write_parquet([bare_record], EXPORT_FIELDS, file)
