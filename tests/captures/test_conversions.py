from __future__ import annotations

from datetime import UTC, datetime

from warcio.archiveiterator import ArchiveIterator

from newsarchive.captures.exchange import Exchange
from newsarchive.captures.warc_reader import iter_captures, read_capture
from newsarchive.captures.warc_writer import WarcWriter, new_record_id

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
URL = "https://lake.example/ferry"


def test_what_was_made_of_a_response_is_read_back_and_names_it(tmp_path):
    response_id = new_record_id()
    with WarcWriter(tmp_path, software="test") as warc:
        warc.write(
            Exchange(url=URL, fetched_at=AT, status=200, response_headers=(), body=b"shell"), record_id=response_id
        )
        reference = warc.write_conversion(
            "<p>Ziwa — chini</p>".encode(), url=URL, content_type="text/html; charset=utf-8", of=response_id, at=AT
        )
    assert reference.warc_file is not None
    assert reference.warc_offset is not None
    capture = read_capture(tmp_path, reference.warc_file, reference.warc_offset)
    assert capture.body.decode() == "<p>Ziwa — chini</p>"
    assert dict(capture.headers) == {"content-type": "text/html; charset=utf-8"}
    assert (capture.url, capture.status, capture.fetched_at, capture.digest) == (URL, 200, AT, reference.digest)
    assert [kept.body for kept in iter_captures(tmp_path / reference.warc_file)] == [b"shell", capture.body]

    # as another tool reads it
    with (tmp_path / reference.warc_file).open("rb") as stream:
        headers = {record.rec_type: record.rec_headers for record in ArchiveIterator(stream, check_digests="raise")}
    assert headers["conversion"].get_header("WARC-Refers-To") == response_id
    assert headers["response"].get_header("WARC-Record-ID") == response_id
