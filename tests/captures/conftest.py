from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from newsarchive.captures.exchange import Exchange

FETCHED_AT = datetime(2026, 11, 24, 20, 1, 23, 123456, tzinfo=UTC)


@pytest.fixture
def exchange() -> Callable[..., Exchange]:
    def make(**fields: Any) -> Exchange:
        return Exchange(
            **{
                "url": "https://paper.example/post?s=one;two",
                "fetched_at": FETCHED_AT,
                "status": 200,
                "request_headers": ((b"User-Agent", b"newsarchive/0.1.0"),),
                "response_headers": ((b"Content-Type", b"text/html; charset=utf-8"), (b"Vary", b"a"), (b"Vary", b"b")),
                "body": b"<p>Hello</p>" * 50,
                "ip_address": "192.0.2.7",
                **fields,
            }
        )

    return make
