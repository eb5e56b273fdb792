"""The views are what ``views()`` says of them, and hold what was stored; on both databases."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect, text, update

from newsarchive.archive.database import Database
from newsarchive.archive.schema.articles import ARTICLE
from newsarchive.archive.views import views
from newsarchive.archive.writer import Batch
from newsarchive.model.article import Image, Link, LinkRel
from newsarchive.model.crawl_run import ResourceKind, RunOutcome
from newsarchive.model.site import Source

POSTGRESQL_TYPES = {
    "text": {"TEXT", "VARCHAR"},
    "integer": {"INTEGER", "BIGINT"},
    "boolean": {"BOOLEAN"},
    "time": {"TIMESTAMP"},
    "JSON": {"JSONB"},
}


@pytest.fixture
def rows(database):
    """What a statement gives, as tuples."""

    def select(statement: str) -> list[tuple]:
        with database.read() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]

    return select


def test_the_database_has_the_views_and_columns_that_are_described(database):
    with database.read() as connection:
        inspector = inspect(connection)
        assert set(inspector.get_view_names()) == {view.name for view in views()}
        for view in views():
            columns = [column["name"] for column in inspector.get_columns(view.name)]
            assert columns == [column.name for column in view.columns], view.name


@pytest.mark.postgresql
def test_columns_have_the_types_that_are_described(postgresql_url):
    with Database.open(postgresql_url, create=True) as database, database.read() as connection:
        inspector = inspect(connection)
        for view in views():
            for column, described in zip(inspector.get_columns(view.name), view.columns, strict=True):
                kind = str(column["type"]).partition("(")[0].split()[0]
                assert kind in POSTGRESQL_TYPES[described.type], f"{view.name}.{described.name}"


def test_lists_have_a_row_for_each_item_of_the_latest_revision(store, page, rows):
    pictures = (Image(url="https://a.example/1.jpg"), Image(url="https://a.example/2.jpg", width_px=640, is_main=True))
    links = (Link(url="https://a.example/x", text="The crane", rel=LinkRel.RELATED),)
    store(page("a", "One.", authors=("Old Name",)), page("b", "No lists."))
    store(
        page("a", "Two.", at=1, authors=("Ann Lee", "Bo Ek"), keywords=("ferry",), images=pictures, related_links=links)
    )
    assert rows("SELECT * FROM article_authors ORDER BY position") == [(1, 1, "Ann Lee"), (1, 2, "Bo Ek")]
    assert rows("SELECT * FROM article_keywords") == [(1, 1, "ferry")]
    assert rows("SELECT * FROM related_links") == [(1, 1, "https://a.example/x", "The crane", "related")]
    assert rows("SELECT article_id, position, url, caption, width_px, is_main FROM images ORDER BY position") == [
        (1, 1, "https://a.example/1.jpg", None, None, False),
        (1, 2, "https://a.example/2.jpg", None, 640, True),
    ]


def test_a_cluster_is_named_with_its_earliest_article(database, store, page, rows):
    store(
        page("a", "A wire story.", at=0),
        page("b", "A wire story.", at=1, date_published=datetime(2024, 5, 2, tzinfo=UTC), site="example"),
        page("c", "A wire story.", at=2, date_published=datetime(2024, 5, 1, tzinfo=UTC)),
        page("d", "Another.", at=3),
    )
    with database.write() as connection:
        connection.execute(update(ARTICLE).where(ARTICLE.c.id <= 3).values(cluster_id=1))
        connection.execute(update(ARTICLE).where(ARTICLE.c.id == 4).values(cluster_id=4))
    assert rows("SELECT cluster_id, articles, sites, earliest_article_id FROM clusters") == [(1, 3, 1, 3)]
    assert rows("SELECT c.cluster_id FROM clusters c JOIN articles a ON a.date_published = c.first_published") == [(1,)]


def test_sites_runs_and_ledgers_are_told_as_the_command_line_does(writer, reader, hours, entry, rows):
    writer.remember_sources("example", [Source(url="https://www.example.com/feed", kind=ResourceKind.FEED, entries=4)])
    run = writer.begin_run("example", "site", {"since": "2024"}, hours(0))
    writer.store(Batch(queued=(entry(run, "https://www.example.com/a"),)))
    writer.end_run(run, RunOutcome.FINISHED, None, hours(2))
    assert rows("SELECT name, home_url, articles FROM sites") == [("example", "https://www.example.com/", 0)]
    assert rows("SELECT is_rendered FROM sites") == [(False,)]
    writer.update_site(replace(reader.site("example"), is_rendered=True))
    assert rows("SELECT is_rendered FROM sites") == [(True,)]
    assert rows("SELECT site, kind, entries FROM sources") == [("example", "feed", 4)]
    assert rows("SELECT run_id, site, outcome, entries FROM crawl_runs") == [(run, "example", "finished", 1)]
    assert rows("SELECT run_id, site, kind, url FROM ledger_entries") == [
        (run, "example", "page", "https://www.example.com/a")
    ]


def test_addresses_that_led_to_an_article_are_listed(store, page, rows):
    store(page("a", "One.", url="https://www.example.com/a?from=feed"))
    assert rows("SELECT * FROM article_addresses") == [(1, "https://www.example.com/a?from=feed")]


def test_an_old_sqlite_can_read_the_definitions(tmp_path):
    # SQLite reads all definitions when it opens a file: the arrow of 3.38 would shut out Ubuntu 22.04's 3.37, and 3.40
    # lets no view use json_extract while trusted_schema is off.
    path: Path = tmp_path / "archive.db"
    Database.open(path, create=True).close()
    definitions = sqlite3.connect(path).execute("SELECT sql FROM sqlite_master WHERE type = 'view'").fetchall()
    assert len(definitions) == len(views())
    assert not [sql for (sql,) in definitions if "->" in sql or "json_extract" in sql]
