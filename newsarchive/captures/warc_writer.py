"""Writing WARC 1.1 files: one gzip member a record, so that any record can be read by its offset.

The format: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/

The records are put together here rather than by a library, because compression is most of the cost of keeping a page:
ISA-L takes a ninth of the time of zlib's level 9, which warcio fixes, and writes less than fastwarc's level 1 does
(``benchmarks/warc.py``). Other tools read the result; tests hold that for warcio and fastwarc.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from isal import isal_zlib

from newsarchive.captures.exchange import Exchange
from newsarchive.errors import CaptureError
from newsarchive.model.capture import CaptureReference

MAX_FILE_BYTES = 1_000_000_000
"""A file larger than this is followed by the next; 1 GB is what the specification recommends (annex C)."""

NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
"""Of a ``revisit`` record, 6.7.3 of the specification: the 304, and which record it refers to."""

_SECRET_FIELDS = frozenset((b"authorization", b"proxy-authorization", b"cookie"))
_COMPRESSION_LEVEL = 2  # of ISA-L, 0 to 3


def digest(content: bytes) -> str:
    """``sha256:`` and the digest in base 16.

    The specification leaves the algorithm open. SHA-1, the usual one, can be made to collide, and a digest that is
    cited must not; ``warcio check``, pywb and fastwarc know this form too.
    """
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


class WarcWriter:
    """Writes exchanges to ``<folder>/<year>-<month>/<prefix>-<time>-<serial>-<host>-<pid>.warc.gz``.

    A file is begun with the first exchange (and the folder made), named for this process alone and never opened again
    by another: what a killed process leaves is at worst a torn last record, and all records before it stay readable.
    Each exchange reaches the operating system before :meth:`write` returns, the disk with :meth:`sync`.
    All methods may be called from any thread.
    """

    def __init__(
        self,
        folder: Path,
        *,
        software: str,
        prefix: str = "newsarchive",
        information: Mapping[str, str] | None = None,
        max_bytes: int = MAX_FILE_BYTES,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """``software`` and ``information`` go into the warcinfo record of each file, like ``isPartOf: run-12``."""
        self._folder = folder
        self._prefix = prefix
        self._information = {"software": software, "format": "WARC File Format 1.1", **(information or {})}
        self._max_bytes = max_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._serial = 0
        self._file: _WarcFile | None = None
        self._closed = False

    def write(self, exchange: Exchange, *, record_id: str | None = None) -> CaptureReference:
        """Append the response and the request; the reference points at the response.

        ``record_id`` becomes the response's (see :func:`new_record_id`), for who wants to refer to it.

        A 304 that refers to an earlier capture becomes a ``revisit`` record; the reference then has no digest.
        Raises CaptureError when it cannot be written (disk full, read-only folder); the file then ends with the last
        whole record, and the exchange is not in it.
        """
        # Built and compressed outside the lock: it costs a hundred times the writing, and lets go of the GIL.
        payload_digest = digest(exchange.body) if exchange.refers_to is None else None
        response_id = record_id or new_record_id()
        response = _response_record(exchange, response_id, payload_digest)
        request = _request_record(exchange, response_id)
        with self._lock:
            file = self._current_file()
            offset = file.append(response + request)
        return CaptureReference(
            warc_file=file.path.relative_to(self._folder).as_posix(),
            warc_offset=offset,
            digest=payload_digest,
            fetched_at=exchange.fetched_at,
            status=exchange.status,
        )

    def write_conversion(
        self, content: bytes, *, url: str, content_type: str, of: str | None, at: datetime
    ) -> CaptureReference:
        """Append what was made of a response (WARC 1.1, 6.8): another form of it, like a page with its scripts run.

        ``of`` is the WARC-Record-ID of the response, which answered 200. Raises CaptureError as :meth:`write` does.
        """
        content_digest = digest(content)
        fields = {
            "WARC-Type": "conversion",
            "WARC-Record-ID": new_record_id(),
            "WARC-Date": _warc_date(at),
            "WARC-Target-URI": url,
            "Content-Type": content_type,
            "WARC-Block-Digest": content_digest,
            "WARC-Payload-Digest": content_digest,
        }
        if of is not None:
            fields["WARC-Refers-To"] = of
        record = _record(fields, content)
        with self._lock:
            file = self._current_file()
            offset = file.append(record)
        return CaptureReference(
            warc_file=file.path.relative_to(self._folder).as_posix(),
            warc_offset=offset,
            digest=content_digest,
            fetched_at=at,
            status=200,
        )

    def sync(self) -> None:
        """Return when all that was written is on the disk. Raises CaptureError if it cannot be."""
        with self._lock:
            if self._file is not None:
                self._file.sync()

    def close(self) -> None:
        """Sync and close; writing afterwards is an error. May be called again."""
        with self._lock:
            self._closed = True
            self._end_file()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _current_file(self) -> _WarcFile:
        if self._closed:
            raise CaptureError(f"captures in {self._folder}: written to after closing")
        if self._file is not None and self._file.size >= self._max_bytes:
            self._end_file()
        if self._file is None:
            self._file = self._begin_file()
        return self._file

    def _begin_file(self) -> _WarcFile:
        now = self._clock()
        self._serial += 1
        name = f"{self._prefix}-{now:%Y%m%d%H%M%S%f}-{self._serial:05d}-{_host_name()}-{os.getpid()}.warc.gz"
        file = _WarcFile(self._folder / f"{now:%Y-%m}" / name)
        try:
            file.append(_warcinfo_record(name, now, self._information))
        except CaptureError:
            file.close()
            raise
        return file

    def _end_file(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            try:
                file.sync()
            finally:
                file.close()


class _WarcFile:
    """One file: knows its length, and goes back to it when an append fails half-way."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # O_EXCL: a file that is there already, whoever wrote it, is never written to.
            self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            _sync_folder(path.parent)
        except OSError as error:
            raise _cannot_write(path, error) from error

    def append(self, members: bytes) -> int:
        """The offset at which ``members`` begin."""
        offset = self.size
        view = memoryview(members)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            os.ftruncate(self._descriptor, offset)
            os.lseek(self._descriptor, offset, os.SEEK_SET)
            raise _cannot_write(self.path, error) from error
        self.size += len(members)
        return offset

    def sync(self) -> None:
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            raise _cannot_write(self.path, error) from error

    def close(self) -> None:
        os.close(self._descriptor)


def _sync_folder(folder: Path) -> None:
    """Without this a new file's name may be lost with the power, though its bytes were synced."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _cannot_write(path: Path, error: OSError) -> CaptureError:
    return CaptureError(
        f"captures cannot be written to {path}: {error.strerror}; make room or permit writing, then crawl again"
    )


def _warcinfo_record(file_name: str, now: datetime, information: Mapping[str, str]) -> bytes:
    block = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in information.items()).encode()
    fields = {
        "WARC-Type": "warcinfo",
        "WARC-Record-ID": new_record_id(),
        "WARC-Date": _warc_date(now),
        "WARC-Filename": file_name,
        "Content-Type": "application/warc-fields",
        "WARC-Block-Digest": digest(block),
    }
    return _record(fields, block)


def _response_record(exchange: Exchange, record_id: str, payload_digest: str | None) -> bytes:
    head = _http_head(f"{exchange.protocol} {exchange.status} {_phrase(exchange.status)}", exchange.response_headers)
    block = head + exchange.body
    fields = {
        "WARC-Type": "response" if exchange.refers_to is None else "revisit",
        "WARC-Record-ID": record_id,
        "WARC-Date": _warc_date(exchange.fetched_at),
        "WARC-Target-URI": exchange.url,
        "Content-Type": "application/http;msgtype=response",
        "WARC-Block-Digest": digest(block),
    }
    if payload_digest is not None:
        fields["WARC-Payload-Digest"] = payload_digest
    if exchange.refers_to is not None:
        fields["WARC-Profile"] = NOT_MODIFIED_PROFILE
        fields["WARC-Refers-To-Target-URI"] = exchange.url
        fields["WARC-Refers-To-Date"] = _warc_date(exchange.refers_to)
    if exchange.ip_address is not None:
        fields["WARC-IP-Address"] = exchange.ip_address
    return _record(fields, block)


def _request_record(exchange: Exchange, response_id: str) -> bytes:
    parts = urlsplit(exchange.url)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    host = parts.netloc.rpartition("@")[2]
    kept = tuple(field for field in exchange.request_headers if field[0].lower() not in _SECRET_FIELDS)
    block = _http_head(f"{exchange.method} {target} {exchange.protocol}", ((b"Host", host.encode()), *kept))
    fields = {
        "WARC-Type": "request",
        "WARC-Record-ID": new_record_id(),
        "WARC-Date": _warc_date(exchange.fetched_at),
        "WARC-Target-URI": exchange.url,
        "WARC-Concurrent-To": response_id,
        "Content-Type": "application/http;msgtype=request",
        "WARC-Block-Digest": digest(block),
    }
    return _record(fields, block)


def _record(fields: Mapping[str, str], block: bytes) -> bytes:
    head = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in fields.items())
    record = b"".join((f"WARC/1.1\r\n{head}Content-Length: {len(block)}\r\n\r\n".encode(), block, b"\r\n\r\n"))
    compressor = isal_zlib.compressobj(_COMPRESSION_LEVEL, wbits=31)
    return bytes(compressor.compress(record) + compressor.flush())


def _http_head(first_line: str, headers: tuple[tuple[bytes, bytes], ...]) -> bytes:
    lines = [_one_line(first_line).encode(), *(b"%b: %b" % (name, _folded(value)) for name, value in headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _folded(value: bytes) -> bytes:
    """A line break within a field would end it, or the head, in the eyes of the next reader."""
    return re.sub(rb"[\r\n]+", b" ", value)


def _one_line(value: str) -> str:
    return re.sub(r"[\r\n]+", " ", value)


def _phrase(status: int) -> str:
    """The usual reason phrase: HTTP clients do not pass on the server's own."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def new_record_id() -> str:
    """An identifier no other record has."""
    return f"<{uuid.uuid4().urn}>"


def _warc_date(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def _host_name() -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "-", socket.gethostname())[:64] or "localhost"
