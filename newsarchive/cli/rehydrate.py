"""``newsarchive rehydrate``: fetch the texts of a data package again, and say which are still the same."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsarchive.cli import terminal
from newsarchive.cli.crawl import run_crawl
from newsarchive.cli.options import AllowAddress, CaFile, Contact, Delay, Json, Proxy
from newsarchive.cli.settings import config_from, log_level_from
from newsarchive.config import Config
from newsarchive.errors import ExportError, SiteExistsError, UnknownArticleError
from newsarchive.model.crawl_run import CrawlRun, LedgerEntry, ResourceKind, RunOutcome
from newsarchive.model.revision import Revision
from newsarchive.model.site import Site
from newsarchive.urls import same_site

if TYPE_CHECKING:
    from newsarchive.api import Archive
    from newsarchive.export.package.read import Package, PackagedSite
    from newsarchive.export.rehydration import Match, Rehydrated

MAX_REASONS = 5
"""Reasons named in the summary; the report has all."""


def rehydrate(
    context: typer.Context,
    package: Annotated[Path, typer.Argument(metavar="PACKAGE", help="Folder of a data package.")],
    into: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where the texts and the report go; default: PACKAGE-rehydrated, here."),
    ] = None,
    changed: Annotated[
        bool, typer.Option("--changed", help="Also write the articles whose text has changed, marked so.")
    ] = False,
    delay: Delay = None,
    allow_address: AllowAddress = None,
    proxy: Proxy = None,
    ca_file: CaFile = None,
    contact: Contact = None,
    json: Json = False,
) -> None:
    """Fetch the texts of a data package without texts. It says which articles are still the same.

    Pages are fetched as any crawl does. They go into the archive of --home or --database, or into a
    new one below FOLDER.
    """
    from newsarchive.api import Archive
    from newsarchive.export.package.read import read_package
    from newsarchive.export.rehydration import REPORT_FIELDS, Match
    from newsarchive.export.write import Format, write_export

    read = read_package(package)
    folder = into or Path(f"{read.folder.resolve().name}-rehydrated")
    config = config_from(
        context,
        delay_s=delay,
        allow_addresses=tuple(allow_address or ()),
        proxy=proxy,
        ca_file=ca_file,
        contact=contact,
    )
    if context.obj["home"] is None and context.obj["database"] is None:
        home = folder / "archive"
        config = dataclasses.replace(config, home=home, database=home / "archive.db")
    addresses = folder / "addresses.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        addresses.write_text("".join(f"{article.url}\n" for article in read.articles), encoding="utf-8")
    except OSError as error:
        raise ExportError(f"{folder} cannot be written: {error.strerror}") from error
    with Archive.of(config, create=True) as archive:
        _register(archive, config, read.sites)
    run = None
    if read.articles:
        run = run_crawl(config, "urls", {"file": str(addresses)}, log_level=log_level_from(context))
    with Archive.of(config) as archive, terminal.progress() as progress:
        task = progress.add_task("compare", total=len(read.articles))
        found = list(progress.track(_compared(archive, read, run), task_id=task))
        write_export((one.as_record() for one in found), Format.CSV, folder / "report.csv", fields=REPORT_FIELDS)
        wanted = {Match.SAME, Match.CHANGED} if changed else {Match.SAME}
        written = write_export(_texts(archive, read, found, wanted), Format.JSONL, folder / "articles.jsonl")
    if json:
        for one in found:
            terminal.print_json(one.as_record())
    else:
        _summarize(found)
    terminal.notes().print(f"{written:,} records with their texts in {folder / 'articles.jsonl'}; all in report.csv")
    if run is not None and run.outcome is RunOutcome.STOPPED and run.reason == "shutdown":
        terminal.notes().print("the same command fetches all of them again")
        raise typer.Exit(130)


def _register(archive: Archive, config: Config, sites: Iterable[PackagedSite]) -> None:
    """Make the package's sites known, so that the rules that were chosen for them read their pages again."""
    from newsarchive.publishers.registry import PublisherRegistry

    known = PublisherRegistry.load(config.publishers).names()
    homes = [site.home_url for site in archive.sites()]
    for site in sites:
        if any(same_site(home, site.home_url) for home in homes):
            continue
        publisher = site.publisher if site.publisher in known else None
        if site.publisher is not None and publisher is None:
            terminal.notes().print(f"{site.name} was read by rules {site.publisher!r}, which are not here")
        with suppress(SiteExistsError):  # the name is another site's: then its pages are nobody's
            archive.writer.add_site(
                Site(name=site.name, home_url=site.home_url, publisher=publisher, added_at=datetime.now(UTC))
            )


def _compared(archive: Archive, package: Package, run: CrawlRun | None) -> Iterator[Rehydrated]:
    from newsarchive.export.rehydration import compare

    wanted = {_asked(article.url) for article in package.articles}
    entries: dict[str, LedgerEntry] = {}
    for entry in archive.reader.ledger(run.id) if run is not None else ():
        if entry.kind is ResourceKind.PAGE and entry.url in wanted:
            entries[entry.url] = entry
    for article in package.articles:
        yield compare(article, entries.get(_asked(article.url)), _revision(archive, article.url))


def _texts(
    archive: Archive, package: Package, found: Iterable[Rehydrated], wanted: set[Match]
) -> Iterator[dict[str, Any]]:
    from newsarchive.export.rehydration import with_text

    for record, one in zip(package.records(), found, strict=True):
        revision = _revision(archive, one.article.url) if one.match in wanted else None
        if revision is not None:
            yield with_text(record, revision, one)


def _revision(archive: Archive, url: str) -> Revision | None:
    try:
        return archive.reader.revision(url)
    except UnknownArticleError:
        return None


def _asked(url: str) -> str:
    """The address as Scrapy asks for it, which is how the ledger knows it."""
    from scrapy.http import Request

    return Request(url).url


def _summarize(found: list[Rehydrated]) -> None:
    from newsarchive.export.rehydration import Match

    counts = Counter(one.match for one in found)
    rows = [(match.value, counts[match], _percent(counts[match], len(found))) for match in Match]
    terminal.print_table(("match", "records", "share"), rows, right=("records", "share"))
    reasons = Counter((one.match.value, one.reason) for one in found if one.reason is not None)
    for (match, reason), count in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))[:MAX_REASONS]:
        example = next(one for one in found if (one.match.value, one.reason) == (match, reason))
        terminal.notes().print(f"  {count} {match}, {reason}: {example.article.url}")


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else ""
