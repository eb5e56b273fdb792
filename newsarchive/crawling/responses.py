"""From Scrapy's responses to Captures, with what the capture middleware learned of them on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from scrapy import Request
from scrapy.http import Response

from newsarchive.captures.http_message import header_text
from newsarchive.model.capture import Capture, CaptureReference

_META = "newsarchive_kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is known of a response beside what Scrapy says."""

    url: str
    """The address that answered: redirects copy a request's meta, and this tells whose it is."""
    fetched_at: datetime
    reference: CaptureReference | None = None
    """None where nothing is kept, as in ``scrapy shell``."""
    record_id: str | None = None
    """WARC-Record-ID of the record with the response."""
    run_id: int | None = None
    site: str | None = None


def remember(request: Request, kept: Kept) -> None:
    """Attach to a request what is known of its response."""
    request.meta[_META] = kept


def capture_of(response: Response) -> Capture:
    """The Capture behind a response that a spider was given. ``request.meta["hints"]`` become its hints."""
    request = response.request
    meta = request.meta if request is not None else {}
    kept = _kept(response)
    reference = kept.reference if kept else None
    return Capture(
        requested_url=(meta.get("redirect_urls") or [request.url if request else response.url])[0],
        url=response.url,
        fetched_at=kept.fetched_at if kept else datetime.now(UTC),
        status=response.status,
        headers=header_text((name, value) for name, values in response.headers.items() for value in values),
        body=response.body,
        digest=reference.digest if reference else None,
        warc_file=reference.warc_file if reference else None,
        warc_offset=reference.warc_offset if reference else None,
        hints=tuple(meta.get("hints") or ()),
        run_id=kept.run_id if kept else None,
        site=kept.site if kept else None,
    )


def reference_of(response: Response) -> CaptureReference | None:
    """Where a response was kept; None if it was not."""
    kept = _kept(response)
    return kept.reference if kept else None


def kept_of(request: Request, response: Response) -> Kept | None:
    """What is known of a response within the downloader, where it does not know its request yet; None: nothing."""
    kept = request.meta.get(_META)
    return kept if isinstance(kept, Kept) and kept.url == response.url else None


def reference_of_answer(request: Request, response: Response) -> CaptureReference | None:
    """As :func:`reference_of`, within the downloader, where a response does not know its request yet."""
    kept = kept_of(request, response)
    return kept.reference if kept else None


def reference_to(capture: Capture) -> CaptureReference:
    """Where a capture was kept, its file and offset being None if it was not."""
    return CaptureReference(
        warc_file=capture.warc_file,
        warc_offset=capture.warc_offset,
        digest=capture.digest,
        fetched_at=capture.fetched_at,
        status=capture.status,
    )


def _kept(response: Response) -> Kept | None:
    kept = response.request.meta.get(_META) if response.request is not None else None
    return kept if isinstance(kept, Kept) and kept.url == response.url else None
