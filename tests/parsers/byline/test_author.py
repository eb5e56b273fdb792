from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.model.capture import Capture
from newsarchive.parsers.byline.author import find_authors
from newsarchive.parsers.byline.names import names_in
from newsarchive.parsers.page import Page
from newsarchive.parsers.text import letters

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
        ("By Jane Doe@janedoe May 3, 2024, 1:55pm EST", ("Jane Doe",)),
        ("Jane Doe im Gespräch mit John Roe", ("Jane Doe", "John Roe")),
        ("Eine Kolumne von Jane Doe", ("Jane Doe",)),
        ("jd/ama; kesm", ("jd/ama", "kesm")),
        ("Dec 1st 2016 1:01PM", ()),
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


@pytest.mark.parametrize(
    ("html", "names"),
    [
        ("<p>Jane Doe | 05.04.2025", ("Jane Doe",)),
        ("<p>11.12.2019 - Jane McDonald", ("Jane McDonald",)),
        (f"<p>Jane Doe</p><p>{'The talks went on. ' * 10}", ("Jane Doe",)),
        (f"<p>{'The talks went on. ' * 10}</p><ul><li><b>Autorin/Autor</b> Jane Doe</ul>", ("Jane Doe",)),
        ("<p>Posted by damian on August 3, 2019", None),
        (f"<p>{'和谈在内罗毕继续进行。' * 12}</p><p>(责编：牛镛、岳弘彬)", ("牛镛", "岳弘彬")),
        ("<p>Update 05.04.2025", None),
        ("<p>5 Min. Lesezeit | 05.04.2025", None),
        (f"<p>{'The talks went on. ' * 10}</p><p>Elton John</p><p>{'He sang at the lake. ' * 10}", None),
    ],
)
def test_name_beside_a_date_above_the_text_or_behind_a_label_signs(page_of, html, names):
    assert authors(page_of(f"<h1>Peace talks resume</h1>{html}")) == ((names, "byline") if names else None)


def test_whole_name_in_the_byline_beats_a_login_and_the_site(page_of):
    byline = "<h1>H</h1><p class=byline>By Jane Doe</p>"
    for stated in ("jdoe", "Example", "The Example Times (www.example.com)"):
        assert authors(page_of(f"<meta name=author content='{stated}'>{byline}")) == (("Jane Doe",), "byline")
    assert authors(page_of("<meta name=author content='jdoe'><h1>H</h1>")) == (("jdoe",), "meta")


def test_newsroom_in_the_byline_signs_where_no_person_does(page_of):
    assert authors(page_of("<h1>H</h1><p class=author>By Staff Writer</p>")) == (("Staff Writer",), "byline")


def test_elements_of_a_byline_are_words_apart(page_of):
    html = "<h1>H</h1><div class=byline><b>By</b><a>Jane Doe</a><span>Reuters</span><i>May 3, 2024</i></div>"
    assert authors(page_of(html))[0][0].startswith("Jane Doe")


# Without "@" and brackets: what is left of a text without what they mark is not on the page in one piece.
TEXTS = st.text(st.characters(exclude_characters="@()[]{}（）"), max_size=60)


@given(st.lists(st.tuples(st.sampled_from(["p class=author", "h1", "p", "b", "li"]), TEXTS), max_size=10))
def test_no_page_raises_and_authors_are_on_it(elements):
    markup = "".join(f"<{tag}>{escape(text)}</{tag.split()[0]}>" for tag, text in elements)
    capture = Capture(
        requested_url="https://example.com/a",
        url="https://example.com/a",
        fetched_at=datetime(2024, 5, 14, tzinfo=UTC),
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        body=f"<!doctype html><body>{markup}".encode("utf-8", "replace"),
    )
    found = find_authors(Page(capture))
    text = letters("".join(text for _, text in elements))
    assert found is None or all(letters(name) in text for name in found.value)


@pytest.mark.parametrize("text", ["Autor " * 40, "记者：" * 50, "12.12.2024 " * 8, "Aa-" * 25, "by Aa " * 26])
def test_long_adversarial_lines_take_no_time(page_of, text):
    find_authors(page_of("<h1>H</h1>" + f"<p>{text}</p>" * 300))
