from __future__ import annotations

import random
from datetime import UTC, date, datetime
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.model.article import Article, NotArticle
from newsarchive.model.capture import Capture
from newsarchive.parsers.found import Found
from newsarchive.parsers.normalize import normalize
from newsarchive.parsers.publisher import OWN_RULE, Publisher

TEXT = "".join(
    f"<p>This is paragraph {number} of a real article about the talks in Nairobi, and it says what was agreed, by "
    "whom, and what the delegations from both countries think of the treaty that they are to sign next week.</p>"
    for number in range(8)
)
PAGE = f"""<html lang=en><head><title>Peace talks resume | The Eye</title>
<meta property="og:site_name" content="The Eye"><script type="application/ld+json">
{{"@type": "NewsArticle", "headline": "Peace talks resume", "articleSection": "World",
"datePublished": "2024-05-01T10:00:00Z", "dateModified": "2024-05-02T10:00:00Z", "author": {{"name": "Jane Doe"}},
"keywords": "peace, war", "isAccessibleForFree": true, "description": "What was agreed in Nairobi."}}</script></head>
<body><div class=kicker>Kenya</div><article><h1>Peace talks resume</h1><p class=when>03/04/2024 10:00</p>{TEXT}
</article></body></html>"""


class Example(Publisher):
    name = "example"
    version = 3
    title = "The Example"
    language = "sw"
    timezone = "Africa/Nairobi"
    day_first = True
    selectors: ClassVar[dict[str, str]] = {
        "article_section": ".kicker",
        "date_published": ".when",
        "authors": ".nobody",
    }


class Before2024(Publisher):
    name = "example-2023"
    valid_until = date(2023, 12, 31)

    def headline(self, page):
        return Found("Read by the rules of 2023", OWN_RULE)


class Redesigned(Publisher):
    name = "redesigned"
    earlier = (Before2024,)


def test_all_fields_come_out_with_their_sources(capture_of):
    article = Publisher().read(capture_of(PAGE, site="example"))
    assert isinstance(article, Article)
    assert (article.headline, article.article_section, article.authors) == (
        "Peace talks resume",
        "World",
        ("Jane Doe",),
    )
    assert article.keywords == ("peace", "war")
    assert article.date_published == datetime(2024, 5, 1, 10, 0, tzinfo=UTC)
    assert article.date_modified == datetime(2024, 5, 2, 10, 0, tzinfo=UTC)
    assert (article.publisher, article.in_language, article.is_accessible_for_free) == ("The Eye", "en", True)
    assert len(article.blocks) == 8
    assert (article.site, article.parser_version) == ("example", "generic/2")
    assert dict(article.field_sources) == {
        "blocks": "dom",
        "canonical_url": "url",
        "publisher": "og",
        "headline": "h1",
        "description": "json-ld",
        "article_section": "json-ld",
        "keywords": "json-ld",
        "authors": "json-ld",
        "date_published": "json-ld",
        "date_modified": "json-ld",
        "in_language": "html",
        "is_accessible_for_free": "json-ld",
    }


def test_attributes_and_selectors_come_before_the_generic_rules(capture_of):
    article = Example().read(capture_of(PAGE))
    assert (article.article_section, article.publisher, article.in_language) == ("Kenya", "The Example", "sw")
    assert article.date_published == datetime(2024, 4, 3, 7, 0, tzinfo=UTC)
    assert article.authors == ("Jane Doe",)  # its selector matches nothing
    assert article.parser_version == "example/3+2"
    ruled = {name for name, source in article.field_sources.items() if source == OWN_RULE}
    assert ruled == {"article_section", "publisher", "in_language", "date_published"}


def test_captures_from_before_a_redesign_are_read_with_the_rules_of_their_day(capture_of):
    old = Redesigned().read(capture_of(PAGE, fetched_at=datetime(2023, 12, 31, 23, 0, tzinfo=UTC)))
    new = Redesigned().read(capture_of(PAGE, fetched_at=datetime(2024, 1, 1, tzinfo=UTC)))
    assert (old.headline, old.parser_version) == ("Read by the rules of 2023", "example-2023/1+2")
    assert (new.headline, new.parser_version) == ("Peace talks resume", "redesigned/1+2")


def test_same_bytes_give_the_same_article(capture_of):
    assert Publisher().read(capture_of(PAGE)) == Publisher().read(capture_of(PAGE))


def test_page_without_text_is_no_article(capture_of):
    verdict = Publisher().read(capture_of("<h1>Only a heading</h1>"))
    assert isinstance(verdict, NotArticle)
    assert verdict.reason == "no-body"


@settings(max_examples=60)
@given(st.binary(max_size=600))
def test_reading_never_raises_on_random_bytes(body):
    read(body)


@pytest.mark.parametrize("seed", range(60))
def test_reading_never_raises_on_mutated_pages(seed):
    chance = random.Random(seed)
    body = bytearray(PAGE.encode())
    for _ in range(chance.randint(1, 60)):
        start = chance.randrange(len(body))
        end = min(len(body), start + chance.randint(1, 80))
        kind = chance.randrange(4)
        if kind == 0:
            del body[start:end]
        elif kind == 1:
            body[start:start] = body[chance.randrange(len(body)) :][:80]
        elif kind == 2:
            body[start] = chance.randrange(256)
        else:
            body[start:start] = chance.choice(
                (b"<", b">", b'"', b"</div>", b"{", b"<!--", b"&#0;", b"&#xD800;", b"<script>")
            )
        if not body:
            break
    read(bytes(body))


def read(body: bytes) -> None:
    url = "https://example.com/a"
    capture = Capture(
        requested_url=url, url=url, fetched_at=datetime(2024, 5, 1, tzinfo=UTC), status=200, headers={}, body=body
    )
    result = Publisher().read(capture)
    if isinstance(result, Article):
        once = normalize(result)
        assert normalize(once) == once
