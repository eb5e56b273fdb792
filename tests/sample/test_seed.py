"""The first page this project was made for comes out of the sample word for word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

SEED = (Path(__file__).parents[1] / "demo" / "seed.txt").read_text("utf-8")
PATH = "/post?s=Future--of--peacekeeping--operations%3B--Rwanda%E2%80%99s--mindset--a--gem--_1038"
RELATED_PATH = "/post?s=Rwanda%E2%80%99s--military--intervention--in--Africa--rebrands--continent%E2%80%99s--image_1003"


@pytest.fixture(scope="module")
def seed(truth: dict[str, Any]) -> dict[str, Any]:
    return next(article for article in truth["articles"] if article["url"] == PATH)


def test_the_page_reads_as_the_seed_does(visitor) -> None:
    tree = visitor.tree(PATH)
    (image,) = tree.xpath("//img")
    image.tail = image.get("alt")
    shown = tree.xpath("//p[@class='slogan'] | //div[@class='post-details'] | //div[@class='post-comments']")
    assert " ".join(" ".join(part.text_content() for part in shown).split()) == " ".join(SEED.split())


def test_its_no_break_spaces_are_those_of_the_seed(visitor) -> None:
    (body,) = visitor.tree(PATH).xpath("//div[@class='post-text']")
    blank = [p for p in body.iter("p") if p.text == "\xa0"]
    assert len(blank) == SEED.count("\n\xa0\n") == 13
    assert body.text_content().count("\xa0") == SEED.count("\xa0")


def test_the_quotation_and_what_follows_have_markup_of_their_own(visitor) -> None:
    own = visitor.tree(PATH).xpath("//div[@class='post-text']/div")
    assert [element.text_content().split()[0] for element in own] == ["“Why", "Rwanda"]


def test_the_truth_of_the_seed_is_what_a_person_reads_off_it(seed: dict[str, Any]) -> None:
    assert seed["headline"] == "Future of peacekeeping operations; Rwanda’s mindset a gem"
    assert seed["article_section"] == "International"
    assert seed["date_published"] is seed["date_source"] is None
    assert seed["authors"] == []
    assert [block["kind"] for block in seed["blocks"]] == ["paragraph"] * 13
    assert seed["blocks"][0]["text"].startswith("The 10th National Security Symposium")
    assert seed["blocks"][-1]["text"].endswith("what they want to have tomorrow.")
    assert [image["alt"] for image in seed["images"]] == ["image"]


def test_every_paragraph_of_the_truth_is_a_line_of_the_seed(seed: dict[str, Any]) -> None:
    lines = [" ".join(line.split()) for line in SEED.split("\n")]
    positions = [lines.index(block["text"]) for block in seed["blocks"]]
    assert positions == sorted(positions)


def test_its_related_link_leads_to_the_other_seed_page(visitor, seed: dict[str, Any]) -> None:
    (link,) = seed["related_links"]
    assert link == {
        "url": "https://thegreatlakeseye.com" + RELATED_PATH,
        "text": "Rwanda’s military intervention in Africa rebrands continent’s image",
        "rel": "related",
    }
    assert link["text"] in visitor.html(RELATED_PATH)


def test_nothing_tells_a_date_for_it(visitor) -> None:
    for path in ("/feed/", "/news-sitemap.xml"):
        assert "_1038" not in visitor.answer(path).body.decode()
    (entry,) = [url for url in visitor.xml("/sitemap-articles.xml") if "_1038" in url.findtext("{*}loc", default="")]
    assert entry.find("{*}lastmod") is None
