"""The sample hangs together: every link leads somewhere known, every article can be found, the traps are baited."""

from __future__ import annotations

import json
from collections import deque
from typing import Any

import feedparser
import pytest

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
FEEDS = ("/feed/", "/category/environment/atom.xml")


def known(truth: dict[str, Any]) -> set[str]:
    return {
        *(article["url"] for article in truth["articles"]),
        *truth["listings"],
        *truth["disallowed"],
        *(trap["path"] for trap in truth["traps"]),
    }


@pytest.fixture(scope="module")
def crawled(visitor, truth: dict[str, Any]) -> dict[str, str]:
    """Every address reached by links from the home page, with the page that named it first; the calendar once."""
    found, queue = {"/": ""}, deque(["/"])
    while queue:
        page = queue.popleft()
        if page in truth["disallowed"] or page.startswith(("/search", "/calendar", "/static/")):
            continue
        if not visitor.answer(page).content_type.startswith("text/html") or not visitor.answer(page).body:
            continue
        for link in visitor.links(page):
            if link not in found:
                found[link] = page
                queue.append(link)
    return found


def sitemap_paths(visitor, path: str) -> list[str]:
    return [loc.text.removeprefix(visitor.base) for loc in visitor.xml(path).iter(SITEMAP + "loc")]


def test_every_link_leads_to_an_article_a_listing_or_a_listed_trap(
    visitor, crawled: dict[str, str], truth: dict[str, Any]
) -> None:
    expected = known(truth) | set(FEEDS) | {"/fr/feed.json", "/static/style.css", "/static/logo.svg"}
    strangers = {path: page for path, page in crawled.items() if visitor.without_ignored(path) not in expected}
    assert strangers == {}


def test_every_link_answers_but_the_one_that_is_meant_to_be_dead(visitor, crawled: dict[str, str]) -> None:
    dead = [path for path in crawled if visitor.answer(path).status not in {200, 301, 302}]
    assert dead == ["/news/this-page-was-never-there"]


def test_every_trap_is_linked_to_and_none_is_an_article(crawled: dict[str, str], truth: dict[str, Any]) -> None:
    articles = {article["url"] for article in truth["articles"]}
    for trap in truth["traps"]:
        assert trap["path"] in crawled, trap
        assert trap["path"] not in articles
        assert trap["same_as"] is None or trap["same_as"] in articles


def test_disallowed_pages_are_linked_to_and_forbidden(visitor, crawled: dict[str, str], truth: dict[str, Any]) -> None:
    robots = visitor.answer("/robots.txt").body.decode()
    for path in truth["disallowed"]:
        assert path in crawled
        assert path.startswith(("/drafts/", "/search"))
    assert "Disallow: /drafts/" in robots
    assert "Disallow: /search" in robots
    assert f"Sitemap: {visitor.base}/sitemap_index.xml" in robots


def test_every_article_can_be_found_and_some_only_in_one_way(
    visitor, crawled: dict[str, str], truth: dict[str, Any]
) -> None:
    articles = {article["url"] for article in truth["articles"]}
    listed = {visitor.without_ignored(path) for listing in truth["listings"] for path in visitor.links(listing)}
    in_feeds = {visitor.without_ignored(path) for path in feed_paths(visitor)}
    in_sitemaps = {
        path for part in sitemap_paths(visitor, "/sitemap_index.xml") for path in sitemap_paths(visitor, part)
    }
    in_news = set(sitemap_paths(visitor, "/news-sitemap.xml"))
    ways = [listed, in_feeds, in_sitemaps, in_news]
    assert articles <= set.union(*ways)
    for index, way in enumerate(ways[:3]):
        others = set.union(*(other for place, other in enumerate(ways) if place != index))
        assert articles & way - others, f"no article is found only in way {index}"


def feed_paths(visitor) -> list[str]:
    paths = [entry.link for path in FEEDS for entry in feedparser.parse(visitor.answer(path).body).entries]
    paths += [item["url"] for item in json.loads(visitor.answer("/fr/feed.json").body)["items"]]
    return [path.removeprefix(visitor.base) for path in paths]


def test_feeds_are_read_by_feedparser_without_a_complaint(visitor) -> None:
    for path in FEEDS:
        feed = feedparser.parse(visitor.answer(path).body)
        assert not feed.bozo
        assert feed.entries
        assert all(entry.title and entry.link.startswith(visitor.base) for entry in feed.entries)


def test_sitemaps_name_articles_images_and_languages(visitor, truth: dict[str, Any]) -> None:
    index = sitemap_paths(visitor, "/sitemap_index.xml")
    assert any(path.endswith(".xml.gz") for path in index)
    for path in index:
        for location in sitemap_paths(visitor, path):
            assert location in known(truth)
    articles = visitor.xml("/sitemap-articles.xml")
    assert articles.xpath("count(//*[local-name()='image'])") > 20
    assert set(articles.xpath("//@hreflang")) == {"en", "fr", "rw"}


def test_listings_page_on_to_the_end(visitor, truth: dict[str, Any]) -> None:
    paged = [path for path in truth["listings"] if "page" in path or "index2" in path]
    assert {"/business?page=2", "/category/environment/page/2/", "/archive/2003/index2.htm"} <= set(paged)
    for path in paged:
        assert any(path in visitor.links(other) for other in truth["listings"] if other != path)


def test_twins_of_an_article_name_it_as_canonical(visitor, truth: dict[str, Any]) -> None:
    twins = [trap for trap in truth["traps"] if trap["kind"] in {"print", "amp"}]
    assert {trap["kind"] for trap in twins} == {"print", "amp"}
    for trap in twins:
        assert visitor.tree(trap["path"]).xpath("//link[@rel='canonical']/@href") == [visitor.base + trap["same_as"]]


def test_pages_reached_with_ignored_parameters_name_their_own_address(visitor, crawled: dict[str, str]) -> None:
    hung = [path for path in crawled if visitor.without_ignored(path) != path]
    names = {path.split("?")[-1].split("&")[-1].split("=")[0] for path in hung}
    assert {"utm_campaign", "utm_medium", "sid", "view", "fbclid", "replytocom"} <= names
    for path in hung:
        own = visitor.without_ignored(path)
        if any(f"{name}=" in path for name in ("sid", "view", "replytocom")):
            tree = visitor.tree(path)
            told = tree.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content")
            assert set(told) == {visitor.base + own}, path
