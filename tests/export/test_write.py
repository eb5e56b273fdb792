import gzip
import io
import os
import tracemalloc
from pathlib import Path

import pytest

from newsarchive.errors import ExportError
from newsarchive.export.write import Format, format_of, write_export

ALL = [format.value for format in Format]


@pytest.mark.parametrize("name", ALL)
def test_counts_records(full_record, bare_record, tmp_path, name):
    assert write_export([full_record, bare_record], name, tmp_path / "a") == 2
    assert write_export([], name, tmp_path / "b") == 0


@pytest.mark.parametrize("name", ALL)
def test_stream_gets_the_same_bytes_as_a_file(full_record, bare_record, tmp_path, name):
    stream = io.BytesIO()
    write_export([full_record, bare_record], name, stream)
    write_export([full_record, bare_record], name, tmp_path / "a")
    assert stream.getvalue() == (tmp_path / "a").read_bytes()
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]


def test_parquet_can_be_written_to_a_pipe(full_record, tmp_path):
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as pipe:
        write_export([full_record], "parquet", pipe)
    write_export([full_record], "parquet", tmp_path / "a")
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == (tmp_path / "a").read_bytes()


@pytest.mark.parametrize("name", ["jsonl", "csv", "jsonld"])
def test_a_file_that_ends_in_gz_holds_the_same_compressed(full_record, bare_record, tmp_path, name):
    for file in ("a", "b.gz", "c.gz"):
        write_export([full_record, bare_record], name, tmp_path / file)
    assert gzip.decompress((tmp_path / "b.gz").read_bytes()) == (tmp_path / "a").read_bytes()
    assert (tmp_path / "b.gz").read_bytes() == (tmp_path / "c.gz").read_bytes()  # neither name nor time in it


def test_parquet_is_not_compressed_twice(full_record, tmp_path):
    with pytest.raises(ExportError, match=r"Parquet is compressed as it is; leave out the \.gz"):
        write_export([full_record], "parquet", tmp_path / "a.parquet.gz")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.csv", "csv"),
        ("a.CSV.gz", "csv"),
        ("dir.csv/a.jsonl", "jsonl"),
        ("a.parquet", "parquet"),
        ("a.jsonld.jsonl.gz", "jsonld"),
        ("a.jsonld", "jsonld"),
        ("2024.05.jsonl", "jsonl"),
        ("a.txt", None),
        ("-", None),
        ("jsonl", None),
    ],
)
def test_the_ending_of_a_file_tells_its_format(name, format):
    assert format_of(name) == format


@pytest.mark.parametrize("name", ALL)
def test_progress_ends_with_the_count(bare_record, tmp_path, name):
    seen = []
    write_export([bare_record] * 250, name, tmp_path / "a", progress=seen.append)
    assert seen == ([250] if name == "parquet" else [100, 200, 250])


@pytest.mark.parametrize("name", ALL)
def test_failed_export_leaves_the_file_as_it_was(full_record, tmp_path, name):
    file = tmp_path / "a"
    file.write_text("before")

    def records():
        yield full_record
        raise RuntimeError("the archive went away")

    with pytest.raises(RuntimeError):
        write_export(records(), name, file)
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_device_is_written_directly(bare_record):
    assert write_export([bare_record], "jsonl", Path("/dev/null")) == 1
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize(
    ("path", "message"),
    [("missing/a.csv", "missing is no folder; make it first"), (".", "is a folder; name a file in it")],
)
def test_place_that_cannot_be_written_is_an_error(bare_record, tmp_path, path, message):
    with pytest.raises(ExportError, match=message):
        write_export([bare_record], "csv", tmp_path / path)


@pytest.mark.parametrize("name", ALL)
def test_full_disk_is_an_error(bare_record, name):
    with Path("/dev/full").open("wb", buffering=0) as full_disk, pytest.raises(ExportError, match="No space left"):
        write_export([bare_record], name, full_disk)
    with pytest.raises(ExportError, match="/dev/full cannot be written: No space left on device"):
        write_export([bare_record] * 100, name, Path("/dev/full"))


def test_reader_that_went_away_is_a_broken_pipe(bare_record):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb", buffering=0) as pipe, pytest.raises(BrokenPipeError):
        write_export([bare_record], "csv", pipe)


def test_unknown_format_is_an_error(bare_record, tmp_path):
    with pytest.raises(ExportError, match="no export format is called 'xml'; there are jsonl, csv, parquet, jsonld"):
        write_export([bare_record], "xml", tmp_path / "a")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["jsonl", "csv", "jsonld"])
def test_memory_does_not_grow_with_the_number_of_articles(full_record, tmp_path, name):
    def peak(count):
        tracemalloc.start()
        try:
            write_export(({**full_record, "id": number} for number in range(count)), name, tmp_path / "a")
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    assert peak(3000) < peak(300) + 50_000
