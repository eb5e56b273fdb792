"""``newsarchive parse``: what would be stored of a page, and which rule gave each field. Stores nothing."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.cli.options import AllowAddress, CaFile, Json, Proxy
from newsarchive.cli.settings import config_from, log_level_from
from newsarchive.errors import ConfigError, ParseError
from newsarchive.model.article import Article, NotArticle
from newsarchive.model.capture import Capture
from newsarchive.urls import resolve

MAX_FILE_BYTES = 10_000_000
"""As large as a response may be in a crawl."""


def parse(
    context: typer.Context,
    page: Annotated[str, typer.Argument(metavar="FILE|URL", help="An HTML file (- is stdin) or a page's address.")],
    publisher: Annotated[str | None, typer.Option(metavar="NAME", help="Publisher rules; default: by host.")] = None,
    url: Annotated[str, typer.Option(metavar="URL", help="Address the file was fetched from.")] = "https://localhost/",
    allow_address: AllowAddress = None,
    proxy: Proxy = None,
    ca_file: CaFile = None,
    json: Json = False,
) -> None:
    """Show what would be stored of a page, and store nothing."""
    from newsarchive.parsers.normalize import normalize
    from newsarchive.parsers.sandbox import Sandbox
    from newsarchive.publishers.registry import PublisherRegistry, read

    config = config_from(context, allow_addresses=tuple(allow_address or ()), proxy=proxy, ca_file=ca_file)
    if publisher is not None or config.publishers is not None:  # says what is wrong before anything is fetched
        PublisherRegistry.load(config.publishers).named(publisher or "generic")
    if "://" in page:
        if resolve(page, "") is None:
            raise ConfigError(f"{page!r} is not the address of a web page, like https://example.org/news/1")
        from newsarchive.crawling.process import fetch_page

        capture = fetch_page(config, page, log_level=log_level_from(context))
    else:
        capture = _capture_of_file(page, url)
    with Sandbox(workers=1) as sandbox:
        folder = str(config.publishers) if config.publishers else None
        result = sandbox.submit(read, capture, publisher, folder).result()
        if isinstance(result, NotArticle):
            raise ParseError(
                f"{page} holds no article: {result.reason}{f' ({result.detail})' if result.detail else ''}",
                url=capture.url,
                reason=result.reason,
            )
        article = sandbox.submit(normalize, result).result()
    if json:
        terminal.print_json(_record(article))
    else:
        from newsarchive.cli.show import print_article

        print_article(article)
        terminal.notes().print(f"read by {article.parser_version}; nothing was stored")


def _capture_of_file(name: str, url: str) -> Capture:
    try:
        body = sys.stdin.buffer.read(MAX_FILE_BYTES + 1) if name == "-" else _bytes_of(Path(name))
    except OSError as error:
        raise ConfigError(
            f"{name} cannot be read: {error.strerror}; give an HTML file or an address with https://"
        ) from error
    if len(body) > MAX_FILE_BYTES:
        raise ConfigError(f"{name} is larger than {MAX_FILE_BYTES:,} bytes, the limit for a page")
    return Capture(
        requested_url=url,
        url=url,
        fetched_at=datetime.now(UTC),
        status=200,
        headers={},  # what it is has to show in its bytes
        body=body,
    )


def _bytes_of(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(MAX_FILE_BYTES + 1)


def _record(article: Article) -> dict[str, object]:
    """Give an article as JSON, in the export record's words."""
    from newsarchive.export.record import article_record

    return article_record(article)
