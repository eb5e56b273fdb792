"""Which near-copies are found, and at what cost: our clusters beside datasketch's MinHash and LSH on the same texts.

    python benchmarks/clusters.py --pages TRUTH.jsonl --articles 4000 --copies 800 --json clusters.json

1. **Right.** Every two texts of one original are a true pair. Recall is the part of the true pairs that are in one
   cluster, precision the part of the pairs in one cluster that are true, by the level of editing (the greater of the
   two texts'; the originals alone count to all levels).
2. **Fast.** Texts by CPU second, in turn batch by batch: ours from the text to the commit of a SQLite file, datasketch
   from the text to its index in memory (128 permutations, threshold 0.5, runs of five words).
3. **The same** clusters in whatever order the texts come.
4. **Flat.** What one article costs beside 10,000, 100,000 and a million others, whose sketches are drawn at random.
   Finding a text's copies is to sketch it (as measured on the texts) and to look it up.

``--peer none`` leaves datasketch out; `make peers` installs it in ``.venv-peers``.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import combinations, count
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, Protocol

import numpy as np
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert, select
from wire_copies import Level, Text, texts

from newsarchive.archive.database import Database
from newsarchive.archive.near_copies.clustering import Clustering, NewText, move
from newsarchive.archive.near_copies.sketches import BANDS, BINS, Sketch, sketch
from newsarchive.archive.schema.articles import ARTICLE

BATCH = 500
"""Articles of one transaction, as in ``benchmarks/archive.py``."""
PERMUTATIONS, THRESHOLD, RUN_WORDS = 128, 0.5, 5
SIZES = (10_000, 100_000, 1_000_000)
_FILLED_AT_ONCE = 100_000
_MEASURED = 20  # batches at each size
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_CLUSTERS = select(ARTICLE.c.id, ARTICLE.c.cluster_id)

Figure = dict[str, object]
note = Console(stderr=True)


class Clusterer(Protocol):
    """What takes texts and says which belong together."""

    name: str
    cpu_s: float

    def add(self, numbered: Sequence[tuple[int, str]]) -> None:
        """Take a batch of texts by their numbers, from 1."""

    def clusters(self) -> dict[int, int]:
        """Which cluster each text is in."""


class Ours:
    """The clusters of the archive in a file of its own, without the articles' other columns."""

    name = "newsarchive"

    def __init__(self, folder: Path) -> None:
        self._database = Database.open(folder / "archive.db", create=True)
        self._revision_ids = count(1)
        self.cpu_s = 0.0
        self.sketch_s = 0.0
        self.look_up_s = 0.0

    def add(self, numbered: Sequence[tuple[int, str]]) -> None:
        """Sketch, look up and store a batch."""
        began = time.process_time()
        sketches = [(number, sketch(body)) for number, body in numbered]
        spent = time.process_time() - began
        self.sketch_s += spent
        self.cpu_s += spent
        self.store(sketches)

    def store(self, sketches: Iterable[tuple[int, Sketch | None]]) -> None:
        """Look up and store sketches; what it takes to make an article's row is not counted."""
        rows = list(sketches)
        began = time.process_time()
        new = [
            NewText(article_id=number, number=1, cluster_id=number, sketch=made)
            for number, made in rows
            if made is not None
        ]
        with self._database.write() as connection:
            looking = time.process_time()
            clusters = Clustering(connection, new)
            self.look_up_s += time.process_time() - looking
            moved = clusters.moved
            if moved:
                move(connection, moved, lambda: next(self._revision_ids))
            self.cpu_s += time.process_time() - began
            connection.execute(insert(ARTICLE), [_article(number, moved.get(number, number)) for number, _ in rows])
            began = time.process_time()
            clusters.write()
        self.cpu_s += time.process_time() - began

    def clusters(self) -> dict[int, int]:
        """As the archive has them."""
        with self._database.read() as connection:
            return {number: cluster for number, cluster in connection.execute(_CLUSTERS)}  # noqa: C416 (rows)

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def _article(number: int, cluster_id: int) -> dict[str, Any]:
    url = f"https://paper.example/{number}"
    times = {"first_seen_at": _NOW, "last_seen_at": _NOW}
    numbers = {"revision_count": 1, "latest_revision_id": number, "cluster_id": cluster_id}
    return {"id": number, "canonical_url": url, **times, **numbers}


class Datasketch:
    """MinHash and MinHashLSH as their documentation shows them; clusters are what hangs together."""

    name = "datasketch"

    def __init__(self) -> None:
        try:
            from datasketch import MinHash, MinHashLSH
        except ImportError:
            sys.exit("datasketch is not installed: make peers, then .venv-peers/bin/python; or --peer none")
        self._minhash = MinHash
        self._index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
        self._lower: dict[int, int] = {}
        self.cpu_s = 0.0

    def add(self, numbered: Sequence[tuple[int, str]]) -> None:
        """Hash, look up and index a batch."""
        began = time.process_time()
        for number, body in numbered:
            words = body.lower().split()
            runs = {" ".join(words[start : start + RUN_WORDS]).encode() for start in range(len(words) - RUN_WORDS + 1)}
            minima = self._minhash(num_perm=PERMUTATIONS)
            minima.update_batch(runs)
            self._lower[number] = number
            for other in self._index.query(minima):
                one, two = self._lowest(number), self._lowest(other)
                self._lower[max(one, two)] = min(one, two)
            self._index.insert(number, minima)
        self.cpu_s += time.process_time() - began

    def clusters(self) -> dict[int, int]:
        """By the lowest number in each."""
        return {number: self._lowest(number) for number in self._lower}

    def _lowest(self, number: int) -> int:
        while self._lower[number] != number:
            number = self._lower[number]
        return number


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, help="truth file of benchmarks/extraction.py with real bodies")
    parser.add_argument("--articles", type=int, default=4000, help="originals (4000)")
    parser.add_argument("--copies", type=int, default=800, help="edited copies of them (800)")
    parser.add_argument("--orders", type=int, default=5, help="shuffled orders that have to give the same (5)")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="sizes at which the cost is measured")
    parser.add_argument("--peer", choices=("datasketch", "none"), default="datasketch")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    arguments = parser.parse_args()
    peer = Datasketch() if arguments.peer == "datasketch" else None
    note.print("making texts …")
    made = texts(arguments.articles, arguments.copies, arguments.pages, arguments.seed)
    with tempfile.TemporaryDirectory(prefix="newsarchive-clusters-") as folder:
        sketch_us, figures = report_clusters(made, Path(folder), peer)
        figures += report_orders(made, Path(folder), arguments.orders)
        figures += report_sizes(sorted(arguments.sizes), Path(folder), arguments.seed, sketch_us)
    for one in figures:
        note.print(f"{one['name']}: {one['value']} {one['unit']}, goal {one['goal']} ({one['better']} is better)")
    if arguments.json:
        arguments.json.write_text(json.dumps({"figures": figures}, indent=1) + "\n", encoding="utf-8")


def report_clusters(made: Sequence[Text], folder: Path, peer: Datasketch | None) -> tuple[float, list[Figure]]:
    """Cluster the texts by both, print how well and how fast; what a sketch takes in microseconds, and the figures."""
    ours = Ours(_made(folder / "clusters"))
    everyone: list[Clusterer] = [ours, *([peer] if peer else [])]
    numbered = list(enumerate((text.body for text in made), start=1))
    for done in range(0, len(numbered), BATCH):
        for clusterer in everyone:
            clusterer.add(numbered[done : done + BATCH])
        note.print(f"{min(done + BATCH, len(numbered)):,} of {len(numbered):,} texts clustered")
    table = Table("edited", "", *(clusterer.name for clusterer in everyone))
    figures: list[Figure] = []
    scores = [scored(made, clusterer.clusters()) for clusterer in everyone]
    for level in Level:
        for position, measure, goal in ((0, "precision", 0.98), (1, "recall", 0.95)):
            values = [score[level][position] for score in scores]
            table.add_row(level.value, measure, *(f"{value:.3f}" for value in values))
            figures.append(figure(f"pairwise {measure}, {level}", values[0], "share", goal, "higher"))
    rates = [len(made) / clusterer.cpu_s for clusterer in everyone]
    table.add_row("texts by CPU second", "", *(f"{rate:,.0f}" for rate in rates))
    Console().print(table)
    if peer:
        figures.append(figure("rate, times datasketch's", rates[0] / rates[1], "ratio", 2.5, "higher"))
    ours.close()
    return ours.sketch_s / len(made) * 1e6, figures


def scored(made: Sequence[Text], clusters: dict[int, int]) -> dict[Level, tuple[float, float]]:
    """Precision and recall over pairs of texts, by level."""
    levels = list(Level)
    true, found, right = (dict.fromkeys(levels, 0) for _ in range(3))

    def pairs(groups: Iterable[Sequence[int]]) -> Iterator[tuple[int, int, Iterable[Level]]]:
        for group in groups:
            for one, two in combinations(group, 2):
                edits = [text.level for text in (made[one], made[two]) if text.level is not None]
                yield one, two, [max(edits, key=levels.index)] if edits else levels

    for one, two, concerned in pairs(_groups(enumerate(text.original for text in made))):
        for level in concerned:
            true[level] += 1
            right[level] += clusters[one + 1] == clusters[two + 1]
    for _, _, concerned in pairs(_groups((number - 1, cluster) for number, cluster in clusters.items())):
        for level in concerned:
            found[level] += 1
    return {level: (_share(right[level], found[level]), _share(right[level], true[level])) for level in levels}


def report_orders(made: Sequence[Text], folder: Path, orders: int) -> list[Figure]:
    """Cluster the texts in shuffled orders; which part of the orders gave the clusters of the first."""
    found = []
    for order in range(orders):
        shuffled = list(range(len(made)))
        Random(order).shuffle(shuffled)
        ours = Ours(_made(folder / f"order-{order}"))
        for done in range(0, len(shuffled), BATCH):
            batch = shuffled[done : done + BATCH]
            ours.add([(done + place, made[number].body) for place, number in enumerate(batch, start=1)])
        groups = _groups((shuffled[place - 1], cluster) for place, cluster in ours.clusters().items())
        found.append({frozenset(group) for group in groups})
        ours.close()
        note.print(f"order {order + 1}: {len(found[-1]):,} clusters")
    if not found:
        return []
    same = sum(clusters == found[0] for clusters in found) / len(found)
    return [figure(f"same clusters in {orders} orders", same, "share", 1.0, "higher")]


def report_sizes(sizes: Sequence[int], folder: Path, seed: int, sketch_us: float) -> list[Figure]:
    """Measure what an article costs in archives of these sizes, print it; the figures."""
    if not sizes:
        return []
    rng = np.random.default_rng(seed)
    ours = Ours(_made(folder / "sizes"))
    table = Table("articles", "sketch, µs", "look up, µs", "store, µs", title="CPU time of an article")
    found: dict[int, float] = {}
    filled = 0
    for size in sizes:
        while filled < size:
            step = min(_FILLED_AT_ONCE, size - filled)
            fill(folder / "sizes" / "archive.db", filled + 1, step, rng)
            filled += step
            note.print(f"{filled:,} sketches filled in")
        measured = []
        for _ in range(_MEASURED):
            batch = list(random_sketches(filled + 1, BATCH, rng))
            before = ours.look_up_s, ours.cpu_s
            ours.store(batch)
            measured.append((ours.look_up_s - before[0], ours.cpu_s - before[1]))
            filled += BATCH
        look_up, whole = (median(column) / BATCH * 1e6 for column in zip(*measured, strict=True))
        found[size] = sketch_us + look_up
        table.add_row(f"{size:,}", f"{sketch_us:.1f}", f"{look_up:.1f}", f"{whole - look_up:.1f}")
    Console().print(table)
    ours.close()
    least, most = sizes[0], sizes[-1]
    name = f"finding a text's copies among {most:,}, times that among {least:,}"
    return [figure(name, found[most] / found[least], "ratio", 1.25, "lower")] if least != most else []


def random_sketches(first: int, size: int, rng: np.random.Generator) -> Iterator[tuple[int, Sketch]]:
    """Sketches of texts that have nothing in common."""
    minima = rng.integers(0, 256, size=(size, BINS), dtype=np.uint8)
    numbers = rng.integers(-(2**31), 2**31, size=(2, size, BANDS)).tolist()
    for place, (bands, witnesses) in enumerate(zip(*numbers, strict=True)):
        made = Sketch(minima=minima[place].tobytes(), bands=tuple(bands), witnesses=tuple(witnesses))
        yield first + place, made


def fill(path: Path, first: int, size: int, rng: np.random.Generator) -> None:
    """Put so many sketches straight into the tables."""
    minima = rng.integers(0, 256, size=(size, BINS), dtype=np.uint8)
    bands, witnesses = rng.integers(-(2**31), 2**31, size=(2, size * BANDS)).tolist()
    ids = range(first, first + size)
    postings = sorted(zip(bands, (number for number in ids for _ in range(BANDS)), witnesses, strict=True))
    now = _NOW.isoformat(" ").removesuffix("+00:00")
    connection = sqlite3.connect(path, isolation_level=None)
    run: Callable[..., Any] = connection.executemany
    connection.execute("BEGIN IMMEDIATE")
    run(
        "INSERT INTO article (id, first_seen_at, last_seen_at, revision_count, latest_revision_id, canonical_url, "
        "cluster_id) VALUES (?, ?, ?, 1, ?, ?, ?)",
        ((number, now, now, number, f"https://paper.example/{number}", number) for number in ids),
    )
    run("INSERT INTO sketch VALUES (?, 1, ?)", ((number, minima[place].tobytes()) for place, number in enumerate(ids)))
    run("INSERT INTO sketch_band VALUES (?, ?, 1, ?)", postings)
    connection.execute("COMMIT")
    connection.close()


def figure(name: str, value: float, unit: str, goal: float, better: str) -> Figure:
    """A figure as the report has it."""
    return {"name": name, "value": round(value, 4), "unit": unit, "goal": goal, "better": better}


def _groups(members: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Members by what they belong to, in the order they come."""
    found: dict[int, list[int]] = defaultdict(list)
    for member, group in members:
        found[group].append(member)
    return list(found.values())


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    main()
