from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path

import brotli
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter as WarcioWriter

from newsarchive.captures.warc_reader import iter_captures, read_capture
from newsarchive.captures.warc_writer import WarcWriter
from newsarchive.errors import CaptureError
from newsarchive.model.capture import Hints, HintSource

PAGE = b"<html><p>The lake is low.</p></html>" * 20


def write(folder: Path, *exchanges) -> list:
    with WarcWriter(folder, software="newsarchive/test") as warc:
        return [warc.write(exchange) for exchange in exchanges]


def only_file(folder: Path) -> Path:
    (path,) = folder.rglob("*.warc.gz")
    return path


def other_tools_warc(path: Path, *, compressed: bool, records: list[tuple[str, list, bytes]]) -> Path:
    with path.open("wb") as stream:
        writer = WarcioWriter(stream, gzip=compressed)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "other"}))
        for url, headers, body in records:
            head = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
            writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=head))
            writer.write_record(writer.create_warc_record(url, "metadata", payload=io.BytesIO(b"seed: x")))
    return path


def test_a_capture_comes_back_as_it_was(tmp_path, exchange):
    (reference,) = write(tmp_path, exchange(body=PAGE))
    hints = (Hints(source=HintSource.FEED, source_url="https://paper.example/feed"),)
    capture = read_capture(
        tmp_path,
        reference.warc_file,
        reference.warc_offset,
        requested_url="https://paper.example/p",
        hints=hints,
        run_id=3,
        site="paper",
    )
    assert capture.body == PAGE
    assert capture.headers == {"content-type": "text/html; charset=utf-8", "vary": "a, b"}
    assert (capture.requested_url, capture.url) == ("https://paper.example/p", "https://paper.example/post?s=one;two")
    assert (capture.fetched_at, capture.status) == (reference.fetched_at, 200)
    assert (capture.warc_file, capture.warc_offset, capture.digest) == (
        reference.warc_file,
        reference.warc_offset,
        reference.digest,
    )
    assert (capture.hints, capture.run_id, capture.site) == (hints, 3, "paper")


@pytest.mark.parametrize(
    ("coding", "pack"), [(b"gzip", gzip.compress), (b"deflate", zlib.compress), (b"br", brotli.compress)]
)
def test_the_content_encoding_is_undone(tmp_path, exchange, coding, pack):
    headers = ((b"Content-Type", b"text/html"), (b"Content-Encoding", coding))
    (reference,) = write(tmp_path, exchange(body=pack(PAGE), response_headers=headers))
    capture = read_capture(tmp_path, reference.warc_file, reference.warc_offset)
    assert capture.body == PAGE
    assert capture.headers == {"content-type": "text/html"}


def test_a_decompression_bomb_is_a_capture_error(tmp_path, exchange):
    bomb = gzip.compress(bytes(50_000_000))
    (reference,) = write(tmp_path, exchange(body=bomb, response_headers=((b"Content-Encoding", b"gzip"),)))
    with pytest.raises(CaptureError, match="more than 10000000 bytes"):
        read_capture(tmp_path, reference.warc_file, reference.warc_offset)


def test_a_record_larger_than_the_limit_is_a_capture_error(tmp_path, exchange):
    (reference,) = write(tmp_path, exchange(body=bytes(300_000)))
    with pytest.raises(CaptureError, match="more than"):
        read_capture(tmp_path, reference.warc_file, reference.warc_offset, limit=1000)


@pytest.mark.parametrize("escape", ["../secret.warc.gz", "/etc/passwd", "a/../../x", "", "a\\..\\b", "x\0y"])
def test_a_path_out_of_the_folder_is_a_capture_error(tmp_path, exchange, escape):
    write(tmp_path, exchange())
    folder = tmp_path / "captures"
    folder.mkdir()
    only_file(tmp_path).rename(tmp_path / "secret.warc.gz")
    with pytest.raises(CaptureError, match="is not a path below"):
        read_capture(folder, escape, 0)


def test_a_missing_file_is_a_capture_error(tmp_path):
    with pytest.raises(CaptureError, match="is missing"):
        read_capture(tmp_path, "2026-11/none.warc.gz", 0)


def test_an_offset_that_is_no_record_is_a_capture_error(tmp_path, exchange):
    (reference,) = write(tmp_path, exchange())
    size = only_file(tmp_path).stat().st_size
    for offset in (0, reference.warc_offset + 7, size, size * 10):
        with pytest.raises(CaptureError):
            read_capture(tmp_path, reference.warc_file, offset)


def test_a_torn_record_is_a_capture_error(tmp_path, exchange):
    first, last = write(tmp_path, exchange(), exchange(body=bytes(range(256)) * 100))
    file = only_file(tmp_path)
    file.write_bytes(file.read_bytes()[: last.warc_offset + 300])
    read_capture(tmp_path, first.warc_file, first.warc_offset)
    with pytest.raises(CaptureError, match="torn"):
        read_capture(tmp_path, last.warc_file, last.warc_offset)


def test_a_changed_byte_is_a_capture_error(tmp_path, exchange):
    write(tmp_path, exchange(body=PAGE))
    plain = gzip.decompress(only_file(tmp_path).read_bytes()).replace(b"lake is low", b"lake is LOW", 1)
    tampered = tmp_path / "tampered.warc"
    tampered.write_bytes(plain)
    problems: list[str] = []
    assert list(iter_captures(tampered, report=problems.append)) == []
    assert "does not match its digest" in problems[0]


def test_a_torn_tail_is_skipped_and_reported_wherever_it_breaks(tmp_path, exchange):
    whole = [exchange(url=f"https://paper.example/{n}", body=PAGE + b"%d" % n) for n in range(3)]
    last = write(tmp_path, *whole)[-1]
    content = only_file(tmp_path).read_bytes()
    torn = tmp_path / "torn.warc.gz"
    for cut in range(last.warc_offset + 1, last.warc_offset + 420, 37):
        torn.write_bytes(content[:cut])
        problems: list[str] = []
        urls = [capture.url for capture in iter_captures(torn, report=problems.append)]
        assert urls == ["https://paper.example/0", "https://paper.example/1"], cut
        assert len(problems) == 1, cut
        assert "torn" in problems[0] or "damaged" in problems[0]


def test_a_whole_file_reports_nothing_and_names_its_place(tmp_path, exchange):
    references = write(tmp_path, exchange(), exchange(status=404, body=b""))
    problems: list[str] = []
    captures = list(iter_captures(only_file(tmp_path), captures_path=tmp_path, report=problems.append))
    assert problems == []
    assert [(c.warc_file, c.warc_offset, c.status) for c in captures] == [
        (r.warc_file, r.warc_offset, r.status) for r in references
    ]


@pytest.mark.parametrize("compressed", [True, False])
def test_files_of_other_tools_are_read(tmp_path, compressed):
    path = other_tools_warc(
        tmp_path / "other.warc",
        compressed=compressed,
        records=[
            ("http://a.example/plain", [("Content-Type", "text/html")], PAGE),
            ("http://a.example/gzip", [("Content-Encoding", "gzip")], gzip.compress(PAGE)),
            # Common Crawl undoes the coding and renames the field.
            ("http://a.example/cc", [("X-Crawl-Content-Encoding", "gzip")], PAGE),
            ("http://a.example/chunked", [("Transfer-Encoding", "chunked")], b"3\r\nabc\r\n0\r\n\r\n"),
            ("ftp://a.example/file", [], b"no page"),
        ],
    )
    captures = list(iter_captures(path))
    assert [capture.url.rpartition("/")[2] for capture in captures] == ["plain", "gzip", "cc", "chunked"]
    assert [capture.body for capture in captures] == [PAGE, PAGE, PAGE, b"abc"]
    assert all(capture.warc_file is None and capture.warc_offset is None for capture in captures)
    assert all(capture.fetched_at.utcoffset().total_seconds() == 0 for capture in captures)


@pytest.mark.parametrize("content", [b"this is no WARC", b"\x1f\x8b\x08 broken", b"<html></html>" * 50])
def test_what_is_no_warc_is_a_capture_error(tmp_path, content):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(content)
    with pytest.raises(CaptureError, match="cannot be read as a WARC"):
        list(iter_captures(path))


def test_an_empty_file_holds_nothing(tmp_path):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(b"")
    assert list(iter_captures(path)) == []


def test_a_bad_record_among_good_ones_is_reported_and_passed_over(tmp_path):
    path = other_tools_warc(
        tmp_path / "other.warc",
        compressed=True,
        records=[
            ("http://a.example/1", [], PAGE),
            ("http://a.example/2", [("Content-Encoding", "gzip")], gzip.compress(PAGE)[:-20]),
            ("http://a.example/3", [], PAGE),
        ],
    )
    problems: list[str] = []
    assert [c.url[-1] for c in iter_captures(path, report=problems.append)] == ["1", "3"]
    assert len(problems) == 1
    assert "ends too early" in problems[0]
