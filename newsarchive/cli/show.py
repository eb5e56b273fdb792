"""``newsarchive show``: one article as it is archived, its revisions, and what changed between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from newsarchive.archive.revisions.comparison import Change, Piece
from newsarchive.cli import terminal
from newsarchive.cli.moments import last_instant
from newsarchive.cli.options import Json
from newsarchive.cli.revision_list import print_revisions
from newsarchive.cli.settings import config_from
from newsarchive.errors import ConfigError, UnknownArticleError
from newsarchive.model.article import Article, BlockKind
from newsarchive.model.revision import Revision

if TYPE_CHECKING:
    from newsarchive.api import Archive


def show(
    context: typer.Context,
    article: Annotated[str, typer.Argument(metavar="ID|URL", help="Number or address of an article.")],
    numbers: Annotated[
        list[int] | None,
        typer.Argument(min=1, metavar="A B", help="With --diff: the two revisions to compare.", show_default=False),
    ] = None,
    revision: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="That revision instead of the latest.")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="As it was at the end of 2023, 2023-05, 2023-05-17 or at 2023-05-17T10:00 (UTC).",
        ),
    ] = None,
    diff: Annotated[
        bool,
        typer.Option("--diff", help="What changed since the revision before, or with A B between these two."),
    ] = False,
    revisions: Annotated[
        bool, typer.Option("--revisions", help="List all revisions, and what changed in each.")
    ] = False,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="With --revisions: CSV on stdout.")] = False,
) -> None:
    """Show an article, the rule that gave each field, what changed.

    newsarchive show 8 --diff compares the latest revision with the one before, newsarchive show 8 --diff 1 3 the first
    with the third.
    """
    from newsarchive.api import Archive

    _check(numbers or [], revision=revision, as_of=as_of, diff=diff, revisions=revisions, csv=csv)
    key = int(article) if article.isascii() and article.isdigit() else article
    moment = None if as_of is None else last_instant(as_of, "--as-of")
    with Archive.of(config_from(context)) as archive:
        if revisions:
            print_revisions(archive, archive.reader.revision(key), json=json, csv=csv)
        elif diff:
            shown = archive.article(key, revision=numbers[-1] if numbers else revision, as_of=moment)
            before = archive.article(key, revision=numbers[0]) if numbers else _before(archive, shown)
            print_diff(before, shown, json=json)
        else:
            _show(archive, archive.article(key, revision=revision, as_of=moment), json=json)


def _check(
    numbers: list[int], *, revision: int | None, as_of: str | None, diff: bool, revisions: bool, csv: bool
) -> None:
    """Raise ConfigError for options that make no sense together."""
    if numbers and not diff:
        raise ConfigError(f"{numbers[0]} after the article is for --diff: --revision {numbers[0]} shows that revision")
    if numbers and len(numbers) != 2:
        raise ConfigError(
            "--diff compares two revisions, like --diff 1 3, or without numbers the last one with that before"
        )
    if sum((bool(numbers), revision is not None, as_of is not None, revisions)) > 1 or (diff and revisions):
        raise ConfigError(
            "--revision, --as-of, --revisions and --diff with numbers each say what to show: give one of them"
        )
    if csv and not revisions:
        raise ConfigError(
            "--csv is for the list of --revisions; --json gives one article, `newsarchive export` CSV of many"
        )


def _before(archive: Archive, revision: Revision) -> Revision:
    from newsarchive.archive.revisions.change_reader import ChangeReader

    before = ChangeReader(archive.database).revision_before(revision)
    if before is None:
        raise UnknownArticleError(
            f"revision {revision.number} of {revision.article.url} is the first: nothing to compare"
        )
    return before


def _show(archive: Archive, revision: Revision, *, json: bool) -> None:
    if json:
        from newsarchive.export.record import export_record

        terminal.print_json(export_record(revision))
        return
    print_revision(revision)
    article_id, notes = revision.article_id, terminal.notes()
    if revision.revision_count > 1:
        notes.print(f"{revision.revision_count} revisions: newsarchive show {article_id} --revisions")
    copies = archive.reader.cluster_size(revision.cluster_id) - 1
    if copies > 0:
        what = "1 near-copy" if copies == 1 else f"{copies:,} near-copies"
        notes.print(f"{what} in cluster {revision.cluster_id}: newsarchive copies {article_id}")


LABEL_COLUMNS = 13
"""Columns for a field's name in front of its value."""
_YES_NO = {True: "yes", False: "no", None: None}


def print_article(article: Article) -> None:
    """Print what a page says, for eyes."""
    out = terminal.out()
    sources = article.field_sources
    terminal.print_text(article.headline or "(no headline)", style="bold")
    fields: list[tuple[str, str, object]] = [
        ("alternative", "alternative_headline", article.alternative_headline),
        ("url", "url", article.url),
        ("canonical", "canonical_url", article.canonical_url if article.canonical_url != article.url else None),
        ("site", "site", article.site),
        ("publisher", "publisher", article.publisher),
        ("section", "article_section", article.article_section),
        ("published", "date_published", terminal.published(article) or article.date_published_raw),
        ("modified", "date_modified", article.date_modified and f"{terminal.moment(article.date_modified)} UTC"),
        ("authors", "authors", ", ".join(article.authors)),
        ("language", "in_language", article.in_language),
        ("keywords", "keywords", ", ".join(article.keywords)),
        ("free to read", "is_accessible_for_free", _YES_NO[article.is_accessible_for_free]),
        ("goes on at", "next_page_url", article.next_page_url),
        ("description", "description", article.description),
    ]
    for label, name, value in fields:
        if value:
            source = f"  [{sources[name]}]" if name in sources else ""
            line = Text.assemble(str(value), (source, "dim"))
            if label in ("url", "canonical", "goes on at"):
                out.print(Text(f"{label:{LABEL_COLUMNS}}", style="dim") + line)
            else:
                terminal.print_text(line, prefix=Text(f"{label:{LABEL_COLUMNS}}", style="dim"))
    empty = [
        name for _, name, value in fields if not value and name in ("date_published", "authors", "article_section")
    ]
    if empty:
        out.print(Text(f"{'not on page':{LABEL_COLUMNS}}{', '.join(empty)}", style="dim"))
    out.print()
    for block in article.blocks:
        style = {BlockKind.HEADING: "bold", BlockKind.QUOTE: "italic"}.get(block.kind, "")
        prefix = {BlockKind.LIST_ITEM: "• ", BlockKind.QUOTE: "  ", BlockKind.TABLE_ROW: "| "}.get(block.kind, "")
        terminal.print_text(block.text, prefix=prefix, style=style)
        out.print()
    for image in article.images:
        facts = [image.caption, image.credit and f"credit: {image.credit}", "main" if image.is_main else None]
        _print_linked("image", " · ".join(filter(None, facts)), image.url)
    for link in article.related_links:
        _print_linked(link.rel, link.text, link.url)


def _print_linked(label: str, text: str, url: str) -> None:
    prefix = Text(f"{label:{LABEL_COLUMNS}}", style="dim")
    if text:
        terminal.print_text(text, prefix=prefix)
        prefix = Text(" " * LABEL_COLUMNS)
    terminal.out().print(prefix + Text(url, style="cyan"))


def print_revision(revision: Revision) -> None:
    """Print an archived state of an article and where it comes from."""
    print_article(revision.article)
    out, capture = terminal.out(), revision.capture
    lines = [
        ("article", f"{revision.article_id}, revision {revision.number} of {revision.revision_count}"),
        ("seen", f"first {terminal.moment(revision.first_seen_at)}, last {terminal.moment(revision.last_seen_at)} UTC"),
        ("fetched", f"{terminal.moment(capture.fetched_at)} UTC, HTTP {capture.status}"),
        ("bytes", capture.warc_file and f"{capture.warc_file} at {capture.warc_offset}"),
        ("", capture.digest),
        ("text", revision.content_digest),
        ("read by", revision.article.parser_version),
    ]
    out.print()
    for label, value in lines:
        if value:
            out.print(Text(f"{label:{LABEL_COLUMNS}}", style="dim") + Text(value))


def print_diff(before: Revision, after: Revision, *, json: bool) -> None:
    """Print what changed between two revisions: in color on a terminal, with ``-``/``+`` everywhere."""
    from newsarchive.archive.revisions.comparison import diff

    difference = diff(before.article, after.article)
    if json:
        terminal.print_json({"from": before.number, "to": after.number, **difference.as_json()})
        return
    out = terminal.out()
    terminal.print_text(after.article.headline or after.article.url, style="bold")
    for revision in (before, after):
        out.print(f"  revision {revision.number}, seen {terminal.moment(revision.seen_at)} UTC", style="dim")
    for field in difference.fields:
        out.print()
        out.print(field.field, style="dim")
        terminal.print_text(_value(field.old), prefix="- ", style="red")
        terminal.print_text(_value(field.new), prefix="+ ", style="green")
    skipped = 0
    for block in difference.blocks:
        if block.change is Change.EQUAL:
            skipped += 1
            continue
        if skipped:
            out.print(f"\n  … {skipped} {'block' if skipped == 1 else 'blocks'} as before", style="dim")
            skipped = 0
        out.print()
        if block.change is Change.REPLACED:
            terminal.print_text(_marked(block.pieces, Change.DELETED, "red"), prefix="- ", style="red")
            terminal.print_text(_marked(block.pieces, Change.INSERTED, "green"), prefix="+ ", style="green")
        elif block.old is not None:
            terminal.print_text(block.old.text, prefix="- ", style="red")
        elif block.new is not None:
            terminal.print_text(block.new.text, prefix="+ ", style="green")
    if skipped:
        out.print(f"\n  … {skipped} {'block' if skipped == 1 else 'blocks'} as before", style="dim")


def _marked(pieces: Iterable[Piece], change: Change, color: str) -> Text:
    """One side of a rewritten block, with the words that differ marked: in color, or in brackets through a pipe."""
    in_color = terminal.out().is_terminal
    line = Text()
    for piece in pieces:
        if piece.change is Change.EQUAL:
            line.append(piece.text, style=color)
        elif piece.change is change:
            line.append(piece.text if in_color else f"[{piece.text}]", style=f"bold underline {color}")
    return line


def _value(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(_value, value)) or "(none)"
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values() if part not in (None, False))
    return "(none)" if value is None else str(value)
