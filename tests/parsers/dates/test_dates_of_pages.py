"""Which of a page's dates is the article's: places, labels, conflicts, local days."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.model.article import DatePrecision
from newsarchive.model.capture import Capture
from newsarchive.parsers.dates.published import find_modified, find_published
from newsarchive.parsers.dates.reading import DateContext
from newsarchive.parsers.dates.relative import MAX_CHARS, read_ago
from newsarchive.parsers.page import Page

FETCHED_AT = datetime(2024, 5, 14, 12, 0, tzinfo=UTC)
LD = '<script type=\'application/ld+json\'>{{"@type": "NewsArticle", "datePublished": "{}"}}</script>'
TEXT = "<p>The minister spoke for two hours before parliament about taxes, roads and the price of bread.</p>" * 4


def context(**fields):
    return DateContext(**({"fetched_at": FETCHED_AT, "language": "en"} | fields))


def found(page, **fields):
    read = find_published(page, context(**fields))
    if read is None:
        return None
    return (read.value.value and read.value.value.isoformat(), read.value.raw, read.source)


def day(page, **fields):
    read = find_published(page, context(**fields))
    return read.value.value.date().isoformat() if read and read.value.value else None


# ---- old content systems ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "dc.date.issued", "DC.date.issued", "dc.date", "dcterms.issued", "sailthru.date", "pubdate",
        "article:published", "parsely-pub-date", "cXenseParse:recs:publishtime", "date", "bt:pubDate",
        "shareaholic:article_published_time",
        "og:pubdate", "publication_date", "citation_publication_date", "publish-date", "ob:date", "uploadDate",
    ],
)  # fmt: skip
def test_meta_names_of_content_systems_are_known(page_of, name):
    assert day(page_of(f"<meta name='{name}' content='2024-05-01'><h1>H</h1>{TEXT}")) == "2024-05-01"


@pytest.mark.parametrize(
    "html",
    [
        "<span itemprop=datePublished content='2024-05-01T10:00:00Z'>some time ago</span>",
        "<meta itemprop=datePublished content='2024-05-01T10:00:00Z'>",
        "<time itemprop=datePublished datetime='2024-05-01T10:00:00Z'>May 1</time>",
        "<time class='entry-date published updated' datetime='2024-05-01T10:00:00Z'>May 1</time>",
        "<abbr class=published title='2024-05-01T10:00:00Z'>May 1</abbr>",
        "<time data-timestamp=1714557600>May 1</time>",
        "<time data-timestamp=1714557600000>May 1</time>",
    ],
)
def test_marked_elements_state_the_moment(page_of, html):
    value, _, source = found(page_of(f"<h1>H</h1>{html}{TEXT}"))
    assert value == "2024-05-01T10:00:00+00:00"
    assert source in {"microdata", "meta", "time"}


@pytest.mark.parametrize("key", ["datePublished", "dateCreated"])
def test_article_of_the_json_ld_states_it(page_of, key):
    html = f'<script type=application/ld+json>{{"@type": "NewsArticle", "{key}": "2024-05-01"}}</script>'
    assert day(page_of(html)) == "2024-05-01"


def test_video_page_is_dated_by_its_upload(page_of):
    html = '<script type=application/ld+json>{"@type": "VideoObject", "uploadDate": "2024-05-01T10:00:00Z"}</script>'
    assert found(page_of(html))[2] == "json-ld"


def test_dates_of_several_other_things_in_the_json_ld_are_nobodys(page_of):
    nodes = '[{"@type": "HowTo", "datePublished": "2024-05-01"}, {"@type": "Course", "datePublished": "2024-05-02"}]'
    assert found(page_of(f"<script type=application/ld+json>{nodes}</script>")) is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2020-12-05T23:15:0Z", "2020-12-05T23:15:00+00:00"),
        ("2022-01-10T22:06:08:68Z", "2022-01-10T22:06:08.680000+00:00"),
        ("2022-1-26T14:32:06+02:00", "2022-01-26T12:32:06+00:00"),
        ("2022-5-6", "2022-05-06T00:00:00+00:00"),
        ("2024-05-01T10:00:00+02:00[Europe/Berlin]", "2024-05-01T08:00:00+00:00"),
        ("Wed, 01 May 2024 12:00:00 +0200", "2024-05-01T10:00:00+00:00"),
    ],
)
def test_what_content_systems_write_instead_of_iso_is_read(page_of, raw, value):
    assert found(page_of(LD.format(raw)))[0] == value


# ---- printed lines ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "<p>By Jane Doe | May 1, 2024 | 3 Comments",
        "<div class=datum>May 012024</div>",
        "<p>PUBLISHED: May 1, 2024 at 5:49 p.m. | UPDATED: May 3, 2024 at 6:17 p.m.",
        "<p>UPDATED: May 3, 2024 at 6:17 p.m. | PUBLISHED: May 1, 2024 at 5:49 p.m.",
        "<p>Last change: 05/03/2024<br>Published on: 05/01/2024<br>Readings: 61",
        "<div>Updated:</div><div>May 3, 2024</div><div>Original:</div><div>May 1, 2024</div>",
    ],
)
def test_line_under_the_headline_dates_the_page(page_of, line):
    assert day(page_of(f"<h1>Parliament debates taxes</h1>{line}{TEXT}")) == "2024-05-01"


@pytest.mark.parametrize(
    "line",
    [
        "<p>Joined: May 1, 2004",
        "<p>Photo: J. Doe, May 1, 2024",
        "<footer>Copyright 1 May 2024 The Eye</footer>",
        "<p>© May 1, 2024",
    ],
)
def test_dates_of_something_else_lose_to_the_articles(page_of, line):
    html = f"<h1>Parliament debates taxes</h1>{line}<p class=date>May 3, 2024</p>{TEXT}"
    assert day(page_of(html)) == "2024-05-03"


def test_clock_in_the_header_is_not_the_article(page_of):
    clock = "<div class=date>Tuesday, May 14th 2024</div><ul><li>Home<li>World<li>Sport<li>Weather</ul>"
    html = f"{clock}<h1>Taxes rise</h1><p class=byline>By Jane Doe, May 1, 2024</p>{TEXT}"
    assert day(page_of(html)) == "2024-05-01"


def test_comments_and_teasers_dates_do_not_win(page_of):
    html = (
        f"<h1>Taxes rise</h1><p class=byline>Jane Doe<time datetime=2024-05-01>May 1</time></p>{TEXT}{TEXT}{TEXT}{TEXT}"
        "<div class=comments><time pubdate datetime=2024-05-02>May 2</time>I agree</div>"
        "<ul class=related><li><time class=published datetime=2024-05-09>May 9</time>Another story</ul>"
    )
    assert day(page_of(html)) == "2024-05-01"


def test_page_with_only_teasers_times_takes_the_printed_line(page_of):
    html = (
        f"<h1>Taxes rise</h1><p class=byline>by Jane · May 1, 2024</p>{TEXT * 5}"
        "<aside class=related><time class='published updated' datetime=2009-04-11>2009</time>Old story"
        "<time class='published updated' datetime=2013-09-27>2013</time>Older story</aside>"
    )
    assert day(page_of(html)) == "2024-05-01"


def test_time_labeled_as_updated_is_not_the_publication(page_of):
    html = (
        "<h1>Taxes rise</h1><div>Updated:</div><div><time datetime=2024-05-09>May 9</time></div>"
        f"<div>Original:</div><div><time datetime=2024-05-01>May 1</time></div>{TEXT}"
    )
    assert day(page_of(html)) == "2024-05-01"


def test_dateline_that_opens_the_first_paragraph_is_taken(page_of):
    opening = (
        "27.4.2024 - The memory of those who were persecuted is often kept by few people only, as the ministry said. "
    )
    html = f"<h1>Taxes rise</h1><p>By Jane Doe</p><p>{opening}{'More was said later that day. ' * 8}</p>"
    assert day(page_of(html)) == "2024-04-27"


def test_meta_that_may_mean_the_delivery_loses_to_a_clear_line(page_of):
    html = f"<meta name=date content=2024-05-12><h1>Taxes rise</h1><p class=date>May 1, 2024</p>{TEXT}"
    assert day(page_of(html)) == "2024-05-01"
    assert day(page_of(f"<meta name=date content=2024-05-12><h1>Taxes rise</h1>{TEXT}")) == "2024-05-12"


def test_zone_named_before_the_time_is_a_state_or_a_word(page_of):
    html = f"<h1>Goiás vence</h1><p class=date>Alta Floresta - MT, 22 de novembro de 2020. 18:20</p>{TEXT}"
    assert found(page_of(html), language="pt-BR")[0] == "2020-11-22T18:20:00+00:00"


# ---- addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("2024/05/01/taxes", "2024-05-01"),
        ("2024/5/1/taxes", "2024-05-01"),
        ("news/2024-05-01-taxes", "2024-05-01"),
        ("world/2024/may/01/taxes", "2024-05-01"),
        ("article/A2024050114320005196", "2024-05-01"),
        ("2024/05/taxes", None),
        ("article/2024050100", None),
        ("article/2024999914320005196", None),
        ("20990501/taxes", None),
    ],
)
def test_address_gives_the_day_it_holds(page_of, path, expected):
    page = page_of(f"<h1>Taxes rise</h1>{TEXT}", url=f"https://example.com/{path}")
    assert day(page) == expected
    if expected:
        assert find_published(page, context()).value.precision is DatePrecision.DAY


def test_canonical_address_counts_where_the_pages_own_has_no_day(page_of):
    page = page_of(
        f"<link rel=canonical href=/2024/05/01/taxes><h1>Taxes rise</h1>{TEXT}", url="https://example.com/?p=7"
    )
    assert found(page)[2] == "url"


# ---- local days ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "raw", "source"),
    [
        ("<meta name=sailthru.date content='2024-04-30 22:28:35'>", "2024-04-30 22:28:35", "json-ld+meta"),
        ("<time datetime='2024-04-30T22:28:35-04:00'>April 30</time>", "2024-04-30T22:28:35-04:00", "json-ld+time"),
        ("<p class=date>April 30, 2024, 10:28 p.m. ET</p>", "April 30, 2024, 10:28 p.m. ET", "json-ld+text"),
        # No zone is thirteen minutes off.
        ("<p class=date>April 30, 2024, 10:15 p.m.</p>", "2024-05-01T02:28:35Z", "json-ld"),
        ("<p>May 1, 2024</p>", "2024-05-01T02:28:35Z", "json-ld"),
    ],
)  # fmt: skip
def test_moment_in_utc_is_written_on_its_local_day(page_of, html, raw, source):
    page = page_of(f"{LD.format('2024-05-01T02:28:35Z')}<h1>Taxes rise</h1>{html}{TEXT}")
    assert found(page) == ("2024-05-01T02:28:35+00:00", raw, source)


def test_mere_local_day_needs_two_witnesses(page_of):
    html = f"{LD.format('2024-05-01T02:28:35Z')}<h1>Taxes rise</h1>PRINTED{TEXT}"
    address = "https://example.com/2024/04/30/taxes"
    assert found(page_of(html.replace("PRINTED", ""), url=address))[1:] == ("2024-05-01T02:28:35Z", "json-ld")
    printed = "<p class=date>April 30, 2024</p>"
    assert found(page_of(html.replace("PRINTED", printed)))[1:] == ("2024-05-01T02:28:35Z", "json-ld")
    both = page_of(html.replace("PRINTED", printed), url=address)
    assert found(both) == ("2024-05-01T02:28:35+00:00", "2024-04-30", "json-ld+url")


def test_day_that_no_clock_on_earth_shows_then_is_not_the_local_one(page_of):
    html = f"{LD.format('2024-05-01T09:28:35Z')}<h1>Taxes rise</h1><p class=date>April 30, 2024</p>{TEXT}"
    assert found(page_of(html, url="https://example.com/2024/04/30/taxes"))[2] == "json-ld"


def test_midnight_is_completed_by_a_place_that_knows_the_time(page_of):
    html = f"{LD.format('2024-05-01T00:00:00+0000')}<meta name=pubdate content='2024-05-01T10:15:20+00:00'>"
    assert found(page_of(html)) == ("2024-05-01T10:15:20+00:00", "2024-05-01T10:15:20+00:00", "meta")
    alone = page_of(LD.format("2024-05-01T00:00:00+0000"))
    assert found(alone)[0] == "2024-05-01T00:00:00+00:00"


# ---- day or month first ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ("<p>Read on: 25/03/2024</p>", "2024-04-03"),
        ("<p>Read on: 03/25/2024</p>", "2024-03-04"),
        ("<p>Read on: 03/25/2024</p><p>25/03/2024</p>", "2024-03-04"),
        ("<meta property=article:modified_time content=2024-04-03>", "2024-04-03"),
        ("", "2024-03-04"),
    ],
)
def test_other_dates_of_the_page_decide_an_ambiguous_one(page_of, others, expected):
    html = f"<h1>Taxes rise</h1><p class=date>03/04/2024</p>{TEXT}{others}"
    assert day(page_of(html), language="en-US") == expected


def test_publishers_order_of_day_and_month_beats_the_pages(page_of):
    html = f"<h1>Taxes rise</h1><p class=date>03/04/2024</p>{TEXT}<p>03/25/2024</p>"
    assert day(page_of(html), day_first=True) == "2024-04-03"


# ---- relative dates --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "3 hours ago", "2024-05-14T09:00:00+00:00"),
        ("en", "an hour ago", "2024-05-14T11:00:00+00:00"),
        ("en", "Published 2 days ago", "2024-05-12T00:00:00+00:00"),
        ("fr", "il y a 2 jours", "2024-05-12T00:00:00+00:00"),
        ("de", "vor 5 Stunden", "2024-05-14T07:00:00+00:00"),
        ("de", "Erstellt: vor 4 Stunden", "2024-05-14T08:00:00+00:00"),
        ("de", "gestern", "2024-05-13T00:00:00+00:00"),
        ("ar", "منذ ساعتين", "2024-05-14T10:00:00+00:00"),
        ("ar", "منذ ٣ ساعات", "2024-05-14T09:00:00+00:00"),
        ("es", "hace 3 horas", "2024-05-14T09:00:00+00:00"),
        ("pt", "há 2 dias", "2024-05-12T00:00:00+00:00"),
        ("ru", "5 часов назад", "2024-05-14T07:00:00+00:00"),
        ("uk", "5 годин тому", "2024-05-14T07:00:00+00:00"),
        ("pl", "3 godziny temu", "2024-05-14T09:00:00+00:00"),
        ("tr", "2 saat önce", "2024-05-14T10:00:00+00:00"),
        ("fa", "۳ ساعت پیش", "2024-05-14T09:00:00+00:00"),
        ("he", "לפני שעתיים", "2024-05-14T10:00:00+00:00"),
        ("hi", "3 घंटे पहले", "2024-05-14T09:00:00+00:00"),
        ("zh", "3小时前", "2024-05-14T09:00:00+00:00"),
        ("ja", "3時間前", "2024-05-14T09:00:00+00:00"),
        ("ko", "3시간 전", "2024-05-14T09:00:00+00:00"),
        ("vi", "3 giờ trước", "2024-05-14T09:00:00+00:00"),
        ("id", "5 jam yang lalu", "2024-05-14T07:00:00+00:00"),
        ("sw", "saa 3 zilizopita", "2024-05-14T09:00:00+00:00"),
        ("fi", "3 tuntia sitten", "2024-05-14T09:00:00+00:00"),
    ],
)
def test_time_told_from_now_counts_from_the_fetch(page_of, language, text, value):
    page = page_of(f"<h1>Headline of the day</h1><time>{text}</time>{TEXT}")
    assert found(page, language=language)[0] == value


def test_relative_teaser_does_not_beat_the_printed_date(page_of):
    teaser = "<time class=published-date>4 months ago</time>"
    html = f"<h1>Taxes rise</h1><p class=published-date>May 1, 2024 7:00 AM</p>{TEXT}{teaser}"
    assert day(page_of(html)) == "2024-05-01"


def test_day_told_from_now_is_that_of_the_publishers_zone(page_of):
    page = page_of("<h1>H</h1><time>yesterday</time>", fetched_at=datetime(2024, 5, 14, 23, 0, tzinfo=UTC))
    late = {"fetched_at": datetime(2024, 5, 14, 23, 0, tzinfo=UTC)}
    assert day(page, **late) == "2024-05-13"
    assert day(page, timezone="Africa/Kigali", **late) == "2024-05-14"


# ---- bounds ----------------------------------------------------------------------------------------------------------


@given(st.text(max_size=3 * MAX_CHARS), st.sampled_from(["en", "ar", "zh", "xx", "../en", None]))
def test_phrases_never_raise(text, language):
    read_ago(text, language)


DATEY = st.lists(
    st.sampled_from(
        ["1", "12", "31", "2024", "1403", "2567", "/", "-", ".", ":", " ", "T", "Z", "+02:00", "May", "mai",
         "年", "月", "日", "令和", "元", "ago", "vor ", "Updated", "Published: ", "|", "©", "\n", "<br>",
         "٣", "พ.ค.", "٪", "&nbsp;", "\u200f"]
    ),
    max_size=60,
).map("".join)  # fmt: skip


@settings(max_examples=300)
@given(DATEY, DATEY, DATEY, st.sampled_from(["en", "fa", "th", "ja", None]))
def test_no_arrangement_of_dates_raises_or_lies_in_the_future(line, stated, label, language):
    html = (
        f"<title>T</title><meta name=date content='{stated}'><h1>Headline {label}</h1>{label}<time datetime='{stated}'>"
        f"{line}</time><p class=date>{line}<p>{label}{line}<abbr class=published title='{stated}'>{line}</abbr>"
    )
    capture = Capture(
        requested_url="https://example.com/a", url="https://example.com/a", fetched_at=FETCHED_AT, status=200,
        headers={"content-type": "text/html; charset=utf-8"}, body=html.encode(),
    )  # fmt: skip
    page = Page(capture)
    read = find_published(page, context(language=language))
    find_modified(page, context(language=language))
    if read is not None and read.value.value is not None:
        assert (read.value.value - FETCHED_AT).days < 3


@pytest.mark.parametrize(
    "piece", ["1 ", "1.", "12/", "a1 ", "May ", "1 May ", "2024 ", "1 a 20", "updated ", "<time>1</time>"]
)
def test_page_full_of_almost_dates_ends(page_of, piece):
    html = "<h1>H</h1>" + "".join(f"<p>{piece * 60}</p>" for _ in range(300)) + piece * 20_000
    find_published(page_of(html), context())
