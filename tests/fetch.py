"""Fetches addresses as a crawl would, in a Scrapy process of its own that serves one test after the other.

Reads orders from stdin, one a line: ``{"urls": […], "settings": {…}, "captures": "FOLDER or null"}``. For each it runs
one crawl and prints what became of each address as a line of JSON, and a last line with ``end``. The only stand-in is
the session: it opens a WARC and no archive.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.resolver import CachingHostnameResolver, dnscache
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor
from twisted.internet.address import IPv4Address, IPv6Address

from newsarchive.captures.warc_writer import WarcWriter
from newsarchive.crawling.failures import classify
from newsarchive.crawling.politeness.robots import RobotsMiddleware
from newsarchive.crawling.responses import capture_of
from newsarchive.crawling.session import CrawlSession, utc_now
from newsarchive.model.capture import Hints, HintSource

HINT = Hints(source=HintSource.FEED, source_url="http://feed.example/")


class WarcSession(CrawlSession):
    @classmethod
    def from_crawler(cls, crawler):
        session = object.__new__(cls)
        session.error = None
        folder = crawler.settings["TEST_CAPTURES"]
        if folder:
            session.warc, session.run_id, session.site = WarcWriter(Path(folder), software="test"), 7, "paper"
            # What the middlewares tell the archive, or ask of it, goes nowhere.
            session.clock, session.remember_rest, session.remember_request = utc_now, ignore, ignore
            session.reader = SimpleNamespace(asked_on=lambda _: {}, resting_hosts=lambda _: {})
            session.ledger = SimpleNamespace(watchers=[], note=ignore, note_answer=ignore)
        return session


def ignore(*_: Any) -> None:
    pass


class Fetch(scrapy.Spider):
    name = "fetch"

    def __init__(self, urls: list[str]) -> None:
        super().__init__()
        self.urls = urls

    async def start(self):
        for url in self.urls:
            yield scrapy.Request(
                url,
                callback=self.parse,
                errback=self.failed,
                dont_filter=True,
                meta={"hints": (HINT,), "asked": url, "handle_httpstatus_list": [404]},
            )

    def parse(self, response):
        capture = capture_of(response)
        robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
        say(
            url=response.meta["asked"],
            body=capture.body.decode("latin-1"),
            capture={k: v for k, v in asdict(capture).items() if k != "body"},
            delay=self.crawler.engine.downloader.slots[response.meta["download_slot"]].delay,
            robots={origin: task.result().text for origin, (_, task) in robots._asked.items() if task.done()},
            resolved=str(response.ip_address),
        )

    def failed(self, failure):
        outcome, reason, detail = classify(failure)
        say(url=failure.request.meta["asked"], outcome=str(outcome), reason=reason, detail=detail)


def say(**what: Any) -> None:
    sys.stdout.write(json.dumps(what, default=str) + "\n")
    sys.stdout.flush()


class Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def settings_of(order: dict[str, Any]) -> Settings:
    settings = Settings()
    settings.setmodule("newsarchive.settings", priority="project")
    extensions = dict(settings.getdict("EXTENSIONS"))
    del extensions["newsarchive.crawling.session.CrawlSession"]
    ours = {
        "EXTENSIONS": {**extensions, WarcSession: 0},
        "ITEM_PIPELINES": {},
        "RETRY_TIMES": 0,
        "NEWSARCHIVE_DELAY": "0",
        "TEST_CAPTURES": order["captures"],
    }
    settings.setdict({**ours, **order["settings"]}, priority="cmdline")
    return settings


async def crawl(order: dict[str, Any]) -> None:
    settings = settings_of(order)
    dnscache.clear()
    for name, addresses in settings.getdict("TEST_HOSTS").items():
        dnscache[name] = [(IPv6Address if ":" in a else IPv4Address)("TCP", a, 0) for a in addresses]
    warnings = Warnings()
    logging.getLogger().addHandler(warnings)
    crawler = AsyncCrawlerRunner(settings).create_crawler(Fetch)
    await crawler.crawl_async(urls=order["urls"])
    logging.getLogger().removeHandler(warnings)
    say(end=str(crawler.stats.get_value("finish_reason")), log="\n".join(warnings.lines))


async def serve() -> None:
    from twisted.internet import reactor

    # As scrapy crawl does; a runner leaves it to the program.
    CachingHostnameResolver(reactor, 10000).install_on_reactor()
    while line := await asyncio.to_thread(sys.stdin.readline):
        await crawl(json.loads(line))
    reactor.stop()


if __name__ == "__main__":
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor

    serving: list[asyncio.Future[None]] = []
    reactor.callWhenRunning(lambda: serving.append(asyncio.ensure_future(serve())))
    reactor.run()
    serving[0].result()
