"""The body is the article's text, whole and alone, in the markups newsrooms use."""

from __future__ import annotations

import json
import random
import string

import pytest

from newsarchive.model.article import BlockKind
from newsarchive.parsers.body.article_body import find_body

HEADLINE = "Lake ferry sails again after a year in dock"
PARAGRAPHS = (
    "The ferry Umoja left the port of Kivuto on Monday with 212 passengers, a year after its engine failed in a storm.",
    "“We waited for this morning longer than for any rain,” said Agnes Mukamana, who sells fish on both shores.",
    "The repair cost 1.4 million dollars, most of it for a gearbox cast in Mombasa, the ministry said.",
    "From June the ship will sail twice a day; until then, the port’s director explained, the crew is in training.",
    "On the quay at Nyabwera a brass band played until the ship was out of sight, and a school had the day off for it.",
    "Fares stay as they were: 2,000 francs for adults, half of that for pupils, and nothing for children under six.",
)
ASIDE = (
    '<div class="sidebar"><h3>Most read</h3><ul>'
    + "".join(f'<li><a href="/n/{n}">Another story of the day number {n}</a></li>' for n in range(8))
    + "</ul></div>"
)
MENU = "<ul class=menu>" + "".join(f'<li><a href="/s/{n}">Section {n}</a></li>' for n in range(12)) + "</ul>"
FOOT = '<div class="footer"><p>Copyright 2024 The Kivuto Times. All rights reserved.</p></div>'


def page(inner: str) -> str:
    return f"<html><head><title>{HEADLINE}</title></head><body>{MENU}{inner}{ASIDE}{FOOT}</body></html>"


def paragraphs(tag: str = "p") -> str:
    return "".join(f"<{tag}>{text}</{tag}>" for text in PARAGRAPHS)


MARKUPS = {
    "semantic": f"<main><article><h1>{HEADLINE}</h1>{paragraphs()}</article></main>",
    "wordpress": (
        f'<div class="post"><h1 class="entry-title">{HEADLINE}</h1>'
        f'<div class="entry-content">{paragraphs()}</div></div>'
    ),
    "bare lines": f'<h1>{HEADLINE}</h1><div id="text">{"<br><br>".join(PARAGRAPHS)}</div>',
    "divs": f'<h2>{HEADLINE}</h2><div class="x1">{paragraphs("div")}</div>',
    "table of 2003": (
        f"<table width=760><tr><td><font size=1><a href=/a>Home</a><br><a href=/b>Sports</a></font></td>"
        f"<td><b>{HEADLINE}</b><p>{'<p>'.join(PARAGRAPHS)}</td></tr></table>"
    ),
}


def body_texts(found) -> list[str]:
    return [block.text for block in found.blocks]


@pytest.mark.parametrize("name", MARKUPS)
def test_paragraphs_come_out_whole_and_alone(page_of, name):
    assert body_texts(find_body(page_of(page(MARKUPS[name])), HEADLINE)) == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "line",
    [
        'Related: <a href="/n/77">The gearbox that came from Mombasa</a>',
        'Read also: <a href="/n/77">The gearbox that came from Mombasa</a>',
        'À lire aussi : <a href="/n/77">La boîte de vitesses de Mombasa</a>',
        '<a href="/n/77">إقرأ أيضا: عودة العبارة إلى البحيرة</a>',
        '<a href="/n/77"><b>THE GEARBOX THAT CAME ALL THE WAY FROM MOMBASA</b></a>',
    ],
)
def test_a_line_that_points_at_another_article_is_no_block(page_of, line):
    inner = f"<article><h1>{HEADLINE}</h1><p>{PARAGRAPHS[0]}</p><p>{line}</p>" + "".join(
        f"<p>{text}</p>" for text in PARAGRAPHS[1:]
    )
    assert body_texts(find_body(page_of(page(inner + "</article>")), HEADLINE)) == list(PARAGRAPHS)


def test_a_hidden_copy_of_the_text_is_not_read_twice(page_of):
    copy = " ".join(PARAGRAPHS)
    found = find_body(page_of(page(MARKUPS["semantic"] + f"<div class='article-data'>{copy}</div>")), HEADLINE)
    assert body_texts(found) == list(PARAGRAPHS)


def test_kinds_of_blocks_follow_the_markup(page_of):
    inner = (
        f"<article><h1>{HEADLINE}</h1><p>{PARAGRAPHS[0]}</p><h2>What it cost</h2><p>{PARAGRAPHS[2]}</p>"
        f"<blockquote><p>{PARAGRAPHS[1]}</p></blockquote><p>{PARAGRAPHS[3]}</p><p>{PARAGRAPHS[4]}</p></article>"
    )
    found = find_body(page_of(page(inner)), HEADLINE)
    kinds = {block.text: block.kind for block in found.blocks}
    assert kinds["What it cost"] is BlockKind.HEADING
    assert kinds[PARAGRAPHS[1]] is BlockKind.QUOTE
    assert kinds[PARAGRAPHS[2]] is BlockKind.PARAGRAPH


def test_text_only_in_json_ld_is_taken(page_of):
    node = {"@type": "NewsArticle", "headline": HEADLINE, "articleBody": "\n\n".join(PARAGRAPHS)}
    html = (
        f'<html><body><script type="application/ld+json">{json.dumps(node)}</script><div id=root></div></body></html>'
    )
    found = find_body(page_of(html), HEADLINE)
    assert (body_texts(found), found.source) == (list(PARAGRAPHS), "json-ld")


@pytest.mark.parametrize("wrapped", [False, True])
def test_text_only_in_a_script_is_taken(page_of, wrapped):
    state = json.dumps({"props": {"story": {"id": 7, "content": paragraphs()}}}).replace("<", "\\u003c")
    script = f"self.__next_f.push([1,{json.dumps(state)}])" if wrapped else f"window.STATE={state};"
    found = find_body(page_of(f"<html><body><div id=root></div><script>{script}</script></body></html>"), HEADLINE)
    assert (body_texts(found), found.source) == (list(PARAGRAPHS), "script")


def test_a_page_without_text_has_no_body(page_of):
    for html in ("", "<html></html>", "<p> </p>", page("")):
        found = find_body(page_of(html), None)
        assert found.source == "none" or all(len(text) < 200 for text in body_texts(found))


def test_the_same_bytes_give_the_same_body(page_of):
    html = page(MARKUPS["table of 2003"])
    assert find_body(page_of(html), HEADLINE).blocks == find_body(page_of(html), HEADLINE).blocks


def test_mutated_pages_are_read_without_an_exception(page_of):
    chance = random.Random(7)
    for _ in range(150):
        html = list(page(MARKUPS[chance.choice(list(MARKUPS))]))
        for _ in range(chance.randint(1, 40)):
            at = chance.randrange(len(html))
            html[at : at + chance.randint(0, 30)] = chance.choice(
                ["", "<", ">", '"', "\x00", chance.choice(string.printable) * 9]
            )
        find_body(page_of("".join(html)), chance.choice([None, HEADLINE]))


def test_long_lines_that_end_sentences_are_paragraphs_of_their_own(page_of):
    found = find_body(
        page_of(page(f"<h1>{HEADLINE}</h1><div class=story>{'<br>'.join(PARAGRAPHS[2:])}</div>")), HEADLINE
    )
    assert [block.text for block in found.blocks] == list(PARAGRAPHS[2:])


def test_the_lines_of_a_verse_stay_together(page_of):
    verse = "Slowly the lake gives back<br>the light it took at noon<br>and the boats come home."
    inner = f"<h1>{HEADLINE}</h1><article>{paragraphs()}<p>{verse}</p>{paragraphs().replace('1', '2')}</article>"
    found = find_body(page_of(page(inner)), HEADLINE)
    assert verse.replace("<br>", "\n") in [block.text for block in found.blocks]


NEXT_STORY = "<article><h1>Harvest of beans comes late this year</h1>" + "".join(
    f"<p>Farmers on the western shore expect {number} tons fewer beans than a year ago, the cooperative said.</p>"
    for number in (12, 15, 19, 23, 31, 44)
)


def test_the_next_whole_article_of_an_endless_page_is_not_the_body(page_of):
    inner = f"<main><article><h1>{HEADLINE}</h1>{paragraphs()}</article>{NEXT_STORY}</article></main>"
    assert body_texts(find_body(page_of(page(inner)), HEADLINE)) == list(PARAGRAPHS)


def test_an_article_whose_headline_stands_above_it_keeps_its_text(page_of):
    inner = f"<header><h1>{HEADLINE}</h1></header><article><h1>On board</h1>{paragraphs()}</article>"
    assert body_texts(find_body(page_of(page(inner)), HEADLINE))[-len(PARAGRAPHS) :] == list(PARAGRAPHS)


def test_a_list_of_short_items_between_paragraphs_is_body(page_of):
    items = ("two life rafts,", "a horn that can be heard in Goma,", "one new gearbox.")
    listed = f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
    first, *others = (f"<p>{text}</p>" for text in PARAGRAPHS)
    inner = f"<h1>{HEADLINE}</h1><article><div>{first}{listed}{''.join(others)}</div></article>"
    found = find_body(page_of(page(inner)), HEADLINE)
    assert [block.text for block in found.blocks if block.kind is BlockKind.LIST_ITEM] == list(items)


def test_an_invitation_to_a_newsletter_amid_the_text_is_not_body(page_of):
    box = '<div class="newsletter-box"><p>Get the morning letter: five stories, every day at six.</p></div>'
    inner = f"<h1>{HEADLINE}</h1><article>{paragraphs()}</article>"
    inner = inner.replace(f"<p>{PARAGRAPHS[3]}</p>", f"<p>{PARAGRAPHS[3]}</p>{box}")
    assert body_texts(find_body(page_of(page(inner)), HEADLINE)) == list(PARAGRAPHS)


def test_the_pictures_of_a_gallery_that_are_articles_to_its_markup_keep_their_texts(page_of):
    slides = "".join(f"<article><h1>Picture {n}</h1><p>{text}</p></article>" for n, text in enumerate(PARAGRAPHS))
    found = find_body(page_of(page(f"<main><article><h1>{HEADLINE}</h1></article>{slides}</main>")), HEADLINE)
    assert [text for text in body_texts(found) if text in PARAGRAPHS] == list(PARAGRAPHS)


def test_a_gallery_that_tells_its_story_under_its_pictures_has_a_text(page_of):
    stories = [" ".join(PARAGRAPHS[n : n + 3]) for n in range(4)]
    slides = "".join(
        f"<figure><img src=/{n}.jpg><figcaption><p>{text}</p></figcaption></figure>" for n, text in enumerate(stories)
    )
    found = find_body(
        page_of(page(f"<article><h1>{HEADLINE}</h1><div class=slides>{slides}</div></article>")), HEADLINE
    )
    assert body_texts(found) == stories
