from __future__ import annotations

from newsarchive.parsers.structured import MAX_BLOCK_CHARS, json_ld_nodes, types_of


def test_meta_is_read_by_name_property_and_itemprop_in_order(page_of):
    page = page_of(
        "<meta name=Author content=' Ann '><meta property='og:title' content='T'><meta itemprop=author content=Bea>"
        "<meta name=empty content=''>"
    )
    assert page.meta == {"author": ("Ann", "Bea"), "og:title": ("T",)}


def test_title_of_an_svg_is_not_the_pages(page_of):
    assert page_of("<body><svg><title>Menu</title></svg><title>News</title>").title == "News"


def test_addresses_refer_to_the_base_element(page_of):
    page = page_of("<base href='https://example.com/b/'><p>x")
    assert page.resolve("c") == "https://example.com/b/c"
    assert page.resolve("javascript:void(0)") is None
    assert page.resolve(None) is None


def test_odd_documents_give_an_empty_tree(page_of):
    for body in (b"", b"   ", b"<!-- only a comment -->", b"\x00\x01\x02", b"<?php foo"):
        assert page_of(body).tree.tag == "html"


def test_deeply_nested_text_is_reached(page_of):
    assert "".join(page_of("<div>" * 1000 + "deep").tree.itertext()) == "deep"


def test_rule_asked_twice_runs_once(page_of):
    calls = []
    page = page_of("<p>x")

    def rule(given):
        calls.append(given)
        return 1

    assert (page.once(rule), page.once(rule), calls) == (1, 1, [page])


def test_graph_is_opened_and_main_entity_follows_its_page():
    nodes = json_ld_nodes(['{"@graph": [{"@type": "WebPage", "mainEntity": {"@type": "NewsArticle"}}, {"@id": "#x"}]}'])
    assert [types_of(node) for node in nodes] == [("WebPage",), ("NewsArticle",), ()]


def test_broken_json_is_read_all_the_same():
    for block in (
        '<!-- {"@type": "NewsArticle"} -->',
        '//<![CDATA[\n{"@type": "NewsArticle"}\n//]]>',
        '{"@type": "NewsArticle", "description": "a\nb"}',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;}",
        '{"@type": "NewsArticle", "keywords": ["a", "b",]}',
        '{"@type": "NewsArticle"};',
        '{"@type": "NewsArticle", "headline": "He said "no""}',
    ):
        assert [types_of(node) for node in json_ld_nodes([block])] == [("NewsArticle",)], block


def test_hostile_json_is_left_out():
    for block in ("[" * 100_000, '{"@graph":' * 2000, '"' + "x" * MAX_BLOCK_CHARS + '"', "{" * 300, "\ud800", "NaN"):
        assert json_ld_nodes([block]) == ()
