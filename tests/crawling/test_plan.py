from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.crawling.plan import CrawlPlan, period
from newsarchive.crawling.revisits.policy import Revisit
from newsarchive.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2023-05-17", "2023-05-17", "2023-05-18"),
        ("2023-12-31", "2023-12-31", "2024-01-01"),
        ("2024-02", "2024-02-01", "2024-03-01"),
        ("2023-12", "2023-12-01", "2024-01-01"),
        ("2023", "2023-01-01", "2024-01-01"),
    ],
)
def test_a_period_is_the_whole_day_month_or_year(text, first, after):
    assert [moment.date().isoformat() for moment in period(text, "since")] == [first, after]


@given(st.text())
def test_any_text_is_a_period_or_a_clear_error(text):
    try:
        first, after = period(text, "since")
    except ConfigError as error:
        assert "is not a date like" in str(error)
    else:
        assert first < after


def test_until_includes_the_period_it_names():
    plan = CrawlPlan.from_arguments({"site": "x", "since": "2023-05", "until": "2023-05"})
    assert plan.wants(datetime(2023, 5, 31, 23, 59, tzinfo=UTC)) is None
    assert plan.wants(datetime(2023, 6, 1, tzinfo=UTC)) == "after-until"
    assert plan.wants(datetime(2023, 4, 30, 23, 59, tzinfo=UTC)) == "before-since"


def test_an_article_of_unknown_date_is_wanted():
    assert CrawlPlan.from_arguments({"since": "2023-05"}).wants(None) is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"sinse": "2023"}, "unknown spider argument 'sinse'"),
        ({"since": "yesterday"}, "since: 'yesterday' is not a date like"),
        ({"max_pages": "ten"}, "max_pages: 'ten' is not a whole number"),
        ({"max_pages": "-1"}, "is not a whole number"),
        ({"since": "2024", "until": "2023"}, "lies after until"),
    ],
)
def test_arguments_without_sense_are_named(arguments, said):
    with pytest.raises(ConfigError, match=said):
        CrawlPlan.from_arguments(arguments)


def test_a_backfill_asks_for_no_known_page_unless_that_is_said():
    assert CrawlPlan.from_arguments({"backfill": True}).revisit is Revisit.NEVER
    assert CrawlPlan.from_arguments({"backfill": True, "revisit": "all"}).revisit is Revisit.ALL
    assert CrawlPlan.from_arguments({"backfill": False}).revisit is Revisit.DEFAULT


def test_no_pages_at_all_is_a_limit():
    assert CrawlPlan.from_arguments({"max_pages": 0}).max_pages == 0
    assert CrawlPlan.from_arguments({"max_pages": None}).max_pages is None
