"""The Python door to an archive: ``from newsarchive import Archive``. The command line goes through it too."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.streaming import stream_rows
from newsarchive.config import Config
from newsarchive.export.rows import RecordMaker
from newsarchive.export.selection import Selection
from newsarchive.export.write import Format, Progress, write_export
from newsarchive.model.capture import Capture
from newsarchive.model.revision import Revision
from newsarchive.model.site import Site

if TYPE_CHECKING:  # what a data set does not need is imported where it is: half of what an export may take in memory
    from newsarchive.archive.revisions.changes import ArticleChange
    from newsarchive.archive.writer import ArchiveWriter
    from newsarchive.export.package.about import About
    from newsarchive.export.package.contents import Contents
    from newsarchive.model.coverage import SiteCalendar
    from newsarchive.search.hits.facets import Facet
    from newsarchive.search.hits.searcher import Hit, Searcher, SearchResult
    from newsarchive.search.index.folder import SearchIndex
    from newsarchive.search.trends.coverage import Coverage
    from newsarchive.search.trends.trend import Trend
    from newsarchive.search.words.typical import Typical


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
        from newsarchive.archive.writer import ArchiveWriter

        return ArchiveWriter(self.database)

    @property
    def index(self) -> SearchIndex:
        """The full-text index, caught up with the archive when first asked for."""
        if self._index is None:
            from newsarchive.search.index.folder import SearchIndex

            self._index = SearchIndex.open(self.config.index_path, create=True)
            self._index.catch_up(self.reader)
        return self._index

    @property
    def searcher(self) -> Searcher:
        """What searches the index and reads what is found."""
        from newsarchive.search.hits.searcher import Searcher

        return Searcher(self.reader, self.index)

    def search(
        self,
        query: str = "",
        *,
        limit: int = 20,
        offset: int = 0,
        order: str = "relevance",
        after: str | None = None,
        collapse: bool = False,
    ) -> SearchResult:
        """Find articles. ``order`` is ``relevance``, ``newest`` or ``oldest``; the language: docs/query-language.md.

        ``after`` is the ``next_cursor`` of the page before. ``collapse``: each cluster of near-copies once. Raises
        QueryError with the position of what is wrong in the query, and CursorError.
        """
        return self.searcher.search(query, limit=limit, offset=offset, order=order, after=after, collapse=collapse)

    def similar(self, article: int | str, *, limit: int = 10, collapse: bool = False) -> tuple[Hit, ...]:
        """Find the articles most like one, given by id or address; with ``collapse`` no near-copies of it.

        Raises UnknownArticleError.
        """
        return self.searcher.similar(article, limit=limit, collapse=collapse)

    def facets(
        self,
        query: str = "",
        names: Iterable[str] = ("site", "section", "author", "language", "month"),
        size: int = 10,
    ) -> tuple[Facet, ...]:
        """Count what a query finds by these kinds of values, of each kind the ``size`` most frequent ones.

        Raises QueryError.
        """
        return self.searcher.facets(query, names, size)

    def trend(
        self,
        query: str = "",
        *,
        by: str = "month",
        per: str | None = None,
        among: str = "",
        collapse: bool = False,
        groups: int | None = None,
    ) -> Trend:
        """Count articles by ``day``, ``week``, ``month`` or ``year``, per ``site``, ``section`` or ``lang`` if asked.

        The share is a part of what was archived, or of what ``among`` finds of it. ``collapse``: each cluster of
        near-copies counts once. Raises QueryError, and TrendError for more periods than are counted.
        """
        from newsarchive.search.trends.trend import GROUPS, trend

        wanted = GROUPS if groups is None else groups
        return trend(self.index, query, by=by, per=per, among=among, collapse=collapse, groups=wanted)

    def trend_coverage(self, trend: Trend, *, now: datetime | None = None) -> Coverage:
        """Tell what of each period of a trend is known to be missing; see :mod:`newsarchive.search.trends.coverage`.

        Up to ``now``; None: the last moment the archive knows of.
        """
        from newsarchive.search.trends.coverage import trend_coverage
        from newsarchive.search.trends.periods import moments, number

        if not trend.points:
            return {}
        first, last = (number(trend.by, trend.points[place].start) for place in (0, -1))
        since, until = moments(trend.by, first, last)
        calendars = self.coverage(since=since.date(), until=until and until.date(), now=now)
        return trend_coverage(trend, calendars)

    def words(
        self,
        query: str,
        *,
        against: str | None = None,
        kinds: Sequence[str] = ("word", "name", "section", "site", "lang"),
        top: int = 20,
        sample_size: int = 2_000,
        progress: Callable[[], object] | None = None,
    ) -> Typical:
        """Find the words, names, sections, sites and languages that are typical of what a query finds.

        Compared with all other articles, or those of them that ``against`` finds. Words and names are read from
        ``sample_size`` articles of each side; ``progress`` is called after each. Raises QueryError.
        """
        from newsarchive.search.words.typical import typical

        return typical(
            self.reader,
            self.index,
            query,
            against=against,
            kinds=kinds,
            top=top,
            sample_size=sample_size,
            progress=progress,
        )

    def article(self, article: int | str, *, revision: int | None = None, as_of: datetime | None = None) -> Revision:
        """Give an article by its id or address: its latest revision, the one of that number, or of that time (aware).

        Raises UnknownArticleError.
        """
        return self.reader.revision(article, number=revision, as_of=as_of)

    def revisions(self, article: int | str) -> tuple[Revision, ...]:
        """Give all revisions of an article, the first seen first. Raises UnknownArticleError."""
        return tuple(self.reader.revisions(article))

    def changes(
        self,
        query: str = "",
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        kinds: Collection[str] = (),
        rereadings: bool = False,
        newest_first: bool = False,
    ) -> Iterator[ArticleChange]:
        """Stream edits after publication, of all articles or those a query finds, by the time they were seen.

        What the rest means: :meth:`.ChangeReader.changes` of ``archive/revisions/change_reader.py``. Raises QueryError.
        """
        from newsarchive.archive.revisions.change_reader import ChangeReader

        return ChangeReader(self.database).changes(
            article_ids=self._found(query),
            since=since,
            until=until,
            kinds=kinds,
            rereadings=rereadings,
            newest_first=newest_first,
        )

    def copies(self, article: int | str) -> tuple[Revision, ...]:
        """Give the articles whose texts are nearly the same, itself among them, the earliest known first.

        Raises UnknownArticleError.
        """
        return self.reader.near_copies(article)

    def latest(self, query: str | None = None) -> Iterator[Revision]:
        """Stream the latest revision of every article, or of those a query finds, in the order of their ids."""
        return self.reader.iter_latest(article_ids=self._found(query or ""))

    def records(self, selection: Selection | str = "") -> Iterator[dict[str, Any]]:
        """Stream export records (docs/data-dictionary.md) as dictionaries, all or of a query or a selection.

        Raises QueryError before the first record is asked for.
        """
        chosen = Selection(query=selection) if isinstance(selection, str) else selection
        return self._records(chosen, RecordMaker(chosen.fields))

    def export(
        self,
        selection: Selection,
        format: str,
        destination: Path | BinaryIO,
        *,
        defuse: bool = True,
        bom: bool = False,
        progress: Progress | None = None,
    ) -> int:
        """Write a data set; how many records it has. What the rest means: ``newsarchive.export.write.write_export``.

        Raises QueryError, and ExportError if it cannot be written.
        """
        records = self._records(selection, RecordMaker(selection.fields, as_json=format == Format.JSONL))
        return write_export(
            records, format, destination, fields=selection.fields, defuse=defuse, bom=bom, progress=progress
        )

    def package(
        self,
        selection: Selection,
        folder: Path,
        *,
        about: About | None = None,
        table: Format | None = Format.CSV,
        defuse: bool = True,
        force: bool = False,
        progress: Progress | None = None,
    ) -> Contents:
        """Write a data package; what is in it. What the rest means: ``newsarchive.export.package.write``.

        Raises QueryError, and ExportError if it cannot be written.
        """
        from newsarchive.archive.coverage.record import coverage
        from newsarchive.export.package.folder import check_free
        from newsarchive.export.package.write import needed_fields, write_package
        from newsarchive.search.language.meaning import in_words
        from newsarchive.search.language.query import parse_query
        from newsarchive.search.trends.trend import dates_of

        check_free(folder, force=force)  # before an index has to catch up
        asked = dates_of(parse_query(selection.query))
        records = self.records(replace(selection, fields=needed_fields(selection)))
        return write_package(
            records,
            folder,
            selection=selection,
            coverage=coverage(self.database),
            calendars=self.coverage(since=asked.since and asked.since.date(), until=asked.until and asked.until.date()),
            about=about,
            reading=in_words(parse_query(selection.query)) if selection.query.strip() else None,
            table=table,
            defuse=defuse,
            force=force,
            progress=progress,
        )

    def _records(self, selection: Selection, maker: RecordMaker) -> Iterator[dict[str, Any]]:
        return maker.records(
            stream_rows(
                self.database,
                maker.columns,
                every_revision=selection.every_revision,
                article_ids=self._found(selection.query, collapse=selection.collapse),
                limit=selection.limit,
            )
        )

    def _found(self, query: str, *, collapse: bool = False) -> Iterator[int] | None:
        """Ids of what a query finds, rising; None: every article, for which no index is asked."""
        if not query.strip() and not collapse:
            return None
        return self.searcher.article_ids(query, collapse=collapse)

    def captures(self, site: str, limit: int) -> Iterator[Capture]:
        """Read back the latest captures of a site's pages, articles or not, without the network.

        Raises UnknownSiteError, and CaptureError for a WARC file that is missing or damaged.
        """
        from newsarchive.captures.warc_reader import read_capture

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

    def coverage(
        self,
        site: str | None = None,
        *,
        since: date | None = None,
        until: date | None = None,
        now: datetime | None = None,
    ) -> Iterator[SiteCalendar]:
        """Stream the calendars of one site, or of all: what was done on each day, and what is held of it.

        Days from ``since`` to before ``until``, none after ``now`` (None: the last moment the archive knows of). What
        the states mean: docs/coverage.md. Raises UnknownSiteError.
        """
        from newsarchive.archive.coverage.days import calendars

        return calendars(self.database, site=site, since=since, until=until, now=now)

    def sites(self) -> tuple[Site, ...]:
        """Give all registered sites by name."""
        return tuple(self.reader.sites())
