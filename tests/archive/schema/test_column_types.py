import sqlite3
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError

from newsarchive.archive.database import Database
from newsarchive.archive.schema.column_types import UTCDateTime
from newsarchive.archive.schema.sites import SITE
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.model.article import DatePrecision
from newsarchive.model.crawl_run import LedgerEntry, ResourceKind
from newsarchive.model.site import Site

YEAR_2, YEAR_9998 = (datetime(year, 1, 1) for year in (2, 9998))  # noqa: DTZ001 (hypothesis wants them naive)
instants = st.datetimes(min_value=YEAR_2, max_value=YEAR_9998, timezones=st.timezones())


def utc(instant):
    """Python holds a local time that a clock change makes ambiguous for unequal to any other zone's."""
    return instant.astimezone(UTC)


def test_a_time_comes_back_as_the_same_instant_in_utc(database):
    kigali = datetime(2024, 5, 3, 12, 30, 15, 123456, tzinfo=timezone(timedelta(hours=2)))
    with database.write() as connection:
        connection.execute(insert(SITE).values(name="a", home_url="https://a.example/", added_at=kigali))
        stored = connection.execute(select(SITE.c.added_at)).scalar_one()
    assert stored == kigali
    assert stored.tzinfo is UTC


def test_a_naive_time_is_refused(database):
    with pytest.raises(StatementError, match="has no time zone"), database.write() as connection:
        connection.execute(insert(SITE).values(name="a", home_url="b", added_at=YEAR_2))


@given(instants)
def test_every_instant_survives_as_text(instant):
    column, dialect = UTCDateTime(), sqlite.dialect()
    assert column.process_result_value(column.process_bind_param(instant, dialect), dialect) == utc(instant)


@given(instants, instants)
def test_text_order_is_time_order(a, b):
    texts = [UTCDateTime().process_bind_param(instant, sqlite.dialect()) for instant in (a, b)]
    assert (texts[0] < texts[1]) == (utc(a) < utc(b))


def test_none_stays_none():
    for dialect in (sqlite.dialect(), postgresql.dialect()):
        assert UTCDateTime().process_bind_param(None, dialect) is None
        assert UTCDateTime().process_result_value(None, dialect) is None


def test_any_sqlite_tool_reads_the_articles(tmp_path, page):
    published = datetime(2024, 5, 3, tzinfo=UTC)
    with Database.open(tmp_path / "archive.db", create=True) as database:
        writer = ArchiveWriter(database)
        writer.add_site(Site(name="example", home_url="https://www.example.com/", added_at=published))
        run = writer.begin_run("example", "site", {}, published)
        for at, text in ((0, "First."), (1.5, "Zweite — Fassung.")):
            candidate = page(
                "news/1",
                text,
                "End.",
                at=at,
                site="example",
                authors=("Ann Lee",),
                date_published=published,
                date_precision=DatePrecision.DAY,
            )
            ledger = LedgerEntry(run_id=run, url=candidate.requested_url, kind=ResourceKind.PAGE, queued_at=published)
            writer.store(Batch(pages=((candidate, ledger),)))
    connection = sqlite3.connect(tmp_path / "archive.db")
    connection.row_factory = sqlite3.Row
    (row,) = connection.execute("SELECT *, datetime(last_seen_at, '+1 day') AS next_day FROM articles")
    assert row["site"] == "example"
    assert row["headline"] == "news/1"
    assert row["article_body"] == "Zweite — Fassung.\n\nEnd."
    assert row["authors"] == '["Ann Lee"]'
    assert row["date_published"] == "2024-05-03 00:00:00"
    assert row["date_precision"] == "day"
    assert (row["first_seen_at"], row["last_seen_at"]) == ("2024-05-03 10:00:00", "2024-05-03 11:30:00")
    assert row["next_day"] == "2024-05-04 11:30:00"
    assert (row["revision"], row["revision_count"]) == (2, 2)
    revisions = connection.execute("SELECT revision, is_latest, article_body FROM article_revisions ORDER BY seen_at")
    assert [tuple(row) for row in revisions] == [(1, 0, "First.\n\nEnd."), (2, 1, "Zweite — Fassung.\n\nEnd.")]
