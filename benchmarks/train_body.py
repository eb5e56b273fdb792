"""Train the classifier of body text, and measure it on publishers it was not trained on.

    python benchmarks/train_body.py --truth truth.jsonl --cross-validate predictions.jsonl   # 6 folds of hosts
    python benchmarks/train_body.py --truth truth.jsonl --halves predictions.jsonl           # each half by the other
    python benchmarks/train_body.py --truth truth.jsonl --write newsarchive/parsers/body/model.json

With ``--score score.py`` what the held-out predictions reach is printed for each fold and over all; ``--seeds 3`` cuts
the folds three times. Needs LightGBM (not needed to read pages). A truth file has one JSON
object a line with ``id``, ``url`` and either ``body`` (with ``blocks`` or ``paragraphs`` if known) or
``must_contain`` / ``must_not_contain``; the page lies beside it as ``pages/<id>.html.gz``.

Folds and halves are made by a hash of the registrable domain, so all pages of a publisher are on one side. The seed is
fixed: the same pages give the same file.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import statistics
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import Pool
from multiprocessing.pool import Pool as PoolType
from pathlib import Path
from types import ModuleType
from typing import Any

import lightgbm
import numpy as np
from extraction_scores import GOALS, load_scorer, scores

from newsarchive.model.capture import Capture
from newsarchive.parsers.body.article_body import find_body, page_context
from newsarchive.parsers.body.boosted_trees import BoostedTrees
from newsarchive.parsers.body.embedded import told_text
from newsarchive.parsers.body.features import NAMES, features
from newsarchive.parsers.body.layout import layout_of
from newsarchive.parsers.headline.choice import find_headline
from newsarchive.parsers.outline.pieces import Piece
from newsarchive.parsers.page import Page
from newsarchive.urls import registrable_domain

FOLDS = 6
PROCESSES = 2
PAGE_WEIGHT = 60.0
"""What all body text of a page with full truth weighs, however long it is."""
SEGMENTS_WEIGHT = 15.0
"""The same for a page of which only some segments are known."""
MAX_PIECE_CHARS = 400
"""A piece weighs the square root of its length up to here."""
ROUNDS = 120
SETTINGS = {
    "objective": "binary",
    "num_leaves": 12,
    "learning_rate": 0.08,
    "min_data_in_leaf": 40,
    "lambda_l2": 10,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "seed": 0,
    "deterministic": True,
    "num_threads": 1,
    "verbose": -1,
}
"""Found by cross validation. Trees see half of the inputs and most of the pieces each, because there are few pages for
so many inputs; smaller leaves learn single publishers by heart. One thread, or sums are added in another order."""

_TOKEN = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|"
    r"(?:(?![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])\w)+"
)
_QUOTES = str.maketrans(
    {**dict.fromkeys("‘’‚‛`´", "'"), **dict.fromkeys("“”„«»″", '"'), "\xa0": " ", "\u200b": None, "\xad": None}
)


@dataclass(slots=True)
class Sample:
    """One page's pieces: their numbers, whether each is body (1), not (0) or unknown (-1), and their weights."""

    domain: str
    rows: list[list[float]]
    labels: list[int]
    weights: list[float]


def pages(truth: Path) -> Iterator[dict[str, Any]]:
    """Rows of the truth file that say something of the body."""
    with truth.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if "body" in row or "must_contain" in row:
                row["pages"] = str(truth.parent / "pages")
                yield row


def page_of(row: dict[str, Any]) -> Page:
    with gzip.open(Path(row["pages"]) / f"{row['id']}.html.gz") as file:
        body = file.read()
    url = row["url"].strip()
    at = datetime(2026, 11, 1, tzinfo=UTC)
    headers = {"content-type": "text/html"}
    return Page(Capture(requested_url=url, url=url, fetched_at=at, status=200, headers=headers, body=body))


def sample(row: dict[str, Any]) -> Sample:
    """The labelled pieces of a page."""
    page = page_of(row)
    domain = registrable_domain(row["url"].strip().removeprefix("x")) or row["id"]
    if not page.outline.pieces:
        return Sample(domain, [], [], [])
    found = find_headline(page)
    context = page_context(page, found.value if found else None, told_text(page))
    indices, rows = features(page.outline, layout_of(page.outline), context)
    labels = by_body(page.outline.pieces, row) if "body" in row else by_segments(page.outline.pieces, row)
    sizes = [min(len(piece.text), MAX_PIECE_CHARS) ** 0.5 for piece in page.outline.pieces]
    whole = max(sum(size for size, label in zip(sizes, labels, strict=True) if label == 1), 20.0)
    weight = (PAGE_WEIGHT if "body" in row else SEGMENTS_WEIGHT) / whole
    return Sample(domain, rows, [labels[index] for index in indices], [sizes[index] * weight for index in indices])


def normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).translate(_QUOTES).split())


def by_body(pieces: list[Piece], row: dict[str, Any]) -> list[int]:
    """Labels by the whole text: a piece is body if it is a block of it, or half of its word 4-grams are in it."""
    if "blocks" in row:
        blocks = [(normal(text), optional) for _, text, optional in row["blocks"]]
    else:
        blocks = [(normal(text), False) for text in row.get("paragraphs") or row["body"].split("\n")]
    exact = Counter(text for text, optional in blocks if not optional)
    unknown = {text for text, optional in blocks if optional}
    tokens = _TOKEN.findall(" ".join(text for text, _ in blocks))
    grams = set(zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False))
    joined = f" {' '.join(tokens)} "
    texts = [normal(piece.text) for piece in pieces]
    labels = [-1 if text in unknown else _is_body(text, exact, grams, joined) for text in texts]
    # Of equal pieces (a headline in the menu, a teaser of the page itself) those nearest to other body text count.
    places: dict[str, list[int]] = {}
    for index, label in enumerate(labels):
        if label == 1:
            places.setdefault(texts[index], []).append(index)
    sure = [found[0] for found in places.values() if len(found) == 1]
    for text, found in places.items():
        if len(found) > max(1, exact[text]):
            found.sort(key=lambda index: (-sum(abs(other - index) <= 8 for other in sure), index))
            for index in found[max(1, exact[text]) :]:
                labels[index] = 0
    for index, text in enumerate(texts):  # a hidden copy of the whole text in one element
        if labels[index] == 1 and len(text) > 1_500:
            parts = [t for other, t in enumerate(texts) if other != index and labels[other] == 1 and len(t) > 40]
            if sum(len(part) for part in parts if part[:60] in text) > 0.5 * len(text):
                labels[index] = 0
    return labels


def _is_body(text: str, exact: Counter[str], grams: set[tuple[str, ...]], joined: str) -> int:
    tokens = _TOKEN.findall(text)
    if text in exact:
        return int(bool(tokens))
    if len(tokens) < 4:
        return int(len(tokens) == 3 and f" {' '.join(tokens)} " in joined)
    own = list(zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False))
    return int(sum(gram in grams for gram in own) >= 0.5 * len(own))


def by_segments(pieces: list[Piece], row: dict[str, Any]) -> list[int]:
    """Labels by single segments: unknown where none of them is."""
    wanted = [normal(segment) for segment in row["must_contain"]]
    unwanted = [normal(segment) for segment in row.get("must_not_contain", [])]
    labels = []
    for piece in pieces:
        text = normal(piece.text)
        good, bad = (
            any(segment in text or (len(text) > 15 and text in segment) for segment in segments)
            for segments in (wanted, unwanted)
        )
        labels.append(-1 if good == bad else int(good))
    return labels


def train(samples: Iterable[Sample]) -> dict[str, Any]:
    """The model as the JSON of :mod:`newsarchive.parsers.body.boosted_trees`."""
    known = [
        (row, label, weight)
        for sample in samples
        for row, label, weight in zip(sample.rows, sample.labels, sample.weights, strict=True)
        if label >= 0
    ]
    rows, labels, weights = (np.array(column, dtype=float) for column in zip(*known, strict=True))
    fitted = lightgbm.train(SETTINGS, lightgbm.Dataset(rows, labels, weight=weights), ROUNDS)
    trees = [_tree(tree["tree_structure"]) for tree in fitted.dump_model()["tree_info"]]
    return {
        "about": "Boosted trees that tell body text from the rest; made by benchmarks/train_body.py.",
        "base": 0.0,  # LightGBM adds it to the leaves of the first tree
        "trees": trees,
    }


def _tree(node: dict[str, Any]) -> Any:  # noqa: ANN401 (nested lists)
    if "split_feature" not in node:
        return round(float(node["leaf_value"]), 4)
    threshold = float(f"{node['threshold']:.5g}")
    return [NAMES[node["split_feature"]], threshold, _tree(node["left_child"]), _tree(node["right_child"])]


def model_text(model: dict[str, Any]) -> str:
    trees = ",\n".join(json.dumps(tree) for tree in model["trees"])
    about, base = json.dumps(model["about"]), json.dumps(model["base"])
    return f'{{\n"about": {about},\n"base": {base},\n"trees": [\n{trees}\n]\n}}\n'


def share_of(domain: str, shares: int, seed: int) -> int:
    """Which of so many shares of the hosts this one belongs to."""
    return int(hashlib.sha256(f"{seed or ''}{domain}".encode()).hexdigest(), 16) % shares


def predict(job: tuple[list[dict[str, Any]], str]) -> list[dict[str, Any]]:
    """Bodies of pages by a model given as text."""
    rows, model = job
    trees = BoostedTrees.loads(model, NAMES)
    predictions = []
    for row in rows:
        page = page_of(row)
        found = find_headline(page)
        body = find_body(page, found.value if found else None, trees)
        predictions.append({"id": row["id"], "paragraphs": [block.text for block in body.blocks]})
    return predictions


def held_out(
    rows: list[dict[str, Any]], samples: list[Sample], shared: list[int], pool: PoolType
) -> Iterator[list[dict[str, Any]]]:
    """The predictions of each share of the pages by a model of the others; ``shared`` says whose share a page is."""
    shares = range(max(shared) + 1)
    models = [
        model_text(train(sample for sample, own in zip(samples, shared, strict=True) if own != share))
        for share in shares
    ]
    jobs = [([row for row, own in zip(rows, shared, strict=True) if own == share], models[share]) for share in shares]
    yield from pool.imap(predict, jobs)


def report(scorer: ModuleType, rows: list[dict[str, Any]], folds: list[list[dict[str, Any]]]) -> None:
    """Print what each fold's predictions reach, and all."""
    body_goals = {"body page F1", "body F1, scrapinghub pages", "paragraph F1", "segment F1, trafilatura pages"}
    truth = {row["id"]: row for row in rows}
    names = [goal.name for goal in GOALS if goal.name in body_goals]
    lines: list[list[float | None]] = []
    for fold in folds:
        by_id = {prediction["id"]: prediction for prediction in fold}
        reached = scores(scorer, [truth[page_id] for page_id in by_id], by_id)
        lines.append([reached.get(name) for name in names])
    for number, line in enumerate(lines):
        print(
            f"fold {number}: "
            + ", ".join(f"{name} {value:.4f}" for name, value in zip(names, line, strict=True) if value is not None)
        )
    everything = {prediction["id"]: prediction for fold in folds for prediction in fold}
    reached = scores(scorer, rows, everything)
    for number, name in enumerate(names):
        values = [value for line in lines if (value := line[number]) is not None]
        print(f"all pages: {name} {reached[name]:.4f} (folds {min(values):.4f} to {max(values):.4f}, "
              f"standard deviation {statistics.stdev(values):.4f})")  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--cross-validate", type=Path, metavar="FILE")
    parser.add_argument("--halves", type=Path, metavar="FILE")
    parser.add_argument("--write", type=Path, metavar="FILE")
    parser.add_argument("--score", type=Path, metavar="SCORE.PY", help="the benchmark's scorer")
    parser.add_argument("--seeds", type=int, default=1, help="how often folds are cut anew (FILE is of the last)")
    arguments = parser.parse_args()
    rows = list(pages(arguments.truth))
    with Pool(PROCESSES) as pool:
        samples = pool.map(sample, rows, chunksize=20)
        print(f"{len(rows)} pages, {sum(len(sample.rows) for sample in samples)} pieces", file=sys.stderr)
        for out, shares in ((arguments.cross_validate, FOLDS), (arguments.halves, 2)):
            for seed in range(arguments.seeds if out is not None else 0):
                shared = [share_of(sample.domain, shares, seed) for sample in samples]
                folds = list(held_out(rows, samples, shared, pool))
                with out.open("w", encoding="utf-8") as file:
                    for fold in folds:
                        file.writelines(json.dumps(prediction, ensure_ascii=False) + "\n" for prediction in fold)
                if arguments.score:
                    print(f"{shares} folds, seed {seed}")
                    report(load_scorer(arguments.score), rows, folds)
    if arguments.write:
        arguments.write.write_text(model_text(train(samples)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
