from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from warcio.archiveiterator import ArchiveIterator as WarcioIterator
from warcio.cli import main as warcio

from newsarchive.captures.warc_reader import iter_captures, read_capture
from newsarchive.captures.warc_writer import WarcWriter
from newsarchive.errors import CaptureError


def writer(folder: Path, **options) -> WarcWriter:
    return WarcWriter(folder, software="newsarchive/test", **options)


def only_file(folder: Path) -> Path:
    (path,) = folder.rglob("*.warc.gz")
    return path


def test_warcio_finds_every_record_and_every_digest_right(tmp_path, exchange, capsys):
    bodies = [b"", b"\x00\xff" * 1000, "žluťoučký".encode(), gzip.compress(b"packed")]
    with writer(tmp_path) as warc:
        for body in bodies:
            warc.write(exchange(body=body))
    path = only_file(tmp_path)
    with pytest.raises(SystemExit) as ended:
        warcio(["check", "-v", str(path)])
    assert ended.value.code == 0
    report = capsys.readouterr().out
    assert report.count("digest pass") == 1 + 2 * len(bodies)
    with path.open("rb") as stream:
        records = [(r.rec_type, r.content_stream().read()) for r in WarcioIterator(stream)]
    assert [kind for kind, _ in records] == ["warcinfo"] + ["response", "request"] * len(bodies)
    assert [content for kind, content in records if kind == "response"][:3] == bodies[:3]


def test_fastwarc_verifies_the_digests_too(tmp_path, exchange):
    with writer(tmp_path) as warc:
        warc.write(exchange())
    with only_file(tmp_path).open("rb") as stream:
        for record in FastIterator(stream, parse_http=False):
            assert record.verify_block_digest()
            if record.record_type == WarcRecordType.response:
                record.parse_http(auto_decode="none")
                assert record.verify_payload_digest()


def test_record_fields_are_those_of_the_specification(tmp_path, exchange):
    with writer(tmp_path, information={"isPartOf": "run-12"}) as warc:
        warc.write(exchange(request_headers=((b"User-Agent", b"ours"), (b"Cookie", b"secret"))))
    path = only_file(tmp_path)
    with path.open("rb") as stream:
        records = [
            (r.rec_headers, r.http_headers, r.raw_stream.read() if r.rec_type == "warcinfo" else b"")
            for r in WarcioIterator(stream)
        ]
    (info, _, about), (response, _, _), (request, sent, _) = records
    assert info.protocol == "WARC/1.1"
    assert info.get_header("WARC-Filename") == path.name
    assert b"software: newsarchive/test\r\n" in about
    assert b"isPartOf: run-12\r\n" in about
    assert response.get_header("WARC-Target-URI") == "https://paper.example/post?s=one;two"
    assert response.get_header("WARC-Date") == "2026-11-24T20:01:23.123456Z"
    assert response.get_header("WARC-IP-Address") == "192.0.2.7"
    assert response.get_header("WARC-Payload-Digest").startswith("sha256:")
    assert request.get_header("WARC-Concurrent-To") == response.get_header("WARC-Record-ID")
    assert sent.statusline == "/post?s=one;two HTTP/1.1"
    assert sent.headers == [("Host", "paper.example"), ("User-Agent", "ours")]


def test_each_reference_leads_to_its_record(tmp_path, exchange):
    with writer(tmp_path) as warc:
        references = [warc.write(exchange(url=f"https://paper.example/{n}", body=b"%d" % n * n)) for n in range(50)]
    for n, reference in enumerate(references):
        capture = read_capture(tmp_path, reference.warc_file, reference.warc_offset)
        assert (capture.url, capture.body) == (f"https://paper.example/{n}", b"%d" % n * n)
        assert capture.digest == reference.digest


def test_threads_write_whole_records(tmp_path, exchange):
    with writer(tmp_path) as warc, ThreadPoolExecutor(8) as threads:
        jobs = [threads.submit(warc.write, exchange(body=os.urandom(5000 + n))) for n in range(100)]
        references = [job.result() for job in jobs]
    assert {len(read_capture(tmp_path, r.warc_file, r.warc_offset).body) for r in references} == set(range(5000, 5100))


def test_no_exchange_makes_no_file(tmp_path):
    with writer(tmp_path / "captures"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_full_file_is_followed_by_the_next(tmp_path, exchange):
    with writer(tmp_path, max_bytes=20_000) as warc:
        references = [warc.write(exchange(body=os.urandom(6000))) for _ in range(10)]
    files = sorted(tmp_path.rglob("*.warc.gz"))
    assert len(files) > 2
    assert all(file.stat().st_size < 30_000 for file in files)
    assert {tmp_path / r.warc_file for r in references} == set(files)
    for file in files:
        assert next(iter(WarcioIterator(file.open("rb")))).rec_type == "warcinfo"


def test_line_breaks_in_fields_end_no_head(tmp_path, exchange):
    sneaky = exchange(url="https://paper.example/a", response_headers=((b"X-A", b"1\r\n\r\nWARC/1.1"),), body=b"body")
    with writer(tmp_path) as warc:
        warc.write(sneaky)
    (capture,) = iter_captures(only_file(tmp_path))
    assert capture.body == b"body"
    assert capture.headers == {"x-a": "1 WARC/1.1"}


def test_a_killed_writer_leaves_whole_records(tmp_path):
    script = """
        import sys
        from datetime import UTC, datetime
        from pathlib import Path
        from newsarchive.captures.exchange import Exchange
        from newsarchive.captures.warc_writer import WarcWriter
        warc = WarcWriter(Path(sys.argv[1]), software="test")
        n = 0
        while True:
            reference = warc.write(Exchange(url=f"http://a.example/{n}", fetched_at=datetime.now(UTC), status=200,
                                            body=bytes(range(256)) * 400))
            n += 1
            print(reference.warc_offset, flush=True)
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    acknowledged = [int(child.stdout.readline()) for _ in range(200)]
    child.send_signal(signal.SIGKILL)
    acknowledged += [int(line) for line in child.stdout.read().split("\n")[:-1]]
    child.wait()
    file = only_file(tmp_path)
    urls = [capture.url for capture in iter_captures(file)]
    assert urls[: len(acknowledged)] == [f"http://a.example/{n}" for n in range(len(acknowledged))]


def test_the_next_writer_opens_a_file_of_its_own(tmp_path, exchange):
    with writer(tmp_path) as first:
        first.write(exchange())
    torn = only_file(tmp_path)
    torn.write_bytes(torn.read_bytes()[:-40])
    before = torn.read_bytes()
    with writer(tmp_path) as second:
        reference = second.write(exchange())
    assert torn.read_bytes() == before
    assert tmp_path / reference.warc_file != torn


def test_a_full_disk_is_a_capture_error_and_leaves_whole_records(tmp_path, exchange):
    # A limit on file size fails a write half-way, as a full disk does.
    script = """
        import resource, signal, sys, os
        from datetime import UTC, datetime
        from pathlib import Path
        from newsarchive.captures.exchange import Exchange
        from newsarchive.captures.warc_writer import WarcWriter
        from newsarchive.errors import CaptureError
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        warc = WarcWriter(Path(sys.argv[1]), software="test")
        for n in range(100):
            try:
                warc.write(Exchange(url=f"http://a.example/{n}", fetched_at=datetime.now(UTC), status=200,
                                    body=os.urandom(9000)))
            except CaptureError as error:
                print(n, error)
                break
        warc.close()
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)], capture_output=True, text=True, check=True
    )
    count, _, message = done.stdout.strip().partition(" ")
    assert "cannot be written" in message
    assert "\n" not in message
    problems: list[str] = []
    assert len(list(iter_captures(only_file(tmp_path), report=problems.append))) == int(count) > 0
    assert problems == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_a_capture_error(tmp_path, exchange):
    tmp_path.chmod(0o500)
    with pytest.raises(CaptureError, match="cannot be written"):
        writer(tmp_path / "captures").write(exchange())


def test_a_file_in_place_of_the_folder_is_a_capture_error(tmp_path, exchange):
    (tmp_path / "captures").write_text("")
    with pytest.raises(CaptureError, match="cannot be written"):
        writer(tmp_path / "captures").write(exchange())


def test_writing_after_closing_is_an_error(tmp_path, exchange):
    warc = writer(tmp_path)
    warc.close()
    with pytest.raises(CaptureError, match="after closing"):
        warc.write(exchange())
