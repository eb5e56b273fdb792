"""What it costs to write an archive and to ask it, beside the least that could do, and beside SQLite FTS5.

    python benchmarks/archive.py --articles 50000 --truth TRUTH.jsonl --json archive.json

Writing: every article goes the whole way (digest, comparison, cluster, rows, index) in batches, and in the same run,
ten thousand in turn, the same articles go into raw sqlite3, bare tantivy and a loop that hashes shingles: the sum of
what these take is the floor. CPU time of the process, threads included.

Asking: queries of eight classes through the ``Archive`` a program would use, with rows and snippets, warm, beside bare
tantivy with stored texts and SQLite FTS5 over the same articles; then facets and a monthly trend.

``--folder`` keeps what was built; it needs about 20 GB for a million articles, and 12 without FTS5. ``--again`` asks
what an earlier run with the same other options left there: times by the clock want a machine that does nothing else.

A million articles alone, ``--articles 1000000 --without fts5 asking``, take some half an hour; where stderr is no
terminal, each stretch of 50,000 gives a line there.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np
from archive_floors import HITS, BareTantivy, Fts5, RawSqlite, Shingles
from archive_queries import BenchmarkQuery, benchmark_queries, percentile
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from synthetic_articles import SITES, articles, candidate, made_up_words, real_words

from newsarchive.api import Archive
from newsarchive.archive.writer import Batch
from newsarchive.config import Config
from newsarchive.model.article import Article
from newsarchive.model.capture import CaptureReference
from newsarchive.model.crawl_run import LedgerEntry, ResourceKind
from newsarchive.model.site import Site

BATCH = 500
"""Articles of one transaction. A crawl of one site stores fewer, an import more."""
INDEX_EVERY = 10_000
"""Articles after which the index catches up."""
STRETCH = 50_000
"""Articles of the first and of the last stretch whose rates are compared."""
SAMPLE = 20_000
"""Bodies that the frequency of words is taken from."""
NOW = datetime(2026, 1, 1, tzinfo=UTC)

Figure = dict[str, object]
note = Console(stderr=True)


class Clock:
    """CPU seconds of the whole process by name, threads in the background included: who is measured waits for them."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self.curve: list[tuple[int, float]] = [(0, 0.0)]
        """Articles, and CPU seconds of ours until then; a point a stretch."""

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Count the block under a name."""
        began = time.process_time()
        yield
        self.spent[name] = self.spent.get(name, 0.0) + time.process_time() - began

    @property
    def ours(self) -> float:
        """CPU seconds of the whole write path."""
        return self.spent["store"] + self.spent["index"]

    def rate(self, first: int, last: int) -> float:
        """Articles a CPU second of ours between two numbers of articles."""
        counts, seconds = zip(*self.curve, strict=True)
        return (last - first) / float(np.interp(last, counts, seconds) - np.interp(first, counts, seconds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=50, help="queries a class")
    parser.add_argument("--truth", type=Path, help="JSONL with real texts under 'body'; default: made-up words")
    parser.add_argument("--folder", type=Path, help="build here and keep it; default: a temporary folder")
    parser.add_argument(
        "--without", nargs="+", choices=("fts5", "asking"), default=[], help="leave out FTS5, or all that is asked"
    )
    parser.add_argument("--again", action="store_true", help="build nothing: ask what an earlier run left in --folder")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    arguments = parser.parse_args()
    if arguments.again and arguments.folder is None:
        parser.error("--again needs the --folder of the earlier run")
    words = real_words(arguments.truth) if arguments.truth else made_up_words(np.random.default_rng(1))
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        queries = 0 if "asking" in arguments.without else arguments.queries
        with_fts5 = "fts5" not in arguments.without
        if arguments.again:
            figures = measure_again(folder, arguments.articles, queries, words, with_fts5=with_fts5)
        else:
            figures = measure(folder, arguments.articles, queries, words, with_fts5=with_fts5)
    report(figures)
    if arguments.json:
        arguments.json.write_text(json.dumps({"figures": figures}, indent=1) + "\n", encoding="utf-8")


def measure(folder: Path, count: int, queries: int, words: list[str], *, with_fts5: bool) -> list[Figure]:
    """Build, and ask if there are ``queries`` a class to ask; the figures."""
    floors = [RawSqlite(folder), BareTantivy(folder), Shingles()]
    fts5 = Fts5(folder) if with_fts5 else None
    clock = Clock()
    config = Config(home=folder / "home")
    with Archive.of(config, create=True) as archive:
        text_bytes, bodies = build(archive, floors, fts5, clock, count, words)
    figures = report_writing(clock, count, text_bytes, config)
    if queries:
        with Archive.of(config) as archive:
            asked = benchmark_queries(bodies, queries)
            figures += report_asking(archive, floors[1], fts5, asked)
    return figures


def measure_again(folder: Path, count: int, queries: int, words: list[str], *, with_fts5: bool) -> list[Figure]:
    """Ask what is in the folder already; the figures."""
    bare, fts5 = BareTantivy(folder), Fts5(folder) if with_fts5 else None
    bare.close()
    bodies = [article.article_body for article, _ in islice(articles(count, words), SAMPLE)]
    with Archive.of(Config(home=folder / "home")) as archive:
        return report_asking(archive, bare, fts5, benchmark_queries(bodies, queries))


def report(figures: list[Figure]) -> None:
    """Print each figure, and whether it meets its goal."""
    for made in figures:
        met = made["value"] <= made["goal"] if made["better"] == "lower" else made["value"] >= made["goal"]
        print(
            f"{'met   ' if met else 'MISSED'} {made['name']}: {made['value']:.2f} {made['unit']}, goal {made['goal']}"
        )


def build(
    archive: Archive,
    floors: Sequence[RawSqlite | BareTantivy | Shingles],
    fts5: Fts5 | None,
    clock: Clock,
    count: int,
    words: list[str],
) -> tuple[int, list[str]]:
    """Write all articles everywhere; bytes of their text, and a sample of their bodies."""
    writer = archive.writer
    for number in range(SITES):
        writer.add_site(Site(name=f"site-{number}", home_url=f"https://site-{number}.example/", added_at=NOW))
    run_id = writer.begin_run("site-0", "site", {}, NOW)
    made = articles(count, words)
    others = [*floors, *([fts5] if fts5 else [])]
    text_bytes, bodies, written = 0, [], 0
    with Progress(console=note, transient=True) as progress:
        task = progress.add_task("write", total=count)
        while stretch := list(islice(made, INDEX_EVERY)):
            with clock.of("store"):
                for start in range(0, len(stretch), BATCH):
                    batch = stretch[start : start + BATCH]
                    writer.store(Batch(pages=tuple(page(run_id, *item) for item in batch)))
            with clock.of("index"):
                archive.index.catch_up(archive.reader)
            texts = [article for article, _ in stretch]
            for other in others:
                with clock.of(other.name):
                    for start in range(0, len(texts), BATCH):
                        other.add(texts[start : start + BATCH])
                    other.flush()
            text_bytes += sum(map(text_size, texts))
            bodies += [article.article_body for article in texts[: SAMPLE - len(bodies)]]
            written += len(stretch)
            clock.curve.append((written, clock.ours))
            progress.update(task, completed=written)
            if written % STRETCH == 0 and not note.is_terminal:
                note.print(f"{written:,} of {count:,} written, {clock.ours / written * 1e6:.0f} µs an article")
    for other in others:
        with clock.of(other.name):
            other.close()
    return text_bytes, bodies


def page(run_id: int, article: Article, capture: CaptureReference) -> tuple:
    """An article and its entry in the ledger, as the last step of a crawl hands them over."""
    entry = LedgerEntry(run_id=run_id, url=article.url, kind=ResourceKind.PAGE, queued_at=NOW, finished_at=NOW)
    return candidate(article, capture, run_id), entry


def text_size(article: Article) -> int:
    """Bytes of its words: headline, description and body."""
    return sum(len(text.encode()) for text in (article.headline, article.description, article.article_body) if text)


def report_writing(clock: Clock, count: int, text_bytes: int, config: Config) -> list[Figure]:
    """Print what writing cost; the figures."""
    table = Table("CPU", "µs an article", title=f"writing {count:,} articles")
    for name, seconds in clock.spent.items():
        table.add_row(name, f"{seconds / count * 1e6:.0f}")
    note.print(table)
    floor = sum(clock.spent[cls.name] for cls in (RawSqlite, BareTantivy, Shingles))
    sizes = [sum(f.stat().st_size for f in config.home.rglob(p) if f.is_file()) for p in ("archive.db*", "index/*")]
    figures = [
        figure("articles a CPU second, of the floors' rate", floor / clock.ours, "ratio", 0.7, "higher"),
        figure("bytes on disk, archive and index, a byte of text", sum(sizes) / text_bytes, "ratio", 2.0, "lower"),
    ]
    if count >= 2 * STRETCH:
        grown = clock.rate(count - STRETCH, count) / clock.rate(0, STRETCH)
        figures.insert(1, figure(f"rate at the last {STRETCH:,} of that at the first", grown, "ratio", 0.75, "higher"))
    note.print(f"archive {sizes[0] / text_bytes:.2f}, index {sizes[1] / text_bytes:.2f} bytes a byte of text")
    return figures


def report_asking(
    archive: Archive, bare: BareTantivy, fts5: Fts5 | None, queries: dict[str, list[BenchmarkQuery]]
) -> list[Figure]:
    """Ask each class of all three, print the times; the figures."""
    table = Table(
        "query", "hits", "ours p50", "p95", "bare tantivy p50", "p95", "FTS5 p50", "p95", title="milliseconds"
    )
    figures: list[Figure] = []

    def compare(kind: str, hits: str, times: dict[str, list[float]]) -> None:
        shown = [f"{percentile(times[name], share):.1f}" for name in times for share in (0.5, 0.95)]
        table.add_row(kind, hits, *shown)
        ours, floor = (percentile(times[name], 0.95) for name in ("ours", "bare"))
        figures.append(figure(f"{kind}, p95", ours, "ms", 100.0 if kind == "phrase" else 25.0, "lower"))
        allowed = max(2 * floor, floor + 5)
        figures.append(figure(f"{kind}, p95, of what bare tantivy's allows", ours / allowed, "ratio", 1.0, "lower"))

    for kind, asked in queries.items():
        order = "newest" if kind == "newest first" else "relevance"
        totals = [archive.search(query.text, limit=HITS, order=order).total for query in asked]  # and all is warm
        for query in asked:
            bare.search(query.terms, kind=kind, section=query.section, year=query.year)
        times = timed(
            asked,
            {
                "ours": lambda query, order=order: archive.search(query.text, limit=HITS, order=order),
                "bare": lambda query: bare.search(query.terms, kind=query.kind, year=query.year, section=query.section),
                "fts5": fts5
                and (lambda query: fts5.search(query.terms, kind=query.kind, year=query.year, section=query.section)),
            },
        )
        compare(kind, f"{int(np.median(totals)):,}", times)
    for kind in ("medium", "frequent"):
        asked = queries[kind]
        for name, contestants in {
            "facets": {
                "ours": lambda query: archive.facets(query.text),
                "bare": lambda query: bare.facets(query.terms),
                "fts5": fts5 and (lambda query: fts5.facets(query.terms)),
            },
            "monthly trend": {
                "ours": lambda query: archive.trend(query.text, by="month"),
                "bare": lambda query: bare.trend(query.terms),
                "fts5": fts5 and (lambda query: fts5.trend(query.terms)),
            },
        }.items():
            compare(f"{name}, {kind}", "", timed(asked, contestants))
    Console().print(table)
    return figures


FTS5_QUERIES = 15
"""Queries of a class that FTS5 is asked: it takes a second and more for some."""


def timed(
    queries: Sequence[BenchmarkQuery], contestants: dict[str, Callable[[BenchmarkQuery], object] | None]
) -> dict[str, list[float]]:
    """Milliseconds of each contestant that is there for each query, in turn."""
    there = {name: ask for name, ask in contestants.items() if ask is not None}
    times: dict[str, list[float]] = {name: [] for name in there}
    for number, query in enumerate(queries):
        for name, ask in there.items():
            if name == "fts5" and number >= FTS5_QUERIES:
                continue
            began = time.perf_counter()
            ask(query)
            times[name].append((time.perf_counter() - began) * 1000)
    return times


def figure(name: str, value: float, unit: str, goal: float, better: str) -> Figure:
    """One line of ``--json``."""
    return {"name": name, "value": round(value, 3), "unit": unit, "goal": goal, "better": better}


if __name__ == "__main__":
    sys.exit(main())
