"""Each publisher's fixtures: a folder of a page (page.html.gz) and what must be read off it (expected.json).

Fields that expected.json does not name are not compared.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pytest

from newsarchive.model.article import Article
from newsarchive.model.capture import Capture
from newsarchive.parsers.normalize import normalize
from newsarchive.parsers.publisher import Publisher
from newsarchive.publishers.registry import PublisherRegistry, read

HERE = Path(__file__).parent
FIXTURES = sorted(file.parent for file in HERE.rglob("page.html.gz"))


def capture_of(folder: Path, expected: dict) -> Capture:
    return Capture(
        requested_url=expected["capture"]["url"],
        url=expected["capture"]["url"],
        fetched_at=datetime.fromisoformat(expected["capture"]["fetched_at"]),
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        body=gzip.decompress((folder / "page.html.gz").read_bytes()),
    )


def as_json(value: object) -> object:
    return json.loads(json.dumps(value, default=str))


@pytest.mark.parametrize("folder", FIXTURES, ids=lambda folder: str(folder.relative_to(HERE)))
def test_page_is_read_as_expected(folder):
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    article = read(capture_of(folder, expected))
    assert isinstance(article, Article), article
    fields = as_json(asdict(normalize(article)))
    for name, value in expected["article"].items():
        found = fields[name]
        if name in ("images", "blocks", "related_links"):
            assert len(found) == len(value)
            found = [{key: item[key] for key in wanted} for item, wanted in zip(found, value, strict=True)]
        assert found == value, name


def test_every_registered_publisher_has_a_fixture():
    covered = {folder.relative_to(HERE).parts[0] for folder in FIXTURES}
    assert set(PublisherRegistry.load().names()) <= covered


@pytest.mark.parametrize("folder", sorted((HERE / "thegreatlakeseye").iterdir()), ids=lambda folder: folder.name)
def test_generic_rules_too_find_headline_and_no_date_on_the_great_lakes_eye(folder):
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    article = Publisher().read(capture_of(folder, expected))
    assert isinstance(article, Article), article
    assert article.headline == expected["article"]["headline"]
    assert (article.date_published, article.authors) == (None, ())
