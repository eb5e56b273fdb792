from __future__ import annotations

import pytest

from newsarchive.parsers.headline import find_headline


def headline(page_of, html: str, url: str = "https://example.com/2024/peace-talks-resume-in-nairobi") -> str | None:
    found = find_headline(page_of(html, url=url))
    return found.value if found else None


def test_heading_all_places_agree_on_is_the_headline(page_of):
    found = find_headline(
        page_of(
            "<title>Peace talks resume | The Eye</title><meta property='og:title' content='Peace talks resume'>"
            "<h1>Peace talks resume</h1>"
        )
    )
    assert (found.value, found.source) == ("Peace talks resume", "h1")


def test_logo_in_the_first_h1_is_not_the_headline(page_of):
    html = (
        "<title>Peace talks resume in Nairobi - The Eye</title><meta property='og:site_name' content='The Eye'>"
        "<h1>The Eye</h1><h1>Log In</h1><h2>Peace talks resume in Nairobi</h2>"
        "<meta property='og:title' content='Peace talks resume in Nairobi'>"
    )
    assert headline(page_of, html) == "Peace talks resume in Nairobi"


@pytest.mark.parametrize(
    "suffix", [" | The Eye", " - The Eye", " – The Eye", "｜The Eye", " · The Eye", " — The Eye | The Eye"]
)
def test_site_name_behind_the_title_goes(page_of, suffix):
    html = (
        f"<title>Peace talks resume in Nairobi{suffix}</title><meta property='og:site_name' content='The Eye'>"
        f"<meta property='og:title' content='Peace talks resume in Nairobi{suffix}'>"
    )
    assert headline(page_of, html) == "Peace talks resume in Nairobi"


def test_kicker_set_off_only_by_an_element_goes_when_metadata_agree(page_of):
    html = (
        "<h1><span>Premier League</span><span>Liverpool lose at Everton again</span></h1>"
        "<meta property='og:title' content='Liverpool lose at Everton again'>"
        "<script type='application/ld+json'>"
        '{"@type": "NewsArticle", "headline": "Liverpool lose at Everton again"}</script>'
    )
    assert headline(page_of, html, "https://example.com/1") == "Liverpool lose at Everton again"


def test_second_heading_that_metadata_confirm_beats_one_for_search_engines(page_of):
    html = (
        "<title>Ricarda Lang news: coalition row escalates</title><h1>Ricarda Lang news: coalition row escalates</h1>"
        "<h2>Now a second leader attacks the speaker</h2><script type='application/ld+json'>"
        '{"@type": "NewsArticle", "headline": "Now a second leader attacks the speaker"}</script>'
    )
    assert headline(page_of, html, "https://example.com/now-a-second-leader-attacks") == (
        "Now a second leader attacks the speaker"
    )


def test_entities_escaped_twice_are_undone(page_of):
    html = (
        "<script type='application/ld+json'>"
        '{"@type": "NewsArticle", "headline": "&amp;quot;Peace&amp;quot; at &#8216;last&#8217;"}</script>'
    )
    assert headline(page_of, html) == '"Peace" at ‘last’'


def test_feed_gives_the_headline_a_page_lacks(page_of, hints_of):
    found = find_headline(page_of("<p>text</p>", hints=(hints_of(headline="From the feed"),)))
    assert (found.value, found.source) == ("From the feed", "feed")


def test_page_without_any_headline_has_none(page_of):
    assert find_headline(page_of("<p>Some text</p>")) is None
