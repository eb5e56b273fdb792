"""Fetches addresses in a Scrapy of its own, as a crawl would, and prints what became of each as a line of JSON.

    python fetch.py '{"urls": […], "settings": {…}, "captures": "FOLDER or null"}'

A process for each run, because Twisted's reactor cannot be started twice. The only stand-in is the session: it opens a
WARC and no archive.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.resolver import dnscache
from scrapy.settings import Settings
from twisted.internet.address import IPv4Address, IPv6Address

from newsarchive.captures.warc_writer import WarcWriter
from newsarchive.crawling.failures import classify
from newsarchive.crawling.responses import capture_of
from newsarchive.crawling.robots import RobotsMiddleware
from newsarchive.crawling.session import CrawlSession
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
        return session


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
            robots={origin: task.result().text for origin, (_, task) in robots._asked.items()},
            resolved=str(response.ip_address),
        )

    def failed(self, failure):
        outcome, reason, detail = classify(failure)
        say(url=failure.request.meta["asked"], outcome=str(outcome), reason=reason, detail=detail)


def say(**what: Any) -> None:
    print(json.dumps(what, default=str), flush=True)


if __name__ == "__main__":
    order = json.loads(sys.argv[1])
    settings = Settings()
    settings.setmodule("newsarchive.settings", priority="project")
    extensions = dict(settings.getdict("EXTENSIONS"))
    del extensions["newsarchive.crawling.session.CrawlSession"]
    settings.setdict(
        {
            "EXTENSIONS": {**extensions, WarcSession: 0},
            "ITEM_PIPELINES": {},
            "LOG_LEVEL": "WARNING",
            "RETRY_TIMES": 0,
            "NEWSARCHIVE_DELAY": "0",
            "TEST_CAPTURES": order["captures"],
            **order["settings"],
        },
        priority="cmdline",
    )
    for name, addresses in settings.getdict("TEST_HOSTS").items():
        dnscache[name] = [(IPv6Address if ":" in a else IPv4Address)("TCP", a, 0) for a in addresses]
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(Fetch)
    process.crawl(crawler, urls=order["urls"])
    process.start()
    say(end=str(crawler.stats.get_value("finish_reason")))
