"""Each publisher's fixtures: a folder of a page (page.html.gz) and what must be read off it (expected.json).

Fields that expected.json does not name are not compared.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newsarchive.inspection.fixtures import capture_of, differences, fixtures
from newsarchive.model.article import Article
from newsarchive.parsers.publisher import Publisher
from newsarchive.publishers.registry import PublisherRegistry

HERE = Path(__file__).parent


@pytest.mark.parametrize("folder", fixtures(HERE), ids=lambda folder: str(folder.relative_to(HERE)))
def test_page_is_read_as_expected(folder):
    assert differences(folder) == []


def test_every_registered_publisher_has_a_fixture():
    covered = {folder.relative_to(HERE).parts[0] for folder in fixtures(HERE)}
    assert set(PublisherRegistry.load().names()) <= covered


@pytest.mark.parametrize("folder", fixtures(HERE / "thegreatlakeseye"), ids=lambda folder: folder.name)
def test_generic_rules_too_find_headline_and_no_date_on_the_great_lakes_eye(folder):
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    article = Publisher().read(capture_of(folder))
    assert isinstance(article, Article), article
    assert article.headline == expected["article"]["headline"]
    assert (article.date_published, article.authors) == (None, ())
