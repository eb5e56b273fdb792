"""Tables of registered sites and of where these announce their articles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Named, Table, Text, TypedColumns, UniqueConstraint, false

from newsarchive.archive.schema.column_types import ROW_ID, Json, UTCDateTime, word
from newsarchive.archive.schema.metadata import METADATA
from newsarchive.model.crawl_run import ResourceKind


class SiteColumns(TypedColumns):
    """A registered news site."""

    id: Named[int] = Column(ROW_ID, primary_key=True)
    name: Named[str] = Column(Text, unique=True)
    home_url: Named[str] = Column(Text, unique=True)
    title: Named[str | None] = Column(Text)
    """The publisher's title, as the site gives it now; a revision keeps what its own page said."""
    publisher: Named[str | None] = Column(Text)
    """Name of the publisher class chosen for the site."""
    added_at: Named[datetime] = Column(UTCDateTime)
    article_url_model: Named[dict[str, Any] | None] = Column(Json)
    """What was learnt of the form of its article addresses; None until something was."""
    is_rendered: Named[bool] = Column(Boolean, server_default=false())
    """See ``model.site.Site``."""
    health_looked_at: Named[datetime | None] = Column(UTCDateTime)
    """When a worker judged its health last, to tell of what is wrong."""


class SourceColumns(TypedColumns):
    """A feed, sitemap or section page of a site."""

    id: Named[int] = Column(ROW_ID, primary_key=True)
    site_id: Named[int] = Column(ROW_ID, ForeignKey("site.id"))
    url: Named[str] = Column(Text)
    kind: Named[ResourceKind] = Column(word(ResourceKind))
    title: Named[str | None] = Column(Text)
    entries: Named[int | None] = Column(Integer)
    last_read_at: Named[datetime | None] = Column(UTCDateTime)
    last_status: Named[int | None] = Column(Integer)


SITE = Table("site", METADATA, SiteColumns)
SOURCE = Table("source", METADATA, SourceColumns, UniqueConstraint("site_id", "url"))
