import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.monitoring.baseline import Baseline


def test_one_outage_moves_neither_what_is_usual_nor_its_spread():
    steady = Baseline.of_counts([30, 31, 29, 30, 30, 31, 29, 30])
    with_outage = Baseline.of_counts([30, 31, 0, 30, 30, 31, 29, 30])
    assert (with_outage.usual, with_outage.sigma) == (steady.usual, steady.sigma)
    assert with_outage.is_low(5)


def test_chance_alone_is_the_least_spread():
    assert Baseline.of_counts([100] * 8).sigma == 10
    assert Baseline.of_shares([1.0] * 8, 20).sigma == pytest.approx(1 / 20)
    assert not Baseline.of_counts([9] * 8).is_low(0)
    assert Baseline.of_counts([10] * 8).is_low(0)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=60))
def test_what_was_is_never_both_low_and_high(counts):
    usual = Baseline.of_counts(counts)
    assert not usual.is_low(usual.usual)
    assert not usual.is_high(usual.usual)
    assert not any(usual.is_low(count) and usual.is_high(count) for count in counts)


def test_the_order_of_days_does_not_matter():
    counts = list(range(20))
    shuffled = random.Random(1).sample(counts, k=20)
    assert Baseline.of_counts(counts) == Baseline.of_counts(shuffled)
