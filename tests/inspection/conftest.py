from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from newsarchive.inspection.sample import Sample
from newsarchive.model.article import Article, Block, BlockKind

FETCHED_AT = datetime(2026, 5, 18, 12, tzinfo=UTC)


def an_article(number: int, **fields) -> Article:
    """An article that has nothing in common with the others, for better or worse."""
    url = f"https://courier.example/news/{number}"
    blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=f"Paragraph {n} of article {number}.") for n in range(4))
    defaults = {
        "url": url,
        "canonical_url": url,
        "publisher": "The Courier",
        "headline": f"The lake rises for day {number}",
        "authors": (f"Jane Doe the {'x' * number}",),
        "date_published": datetime(2026, 5, number, 8, 30, tzinfo=UTC),
        "date_published_raw": f"2026-05-{number:02}T08:30:00Z",
        "in_language": "en",
        "blocks": blocks,
        "field_sources": {"headline": "h1", "blocks": "dom"},
        "parser_version": "generic/1",
    }
    return Article(**{**defaults, **fields})


@pytest.fixture
def sample() -> Callable[..., Sample]:
    """``sample(number, declared_language=…, **fields)``: a page and the article read of it."""

    def make(number: int, *, declared_language: str | None = "en", **fields) -> Sample:
        article = an_article(number, **fields)
        return Sample(url=article.url, fetched_at=FETCHED_AT, result=article, declared_language=declared_language)

    return make
