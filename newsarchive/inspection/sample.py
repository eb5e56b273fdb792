"""Sample: one page of a site as the rules read it, with what is needed to judge them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsarchive.errors import ParseError
from newsarchive.model.article import Article, NotArticle
from newsarchive.model.capture import Capture
from newsarchive.parsers.language import declared_language
from newsarchive.parsers.normalize import normalize
from newsarchive.parsers.page import Page
from newsarchive.publishers.registry import read


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A page and what was read of it."""

    url: str
    """The address that answered."""
    fetched_at: datetime
    """Aware, UTC."""
    result: Article | NotArticle
    """Normalized."""
    declared_language: str | None = None
    """What the page itself says, unchecked; None if it says nothing, or holds no article."""


def read_sample(capture: Capture, publisher: str | None = None, folder: str | None = None) -> Sample:
    """Read a page as a crawl would; arguments and errors as of ``publishers.registry.read``. For the sandbox."""
    return sample_of(capture, read(capture, publisher, folder))


def sample_of(capture: Capture, result: Article | NotArticle) -> Sample:
    """The sample of a page that was read."""
    is_article = isinstance(result, Article)
    return Sample(
        url=capture.url,
        fetched_at=capture.fetched_at,
        result=normalize(result) if isinstance(result, Article) else result,
        declared_language=declared_language(Page(capture)) if is_article else None,
    )


def unread_sample(capture: Capture, error: ParseError) -> Sample:
    """The sample of a page that broke or ended its parser, for the reason the ledger would name."""
    refusal = NotArticle(url=capture.url, reason=error.reason, detail=str(error))
    return Sample(url=capture.url, fetched_at=capture.fetched_at, result=refusal)
