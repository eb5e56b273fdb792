from __future__ import annotations

import re
from datetime import UTC, datetime
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.model.capture import Capture
from newsarchive.parsers.headline.choice import find_headline, packaged_weights
from newsarchive.parsers.headline.claims import RANK
from newsarchive.parsers.page import Page
from newsarchive.parsers.text import letters


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


def test_kicker_in_the_heading_goes_when_statements_leave_it_out(page_of):
    html = (
        "<title>Setback in the title race - The Eye</title>"
        "<meta property='og:title' content='Setback in the title race'>"
        "<h1><small>Premier League</small> Setback in the title race</h1>"
    )
    assert headline(page_of, html, "https://example.com/1") == "Setback in the title race"


def test_kicker_that_all_places_repeat_but_one_stays(page_of):
    html = (
        "<title>Protests of 2022: Activist killed, says report</title>"
        "<h1>Protests of 2022: Activist killed, says report</h1>"
        "<meta property='og:title' content='Activist killed, says report'><script type='application/ld+json'>"
        '{"@type": "NewsArticle", "headline": "Protests of 2022: Activist killed, says report"}</script>'
    )
    assert headline(page_of, html, "https://example.com/1") == "Protests of 2022: Activist killed, says report"


def test_heading_that_leads_to_the_front_page_is_the_logo(page_of):
    html = (
        "<title>Peace talks resume in Nairobi : News of the lakes</title><h1><a href='/'>News of the lakes</a></h1>"
        "<h2><a href='/1'>Peace talks resume in Nairobi</a></h2><h2><a href='/2'>Fish prices rise again</a></h2>"
    )
    assert headline(page_of, html, "https://example.com/1") == "Peace talks resume in Nairobi"


def test_site_name_behind_a_bare_hyphen_goes_from_a_title_in_ideographs(page_of):
    html = (
        "<title>和平谈判在内罗毕重新开始，各方表示欢迎！-湖区新闻</title><meta name=application-name content=湖区新闻>"
    )
    assert headline(page_of, html, "https://example.com/1") == "和平谈判在内罗毕重新开始，各方表示欢迎！"


@pytest.mark.parametrize("title", ["Lake Herald Online - {}", "{} | Lake Herald Online", "{}"])
def test_line_that_readers_see_is_the_headline_of_a_page_without_headings(page_of, title):
    headline_shown = "Bridge at the river open again \u2013 with a toll of firewood"
    html = (
        f"<title>{title.format(headline_shown)}</title><table><tr><td colspan=2><b>Lake Herald Online</b>"
        f"</td></tr><tr><td>Home<br>Archive</td><td><font size=1>Local News</font><br><b>{headline_shown}</b><br>"
        "By C. Barigye, 15 April 2003<br><br>After five months of repairs the bridge was opened to traffic on Monday."
        "</td></tr></table>"
    )
    assert headline(page_of, html, "https://example.com/2003/0415.htm") == headline_shown


def test_every_weight_is_of_a_signal_that_can_be_given():
    sources = "|".join(RANK)
    given = re.compile(
        rf"(?:{sources}|(?:heading|stated|title)-(?:front|back)|heading-inner|(?:in|ends|holds)-(?:{sources})|says .+"
        r"|address|share-of-longest|short|link-(?:home|own|other)|h1-link-home|stated-not-title|lower-stated(?:-in-title)?"
        r"|(?:heading-back|heading-inner|h1)-stated|unseen|shown|title-front-seen|only-part)"
    )
    assert [name for name in packaged_weights() if not given.fullmatch(name)] == []


@given(st.lists(st.tuples(st.sampled_from(["h1", "h2", "title", "p"]), st.text(max_size=80)), max_size=12))
def test_no_page_raises_and_the_headline_is_on_it(elements):
    markup = "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in elements)
    capture = Capture(
        requested_url="https://example.com/a",
        url="https://example.com/a",
        fetched_at=datetime(2024, 5, 14, tzinfo=UTC),
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        body=f"<!doctype html><body>{markup}".encode("utf-8", "replace"),
    )
    found = find_headline(Page(capture))
    assert found is None or letters(found.value) in letters("".join(text for _, text in elements))


@pytest.mark.parametrize("text", [" - " * 2000, "a: " * 2000, "| " * 3000, "--" * 3000, "-中" * 2000])
def test_long_adversarial_titles_take_no_time(page_of, text):
    find_headline(page_of(f"<title>{text}</title><h1>{text}</h1><meta property='og:title' content='{text}'>"))
