r"""Read every page of a truth file with our parser and with peers: predictions, and times side by side.

    python benchmarks/extraction.py --truth truth.jsonl --out predictions.jsonl
    python benchmarks/extraction.py --truth truth.jsonl --out predictions.jsonl --score score.py \
        --peer trafilatura --peer newspaper4k --peer readability-lxml --peer htmldate --json figures.json

A truth file has one JSON object a line with ``id``, ``url`` and perhaps ``encoding`` and ``crawl_date``; the page lies
beside it as ``pages/<id>.html.gz``. Only the publisher's generic rules run, so no page profits from rules of its own.
Peers are installed by ``make peers`` and run with ``.venv-peers/bin/python``; without ``--peer`` nothing but
newsarchive is needed. Predictions of a peer go to ``predictions.<peer>.jsonl``.

All contestants run in this one process on one CPU, page by page, the one to begin moving on by one with each page.
Times are CPU time. Each contestant reads some pages before anything is timed, and what one leaves to the garbage
collector is collected before the next begins. No connection can be opened: an attempt raises.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import gzip
import json
import logging
import os
import socket
import statistics
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extraction_peers import BARE, OURS, PEERS, Contestant, Sheet, bare_parse, load, ours
from extraction_scores import GOALS, TO_PARSE, TO_TRAFILATURA, figure, load_scorer, markdown, scores

from newsarchive.model.article import NotArticle
from newsarchive.parsers.sandbox import collect_seldom

WARM_UP_PAGES = 5
"""Pages each contestant reads before it is timed: models are loaded, expressions compiled, caches filled."""


@dataclass(slots=True)
class Record:
    """What a contestant did so far."""

    contestant: Contestant
    took_ms: list[float] = field(default_factory=list)
    """CPU milliseconds by page."""
    predictions: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By page id."""
    errors: Counter[str] = field(default_factory=Counter)
    """What it raised; such a page is read empty."""
    refused: Counter[str] = field(default_factory=Counter)
    """Pages our parser took for no article, by reason."""

    @property
    def mean_ms(self) -> float:
        """Mean CPU time of a page."""
        return statistics.fmean(self.took_ms)


def rows_of(truths: Sequence[Path], number: int | None) -> list[tuple[Path, dict[str, Any]]]:
    """Each row with its truth file; only ``number`` of them, spread evenly, if it is given."""
    rows = [(truth, json.loads(line)) for truth in truths for line in truth.read_text(encoding="utf-8").splitlines()]
    if number is None or number >= len(rows):
        return rows
    return [rows[index * len(rows) // number] for index in range(number)]


def sheet_of(truth: Path, row: dict[str, Any]) -> Sheet:
    with gzip.open(truth.parent / "pages" / f"{row['id']}.html.gz") as file:
        body = file.read()
    return Sheet(row, body, body.decode(row.get("encoding") or "utf-8", "replace"))


def read(record: Record, sheet: Sheet) -> None:
    """Let a contestant read a page; its time, its prediction or its error go into the record."""
    page_id, result, took_s, prediction = sheet.row["id"], None, None, {}
    gc.collect()
    start = time.process_time()
    try:
        result = record.contestant.read(sheet)
        took_s = time.process_time() - start
        prediction = record.contestant.predict(result)
    except Exception as error:  # noqa: BLE001 (what peers raise is theirs; it is counted and shown)
        took_s = took_s or time.process_time() - start
        record.errors[f"{type(error).__name__}: {error}"[:200]] += 1
    record.took_ms.append(took_s * 1000)
    record.predictions[page_id] = {"id": page_id, **prediction}
    if isinstance(result, NotArticle):
        record.refused[result.reason] += 1
        logging.getLogger("refused").info("refused %s %s %s: %s", page_id, sheet.url, result.reason, result.detail)


def measure(contestants: Sequence[Contestant], rows: Sequence[tuple[Path, dict[str, Any]]]) -> list[Record]:
    """All contestants on all pages, in the order given; each page by the next contestant first."""
    for truth, row in rows[:WARM_UP_PAGES]:
        for contestant in contestants:
            read(Record(contestant), sheet_of(truth, row))
    gc.collect()
    gc.freeze()  # modules and models: else every collection would walk through all contestants' again
    records = [Record(contestant) for contestant in contestants]
    for number, (truth, row) in enumerate(rows):
        sheet = sheet_of(truth, row)
        first = number % len(records)
        for record in records[first:] + records[:first]:
            read(record, sheet)
        if sys.stderr.isatty():
            print(f"\r{number + 1} of {len(rows)} pages", end="\n" if number + 1 == len(rows) else "", file=sys.stderr)
    return records


def times_table(records: Sequence[Record]) -> Iterator[str]:
    """The lines of the table of times."""
    means = {record.contestant.name: record.mean_ms for record in records}
    yield f"{'':24}{'mean ms':>9}{'median ms':>11}{'x lxml':>9}{'x ours':>9}{'errors':>8}  version"
    for record in records:
        mean, median = record.mean_ms, statistics.median(record.took_ms)
        yield (
            f"{record.contestant.name:24}{mean:9.2f}{median:11.2f}{_over(mean, means[BARE]):9.2f}"
            f"{_over(mean, means[OURS]):9.2f}{sum(record.errors.values()):8}  {record.contestant.version}"
        )


def figures(records: Sequence[Record], reached: dict[str, dict[str, float]]) -> list[dict[str, Any]]:
    """Our numbers beside their goals; only what this run measured."""
    means = {record.contestant.name: record.mean_ms for record in records}
    found = [figure(TO_PARSE, _over(means[OURS], means[BARE]))]
    if "trafilatura" in means:
        found.append(figure(TO_TRAFILATURA, _over(means["trafilatura"], means[OURS])))
    own = reached.get(OURS, {})
    return found + [figure(goal, own[goal.name]) for goal in GOALS if goal.name in own]


def write_predictions(record: Record, file: Path) -> None:
    with file.open("w", encoding="utf-8") as out:
        for prediction in record.predictions.values():
            out.write(json.dumps(prediction, ensure_ascii=False) + "\n")


def on_one_cpu() -> str:
    """Bind this process to one of the CPUs it may use; says what became of it."""
    if not hasattr(os, "sched_setaffinity"):
        return "on any CPU: this system cannot bind a process to one"
    cpu = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cpu})
    return f"on CPU {cpu} alone"


@contextlib.contextmanager
def offline() -> Iterator[None]:
    """No connection and no look-up of a host can be made inside; an attempt raises OSError."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError("the benchmark runs offline")

    known = {(owner, name): getattr(owner, name) for owner, name in _NETWORK}
    for owner, name in known:
        setattr(owner, name, refuse)
    try:
        yield
    finally:
        for (owner, name), function in known.items():
            setattr(owner, name, function)


_NETWORK: tuple[tuple[Any, str], ...] = ((socket.socket, "connect"), (socket, "getaddrinfo"), (socket, "gethostbyname"))


def _over(time_ms: float, other_ms: float) -> float:
    return time_ms / other_ms if other_ms else float("nan")


def _contestants(names: Sequence[str], fail: Callable[[str], object]) -> list[Contestant]:
    found = [bare_parse(), ours()]
    for name in dict.fromkeys(names):
        try:
            found.append(load(name))
        except ImportError as error:
            fail(f"{name} is not installed ({error}): run `make peers`, then .venv-peers/bin/python {sys.argv[0]} …")
    return found


def _arguments() -> tuple[argparse.ArgumentParser, argparse.Namespace]:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--truth", type=Path, nargs="+", required=True, help="truth files")
    parser.add_argument("--out", type=Path, required=True, help="where our predictions go, one JSON object a line")
    parser.add_argument("--peer", action="append", choices=list(PEERS), default=[], help="who runs beside; repeatable")
    parser.add_argument("--pages", type=int, help="read only so many pages, spread evenly over the truth")
    parser.add_argument("--score", type=Path, help="the benchmark's score.py: print how right everybody is")
    parser.add_argument("--json", type=Path, help="write our figures beside their goals to this file")
    parser.add_argument("--refused", action="store_true", help="print every page that was taken for no article")
    arguments = parser.parse_args()
    if arguments.pages is not None and arguments.pages < 1:
        parser.error("--pages must be at least 1")
    return parser, arguments


def main() -> int:
    parser, arguments = _arguments()
    warnings.simplefilter("ignore")  # the peers' own
    collect_seldom()  # as in the processes that read pages in a crawl; all contestants run with it
    logging.basicConfig(format="%(message)s", level=logging.CRITICAL)
    logging.getLogger("refused").setLevel(logging.INFO if arguments.refused else logging.CRITICAL)
    rows = rows_of(arguments.truth, arguments.pages)
    if not rows:
        parser.error("the truth has no page")
    where = on_one_cpu()
    with offline():
        records = measure(_contestants(arguments.peer, parser.error), rows)
    for record in records:
        name = record.contestant.name
        if name != BARE:
            write_predictions(record, arguments.out if name == OURS else arguments.out.with_suffix(f".{name}.jsonl"))
        for error, count in record.errors.most_common(3):
            print(f"{name} raised on {count} pages: {error}", file=sys.stderr)
    print(f"{len(rows)} pages, CPU time a page, {where}\n")
    print("\n".join(times_table(records)))
    refused = records[1].refused
    print(f"\n{OURS} took {refused.total()} pages for no article: {dict(refused)}")
    reached: dict[str, dict[str, float]] = {}
    if arguments.score:
        scorer, truth = load_scorer(arguments.score), [row for _, row in rows]
        reached = {
            record.contestant.name: scores(scorer, truth, record.predictions)
            for record in records
            if record.contestant.name != BARE
        }
        print("\n" + markdown(reached))
    if arguments.json:
        report = {"figures": figures(records, reached)}
        arguments.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
