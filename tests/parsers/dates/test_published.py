from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsarchive.model.article import DatePrecision
from newsarchive.model.capture import HintSource
from newsarchive.parsers.dates.published import find_modified, find_published
from newsarchive.parsers.dates.reading import DateContext

CONTEXT = DateContext(fetched_at=datetime(2024, 5, 14, 12, 0, tzinfo=UTC), language="en")
LD = '<script type=\'application/ld+json\'>{{"@type": "NewsArticle", {}}}</script>'


def published(page):
    found = find_published(page, CONTEXT)
    return (found.value.value and found.value.value.isoformat(), found.source) if found else None


@pytest.mark.parametrize(
    ("html", "value", "source"),
    [
        (LD.format('"datePublished": "2024-05-01T10:00:00+02:00"'), "2024-05-01T08:00:00+00:00", "json-ld"),
        ("<meta property='article:published_time' content='2024-05-01T10:00Z'>", "2024-05-01T10:00:00+00:00", "meta"),
        ("<meta name=date content='1714557600'>", "2024-05-01T10:00:00+00:00", "meta"),
        ("<meta name=pubdate content='Wed, 01 May 2024 12:00:00 +0200'>", "2024-05-01T10:00:00+00:00", "meta"),
        ("<h1>H</h1><time datetime='2024-05-01'>yesterday</time>", "2024-05-01T00:00:00+00:00", "time"),
        ("<h1>Headline</h1><p class=date>May 1, 2024</p><p>text", "2024-05-01T00:00:00+00:00", "text"),
    ],
)
def test_publication_is_read_where_the_page_states_it(page_of, html, value, source):
    assert published(page_of(html)) == (value, source)


def test_machine_readable_date_beats_the_printed_one(page_of):
    html = LD.format('"datePublished": "2024-05-01"') + "<h1>H</h1><p class=date>May 3, 2024</p>"
    assert published(page_of(html)) == ("2024-05-01T00:00:00+00:00", "json-ld")


def test_date_in_the_running_text_is_not_the_articles(page_of):
    html = (
        "<h1>Symposium</h1><p>In December 2020, Rwanda deployed troops in CAR when the militia coalition formed by "
        "François Bozizé – former president from 2003 to 2013 – were advancing. On May 17, 2021 and on 5 June 2022 "
        "more troops were sent toward the country’s capital, Bangui, to protect the elections.</p>"
    )
    assert published(page_of(html)) is None


def test_copyright_line_is_no_date(page_of):
    assert published(page_of("<h1>H</h1><p>text<footer>© 1 January 2024 The Eye</footer>")) is None


def test_address_gives_the_day_when_nothing_else_does(page_of):
    page = page_of("<h1>H</h1><p>text", url="https://example.com/news/2024/05/01/peace")
    assert published(page) == ("2024-05-01T00:00:00+00:00", "url")
    assert published(page_of("<h1>H</h1><p>text", url="https://example.com/2024/05/peace")) is None
    assert published(page_of("<h1>H</h1><p>text", url="https://example.com/id/20249901")) is None


def test_feed_gives_the_date_a_page_lacks_but_a_plain_sitemap_does_not(page_of, hints_of):
    page = page_of("<h1>H</h1><p>text", hints=(hints_of(date_published_raw="Wed, 01 May 2024 10:00:00 GMT"),))
    assert published(page) == ("2024-05-01T10:00:00+00:00", "feed")
    sitemap = hints_of(HintSource.SITEMAP, date_published_raw="2024-05-01")
    assert published(page_of("<h1>H</h1><p>text", hints=(sitemap,))) is None


def test_date_in_the_future_stays_raw_and_is_flagged(page_of):
    found = find_published(page_of(LD.format('"datePublished": "2024-05-17T10:00:00Z"')), CONTEXT)
    assert (found.value.value, found.value.raw, found.source) == (None, "2024-05-17T10:00:00Z", "json-ld (future)")
    near = find_published(page_of(LD.format('"datePublished": "2024-05-16T10:00:00Z"')), CONTEXT)
    assert near.value.value is not None


def test_unreadable_date_stays_raw_and_is_flagged(page_of):
    found = find_published(page_of(LD.format('"datePublished": "soon, very soon"')), CONTEXT)
    assert (found.value.value, found.value.raw, found.source) == (None, "soon, very soon", "json-ld (unreadable)")


def test_page_that_shows_no_date_has_none_even_though_it_was_fetched_some_day(page_of):
    assert find_published(page_of("<h1>H</h1><p>text"), CONTEXT) is None


def test_day_is_midnight_utc_with_its_precision(page_of):
    found = find_published(page_of("<meta name=date content='2024-05-01'>"), CONTEXT)
    assert found.value.precision is DatePrecision.DAY
    assert found.value.value == datetime(2024, 5, 1, tzinfo=UTC)


def test_change_is_read_apart_from_publication(page_of, hints_of):
    html = LD.format('"datePublished": "2024-05-01", "dateModified": "2024-05-02T08:00:00Z"')
    assert find_modified(page_of(html), CONTEXT).value == datetime(2024, 5, 2, 8, 0, tzinfo=UTC)
    lastmod = hints_of(HintSource.SITEMAP, date_modified_raw="2024-05-03")
    assert find_modified(page_of("<p>x", hints=(lastmod,)), CONTEXT) is None


def test_lines_of_one_cell_are_told_apart(page_of):
    html = (
        "<title>Match ends 4:4</title><table><td>Local News<br><b>Match ends 4:4</b><br>20 November 2003<br><br>Text."
    )
    assert published(page_of(html)) == ("2003-11-20T00:00:00+00:00", "text")


def test_feed_entry_that_was_never_changed_has_no_date_of_change(page_of, hints_of):
    same = hints_of(date_published_raw="2024-05-01T10:00:00Z", date_modified_raw="2024-05-01T10:00:00Z")
    assert find_modified(page_of("<p>x", hints=(same,)), CONTEXT) is None
    later = hints_of(date_published_raw="2024-05-01T10:00:00Z", date_modified_raw="2024-05-02T10:00:00Z")
    assert find_modified(page_of("<p>x", hints=(later,)), CONTEXT).source == "feed"
