"""What the parsers' tests share: pages made of HTML snippets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from newsarchive.model.capture import Capture, Hints, HintSource
from newsarchive.parsers.page import Page

FETCHED_AT = datetime(2024, 5, 14, 12, 0, tzinfo=UTC)


@pytest.fixture
def capture_of() -> Callable[..., Capture]:
    """Make a capture of HTML (text or bytes); ``hints`` and other fields as of Capture."""

    def make(html: str | bytes, url: str = "https://example.com/news/story-1", **fields: object) -> Capture:
        values: dict[str, object] = {
            "requested_url": url,
            "url": url,
            "fetched_at": FETCHED_AT,
            "status": 200,
            "headers": {"content-type": "text/html; charset=utf-8" if isinstance(html, str) else "text/html"},
            "body": html.encode() if isinstance(html, str) else html,
        }
        return Capture(**(values | fields))

    return make


@pytest.fixture
def page_of(capture_of: Callable[..., Capture]) -> Callable[..., Page]:
    """Make a page of HTML."""
    return lambda html, **fields: Page(capture_of(html, **fields))


@pytest.fixture
def hints_of() -> Callable[..., Hints]:
    """Make the hints of a feed, or of another source."""

    def make(source: HintSource = HintSource.FEED, **values: object) -> Hints:
        return Hints(source=source, source_url="https://example.com/feed", **values)

    return make
