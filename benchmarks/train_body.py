"""Train the classifier of body text, and measure it on publishers it was not trained on.

    python benchmarks/train_body.py --truth truth.jsonl --cross-validate predictions.jsonl   # 6 folds of hosts
    python benchmarks/train_body.py --truth truth.jsonl --halves predictions.jsonl           # each half by the other
    python benchmarks/train_body.py --truth truth.jsonl --write newsarchive/parsers/body_model.json

The predictions go to the benchmark's scorer. Needs scikit-learn (not needed to read pages). A truth file has one JSON
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
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from newsarchive.model.capture import Capture
from newsarchive.parsers.body import find_body, page_context
from newsarchive.parsers.body_features import NAMES, features, layout_of
from newsarchive.parsers.boosted_trees import BoostedTrees
from newsarchive.parsers.embedded_body import told_text
from newsarchive.parsers.headline import find_headline
from newsarchive.parsers.outline import Piece
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
SETTINGS = {
    "max_iter": 100,
    "learning_rate": 0.08,
    "max_leaf_nodes": 10,
    "min_samples_leaf": 40,
    "l2_regularization": 10,
    "random_state": 0,
}
"""Found by cross validation; smaller leaves learn single publishers by heart."""

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
    """The model as the JSON of :mod:`newsarchive.parsers.boosted_trees`."""
    known = [
        (row, label, weight)
        for sample in samples
        for row, label, weight in zip(sample.rows, sample.labels, sample.weights, strict=True)
        if label >= 0
    ]
    rows, labels, weights = (np.array(column, dtype=float) for column in zip(*known, strict=True))
    fitted = HistGradientBoostingClassifier(**SETTINGS).fit(rows, labels, sample_weight=weights)
    # scikit-learn offers no public way to the trees; these names have been stable since 0.21.
    trees = [_tree(predictor.nodes, 0) for (predictor,) in fitted._predictors]
    base = round(float(fitted._baseline_prediction.ravel()[0]), 4)
    return {
        "about": "Boosted trees that tell body text from the rest; made by benchmarks/train_body.py.",
        "base": base,
        "trees": trees,
    }


def _tree(nodes: Any, index: int) -> Any:  # noqa: ANN401 (nested lists)
    node = nodes[index]
    if node["is_leaf"]:
        return round(float(node["value"]), 4)
    threshold = float(f"{node['num_threshold']:.5g}")
    left, right = _tree(nodes, int(node["left"])), _tree(nodes, int(node["right"]))
    return [NAMES[node["feature_idx"]], threshold, left, right]


def model_text(model: dict[str, Any]) -> str:
    trees = ",\n".join(json.dumps(tree) for tree in model["trees"])
    about, base = json.dumps(model["about"]), json.dumps(model["base"])
    return f'{{\n"about": {about},\n"base": {base},\n"trees": [\n{trees}\n]\n}}\n'


def share_of(domain: str, shares: int) -> int:
    """Which of so many shares of the hosts this one belongs to."""
    return int(hashlib.sha256(domain.encode()).hexdigest(), 16) % shares


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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--cross-validate", type=Path, metavar="FILE")
    parser.add_argument("--halves", type=Path, metavar="FILE")
    parser.add_argument("--write", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    rows = list(pages(arguments.truth))
    with Pool(PROCESSES) as pool:
        samples = pool.map(sample, rows, chunksize=20)
        print(f"{len(rows)} pages, {sum(len(sample.rows) for sample in samples)} pieces", file=sys.stderr)
        for out, shares in ((arguments.cross_validate, FOLDS), (arguments.halves, 2)):
            if out is None:
                continue
            shared = [share_of(sample.domain, shares) for sample in samples]
            models = [
                model_text(train(sample for sample, own in zip(samples, shared, strict=True) if own != share))
                for share in range(shares)
            ]
            jobs = [
                ([row for row, own in zip(rows, shared, strict=True) if own == share], models[share])
                for share in range(shares)
            ]
            with out.open("w", encoding="utf-8") as file:
                for predictions in pool.imap(predict, jobs):
                    file.writelines(json.dumps(prediction, ensure_ascii=False) + "\n" for prediction in predictions)
    if arguments.write:
        arguments.write.write_text(model_text(train(samples)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
