"""What Scrapy logs of items: their addresses. Its own formatter prints an item whole, a page of 10 MB with it."""

from __future__ import annotations

from typing import Any

from scrapy.logformatter import LogFormatter, LogFormatterResult

_MAX_CHARS = 500


class LogLines(LogFormatter):
    """Lines of one line."""

    def scraped(self, item: Any, response: Any, spider: Any = None) -> LogFormatterResult:  # noqa: ANN401
        """An item came through all pipelines."""
        return {**super().scraped("", response, spider), "msg": "Stored %(item)s", "args": {"item": _name(item)}}

    def dropped(self, item: Any, exception: BaseException, response: Any, spider: Any = None) -> LogFormatterResult:  # noqa: ANN401
        """A pipeline ended an item; the ledger has why."""
        line = super().dropped("", exception, response, spider)
        return {**line, "msg": "Dropped: %(why)s", "args": {"why": str(exception)[:_MAX_CHARS]}}

    def item_error(self, item: Any, exception: BaseException, response: Any, spider: Any = None) -> LogFormatterResult:  # noqa: ANN401
        """A pipeline failed; the traceback follows."""
        line = super().item_error("", exception, response, spider)
        return {**line, "msg": "Error processing %(item)s", "args": {"item": _name(item)}}


def _name(item: object) -> str:
    return str(getattr(item, "requested_url", None) or getattr(item, "url", None) or type(item).__name__)[:_MAX_CHARS]
