"""The Python door to an archive: ``from newsarchive import Archive``. The command line goes through it too."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.writer import ArchiveWriter
from newsarchive.captures.warc_reader import read_capture
from newsarchive.config import Config
from newsarchive.export.record import export_record
from newsarchive.model.capture import Capture
from newsarchive.model.revision import Revision
from newsarchive.model.site import Site
from newsarchive.search.index import SearchIndex
from newsarchive.search.searcher import Searcher, SearchResult
from newsarchive.search.trends import GROUPS, Trend, trend


class Archive:
    """An open archive: search it, look at articles and their revisions, take records out of it.

    >>> with Archive.open("data") as archive:                            # doctest: +SKIP
    ...     for hit in archive.search('peacekeeping section:international').hits:
    ...         print(hit.revision.article.headline)
    Future of peacekeeping operations; Rwanda’s mindset a gem

    Everything it gives is a frozen dataclass of ``newsarchive.model``; times are aware UTC.
    """

    def __init__(self, config: Config, database: Database) -> None:
        self.config = config
        self.reader = ArchiveReader(database)
        self.database = database
        self._index: SearchIndex | None = None

    @classmethod
    def open(cls, home: str | Path | None = None, *, create: bool = False) -> Self:
        """Open the archive in ``home`` (default: ``NEWSARCHIVE_HOME``, else ``data``).

        Raises ArchiveError if there is none, unless ``create``; HomeError if it cannot be read.
        """
        return cls.of(Config.load(os.environ, home=Path(home) if home is not None else None), create=create)

    @classmethod
    def of(cls, config: Config, *, create: bool = False) -> Self:
        """Open the archive of a configuration."""
        return cls(config, Database.open(config.database, create=create))

    def close(self) -> None:
        """Close the database and the index."""
        if self._index is not None:
            self._index.close()
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def writer(self) -> ArchiveWriter:
        """The one way to change the archive."""
        return ArchiveWriter(self.database)

    @property
    def index(self) -> SearchIndex:
        """The full-text index, caught up with the archive when first asked for."""
        if self._index is None:
            self._index = SearchIndex.open(self.config.index_path, create=True)
            self._index.catch_up(self.reader)
        return self._index

    def search(self, query: str = "", *, limit: int = 20, offset: int = 0, order: str = "relevance") -> SearchResult:
        """Find articles. ``order`` is ``relevance``, ``newest`` or ``oldest``; the language: docs/query-language.md.

        Raises QueryError with the position of what is wrong in the query.
        """
        return Searcher(self.reader, self.index).search(query, limit=limit, offset=offset, order=order)

    def trend(
        self,
        query: str = "",
        *,
        by: str = "month",
        per: str | None = None,
        among: str = "",
        collapse: bool = False,
        groups: int = GROUPS,
    ) -> Trend:
        """Count articles by ``day``, ``week``, ``month`` or ``year``, per ``site``, ``section`` or ``lang`` if asked.

        The share is a part of what was archived, or of what ``among`` finds of it. ``collapse``: each cluster of
        near-copies counts once. Raises QueryError, and TrendError for more periods than are counted.
        """
        return trend(self.index, query, by=by, per=per, among=among, collapse=collapse, groups=groups)

    def article(self, article: int | str, *, revision: int | None = None) -> Revision:
        """Give an article by its id or address: its latest revision, or the one of that number.

        Raises UnknownArticleError.
        """
        return self.reader.revision(article, number=revision)

    def revisions(self, article: int | str) -> tuple[Revision, ...]:
        """Give all revisions of an article, the first seen first. Raises UnknownArticleError."""
        return tuple(self.reader.revisions(article))

    def latest(self, query: str | None = None) -> Iterator[Revision]:
        """Stream the latest revision of every article, or of those a query finds, in the order of their ids."""
        if query:
            return self.reader.iter_latest(article_ids=Searcher(self.reader, self.index).article_ids(query))
        return self.reader.iter_latest()

    def records(self, query: str | None = None) -> Iterator[dict[str, Any]]:
        """Stream export records (docs/data-dictionary.md) as dictionaries."""
        return map(export_record, self.latest(query))

    def captures(self, site: str, limit: int) -> Iterator[Capture]:
        """Read back the latest captures of a site's pages, articles or not, without the network.

        Raises UnknownSiteError, and CaptureError for a WARC file that is missing or damaged.
        """
        for page in self.reader.recent_pages(site, limit):
            if page.warc_file is not None and page.warc_offset is not None:
                yield read_capture(
                    self.config.captures_path,
                    page.warc_file,
                    page.warc_offset,
                    requested_url=page.url,
                    run_id=page.run_id,
                    site=site,
                )

    def sites(self) -> tuple[Site, ...]:
        """Give all registered sites by name."""
        return tuple(self.reader.sites())
