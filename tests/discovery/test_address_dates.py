from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.discovery.address_dates import (
    Period,
    date_archive,
    missing_archives,
    published_in_address,
    sitemap_period,
)

SITE = "https://e.com"


@pytest.mark.parametrize(
    ("path", "form", "first", "last"),
    [
        ("/2019/", "/{year}/", "2019-01-01", "2019-12-31"),
        ("/2019/05/", "/{year}/{month}/", "2019-05-01", "2019-05-31"),
        ("/2019/5", "/{year}/{month}", "2019-05-01", "2019-05-31"),
        ("/news/2019/05/17", "/news/{year}/{month}/{day}", "2019-05-17", "2019-05-17"),
        ("/archive/2019-05-17", "/archive/{year}-{month}-{day}", "2019-05-17", "2019-05-17"),
        ("/archiv/20190517.html", "/archiv/{year}{month}{day}.html", "2019-05-17", "2019-05-17"),
        ("/?m=201905", "/?m={year}{month}", "2019-05-01", "2019-05-31"),
        ("/archive?date=2019-05-17", "/archive?date={year}-{month}-{day}", "2019-05-17", "2019-05-17"),
    ],
)
def test_the_page_of_a_day_month_or_year_in_an_archive(path, form, first, last):
    archive = date_archive(SITE + path)
    assert (archive.form, archive.period) == (SITE + form, (date.fromisoformat(first), date.fromisoformat(last)))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/news",
        "/2019/13/",
        "/2019/02/30",
        "/1889/05/",
        "/news/201951",
        "/calendar/2019/05",
        "/events/2019-05-17",
        "/how-the-town-voted-in/2019",
        "/2019/05/17/flood-kills-two",
        "/2019/05/page/2/",
        "/archive?date=2019-05-17&sort=asc",
        "/search?q=2019",
    ],
)
def test_what_is_no_page_of_an_archive(path):
    assert date_archive(SITE + path) is None


def _linked(*paths):
    return [date_archive(SITE + path) for path in paths]


def _missing(paths, first, last):
    within = Period(date.fromisoformat(first), date.fromisoformat(last))
    return [archive.url.removeprefix(SITE) for archive in missing_archives(_linked(*paths), within)]


def test_months_that_are_not_linked_are_those_between_and_before_the_linked_ones():
    linked = ("/2019/03/", "/2019/05/", "/2019/06/")
    assert _missing(linked, "2018-11-05", "2026-01-01") == [
        "/2019/04/",
        "/2019/02/",
        "/2019/01/",
        "/2018/12/",
        "/2018/11/",
    ]


def test_days_and_years_are_written_as_the_site_writes_them():
    assert _missing(("/a/2019-3-1", "/a/2019-3-2", "/a/2019-3-4"), "2019-02-28", "2019-12-31") == [
        "/a/2019-3-3",
        "/a/2019-2-28",
    ]
    assert _missing(("/2019", "/2018", "/2016"), "2015-06-01", "2019-12-31") == ["/2017", "/2015"]


def test_two_linked_archives_imply_no_others():
    assert _missing(("/2019/05/", "/2019/06/"), "2018-01-01", "2019-12-31") == []


def test_where_it_is_not_told_how_a_month_of_one_digit_is_written_none_is_guessed():
    assert _missing(("/2019/10/", "/2019/11/", "/2019/12/"), "2019-01-01", "2019-12-31") == []
    assert _missing(("/2019/10/", "/2019/5/", "/2019/05/"), "2019-01-01", "2019-12-31") == []


@pytest.mark.parametrize(
    ("path", "period"),
    [
        ("/2017/05/17/flood-kills-two", ("2017-05-17", "2017-05-17")),
        ("/news/2017-05-17/flood", ("2017-05-17", "2017-05-17")),
        ("/2017/05/flood-kills-two.html", ("2017-05-01", "2017-05-31")),
        ("/news/20170517/flood", ("2017-05-17", "2017-05-17")),
        ("/2017/flood-kills-two", None),
        ("/news/flood-of-2017-05-17", None),
        ("/2017/05/", None),
    ],
)
def test_the_day_in_an_articles_address(path, period):
    expected = None if period is None else tuple(map(date.fromisoformat, period))
    assert published_in_address(SITE + path) == expected


@pytest.mark.parametrize(
    ("path", "period"),
    [
        ("/sitemap-2016.xml", ("2016-01-01", "2016-12-31")),
        ("/sitemap-2016-10.xml", ("2016-01-01", "2016-12-31")),  # perhaps its tenth part
        ("/sitemap-2010-2015.xml.gz", ("2010-01-01", "2015-12-31")),
        ("/sitemap-2019-05-17.xml", ("2019-05-17", "2019-05-17")),
        ("/sitemap.xml?yyyy=2019&mm=05&dd=17", ("2019-05-17", "2019-05-17")),
        ("/sitemap.xml?year=2019&month=5", ("2019-05-01", "2019-05-31")),
        ("/sitemap.xml", None),
        ("/post-sitemap12.xml", None),
        ("/sitemap-120195.xml", None),
    ],
)
def test_the_days_of_a_sitemap_by_its_name(path, period):
    expected = None if period is None else tuple(map(date.fromisoformat, period))
    assert sitemap_period(SITE + path) == expected


@given(st.text(alphabet="/-_.?&=0123456789ymdate", max_size=40))
def test_any_address_is_read(path):
    url = f"{SITE}/{path}"
    archive = date_archive(url)
    assert archive is None or archive.period.first <= archive.period.last
    for period in (published_in_address(url), sitemap_period(url)):
        assert period is None or period.first <= period.last
