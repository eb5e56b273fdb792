"""What it costs to keep a page: our WARC writer beside those of warcio and fastwarc, same pages, same run.

    python benchmarks/warc.py FOLDER_OF_HTML_GZ

Each writes a response and a request record a page, one gzip member each, with payload digests; a mean over all pages,
on one core. Reading is that of one record by its offset.
"""

from __future__ import annotations

import gzip
import io
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newsarchive.captures.exchange import Exchange
from newsarchive.captures.warc_reader import read_capture
from newsarchive.captures.warc_writer import WarcWriter

URL = "https://paper.example/article"
RESPONSE_FIELDS = [("Content-Type", "text/html; charset=utf-8")]
REQUEST_FIELDS = [("Host", "paper.example"), ("User-Agent", "benchmark")]


def ours(pages: list[bytes], folder: Path) -> Path:
    with WarcWriter(folder, software="benchmark") as warc:
        for page in pages:
            warc.write(
                Exchange(
                    url=URL,
                    fetched_at=datetime.now(UTC),
                    status=200,
                    response_headers=((b"Content-Type", b"text/html; charset=utf-8"),),
                    request_headers=((b"User-Agent", b"benchmark"),),
                    body=page,
                )
            )
    return next(folder.rglob("*.warc.gz"))


def warcio(pages: list[bytes], folder: Path) -> Path:
    path = folder / "warcio.warc.gz"
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for page in pages:
            head = StatusAndHeaders("200 OK", RESPONSE_FIELDS, protocol="HTTP/1.1")
            response = writer.create_warc_record(URL, "response", payload=io.BytesIO(page), http_headers=head)
            line = StatusAndHeaders("GET /article HTTP/1.1", REQUEST_FIELDS, is_http_request=True)
            writer.write_request_response_pair(writer.create_warc_record(URL, "request", http_headers=line), response)
    return path


def fastwarc(pages: list[bytes], folder: Path, level: int = 9) -> Path:
    path = folder / "fastwarc.warc.gz"
    with path.open("wb") as raw, GzipWriter(raw, compression_level=level) as stream:
        for page in pages:
            for kind, content in (
                (WarcRecordType.response, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page),
                (WarcRecordType.request, b"GET /article HTTP/1.1\r\nHost: paper.example\r\n\r\n"),
            ):
                record = WarcRecord()
                record.init_headers(kind)
                record.headers["WARC-Target-URI"] = URL
                record.set_bytes_content(content)
                record.write(stream, checksum_data=True)
                stream.finish()  # or all records become one member
    return path


def measure(name: str, write: Callable[[list[bytes], Path], Path], pages: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        path = write(pages, Path(folder))
        spent = time.process_time() - began
        size = path.stat().st_size / sum(map(len, pages))
    print(f"{name:<18} {spent / len(pages) * 1000:6.2f} ms CPU a page   {size:6.1%} of the pages' size")


def measure_reading(pages: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as name, WarcWriter(Path(name), software="benchmark") as warc:
        places = [warc.write(Exchange(url=URL, fetched_at=datetime.now(UTC), status=200, body=page)) for page in pages]
        began = time.process_time()
        for place in places:
            assert place.warc_file is not None
            assert place.warc_offset is not None
            read_capture(Path(name), place.warc_file, place.warc_offset)
        spent = time.process_time() - began
    print(f"{'ours, reading':<18} {spent / len(pages) * 1000:6.2f} ms CPU a page")


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    pages = [gzip.decompress(file.read_bytes()) for file in sorted(Path(sys.argv[1]).glob("*.html.gz"))[:300]]
    if not pages:
        sys.exit(f"{sys.argv[1]}: no *.html.gz files")
    print(f"{len(pages)} pages, mean {sum(map(len, pages)) / len(pages) / 1000:.0f} kB")
    writers = {
        "ours": ours,
        "warcio": warcio,
        "fastwarc, level 9": fastwarc,
        "fastwarc, level 1": partial(fastwarc, level=1),
    }
    for name, write in writers.items():
        measure(name, write, pages)
    measure_reading(pages)


if __name__ == "__main__":
    main()
