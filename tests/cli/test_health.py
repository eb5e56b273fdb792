import csv
import io
import json
import sys
from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.archive.database import Database
from newsarchive.archive.schedules import ScheduleStore
from newsarchive.archive.workers import WorkerStore
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.model.crawl_run import LedgerEntry, Outcome, ResourceKind, RunOutcome
from newsarchive.model.schedule import Schedule, Timing
from newsarchive.model.site import Site

DAY = timedelta(days=1)


def crawl(writer: ArchiveWriter, site: str, at: datetime, outcome: Outcome, reason: str | None = None) -> None:
    run = writer.begin_run(site, "site", {}, at)
    entry = LedgerEntry(
        run_id=run,
        url=f"https://{site}.example/",
        kind=ResourceKind.HOME,
        queued_at=at,
        outcome=outcome,
        reason=reason,
        finished_at=at,
    )
    writer.store(Batch(finished=(entry,)))
    writer.end_run(run, RunOutcome.FINISHED, None, at)


@pytest.fixture
def home(tmp_path):
    """A home with a site that blocks its crawls, one that was never crawled, and a new one."""
    now = datetime.now(UTC)
    home = tmp_path / "home"
    with Database.open(home / "archive.db", create=True) as database:
        writer = ArchiveWriter(database)
        for name, days in (("wall", 9), ("forgotten", 3), ("new", 0)):
            writer.add_site(Site(name=name, home_url=f"https://{name}.example/", added_at=now - days * DAY))
        for number in range(6):
            good = number < 2
            at = now - (6 - number) * DAY / 2
            crawl(writer, "wall", at, Outcome.READ if good else Outcome.BLOCKED, None if good else "http-403")
    return home


def test_health_lists_the_worst_first_with_what_to_do(newsarchive, home):
    done = newsarchive("health", home=home)
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0].split() == ["state", "site", "kind", "what", "next"]
    assert lines[1].split()[:3] == ["wrong", "wall", "crawls-failing"]
    assert "blocked, http-403" in lines[1]
    assert "newsarchive runs show 6" in lines[1]
    assert lines[2].split()[:3] == ["look", "forgotten", "no-crawl"]
    assert lines[3] == "3 sites: 2 with findings, 0 ok, 1 with too little history"
    assert "too little history" in done.err


def test_health_of_one_site_shows_details(newsarchive, home):
    done = newsarchive("health", "wall", home=home)
    assert "since" in done.out
    assert "forgotten" not in done.out
    unknown = newsarchive("health", "wal", home=home)
    assert unknown.code == 1
    assert "did you mean wall" in unknown.err


def test_strict_gives_an_exit_code(newsarchive, home):
    assert newsarchive("health", "--strict", home=home).code == 1
    assert newsarchive("health", "new", "--strict", home=home).code == 0


def test_health_for_programs(newsarchive, home):
    records = [json.loads(line) for line in newsarchive("health", "--json", home=home).out.splitlines()]
    assert [(record["site"], record["state"]) for record in records] == [
        ("wall", "wrong"),
        ("forgotten", "look"),
        ("new", "young"),
    ]
    assert records[0]["findings"][0]["kind"] == "crawls-failing"
    rows = list(csv.DictReader(io.StringIO(newsarchive("health", "--csv", home=home).out)))
    assert [(row["site"], row["kind"]) for row in rows] == [("wall", "crawls-failing"), ("forgotten", "no-crawl")]
    assert newsarchive("health", "--csv", "--json", home=home).code == 2


def test_findings_are_told_to_a_command_once(newsarchive, home, tmp_path):
    keep = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read() + '\\n')"
    command = [sys.executable, "-c", keep, str(tmp_path / "heard")]
    (home / "newsarchive.toml").write_text(f"alert_command = {json.dumps(command)}\n", encoding="utf-8")
    first = newsarchive("health", "--notify", home=home)
    assert (first.code, first.err.splitlines()[-1]) == (0, "2 alerts told")
    heard = [json.loads(line) for line in (tmp_path / "heard").read_text().splitlines()]
    assert [(alert["event"], alert["site"], alert["kind"]) for alert in heard] == [
        ("new", "wall", "crawls-failing"),
        ("new", "forgotten", "no-crawl"),
    ]
    assert newsarchive("health", "--notify", home=home).err.splitlines()[-1] == "0 alerts told"
    with Database.open(home / "archive.db") as database:
        crawl(ArchiveWriter(database), "forgotten", datetime.now(UTC), Outcome.READ)
    newsarchive("health", "--notify", home=home)
    last = json.loads((tmp_path / "heard").read_text().splitlines()[-1])
    assert (last["event"], last["site"]) == ("resolved", "forgotten")


def test_who_cannot_be_told_is_an_error(newsarchive, home):
    assert newsarchive("health", "--notify", home=home).code == 2
    (home / "newsarchive.toml").write_text('alert_webhook = "https://127.0.0.1:9/secret"\n', encoding="utf-8")
    done = newsarchive("health", "--notify", home=home)
    assert done.code == 1
    assert "not a public address" in done.err
    assert "secret" not in done.err


@pytest.mark.parametrize(
    "line",
    [
        'alert_command = ""',
        "alert_command = 7",
        'alert_command = ["a", 7]',
        'alert_command = "a \\"b"',
        'alert_webhook = "http://chat.example/secret"',
        'alert_webhook = "https://chat.example/a secret"',
    ],
)
def test_settings_that_make_no_sense_are_refused(newsarchive, home, line):
    (home / "newsarchive.toml").write_text(line + "\n", encoding="utf-8")
    done = newsarchive("health", home=home)
    assert done.code == 2
    assert "secret" not in done.err


def test_turns_that_nobody_takes_are_told_with_what_to_do(newsarchive, tmp_path):
    now = datetime.now(UTC)
    with Database.open(tmp_path / "archive.db", create=True) as database:
        ArchiveWriter(database).add_site(Site(name="new", home_url="https://new.example/", added_at=now))
        schedule = Schedule(
            site="new",
            timing=Timing.EVERY,
            every_s=7 * 86400,
            added_at=now,
            planned_at=now,
            due_at=now - timedelta(hours=2),
        )
        ScheduleStore(database).put(schedule, lambda known: known)
        workers = WorkerStore(database)
        workers.begin("one", now - DAY)
        workers.end("one", now - DAY, now - 2 * DAY / 3)
    said = f"no worker has run since {now - 2 * DAY / 3:%Y-%m-%d %H:%M} UTC; 1 turn is overdue"
    done = newsarchive("health", home=tmp_path)
    assert done.code == 0
    assert done.out.splitlines()[1].split()[:3] == ["wrong", "(workers)", "no-worker"]
    assert said in done.out
    assert "start one: newsarchive worker" in done.out
    assert "1 sites: 0 with findings" in done.out
    assert newsarchive("health", "--strict", home=tmp_path).code == 1
    lines = [json.loads(line) for line in newsarchive("health", "--json", home=tmp_path).out.splitlines()]
    assert [(line["site"], line["state"]) for line in lines] == [("(workers)", "wrong"), ("new", "young")]
    status = newsarchive("status", home=tmp_path)
    assert "workers    0" in status.out
    assert said in status.err
    with Database.open(tmp_path / "archive.db") as database:
        WorkerStore(database).begin("two", now)
    assert newsarchive("health", "--strict", home=tmp_path).code == 0
    assert json.loads(newsarchive("status", "--json", home=tmp_path).out)["workers"] == 1
