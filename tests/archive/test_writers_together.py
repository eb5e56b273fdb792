"""Several writers at once, and writers that are killed."""

import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.model.crawl_run import Outcome
from newsarchive.model.visit import Visit

WRITERS = 3
BATCHES = 12
PAGES = 10
ROUNDS = 100


def test_writers_take_turns_and_a_follower_misses_nothing(target, database, page, entry, hours):
    run_id = ArchiveWriter(database).begin_run(None, "test", {}, hours(0))
    outcomes: list[Outcome] = []
    errors: list[Exception] = []
    done = threading.Event()
    followed: list[int] = []

    def write(number: int) -> None:
        try:
            with Database.open(target) as mine:
                writer = ArchiveWriter(mine)
                for batch in range(BATCHES):
                    # Half of the pages are the same for all writers, in another order for each.
                    slugs = [f"common-{batch}-{i}" for i in range(PAGES // 2)]
                    slugs += [f"own-{number}-{batch}-{i}" for i in range(PAGES // 2)]
                    random.Random(number).shuffle(slugs)
                    pages = tuple((page(slug, "Text."), entry(run_id, f"{number} {slug}")) for slug in slugs)
                    outcomes.extend(writer.store(Batch(pages=pages)))
        except Exception as error:  # noqa: BLE001 (a thread's exceptions are lost otherwise)
            errors.append(error)

    def follow() -> None:
        reader = ArchiveReader(database)
        last_round = False
        while True:
            last_round = done.is_set()
            for row in reader.iter_rows_after(followed[-1] if followed else 0):
                followed.append(row.sequence)
            if last_round:
                return

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    follower = threading.Thread(target=follow)
    for thread in (*threads, follower):
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    follower.join()
    assert errors == []
    articles = BATCHES * PAGES // 2 * (WRITERS + 1)
    assert outcomes.count(Outcome.NEW) == articles
    assert outcomes.count(Outcome.UNCHANGED) == len(outcomes) - articles
    assert followed == list(range(1, articles + 1))


@pytest.mark.parametrize("crossing", ["hosts", "visits"])
def test_crawls_of_the_same_hosts_and_pages_never_wait_for_each_other(target, database, page, entry, hours, crossing):
    """On SQLite their transactions take turns. Both begin each round together, and none tries again."""
    run_id = ArchiveWriter(database).begin_run(None, "test", {}, hours(0))
    start, day = hours(0), hours(0).date()
    visit = Visit(
        url="https://www.example.com/shared",
        first_asked_at=start,
        asked_at=hours(2),
        outcome=Outcome.UNCHANGED,
        fetched_at=start,
    )
    ArchiveWriter(database).store(Batch(pages=((page("shared", "Text."), entry(run_id, visit.url)),)))

    def batch(number: int, turn: int) -> Batch:
        if crossing == "hosts" and number == 0:
            return Batch(rests={"b.example": hours(turn)}, asked={("a.example", day): 1})
        if crossing == "hosts":
            return Batch(asked={("a.example", day): 1, ("b.example", day): 1})
        if number == 0:
            return Batch(visits=(visit,))
        url = f"https://www.example.com/{turn}"
        return Batch(pages=((page(str(turn), "Text."), entry(run_id, url)),), visits=(visit,))

    together = threading.Barrier(2)
    errors: list[Exception] = []

    def write(number: int) -> None:
        try:
            with Database.open(target) as mine:
                writer = ArchiveWriter(mine)
                for turn in range(ROUNDS):
                    together.wait(timeout=60)
                    writer.store(batch(number, turn))
        except Exception as error:  # noqa: BLE001 (a thread's exceptions are lost otherwise)
            errors.append(error)
            together.abort()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    if crossing == "hosts":
        reader = ArchiveReader(database)
        assert reader.asked_on(day) == {"a.example": 2 * ROUNDS, "b.example": ROUNDS}
        assert reader.resting_hosts(start) == {"b.example": hours(ROUNDS - 1)}


STORING = f"""
import sys
from datetime import UTC, datetime
from pathlib import Path
from newsarchive.archive.database import Database
from newsarchive.archive.revisions.comparison import content_digest
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.model.article import Article, Block, BlockKind
from newsarchive.model.capture import CaptureReference
from newsarchive.model.crawl_run import LedgerEntry, ResourceKind
from newsarchive.model.revision import Candidate

target, round = sys.argv[1:]
now = datetime(2024, 5, 3, tzinfo=UTC)
writer = ArchiveWriter(Database.open(target if "://" in target else Path(target)))
run_id = writer.begin_run(None, round, {{}}, now)
batch = 0
while True:
    pages = []
    for number in range({PAGES}):
        url = f"https://www.example.com/{{round}}/{{batch}}/{{number}}"
        article = Article(url=url, canonical_url=url, blocks=(Block(kind=BlockKind.PARAGRAPH, text="Text. " * 700),))
        capture = CaptureReference(warc_file=None, warc_offset=None, digest=None, fetched_at=now, status=200)
        candidate = Candidate(article=article, content_digest=content_digest(article), capture=capture,
                              requested_url=url, run_id=run_id)
        pages.append((candidate, LedgerEntry(run_id=run_id, url=url, kind=ResourceKind.PAGE, queued_at=now)))
    writer.store(Batch(pages=tuple(pages)))
    print(batch, flush=True)
    batch += 1
"""


@pytest.mark.parametrize("seed", [1])
def test_a_killed_writer_loses_nothing_it_acknowledged(target, database, seed):
    database.close()
    moments = random.Random(seed)
    acknowledged: dict[int, int] = {}
    for round_number in range(3):
        child = subprocess.Popen(
            [sys.executable, "-c", STORING, str(target), str(round_number)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        first = child.stdout.readline()
        threading.Event().wait(moments.uniform(0.01, 0.4))
        os.kill(child.pid, signal.SIGKILL)
        batches = [int(line) for line in (first, *child.stdout) if line.endswith("\n")]
        child.wait()
        acknowledged[round_number] = batches[-1] + 1
        with Database.open(target) as reopened:
            _check_whole(reopened, acknowledged)
    assert sum(acknowledged.values()) > len(acknowledged)


def _check_whole(database: Database, acknowledged: dict[int, int]) -> None:
    with database.read() as connection:
        if Path(database.name).exists():
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        articles, latest, revisions, finished = (
            connection.execute(text(f"SELECT count(*) FROM {query}")).scalar_one()
            for query in (
                "article",
                "articles",
                "revision",
                "ledger WHERE outcome = 'new'",
            )
        )
    assert articles == latest == revisions == finished
    urls = {revision.article.url for revision in ArchiveReader(database).iter_latest()}
    assert len(urls) % PAGES == 0
    for round_number, batches in acknowledged.items():
        for batch in range(batches):
            for number in range(PAGES):
                assert f"https://www.example.com/{round_number}/{batch}/{number}" in urls
