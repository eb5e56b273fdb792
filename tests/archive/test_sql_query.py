"""Statements of strangers: they may read, for so long and so much, and change nothing; on both databases."""

import hashlib
import signal
import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.archive.database import Database
from newsarchive.archive.sql_query import MAX_STATEMENT_LENGTH, TimeLimit, run_sql
from newsarchive.errors import SqlError


def rows_of(database, statement, **limits):
    with run_sql(database, statement, **limits) as result:
        return list(result)


def refused(database, statement) -> str | None:
    """The one line a statement is refused with."""
    try:
        rows_of(database, statement)
    except SqlError as error:
        assert "\n" not in str(error)
        assert len(str(error)) < 500
        return str(error)
    return None


@pytest.fixture
def archive(database, store, page):
    """Three articles."""
    fields = {"site": "example", "authors": ("Ann Lee",), "date_published": datetime(2024, 5, 3, 8, tzinfo=UTC)}
    store(page("a", "One.", **fields), page("b", "100 % sure: it's :so."), page("c", "Three."))
    return database


def test_columns_rows_and_types_come_as_json_has_them(archive):
    with run_sql(archive, "SELECT id, headline, date_published, 1.5 AS half, NULL AS missing FROM articles") as result:
        assert result.columns == ("id", "headline", "date_published", "half", "missing")
        first, second, *_ = sorted(result)
        assert not result.is_cut
    day = "2024-05-03 08:00:00" if isinstance(archive.target, Path) else "2024-05-03T08:00:00Z"
    assert first == (1, "a", day, 1.5, None)
    assert second[2] is None


def test_a_statement_is_no_template(archive):
    like = "SELECT id FROM articles WHERE article_body LIKE '100 % sure: it''s :so.' -- %s %(x)s :y ? $1"
    assert rows_of(archive, like) == [(2,)]


def test_of_two_columns_with_one_name_both_are_kept(archive):
    with run_sql(archive, "SELECT 1 AS a, 2 AS a, 3 AS a_2 FROM articles LIMIT 1") as result:
        assert dict(zip(result.columns, *result, strict=True)) == {"a": 1, "a_2": 2, "a_2_2": 3}


def test_rows_above_the_limit_are_cut_and_it_is_known(archive):
    for limit, is_cut in ((2, True), (3, False), (4, False)):
        with run_sql(archive, "SELECT id FROM articles ORDER BY id", limit=limit) as result:
            assert list(result) == [(1,), (2,), (3,)][:limit]
            assert result.is_cut is is_cut


def test_a_semicolon_and_a_comment_may_end_a_statement(archive):
    assert rows_of(archive, "SELECT count(*) FROM articles;") == [(3,)]
    assert rows_of(archive, "/* how many */ SELECT count(*) FROM articles -- all") == [(3,)]


WRITES = (
    "DELETE FROM article",
    "UPDATE article SET revision_count = 7",
    "UPDATE article SET revision_count = 7 RETURNING id",
    "INSERT INTO address VALUES ('x', 1)",
    "WITH gone AS (SELECT 1) DELETE FROM revision",
    "DROP VIEW articles",
    "CREATE TABLE mine (id INTEGER)",
    "CREATE TEMP TABLE mine AS SELECT * FROM articles",
    "CREATE VIEW mine AS SELECT 1",
    "ALTER TABLE article RENAME TO mine",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "VACUUM",
    "ANALYZE",
    "REINDEX",
)


def test_what_writes_is_refused_in_one_line_and_nothing_changes(archive):
    before = contents(archive)
    for statement in WRITES:
        assert refused(archive, statement), statement
        assert contents(archive) == before, statement


NO_SINGLE_STATEMENT = (
    "SELECT 1; DELETE FROM article",
    "SELECT 1; COMMIT; DELETE FROM article",
    "COMMIT; DELETE FROM article",
    "SELECT 1;; SELECT 2",
    "SELECT 1 /* ; */ ; SELECT 2",
    "",
    "  ;  ",
    "-- nothing",
    "/* nothing */",
    "SELECT",
    "SELECT 'open",
    "SELECT no_such_column FROM articles",
    "SELECT 1\0; DELETE FROM article",
    "\ud800",
    "SELECT " + "1 + " * MAX_STATEMENT_LENGTH + "1",
    "SELECT * FROM articles WHERE id = ?",
    "SELECT * FROM articles WHERE id = :id",
    "SELECT $1",
)


def test_what_is_no_single_statement_is_an_error_in_one_line(archive):
    before = contents(archive)
    for statement in NO_SINGLE_STATEMENT:
        assert refused(archive, statement), statement[:50]
    assert contents(archive) == before


DOORS_OF_SQLITE = (
    "SELECT " + "(" * 5000 + "1" + ")" * 5000,
    "ATTACH 'other.db' AS other",
    "ATTACH ':memory:' AS other",
    "DETACH main",
    "PRAGMA query_only = OFF",
    "PRAGMA writable_schema = ON",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "SELECT * FROM pragma_journal_mode('delete')",
    "SELECT * FROM pragma_database_list",
    "SELECT load_extension('evil')",
    "SELECT fts3_tokenizer('x', x'00')",
    "SELECT writefile('x', 'y')",
    "SELECT readfile('/etc/passwd')",
    "CREATE VIRTUAL TABLE mine USING fts5(x)",
    "SELECT * FROM fsdir('/')",
    "SAVEPOINT here",
)


def test_no_door_of_sqlite_leads_out_of_reading(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Database.open(tmp_path / "archive.db", create=True) as database:
        before = contents(database)
        for statement in DOORS_OF_SQLITE:
            assert refused(database, statement), statement[:50]
        assert contents(database) == before
    assert {file.name.partition(".")[0] for file in tmp_path.iterdir()} == {"archive"}


DOORS_OF_POSTGRESQL = (
    "COPY article TO '/tmp/x'",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SET statement_timeout = 0",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
    "SELECT set_config('transaction_read_only', 'off', true)",
    "WITH gone AS (DELETE FROM article RETURNING id) SELECT * FROM gone",
    "SELECT * INTO mine FROM articles",
    "SELECT nextval('mine')",
    "DO $$ BEGIN DELETE FROM article; END $$",
    "SELECT id FROM article FOR UPDATE",
    "EXPLAIN ANALYZE DELETE FROM article",
)


@pytest.mark.postgresql
def test_no_door_of_postgresql_leads_out_of_reading(postgresql_url):
    with Database.open(postgresql_url, create=True) as database:
        for statement in DOORS_OF_POSTGRESQL:
            assert refused(database, statement), statement


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
JOINS = f"WITH d(x) AS (SELECT 1 {'UNION ALL SELECT 1 ' * 99}) SELECT count(*) FROM " + ", ".join(
    f"d AS d{number}" for number in range(9)
)
SLOW_ROWS = f"SELECT id, ({ENDLESS.replace('FROM n)', 'FROM n WHERE i < 100000000)')}) FROM articles"


@pytest.mark.parametrize("statement", [ENDLESS, JOINS, SLOW_ROWS], ids=["endless", "joins", "slow rows"])
def test_a_statement_without_end_is_stopped(archive, statement):
    with pytest.raises(SqlError, match=r"took more than 0\.2 seconds"):
        rows_of(archive, statement, time_limit=TimeLimit(0.2))
    assert rows_of(archive, "SELECT count(*) FROM articles") == [(3,)]


def test_ctrl_c_stops_a_statement_and_is_no_timeout(tmp_path):
    with Database.open(tmp_path / "archive.db", create=True) as database:
        timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            rows_of(database, ENDLESS)


def test_an_endless_result_ends_at_the_limit(archive):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    with run_sql(archive, endless, limit=5) as result:
        assert list(result) == [(1,), (2,), (3,), (4,), (5,)]
        assert result.is_cut


def test_huge_values_are_refused(tmp_path):
    ten_megabytes = "hex(zeroblob(5000000))"
    with Database.open(tmp_path / "archive.db", create=True) as database:
        for value in (
            "zeroblob(100000000)",
            "randomblob(100000000)",
            f"replace({ten_megabytes}, '0', 'xxxxxxxxxx')",
            "'x' LIKE hex(zeroblob(1000))",
            f"(SELECT group_concat({ten_megabytes}) FROM (VALUES (1), (2), (3), (4), (5), (6), (7)))",
        ):
            assert refused(database, f"SELECT length({value})"), value
        ((length,),) = rows_of(database, "SELECT length(printf('%.*c', 100000000, 'x'))")
        assert length is None or length <= 64 * 1024 * 1024


def test_many_large_values_run_into_the_limit_of_memory(tmp_path):
    columns = ", ".join("hex(zeroblob(30000000))" for _ in range(40))
    with Database.open(tmp_path / "archive.db", create=True) as database:
        with pytest.raises(SqlError, match="MB of memory"):
            rows_of(database, f"SELECT {columns}")
        assert rows_of(database, "SELECT 1") == [(1,)]


def test_text_that_is_none_and_bytes_can_be_shown(tmp_path):
    with Database.open(tmp_path / "archive.db", create=True) as database:
        statement = "SELECT CAST(x'ff41' AS TEXT), x'00ff', 9e999, -9223372036854775807 - 1"
        assert rows_of(database, statement) == [("\ufffdA", "00ff", float("inf"), "-9223372036854775808")]


@pytest.mark.postgresql
def test_types_of_postgresql_come_as_json_has_them(postgresql_url):
    statement = """SELECT true, 7::numeric, 2.5::numeric, 'NaN'::numeric, date '2024-05-03', interval '90 s',
        array[1, 2], '{"a": [null, 1]}'::jsonb, '\\x0f'::bytea, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid"""
    with Database.open(postgresql_url, create=True) as database:
        (row,) = rows_of(database, statement)
    assert row[:3] == (True, 7, 2.5)
    assert row[4:] == (
        "2024-05-03",
        90.0,
        [1, 2],
        {"a": [None, 1]},
        "0f",
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    )


WORDS = [
    *("SELECT", "DELETE", "UPDATE", "INSERT INTO", "DROP TABLE", "CREATE", "PRAGMA", "ATTACH", "SET", "WITH RECURSIVE"),
    *("article", "articles", "FROM", "WHERE", "VALUES", "UNION ALL", "LIMIT", "AS", "id", "x", "=", "1", "-1"),
    *(";", "--", "/*", "*/", "'", '"', "(", ")", ",", "*"),
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(
    words=st.lists(
        st.one_of(
            st.sampled_from(WORDS),
            st.text(max_size=5),
        ),
        max_size=12,
    )
)
def test_whatever_is_typed_the_archive_stays_and_the_error_is_ours(read_only_archive, words):
    database, digest = read_only_archive
    try:
        rows_of(database, " ".join(words), time_limit=TimeLimit(2), limit=10)
    except SqlError as error:
        assert str(error)
    assert contents(database) == digest


@pytest.fixture(scope="module")
def read_only_archive(tmp_path_factory):
    with Database.open(tmp_path_factory.mktemp("sql") / "archive.db", create=True) as database:
        yield database, contents(database)


def contents(database) -> object:
    """All of a SQLite archive; of one on PostgreSQL what its tables hold."""
    if isinstance(database.target, Path):
        connection = sqlite3.connect(database.target)
        try:
            return hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()
        finally:
            connection.close()
    from sqlalchemy import inspect, text

    with database.read() as connection:
        names = sorted(inspect(connection).get_table_names())
        return [(name, connection.execute(text(f"SELECT count(*) FROM {name}")).scalar()) for name in names]
