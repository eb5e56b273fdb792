"""``newsarchive site``: register a site, see what is known of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit

import typer

from newsarchive.cli import terminal
from newsarchive.cli.options import AllowAddress, CaFile, Contact, Delay, Json, Proxy
from newsarchive.cli.settings import config_from, log_level_from
from newsarchive.cli.site_lists import add_list
from newsarchive.config import Config
from newsarchive.errors import ConfigError, FetchError, NoArchiveError
from newsarchive.model.crawl_run import Outcome, ResourceKind
from newsarchive.model.site import Site
from newsarchive.urls import host, identity_url, resolve, site_name

app = typer.Typer(help="Register news sites and see what is known of them.", no_args_is_help=True)


@app.command("add")
def add(
    context: typer.Context,
    url: Annotated[str | None, typer.Argument(metavar="URL", help="The site's home page.")] = None,
    sites: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE", help="Register all sites of a CSV or OPML file instead; - is stdin."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what --from would register.")] = False,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Short name; default: from the host.")] = None,
    title: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The publisher's title; default: what its pages say.")
    ] = None,
    publisher: Annotated[
        str | None, typer.Option(metavar="NAME", help="Publisher rules to read it with; default: by host.")
    ] = None,
    rendered: Annotated[
        bool, typer.Option("--rendered", help="Let its pages go through Chromium, for text that scripts make.")
    ] = False,
    check: Annotated[bool, typer.Option(help="Look for feeds, sitemaps and sections now.")] = True,
    allow_address: AllowAddress = None,
    proxy: Proxy = None,
    ca_file: CaFile = None,
    delay: Delay = None,
    contact: Contact = None,
) -> None:
    """Register a site, or a list of sites. Finds feeds, sitemaps and sections."""
    if sites is not None and url is None:
        add_list(context, sites, dry_run=dry_run)
        return
    if url is None or sites is not None or dry_run:
        raise ConfigError("name the address of a site, or a list of sites with --from")
    config = config_from(
        context,
        delay_s=delay,
        allow_addresses=tuple(allow_address or ()),
        proxy=proxy,
        ca_file=ca_file,
        contact=contact,
    )
    site = register(config, url, name=name, title=title, publisher=publisher, is_rendered=rendered)
    if check:
        survey(config, site, log_level=log_level_from(context))
        show(context, site.name)
    else:
        terminal.out().print(f"{site.name} is registered")
    terminal.notes().print(f"next: newsarchive crawl {site.name}")


def register(
    config: Config,
    url: str,
    *,
    name: str | None = None,
    title: str | None = None,
    publisher: str | None = None,
    is_rendered: bool = False,
) -> Site:
    """Add a site to the archive.

    Raises ConfigError for an unusable address, name or publisher, or a browser that is needed and missing;
    SiteExistsError.
    """
    from newsarchive.api import Archive
    from newsarchive.crawling.browser.path import browser_path
    from newsarchive.publishers.registry import PublisherRegistry

    home_url = address_of(url)
    if home_url is None:
        raise ConfigError(f"{url!r} is not the address of a web page, like https://example.org/")
    if publisher is not None:
        PublisherRegistry.load(config.publishers).named(publisher)
    if is_rendered:
        browser_path(config)
    with Archive.of(config, create=True) as archive:
        site = Site(
            name=name or free_name(home_url, {site.name for site in archive.sites()}),
            home_url=home_url,
            title=title,
            publisher=publisher,
            is_rendered=is_rendered,
            added_at=datetime.now(UTC),
        )
        archive.writer.add_site(site)
    return site


def address_of(text: str) -> str | None:
    """Give the address a user typed, ``https://`` left out or not; None for ``mailto:`` and the like."""
    if "://" in text:
        return resolve(text, "")
    is_other = re.match(r"[A-Za-z][\w+.-]*:(?!\d)", text)  # but "example.org:8080" is a host and its port
    return None if is_other else resolve(f"https://{text}", "")


def free_name(home_url: str, taken: set[str]) -> str:
    """Give the short name of an address; the whole host where another site of the domain has the short one."""
    name = site_name(home_url)
    return re.sub(r"[^a-z0-9]+", "-", host(home_url)).strip("-")[:64] if name in taken else name


def survey(config: Config, site: Site, *, log_level: str) -> None:
    """Look at the site without fetching an article.

    Raises FetchError if its home page cannot be had; the site is then forgotten again.
    """
    from newsarchive.api import Archive
    from newsarchive.crawling.process import run_spider

    session = run_spider(config, "site", {"site": site.name, "survey": "1"}, progress=True, log_level=log_level)
    with Archive.of(config) as archive:
        assert session.run_id is not None
        home = next((e for e in archive.reader.ledger(session.run_id) if e.kind is ResourceKind.HOME), None)
        if home is None or home.outcome is not Outcome.READ:
            archive.writer.remove_site(site.name)
            reason = (home and home.reason) or "error"
            detail = ((home and home.detail) or reason).rstrip(".")
            raise FetchError(
                f"{site.home_url} cannot be read: {detail}; nothing was registered"
                " (--no-check registers a site without looking)",
                url=site.home_url,
                reason=reason,
            )


@app.command("list")
def list_sites(context: typer.Context, json: Json = False) -> None:
    """List the registered sites with what is archived of each."""
    from newsarchive.api import Archive

    with Archive.of(config_from(context)) as archive:
        counts = archive.reader.counts().articles_by_site
        sites = archive.sites()
    if json:
        for site in sites:
            terminal.print_json(
                {
                    "name": site.name,
                    "title": site.title,
                    "home_url": site.home_url,
                    "articles": counts.get(site.name, 0),
                    "is_rendered": site.is_rendered,
                }
            )
    elif sites:
        rows = [(site.name, counts.get(site.name, 0), site.home_url, site.title) for site in sites]
        terminal.print_table(["name", "articles", "home page", "title"], rows, right=["articles"])
    else:
        terminal.notes().print("no site is registered yet; next: newsarchive site add https://a-news-site.example/")


@app.command("show")
def show(
    context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME", help="Short name of the site.")]
) -> None:
    """Show a site: its feeds, sitemaps and sections, and its last crawl."""
    from newsarchive.api import Archive

    with Archive.of(config_from(context)) as archive:
        site = archive.reader.site(name)
        articles = archive.reader.counts().articles_by_site.get(name, 0)
        last = next(reversed(archive.reader.runs(site=name)), None)
    out = terminal.out()
    out.print(site.title or site.name, style="bold")
    out.print(f"name       {site.name}")
    out.print(f"home page  {site.home_url}")
    out.print(f"publisher  {site.publisher or 'by host'}")
    out.print(f"pages      {'rendered by a browser' if site.is_rendered else 'as they are fetched'}")
    out.print(f"added      {terminal.moment(site.added_at)} UTC")
    out.print(f"articles   {articles}")
    if last is not None:
        out.print(f"last run   {last.id}, {terminal.moment(last.started_at)} UTC, {last.outcome or 'running'}")
    if site.sources:
        out.print()
        kinds = (ResourceKind.FEED, ResourceKind.SITEMAP, ResourceKind.SECTION)
        sources = sorted(site.sources, key=lambda source: (kinds.index(source.kind), source.url))
        rows = [(s.kind, s.entries, s.last_status, terminal.moment(s.last_read_at), s.url) for s in sources]
        terminal.print_table(["source", "entries", "status", "read UTC", "address"], rows, right=["entries"])


@contextmanager
def site_for(config: Config, target: str) -> Iterator[Site]:
    """Give the site a user means: a registered short name, or an address, which is registered if it is not yet.

    One that was registered only now is forgotten again if FetchError leaves the block: a mistyped address is no site.
    Raises UnknownSiteError for a word that is neither.
    """
    from newsarchive.api import Archive

    known = known_site(config, target)
    if known is not None:
        yield known
        return
    site = register(config, target)
    terminal.notes().print(f"{site.home_url} is registered as {site.name}")
    try:
        yield site
    except FetchError as error:
        with Archive.of(config) as archive:
            archive.writer.remove_site(site.name)
        raise FetchError(f"{error}; {site.name} is forgotten again", url=error.url, reason=error.reason) from error


def is_address(target: str) -> bool:
    """Whether a user means an address, not a registered site's name."""
    return "://" in target or "." in target or re.match(r"localhost(?::|/|$)", target) is not None


def known_site(config: Config, target: str) -> Site | None:
    """Give the registered site of a name, or of an address's host; None for an address of none, or without an archive.

    Raises UnknownSiteError for a word that is no site's name, ArchiveError if there is no archive it could be in.
    """
    from newsarchive.api import Archive

    if not is_address(target):
        with Archive.of(config) as archive:
            site: Site = archive.reader.site(target)
        return site
    url = address_of(target) or target
    try:
        with Archive.of(config) as archive:
            return next((site for site in archive.sites() if _host(site.home_url) == _host(url)), None)
    except NoArchiveError:
        return None


def _host(url: str) -> str:
    """Host and port without ``www.``: two of one domain, like sport.example.org, are two sites."""
    try:
        return urlsplit(identity_url(url)).netloc.removeprefix("www.")
    except ValueError:
        return url
