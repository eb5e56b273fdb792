"""``newsarchive crawl``: fetch a site's articles into the archive."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.cli.backfill import backfill_lines, backfill_progress
from newsarchive.cli.options import AllowAddress, CaFile, Contact, Delay, Json, Proxy
from newsarchive.cli.settings import config_from, log_level_from
from newsarchive.cli.site import site_for
from newsarchive.config import SETTINGS_FILE, Config
from newsarchive.crawling.plan import CrawlPlan
from newsarchive.crawling.revisits.policy import Revisit
from newsarchive.errors import ConfigError, FetchError
from newsarchive.model.crawl_run import BACKFILL, CrawlRun, LedgerEntry, Outcome, ResourceKind, RunOutcome


def crawl(
    context: typer.Context,
    site: Annotated[
        str | None, typer.Argument(help="A registered site's name, or a home page's address.", metavar="SITE|URL")
    ] = None,
    urls: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Crawl the addresses in this file instead, one a line; - is stdin."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only articles published on or after, like 2023-05-17 or 2023.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Only articles published on or before.")] = None,
    max_pages: Annotated[int | None, typer.Option(min=0, metavar="N", help="Fetch at most so many pages.")] = None,
    backfill: Annotated[
        bool,
        typer.Option(
            "--backfill",
            help="Walk all sitemaps, archives and lists of the site back to --since; the same command goes on where "
            "it was cut off or a limit was reached.",
        ),
    ] = False,
    revisit: Annotated[
        Revisit | None,
        typer.Option(
            help="Which known pages are asked for again: what is due (default; young ones often, old ones seldom), "
            "none (never, for --backfill if not given), or all.",
            show_default=False,
        ),
    ] = None,
    delay: Delay = None,
    allow_address: AllowAddress = None,
    proxy: Proxy = None,
    ca_file: CaFile = None,
    contact: Contact = None,
    json: Json = False,
) -> None:
    """Crawl a site, or a list of addresses, into the archive."""
    config = config_from(
        context,
        delay_s=delay,
        allow_addresses=tuple(allow_address or ()),
        proxy=proxy,
        ca_file=ca_file,
        contact=contact,
    )
    arguments: dict[str, object] = {"since": since, "until": until, "max_pages": max_pages, "revisit": revisit}
    if backfill and urls is not None:
        raise ConfigError("--backfill is for sites, not for the addresses of --urls")
    CrawlPlan.from_arguments(arguments)  # says what is wrong before Scrapy is started
    spider = BACKFILL if backfill else "site"
    if urls is not None and site is None:
        run = run_crawl(config, "urls", {**arguments, "file": urls}, log_level=log_level_from(context))
    elif site is not None and urls is None:
        with site_for(config, site) as known:
            run = run_crawl(config, spider, {**arguments, "site": known.name}, log_level=log_level_from(context))
            summarize(config, run, json=json)
            if run.counts.get(Outcome.NEW) and not json:
                terminal.notes().print(f"next: newsarchive search site:{known.name} --order newest")
        return
    else:
        raise ConfigError("name a site or an address, or a file with --urls; newsarchive site list shows the sites")
    summarize(config, run, json=json)


def run_crawl(config: Config, spider: str, arguments: dict[str, object], *, log_level: str) -> CrawlRun:
    """Run a spider to its end and give the record of its run."""
    from newsarchive.api import Archive
    from newsarchive.crawling.process import run_spider
    from newsarchive.publishers.registry import PublisherRegistry

    if config.publishers is not None:
        PublisherRegistry.load(config.publishers)  # a file that does not load would fail every page
    session = run_spider(config, spider, arguments, progress=True, log_level=log_level)
    if config.contact is None:
        terminal.notes().print(
            "note: owners of sites cannot reach you; give an e-mail or web address with --contact, NEWSARCHIVE_CONTACT "
            f"or in {config.home / SETTINGS_FILE}"
        )
    with Archive.of(config) as archive:
        run = archive.reader.run(session.run_id) if session.run_id is not None else None
    assert run is not None
    return run


def summarize(config: Config, run: CrawlRun, *, json: bool = False) -> None:
    """Say what came of a crawl. Raises FetchError if its start, or all it asked for, could not be had."""
    from newsarchive.api import Archive

    with Archive.of(config) as archive:
        troubled = [
            entry
            for outcome in (Outcome.FAILED, Outcome.BLOCKED, Outcome.REFUSED)
            for entry in archive.reader.ledger(run.id, outcome=outcome)
        ]
        progress = backfill_progress(archive.reader, run) if run.spider == BACKFILL else None
    start = next((entry for entry in troubled if entry.kind is ResourceKind.HOME), None)
    if json:
        backfill = {"backfill": asdict(progress)} if progress is not None else {}
        terminal.print_json(run_record(run) | backfill)
    elif start is None or sum(run.counts.values()) > 1:
        shown = [f"{run.counts[outcome]} {outcome}" for outcome in Outcome if run.counts.get(outcome)]
        terminal.out().print(f"run {run.id}: {', '.join(shown) or 'nothing to fetch'}")
        for line in backfill_lines(progress, run) if progress is not None else ():
            terminal.out().print(line)
        if run.not_due and progress is None:
            terminal.notes().print(f"{run.not_due} known pages were not due to be looked at again; all: --revisit all")
    if start is not None:
        reason = start.reason or "error"
        raise FetchError(
            f"{start.url} cannot be read: {(start.detail or reason).rstrip('.')}", url=start.url, reason=reason
        )
    if troubled and not json:
        _explain(run, troubled)
    if troubled and len(troubled) == sum(run.counts.values()):
        raise FetchError(
            f"none of the addresses of run {run.id} could be had: newsarchive runs ledger {run.id} says why of each",
            url=troubled[0].url,
            reason=troubled[0].reason or "error",
        )
    if run.outcome is RunOutcome.STOPPED and run.reason == "shutdown":
        terminal.notes().print("the same command goes on")
        raise typer.Exit(130)


def _explain(run: CrawlRun, troubled: list[LedgerEntry]) -> None:
    reasons: dict[str, list[LedgerEntry]] = {}
    for entry in troubled:
        reasons.setdefault(f"{entry.outcome}, {entry.reason}", []).append(entry)
    for reason, entries in sorted(reasons.items(), key=lambda item: -len(item[1]))[:5]:
        terminal.notes().print(f"  {len(entries)} {reason}: {entries[0].url}")
    terminal.notes().print(f"all with their reasons: newsarchive runs ledger {run.id}")


def run_record(run: CrawlRun) -> dict[str, object]:
    """Give a run as JSON."""
    return {
        "run": run.id,
        "site": run.site,
        "spider": run.spider,
        "arguments": dict(run.arguments),
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "outcome": run.outcome,
        "reason": run.reason,
        "counts": dict(run.counts),
        "not_due": run.not_due,
    }
