"""Work on a page's content inside a crawl: in a child process with limits, and in the ledger when it breaks one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from scrapy.exceptions import DropItem

from newsarchive.crawling.responses import reference_to
from newsarchive.crawling.session import CrawlSession
from newsarchive.errors import ParseError
from newsarchive.model.capture import Capture
from newsarchive.model.crawl_run import Outcome

T = TypeVar("T")


async def in_sandbox(session: CrawlSession, capture: Capture, function: Callable[..., T], *args: object) -> T:
    """What ``function(*args)`` gives in a child of the crawl's sandbox; both must be picklable.

    Raises DropItem once the failure of ``capture`` is in the ledger with its reason.
    """
    try:
        return await asyncio.wrap_future(session.sandbox.submit(function, *args))
    except ParseError as error:
        session.ledger.finish(
            capture.requested_url,
            Outcome.FAILED,
            reason=error.reason,
            detail=str(error),
            capture=reference_to(capture),
        )
        raise DropItem(str(error), log_level="WARNING") from error
