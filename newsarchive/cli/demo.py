"""``newsarchive demo``: the whole path on the bundled sample site, in a minute."""

from __future__ import annotations

import dataclasses
from contextlib import ExitStack
from typing import Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.cli.crawl import run_crawl, summarize
from newsarchive.cli.search import print_hits
from newsarchive.cli.settings import config_from, log_level_from
from newsarchive.cli.site import register
from newsarchive.config import Config
from newsarchive.errors import HomeError

PORT = 8765
SEED = "Future of peacekeeping operations"
PUBLISHER = "thegreatlakeseye"


def demo(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, metavar="N", help="Where the sample site is served.")] = PORT,
) -> None:
    """Serve the bundled sample site, crawl it, search it, export it."""
    from newsarchive.api import Archive
    from newsarchive.cli.show import print_revision
    from newsarchive.demo.server import serve_sample
    from newsarchive.export.selection import Selection
    from newsarchive.export.write import Format

    out, notes = terminal.out(), terminal.notes()
    config = dataclasses.replace(
        config_from(context), delay_s=0.0, allow_addresses=(f"127.0.0.1:{port}",), proxy=None, ca_file=None
    )
    with ExitStack() as stack:
        try:
            server = stack.enter_context(serve_sample(port))
        except OSError as error:
            raise HomeError(
                f"port {port} cannot be used ({error.strerror}); name another: newsarchive demo --port 8766"
            ) from error
        notes.print(f"the sample site is served at {server.base_url}; crawling it as any other")
        site = _registered(config, f"{server.base_url}/", "sample" if port == PORT else f"sample-{port}")
        run = run_crawl(config, "site", {"site": site}, log_level=log_level_from(context))
    summarize(config, run)
    with Archive.of(config) as archive:
        out.print()
        for hit in archive.search(f'headline:"{SEED}" site:{site}', limit=1).hits:
            print_revision(hit.revision)
        query = f"security symposium site:{site}"
        out.print(f"\n$ newsarchive search '{query}'\n", style="bold")
        print_hits(archive.search(query, limit=3).hits)
        folder = config.home / "export"
        folder.mkdir(exist_ok=True)
        for format in (Format.JSONL, Format.CSV):
            written = archive.export(Selection(), format, folder / f"articles.{format}")
        counts = archive.reader.counts()
    out.print()
    out.print(
        f"{counts.articles} articles, {counts.revisions} revisions; {written} in {folder}/articles.jsonl and .csv"
    )
    notes.print(
        "next: newsarchive search peacekeeping · newsarchive runs ledger · newsarchive crawl https://a-news-site.example/"
    )


def _registered(config: Config, home_url: str, name: str) -> str:
    """Register the sample, unless an earlier demo did; its short name. At another port it is another site."""
    from newsarchive.api import Archive

    with Archive.of(config, create=True) as archive:
        known = next((site.name for site in archive.sites() if site.home_url == home_url), None)
    # on loopback no host tells that some pages have The Great Lakes Eye's markup
    return known or register(config, home_url, name=name, publisher=PUBLISHER).name
