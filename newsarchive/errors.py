"""The error tree. Each message is one line that says what, where and what to do next.

NewsArchiveError
├── ConfigError            a setting or environment variable makes no sense
├── HomeError              the archive home cannot be read or written
├── ArchiveError           the database is missing, corrupt, locked or of another version
│   ├── NoArchiveError     there is no archive yet
│   ├── ArchiveUnavailableError  locked, out of reach, or busy with others' writing: that may pass by itself
│   ├── UnknownSiteError   no registered site has that name
│   ├── SiteExistsError    that short name or address is registered already
│   ├── SiteBusyError      the site is being crawled already, or another crawl has taken it over
│   └── UnknownArticleError  no article has that id or address
├── SearchIndexError       the full-text index is corrupt or of another version
├── QueryError             a query does not follow the query language; points at the character
├── SqlError               a statement of SQL cannot be run, or took too long
├── CursorError            a cursor is of another query, or none at all
├── TrendError             a trend has more periods than are counted
├── FetchError             a page could not be had; carries the ledger's reason
│   └── ForbiddenAddressError  the address is not public and not allowed
├── DiscoveryError         a feed, sitemap or robots.txt cannot be read
├── CaptureError           a WARC cannot be written, or a record is not where it should be
├── ParseError             a page breaks the rules of its publisher, or killed its parser
├── PublisherError         a publisher module does not load, or two share a name
├── ExportError            a data set cannot be written
├── PackageError           a data package is damaged, or is none
└── AlertError             an alert could not be told
"""

from __future__ import annotations


class NewsArchiveError(Exception):
    """Base of all errors meant for the user: ``str(error)`` is one line to print as it is."""

    exit_code = 1
    """Exit code of the command that ends with this error."""


class ConfigError(NewsArchiveError):
    """A setting or environment variable makes no sense."""

    exit_code = 2


class HomeError(NewsArchiveError):
    """The archive home cannot be read or written."""


class ArchiveError(NewsArchiveError):
    """The database is missing, corrupt, locked or of another version."""


class NoArchiveError(ArchiveError):
    """There is no archive there yet."""


class ArchiveUnavailableError(ArchiveError):
    """The archive is locked, its server cannot be reached, or it undid a transaction that another one crossed.

    That may pass by itself.
    """


class UnknownSiteError(ArchiveError):
    """No registered site has that name."""


class SiteExistsError(ArchiveError):
    """That short name or address is registered already."""


class SiteBusyError(ArchiveError):
    """The site is being crawled already, or this crawl has lost it to another."""


class UnknownArticleError(ArchiveError):
    """No article has that id or address."""


class SearchIndexError(NewsArchiveError):
    """The full-text index is corrupt, locked or of another version."""


class QueryError(NewsArchiveError):
    """A query does not follow the query language."""

    exit_code = 2

    def __init__(self, message: str, *, query: str, position: int) -> None:
        super().__init__(message)
        self.query = query
        self.position = position
        """Index of the offending character in ``query``; ``len(query)`` at its end."""


class CursorError(NewsArchiveError):
    """A cursor is of another query, or none at all."""

    exit_code = 2


class TrendError(NewsArchiveError):
    """A trend has more periods than are counted."""

    exit_code = 2


class SqlError(NewsArchiveError):
    """A statement of SQL cannot be run, or took too long."""

    exit_code = 2


class FetchError(NewsArchiveError):
    """A page could not be had."""

    def __init__(self, message: str, *, url: str, reason: str) -> None:
        super().__init__(message)
        self.url = url
        self.reason = reason
        """The ledger's reason code, like ``dns`` or ``http-404``."""


class ForbiddenAddressError(FetchError):
    """The host resolves to an address that is not public and was not allowed."""


class DiscoveryError(NewsArchiveError):
    """A feed, sitemap or robots.txt cannot be read."""

    def __init__(self, message: str, *, url: str, reason: str) -> None:
        super().__init__(message)
        self.url = url
        self.reason = reason
        """A short code: ``not-a-feed``, ``not-a-sitemap``, ``too-large`` …"""


class CaptureError(NewsArchiveError):
    """A WARC cannot be written, or a record is not where it should be."""


class ParseError(NewsArchiveError):
    """A page breaks the rules of its publisher, or its parser was killed."""

    def __init__(self, message: str, *, url: str, reason: str, field: str | None = None) -> None:
        super().__init__(message)
        self.url = url
        self.reason = reason
        """A short code: ``parser-timeout``, ``parser-memory``, ``parser-answer``, ``parser-crash``,
        ``publisher-rule``."""
        self.field = field


class PublisherError(NewsArchiveError):
    """A publisher module does not load, or two publishers share a name or host."""


class ExportError(NewsArchiveError):
    """A data set cannot be written."""


class PackageError(NewsArchiveError):
    """A data package is damaged, or is none."""


class AlertError(NewsArchiveError):
    """An alert could not be told."""
