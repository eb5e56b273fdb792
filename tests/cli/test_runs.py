import csv
import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from newsarchive.archive.database import Database
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.cli.runs_tail import PAUSE_S
from newsarchive.crawling.lock import crawl_lock
from newsarchive.model.crawl_run import LedgerEntry, Outcome, ResourceKind, RunOutcome
from newsarchive.model.site import Site

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def last_run(newsarchive, home) -> str:
    return str(json.loads(newsarchive("runs", "list", "-n", "1", "--json", home=home).out)["run"])


def test_show_tells_outcomes_with_reasons_and_examples(newsarchive, crawled):
    run = last_run(newsarchive, crawled)
    shown = newsarchive("runs", "show", run, home=crawled)
    assert shown.code == 0, shown.err
    assert f"run {run} of sample: finished" in shown.out
    assert "http-404" in shown.out
    assert "slowest hosts" in shown.out
    assert f"newsarchive runs ledger {run}" in shown.err
    record = json.loads(newsarchive("runs", "show", run, "--json", home=crawled).out)
    assert sum(ending["addresses"] for ending in record["endings"]) == sum(record["counts"].values())


def test_a_run_that_never_was_cannot_be_shown(newsarchive, crawled):
    assert newsarchive("runs", "show", "99", home=crawled).code == 2


def test_the_ledger_is_filtered_by_reason_and_written_as_csv(newsarchive, crawled):
    run = last_run(newsarchive, crawled)
    table = newsarchive("runs", "ledger", run, "--reason", "http-404", "--csv", home=crawled)
    rows = list(csv.DictReader(io.StringIO(table.out)))
    assert rows
    assert {(row["outcome"], row["reason"], row["status"], row["run"]) for row in rows} == {
        ("failed", "http-404", "404", run)
    }
    none = newsarchive("runs", "ledger", run, "--reason", "nothing-such", home=crawled)
    assert (none.out, none.code) == ("", 0)
    assert "ended nothing-such" in none.err
    assert newsarchive("runs", "ledger", run, "--csv", "--json", home=crawled).code == 2


def test_tail_needs_a_running_crawl(newsarchive, crawled):
    done = newsarchive("runs", "tail", "sample", home=crawled)
    assert done.code == 1
    assert "no crawl of sample is running" in done.err


@pytest.fixture
def running(tmp_path):
    """A home with an open run of the site lake, and its database."""
    with Database.open(tmp_path / "home" / "archive.db", create=True) as database:
        writer = ArchiveWriter(database)
        writer.add_site(Site(name="lake", home_url="https://lake.example/", added_at=NOW))
        yield tmp_path / "home", database, writer, writer.begin_run("lake", "site", {}, NOW)


def test_tail_says_that_a_killed_crawl_is_gone(newsarchive, running):
    home, *_ = running
    done = newsarchive("runs", "tail", home=home)
    assert done.code == 1
    assert "is gone" in done.err


def test_tail_follows_a_crawl_to_its_end(running):
    home, database, writer, run = running
    entry = LedgerEntry(run_id=run, url="https://lake.example/", kind=ResourceKind.HOME, queued_at=NOW)
    with crawl_lock(database, home, "lake"):
        writer.store(Batch(queued=(entry,)))
        process = subprocess.Popen(
            [sys.executable, "-m", "newsarchive", "--home", str(home), "runs", "tail", "lake", "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={name: value for name, value in os.environ.items() if not name.startswith("NEWSARCHIVE_")},
        )
        assert process.stderr.readline().startswith(f"run {run} of lake")
        writer.store(
            Batch(
                finished=(
                    LedgerEntry(
                        run_id=run,
                        url=entry.url,
                        kind=entry.kind,
                        queued_at=NOW,
                        outcome=Outcome.READ,
                        status=200,
                        finished_at=NOW,
                    ),
                )
            )
        )
        line = json.loads(process.stdout.readline())
        assert (line["url"], line["outcome"], line["status"], line["run"]) == (entry.url, "read", 200, run)
        writer.end_run(run, RunOutcome.FINISHED, None, NOW)
        out, err = process.communicate(timeout=60 * PAUSE_S)
    assert (process.returncode, out) == (0, "")
    assert f"run {run} finished: 1 read" in err
