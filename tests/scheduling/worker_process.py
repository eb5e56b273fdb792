"""A worker as ``newsarchive worker`` runs it, but at another pace: argument 1 is JSON, its log is JSON on stdout."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from newsarchive.archive.database import Database
from newsarchive.archive.schedules import ScheduleStore
from newsarchive.archive.workers import WorkerStore
from newsarchive.cli.worker import crawl_command, server_command
from newsarchive.monitoring.hook_command import run_hook
from newsarchive.monitoring.watch import Watch
from newsarchive.scheduling.crawl_process import CrawlProcess
from newsarchive.scheduling.crawl_starter import CrawlStarter
from newsarchive.scheduling.engine import Engine
from newsarchive.scheduling.event_log import EventLog
from newsarchive.scheduling.presence import Presence
from newsarchive.scheduling.watching import Watching
from newsarchive.scheduling.worker import Worker

BEGAN = datetime.now(UTC)


def main() -> None:
    order = json.loads(sys.argv[1])
    target = order["target"] if "://" in order["target"] else Path(order["target"])
    environment = {**os.environ, "NEWSARCHIVE_DATABASE": str(target), "NEWSARCHIVE_HOME": order["home"]}

    def clock() -> datetime:
        return BEGAN + (datetime.now(UTC) - BEGAN) * order.get("speed", 1)

    log = EventLog(sys.stdout, clock, json=True)
    starter = CrawlStarter(crawl_command(), server_command(), environment, log, pass_stderr=True)

    async def start_crawl(site: str) -> CrawlProcess:
        return await starter.start(site, "CRITICAL")

    with Database.open(target) as database:
        engine: Engine
        if isinstance(target, Path):
            from newsarchive.scheduling.local_engine import LocalEngine

            engine = LocalEngine(database, log, concurrency=order["concurrency"], tick_s=0.3, clock=clock)
        else:
            from newsarchive.scheduling.procrastinate_engine import ProcrastinateEngine

            engine = ProcrastinateEngine(
                database,
                log,
                concurrency=order["concurrency"],
                tick_s=0.5,
                heartbeat_s=0.5,
                stalled_s=2,
                polling_s=0.2,
            )
        channels = {"command": lambda payload: run_hook(hook, payload)} if (hook := order.get("hook")) else {}
        watch = Watch(database, channels, engine.now) if channels else None
        watching = Watching(watch, log, first_look_s=order.get("first_look_s", 3600), tick_s=0.3)
        presence = Presence(WorkerStore(database), log, engine.now, name=order.get("name"), heartbeat_s=0.3)
        worker = Worker(engine, ScheduleStore(database), start_crawl, log, watching, presence)
        asyncio.run(worker.run(once=order.get("once", False)))


if __name__ == "__main__":
    main()
