from __future__ import annotations

from datetime import UTC, datetime

from newsarchive.inspection.report import inspect
from newsarchive.inspection.sample import Sample
from newsarchive.model.article import DatePrecision, Image, Link, LinkRel, NotArticle

NOW = datetime(2026, 5, 18, tzinfo=UTC)


def fields(samples):
    return {report.field: report for report in inspect(samples).fields}


def test_each_field_says_how_many_articles_have_it_and_by_which_rules(sample):
    samples = [
        sample(1, article_section="Lake", field_sources={"article_section": "json-ld", "headline": "h1"}),
        sample(2, article_section="Town", field_sources={"article_section": "meta", "headline": "h1"}),
        sample(3, article_section="Town", field_sources={"article_section": "meta", "headline": "json-ld"}),
        sample(4, field_sources={"headline": "h1"}),
    ]
    section = fields(samples)["article_section"]
    assert (section.articles, dict(section.rules), section.example) == (3, {"meta": 2, "json-ld": 1}, "Lake")
    assert list(fields(samples)["headline"].rules) == ["h1", "json-ld"]


def test_a_field_that_no_article_has_is_there_with_none():
    refused = Sample(
        url="https://a.example/x", fetched_at=NOW, result=NotArticle(url="https://a.example/x", reason="no-body")
    )
    report = inspect([refused])
    assert (report.pages, report.articles) == (1, 0)
    assert {(f.articles, f.example) for f in report.fields} == {(0, None)}
    assert [(r.url, r.reason) for r in report.refusals] == [("https://a.example/x", "no-body")]
    assert len(report.fields) == 13


def test_examples_are_of_the_main_image_a_related_link_and_a_date_as_precise_as_the_page(sample):
    images = (Image(url="https://a.example/1.jpg"), Image(url="https://a.example/2.jpg", is_main=True))
    links = (
        Link(url="https://a.example/i", text="inline one", rel=LinkRel.INLINE),
        Link(url="https://a.example/r", text="The lake fell", rel=LinkRel.RELATED),
    )
    found = fields([sample(1, images=images, related_links=links, date_precision=DatePrecision.DAY), sample(2)])
    assert found["images"].example == "https://a.example/2.jpg"
    assert (found["images"].least, found["images"].most) == (0, 2)
    assert found["related_links"].example == "related: The lake fell"
    assert found["date_published"].example == "2026-05-01"


def test_a_paywall_that_is_denied_counts_as_said(sample):
    found = fields([sample(1, is_accessible_for_free=False), sample(2)])["is_accessible_for_free"]
    assert (found.articles, found.example) == (1, "no")
