"""Reading: a capture and the article that was read from it, on their way through the pipelines."""

from __future__ import annotations

from dataclasses import dataclass

from newsarchive.model.article import Article
from newsarchive.model.capture import Capture


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a parser made of a capture that holds an article."""

    capture: Capture
    article: Article

    @property
    def requested_url(self) -> str:
        """The address the ledger knows the page by."""
        return self.capture.requested_url
