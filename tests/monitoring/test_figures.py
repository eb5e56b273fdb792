from datetime import UTC, datetime, timedelta

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from newsarchive.archive.database import Database
from newsarchive.archive.schedules import ScheduleStore
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.model.crawl_run import LedgerEntry, Outcome, ResourceKind, RunOutcome
from newsarchive.model.schedule import Schedule, Timing
from newsarchive.model.site import Site
from newsarchive.monitoring.figures import registry_of

NOW = datetime(2026, 3, 12, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


def figures(database, lag=None):
    text = generate_latest(registry_of(database, lambda: NOW, lambda: lag)).decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_figures_say_what_the_archive_holds(target):
    with Database.open(target, create=True) as database:
        writer = ArchiveWriter(database)
        for name in ("lake", "hill"):
            writer.add_site(Site(name=name, home_url=f"https://{name}.example/", added_at=NOW))
        writer.end_run(writer.begin_run("lake", "site", {}, NOW - 9 * HOUR), RunOutcome.FAILED, None, NOW - 8 * HOUR)
        run = writer.begin_run("lake", "site", {}, NOW - 2 * HOUR)
        entry = LedgerEntry(
            run_id=run,
            url="https://lake.example/",
            kind=ResourceKind.HOME,
            queued_at=NOW,
            outcome=Outcome.READ,
            finished_at=NOW,
        )
        writer.store(Batch(finished=(entry,)))
        found = figures(database, lag=3)
        assert found["newsarchive_up",] == 1
        assert found["newsarchive_articles", "hill"] == found["newsarchive_revisions",] == 0
        assert found["newsarchive_last_crawl_age_seconds", "lake"] == 7_200
        assert found["newsarchive_last_crawl_outcome", "running", "lake"] == 1
        assert found["newsarchive_last_crawl_outcome", "failed", "lake"] == 0
        assert found["newsarchive_last_crawl_addresses", "read", "lake"] == 1
        assert ("newsarchive_last_crawl_age_seconds", "hill") not in found
        assert found["newsarchive_index_lag_revisions",] == 3
        assert not [key for key in found if key[0].startswith(("python_", "process_"))]


def test_figures_of_schedules(tmp_path):
    with Database.open(tmp_path / "archive.db", create=True) as database:
        writer = ArchiveWriter(database)
        for name, due, paused in (("late", -3, False), ("soon", 1, False), ("paused", -9, True)):
            writer.add_site(Site(name=name, home_url=f"https://{name}.example/", added_at=NOW))
            schedule = Schedule(
                site=name,
                timing=Timing.EVERY,
                every_s=3_600,
                added_at=NOW,
                is_paused=paused,
                due_at=NOW + due * HOUR,
                planned_at=NOW,
                failures=2 if name == "late" else 0,
            )
            ScheduleStore(database).put(schedule, lambda schedule: schedule)
        found = figures(database)
        states = {state: found["newsarchive_schedules", state] for state in ("paused", "running", "due", "waiting")}
        assert states == {"paused": 1, "running": 0, "due": 1, "waiting": 1}
        assert found["newsarchive_schedule_overdue_seconds",] == 3 * 3_600
        assert found["newsarchive_schedule_failures", "late"] == 2
        assert ("newsarchive_index_lag_revisions",) not in found


def test_an_archive_that_cannot_be_read_is_down(tmp_path):
    path = tmp_path / "archive.db"
    with Database.open(path, create=True) as database:
        pass
    for file in tmp_path.iterdir():
        file.unlink()
    path.write_bytes(b"no database at all" * 1_000)
    assert figures(database) == {("newsarchive_up",): 0}
