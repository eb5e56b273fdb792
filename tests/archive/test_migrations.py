"""kill -9 in the middle of a migration: the old schema or the new one is there, and the next opening goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, make_url, text

from newsarchive.archive.database import MIGRATIONS, Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.schema.metadata import HEAD
from newsarchive.archive.upkeep.verification import verify_database

OLD = "0001"
ARTICLES = 3
REVISION = {
    "status": 200,
    "content_digest": "sha256:a3c3c8bb3ef1b3b6b9b2ac3ab6c8ae25ae7a64c1bb0ed8f0d6e8d3a1b2c5d7e9",
    "parser_version": "generic/1",
    "keywords": "[]",
    "authors": "[]",
    "images": "[]",
    "related_links": "[]",
    "field_sources": "{}",
    "block_kinds": "p",
    "article_body": "Kept.",
}


@pytest.fixture
def connect(target):
    """A connection to the database without what ``Database.open`` does."""
    url = (
        f"sqlite:///{target}" if not isinstance(target, str) else make_url(target).set(drivername="postgresql+psycopg")
    )
    engine = create_engine(url)
    yield engine.begin
    engine.dispose()


@pytest.fixture
def old(target, connect):
    """An archive of the first schema, with some articles."""
    with connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, OLD)
        for number in range(1, ARTICLES + 1):
            url, now = f"https://example.org/{number}", "2024-05-03 10:00:00"
            article = {"id": number, "first_seen_at": now, "last_seen_at": now, "revision_count": 1}
            insert(connection, "article", {**article, "latest_revision_id": number, "canonical_url": url})
            revision = {"id": number, "article_id": number, "number": 1, "seen_at": now, "url": url}
            insert(connection, "revision", {**revision, **REVISION})
        connection.execute(text(f"UPDATE numbering SET last_article_id = {ARTICLES}, last_revision_id = {ARTICLES}"))
    return target


def insert(connection, table, values):
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), values)


def schema(connection):
    """All tables and views with their columns, and the version they are of."""
    inspector = inspect(connection)
    names = sorted([*inspector.get_table_names(), *inspector.get_view_names()])
    columns = {name: [(c["name"], str(c["type"])) for c in inspector.get_columns(name)] for name in names}
    return MigrationContext.configure(connection).get_current_revision(), columns


def opens_whole(target):
    with Database.open(target) as database:
        assert ArchiveReader(database).counts().articles == ARTICLES
        assert {problem.check for problem in verify_database(database)} <= {"digests"}  # the digest above is made up
        with database.read() as connection:
            return schema(connection)


DYING = """
import os, pathlib, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from newsarchive.archive.database import Database

left = int(sys.argv[2])

def count(statement):
    global left
    if statement.lstrip().upper().startswith(("CREATE", "INSERT", "UPDATE", "ALTER", "DROP", "COMMIT")):
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

@event.listens_for(Engine, "after_cursor_execute")
def executed(connection, cursor, statement, *rest):
    count(statement)

@event.listens_for(Engine, "commit")
def committing(connection):
    count("COMMIT")

Database.open(sys.argv[1] if "://" in sys.argv[1] else pathlib.Path(sys.argv[1]))
"""


@pytest.mark.parametrize("statements", [2, 8, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 3, 5, 13))])
def test_a_migration_killed_behind_any_statement_leaves_the_old_schema(old, connect, statements):
    with connect() as connection:
        before = schema(connection)
    done = subprocess.run([sys.executable, "-c", DYING, str(old), str(statements)], check=False)
    assert done.returncode == -signal.SIGKILL
    with connect() as connection:
        assert schema(connection) == before
    version, _ = opens_whole(old)
    assert version == HEAD


@pytest.mark.slow
@pytest.mark.parametrize("delay_s", [0.1, 0.3, 0.5, 0.7, 0.9, 1.2, 1.6])
def test_a_migration_killed_at_any_moment_leaves_the_old_or_the_new_schema(old, connect, delay_s):
    with connect() as connection:
        before = schema(connection)
    process = subprocess.Popen([sys.executable, "-c", DYING, str(old), "9999"])
    time.sleep(delay_s)
    process.kill()
    process.wait()
    with connect() as connection:
        found = schema(connection)
    new = opens_whole(old)
    assert found in (before, new)
    assert new[0] == HEAD


@pytest.mark.slow
def test_a_migration_killed_while_it_waits_lets_the_next_one_through(old, connect):
    with connect() as connection:
        before = schema(connection)
    with connect() as blocking:
        blocking.execute(text("UPDATE article SET revision_count = revision_count"))  # locks table or file
        process = subprocess.Popen([sys.executable, "-c", DYING, str(old), "9999"])
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=3)
        process.kill()
        process.wait()
    with connect() as connection:
        assert schema(connection) == before
    assert opens_whole(old)[0] == HEAD
