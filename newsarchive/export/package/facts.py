"""Facts: what is counted of a data set while its records are written. Pure, in one pass, at small memory."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy

FACT_FIELDS = (
    "id",
    "site",
    "date_published",
    "date_precision",
    "in_language",
    "is_accessible_for_free",
    "first_seen_at",
    "last_seen_at",
    "parser_version",
    "run_id",
    "revision_count",
    "cluster_id",
)
"""Fields of the export record that are counted, whether or not the data set holds them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a data set is made of. Articles are counted in the last of the states that are in it."""

    records: int
    """More than ``articles`` where every revision is in the data set."""
    articles: int
    revised: int
    """Articles of which the archive holds more than one state."""
    clusters: int
    """Articles that are left if near-copies count once."""
    months: Mapping[str | None, Mapping[str | None, int]]
    """By site articles by month of publication, like ``2023-05``. Sites rise, None (no registered site) is last; months
    rise, None (no date) is first."""
    languages: Mapping[str | None, int]
    precisions: Mapping[str | None, int]
    not_free: int
    """Articles whose page says that it is behind a paywall."""
    parsers: Mapping[str, int]
    """Records by what read them, like ``generic/1``."""
    filled: Mapping[str, int]
    """By field of the data set, in its order: records in which it is neither null nor empty."""
    first_published: str | None
    """ISO 8601, to the second, UTC; None if no article has a date. So are all times here."""
    last_published: str | None
    first_seen: str | None
    """None of an empty data set."""
    last_seen: str | None
    run_ids: tuple[int, ...]
    """The crawls that fetched what is in it."""

    @property
    def sites(self) -> tuple[str | None, ...]:
        """Sites with an article in it, by name; None, if it is there, last."""
        return tuple(self.months)

    @property
    def undated(self) -> int:
        """Articles without a date of publication."""
        return sum(of_site.get(None, 0) for of_site in self.months.values())

    def by_month(self) -> dict[str | None, int]:
        """All articles by month, rising; None first."""
        total: Counter[str | None] = Counter()
        for of_site in self.months.values():
            total.update(of_site)
        return _rising(total)


class FactCounter:
    """Counts records, which come in the order of their ids."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        """``fields``: those the data set holds."""
        self._records = 0
        self._last: Mapping[str, Any] | None = None
        self._revised = self._articles = self._not_free = 0
        self._clusters = array("q")
        self._months: defaultdict[str | None, Counter[str | None]] = defaultdict(Counter)
        self._languages: Counter[str | None] = Counter()
        self._precisions: Counter[str | None] = Counter()
        self._parsers: Counter[str] = Counter()
        self._filled: Counter[str] = Counter(dict.fromkeys(fields, 0))
        self._published = _Range()
        self._seen = _Range()
        self._run_ids: set[int] = set()

    def add(self, record: Mapping[str, Any]) -> None:
        """Count a record that has at least :data:`FACT_FIELDS` and the data set's."""
        if self._last is not None and self._last["id"] != record["id"]:
            self._add_article(self._last)
        self._last = {name: record[name] for name in FACT_FIELDS}
        self._records += 1
        self._parsers[record["parser_version"]] += 1
        for name in self._filled:
            value = record[name]
            if value is not None and value != "" and value != [] and value != {}:
                self._filled[name] += 1
        if record["run_id"] is not None:
            self._run_ids.add(record["run_id"])

    def facts(self) -> Facts:
        """What was counted. Call it once, at the end."""
        if self._last is not None:
            self._add_article(self._last)
            self._last = None
        return Facts(
            records=self._records,
            articles=self._articles,
            revised=self._revised,
            clusters=len(numpy.unique(numpy.asarray(self._clusters))),
            months={
                site: _rising(self._months[site])
                for site in sorted(self._months, key=lambda site: (site is None, site or ""))
            },
            languages=_by_frequency(self._languages),
            precisions=_by_frequency(self._precisions),
            not_free=self._not_free,
            parsers=dict(sorted(self._parsers.items())),
            filled=dict(self._filled),
            first_published=self._published.first,
            last_published=self._published.last,
            first_seen=self._seen.first,
            last_seen=self._seen.last,
            run_ids=tuple(sorted(self._run_ids)),
        )

    def _add_article(self, record: Mapping[str, Any]) -> None:
        self._articles += 1
        self._revised += record["revision_count"] > 1
        self._not_free += record["is_accessible_for_free"] is False
        self._clusters.append(record["cluster_id"])
        published: str | None = record["date_published"]
        self._months[record["site"]][published and published[: len("2023-05")]] += 1
        self._languages[record["in_language"]] += 1
        self._precisions[record["date_precision"]] += 1
        self._published.add(published)
        self._seen.add(record["first_seen_at"])
        self._seen.add(record["last_seen_at"])


class _Range:
    """The first and the last of some times."""

    def __init__(self) -> None:
        self.first: str | None = None
        self.last: str | None = None

    def add(self, time: str | None) -> None:
        if time is None:
            return
        time = f"{time[: len('2023-05-17T09:30:15')]}Z"  # of equal length they sort as the times do
        self.first = time if self.first is None else min(self.first, time)
        self.last = time if self.last is None else max(self.last, time)


def _by_frequency(counts: Counter[str | None]) -> dict[str | None, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0] or "")))


def _rising(months: Mapping[str | None, int]) -> dict[str | None, int]:
    return dict(sorted(months.items(), key=lambda item: item[0] or ""))
