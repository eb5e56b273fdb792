"""What is usual: median and spread of what was before, in the robust way that one outage does not move.

The median absolute deviation, times 1.4826, estimates the standard deviation of normal data and bears up to half of the
values being anything at all: https://en.wikipedia.org/wiki/Median_absolute_deviation
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from statistics import median
from typing import Self

_TO_SIGMA = 1.4826
CLEARLY = 3.0
"""Standard deviations from the median that are no chance: one day in a thousand, if days were independent and normal.
They are not quite; the rules ask for more than this one sign."""


def middle(times: Sequence[timedelta]) -> timedelta:
    """The median of times; of an even number of them the longer of the two in the middle."""
    return sorted(times)[len(times) // 2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """Usual value and spread."""

    usual: float
    sigma: float
    """Standard deviation, estimated; never below what chance alone makes."""
    low: float
    """A quarter of the values were lower. What is not below that is nothing new, however narrow the spread: after two
    weeks of eight it is what the site is like now."""
    high: float
    """A quarter of the values were higher."""

    @classmethod
    def of_counts(cls, counts: Sequence[int]) -> Self:
        """Of numbers of articles. Chance alone spreads a count by the square root of its expectation (Poisson)."""
        return cls._of(counts, at_least=sqrt(max(median(counts), 1)))

    @classmethod
    def of_shares(cls, shares: Sequence[float], size: int) -> Self:
        """Of parts, each of ``size`` pages. Chance alone spreads them as the binomial distribution says."""
        usual = median(shares)
        return cls._of(shares, at_least=max(sqrt(usual * (1 - usual) / size), 1 / size))

    @classmethod
    def of_values(cls, values: Sequence[float]) -> Self:
        """Of figures of which nothing is known beforehand."""
        return cls._of(values, at_least=0.0)

    @classmethod
    def _of(cls, values: Sequence[float], *, at_least: float) -> Self:
        usual = median(values)
        deviation = median(abs(value - usual) for value in values)
        ordered = sorted(values)
        quarter = len(ordered) // 4
        return cls(
            usual=usual,
            sigma=max(_TO_SIGMA * deviation, at_least),
            low=ordered[quarter],
            high=ordered[-1 - quarter],
        )

    def is_low(self, value: float, *, sigmas: float = CLEARLY) -> bool:
        """Whether a value is below all that is usual."""
        return value < self.usual - sigmas * self.sigma and value < self.low

    def is_high(self, value: float, *, sigmas: float = CLEARLY) -> bool:
        """Whether a value is above all that is usual."""
        return value > self.usual + sigmas * self.sigma and value > self.high
