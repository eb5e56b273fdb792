"""What is asked of extraction: the goals, what a scorer says of each contestant's predictions, and the table of both.

The scorer is a Python file in the form of the benchmark's ``score.py``; of it ``evaluate(truth, predictions)`` and
``aggregate(pages)`` are called.
"""

from __future__ import annotations

import importlib.util
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

Row = dict[str, Any]

BODY = frozenset({"fundus", "scrapinghub", "fundus_eval", "wcxb"})
"""Sources whose truth has the whole body."""
MANGLED = frozenset({"postlight"})
"""Sources whose pages are not as their publishers sent them; they count nowhere."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A number that extraction has to reach."""

    name: str
    column: str
    """Its heading in the table."""
    unit: str
    goal: float
    metric: str = ""
    """The scorer's name for it; empty where it is no score."""
    sources: frozenset[str] | None = None
    """Only pages of these sources; None: all but ``MANGLED``."""
    non_latin: bool = False
    """Only pages whose body is mostly in letters of other scripts."""
    better: str = "higher"

    def counts(self, row: Row) -> bool:
        """Whether a page of the truth is among those the goal is about."""
        source = row.get("source")
        wanted = source in self.sources if self.sources is not None else source not in MANGLED
        return wanted and (not self.non_latin or is_non_latin(row.get("body") or ""))


TO_PARSE = Goal("time of all fields over lxml's parse", "", "times", 3.0, better="lower")
TO_TRAFILATURA = Goal("trafilatura's time over ours", "", "times", 5.0)

_NAMED = frozenset({"fundus", "wcxb"})
GOALS = (
    Goal("body page F1", "body pageF1", "F1", 0.975, "body_F1", BODY),
    Goal("body F1, scrapinghub pages", "scrapinghub F1", "F1", 0.975, "F1", frozenset({"scrapinghub"})),
    Goal("paragraph F1", "para_F1", "F1", 0.94, "para_F1", BODY),
    Goal("headline right", "head", "share", 0.97, "head", _NAMED),
    Goal("authors F1", "auth_F1", "F1", 0.92, "auth_F1", _NAMED),
    Goal("publication day right", "date", "share", 0.985, "date", _NAMED),
    Goal(
        "publication day right, htmldate and mediacloud pages",
        "date (htmldate, mediacloud)",
        "share",
        0.95,
        "date",
        frozenset({"htmldate", "mediacloud"}),
    ),
    Goal("lead image right", "lead", "share", 0.90, "lead", frozenset({"fundus"})),
    Goal("topic or section hit", "topic", "share", 0.70, "topic", frozenset({"fundus"})),
    Goal("language right", "lang", "share", 0.99, "lang"),
    Goal("segment F1, trafilatura pages", "segF1", "F1", 0.94, "segF1", frozenset({"trafilatura"})),
    Goal("body page F1, non-Latin pages", "non-Latin pageF1", "F1", 0.95, "body_F1", BODY, non_latin=True),
)


def is_non_latin(text: str) -> bool:
    """Whether most letters of a text are of another script than Latin.

    >>> is_non_latin("Новости BBC"), is_non_latin("1 2 3"), is_non_latin("Noticias")
    (True, False, False)
    """
    letters = [character for character in text if character.isalpha()]
    other = sum(not character.isascii() and "LATIN" not in unicodedata.name(character, "") for character in letters)
    return 2 * other > len(letters)


def load_scorer(path: Path) -> ModuleType:
    """The scorer's module, from its file. FileNotFoundError if there is none."""
    spec = importlib.util.spec_from_file_location("extraction_scorer", path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scores(scorer: ModuleType, truth: Sequence[Row], predictions: Mapping[str, Row]) -> dict[str, float]:
    """What a contestant reaches, by the goals' names; a goal whose field it never predicts, or no page has, is absent.

    ``predictions`` are by page id; every page of ``truth`` counts, empty where it has none.
    """
    judged = scorer.evaluate(truth, predictions)
    reached: dict[str, float] = {}
    for goal in GOALS:
        found = scorer.aggregate([page for row, page in judged if goal.counts(row)]).get(goal.metric)
        if found is not None:
            reached[goal.name] = float(found)
    return reached


def figure(goal: Goal, value: float) -> dict[str, Any]:
    """One number of the report ``--json`` writes."""
    return {
        "name": goal.name,
        "value": round(value, 4),
        "unit": goal.unit,
        "goal": goal.goal,
        "better": goal.better,
    }


def markdown(reached: Mapping[str, Mapping[str, float]]) -> str:
    """All contestants' scores as one Markdown table, below the row of goals."""
    lines = [
        "| | " + " | ".join(goal.column for goal in GOALS) + " |",
        "| --- |" + " --- |" * len(GOALS),
        "| goal | " + " | ".join(_decimal(goal.goal) for goal in GOALS) + " |",
    ]
    for name, values in reached.items():
        cells = (_decimal(values[goal.name]) if goal.name in values else "" for goal in GOALS)
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _decimal(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")
