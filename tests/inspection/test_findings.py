from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.inspection.findings import shortened, suspicions
from newsarchive.inspection.sample import Sample
from newsarchive.model.article import Block, BlockKind, DatePrecision, Image, Link, LinkRel, NotArticle

FETCHED_AT = datetime(2026, 5, 18, 12, tzinfo=UTC)


def found(samples) -> dict[tuple[str, str], str]:
    return {(finding.kind, finding.field): finding.message for finding in suspicions(samples)}


def blocks(*texts: str) -> tuple[Block, ...]:
    return tuple(Block(kind=BlockKind.PARAGRAPH, text=text) for text in texts)


def test_articles_that_have_nothing_in_common_are_not_suspicious(sample):
    assert suspicions([sample(number) for number in range(1, 11)]) == ()


def test_no_page_is_no_reason_to_be_suspicious():
    refused = NotArticle(url="https://a.example/x", reason="no-body")
    assert suspicions([Sample(url="https://a.example/x", fetched_at=FETCHED_AT, result=refused)]) == ()
    assert suspicions([]) == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("headline", "The Courier: news of the lake"),
        ("alternative_headline", "News of the lake"),
        ("description", "All that happens at the lake"),
        ("keywords", ("news", "lake")),
        ("authors", ("Web Desk",)),
        ("date_published", datetime(2026, 5, 17, 9, 30, tzinfo=UTC)),
        ("images", (Image(url="https://courier.example/logo.png", is_main=True),)),
        ("related_links", (Link(url="https://courier.example/1", text="Most read", rel=LinkRel.RELATED),)),
    ],
)
def test_what_most_articles_share_is_no_articles_own(sample, field, value):
    same = [sample(number, **{field: value}) for number in (1, 2, 3)]
    finding = next(f for f in suspicions([*same, sample(4)]) if f.kind == "repeated")
    assert finding.field == field
    assert finding.message.startswith("the same on 3 of 4 articles: ")
    assert finding.urls == tuple(page.url for page in same)
    few = [sample(number, **{field: value}) for number in (1, 2, 3)]
    assert ("repeated", field) not in found([*few, *(sample(number) for number in range(4, 11))])


def test_a_day_may_be_that_of_many_articles_unless_it_is_printed_and_of_the_visit(sample):
    def on(day: int, source: str):
        return [
            sample(
                number,
                date_published=datetime(2026, 5, day, tzinfo=UTC),
                date_precision=DatePrecision.DAY,
                field_sources={"date_published": source},
            )
            for number in (1, 2, 3)
        ]

    assert ("repeated", "date_published") not in found(on(17, "text"))
    assert ("repeated", "date_published") not in found(on(18, "json-ld"))
    assert "the day of the visit" in found(on(18, "text"))["repeated", "date_published"]


def test_an_article_read_twice_counts_once(sample):
    assert suspicions([sample(1), sample(1), sample(1), sample(2)]) == ()


@pytest.mark.parametrize(
    ("headline", "is_suspicious"),
    [
        ("The lake rises | The Courier", True),
        ("The lake rises - the courier", True),
        ("The Courier: the lake rises", True),
        ("Why The Courier is read at the lake", False),
        ("Editor leaves The Courier", False),
        ("The lake rises", False),
    ],
)
def test_the_sites_name_at_an_end_of_a_headline(sample, headline, is_suspicious):
    samples = [sample(1, headline=headline), sample(2), sample(3)]
    assert (("site-name", "headline") in found(samples)) is is_suspicious


def test_the_sites_name_anywhere_on_most_pages(sample):
    samples = [sample(number, headline=f"Lake day {number} in The Courier today") for number in (1, 2)]
    assert found([*samples, sample(3)])["site-name", "headline"].startswith("names the site on 2 of 3 articles")


def test_authors_that_are_the_publisher_or_no_names(sample):
    samples = [
        sample(1, authors=("the courier",)),
        sample(2, authors=("Courier",), url="https://www.courier.example/news/2"),
        sample(3, authors=("desk@courier.example",)),
    ]
    messages = found(samples)
    assert messages["publisher-as-author", "authors"] == "the publisher's own name on 2 of 3 articles"
    assert messages["no-name", "authors"] == "hardly a name on 1 of 3 articles: desk@courier.example"


def test_dates_that_are_missing_unusable_in_the_future_or_of_the_fetch(sample):
    samples = [
        sample(1, date_published=None, date_published_raw=None),
        sample(2, date_published=None, date_published_raw="31 February"),
        sample(3, date_published=FETCHED_AT + timedelta(hours=30)),
        sample(4, date_published=FETCHED_AT - timedelta(seconds=20), date_modified=FETCHED_AT),
    ]
    messages = found(samples)
    assert messages["no-date", "date_published"] == "no date on 1 of 4 articles"
    assert messages["unusable-date", "date_published"].endswith("31 February")
    assert messages["future-date", "date_published"] == "in the future: 2026-05-19 18:00 UTC"
    assert messages["fetch-time", "date_published"] == "the moment of the fetch on 1 of 4 articles"
    assert messages["fetch-time", "date_modified"] == "the moment of the fetch on 1 of 4 articles"


def test_a_language_that_is_not_the_declared_one(sample):
    samples = [sample(1, declared_language="en-US", in_language="fr"), sample(2, declared_language="en-GB"), sample(3)]
    assert found(samples) == {("language", "in_language"): "declared en-US, but read as fr, on 1 of 3 articles"}


def test_a_short_body_counts_lines_of_one_element_as_paragraphs(sample):
    samples = [sample(1, blocks=blocks("One.\nTwo.\nThree.")), sample(2, blocks=blocks("Only one."))]
    finding = suspicions(samples)[0]
    assert (finding.kind, finding.urls) == ("short", ("https://courier.example/news/2",))


def test_the_same_paragraph_at_the_end_of_two_articles_or_inside_three(sample):
    end = [sample(n, blocks=blocks(f"a{n}", f"b{n}", f"c{n}", "Support the Courier.")) for n in (1, 2)]
    assert found([*end, sample(3), sample(4)]) == {
        ("repeated-paragraph", "blocks"): "last paragraph the same on 2 of 4 articles: Support the Courier."
    }
    start = [sample(n, blocks=blocks("Listen to it.", f"b{n}", f"c{n}")) for n in (1, 2)]
    assert found(start)["repeated-paragraph", "blocks"].startswith("first paragraph the same on 2 of 2")
    inner = [sample(n, blocks=blocks(f"a{n}", "Advertisement", f"c{n}")) for n in (1, 2)]
    assert found(inner) == {}
    more = [*inner, sample(3, blocks=blocks("a3", "Advertisement", "c3"))]
    assert found(more)["repeated-paragraph", "blocks"].startswith("inner paragraph the same on 3 of 3")


def test_different_articles_with_one_canonical_address_would_be_lost(sample):
    samples = [sample(n, canonical_url="https://courier.example/") for n in (1, 2)]
    assert "would be stored as one" in found(samples)["canonical", "canonical_url"]


@pytest.mark.parametrize(
    ("text", "line"),
    [("short", "short"), ("two\nlines", "two lines"), ("word " * 30, "word word word …"), ("x" * 30, "x" * 19 + "…")],
)
def test_a_shortened_line_is_cut_between_words(text, line):
    assert shortened(text, 20) == line
