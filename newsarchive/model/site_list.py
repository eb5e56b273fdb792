"""SiteList: sites as people keep and pass them on, before anything of them is looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSite:
    """A site as a list has it; nothing of it is checked but its size."""

    line: int
    """Where it stands, from 1."""
    url: str
    """Of its home page."""
    name: str | None = None
    title: str | None = None
    publisher: str | None = None
    feeds: tuple[str, ...] = ()
    is_rendered: bool = False
    """See ``model.site.Site``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a line gives no site."""

    line: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteList:
    """What a list holds, in the order of its lines."""

    sites: tuple[ListedSite, ...] = ()
    problems: tuple[Problem, ...] = ()
