from __future__ import annotations

import pytest

from newsarchive.parsers.body.article_body import find_body
from newsarchive.parsers.links.related import find_links
from newsarchive.parsers.vocabulary.related_phrases import NAVIGATION, is_navigation

TEXT = "".join(
    f"<p>The ministers of the {word} countries met on Monday to speak about the lake, its fish and the boats that "
    "carry people and goods from one shore to the other.</p>"
    for word in ("first", "second", "third", "fourth")
)
LIST = (
    "<ul><li><a href=/one>The first of the other stories</a><li><a href=/two>The second of the other stories</a></ul>"
)


@pytest.fixture
def links_of(page_of):
    """Path and kind of each link of a page with a headline, a text and what stands after or in it."""

    def read(after: str, text: str = TEXT) -> list[tuple[str, str]]:
        page = page_of(f"<title>Ministers meet</title><body><article><h1>Ministers meet</h1>{text}</article>{after}")
        links = find_links(page, find_body(page, "Ministers meet"))
        return [(link.url.removeprefix("https://example.com"), link.rel.value) for link in links]

    return read


RELATED = [("/one", "related"), ("/two", "related")]


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (f"<div><h3>Related stories</h3>{LIST}</div>", RELATED),
        (f"<div><div class=head><h3>Lire aussi</h3></div>{LIST}</div>", RELATED),
        (f"<div class=related-posts>{LIST}</div>", RELATED),
        (f"<div><h3>Most read</h3>{LIST}</div>", []),
        (f"<div class=related-posts><h3>Les plus lus</h3>{LIST}</div>", []),
        (f"<aside class=widget_recent_entries>{LIST}</aside>", []),
        (f"<div>{LIST}</div>", []),
    ],
)
def test_box_below_the_text_is_related_by_its_label_or_name(links_of, after, found):
    assert links_of(after) == found


def test_label_does_not_reach_into_the_next_box(links_of):
    after = (
        "<div><div><h4>Related</h4><a href=/three>The third of the other stories</a></div>"
        f"<div><h4>What else happened</h4>{LIST}</div></div>"
    )
    assert links_of(after) == [("/three", "related")]


def test_related_line_in_the_text_and_inline_link_to_one_address_are_both_kept(links_of):
    text = TEXT + "<aside>Read also: <a href=/one>The first story</a></aside>"
    text += TEXT.replace("the lake", "<a href=/one>the lake</a>", 1)
    assert links_of("", text) == [("/one", "related"), ("/one", "inline")]


@pytest.mark.parametrize(
    ("name", "found"), [("teaser-card", [("/one", "related")]), ("trending-teaser", []), ("x1y2", [])]
)
def test_teaser_in_the_midst_of_the_text_is_related_unless_it_is_navigation(links_of, name, found):
    teaser = f"<div class={name}><div><a href=/one>The first of the other stories</a></div></div>"
    assert links_of("", TEXT + teaser + TEXT.replace("ministers", "presidents")) == found


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("<a href=/inline>the lake</a>", [("/inline", "inline")]),
        ("<a href=https://www.who.int/lakes>the lake</a>", [("https://www.who.int/lakes", "inline")]),
        ("<a href='../inline?id=1&amp;b=2'>the lake</a>", [("/inline?id=1&b=2", "inline")]),
        ("<a href=/a>the</a> <a href=/a#part>lake</a>", [("/a", "inline")]),
        # to the page itself, in any spelling
        ("<a href=/news/story-1>the lake</a>", []),
        ("<a href='/news/story-1?utm_source=x#top'>the lake</a>", []),
        ("<a href='#notes'>the lake</a>", []),
        # nowhere an article could be
        ("<a href='tel:+250788'>the lake</a>", []),
        ("<a href='mailto:desk@example.com'>the lake</a>", []),
        ("<a href='javascript:void(0)'>the lake</a>", []),
        ("<a href='whatsapp://send?text=x'>the lake</a>", []),
        ("<a href='http://['>the lake</a>", []),
        ("<a name=lake>the lake</a>", []),
        ("<a href=/lake.jpg>the lake</a>", []),
        ("<a href=/empty></a>the lake", []),
        # tags, people, sharing
        ("<a href=/tag/lake>the lake</a>", []),
        ("<a rel=tag href=/lakes>the lake</a>", []),
        ("<a rel=author href=/who/ann>the lake</a>", []),
        ("<a href=/authors/ann-lee>the lake</a>", []),
        ("<a href='https://twitter.com/intent/tweet?url=x'>the lake</a>", []),
        ("<a href='https://wa.me/?text=x'>the lake</a>", []),
    ],
)
def test_links_in_running_text_are_inline_if_an_article_could_be_there(links_of, link, found):
    assert links_of("", TEXT.replace("the lake", link, 1)) == found


def test_labels_of_navigation_are_known_in_any_spelling():
    assert all(is_navigation(phrase.upper() + ":") for phrase in NAVIGATION)
