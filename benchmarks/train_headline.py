"""Fit the weights by which a headline is chosen, and measure them on publishers they were not fitted on.

    python benchmarks/train_headline.py --truth truth.jsonl --cross-validate predictions.jsonl   # 6 folds of hosts
    python benchmarks/train_headline.py --truth truth.jsonl --write newsarchive/parsers/headline/model.json

The predictions go to the benchmark's scorer. Needs scipy (not needed to read pages). A truth file has one JSON object a
line with ``id``, ``url`` and ``headline``; the page lies beside it as ``pages/<id>.html.gz``.

The model is a conditional logit over the candidates of a page: the signals of each are weighed and added, and the
probability of a candidate is the share of its exponential. Boosted trees over the same signals were tried and are worse
on publishers they have not seen. Folds are made by a hash of the registrable domain, so all pages of a publisher are on
one side.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]

from newsarchive.model.capture import Capture
from newsarchive.parsers.headline.choice import Weights, weights_text
from newsarchive.parsers.headline.claims import Candidate, candidates_of
from newsarchive.parsers.headline.signals import SHOWN, Signals, longest_shown, signals_of
from newsarchive.parsers.page import Page
from newsarchive.urls import registrable_domain

FOLDS = 6
PENALTY = 0.6
"""Of the squares of the weights."""
MIN_PAGES = 5
"""Signals of fewer pages get no weight."""


@dataclass(slots=True)
class Sample:
    """One page's candidates and which of them are its headline."""

    page_id: str
    domain: str
    candidates: list[Candidate]
    signals: list[Signals]
    labels: list[bool]


def page_of(row: dict[str, Any], folder: Path) -> Page:
    with gzip.open(folder / f"{row['id']}.html.gz") as file:
        body = file.read()
    url = row["url"].strip()
    at = datetime(2026, 11, 1, tzinfo=UTC)
    headers = {"content-type": "text/html"}
    return Page(Capture(requested_url=url, url=url, fetched_at=at, status=200, headers=headers, body=body))


def comparable(text: str) -> str:
    """Letters and digits alone, as the benchmark compares headlines."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def samples(truth: Path) -> Iterator[Sample]:
    with truth.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if not row.get("headline"):
                continue
            page = page_of(row, truth.parent / "pages")
            domain = registrable_domain(row["url"].strip().removeprefix("x")) or row["id"]
            candidates = candidates_of(page)
            wanted = comparable(row["headline"])
            labels = [comparable(candidate.text) == wanted for candidate in candidates]
            signals = signals_of(page, candidates)
            if (shown := longest_shown(page, candidates)) is not None:
                signals[candidates.index(shown)][SHOWN] = 1.0
            yield Sample(row["id"], domain, candidates, signals, labels)


def fitted(known: Sequence[Sample]) -> Weights:
    """The weights that make the known headlines likeliest, rounded."""
    known = [sample for sample in known if any(sample.labels)]
    pages_with = Counter(name for sample in known for name in {name for signals in sample.signals for name in signals})
    names = sorted(name for name, pages in pages_with.items() if pages >= MIN_PAGES)
    column = {name: number for number, name in enumerate(names)}
    sizes = [len(sample.labels) for sample in known]
    rows = np.zeros((sum(sizes), len(names)))
    for number, signals in enumerate(signals for sample in known for signals in sample.signals):
        for name, strength in signals.items():
            if name in column:
                rows[number, column[name]] = strength
    labels = np.array([label for sample in known for label in sample.labels], dtype=float)
    page = np.repeat(np.arange(len(sizes)), sizes)
    starts = np.cumsum([0, *sizes[:-1]])

    def loss(weights: Any) -> tuple[float, Any]:  # noqa: ANN401 (arrays)
        scores = rows @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[page])
        total, good = np.add.reduceat(odds, starts), np.add.reduceat(odds * labels, starts) + 1e-300
        value = float(np.sum(np.log(total) - np.log(good)) + PENALTY / 2 * weights @ weights)
        slope = rows.T @ (odds / total[page] - odds * labels / good[page]) + PENALTY * weights
        return value, slope

    weights = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return {name: round(float(weight), 2) for name, weight in zip(names, weights, strict=True) if abs(weight) >= 0.005}


def chosen(sample: Sample, weights: Weights) -> str | None:
    if not sample.candidates:
        return None
    scores = [sum(weights.get(name, 0.0) * strength for name, strength in one.items()) for one in sample.signals]
    return sample.candidates[scores.index(max(scores))].text


def share_of(domain: str) -> int:
    """Which of the folds a host belongs to."""
    return int(hashlib.sha256(domain.encode()).hexdigest(), 16) % FOLDS


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--cross-validate", type=Path, metavar="FILE")
    parser.add_argument("--write", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    known = list(samples(arguments.truth))
    print(f"{len(known)} pages, {sum(len(sample.labels) for sample in known)} candidates", file=sys.stderr)
    if arguments.cross_validate:
        with arguments.cross_validate.open("w", encoding="utf-8") as file:
            for fold in range(FOLDS):
                weights = fitted([sample for sample in known if share_of(sample.domain) != fold])
                for sample in known:
                    if share_of(sample.domain) == fold:
                        row = {"id": sample.page_id, "headline": chosen(sample, weights)}
                        file.write(json.dumps(row, ensure_ascii=False) + "\n")
    if arguments.write:
        arguments.write.write_text(weights_text(fitted(known)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
