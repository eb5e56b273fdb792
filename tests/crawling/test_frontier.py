import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.crawling.frontier import (
    TRIAL_LIMIT,
    TRIALS_A_CRAWL,
    UNCONFIRMED_LIMIT,
    Frontier,
)
from newsarchive.discovery.article_urls import ArticleUrlModel, pattern_of
from newsarchive.discovery.candidate import Candidate
from newsarchive.model.capture import Hints, HintSource

HOME = "https://news.example/"


def candidate(path: str, source: HintSource | None = None, **facts: str) -> Candidate:
    hints = Hints(source=source, source_url=f"{HOME}feed", **facts) if source else None
    return Candidate(url=f"https://news.example{path}", hints=hints, found_on=HOME)


def crawl(frontier: Frontier, candidates: list[Candidate], is_article) -> list[str]:
    """Fetch what the frontier gives until it gives nothing more; the addresses asked for."""
    queue = [url for c in candidates if (url := frontier.offer(c))]
    asked: list[str] = []
    while True:
        for url in queue:
            asked.append(url)
            frontier.confirm(url, is_article(url))
        queue = [url for url, _ in frontier.settle()]
        if not queue:
            return asked


@pytest.fixture
def frontier() -> Frontier:
    return Frontier(HOME, ArticleUrlModel())


def test_what_a_feed_names_is_fetched_whatever_it_looks_like(frontier):
    assert frontier.offer(candidate("/x?7", HintSource.FEED)) == "https://news.example/x?7"


def test_an_address_is_given_out_once_in_all_its_spellings(frontier):
    assert frontier.offer(candidate("/2026/05/17/the-lake-is-rising-again?utm_source=a", HintSource.FEED))
    assert frontier.offer(candidate("/2026/05/17/the-lake-is-rising-again#c", HintSource.FEED)) is None


def test_addresses_of_other_sites_are_left_out(frontier):
    other = Candidate(url="https://other.example/2026/05/17/a-long-slug-of-words", hints=None, found_on=HOME)
    assert frontier.offer(other) is None


def test_hints_of_all_sources_are_kept_with_the_feeds_first(frontier):
    frontier.offer(candidate("/a-story-of-some-words-1", HintSource.SITEMAP, date_modified_raw="2026-05-02"))
    frontier.offer(candidate("/a-story-of-some-words-1", HintSource.FEED, date_published_raw="2026-05-01"))
    hints = frontier.hints_of("https://news.example/a-story-of-some-words-1")
    assert [h.source for h in hints] == [HintSource.FEED, HintSource.SITEMAP]


def test_numbered_articles_are_learnt_from_a_few_tries(frontier):
    paths = [candidate(f"/story/{n}") for n in range(1000, 1040)]
    asked = crawl(frontier, paths, lambda url: True)
    assert len(asked) == 40


def test_an_endless_calendar_costs_a_few_pages(frontier):
    days = [candidate(f"/calendar?day=2026-{m:02}-{d:02}") for m in range(1, 13) for d in range(1, 29)]
    asked = crawl(frontier, days, lambda url: False)
    assert len(asked) <= TRIAL_LIMIT


def test_a_form_that_looks_like_articles_but_is_not_is_given_up(frontier):
    traps = [candidate(f"/shop/the-very-best-garden-chair-number-{n}") for n in range(500)]
    asked = crawl(frontier, traps, lambda url: False)
    assert len(asked) <= UNCONFIRMED_LIMIT + TRIAL_LIMIT


@given(
    st.lists(st.from_regex(r"/[a-z0-9]{1,3}(/[a-z0-9-]{1,12}){0,2}(\?[a-z]=[0-9]{1,4})?", fullmatch=True), max_size=300)
)
def test_pages_without_articles_are_bounded_by_the_number_of_forms(paths):
    frontier = Frontier(HOME, ArticleUrlModel())
    forms = {}
    asked = crawl(frontier, [candidate(p) for p in paths], lambda url: False)
    for url in asked:
        forms[pattern_of(url)] = forms.get(pattern_of(url), 0) + 1
    assert all(n <= UNCONFIRMED_LIMIT + TRIAL_LIMIT for n in forms.values())
    assert len(asked) <= len(forms) * UNCONFIRMED_LIMIT + TRIALS_A_CRAWL
    assert len(set(asked)) == len(asked)


def test_an_excluded_address_is_never_offered(frontier):
    assert frontier.exclude(f"{HOME}international")
    assert not frontier.exclude(f"{HOME}international#top")
    assert frontier.offer(candidate("/international", HintSource.FEED)) is None


def test_the_home_page_is_no_candidate(frontier):
    assert frontier.offer(candidate("/", HintSource.FEED)) is None


def test_of_an_address_that_was_dealt_with_nothing_is_kept_whoever_names_it_again(frontier):
    story = candidate("/a-story-of-some-words-1?utm_source=map", HintSource.NEWS_SITEMAP, headline="A story")
    url = frontier.offer(story)
    frontier.forget(url)
    assert frontier.offer(story) is None
    assert not frontier.exclude(url)
    assert (frontier.hints_of(url), frontier.spelling_of(url)) == ((), None)
