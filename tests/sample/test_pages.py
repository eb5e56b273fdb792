"""Every page of the sample shows what the truth says of it, and nothing the truth denies."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from newsarchive.demo.content import load_content

ARTICLES = {article.slug: article for article in load_content().articles}


def collapsed(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(params=sorted(ARTICLES))
def article(request: pytest.FixtureRequest, truth: dict[str, Any]) -> dict[str, Any]:
    return next(each for each in truth["articles"] if each["slug"] == request.param)


def text_of(visitor, path: str) -> str:
    tree = visitor.tree(path)
    for element in tree.xpath("//script | //style | //head"):
        element.drop_tree()
    return collapsed(" ".join(tree.itertext()))


def test_the_blocks_stand_in_the_page_in_order(visitor, article: dict[str, Any]) -> None:
    page, position = "".join(text_of(visitor, article["url"]).split()), 0
    for block in article["blocks"]:
        for part in block["text"].split(" | "):
            found = page.find("".join(part.split()), position)
            assert found >= position, block
            position = found
    assert position > 0


def test_headline_section_authors_and_description_stand_in_the_page(visitor, article: dict[str, Any]) -> None:
    source = visitor.tree(article["url"])
    json_ld = [json.loads(script.text) for script in source.xpath("//script[@type='application/ld+json']")]
    texts = [*source.itertext(), *source.xpath("//@content"), json.dumps(json_ld, ensure_ascii=False)]
    page = collapsed(" ".join(texts))
    for text in (article["headline"], article["article_section"], *article["authors"], *article["keywords"]):
        assert text in page
    for text in (article["description"], article["alternative_headline"]):
        assert text is None or text in page


def test_images_stand_in_the_page_and_are_images(visitor, article: dict[str, Any]) -> None:
    tree, page = visitor.tree(article["url"]), text_of(visitor, article["url"])
    for image in article["images"]:
        (element,) = tree.xpath(f"//img[@src='{image['url']}']")
        assert element.get("alt") == (image["alt"] or "")
        assert element.get("width") == (str(image["width_px"]) if image["width_px"] else None)
        assert (image["caption"] or "") in page
        assert (image["credit"] or "") in page
        assert visitor.answer(image["url"]).body.startswith(b"\xff\xd8\xff")
    assert sum(image["is_main"] for image in article["images"]) <= 1


def test_typed_links_stand_in_the_page(visitor, article: dict[str, Any]) -> None:
    tree = visitor.tree(article["url"])
    shown = [(a.get("href"), collapsed(a.text_content())) for a in tree.iter("a")]
    for link in article["related_links"]:
        assert (link["url"], link["text"]) in shown
        assert link["rel"] in {"related", "inline"}


def test_the_date_stands_where_the_truth_says(visitor, article: dict[str, Any]) -> None:
    tree, source = visitor.tree(article["url"]), article["date_source"]
    meta = tree.xpath("//meta[@property='article:published_time']/@content")
    json_ld = [json.loads(node.text) for node in tree.xpath("//script[@type='application/ld+json']")]
    in_json_ld = [node["datePublished"] for node in json_ld if "datePublished" in node]
    news = visitor.xml("/news-sitemap.xml").xpath(
        f"//*[local-name()='url'][*[local-name()='loc' and contains(., \"{article['url']}\")]]"
        "//*[local-name()='publication_date']/text()"
    )
    feed = visitor.xml("/feed/").xpath(f'//item[guid[contains(., "{article["url"]}")]]/pubDate/text()')
    assert bool(meta) == (source == "meta")
    assert bool(in_json_ld) == (source == "json-ld")
    if source in {"feed", None}:
        assert not news
    if source in {"news-sitemap", None}:
        assert not feed
    if source == "feed":
        assert feed
    for stated in (*meta, *in_json_ld, *news):
        assert same_moment(stated, article["date_published"])
    if source == "text":
        assert article["date_published"][:4] in text_of(visitor, article["url"])


def same_moment(stated: str, published: str) -> bool:
    if len(stated) == len("2024-03-03"):
        return published.startswith(stated)
    return datetime.fromisoformat(stated) == datetime.fromisoformat(published)


def test_language_and_direction_are_as_declared(visitor, article: dict[str, Any]) -> None:
    tree = visitor.tree(article["url"])
    assert tree.get("lang") in {article["in_language"], None}
    if article["in_language"] == "ar":
        assert tree.xpath("//@dir") == ["rtl"]


def test_access_is_told_in_json_ld_or_nowhere(visitor, article: dict[str, Any]) -> None:
    tree = visitor.tree(article["url"])
    nodes = [json.loads(script.text) for script in tree.xpath("//script[@type='application/ld+json']")]
    told = [node["isAccessibleForFree"] for node in nodes if "isAccessibleForFree" in node]
    assert told == ([] if article["is_accessible_for_free"] is None else [article["is_accessible_for_free"]])


def test_an_article_is_long_enough_to_be_one(article: dict[str, Any]) -> None:
    paragraphs = [block for block in article["blocks"] if block["kind"] == "paragraph"]
    assert len(paragraphs) >= (3 if article["is_accessible_for_free"] is False else 5)


def test_no_paragraph_is_used_twice(truth: dict[str, Any]) -> None:
    texts = [block["text"] for each in truth["articles"] for block in each["blocks"] if len(block["text"]) > 60]
    assert len(texts) == len(set(texts))
