"""Rows of sites as models, and what is said of a site that is not there."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection, Select, select

from newsarchive.archive.schema.sites import SITE, SOURCE
from newsarchive.errors import UnknownSiteError
from newsarchive.model.site import Site, Source

SITES = select(SITE)
"""All of them, in no order."""


def read_sites(connection: Connection, query: Select[*tuple[Any, ...]]) -> tuple[Site, ...]:
    """The sites that a query out of :data:`SITES` finds, with their sources in the order they were found."""
    rows = connection.execute(query).all()
    sources: dict[int, list[Source]] = {row.id: [] for row in rows}
    of_sites = select(SOURCE).order_by(SOURCE.c.id)
    if len(rows) == 1:
        of_sites = of_sites.where(SOURCE.c.site_id == rows[0].id)
    for row in connection.execute(of_sites) if rows else ():
        sources[row.site_id].append(
            Source(
                url=row.url,
                kind=row.kind,
                title=row.title,
                entries=row.entries,
                last_read_at=row.last_read_at,
                last_status=row.last_status,
            )
        )
    return tuple(
        Site(
            name=row.name,
            home_url=row.home_url,
            title=row.title,
            publisher=row.publisher,
            added_at=row.added_at,
            is_rendered=row.is_rendered,
            sources=tuple(sources[row.id]),
        )
        for row in rows
    )


def unknown_site(connection: Connection, name: str) -> UnknownSiteError:
    """The error for a name that no site has, with those that were perhaps meant."""
    names = connection.execute(select(SITE.c.name)).scalars().all()
    meant = get_close_matches(name[:64].lower(), names, n=3)
    if meant:
        return UnknownSiteError(f"no site {name[:64]!r}: did you mean {' or '.join(meant)}?")
    return UnknownSiteError(
        f"no site {name[:64]!r}: `newsarchive site list` shows all, `newsarchive site add URL` adds one"
    )
