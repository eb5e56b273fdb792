"""Small news sites on loopback with schedules, and workers in processes of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.schedules import ScheduleStore
from newsarchive.archive.writer import ArchiveWriter
from newsarchive.model.crawl_run import CrawlRun
from newsarchive.model.schedule import Schedule, Timing
from newsarchive.model.site import Site as NewsSite

SCRIPT = Path(__file__).with_name("worker_process.py")
PATIENCE_S = 300.0
"""After which a test says that what it waits for never comes."""

ARTICLE = """<html><head><title>{headline}</title><meta property="og:type" content="article">
<meta property="article:published_time" content="2024-05-03T10:00:00Z"></head><body><article><h1>{headline}</h1>
{paragraphs}</article></body></html>"""
TEXT = "The council of the lake towns decided on {day} that the ferry will run all winter, whatever the ice may say."


def article(headline: str) -> bytes:
    paragraphs = "".join(f"<p>{headline}. {TEXT.format(day=day)}</p>" for day in ("Monday", "Tuesday", "Friday"))
    return ARTICLE.format(headline=headline, paragraphs=paragraphs).encode()


def wait_for(what: Callable[[], Any]) -> Any:
    """What is awaited, when it is there."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError("it never came")


@dataclass
class WorkerProcess:
    process: subprocess.Popen[str]

    def children(self) -> list[int]:
        """Of its crawls, and theirs."""
        found, waiting = [], [self.process.pid]
        while waiting:
            file = Path(f"/proc/{(pid := waiting.pop())}/task/{pid}/children")
            children = list(map(int, file.read_text().split())) if file.exists() else []
            found += children
            waiting += children
        return found

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> list[dict[str, Any]]:
        """Ask it to end in order; what it said."""
        self.process.send_signal(signal.SIGTERM)
        return self.ended()

    def ended(self) -> list[dict[str, Any]]:
        out, _ = self.process.communicate(timeout=PATIENCE_S)
        assert self.process.returncode == 0, out
        return [json.loads(line) for line in out.splitlines()]


@dataclass
class Newsroom:
    """An archive with scheduled sites, and whoever works on it."""

    target: Path | str
    home: Path
    address: str
    workers: list[WorkerProcess] = field(default_factory=list)

    def add(self, name: str, path: str, **rule: Any) -> None:
        now = datetime.now(UTC)
        with self.database() as database:
            ArchiveWriter(database).add_site(NewsSite(name=name, home_url=f"http://{self.address}{path}", added_at=now))
            schedule = Schedule(
                **{"site": name, "timing": Timing.EVERY, "every_s": 7 * 86400}
                | {"added_at": now, "due_at": now, "planned_at": now}
                | rule
            )
            ScheduleStore(database).put(schedule, lambda known: known)

    @contextmanager
    def database(self) -> Iterator[Database]:
        with Database.open(self.target, create=True) as database:
            yield database

    def change(self, site: str, change: Callable[[Schedule], Schedule]) -> Schedule:
        with self.database() as database:
            return ScheduleStore(database).change(site, change)

    def schedule(self, site: str) -> Schedule:
        with self.database() as database:
            return ScheduleStore(database).get(site)

    def runs(self, site: str) -> tuple[CrawlRun, ...]:
        with self.database() as database:
            return ArchiveReader(database).runs(site)

    def start(self, *, concurrency: int = 2, delay_s: float = 0, **order: Any) -> WorkerProcess:
        order = {"target": str(self.target), "home": str(self.home), "concurrency": concurrency, **order}
        environment = {"NEWSARCHIVE_DELAY": str(delay_s), "NEWSARCHIVE_ALLOW_ADDRESSES": self.address}
        worker = WorkerProcess(
            subprocess.Popen(
                [sys.executable, str(SCRIPT), json.dumps(order)],
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, **environment},
            )
        )
        self.workers.append(worker)
        return worker


@pytest.fixture(name="wait_for")
def _wait_for() -> Callable[[Callable[[], Any]], Any]:
    return wait_for


@pytest.fixture
def newsroom(target: Path | str, tmp_path: Path, site: Any) -> Iterator[Newsroom]:
    newsroom = Newsroom(target, tmp_path, site.address)
    yield newsroom
    for worker in newsroom.workers:
        if worker.process.poll() is None:
            worker.process.kill()
            worker.process.communicate()


@pytest.fixture
def publish(site: Any) -> Callable[..., None]:
    """``publish("/one/", "first", "second")``: a home page and articles below it."""

    def serve(home: str, *slugs: str) -> None:
        links = "".join(f'<h2><a href="{home}2024/05/03/{slug}.html">News of {slug}</a></h2>' for slug in slugs)
        site.answers[home] = (200, {}, f"<html><title>News</title><body>{links}</body></html>".encode())
        for slug in slugs:
            site.answers[f"{home}2024/05/03/{slug}.html"] = (200, {}, article(f"News of {slug} by the lake"))

    return serve


@pytest.fixture
def hang(site: Any) -> Iterator[Callable[[str], Callable[[], None]]]:
    """``release = hang("/path")``: the path is not answered until it is released."""
    import threading

    gates: list[threading.Event] = []

    def hold(path: str) -> Callable[[], None]:
        gate, answer = threading.Event(), site.answers[path]
        gates.append(gate)

        def wait(handler: Any) -> None:
            gate.wait()
            status, _, body = answer
            handler.send_response(status)
            handler.send_header("Content-Type", "text/html")
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

        site.answers[path] = wait
        return gate.set

    yield hold
    for gate in gates:
        gate.set()
