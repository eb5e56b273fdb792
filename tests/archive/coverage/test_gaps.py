from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.archive.coverage.gaps import Gap, advice, gaps
from newsarchive.model.coverage import GAPS, DayState, PublicationDay

FIRST = date(2026, 5, 1)


def days(*states, reason=None):
    return [
        PublicationDay(day=FIRST + timedelta(days=number), state=state, reason=reason, expected=2, had=1, misses={})
        for number, state in enumerate(states)
        if state is not None
    ]


def test_neighboring_days_of_one_state_are_one_gap_with_its_name():
    found = list(gaps(days(DayState.NO_CRAWL, DayState.NO_CRAWL, DayState.BLOCKED, DayState.COMPLETE)))
    assert [(gap.state, gap.first.day, gap.last.day, gap.days, gap.missed) for gap in found] == [
        (DayState.NO_CRAWL, 1, 2, 2, 2),
        (DayState.BLOCKED, 3, 3, 1, 1),
    ]


def test_a_day_of_which_nothing_is_known_parts_two_gaps():
    assert [gap.days for gap in gaps(days(DayState.FAILED, None, DayState.FAILED))] == [1, 1]


def test_reasons_are_told_once_and_not_without_end():
    some = [day for number in range(9) for day in days(*[None] * number, DayState.PARTLY, reason=f"r{number % 5}")]
    (gap,) = gaps(some)
    assert gap.reasons == ("r0", "r1", "r2", "2 more")


@given(st.lists(st.sampled_from([None, *DayState]), max_size=30))
def test_every_day_in_trouble_is_in_exactly_one_gap(states):
    found = list(gaps(days(*states)))
    assert sum(gap.days for gap in found) == sum(state in GAPS for state in states)
    assert all((gap.last - gap.first).days + 1 == gap.days for gap in found)


@pytest.mark.parametrize("state", sorted(GAPS))
def test_there_is_advice_for_every_gap(state):
    gap = Gap(state=state, first=FIRST, last=FIRST, days=1, missed=0, reasons=())
    assert advice(gap, "example")
