"""Workers on one PostgreSQL: pages a second with 1, 2 and 4 of them, and whether every site has each turn once.

    python benchmarks/workers.py --postgresql postgresql://postgres@127.0.0.1:5432/test --json workers.json
    python benchmarks/workers.py --postgresql … --sites 200 --pages 20

For each number of workers a new schema, the same sites on loopback (one process serves them all), two turns: in the
first all articles are new, in the second none is. From the times of the runs: each site crawled once a turn, never
twice at once. With two workers and more a third turn, in which one is killed (kill -9): how long until its sites are
crawled by another. Delay between requests is 0, so the processors are what is measured; real sites are waited for.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, make_url, text

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.schedules import ScheduleStore
from newsarchive.archive.writer import ArchiveWriter
from newsarchive.model.crawl_run import CrawlRun
from newsarchive.model.schedule import Schedule, Timing
from newsarchive.model.site import Site

PATIENCE_S = 3600.0
PR_SET_CHILD_SUBREAPER = 36
"""https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html"""
EVERY_S = 30 * 86400
"""Long enough that no site is due again by itself."""

note = Console(stderr=True)
Figure = dict[str, object]


class Fleet:
    """Workers, the sites they crawl and the archive they crawl into."""

    def __init__(self, url: str, folder: Path, port: int, sites: int) -> None:
        self.url = url
        self.sites = [f"site-{number:04}" for number in range(1, sites + 1)]
        self._folder = folder
        hosts = [f"127.1.{number >> 8}.{number & 255}" for number in range(1, sites + 1)]
        self._allowed = " ".join(f"{host}:{port}" for host in hosts)
        self.workers: list[tuple[subprocess.Popen[str], Path]] = []
        now = datetime.now(UTC)
        with Database.open(url, create=True) as database:
            writer, store = ArchiveWriter(database), ScheduleStore(database)
            for name, host in zip(self.sites, hosts, strict=True):
                writer.add_site(Site(name=name, home_url=f"http://{host}:{port}/", added_at=now))
                known = Schedule(
                    site=name, timing=Timing.EVERY, every_s=EVERY_S, added_at=now, due_at=now, planned_at=now
                )
                store.put(known, lambda schedule: schedule)

    def start(self, concurrency: int) -> None:
        """One more worker, with a log of its own."""
        log = self._folder / f"worker-{len(self.workers)}.jsonl"
        command = [sys.executable, "-m", "newsarchive", "worker", "--json-log", "--concurrency", str(concurrency)]
        settings = {
            "NEWSARCHIVE_HOME": str(self._folder),
            "NEWSARCHIVE_DATABASE": self.url,
            "NEWSARCHIVE_DELAY": "0",
            "NEWSARCHIVE_ALLOW_ADDRESSES": self._allowed,
        }
        with log.open("w") as stream:
            process = subprocess.Popen(command, stderr=stream, env={**os.environ, **settings}, text=True)
        self.workers.append((process, log))

    def begin_turn(self) -> datetime:
        """Let all sites be due."""
        now = datetime.now(UTC)
        with Database.open(self.url) as database:
            for site in self.sites:
                ScheduleStore(database).change(site, lambda known: replace(known, due_at=now))
        return now

    def wait(self, since: datetime) -> None:
        """Until every site has had its turn."""
        deadline = time.monotonic() + PATIENCE_S
        with Database.open(self.url) as database:
            while time.monotonic() < deadline:
                if all((known.last_finished_at or known.added_at) > since for known in ScheduleStore(database).all()):
                    return
                time.sleep(0.2)
        raise SystemExit("the turn never ended")

    def runs(self, since: datetime) -> list[CrawlRun]:
        """Runs begun since then."""
        with Database.open(self.url) as database:
            return [run for run in ArchiveReader(database).runs() if run.started_at >= since]

    def crawling(self, number: int) -> set[str]:
        """Sites that a worker says it is crawling."""
        sites: set[str] = set()
        for line in self.workers[number][1].read_text().splitlines():
            event = json.loads(line)
            if event["event"] == "crawl-started":
                sites.add(event["site"])
            elif event["event"].startswith("crawl-"):
                sites.discard(event["site"])
        return sites

    def end(self) -> None:
        """End all workers in order."""
        for process, _ in self.workers:
            process.terminate()
        for process, _ in self.workers:
            process.wait()


def overlaps(runs: Sequence[CrawlRun]) -> int:
    """How often a site was crawled twice at once."""
    found = 0
    for site in {run.site for run in runs}:
        own = sorted((run for run in runs if run.site == site), key=lambda run: run.started_at)
        found += sum(
            earlier.finished_at is None or earlier.finished_at > later.started_at for earlier, later in pairwise(own)
        )
    return found


def turn(fleet: Fleet, since: datetime) -> Figure:
    """One turn of all sites, from its first crawl's beginning to its last one's end."""
    fleet.wait(since)
    runs = fleet.runs(since)
    seconds = (max(run.finished_at or since for run in runs) - min(run.started_at for run in runs)).total_seconds()
    pages = sum(sum(run.counts.get(name, 0) for name in ("new", "changed", "unchanged")) for run in runs)
    return {
        "seconds": round(seconds, 2),
        "pages": pages,
        "pages_a_second": round(pages / seconds, 2),
        "sites_a_minute": round(60 * len(runs) / seconds, 1),
        "runs": len(runs),
        "sites_crawled_once": sorted(run.site or "" for run in runs) == fleet.sites,
    }


def take_over(fleet: Fleet) -> Figure:
    """Kill the first worker while it crawls; seconds until each of its sites is crawled by another."""
    since = fleet.begin_turn()
    while not (lost := fleet.crawling(0)) or not {run.site for run in fleet.runs(since)} >= lost:
        time.sleep(0.05)
    fleet.workers[0][0].kill()
    killed_at = datetime.now(UTC)
    lost = fleet.crawling(0)
    fleet.wait(since)
    begun = {
        site: min((run.started_at for run in fleet.runs(killed_at) if run.site == site), default=None) for site in lost
    }
    return {
        "lost_sites": len(lost),
        "seconds_until_taken_over": sorted(
            round((moment - killed_at).total_seconds(), 1) for moment in begun.values() if moment is not None
        ),
    }


def measure(server_url: str, server: int, port: int, workers: int, sites: int, concurrency: int) -> Figure:
    """All turns with so many workers. ``server`` is the process that serves the sites."""
    with schema(server_url) as url, tempfile.TemporaryDirectory() as folder:
        fleet = Fleet(url, Path(folder), port, sites)
        began, cpu_s = datetime.now(UTC), _children_cpu_s(server)
        try:
            for _ in range(workers):
                fleet.start(concurrency)
            figures: Figure = {"workers": workers, "first_turn": turn(fleet, began)}
            figures["second_turn"] = turn(fleet, fleet.begin_turn())
            if workers > 1:
                figures["killed"] = take_over(fleet)
        finally:
            fleet.end()
        runs = fleet.runs(began)
        cpu_s = _children_cpu_s(server) - cpu_s
        return {**figures, "overlaps": overlaps(runs), "cpu_seconds_a_crawl": round(cpu_s / len(runs), 2)}


def adopt_orphans() -> None:
    """Let processes whose parent has ended be children of this one, so that their time is counted. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _children_cpu_s(server: int) -> float:
    """CPU seconds of all children but the server, and of theirs, once they have ended: workers, crawls, parsers."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    while children.exists() and (ending := set(map(int, children.read_text().split())) - {server}):
        os.waitpid(ending.pop(), 0)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def schema(server_url: str) -> Iterator[str]:
    """The URL of a new schema, dropped afterwards."""
    name = f"workers_{uuid.uuid4().hex}"
    engine = create_engine(make_url(server_url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    yield make_url(server_url).update_query_dict({"options": f"-csearch_path={name}"}).render_as_string(False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    engine.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgresql", required=True, metavar="URL", help="a database that schemas may be made in")
    parser.add_argument("--sites", type=int, default=8)
    parser.add_argument("--pages", type=int, default=10, help="articles of a site")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--concurrency", type=int, default=1, help="sites a worker crawls at once")
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("workers_server.py")), str(arguments.pages)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin and server.stdout
    port = int(server.stdout.readline())
    adopt_orphans()
    figures = []
    for workers in arguments.workers:
        figures.append(measure(arguments.postgresql, server.pid, port, workers, arguments.sites, arguments.concurrency))
        note.print_json(json.dumps(figures[-1]))
    server.stdin.close()
    table = Table(
        "workers", "pages/s, all new", "sites/min, nothing new", "once a turn", "twice at once", "taken over after s"
    )
    for figure in figures:
        first, second, killed = figure["first_turn"], figure["second_turn"], figure.get("killed")
        assert isinstance(first, dict) and isinstance(second, dict)
        table.add_row(
            str(figure["workers"]),
            str(first["pages_a_second"]),
            str(second["sites_a_minute"]),
            "yes" if first["sites_crawled_once"] and second["sites_crawled_once"] else "NO",
            str(figure["overlaps"]),
            str(killed["seconds_until_taken_over"]) if isinstance(killed, dict) else "",
        )
    Console().print(table)
    if arguments.json:
        arguments.json.write_text(
            json.dumps(
                {"sites": arguments.sites, "pages": arguments.pages, "cpus": os.cpu_count(), "figures": figures},
                indent=1,
            )
        )


if __name__ == "__main__":
    main()
