"""Real workers that crawl real sites, on both databases."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from filelock import FileLock
from sqlalchemy import text, update

from newsarchive.api import Archive
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.schema.crawls import HOST
from newsarchive.archive.schema.schedules import WORKER
from newsarchive.archive.workers import WorkerStore
from newsarchive.archive.writer import ArchiveWriter
from newsarchive.config import Config
from newsarchive.model.crawl_run import RunOutcome
from newsarchive.model.schedule import Timing, TurnOutcome
from newsarchive.model.site import Site as NewsSite
from newsarchive.scheduling import fork_server

pytestmark = pytest.mark.slow

SPEED = 30
"""How much faster the clock of a worker runs whose schedules are in minutes."""


def is_alive(pid):
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def command(pid):
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def finished(newsroom, site):
    return [run for run in newsroom.runs(site) if run.outcome is RunOutcome.FINISHED]


def never_two_at_once(runs):
    ordered = sorted(runs, key=lambda run: run.started_at)
    return all(earlier.finished_at <= later.started_at for earlier, later in pairwise(ordered))


def test_a_due_site_is_crawled_once_and_archived(newsroom, publish, target):
    publish("/one/", "ferry", "harbor")
    newsroom.add("one", "/one/")
    said = newsroom.start(once=True).ended()
    assert [line["event"] for line in said if line.get("site")] == ["crawl-started", "crawl-done"]
    schedule = newsroom.schedule("one")
    assert (schedule.last_outcome, schedule.turn_at, schedule.failures) == (TurnOutcome.DONE, None, 0)
    assert [run.id for run in newsroom.runs("one")] == [schedule.last_run_id]
    with Archive.of(Config(home=newsroom.home, database=target)) as archive:
        assert {revision.article.headline for revision in archive.latest()} == {
            "News of ferry by the lake",
            "News of harbor by the lake",
        }


def test_a_site_is_crawled_again_and_again_and_pausing_ends_that_while_a_worker_runs(
    newsroom, publish, target, wait_for
):
    if isinstance(target, str):
        pytest.skip("its clock is the server's")
    for name in ("one", "other"):
        publish(f"/{name}/", "ferry")
        newsroom.add(name, f"/{name}/", every_s=60)
    worker = newsroom.start(speed=SPEED)
    wait_for(lambda: len(finished(newsroom, "one")) >= 2)
    newsroom.change("one", lambda known: replace(known, is_paused=True))
    wait_for(lambda: newsroom.schedule("one").turn_at is None)
    before, others = len(newsroom.runs("one")), len(finished(newsroom, "other"))
    wait_for(lambda: len(finished(newsroom, "other")) >= others + 2)
    assert len(newsroom.runs("one")) == before
    newsroom.change("one", lambda known: replace(known, is_paused=False))
    wait_for(lambda: len(finished(newsroom, "one")) > before)
    worker.end()
    assert never_two_at_once(newsroom.runs("one"))


def test_a_site_that_fails_is_left_alone_and_says_why(newsroom):
    newsroom.add("gone", "/nothing-here/", timing=Timing.AUTO, every_s=None)
    newsroom.start(once=True).ended()
    schedule = newsroom.schedule("gone")
    assert (schedule.last_outcome, schedule.failures) == (TurnOutcome.FAILED, 1)
    assert "http-404" in schedule.last_reason
    assert schedule.failing_since is not None


def test_a_worker_asked_to_end_lets_its_crawls_end_in_order_and_the_next_goes_on(
    newsroom, publish, hang, site, wait_for
):
    publish("/one/", "ferry", "harbor")
    release = hang("/one/2024/05/03/ferry.html")
    newsroom.add("one", "/one/")
    worker = newsroom.start()
    wait_for(lambda: "/one/2024/05/03/ferry.html" in site.requests)
    worker.process.send_signal(signal.SIGTERM)
    release()
    said = worker.ended()
    assert [line["event"] for line in said][-3:] == ["stopping", "crawl-stopped", "worker-ended"]
    assert [run.outcome for run in newsroom.runs("one")] == [RunOutcome.STOPPED]
    assert newsroom.schedule("one").turn_at is not None
    newsroom.start(once=True).ended()
    assert newsroom.schedule("one").last_outcome is TurnOutcome.DONE


def test_a_second_signal_ends_crawls_at_once(newsroom, publish, hang, site, wait_for):
    publish("/one/", "ferry")
    hang("/one/2024/05/03/ferry.html")
    newsroom.add("one", "/one/")
    worker = newsroom.start()
    wait_for(lambda: "/one/2024/05/03/ferry.html" in site.requests)
    worker.process.send_signal(signal.SIGTERM)
    worker.process.send_signal(signal.SIGINT)
    assert worker.ended()[-1]["event"] == "worker-ended"
    assert newsroom.schedule("one").turn_at is not None


def test_no_crawl_survives_its_killed_worker_and_the_next_worker_goes_on(newsroom, publish, hang, site, wait_for):
    publish("/one/", "ferry", "harbor")
    release = hang("/one/2024/05/03/ferry.html")
    newsroom.add("one", "/one/")
    worker = newsroom.start()
    wait_for(lambda: "/one/2024/05/03/ferry.html" in site.requests)
    children = worker.children()
    assert children
    worker.kill()
    wait_for(lambda: not any(map(is_alive, children)))
    release()
    again = newsroom.start()
    wait_for(lambda: newsroom.schedule("one").last_outcome is TurnOutcome.DONE)
    again.end()
    assert newsroom.runs("one")[-1].outcome is RunOutcome.FINISHED
    assert never_two_at_once(newsroom.runs("one"))


@pytest.mark.skipif(not fork_server.is_possible(), reason="no fork server here")
def test_a_killed_fork_server_costs_no_crawl(newsroom, publish, hang, site, wait_for):
    for name in ("one", "two"):
        publish(f"/{name}/", "ferry", "harbor")
    release = hang("/one/2024/05/03/ferry.html")
    newsroom.add("one", "/one/")
    worker = newsroom.start()
    wait_for(lambda: "/one/2024/05/03/ferry.html" in site.requests)
    (server,) = [
        pid for pid in worker.children() if b"crawl_server" in command(pid) and parent(pid) == worker.process.pid
    ]
    os.kill(server, signal.SIGKILL)
    newsroom.add("two", "/two/")
    wait_for(lambda: newsroom.schedule("two").last_outcome is TurnOutcome.DONE)
    release()
    wait_for(lambda: newsroom.schedule("one").last_outcome is TurnOutcome.DONE)
    newsroom.change("two", lambda known: replace(known, due_at=datetime.now(UTC)))
    wait_for(lambda: len(finished(newsroom, "two")) == 2)
    assert [line["event"] for line in worker.end()].count("fork-server-lost") == 1
    assert [run.outcome for run in newsroom.runs("one")] == [RunOutcome.FINISHED]


def test_one_worker_is_enough_for_a_sqlite_file(newsroom, target):
    if isinstance(target, str):
        pytest.skip("there may be many")
    with newsroom.database():
        pass
    (target.parent / "locks").mkdir()
    with FileLock(target.parent / "locks" / "-worker-.lock"):
        refused = newsroom.start(once=True)
        refused.process.communicate()
        assert refused.process.returncode == 1


@pytest.mark.postgresql
def test_two_workers_share_the_sites_and_never_crawl_one_twice_at_once(newsroom, publish, target, wait_for):
    if isinstance(target, Path):
        pytest.skip("there is but one")
    names = [f"site-{number}" for number in range(4)]
    for name in names:
        publish(f"/{name}/", "ferry")
        newsroom.add(name, f"/{name}/")
    workers = [newsroom.start(concurrency=2) for _ in range(2)]
    wait_for(lambda: all(newsroom.schedule(name).last_outcome for name in names))
    assert [len(newsroom.runs(name)) for name in names] == [1] * len(names)
    for name in names:
        newsroom.change(name, lambda known: replace(known, due_at=known.added_at))
    wait_for(lambda: all(len(finished(newsroom, name)) == 2 for name in names))
    said = [worker.end() for worker in workers]
    assert all(never_two_at_once(newsroom.runs(name)) for name in names)
    assert all(any(line["event"] == "crawl-done" for line in lines) for lines in said)  # both had a share
    assert [len(newsroom.runs(name)) for name in names] == [2] * len(names)


@pytest.mark.postgresql
def test_a_killed_workers_site_is_taken_over_by_another(newsroom, publish, hang, site, target, wait_for):
    if isinstance(target, Path):
        pytest.skip("there is but one")
    publish("/one/", "ferry", "harbor")
    release = hang("/one/2024/05/03/ferry.html")
    newsroom.add("one", "/one/")
    doomed = newsroom.start()
    wait_for(lambda: "/one/2024/05/03/ferry.html" in site.requests)
    survivor = newsroom.start()
    doomed.kill()
    release()
    wait_for(lambda: newsroom.schedule("one").last_outcome is TurnOutcome.DONE)
    events = [line["event"] for line in survivor.end()]
    assert "worker-lost" in events
    assert newsroom.runs("one")[-1].outcome is RunOutcome.FINISHED
    assert never_two_at_once(newsroom.runs("one"))


@pytest.mark.postgresql
def test_a_crawl_that_has_lost_its_site_to_another_ends(newsroom, publish, site, target, wait_for):
    """As that of a machine that was cut off from the server, and comes back."""
    if isinstance(target, Path):
        pytest.skip("a lock on a file is not lost")
    slugs = [f"news-{number}" for number in range(2000)]
    publish("/one/", *slugs)
    newsroom.add("one", "/one/")
    worker = newsroom.start(delay_s=0.3)
    wait_for(lambda: len(site.requests) > 10)
    with newsroom.database() as database:
        with database.read() as connection:
            schema = connection.execute(text("SELECT current_schema()")).scalar()
            key = int.from_bytes(hashlib.sha256(f"{schema}\0crawl one".encode()).digest()[:8])
            cut = "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND classid = :high"
            halves = {"high": key >> 32, "low": key & 0xFFFFFFFF}
            assert connection.execute(text(f"{cut} AND objid = :low"), halves).scalars().all() == [True]
        with database.alone("crawl one") as taken:
            assert taken is not None
            wait_for(lambda: newsroom.schedule("one").turn_at is None)
    assert len(site.requests) < len(slugs)
    assert newsroom.schedule("one").failures == 0
    events = [line["event"] for line in worker.end()]
    assert "crawl-busy" in events


HOOK = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read() + '\\n')"


def test_workers_tell_of_a_site_that_nobody_crawls_once_for_all_of_them(newsroom, publish, target, tmp_path, wait_for):
    publish("/one/", "ferry")
    newsroom.add("one", "/one/")
    with newsroom.database() as database:
        long_ago = datetime.now(UTC) - timedelta(days=9)
        ArchiveWriter(database).add_site(NewsSite(name="forgotten", home_url="https://a.example/", added_at=long_ago))
    hook = [sys.executable, "-c", HOOK, str(tmp_path / "heard")]
    number = 1 if isinstance(target, Path) else 3
    workers = [newsroom.start(hook=hook, first_look_s=0) for _ in range(number)]
    wait_for((tmp_path / "heard").exists)
    wait_for(lambda: newsroom.schedule("one").last_outcome is TurnOutcome.DONE)
    said = [line for worker in workers for line in worker.end()]
    heard = [json.loads(line) for line in (tmp_path / "heard").read_text().splitlines()]
    assert [(alert["event"], alert["site"], alert["kind"]) for alert in heard] == [("new", "forgotten", "no-crawl")]
    assert [line["count"] for line in said if line["event"] == "alerts-told"] == [1]


def test_a_killed_worker_is_told_of_by_another_once(newsroom, publish, tmp_path, wait_for):
    """On SQLite by the next one: there is but one at a time."""
    publish("/one/", "ferry")
    newsroom.add("one", "/one/", due_at=datetime.now(UTC) + timedelta(days=1))

    def workers():
        with newsroom.database() as database:
            return {worker.name: worker for worker in WorkerStore(database).all()}

    doomed = newsroom.start(name="doomed")
    wait_for(lambda: "doomed" in workers())
    doomed.kill()
    hook = [sys.executable, "-c", HOOK, str(tmp_path / "heard")]
    survivor = newsroom.start(name="survivor", hook=hook, first_look_s=0)
    wait_for(lambda: "survivor" in workers())
    a_while = timedelta(minutes=10)
    with newsroom.database() as database, database.write() as connection:  # as if it had gone by
        for name, column in (("doomed", "seen_at"), ("survivor", "steady_since")):
            row = update(WORKER).where(WORKER.c.name == name)
            connection.execute(row.values({column: datetime.now(UTC) - a_while}))
    wait_for((tmp_path / "heard").exists)
    survivor.end()
    (alert,) = [json.loads(line) for line in (tmp_path / "heard").read_text().splitlines()]
    assert (alert["event"], alert["site"], alert["kind"]) == ("new", "(workers)", "worker-lost")
    assert "the worker doomed vanished" in alert["text"]
    assert workers()["survivor"].ended_at is not None


def test_a_hook_that_fails_is_logged_and_stops_no_crawl(newsroom, publish):
    publish("/one/", "ferry")
    newsroom.add("one", "/one/")
    with newsroom.database() as database:
        long_ago = datetime.now(UTC) - timedelta(days=9)
        ArchiveWriter(database).add_site(NewsSite(name="forgotten", home_url="https://a.example/", added_at=long_ago))
    said = newsroom.start(once=True, hook=["/bin/false"]).ended()
    (failed,) = [line for line in said if line["event"] == "alert-failed"]
    assert "exit code 1" in failed["reason"]
    assert newsroom.schedule("one").last_outcome is TurnOutcome.DONE


def test_a_site_whose_crawls_fail_is_told_of_soon_after_one_has_ended(newsroom, site, tmp_path, wait_for):
    newsroom.add("wall", "/wall/")
    long_ago = datetime.now(UTC) - timedelta(days=2)
    with newsroom.database() as database:
        writer = ArchiveWriter(database)
        for number in range(3):
            at = long_ago + timedelta(hours=12 * number)
            writer.end_run(writer.begin_run("wall", "site", {}, at), RunOutcome.FAILED, "http-403", at)
    newsroom.start(hook=[sys.executable, "-c", HOOK, str(tmp_path / "heard")])
    wait_for((tmp_path / "heard").exists)
    (alert,) = [json.loads(line) for line in (tmp_path / "heard").read_text().splitlines()]
    assert (alert["site"], alert["kind"]) == ("wall", "crawls-failing")


def test_a_worker_leaves_a_site_alone_until_the_rest_its_host_asked_for_is_over(newsroom, publish, site):
    publish("/one/", "ferry")
    page = site.answers["/one/"]
    site.answers["/one/"] = (503, {"Retry-After": "21600"}, b"come back later")
    newsroom.add("one", "/one/", every_s=1800)
    newsroom.start(once=True).ended()
    asked = list(site.requests)
    with newsroom.database() as database:
        rests_until = ArchiveReader(database).resting_hosts(datetime.now(UTC))["127.0.0.1"]
    schedule = newsroom.schedule("one")
    assert (schedule.due_at, schedule.last_outcome) == (rests_until, TurnOutcome.FAILED)
    assert "retry-after" in schedule.last_reason
    newsroom.start(once=True).ended()
    assert len(newsroom.runs("one")) == 1  # it is not due

    now = datetime.now(UTC)
    newsroom.change("one", lambda known: replace(known, due_at=now))  # as `schedule run` does
    newsroom.start(once=True).ended()
    assert [(run.outcome, run.reason) for run in newsroom.runs("one")] == [(RunOutcome.STOPPED, "retry-after")] * 2
    assert site.requests == asked
    assert newsroom.schedule("one").due_at == rests_until

    site.answers["/one/"] = page
    with newsroom.database() as database, database.write() as connection:
        connection.execute(update(HOST).values(rests_until=now))
    newsroom.change("one", lambda known: replace(known, due_at=now))
    newsroom.start(once=True).ended()
    assert newsroom.schedule("one").last_outcome is TurnOutcome.DONE
