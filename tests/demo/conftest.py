from __future__ import annotations

from collections.abc import Iterator

import pytest

from newsarchive.demo.server import SampleServer, serve_sample


@pytest.fixture
def server() -> Iterator[SampleServer]:
    with serve_sample() as running:
        yield running
