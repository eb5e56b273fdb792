"""The crawl's log as JSON, one object a line: for programs that gather logs. Wanted by ``NEWSARCHIVE_LOG=json``.

A Scrapy extension, so that ``newsarchive crawl``, a worker's crawls and plain ``scrapy crawl`` write the same.
"""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime
from typing import Self

import orjson
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.log import get_scrapy_root_handler

from newsarchive.crawling.session import CrawlSession

SETTING = "NEWSARCHIVE_LOG"


class JsonFormatter(logging.Formatter):
    """Makes a record of Scrapy, of ours or of any library a line of JSON.

    ``time`` (UTC), ``level``, ``logger``, ``message``; ``site`` and ``run`` once the crawl has them; ``exception``
    where there was one.
    """

    def __init__(self, crawler: Crawler | None = None) -> None:
        super().__init__()
        self._crawler = crawler

    def format(self, record: logging.LogRecord) -> str:  # noqa: D102
        said: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        extensions = getattr(self._crawler, "extensions", None)
        for extension in extensions.middlewares if extensions is not None else ():
            if isinstance(extension, CrawlSession):
                said |= {"site": extension.site, "run": extension.run_id}
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(said, default=str, option=orjson.OPT_UTC_Z).decode()


class JsonLog:
    """Gives Scrapy's log handler our formatter. Off unless JSON is wanted."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        if not is_wanted(crawler.settings.get(SETTING)):
            raise NotConfigured
        write_json(crawler)
        return cls()


def is_wanted(setting: object = None) -> bool:
    """Whether the log is wanted as JSON, by Scrapy's setting or by the environment."""
    return (setting or os.environ.get(SETTING)) == "json"


def write_json(crawler: Crawler | None = None) -> None:
    """Let the handler that Scrapy has installed write JSON, from now on; with a crawler's site and run."""
    handler = get_scrapy_root_handler()
    if handler is not None:
        handler.setFormatter(JsonFormatter(crawler))
