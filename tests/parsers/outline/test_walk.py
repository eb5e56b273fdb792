"""The outline holds what a reader sees, in order and in the pieces a reader would name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from newsarchive.parsers.outline.walk import MAX_DEPTH, outline_of
from newsarchive.parsers.vocabulary.markup_words import BIT, words_of


def texts(markup: str) -> list[str]:
    return [piece.text for piece in outline_of(html.document_fromstring(f"<html><body>{markup}</body></html>")).pieces]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One <b>bold</b> word.</p><p>Two.</p>", ["One bold word.", "Two."]),
        ("<div>One<br><br>Two<br>lines<br> <br>Three</div>", ["One", "Two\nlines", "Three"]),
        (
            "<div>Bare text <p>then a paragraph</p> and bare again</div>",
            ["Bare text", "then a paragraph", "and bare again"],
        ),
        ("<p>a</p><p>\xa0</p><p> </p><p>b</p>", ["a", "b"]),
        ("<p>Shown<script>x()</script><style>p{}</style></p><nav>menu</nav>", ["Shown"]),
        ('<p>Link<span class="sr-only"> (opens in a new window)</span>.</p>', ["Link."]),
        ('<p>Link<span style="clip:rect(0 0 0 0);width:1px">, opens new tab</span>.</p>', ["Link."]),
        ('<div>One.<span class="br"></span>Two.</div>', ["One.", "Two."]),
        ("<p>A <my-term>term</my-term> of its own</p>", ["A term of its own"]),
        ("<table><tr><td>1</td><td>Kyle Busch</td><td>5040</td></tr></table>", ["1 Kyle Busch 5040"]),
        ("<table><tr><td><p>Left</p><p>Menu</p></td><td><p>Text.</p></td></tr></table>", ["Left", "Menu", "Text."]),
        ("<a href='/x'><div>Head</div><p>Teaser</p></a>", ["Head", "Teaser"]),
        ("", []),
    ],
)
def test_pieces_are_what_a_reader_sees(markup, expected):
    assert texts(markup) == expected


def test_links_are_counted_also_around_blocks():
    tree = html.document_fromstring("<a href='/x'><div>Head</div></a><p>Read <a href='/y'>this one</a> now</p>")
    first, second = outline_of(tree).pieces
    assert (first.link_chars, len(first.text)) == (4, 4)
    assert [(anchor.text, anchor.element.get("href")) for anchor in second.anchors] == [("this one", "/y")]
    assert second.link_chars == len("this one")


def test_boxes_span_their_pieces():
    outline = outline_of(html.document_fromstring("<div><p>a</p><section><p>b</p><p>c</p></section></div><p>d</p>"))
    spans = {box.tag: (box.first, box.end) for box in outline.boxes}
    assert spans["section"] == (1, 3)
    assert spans["body"] == (0, 4)


def test_pictures_know_the_piece_after_them():
    outline = outline_of(
        html.document_fromstring("<p>a</p><img src=x><p>b</p><noscript><img src=y></noscript><p>c</p>")
    )
    assert [(picture.element.get("src"), picture.position) for picture in outline.pictures] == [("x", 1), ("y", 2)]


def test_deep_nesting_is_cut_not_followed_to_the_end():
    tree = html.document_fromstring("<div>" * (3 * MAX_DEPTH) + "deep", parser=html.HTMLParser(huge_tree=True))
    outline_of(tree)


@pytest.mark.parametrize(
    "unit", ["<b>x", "<br>", "<a href=x>y", "<span class=br></span>", "<td>x", "x &amp; ", "<p>x<div>"]
)
def test_one_thing_over_and_over_is_followed_to_the_end(unit):
    outline_of(html.document_fromstring("<html><body>" + unit * 20_000))


@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<div>",
                "</div>",
                "<br>",
                "<a href=x>",
                "</a>",
                "<tr><td>",
                "<b>",
                "</b>",
                "a",
                " ",
                "<img>",
                "<li>",
                "\xa0",
            ]
        )
    )
)
def test_any_markup_has_an_outline_whose_numbers_agree(parts):
    outline = outline_of(html.document_fromstring("<html><body>" + "".join(parts) + "</body></html>"))
    for index, piece in enumerate(outline.pieces):
        assert piece.index == index
        assert piece.text.strip() == piece.text != ""
        assert piece.box.first <= index < piece.box.end
    for box in outline.boxes:
        assert 0 <= box.first <= box.end <= len(outline.pieces)
    for picture in outline.pictures:
        assert 0 <= picture.position <= len(outline.pieces)


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        ("share-bar", "share"),
        ("articleBody", "text"),
        ("c-related__item", "related"),
        ("onetrust-banner-sdk", "consent"),
    ],
)
def test_words_of_markup_have_meanings(value, meaning):
    assert words_of(value) & BIT[meaning]


def test_words_inside_other_words_mean_nothing():
    assert words_of("unshareable") == 0


@pytest.mark.parametrize(
    "opening",
    [
        "<noscript>",
        "<header><nav><ul><li><a href=/>Home</a></li></ul>",
        "<div class=visually-hidden>",
        "<button>",
    ],
)
def test_text_inside_what_is_left_out_of_other_pages_is_read_where_there_is_no_other(opening):
    paragraphs = [f"Paragraph {number} tells at some length what happened on the lake that day." for number in range(8)]
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    assert [piece for piece in texts(f"{opening}<main>{text}</main>") if piece != "Home"] == paragraphs
    assert texts(f"{opening}Menu</nav></noscript></button></div><main>{text}</main>")[-1] == paragraphs[-1]


@pytest.mark.parametrize("name", ["u-vh-full", "h-100-vh", "min-h-vh", "vh100"])
def test_box_as_high_as_the_window_is_not_for_screen_readers_only(name):
    markup = f'<div class="{name}"><p>Shown.</p></div><p>A link<span class="x go-vh"> opens in a new window</span>.</p>'
    assert texts(markup + '<div class="vh"><p>Not shown.</p></div>') == ["Shown.", "A link."]


def test_a_page_that_leaves_its_body_tag_out_is_shown_whole():
    markup = (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Lake</title><style>p{color:red}</style>"
        "<main><article><h1>The lake rises</h1><p>It rose by a hand in one night.</p></article></main>"
        f"<div><p>{'Words of the foot of the page. ' * 12}</p></div>"
    )
    assert [piece.text for piece in outline_of(html.document_fromstring(markup)).pieces][:2] == [
        "The lake rises",
        "It rose by a hand in one night.",
    ]
