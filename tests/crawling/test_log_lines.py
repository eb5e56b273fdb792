from __future__ import annotations

from datetime import UTC, datetime

import pytest
from scrapy.exceptions import DropItem
from scrapy.http import Response

from newsarchive.crawling.log_lines import LogLines
from newsarchive.model.capture import Capture

URL = "http://a.example/x"
PAGE = Capture(
    requested_url=URL, url=URL, fetched_at=datetime(2026, 5, 1, tzinfo=UTC), status=200, headers={}, body=b"<p>" * 10**6
)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            LogLines().dropped(PAGE, DropItem(f"{URL}: parser-timeout", log_level="INFO"), Response(URL)),
            f"Dropped: {URL}: parser-timeout",
        ),
        (LogLines().dropped(PAGE, DropItem("x" * 10**6, log_level="INFO"), Response(URL)), f"Dropped: {'x' * 500}"),
        (LogLines().item_error(PAGE, ValueError("x"), Response(URL)), f"Error processing {URL}"),
        (LogLines().scraped(PAGE, Response(URL)), f"Stored {URL}"),
    ],
)
def test_a_line_names_the_item_and_does_not_print_it(line, said):
    assert line["msg"] % line["args"] == said


def test_a_dropped_item_keeps_its_level():
    assert LogLines().dropped(PAGE, DropItem("x", log_level="DEBUG"), Response(URL))["level"] == 10
