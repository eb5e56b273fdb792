"""``newsarchive worker``: crawl what is due; and ``newsarchive run``, the same for a laptop."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.cli.options import AllowAddress, CaFile, Contact, Delay, Proxy
from newsarchive.cli.schedule import rule
from newsarchive.cli.settings import log_level_from
from newsarchive.config import Config

if TYPE_CHECKING:
    from newsarchive.archive.schedules import ScheduleStore
    from newsarchive.scheduling.crawl_process import CrawlProcess

SHOWN = 5
"""Schedules that ``newsarchive run`` begins with."""

_Concurrency = Annotated[
    int | None, typer.Option(min=1, max=256, metavar="N", help="Sites crawled at once; default: one a processor.")
]
_JsonLog = Annotated[bool, typer.Option("--json-log", help="Each line on stderr is a JSON object.")]


def worker(
    context: typer.Context,
    concurrency: _Concurrency = None,
    once: Annotated[bool, typer.Option("--once", help="Crawl what is due now, then end.")] = False,
    json_log: _JsonLog = False,
    delay: Delay = None,
    allow_address: AllowAddress = None,
    proxy: Proxy = None,
    ca_file: CaFile = None,
    contact: Contact = None,
) -> None:
    """Crawl the sites whose schedules are due, until stopped. Ctrl-C ends in order, a second one at once."""
    given = _given(delay, allow_address, proxy, ca_file, contact)
    work(context, given, concurrency=concurrency, once=once, json_log=json_log)


def run(
    context: typer.Context,
    concurrency: _Concurrency = None,
    json_log: _JsonLog = False,
    delay: Delay = None,
    allow_address: AllowAddress = None,
    proxy: Proxy = None,
    ca_file: CaFile = None,
    contact: Contact = None,
) -> None:
    """Start all that runs by itself on this machine. That is a worker, with what it is about to do. Ctrl-C ends it."""
    given = _given(delay, allow_address, proxy, ca_file, contact)
    work(context, given, concurrency=concurrency, introduce=True, json_log=json_log)


def work(
    context: typer.Context,
    given: Mapping[str, str],
    *,
    concurrency: int | None,
    once: bool = False,
    introduce: bool = False,
    json_log: bool = False,
) -> None:
    """Run a worker in this process. ``given``: options as settings of the environment, for its crawls."""
    import asyncio

    from newsarchive.archive.database import Database
    from newsarchive.archive.schedules import ScheduleStore
    from newsarchive.archive.workers import WorkerStore
    from newsarchive.cli.alerting import channels_of
    from newsarchive.monitoring.watch import Watch
    from newsarchive.publishers.registry import PublisherRegistry
    from newsarchive.scheduling.clock import utc_now
    from newsarchive.scheduling.crawl_starter import CrawlStarter
    from newsarchive.scheduling.engine import engine_for
    from newsarchive.scheduling.event_log import EventLog
    from newsarchive.scheduling.presence import Presence
    from newsarchive.scheduling.watching import Watching
    from newsarchive.scheduling.worker import Worker

    config = Config.load({**os.environ, **given}, home=context.obj["home"], database=context.obj["database"])
    if config.publishers is not None:
        PublisherRegistry.load(config.publishers)  # a file that does not load would fail every crawl
    environment = child_environment(config, given)
    wants_json = os.environ.get("NEWSARCHIVE_LOG") == "json"
    shows_crawls = context.obj["verbose"] or wants_json

    log = EventLog(sys.stderr, utc_now, json=json_log or wants_json)
    starter = CrawlStarter(crawl_command(), server_command(), environment, log, pass_stderr=shows_crawls)

    async def start_crawl(site: str) -> CrawlProcess:
        return await starter.start(site, log_level_from(context))

    with Database.open(config.database) as database:
        store = ScheduleStore(database)
        if introduce:
            _introduce(config, store)
        count = concurrency or os.cpu_count() or 1
        channels = channels_of(config)
        alerts = " ".join(channels) or "nobody is told"
        log.say("worker-started", database=database.name, concurrency=count, pid=os.getpid(), alerts=alerts)
        engine = engine_for(database, log, concurrency=count)
        watching = Watching(Watch(database, channels, engine.now) if channels else None, log)
        presence = Presence(WorkerStore(database), log, engine.now)
        try:
            asyncio.run(Worker(engine, store, start_crawl, log, watching, presence).run(once=once))
        finally:
            starter.close()


def crawl_command() -> list[str]:
    """What crawls a site in a process of its own; the site and the log's level follow."""
    return [sys.executable, "-m", "newsarchive.cli.crawl_child"]


def server_command() -> list[str]:
    """What forks such processes; the file descriptor of its requests follows."""
    return [sys.executable, "-m", "newsarchive.cli.crawl_server"]


def child_environment(config: Config, given: Mapping[str, str]) -> dict[str, str]:
    """The environment that gives a crawl the same settings, wherever the worker has them from."""
    return {
        **os.environ,
        **given,
        "NEWSARCHIVE_HOME": str(config.home),
        "NEWSARCHIVE_DATABASE": str(config.database),
    }


def _given(
    delay: float | None,
    allow_address: list[str] | None,
    proxy: str | None,
    ca_file: str | None,
    contact: str | None,
) -> dict[str, str]:
    options = {
        "NEWSARCHIVE_DELAY": None if delay is None else str(delay),
        "NEWSARCHIVE_ALLOW_ADDRESSES": " ".join(allow_address or ()) or None,
        "NEWSARCHIVE_PROXY": proxy,
        "NEWSARCHIVE_CA_FILE": ca_file,
        "NEWSARCHIVE_CONTACT": contact,
    }
    return {name: value for name, value in options.items() if value is not None}


def _introduce(config: Config, store: ScheduleStore) -> None:
    """Say what is going to happen."""
    from newsarchive.cli.schedule import local

    notes = terminal.notes()
    active = [schedule for schedule in store.all() if not schedule.is_paused]
    notes.print(f"crawls by schedule into {config.home.resolve()}; Ctrl-C ends it, a crawl goes on where it was")
    if not active:
        notes.print('nothing is scheduled yet: newsarchive schedule add SITE "*/30 * * * *", in another terminal')
    now = datetime.now(UTC)
    for schedule in active[:SHOWN]:
        due = "now" if schedule.due_at <= now or schedule.turn_at else local(schedule.due_at, schedule)
        notes.print(f"  {schedule.site}: {rule(schedule)}, next {due}")
    if len(active) > SHOWN:
        notes.print(f"  and {len(active) - SHOWN} more: newsarchive schedule list")
