"""Captures that have been read, on their way through the pipelines."""

from __future__ import annotations

from dataclasses import dataclass

from newsarchive.model.article import Article, NotArticle
from newsarchive.model.capture import Capture


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """A capture that its spider has had read already, because it wanted more of the page than the article."""

    capture: Capture
    result: Article | NotArticle
    """What came of it."""

    @property
    def requested_url(self) -> str:
        """The address the ledger knows the page by."""
        return self.capture.requested_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a parser made of a capture that holds an article."""

    capture: Capture
    article: Article

    @property
    def requested_url(self) -> str:
        """The address the ledger knows the page by."""
        return self.capture.requested_url
