from __future__ import annotations

import pytest

from newsarchive.parsers.description import find_alternative_headline, find_description
from newsarchive.parsers.language import find_language, language_tag
from newsarchive.parsers.links.canonical import find_canonical_url
from newsarchive.parsers.metadata import find_access, find_keywords, find_publisher
from newsarchive.parsers.section import find_section

LD = '<script type=\'application/ld+json\'>{{"@type": "NewsArticle", {}}}</script>'
KINYARWANDA = (
    "Perezida wa Repubulika yakiriye abayobozi b’ingabo baturutse mu bihugu bitandukanye bya Afurika, yavuze ko u "
    "Rwanda rwiteguye gukomeza ubufatanye kandi ko amahoro ari ingenzi ku baturage bo muri aka karere."
)
FRENCH = (
    "Le président a reçu lundi à Kigali les chefs des armées de plusieurs pays africains pour parler de la paix. " * 2
)


@pytest.mark.parametrize(
    ("html", "url", "section", "source"),
    [
        (LD.format('"articleSection": ["World", "Africa"]'), "/a/b", "World", "json-ld"),
        ("<meta property='article:section' content='Politics'>", "/a/b", "Politics", "meta"),
        (
            "<meta property='article:section' content='Uncategorized'>",
            "/world-news/africa/peace-talks",
            "World news",
            "url",
        ),
        ("<p>x", "/2024/05/01/peace-talks", None, None),
        ("<p>x", "/article/peace-talks", None, None),
        (LD.format('"articleSection": "2.633"'), "/x", None, None),
        ("<a rel='category tag'>Economy</a>", "/x", "Economy", "category-link"),
    ],
)
def test_section_is_one_a_reader_would_recognize(page_of, html, url, section, source):
    found = find_section(page_of(html, url=f"https://example.com{url}"))
    assert (found.value, found.source) == (section, source) if section else found is None


def test_breadcrumb_gives_the_section_and_the_spelling_of_slugs(page_of):
    crumbs = ", ".join(f'{{"name": "{name}"}}' for name in ("Home", "Public Service", "Peace talks resume"))
    trail = (
        f'<script type=\'application/ld+json\'>{{"@type": "BreadcrumbList", "itemListElement": [{crumbs}]}}</script>'
    )
    found = find_section(page_of(trail), "Peace talks resume")
    assert (found.value, found.source) == ("Public Service", "breadcrumb")
    slug = page_of(trail + "<meta property='article:section' content='public-service'>")
    assert find_section(slug, "Peace talks resume").value == "Public Service"


def test_keywords_are_split_and_kept_apart_from_codes(page_of):
    page = page_of("<meta name=keywords content='peace, UN , peace,type=article,https://x.y/z'>")
    assert find_keywords(page).value == ("peace", "UN")


def test_keywords_of_all_statements_are_joined_and_tag_links_come_after(page_of):
    page = page_of(
        LD.format('"keywords": ["peace", "UN"]') + "<meta name=keywords content='un, war'><a rel=tag>Kigali</a>"
    )
    found = find_keywords(page)
    assert (found.value, found.source) == (("peace", "UN", "war"), "json-ld+meta")
    linked = find_keywords(page_of("<a rel=tag>#Kigali</a><a rel='category tag'>World</a>"))
    assert (linked.value, linked.source) == (("Kigali",), "tag-link")


@pytest.mark.parametrize(
    ("stated", "free"),
    [('"isAccessibleForFree": false', False), ('"isAccessibleForFree": "True"', True), ('"a": 1', None)],
)
def test_paywall_is_as_the_page_states_it(page_of, stated, free):
    found = find_access(page_of(LD.format(stated)))
    assert (found.value if found else None) is free


def test_publisher_is_named_by_json_ld_or_open_graph(page_of):
    assert find_publisher(page_of(LD.format('"publisher": {"name": "The Eye"}'))).value == "The Eye"
    assert find_publisher(page_of("<meta property='og:site_name' content='The Eye'>")).source == "og"
    assert find_publisher(page_of("<p>x")) is None


def test_description_is_never_made_from_the_body(page_of, hints_of):
    assert find_description(page_of("<p>A long first paragraph of the article.</p>")) is None
    page = page_of("<meta name=description content='What the article says.'>")
    assert (find_description(page).value, find_description(page).source) == ("What the article says.", "meta")
    hinted = page_of("<p>x", hints=(hints_of(description="What the feed says."),))
    assert find_description(hinted).source == "feed"


def test_alternative_headline_is_a_different_one(page_of):
    page = page_of("<h1>Peace at last</h1><meta property='og:title' content='How the war in the east ended'>")
    assert find_alternative_headline(page, "Peace at last").value == "How the war in the east ended"
    same = page_of("<meta property='og:title' content='Peace at last | The Eye'>")
    assert find_alternative_headline(same, "Peace at last") is None


@pytest.mark.parametrize(
    ("html", "text", "language", "source"),
    [
        ("<html lang=en-GB>", "", "en-GB", "html"),
        ("<meta property='og:locale' content=fr_FR>", "", "fr-FR", "og"),
        ("<html lang=en>", FRENCH, "fr", "detected"),
        ("<html lang=en><meta property='og:locale' content=fr_FR>", FRENCH, "fr-FR", "og"),
        ("<html lang=en>", KINYARWANDA, "rw", "detected"),
        ("<html lang=rw>", KINYARWANDA, "rw", "html"),
        ("<p>", FRENCH, "fr", "detected"),
        ("<p>", "short", None, None),
    ],
)
def test_language_is_declared_and_checked_against_the_text(page_of, html, text, language, source):
    found = find_language(page_of(html), text)
    assert (found.value, found.source) == (language, source) if language else found is None


def test_language_tags_are_brought_to_bcp_47():
    given = ["EN_us", "zh-hant-TW", "deu", "nb-NO", "iw", "fr-FR.UTF-8", "x", "English", "und", ""]
    assert [language_tag(value) for value in given] == [
        "en-US", "zh-Hant-TW", "de", "no-NO", "he", "fr-FR", None, None, None, None,
    ]  # fmt: skip


OWN = "https://example.com/news/peace-talks-resume-1038?id=7&utm_source=feed"


@pytest.mark.parametrize(
    ("claim", "url", "identity", "source"),
    [
        ("/news/peace-talks-resume-1038", OWN, "https://example.com/news/peace-talks-resume-1038", "canonical"),
        ("https://m.example.com/news/peace-talks-resume-1038", OWN, None, "canonical"),
        ("https://example.com/", OWN, "https://example.com/news/peace-talks-resume-1038?id=7", "url"),
        ("https://example.com/news/", OWN, "https://example.com/news/peace-talks-resume-1038?id=7", "url"),
        (
            "https://other.org/news/peace-talks-resume-1038",
            OWN,
            "https://example.com/news/peace-talks-resume-1038?id=7",
            "url",
        ),
        (
            "https://example.com/sport/cup-final-4711",
            OWN,
            "https://example.com/news/peace-talks-resume-1038?id=7",
            "url",
        ),
        (
            "/post",
            "https://example.com/post?s=Peace--talks_1038",
            "https://example.com/post?s=Peace--talks_1038",
            "url",
        ),
        ("/news/peace-talks-resume-1038", "https://example.com/amp/peace-talks-resume-1038", None, "canonical"),
        ("not a url://", "file:///tmp/x.html", "file:///tmp/x.html", "url"),
    ],
)
def test_canonical_address_counts_only_where_it_is_credible(page_of, claim, url, identity, source):
    found = find_canonical_url(page_of(f"<link rel=canonical href='{claim}'>", url=url))
    assert found.source == source
    if identity:
        assert found.value == identity


def test_summary_a_feed_cut_from_the_text_is_no_description(page_of, hints_of):
    html = "<p>When the small brown frog calls before noon, it will rain within two days, says every grandmother.</p>"
    for cut in ("When the small brown frog calls …", "When the small brown frog [...]"):
        assert find_description(page_of(html, hints=(hints_of(description=cut),))) is None
    for own in ("Frogs know the weather …", "When the small brown frog calls, it rains."):
        assert find_description(page_of(html, hints=(hints_of(description=own),))).value == own


def test_section_a_feed_files_an_entry_under_is_no_keyword(page_of, hints_of):
    page = page_of(LD.format('"articleSection": "Region"'), hints=(hints_of(keywords=("Region", "storm")),))
    assert find_keywords(page).value == ("storm",)
    assert find_keywords(page_of("<p>x", hints=(hints_of(keywords=("Art",), article_section="Art"),))) is None


@pytest.mark.parametrize(
    ("above", "section", "source"),
    [
        ("<div>您的位置：<a href=/>首页</a> &gt; <a href=/c>文化</a> &gt; 正文</div>", "文化", "breadcrumb"),
        ("<p><a href=/>Start here</a> » <a href=/w>World</a> » <a href=/w/a>Africa</a></p>", "World", "breadcrumb"),
        ("<p><a href=/a>Africa</a> | <a href=/w>World</a></p>", None, None),
        ("<p>Exclusive</p>", None, None),
    ],
)
def test_breadcrumb_readers_see_gives_the_section(page_of, above, section, source):
    found = find_section(page_of(f"{above}<h1>Peace talks resume</h1>"), "Peace talks resume")
    assert (found and found.value, found and found.source) == (section, source)


def test_line_above_the_headline_in_one_cell_is_the_section(page_of):
    html = "<title>Peace talks resume</title><table><td>Local News<br><b>Peace talks resume</b><br>2 July 2003"
    found = find_section(page_of(html), "Peace talks resume")
    assert (found.value, found.source) == ("Local News", "label")
