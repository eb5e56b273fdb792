"""One contender of ``benchmarks/export.py``, in a process of its own: prints its articles and CPU seconds as JSON.

python benchmarks/export_child.py bare|sqlite-utils|jsonl|jsonl-text|csv|parquet|jsonld|count HOME
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROWS = """
SELECT article.id, revision.url, article.canonical_url, site.name AS site, revision.publisher, revision.headline,
    revision.alternative_headline, revision.description, revision.article_section, revision.keywords, revision.authors,
    revision.date_published, revision.date_published_raw, revision.date_precision, revision.date_modified,
    revision.in_language, revision.is_accessible_for_free, revision.block_kinds, revision.article_body, revision.images,
    revision.related_links, revision.field_sources, revision.number, article.first_seen_at, article.last_seen_at,
    revision.content_digest, revision.warc_file, revision.warc_offset, revision.digest, revision.seen_at,
    revision.status, revision.parser_version, revision.run_id, revision.next_page_url, article.revision_count,
    article.cluster_id
FROM article
JOIN revision ON revision.id = article.latest_revision_id
LEFT JOIN site ON site.id = article.site_id
ORDER BY article.id
"""
"""Every column an export reads."""


def bare(home: Path) -> Callable[[], object]:
    import orjson

    def write() -> None:
        rows = sqlite3.connect(home / "archive.db").execute(ROWS)
        names = [column[0] for column in rows.description]
        with open(os.devnull, "wb") as out:  # noqa: PTH123
            for row in rows:
                out.write(orjson.dumps(dict(zip(names, row, strict=True)), option=orjson.OPT_APPEND_NEWLINE))

    return write


def sqlite_utils(home: Path) -> Callable[[], object]:
    from sqlite_utils.cli import cli

    def write() -> None:
        printed = os.dup(1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        cli.main(["query", str(home / "archive.db"), ROWS, "--nl"], standalone_mode=False)
        sys.stdout.flush()
        os.dup2(printed, 1)

    return write


def ours(home: Path, what: str) -> Callable[[], object]:
    from newsarchive.api import Archive
    from newsarchive.export.selection import Body, Selection

    format, _, text_only = what.partition("-")
    selection = Selection.of(body=Body.TEXT if text_only else Body.BOTH)

    def write() -> None:
        with Archive.open(home) as archive:
            archive.export(selection, format, Path(os.devnull))

    return write


def main() -> None:
    what, home = sys.argv[1], Path(sys.argv[2])
    articles = sqlite3.connect(home / "archive.db").execute("SELECT count(*) FROM article").fetchone()[0]
    if what == "count":
        print(articles)
        return
    write = bare(home) if what == "bare" else sqlite_utils(home) if what == "sqlite-utils" else ours(home, what)
    began = time.process_time()
    write()
    print(json.dumps({"articles": articles, "cpu_s": time.process_time() - began}))


if __name__ == "__main__":
    main()
