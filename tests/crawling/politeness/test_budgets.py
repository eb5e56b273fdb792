from __future__ import annotations

from datetime import date
from random import Random
from string import ascii_lowercase

from hypothesis import given
from hypothesis import strategies as st

from newsarchive.crawling.politeness.budgets import FORM, OTHERS, PARAMETERS, DailyBudget, PatternBudgets


def asked(budgets, urls, gives=lambda url: None):
    """Which of these a crawl asks for; ``gives`` says which text a page has, None for no article."""
    done = []
    for url in urls:
        if budgets.why_not(url) is None:
            done.append(url)
            text = gives(url)
            if text is None:
                budgets.gave_nothing(url)
            else:
                budgets.gave_text(url, text)
    return done


def test_articles_of_one_form_are_never_too_many():
    urls = [f"http://a.example/news/story-of-the-day-{n}" for n in range(5_000)]
    assert len(asked(PatternBudgets(), urls, gives=lambda url: url)) == 5_000


def test_a_form_that_gives_an_article_now_and_then_goes_on():
    urls = [f"http://a.example/news/story-of-the-day-{n}" for n in range(2_000)]
    assert len(asked(PatternBudgets(), urls, gives=lambda url: url if url.endswith("7") else None)) == 2_000


def test_a_calendar_without_end_ends():
    urls = [f"http://a.example/events/{2000 + n // 360}/{n // 30 % 12 + 1:02}/{n % 30 + 1:02}" for n in range(9_000)]
    assert len(asked(PatternBudgets(), urls)) == FORM.start


def test_the_same_texts_under_session_ids_end():
    urls = [f"http://a.example/s{n:08x}9a7b5/news/story-{n % 10}-of-the-day" for n in range(9_000)]
    done = asked(PatternBudgets(), urls, gives=lambda url: url[-20:])
    assert 10 <= len(done) <= FORM.start + 10 * FORM.refill + 10


def test_facets_end_though_they_combine_to_new_forms():
    facets = ["color", "size", "brand", "sort", "price", "page", "view", "rating", "stock", "year", "place", "kind"]
    urls = [
        "http://a.example/list?" + "&".join(f"{name}=red" for bit, name in enumerate(facets) if number >> bit & 1)
        for number in range(1, 4_096)
    ]
    assert len(asked(PatternBudgets(), urls)) == PARAMETERS.start


def test_replies_to_comments_end_and_leave_the_articles_alone():
    budgets = PatternBudgets()
    articles = [f"http://a.example/news/story-of-the-day-{n}" for n in range(300)]
    urls = [url for n, story in enumerate(articles) for url in (story, *(f"{story}?replyto={n}{i}" for i in range(9)))]
    done = asked(budgets, urls, gives=lambda url: url.partition("?")[0])
    assert set(articles) <= set(done)
    assert len(done) - len(articles) <= PARAMETERS.start


def test_ever_deeper_paths_end():
    urls = ["http://a.example/" + "more/" * depth for depth in range(1, 500)]
    assert len(asked(PatternBudgets(), urls)) <= 12 * FORM.start + 12


def test_random_words_end_and_leave_a_form_with_articles_alone():
    budgets, random = PatternBudgets(), Random(5)
    budgets.gave_text("http://a.example/news/one-two-three-four", "text")
    words = ("".join(random.choices(ascii_lowercase, k=6)) for _ in range(OTHERS.most))
    done = asked(budgets, (f"http://a.example/{word}/a/b" for word in words))
    assert len(done) == OTHERS.start + OTHERS.refill
    assert budgets.why_not("http://a.example/never-seen/x").endswith("pages of unknown forms gave no article")
    assert budgets.why_not("http://a.example/news/two-three-four-five") is None


def test_the_budget_of_a_day_counts_what_earlier_crawls_asked():
    today = date(2026, 5, 1)
    budget = DailyBudget(10, today, {"a.example": 8})
    for _ in range(2):
        assert budget.why_not("a.example", today) is None
        assert budget.spend("a.example", today) is None
    why = "10 requests to a.example today; the setting daily_budget allows 10"
    assert (budget.why_not("a.example", today), budget.spend("a.example", today)) == (why, why)
    assert budget.why_not("b.example", today) is None


def test_a_new_day_has_a_new_budget():
    budget = DailyBudget(1, date(2026, 5, 1), {"a.example": 1})
    assert budget.why_not("a.example", date(2026, 5, 2)) is None
    budget.spend("a.example", date(2026, 5, 2))
    assert budget.why_not("a.example", date(2026, 5, 2)) is not None


@given(st.lists(st.tuples(st.text(max_size=40), st.sampled_from(["a", "b", None])), max_size=60))
def test_any_address_can_be_counted(pages):
    budgets = PatternBudgets()
    for tail, text in pages:
        asked(budgets, [f"http://a.example/{tail}", tail], gives=lambda _, text=text: text)
