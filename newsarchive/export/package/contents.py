"""Contents: a data package whose data are written, as all its descriptors speak of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from newsarchive.archive.coverage.record import SiteCoverage
from newsarchive.export.package.about import About
from newsarchive.export.package.facts import Facts
from newsarchive.export.package.fields import Meaning
from newsarchive.export.selection import Selection
from newsarchive.export.write import Format

VERSION_DIGITS = 12
"""Hexadecimal digits of a digest in a version: 48 bits, so two data sets that differ hardly ever share one."""
MAX_TITLE_QUERY = 80
"""Characters of a query in a title that the program makes."""


MEDIA_TYPES: Mapping[Format, str] = {
    Format.JSONL: "application/jsonlines",
    Format.CSV: "text/csv",
    Format.PARQUET: "application/vnd.apache.parquet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """A file of records in the package."""

    name: str
    """Of the resource: lower-case letters, digits and hyphens; unique."""
    path: str
    """Its name in the package's folder."""
    format: Format
    description: str
    fields: tuple[Meaning, ...]
    key: tuple[str, ...] = ()
    """Fields that together tell the records apart."""
    rows: int
    size: int
    """Bytes."""
    sha256: str
    """64 hexadecimal digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """All that is said of a data package. Holds no clock, no path and no name of a machine."""

    about: About
    selection: Selection
    facts: Facts
    coverage: tuple[SiteCoverage, ...]
    """Of the whole archive, not only of what the query finds."""
    files: tuple[DataFile, ...]
    """The complete records first, then the same as a table, if there is one, then the tables about them."""
    newsarchive_version: str
    days: Mapping[str, int] = field(default_factory=dict)
    """Days of its sites by state, as ``coverage.csv`` has them; empty if there is no such file."""
    reading: str | None = None
    """How the query was read, as the end of a sentence that begins with "articles"; None: nobody said."""

    @property
    def digest(self) -> str:
        """SHA-256 of the complete records: who has the file can find it out again."""
        return self.files[0].sha256

    @property
    def table(self) -> DataFile:
        """The file of records that programs for tables read."""
        return self.files[1] if self.files[1].name.endswith("-table") else self.files[0]

    @property
    def date(self) -> str | None:
        """The day of the youngest capture, as ``2026-11-27``: of which state of the world the data speak."""
        return self.facts.last_seen and self.facts.last_seen[: len("2026-11-27")]

    @property
    def version(self) -> str:
        """Day and digest of the data, in the form of https://semver.org/: ``2026.11.27+9f8e7d6c5b4a``."""
        day = "0.0.0" if self.date is None else ".".join(str(int(part)) for part in self.date.split("-"))
        return f"{day}+{self.digest[:VERSION_DIGITS]}"

    @property
    def title(self) -> str:
        """The author's title, or one that says what the query was."""
        if self.about.title is not None:
            return self.about.title
        query = " ".join(self.selection.query.split())
        if not query:
            return "News articles: all of an archive"
        shown = query if len(query) <= MAX_TITLE_QUERY else f"{query[:MAX_TITLE_QUERY]}…"
        return f"News articles found by the query {shown}"

    @property
    def summary(self) -> str:
        """One sentence about what is in it."""
        facts = self.facts
        articles = f"{facts.articles:,} news {'article' if facts.articles == 1 else 'articles'}"
        if self.selection.every_revision:
            articles = f"{facts.records:,} states of {articles}"
        sites = sum(site is not None for site in facts.sites)
        of_sites = f" of {sites} {'site' if sites == 1 else 'sites'}" if sites else ""
        published = ""
        if facts.first_published is not None and facts.last_published is not None:
            first, last = (time[: len("2026-11-27")] for time in (facts.first_published, facts.last_published))
            published = f", published on {first}" if first == last else f", published from {first} to {last}"
        return f"{articles}{of_sites}{published}; {self.holds}."

    @property
    def holds(self) -> str:
        """Whether the texts are there."""
        if self.has_text:
            return "with their texts"
        return "addresses, metadata and digests without the texts"

    @property
    def has_text(self) -> bool:
        """Whether it holds the running text of the articles."""
        return bool({"blocks", "article_body"} & set(self.selection.fields))
