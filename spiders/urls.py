"""Spider ``urls``: a list of addresses, from a file or standard input, each one a page to archive."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from scrapy.http import Response

from newsarchive.crawling.responses import capture_of
from newsarchive.crawling.spider import ArchiveSpider
from newsarchive.errors import ConfigError
from newsarchive.model.crawl_run import Outcome, ResourceKind
from newsarchive.urls import resolve, same_site


class UrlsSpider(ArchiveSpider):
    """``scrapy crawl urls -a file=urls.txt``; with ``-a file=-`` it reads standard input."""

    name = "urls"

    def __init__(self, name: str | None = None, **arguments: Any) -> None:  # noqa: ANN401 (whatever -a gives)
        super().__init__(name, **arguments)
        if self.plan.file is None:
            raise ConfigError(
                "the spider urls needs a list of addresses: -a file=FILE, or -a file=- for standard input"
            )
        self.urls = read_urls(self.plan.file)

    async def start(self) -> AsyncIterator[Any]:
        """Ask for every address, in the order of the list, up to ``max_pages``."""
        for number, url in enumerate(self.urls):
            if self.plan.max_pages is not None and number >= self.plan.max_pages:
                self.session.stopped_early = "max-pages"
                self.session.ledger.queue(url, ResourceKind.PAGE)
                self.session.ledger.finish(url, Outcome.SKIPPED, reason="max-pages")
                continue
            yield self.request(url, self.read_page, kind=ResourceKind.PAGE)

    async def read_page(self, response: Response) -> AsyncIterator[Any]:
        """Hand the page to the pipelines, as one of the registered site it belongs to, if there is one."""
        site = next((site.name for site in self.session.sites if same_site(site.home_url, response.url)), None)
        yield replace(capture_of(response), site=site)


def read_urls(file: str) -> tuple[str, ...]:
    """Addresses of a list, one a line; empty lines and lines that begin with ``#`` are passed over.

    Raises ConfigError, before anything is fetched, if the file cannot be read or a line is no address.
    """
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is no text in UTF-8 (byte {error.start}); give one address a line") from error
    return tuple(dict.fromkeys(_addresses(file, text.splitlines())))


def _addresses(file: str, lines: Iterable[str]) -> Iterable[str]:
    count = 0
    for number, line in enumerate(map(str.strip, lines), start=1):
        if not line or line.startswith("#"):
            continue
        url = resolve(line, "") if "://" in line else None
        if url is None:
            raise ConfigError(f"{file}, line {number}: {line[:80]!r} is no address; nothing was fetched")
        count += 1
        yield url
    if not count:
        raise ConfigError(f"{file} holds no address; give one a line, like https://example.org/news/1")
