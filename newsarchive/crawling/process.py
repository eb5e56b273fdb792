"""One crawl in this process: Scrapy with our settings, started, awaited and asked how it ended.

Twisted's reactor cannot be started twice, so a process runs one of these functions once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.misc import load_object
from twisted.python.failure import Failure

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.config import Config
from newsarchive.crawling.failures import classify
from newsarchive.crawling.json_log import is_wanted, write_json
from newsarchive.crawling.politeness.resting import RESTS
from newsarchive.crawling.responses import capture_of
from newsarchive.crawling.session import CrawlSession, utc_now
from newsarchive.errors import FetchError, NoArchiveError
from newsarchive.model.capture import Capture

_COMPONENTS = (
    "DOWNLOADER",
    "DUPEFILTER_CLASS",
    "ITEM_PROCESSOR",
    "LOG_FORMATTER",
    "SCHEDULER",
    "SCHEDULER_DISK_QUEUE",
    "SCHEDULER_MEMORY_QUEUE",
    "SCHEDULER_PRIORITY_QUEUE",
    "STATS_CLASS",
    "TWISTED_DNS_RESOLVER",
)
"""Settings that name a class each."""


def run_spider(
    config: Config, spider: str, arguments: Mapping[str, object], *, progress: bool = False, log_level: str = "ERROR"
) -> CrawlSession:
    """Run the spider of that name to its end and return its closed session, whose ``run_id`` names the record.

    Ctrl-C ends the crawl in order; a second one at once. Raises the NewsArchiveError that kept the crawl from
    starting or ended it early, KeyboardInterrupt if it was cut off.
    """
    process = AsyncCrawlerProcess(crawl_settings(config, progress=progress, log_level=log_level))
    if is_wanted():
        write_json()  # what is said before the crawl's extensions are there, too
    crawler = process.create_crawler(spider)
    run_crawler(process, crawler, {name: value for name, value in arguments.items() if value is not None})
    session = CrawlSession.of(crawler)
    if session.error is not None:
        raise session.error
    return session


def fetch_page(config: Config, url: str, *, log_level: str = "CRITICAL") -> Capture:
    """Fetch one page as a crawl would (robots.txt, address guard, limits) and keep nothing.

    Raises FetchError with the ledger's reason, ``retry-after`` if the host rests.
    """
    rests = remembered_rests(config)
    process = AsyncCrawlerProcess(crawl_settings(config, log_level=log_level))
    crawler = process.create_crawler(_OnePage)
    run_crawler(process, crawler, {"url": url, RESTS: rests})
    spider = crawler.spider
    assert isinstance(spider, _OnePage)
    if spider.error is not None:
        raise spider.error
    if spider.capture is None:
        raise FetchError(f"{url}: no answer; see the log with --verbose", url=url, reason="error")
    return spider.capture


def remembered_rests(config: Config) -> dict[str, datetime]:
    """The hosts that asked earlier crawls to be left alone, each with the end of its rest; none without an archive."""
    try:
        with Database.open(config.database) as database:
            return ArchiveReader(database).resting_hosts(utc_now())
    except NoArchiveError:
        return {}


def crawl_settings(config: Config, *, progress: bool = False, log_level: str = "ERROR") -> Settings:
    """Give Scrapy's settings for a crawl with this configuration, wherever the program is started."""
    settings = Settings()
    settings.setmodule("newsarchive.settings", priority="project")
    settings.set("NEWSARCHIVE_CONFIG", config, priority="cmdline")
    settings.set("NEWSARCHIVE_PROGRESS", progress, priority="cmdline")
    settings.set("LOG_LEVEL", log_level, priority="cmdline")
    return settings


def load_components() -> None:
    """Import now what Scrapy would import when a crawl begins: its components, ours and all spiders. Starts nothing."""
    settings = Settings()
    settings.setmodule("newsarchive.settings", priority="project")
    get_spider_loader(settings)
    for name in ("DOWNLOADER_MIDDLEWARES", "EXTENSIONS", "ITEM_PIPELINES", "SPIDER_MIDDLEWARES"):
        for component in settings.get_component_priority_dict_with_base(name):
            load_object(component)
    for component in filter(None, settings.getdict("DOWNLOAD_HANDLERS").values()):
        load_object(component)
    for name in _COMPONENTS:
        load_object(settings[name])


def run_crawler(process: AsyncCrawlerProcess, crawler: Crawler, arguments: Mapping[str, Any]) -> None:
    """Run the reactor until a crawl has ended. Raises what it raised, KeyboardInterrupt if it was cut off."""
    task = process.crawl(crawler, **arguments)
    process.start()
    if not task.done():
        # by a second interrupt, or by one that came before there was an engine to stop
        raise KeyboardInterrupt
    task.result()


class _OnePage(scrapy.Spider):
    name = "one-page"

    def __init__(self, url: str, rests: Mapping[str, datetime]) -> None:
        super().__init__()
        self.rests = rests
        self.start_urls = [url]
        self.capture: Capture | None = None
        self.error: FetchError | None = None

    async def start(self) -> Any:  # noqa: ANN401 (Scrapy's type: an asynchronous iterator of requests)
        for url in self.start_urls:
            yield scrapy.Request(url, callback=self.parse, errback=self.failed)

    def parse(self, response: Response, **_: object) -> None:
        self.capture = capture_of(response)

    def failed(self, failure: Failure) -> None:
        url = self.start_urls[0]
        _, reason, detail = classify(failure.value)
        self.error = FetchError(f"{url} cannot be fetched: {detail or reason}", url=url, reason=reason)
