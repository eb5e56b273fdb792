"""``newsarchive site add --from`` and ``newsarchive site export``: a thousand sites at once, in and out.

A list is registered without a single request. What ``site add URL`` looks for, the first crawl of each site finds just
as well, at that site's own pace; a thousand probes at once would only be a crawl without a ledger.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.cli.settings import config_from
from newsarchive.config import Config
from newsarchive.errors import ArchiveError, ConfigError, NoArchiveError, ParseError
from newsarchive.model.crawl_run import ResourceKind
from newsarchive.model.site import Site, Source, is_site_name
from newsarchive.model.site_list import ListedSite, Problem, SiteList

MAX_SHOWN = 20
"""Lines with problems that are told one by one; the others are counted."""


class ListFormat(StrEnum):
    """A form of a list of sites."""

    CSV = "csv"
    OPML = "opml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What a list would add to an archive."""

    sites: tuple[tuple[ListedSite, Site], ...]
    known: int
    """Sites that are registered already, or stand in the list twice."""
    problems: tuple[Problem, ...]


def add_list(context: typer.Context, file: str, *, dry_run: bool) -> None:
    """Register the sites of a list. Exit code 1 if a line of it could not be used."""
    from newsarchive.api import Archive

    config = config_from(context)
    read = _read(file)
    try:
        with Archive.of(config, create=not dry_run) as archive:
            known = archive.sites()
    except NoArchiveError:
        known = ()
    found = plan(read, known, datetime.now(UTC), publishers=_publishers(config))
    problems = list(found.problems)
    added = 0
    if dry_run:
        rows = [(site.name, len(site.sources), site.home_url, site.title) for _, site in found.sites]
        terminal.print_table(["name", "feeds", "home page", "title"], rows, right=["feeds"])
    else:
        with Archive.of(config) as archive, terminal.progress() as progress:
            writer = archive.writer
            for listed, site in progress.track(found.sites, description="sites"):
                try:
                    writer.add_site(site)
                    added += 1
                except ArchiveError as error:
                    problems.append(Problem(line=listed.line, message=str(error)))
    _tell(file, problems)
    done = f"{len(found.sites)} sites would be added" if dry_run else f"{added} sites added"
    terminal.out().print(f"{done}, {found.known} known already, {len(problems)} lines with problems")
    if added:
        terminal.notes().print(
            "next: newsarchive crawl NAME; its first crawl finds a site's feeds, sitemaps and sections"
        )
    if problems:
        raise typer.Exit(1)


def _read(file: str) -> SiteList:
    """Raises ConfigError, with the file's name in front."""
    from newsarchive.discovery.site_lists import MAX_BYTES, read_site_list
    from newsarchive.parsers.sandbox import Sandbox

    try:
        if file == "-":
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(file).open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from None
    try:
        if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            return read_site_list(data)
        with Sandbox(workers=1, memory_bytes=1_000_000_000) as sandbox:
            return sandbox.submit(_read_or_say, data).result()
    except (ConfigError, ParseError) as error:
        raise ConfigError(f"{file}: {error}") from None


def _read_or_say(data: bytes) -> SiteList:
    """For the sandbox, which passes on no errors but its own kind."""
    from newsarchive.discovery.site_lists import read_site_list

    try:
        return read_site_list(data)
    except ConfigError as error:
        raise ParseError(str(error), url="", reason="site-list") from None


def _publishers(config: Config) -> frozenset[str]:
    from newsarchive.publishers.registry import PublisherRegistry

    return frozenset(PublisherRegistry.load(config.publishers).names()) | {"generic"}


def plan(read: SiteList, known: Iterable[Site], now: datetime, *, publishers: frozenset[str]) -> Registration:
    """Work out what a list adds to the sites that are there. Pure."""
    from newsarchive.cli.site import address_of, free_name

    names = {site.name: site.home_url for site in known}
    homes = set(names.values())
    sites, problems, already = [], list(read.problems), 0
    for listed in read.sites:
        home_url = address_of(listed.url)
        if home_url is None:
            problems.append(Problem(line=listed.line, message=f"{listed.url[:200]!r} is not the address of a web page"))
            continue
        if home_url in homes:
            already += 1
            continue
        name = listed.name or free_name(home_url, set(names))
        trouble = None
        if name in names:
            trouble = f"the name {name[:64]!r} is taken by {names[name]}; give the site another"
        elif not is_site_name(name):
            trouble = f"{name[:64]!r} is no site name: use up to 64 lower-case letters and digits, with hyphens between"
        elif listed.publisher is not None and listed.publisher not in publishers:
            trouble = f"no publisher {listed.publisher[:64]!r}; known: {', '.join(sorted(publishers))[:200]}"
        if trouble is not None:
            problems.append(Problem(line=listed.line, message=trouble))
            continue
        names[name] = home_url
        homes.add(home_url)
        site = Site(
            name=name,
            home_url=home_url,
            title=listed.title,
            publisher=listed.publisher,
            is_rendered=listed.is_rendered,
            added_at=now,
            sources=tuple(Source(url=url, kind=ResourceKind.FEED) for url in listed.feeds),
        )
        sites.append((listed, site))
    problems.sort(key=lambda problem: problem.line)
    return Registration(sites=tuple(sites), known=already, problems=tuple(problems))


def _tell(file: str, problems: list[Problem]) -> None:
    for problem in problems[:MAX_SHOWN]:
        terminal.notes().print(f"{file}:{problem.line}: {problem.message}")
    if len(problems) > MAX_SHOWN:
        terminal.notes().print(f"… and {len(problems) - MAX_SHOWN} more")


def export(
    context: typer.Context,
    format: Annotated[ListFormat, typer.Option(help="For a spreadsheet, or for a feed reader.")] = ListFormat.CSV,
) -> None:
    """Write the registered sites, with their feeds, as a list. `site add --from` reads it."""
    from newsarchive.api import Archive
    from newsarchive.cli.csv_rows import print_csv
    from newsarchive.discovery.site_lists import COLUMNS, site_rows, to_opml

    with Archive.of(config_from(context)) as archive:
        sites = archive.sites()
    if format is ListFormat.CSV:
        print_csv(COLUMNS, site_rows(sites))
    else:
        sys.stdout.write(to_opml(sites).decode())
