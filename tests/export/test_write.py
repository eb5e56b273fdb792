import io
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from newsarchive.errors import ExportError
from newsarchive.export.write import write_export


def test_counts_records_not_lines(full, bare, tmp_path):
    for name in ("jsonl", "csv"):
        assert write_export([full, bare], name, tmp_path / f"a.{name}") == 2
        assert write_export([], name, tmp_path / f"b.{name}") == 0
    assert len((tmp_path / "a.jsonl").read_bytes().splitlines()) == 2


def test_stream_gets_the_same_bytes_as_a_file(full, bare, tmp_path):
    for name in ("jsonl", "csv"):
        stream = io.BytesIO()
        write_export([full, bare], name, stream)
        write_export([full, bare], name, tmp_path / name)
        assert stream.getvalue() == (tmp_path / name).read_bytes()
    assert sorted(tmp_path.iterdir()) == [tmp_path / "csv", tmp_path / "jsonl"]


def test_progress_ends_with_the_count(bare, tmp_path):
    seen = []
    write_export([bare] * 250, "jsonl", tmp_path / "a", progress=seen.append)
    assert seen == [100, 200, 250]


def test_failed_export_leaves_the_file_as_it_was(full, tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text("before")

    def revisions():
        yield full
        raise RuntimeError("the archive went away")

    with pytest.raises(RuntimeError):
        write_export(revisions(), "jsonl", file)
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_killed_export_leaves_no_file_under_the_final_name(tmp_path):
    file = tmp_path / "a.csv"
    code = f"""
import sys, time
from pathlib import Path
from datetime import UTC, datetime
from newsarchive.export.write import write_export
from newsarchive.model.article import Article
from newsarchive.model.capture import CaptureReference
from newsarchive.model.revision import Revision
now = datetime.now(UTC)
capture = CaptureReference(warc_file=None, warc_offset=None, digest=None, fetched_at=now, status=200)
def revisions():
    for number in range(10**9):
        yield Revision(article_id=number, number=1, seen_at=now, content_digest="", capture=capture, run_id=None,
                       article=Article(url="u", canonical_url="u"), first_seen_at=now, last_seen_at=now,
                       revision_count=1, cluster_id=number)
write_export(revisions(), "csv", Path({str(file)!r}))
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[2]) as child:
        deadline = time.monotonic() + 20
        while not any(part.stat().st_size for part in tmp_path.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert list(tmp_path.iterdir()), "nothing was written before the kill"
        child.send_signal(signal.SIGKILL)
    assert not file.exists()


def test_link_stays_a_link(bare, tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write_export([bare], "jsonl", tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").is_file()


def test_device_is_written_directly(bare):
    assert write_export([bare], "jsonl", Path("/dev/null")) == 1
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize(
    ("path", "message"),
    [("missing/a.csv", "missing is no folder; make it first"), (".", "is a folder; name a file in it")],
)
def test_place_that_cannot_be_written_is_an_error(bare, tmp_path, path, message):
    with pytest.raises(ExportError, match=message):
        write_export([bare], "csv", tmp_path / path)


def test_full_disk_is_an_error(bare):
    with Path("/dev/full").open("wb", buffering=0) as full_disk, pytest.raises(ExportError, match="No space left"):
        write_export([bare], "csv", full_disk)
    with pytest.raises(ExportError, match="No space left"):
        write_export([bare] * 100, "csv", Path("/dev/full"))


def test_reader_that_went_away_is_a_broken_pipe(bare):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb", buffering=0) as pipe, pytest.raises(BrokenPipeError):
        write_export([bare], "csv", pipe)


def test_unknown_format_is_an_error(bare, tmp_path):
    with pytest.raises(ExportError, match="no export format is called 'xml'; there are jsonl, csv"):
        write_export([bare], "xml", tmp_path / "a")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["jsonl", "csv"])
def test_memory_does_not_grow_with_the_number_of_articles(full, tmp_path, name):
    def peak(count):
        tracemalloc.start()
        try:
            write_export((replace(full, article_id=number) for number in range(count)), name, tmp_path / "a")
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    assert peak(3000) < peak(300) + 50_000
