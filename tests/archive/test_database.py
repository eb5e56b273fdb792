import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from newsarchive.archive.database import MIGRATIONS, Database
from newsarchive.archive.schema.metadata import HEAD
from newsarchive.archive.schema.tables import METADATA
from newsarchive.errors import ArchiveError, ArchiveUnavailableError, HomeError


def test_opening_makes_the_home_and_the_file_only_when_told(tmp_path):
    path = tmp_path / "new" / "home" / "archive.db"
    with pytest.raises(ArchiveError, match=r"there is no archive at .*archive\.db: start one with"):
        Database.open(path)
    assert not path.parent.exists()
    Database.open(path, create=True).close()
    Database.open(path).close()


def test_a_database_without_tables_is_no_archive_until_told(target):
    if isinstance(target, Path):
        target.touch()
    with pytest.raises(ArchiveError, match="there is no archive at"):
        Database.open(target)
    Database.open(target, create=True).close()
    Database.open(target).close()


def test_migrated_tables_are_those_of_the_schema(database):
    with database.write() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []


def test_every_constraint_has_the_name_of_the_convention(tmp_path):
    Database.open(tmp_path / "archive.db", create=True).close()
    connection = sqlite3.connect(tmp_path / "archive.db")
    ours = "select sql from sqlite_master where type = 'table' and name != 'alembic_version'"
    for (sql,) in connection.execute(ours):
        constraints = re.findall(r"(\w+ \w+) (?:PRIMARY|UNIQUE|FOREIGN|CHECK)", sql)
        assert constraints
        assert all(re.fullmatch(r"CONSTRAINT (pk|uq|fk|ck)_\w+", name) for name in constraints)


def test_head_is_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_sqlite_writes_ahead_syncs_fully_and_holds_foreign_keys(tmp_path):
    with Database.open(tmp_path / "archive.db", create=True) as database, database.read() as connection:
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert settings == ["wal", 2, 1]


def test_a_file_that_is_no_database_is_named_with_what_to_do(tmp_path):
    path = tmp_path / "archive.db"
    path.write_bytes(b"This is not a database, but long enough to be one. " * 200)
    with pytest.raises(ArchiveError, match=r"archive\.db is not a database: restore it from a backup, or move it away"):
        Database.open(path, create=True)


def test_a_damaged_file_is_named_with_what_to_do(tmp_path):
    path = tmp_path / "archive.db"
    Database.open(path, create=True).close()
    content = bytearray(path.read_bytes())
    content[100:4096] = os.urandom(3996)
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=r"is damaged: restore it from a backup"):
        Database.open(path)


def test_a_database_of_another_program_is_left_alone(tmp_path):
    path = tmp_path / "archive.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
        connection.execute("CREATE TABLE bookmark (id)")
    with pytest.raises(ArchiveError, match="database of another program"):
        Database.open(path, create=True)


def test_an_archive_of_a_newer_program_is_left_alone(target):
    with Database.open(target, create=True) as database, database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ArchiveError, match=r"newer newsarchive \(schema 9999, .*: update newsarchive"):
        Database.open(target)


def test_a_locked_archive_is_named(tmp_path):
    path = tmp_path / "archive.db"
    with Database.open(path, create=True, busy_timeout_s=0.05) as database:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveError, match="locked by another program"), database.write():
            pass


def test_a_folder_is_no_archive(tmp_path):
    with pytest.raises(ArchiveError, match="is a folder"):
        Database.open(tmp_path)


def test_a_home_below_a_file_is_an_error_of_the_home(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(HomeError, match="cannot be used as an archive home"):
        Database.open(tmp_path / "file" / "archive.db", create=True)


@pytest.mark.parametrize("existing", [False, True])
def test_a_home_that_cannot_be_written_is_named(tmp_path, existing):
    path = tmp_path / "archive.db"
    if existing:
        Database.open(path, create=True).close()
    script = f"""
import os, pathlib
from newsarchive.archive.database import Database  # before the rights go: the installation may be private too
from alembic import command
os.chmod({str(tmp_path)!r}, 0o555)
for file in pathlib.Path({str(tmp_path)!r}).iterdir():
    file.chmod(0o444)
for folder in pathlib.Path({str(tmp_path)!r}).parents:
    if folder.stat().st_uid == os.geteuid() == 0 and str(folder) not in ("/", "/tmp"):
        folder.chmod(0o755)
if os.geteuid() == 0:
    os.setuid(65534)
try:
    database = Database.open(pathlib.Path({str(path)!r}), create=True)
    with database.write() as connection:  # an archive that is there can be read
        connection.exec_driver_sql("UPDATE site SET title = ''")
except Exception as error:
    print(type(error).__name__, error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    tmp_path.chmod(0o755)
    assert re.match(r"HomeError .*archive\.db cannot be opened for writing: make it .* writable", done.stdout)


@pytest.mark.parametrize(
    "url", ["", "archive.db", "mysql://localhost/x", "postgresql://localhost", "://", "sqlite:///x"]
)
def test_an_address_of_no_postgresql_database_is_refused(url):
    with pytest.raises(ArchiveError, match="is not like postgresql://user:password@host:5432/name"):
        Database.open(url)


def test_a_server_that_does_not_answer_is_named_without_its_password():
    with pytest.raises(ArchiveError, match="cannot be reached") as caught:
        Database.open("postgresql://someone:secret@127.0.0.1:9/news", create=True)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "postgresql://u:secret@127.0.0.1:9/x?password=secret",
            "@127.0.0.1:9/x cannot be reached",
        ),
        ("postgresql://u@127.0.0.1:9/x?passwrd=secret", 'cannot be reached: invalid connection option "passwrd"'),
        ("postgresql://u:secret@no-such-host.invalid/x", "cannot be reached: .*no-such-host.invalid"),
        ("postgresql://u:secret@127.0.0.1:port/x", "is not like postgresql://user:password@host:5432/name"),
    ],
)
def test_a_url_that_leads_nowhere_is_said_in_one_line_without_its_password(url, said):
    with pytest.raises(ArchiveError, match=said) as caught:
        Database.open(url, create=True)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_driver_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ArchiveError, match=r"needs its driver: pip install 'newsarchive\[postgresql\]'"):
        Database.open("postgresql://127.0.0.1:9/x")


@pytest.mark.postgresql
def test_a_server_where_no_tables_can_be_made_is_named(postgresql_url):
    nowhere = postgresql_url.replace("search_path%3D", "search_path%3Dno_")
    with pytest.raises(
        ArchiveError, match=r"cannot be written \(no schema has been selected .*give its user the right"
    ):
        Database.open(nowhere, create=True)


DYING = """
import os, pathlib, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from newsarchive.archive.database import Database

left = int(sys.argv[2])

@event.listens_for(Engine, "after_cursor_execute")
def die(connection, cursor, statement, *rest):
    global left
    if statement.lstrip().startswith(("CREATE", "INSERT", "UPDATE")):
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

Database.open(pathlib.Path(sys.argv[1]) if "://" not in sys.argv[1] else sys.argv[1], create=True)
"""


@pytest.mark.parametrize("statements", [2, 15])
def test_a_killed_migration_leaves_the_old_schema(target, statements):
    done = subprocess.run([sys.executable, "-c", DYING, str(target), str(statements)], check=False)
    assert done.returncode == -signal.SIGKILL
    with pytest.raises(ArchiveError, match="there is no archive at"):
        Database.open(target)
    Database.open(target, create=True).close()


def test_two_programs_may_make_the_same_archive_at_once(target):
    errors = []

    def make() -> None:
        try:
            Database.open(target, create=True).close()
        except ArchiveError as error:
            errors.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_an_archive_that_another_program_is_making_is_waited_for(tmp_path):
    other = sqlite3.connect(tmp_path / "archive.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.3, other.execute, ["COMMIT"])
    timer.start()
    Database.open(tmp_path / "archive.db", create=True).close()
    timer.join()
    other.close()


@pytest.mark.postgresql
def test_a_transaction_that_was_undone_for_another_s_sake_may_be_tried_again(postgresql_url):
    together = threading.Barrier(2)
    errors: list[Exception] = []

    def write(database: Database, *names: str) -> None:
        try:
            with database.write() as connection:
                for name in names:
                    connection.execute(text("UPDATE host SET asked = asked + 1 WHERE name = :name"), {"name": name})
                    if name == names[0]:
                        together.wait(timeout=60)
        except Exception as error:  # noqa: BLE001 (a thread's exceptions are lost otherwise)
            errors.append(error)

    with Database.open(postgresql_url, create=True) as database:
        with database.write() as connection:
            connection.execute(text("INSERT INTO host (name) VALUES ('a'), ('b')"))
        threads = [threading.Thread(target=write, args=(database, *names)) for names in ("ab", "ba")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [type(error) for error in errors] == [ArchiveUnavailableError]
    assert re.fullmatch(r"postgresql://.* undid what crossed .*: deadlock detected; try again", str(errors[0]))


@pytest.mark.postgresql
def test_a_transaction_that_could_not_be_serialized_may_be_tried_again(postgresql_url):
    url = postgresql_url + "%20-cdefault_transaction_isolation%3Dserializable"
    with Database.open(url, create=True) as one, Database.open(url) as other:
        raised = pytest.raises(ArchiveUnavailableError, match=r"undid what crossed .*: could not serialize")
        add = text("UPDATE numbering SET last_article_id = last_article_id + 1")
        with raised, one.write() as connection:
            connection.execute(text("SELECT * FROM numbering")).all()
            with other.write() as faster:
                faster.execute(add)
            connection.execute(add)


def test_an_exception_undoes_the_transaction(database):
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        connection.execute(text("UPDATE numbering SET last_article_id = 7"))
        raise ZeroDivisionError
    with database.read() as connection:
        assert connection.execute(text("SELECT last_article_id FROM numbering")).scalar() == 0


def test_an_archive_of_the_first_schema_is_brought_up_to_date(tmp_path):
    path = tmp_path / "archive.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("INSERT INTO article VALUES (1, NULL, 'then', 'then', 1, 1, 'https://example.org/1')"))
        columns = "id, article_id, number, seen_at, content_digest, status, parser_version, url, keywords, authors"
        connection.execute(
            text(
                f"INSERT INTO revision ({columns}, images, related_links, field_sources, block_kinds, article_body) "
                "VALUES (1, 1, 1, 'then', 'sha256:', 200, 'generic/1', 'https://example.org/1', '[]', '[]', '[]', "
                "'[]', '{}', 'p', 'Kept.')"
            )
        )
    engine.dispose()
    with Database.open(path) as database, database.read() as connection:
        for view in ("articles", "article_revisions"):
            row = connection.execute(text(f"SELECT article_body, next_page_url FROM {view}")).one()
            assert tuple(row) == ("Kept.", None)
