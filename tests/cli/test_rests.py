"""Commands that fetch a page and keep nothing leave a host alone that asked a crawl for a rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.archive.database import Database
from newsarchive.archive.writer import ArchiveWriter, Batch


@pytest.mark.slow
@pytest.mark.parametrize("rest", [timedelta(hours=6), timedelta(minutes=2)])
@pytest.mark.parametrize("words", [("site", "check"), ("site", "new"), ("parse",)])
def test_a_resting_host_is_not_asked_and_the_end_of_its_rest_is_said(site, command, tmp_path, words, rest):
    until = datetime.now(UTC) + rest
    home = tmp_path / "home"
    home.mkdir()
    with Database.open(home / "archive.db", create=True) as database:
        ArchiveWriter(database).store(Batch(rests={"127.0.0.1": until}))
    result = command(*words, site.url("/news/1"), "--allow-address", site.address, home=home)
    assert site.requests == []
    assert result.code != 0
    said = f"the host 127.0.0.1 asked an earlier crawl for a rest until {until:%Y-%m-%d %H:%M} UTC"
    assert said in " ".join(result.err.split())
