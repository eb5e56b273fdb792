"""What the truth promises about itself. That the pages keep it is tested in tests/sample."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from newsarchive.demo.content import load_content
from newsarchive.demo.truth import expected
from newsarchive.model.article import Article, BlockKind, DatePrecision, LinkRel


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    return expected(load_content())


def test_it_speaks_the_words_of_the_model(truth: dict[str, Any]) -> None:
    beside_the_model = {"slug", "markup", "date_source"}
    for article in truth["articles"]:
        assert set(article) - beside_the_model <= set(Article.__dataclass_fields__)
        assert {block["kind"] for block in article["blocks"]} <= set(BlockKind)
        assert {link["rel"] for link in article["related_links"]} <= set(LinkRel)
        assert article["date_precision"] in {None, *DatePrecision}


def test_each_article_is_in_it_once(truth: dict[str, Any]) -> None:
    urls = [article["url"] for article in truth["articles"]]
    assert len(urls) == len(set(urls)) == len(load_content().articles)


def test_every_kind_of_block_markup_and_date_source_occurs(truth: dict[str, Any]) -> None:
    articles = truth["articles"]
    assert {block["kind"] for article in articles for block in article["blocks"]} == set(BlockKind)
    assert {article["markup"] for article in articles} == set(load_content().site["markup"])
    sources = {"json-ld", "meta", "text", "feed", "news-sitemap", None}
    assert {article["date_source"] for article in articles} == sources
    assert {article["in_language"] for article in articles} == {"en", "fr", "rw", "sw", "ar", "zh-CN"}


def test_a_day_is_its_midnight_in_utc_and_a_time_is_turned_to_utc(truth: dict[str, Any]) -> None:
    by_slug = {article["slug"]: article for article in truth["articles"]}
    assert by_slug["old-bridge-2003"]["date_published"] == "2003-04-15T00:00:00+00:00"
    assert by_slug["old-bridge-2003"]["date_precision"] == "day"
    assert by_slug["ferry-umoja-maiden-trip"]["date_published"] == "2026-11-18T05:40:00+00:00"


def test_it_is_printed_as_json() -> None:
    printed = subprocess.run([sys.executable, "-m", "newsarchive.demo.truth"], capture_output=True, check=True)
    assert set(json.loads(printed.stdout)) == {"articles", "listings", "traps", "disallowed"}
