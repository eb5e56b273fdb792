from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.parsers.byline import find_authors
from newsarchive.parsers.names import names_in

LD = '<script type=\'application/ld+json\'>{{"@type": "NewsArticle", {}}}</script>'


def authors(page):
    found = find_authors(page)
    return (found.value, found.source) if found else None


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Jane Doe", ("Jane Doe",)),
        ("Von Felix Schröder und Jörg Soldwisch, dpa", ("Felix Schröder", "Jörg Soldwisch", "dpa")),
        ("Elena Oberholzer (obe), Oliver Maksan (oma)", ("Elena Oberholzer", "Oliver Maksan")),
        ("Jane Doe, Chief Political Correspondent", ("Jane Doe",)),
        ("Par Kab Niang et Ophélie Ostermann", ("Kab Niang", "Ophélie Ostermann")),
        ("Autor: Monika Bolliger und Anna Trechsel, Nairobi 05.01.2025, 15:23", ("Monika Bolliger", "Anna Trechsel")),
        ("Von Tomas Spahn Fr, 18. Oktober 2019", ("Tomas Spahn",)),
        ("capital von Jemima Kelly 05. November 2024", ("Jemima Kelly",)),
        ("Walter von Aachen", ("Walter von Aachen",)),
        ("신현주 기자", ("신현주",)),
        ("Yanditswe na Vestine Uwamahoro | 12 Mutarama 2026", ("Vestine Uwamahoro",)),
        ("بقلم يوسف عبد الله, 3 ديسمبر 2003", ("يوسف عبد الله",)),
        ("كتبت أسماء نصار", ("أسماء نصار",)),
        ("Jane Doe <jane@example.com>", ("Jane Doe",)),
        ("https://www.facebook.com/example", ()),
        ("Sat, 20 Dec, 2025 - 06:36", ()),
    ],
)
def test_names_are_freed_of_roles_dates_and_addresses(byline, names):
    assert names_in(byline) == names


@pytest.mark.parametrize(
    ("html", "names", "source"),
    [
        (LD.format('"author": {"@type": "Person", "name": "Jane Doe"}'), ("Jane Doe",), "json-ld"),
        (LD.format('"author": [{"name": "Jane Doe"}, "By John Roe"]'), ("Jane Doe", "John Roe"), "json-ld"),
        ("<meta name=author content='Jane Doe'>", ("Jane Doe",), "meta"),
        ("<h1>H</h1><p class=byline>By <a rel=author>Jane Doe</a></p>", ("Jane Doe",), "byline"),
        (
            "<h1>H</h1><ul><li><b class=author-name>Jane Doe</b></li><li><b class=author-name>Jo Roe</b></ul>",
            ("Jane Doe", "Jo Roe"),
            "byline",
        ),
        ("<h1>H</h1><p>By Jane Doe</p><p>text", ("Jane Doe",), "byline"),
    ],
)
def test_authors_are_read_where_the_page_names_them(page_of, html, names, source):
    assert authors(page_of(html)) == (names, source)


def test_person_in_the_byline_beats_the_publisher_in_json_ld(page_of):
    html = (
        LD.format('"author": {"@type": "Organization", "name": "The Eye"}, "publisher": {"name": "The Eye"}')
        + "<h1>H</h1><span class='byline author'>von Jemima Kelly</span>"
    )
    assert authors(page_of(html)) == (("Jemima Kelly",), "byline")


def test_newsroom_signs_where_nobody_else_does(page_of):
    html = LD.format('"author": {"@type": "Organization", "name": "The Eye"}, "publisher": {"name": "The Eye"}')
    assert authors(page_of(html)) == (("The Eye",), "json-ld")


def test_referenced_author_is_looked_up(page_of):
    html = (
        "<script type='application/ld+json'>"
        '{"@graph": [{"@type": "NewsArticle", "author": {"@id": "#p"}}, '
        '{"@type": "Person", "@id": "#p", "name": "Jane Doe"}]}'
        "</script>"
    )
    assert authors(page_of(html)) == (("Jane Doe",), "json-ld")


@pytest.mark.parametrize(
    "html",
    [
        "<h1>H</h1><div class=comment><span class=comment-author>Troll Smith</span></div>",
        "<h1>H</h1><figure><figcaption class=author>Photo Grapher</figcaption></figure>",
        "<h1>H</h1><div class=related-teasers><span class=author>Other Writer</span></div>",
        "<h1>H</h1><p>The book by Jane Doe is read all over the country, said the minister on Friday in Kigali.</p>",
        "<meta property='article:author' content='https://www.facebook.com/eye'>",
    ],
)
def test_others_than_the_author_do_not_sign(page_of, html):
    assert authors(page_of(html)) is None


def test_feed_names_authors_the_page_does_not(page_of, hints_of):
    assert authors(page_of("<h1>H</h1>", hints=(hints_of(authors=("Jane Doe",)),))) == (("Jane Doe",), "feed")


@given(st.text(max_size=300))
def test_no_byline_raises(text):
    assert all(names_in(text)) or names_in(text) == ()


@pytest.mark.parametrize("text", ["by " * 1000, "(" * 3000, "a@" * 1500, "von, " * 600, "1 " * 1500, "A" * 3000])
def test_long_adversarial_bylines_take_no_time(text):
    names_in(text)


@pytest.mark.parametrize(
    ("html", "names"),
    [
        ("<h1>Headline here</h1><div><span>发布时间：2024年5月8日</span> <span>记者：王若琳</span></div>", ("王若琳",)),
        ("<h1>Headline here</h1><p>作者：记者王敬照 编辑：李明", ("王敬照",)),
        ("<table><td><b>Headline here</b><br>By C. Barigye and A. Mbabazi, 2 July 2003", ("C. Barigye", "A. Mbabazi")),
        ("<h1>Headline here</h1><p>Na siku ya pili", ()),
    ],
)
def test_byline_needs_no_markup_of_its_own(page_of, html, names):
    found = authors(page_of("<title>Headline here</title>" + html))
    assert found == ((names, "byline") if names else None)


def test_word_for_by_that_is_a_name_elsewhere_is_read_by_the_language(page_of):
    html = "<html lang={}><h1>Headline</h1><span class=byline>Na Neema Mwakalinga</span>"
    assert authors(page_of(html.format("sw"))) == (("Neema Mwakalinga",), "byline")
    assert authors(page_of(html.format("en"))) == (("Na Neema Mwakalinga",), "byline")
