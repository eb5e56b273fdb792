"""``newsarchive site check``: what comes out of a site's recent pages, by which rules, what is suspicious."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.cli.options import AllowAddress, CaFile, Contact, Delay, Json, Proxy
from newsarchive.cli.settings import config_from, log_level_from
from newsarchive.cli.site import address_of, is_address, known_site
from newsarchive.config import Config
from newsarchive.errors import ConfigError, ParseError
from newsarchive.model.site import Site

if TYPE_CHECKING:
    from newsarchive.crawling.samples import Miss, Sampling
    from newsarchive.inspection.report import FieldReport, Inspection
    from newsarchive.inspection.sample import Sample

PAGES = 10
MAX_EXAMPLE_CHARS = 60

Pages = Annotated[int, typer.Option(min=1, max=100, metavar="N", help="How many articles to look at.")]


def check(
    context: typer.Context,
    target: Annotated[
        str, typer.Argument(metavar="URL|SITE", help="An article, a home page, a section; or a registered site's name.")
    ],
    pages: Pages = PAGES,
    publisher: Annotated[str | None, typer.Option(metavar="NAME", help="Publisher rules; default: by host.")] = None,
    allow_address: AllowAddress = None,
    proxy: Proxy = None,
    ca_file: CaFile = None,
    delay: Delay = None,
    contact: Contact = None,
    json: Json = False,
) -> None:
    """Tell what comes out of a site's recent articles. Which fields, by which rules, and what is suspicious.

    A registered site's latest captures are taken, without the network. Else articles are found as by a crawl, and kept
    nowhere.
    """
    from newsarchive.inspection.report import inspect
    from newsarchive.publishers.registry import PublisherRegistry

    config = config_from(
        context,
        delay_s=delay,
        allow_addresses=tuple(allow_address or ()),
        proxy=proxy,
        ca_file=ca_file,
        contact=contact,
    )
    if publisher is not None or config.publishers is not None:  # says what is wrong before anything is fetched
        PublisherRegistry.load(config.publishers).named(publisher or "generic")
    site = known_site(config, target)
    rules = publisher or (site.publisher if site else None)
    archived = () if is_address(target) or site is None else _archived(config, site, pages, rules)
    misses: tuple[Miss, ...] = ()
    if archived:
        samples, origin = archived, "captures"
        terminal.notes().print(
            f"read from the archive's captures; to fetch anew: newsarchive site check {site and site.home_url}"
        )
    else:
        url = site.home_url if site is not None and not is_address(target) else target
        if site is not None and not is_address(target):
            terminal.notes().print(f"nothing is archived of {site.name} yet; fetching from {url}")
        sampling = fetched(config, url, pages, rules, log_level=log_level_from(context))
        samples, misses, origin = sampling.samples, sampling.misses, "live"
    inspection = inspect(samples)
    if json:
        terminal.print_json(
            {"target": target, "from": origin, **asdict(inspection), "misses": list(map(asdict, misses))}
        )
    else:
        print_inspection(inspection, misses)
    if not inspection.articles:
        raise _no_article(target, inspection)


def fetched(
    config: Config, target: str, pages: int, publisher: str | None, *, alone: bool = True, log_level: str
) -> Sampling:
    """Fetch articles of a site, with a progress bar. Raises ConfigError for no address, FetchError."""
    from newsarchive.crawling.samples import fetch_samples

    url = address_of(target)
    if url is None:
        raise ConfigError(f"{target!r} is not the address of a web page, like https://example.org/news/1")
    with terminal.progress() as bar:
        task = bar.add_task("", total=pages)

        def on_page(address: str, articles: int) -> None:
            bar.update(task, completed=articles, description=address[-MAX_EXAMPLE_CHARS:])

        sampling = fetch_samples(
            config, url, pages, publisher=publisher, alone=alone, on_page=on_page, log_level=log_level
        )
    sources = ", ".join(sampling.sources)
    terminal.notes().print(
        f"fetched {_pages(len(sampling.samples))} {f'named by {sources}' if sources else f'from {url}'}"
    )
    return sampling


def _archived(config: Config, site: Site, pages: int, publisher: str | None) -> tuple[Sample, ...]:
    """The site's latest captures as the rules of now read them; none if there is none."""
    from newsarchive.api import Archive
    from newsarchive.inspection.sample import read_sample, unread_sample
    from newsarchive.parsers.sandbox import Sandbox

    folder = str(config.publishers) if config.publishers else None
    samples = []
    with Archive.of(config) as archive, Sandbox(workers=1) as sandbox, terminal.progress() as bar:
        for capture in bar.track(archive.captures(site.name, pages), total=pages):
            try:
                samples.append(sandbox.submit(read_sample, capture, publisher, folder).result())
            except ParseError as error:
                samples.append(unread_sample(capture, error))
    return tuple(samples)


def _no_article(target: str, inspection: Inspection) -> ParseError:
    reasons = Counter(refusal.reason for refusal in inspection.refusals)
    said = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
    return ParseError(
        f"none of {_pages(inspection.pages)} of {target} holds an article ({said}); look at one in a browser: a site "
        "that needs JavaScript or a login cannot be read",
        url=inspection.refusals[0].url,
        reason=inspection.refusals[0].reason,
    )


def print_inspection(inspection: Inspection, misses: Sequence[Miss] = ()) -> None:
    """Print a table of the fields, then what is suspicious, a line each."""
    out = terminal.out()
    if inspection.articles:
        rows = [_row(report, inspection.articles) for report in inspection.fields]
        out.print(f"{_articles(inspection.articles)}, read by {', '.join(inspection.parser_versions)}\n")
        terminal.print_table(["field", "found", "by", "example"], rows, right=["found"])
    lines = [
        (finding.field, finding.message, finding.urls[0], len(finding.urls) - 1) for finding in inspection.findings
    ]
    refused = [
        ("no article", f"{it.reason}{f' ({it.detail})' if it.detail else ''}", it.url, 0) for it in inspection.refusals
    ]
    missed = [("not fetched", it.reason, it.url, 0) for it in misses]
    for heading, found in (("suspicious", lines), ("refused", refused), ("missed", missed)):
        if found:
            out.print(f"\n{heading}", style="bold")
            for label, message, url, more in found:
                out.print(f"  {label}: {message}  {url}{f'  (and {more} more)' if more else ''}")
    if inspection.articles and not lines:
        out.print("\nnothing suspicious")


def _row(report: FieldReport, articles: int) -> tuple[str, str, str, str]:
    from newsarchive.inspection.findings import shortened

    rules = ", ".join(f"{rule} {count}" for rule, count in report.rules.items())
    if report.least is not None and report.most:
        size = f"{report.least}-{report.most}" if report.least != report.most else str(report.most)
        rules = f"{rules}; {size} each" if rules else f"{size} each"
    return report.field, f"{report.articles}/{articles}", rules, shortened(report.example or "", MAX_EXAMPLE_CHARS)


def _articles(number: int) -> str:
    return f"{number} article{'' if number == 1 else 's'}"


def _pages(number: int) -> str:
    return f"{number} page{'' if number == 1 else 's'}"
