"""Reading WARC files: one capture by its place, or all captures of a file, ours or another tool's."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b16decode, b32decode
from binascii import Error as BinasciiError
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecordType
from isal import isal_zlib

from newsarchive.captures.content_encoding import MAX_DOCUMENT_BYTES, decode_content
from newsarchive.captures.http_message import MAX_HEAD_BYTES, HttpMessage, header_text, read_response
from newsarchive.errors import CaptureError
from newsarchive.model.capture import Capture, Hints

_PIECE_BYTES = 1 << 20
_CAPTURES = (WarcRecordType.response, WarcRecordType.conversion)


def read_capture(
    captures_path: Path,
    warc_file: str,
    warc_offset: int,
    *,
    requested_url: str | None = None,
    hints: tuple[Hints, ...] = (),
    run_id: int | None = None,
    site: str | None = None,
    limit: int = MAX_DOCUMENT_BYTES,
) -> Capture:
    """The capture whose record begins at ``warc_offset`` of ``warc_file``, a path below ``captures_path``.

    A response; or a conversion, as of a page that was rendered, which stands for the response it was made of.

    A WARC knows nothing of redirects, hints, runs and sites: they are what the caller says. ``limit`` is the largest
    body, in bytes, before and after decompression.
    Raises CaptureError if the file is missing or lies elsewhere, or if the record is none, is torn or does not match
    its digests.
    """
    path = _inside(captures_path, warc_file)
    where = f"{warc_file} at {warc_offset}"
    try:
        with path.open("rb") as stream:
            stream.seek(warc_offset)
            record = next(iter(ArchiveIterator(stream, parse_http=False)), None)
            if record is None or record.record_type not in _CAPTURES:
                raise CaptureError(f"{where}: there is no response record; was the file changed or moved?")
            return _capture(record, where, warc_file, warc_offset, requested_url, hints, run_id, site, limit)
    except (OSError, ValueError) as error:
        raise CaptureError(f"{where}: the record cannot be read: {error}") from error


def iter_captures(
    path: Path,
    *,
    captures_path: Path | None = None,
    limit: int = MAX_DOCUMENT_BYTES,
    report: Callable[[str], None] | None = None,
) -> Iterator[Capture]:
    """The captures of all HTTP responses in a WARC file, compressed or not, in its order.

    ``captures_path`` is the folder below which the file is kept; without it the captures name no file.
    A record that cannot be used is skipped and a torn tail ends the file; ``report`` is told each time, in one line.
    Raises CaptureError if the file cannot be opened or does not begin as a WARC.
    """
    tell = report or (lambda _: None)
    warc_file = None if captures_path is None else path.relative_to(captures_path).as_posix()
    seen = offset = 0
    damaged = False
    try:
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, parse_http=False):
                seen, offset, damaged = seen + 1, record.stream_pos, False
                if record.record_type not in _CAPTURES or not _is_http(record):
                    continue
                try:
                    yield _capture(record, f"{path.name} at {offset}", warc_file, offset, None, (), None, None, limit)
                except CaptureError as error:
                    damaged = True
                    tell(str(error))
            if not damaged and not _ends_whole(stream, offset):
                tell(f"{path.name}: the file ends with a torn record after {offset}; skipped")
    except (OSError, ValueError) as error:
        if not seen:
            raise CaptureError(f"{path} cannot be read as a WARC: {error}") from error
        tell(f"{path.name}: damaged after record {seen}; the rest is skipped: {error}")


def _inside(captures_path: Path, warc_file: str) -> Path:
    parts = PurePosixPath(warc_file)
    if not warc_file or "\\" in warc_file or "\0" in warc_file or parts.is_absolute() or ".." in parts.parts:
        raise CaptureError(f"{warc_file!r} is not a path below {captures_path}")
    path = captures_path / parts
    if not path.is_file():
        raise CaptureError(f"{path} is missing; put the file back, or name its folder with NEWSARCHIVE_HOME")
    return path


def _ends_whole(stream: BinaryIO, offset: int) -> bool:
    """Whether the gzip member at ``offset`` is complete and the last thing in the file; True if it is no member.

    fastwarc ends silently where a record breaks off within its header.
    """
    stream.seek(offset)
    piece = stream.read(_PIECE_BYTES)
    if not piece.startswith(b"\x1f\x8b"):
        return True
    decompressor = isal_zlib.decompressobj(wbits=31)
    while piece and not decompressor.eof:
        decompressor.decompress(piece, _PIECE_BYTES)
        piece = decompressor.unconsumed_tail or stream.read(_PIECE_BYTES)
    return bool(decompressor.eof and not decompressor.unused_data and not piece)


def _is_http(record: Any) -> bool:  # noqa: ANN401 (fastwarc's record)
    target = _target(record)
    media_type = "text/html" if record.record_type == WarcRecordType.conversion else "application/http"
    return target.startswith(("http://", "https://")) and (
        record.headers.get("Content-Type") or "application/http"
    ).startswith(media_type)


def _content_type(record: Any) -> bytes:  # noqa: ANN401
    return str(record.headers.get("Content-Type") or "").encode("utf-8", "surrogateescape")


def _target(record: Any) -> str:  # noqa: ANN401
    # WARC 1.0 writers put the address in angle brackets, as its grammar said by mistake.
    return str(record.headers.get("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">")


def _capture(
    record: Any,  # noqa: ANN401
    where: str,
    warc_file: str | None,
    warc_offset: int,
    requested_url: str | None,
    hints: tuple[Hints, ...],
    run_id: int | None,
    site: str | None,
    limit: int,
) -> Capture:
    block = _block(record, where, limit + MAX_HEAD_BYTES)
    _check(block, record.headers.get("WARC-Block-Digest"), f"{where}: the block")
    payload_digest = record.headers.get("WARC-Payload-Digest")
    try:
        if record.record_type == WarcRecordType.conversion:
            # The page itself, without a head; only what answered 200 is converted.
            message = HttpMessage(200, ((b"Content-Type", _content_type(record)),), block, was_chunked=False)
        else:
            message = read_response(block)
        if not message.was_chunked:
            _check(message.payload, payload_digest, f"{where}: the payload")
        headers = dict(header_text(message.headers))
        body = decode_content(message.payload, headers.pop("content-encoding", ""), limit=limit)
    except ValueError as error:  # EncodedBodyError is one
        raise CaptureError(f"{where}: {error}") from error
    url = _target(record)
    return Capture(
        requested_url=requested_url or url,
        url=url,
        fetched_at=_fetched_at(record, where),
        status=message.status,
        headers=headers,
        body=body,
        digest=payload_digest,
        warc_file=warc_file,
        warc_offset=None if warc_file is None else warc_offset,
        hints=hints,
        run_id=run_id,
        site=site,
    )


def _block(record: Any, where: str, limit: int) -> bytes:  # noqa: ANN401
    # The field, not record.content_length: where the head is torn before the field, fastwarc takes the length for 0.
    stated = record.headers.get("Content-Length") or ""
    if not stated.isdecimal():
        raise CaptureError(f"{where}: the record is torn within its head")
    length = int(stated[:20])
    if length > limit:
        raise CaptureError(f"{where}: the record has {length} bytes, more than {limit}")
    block = bytearray()
    while len(block) < length:
        piece = record.reader.read(min(_PIECE_BYTES, length - len(block)))
        if not piece:
            raise CaptureError(f"{where}: the record is torn: {len(block)} of {length} bytes")
        block += piece
    return bytes(block)


def _check(content: bytes, labelled: str | None, what: str) -> None:
    """Compare with a digest like ``sha1:<base 32>`` or ``sha256:<base 16>``; other algorithms are not checked."""
    algorithm, colon, value = (labelled or "").strip().partition(":")
    algorithm = algorithm.lower().replace("-", "")
    if not colon or algorithm not in ("md5", "sha1", "sha256", "sha512"):
        return
    actual = hashlib.new(algorithm, content, usedforsecurity=False).digest()
    try:
        stated = b16decode(value, casefold=True) if len(value) == 2 * len(actual) else b32decode(value, casefold=True)
    except BinasciiError:
        stated = b""
    if not hmac.compare_digest(stated, actual):
        raise CaptureError(f"{what} does not match its digest; the file is damaged")


def _fetched_at(record: Any, where: str) -> datetime:  # noqa: ANN401
    text = str(record.headers.get("WARC-Date") or "").strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CaptureError(f"{where}: WARC-Date {text[:40]!r} is no date") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
