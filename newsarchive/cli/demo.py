"""``newsarchive demo``: the whole path on the bundled sample site, in a minute."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.cli.crawl import run_crawl, summarize
from newsarchive.cli.search import print_hits
from newsarchive.cli.settings import config_from, log_level_from
from newsarchive.cli.site import register
from newsarchive.config import Config
from newsarchive.errors import HomeError, UnknownSiteError

SITE = "sample"
SEED = "Future of peacekeeping operations"
PUBLISHER = "thegreatlakeseye"


def _register(config: Config, url: str) -> None:
    """Register the sample, or tell the archive its new address if an earlier demo used another port."""
    from newsarchive.api import Archive

    with Archive.of(config, create=True) as archive:
        try:
            known = archive.reader.site(SITE)
        except UnknownSiteError:
            pass
        else:
            archive.writer.update_site(dataclasses.replace(known, home_url=f"{url}/"))
            return
    # on loopback no host tells that some pages have The Great Lakes Eye's markup
    register(config, f"{url}/", name=SITE, publisher=PUBLISHER)


def demo(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, metavar="N", help="Where the sample site is served.")] = 8765,
) -> None:
    """Serve the bundled sample site, crawl it, search it, export it."""
    from newsarchive.api import Archive
    from newsarchive.cli.show import print_revision
    from newsarchive.demo.server import serve_sample
    from newsarchive.export.write import write_export

    out, notes = terminal.out(), terminal.notes()
    config = config_from(context)
    try:
        with serve_sample(port) as server:
            config = dataclasses.replace(
                config, delay_s=0.0, allow_addresses=(f"127.0.0.1:{server.server_port}",), proxy=None
            )
            notes.print(f"the sample site is served at {server.base_url}; crawling it as any other")
            _register(config, server.base_url)
            run = run_crawl(config, "site", {"site": SITE}, log_level=log_level_from(context))
    except OSError as error:
        raise HomeError(
            f"port {port} is taken ({error.strerror}); name another: newsarchive demo --port {port + 1}"
        ) from error
    summarize(config, run)
    with Archive.of(config) as archive:
        out.print()
        hit = archive.search(f'headline:"{SEED}"', limit=1).hits[0]
        print_revision(hit.revision, latest=hit.revision.number)
        out.print("\n$ newsarchive search 'peacekeeping OR umuganda'\n", style="bold")
        print_hits(archive.search("peacekeeping OR umuganda", limit=3))
        folder = config.home / "export"
        folder.mkdir(exist_ok=True)
        for format in ("jsonl", "csv"):
            written = write_export(archive.latest(), format, folder / f"articles.{format}")
        counts = archive.reader.counts()
    out.print()
    out.print(
        f"{counts.articles} articles, {counts.revisions} revisions; {written} in {folder}/articles.jsonl and .csv"
    )
    notes.print(
        "next: newsarchive search peacekeeping · newsarchive runs ledger · newsarchive crawl https://a-news-site.example/"
    )
