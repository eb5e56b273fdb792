import signal
import sqlite3
import subprocess
import sys
from itertools import product

import pytest
from sqlalchemy import select, text

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.schema.articles import NUMBERING
from newsarchive.archive.schema.tables import METADATA, TABLES
from newsarchive.archive.upkeep.copying import copy_archive, table_digest
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.errors import ArchiveError
from newsarchive.model.article import DatePrecision, Image
from newsarchive.model.crawl_run import Outcome, ResourceKind
from newsarchive.model.site import Site, Source

POSTGRESQL = pytest.mark.postgresql
WAYS = [
    pytest.param(*way, marks=[POSTGRESQL] if "postgresql" in way else [], id="-to-".join(way))
    for way in product(("sqlite", "postgresql"), repeat=2)
]


@pytest.fixture
def place(tmp_path, postgresql_schema, request):
    """``place("sqlite")``: the target of a new database."""

    def make(kind):
        if kind == "sqlite":
            return tmp_path / f"{len(list(tmp_path.iterdir()))}.db"
        schema = postgresql_schema()
        request.addfinalizer(lambda: schema.__exit__(None, None, None))
        return schema.__enter__()

    return make


def fill(database, page, entry, hours):
    """An archive with a row in most tables, and values that databases write differently."""
    writer = ArchiveWriter(database)
    writer.add_site(
        Site(
            name="gone",
            home_url="https://gone.example/",
            added_at=hours(0),
        )
    )
    writer.add_site(
        Site(
            name="example",
            home_url="https://www.example.com/",
            added_at=hours(0.123456789),
            sources=(Source(url="https://www.example.com/feed", kind=ResourceKind.FEED, last_read_at=hours(1)),),
        )
    )
    writer.remove_site("gone")  # so that ids have a gap
    writer.save_article_url_model("example", {"z": 1.0, "a": 1e-7, "é": [1e22, -0.5, True, None]})
    run = writer.begin_run("example", "site", {"since": "2024", "b": "ü"}, hours(0))
    pages = [
        page(
            "B", "Text.", "Über die Brücke.", run_id=run, site="example", images=(Image(url="https://i/1", alt="🦆"),)
        ),
        page("a", "渡轮", run_id=run, date_published=hours(-1), date_precision=DatePrecision.DAY, keywords=("x", "y")),
        page("ä", "Other.", run_id=run, is_accessible_for_free=False, url="https://www.example.com/É?b"),
        page("B", "Text, changed.", at=2, run_id=run, is_accessible_for_free=True, url="https://www.example.com/b"),
        page("B", "Text.", "Über die Brücke.", at=3, run_id=run, parser="generic/2", url="https://www.example.com/_"),
    ]
    writer.store(Batch(pages=tuple((each, entry(run, each.requested_url)) for each in pages)))
    failed = entry(run, "https://www.example.com/x", Outcome.FAILED, reason="http-404", status=404)
    writer.store(Batch(queued=(failed,), finished=(failed,)))


@pytest.mark.parametrize(("of", "to"), WAYS)
def test_a_copy_holds_the_same_rows_under_the_same_numbers(place, of, to, page, entry, hours):
    with Database.open(place(of), create=True) as source, Database.open(place(to), create=True) as target:
        fill(source, page, entry, hours)
        steps = []
        copied = copy_archive(source, target, progress=lambda done, total: steps.append((done, total)))
        assert {table.name: table.rows for table in copied}["revision"] == 5
        assert steps == sorted(steps)
        with source.read() as one, target.read() as other:
            for table in copied:
                schema = METADATA.tables[table.name]
                assert table_digest(one, schema) == table_digest(other, schema) == table.digest
                key = list(schema.primary_key)
                assert set(one.execute(select(*key))) == set(other.execute(select(*key)))
        assert list(ArchiveReader(source).iter_rows_after(0)) == list(ArchiveReader(target).iter_rows_after(0))
        assert list(ArchiveReader(source).iter_latest()) == list(ArchiveReader(target).iter_latest())
        assert ArchiveReader(source).sites() == ArchiveReader(target).sites()
        assert ArchiveReader(source).article_url_model("example") == ArchiveReader(target).article_url_model("example")


@pytest.mark.parametrize(("of", "to"), WAYS)
def test_the_copy_goes_on_where_the_archive_was(place, of, to, page, entry, hours):
    with Database.open(place(of), create=True) as source, Database.open(place(to), create=True) as target:
        fill(source, page, entry, hours)
        copy_archive(source, target)
        for database in (source, target):
            fill_again = ArchiveWriter(database)
            fill_again.add_site(Site(name="other", home_url="https://other.example/", added_at=hours(0)))
            fill_again.begin_run("other", "site", {}, hours(5))
        assert ArchiveReader(source).runs() == ArchiveReader(target).runs()


def test_only_the_numbering_of_a_new_archive_has_a_row(database):
    with database.read() as connection:
        filled = [t for t in TABLES if connection.execute(select(t)).first() is not None]
    assert filled == [NUMBERING]


def test_an_archive_that_holds_something_is_no_place_for_a_copy(target, tmp_path, page, entry, hours):
    with Database.open(target, create=True) as full, Database.open(tmp_path / "source.db", create=True) as source:
        fill(full, page, entry, hours)
        with pytest.raises(ArchiveError, match=r"is not empty \(there are rows in site\): name a new database"):
            copy_archive(source, full)
        assert ArchiveReader(full).counts().articles == 3


def test_rows_that_do_not_fit_together_are_not_copied(target, tmp_path, page, entry, hours):
    with Database.open(tmp_path / "source.db", create=True) as source, Database.open(target, create=True) as copy:
        fill(source, page, entry, hours)
        with sqlite3.connect(tmp_path / "source.db") as damaged:
            damaged.execute("PRAGMA foreign_keys = OFF")
            damaged.execute("DELETE FROM crawl_run")
        with pytest.raises(ArchiveError, match=r"does not take a row of ledger \(.*archive verify"):
            copy_archive(source, copy)
        assert ArchiveReader(copy).counts().sites == 0


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE ledger SET outcome = 'bogus'", "a row of ledger holds what newsarchive never writes"),
        ("UPDATE site SET added_at = 'then'", "a row of site holds what newsarchive never writes"),
        ("UPDATE revision SET keywords = 'x' WHERE id = 1", "a row of revision holds what newsarchive never writes"),
        ("UPDATE revision SET headline = CAST(x'ff' AS TEXT) WHERE id = 1", "is damaged: restore it from a backup"),
    ],
)
def test_values_that_are_none_are_not_copied(target, tmp_path, page, entry, hours, statement, said):
    with Database.open(tmp_path / "source.db", create=True) as source, Database.open(target, create=True) as copy:
        fill(source, page, entry, hours)
        with sqlite3.connect(tmp_path / "source.db") as damaged:
            damaged.execute(statement)
        with pytest.raises(ArchiveError, match=said):
            copy_archive(source, copy)
        assert ArchiveReader(copy).counts().sites == 0


@POSTGRESQL
def test_text_that_postgresql_cannot_hold_is_named_by_its_table(postgresql_url, tmp_path, page, entry, hours):
    with (
        Database.open(tmp_path / "source.db", create=True) as source,
        Database.open(postgresql_url, create=True) as copy,
    ):
        fill(source, page, entry, hours)
        with sqlite3.connect(tmp_path / "source.db") as damaged:
            damaged.execute("UPDATE revision SET headline = 'a' || char(0) || 'b' WHERE id = 1")
        with pytest.raises(ArchiveError, match=r"does not take a row of revision \(.*NUL"):
            copy_archive(source, copy)


def test_a_copy_that_reads_back_differently_is_not_kept(target, tmp_path, page, entry, hours):
    with Database.open(tmp_path / "source.db", create=True) as source, Database.open(target, create=True) as copy:
        fill(source, page, entry, hours)
        with copy.write() as connection:  # a database that changes what is written to it
            if connection.dialect.name == "sqlite":
                connection.execute(
                    text("CREATE TRIGGER change AFTER INSERT ON site BEGIN UPDATE site SET title = 'x'; END")
                )
            else:
                change = "BEGIN NEW.title = 1; RETURN NEW; END"
                connection.execute(text(f"CREATE FUNCTION change() RETURNS trigger AS '{change}' LANGUAGE plpgsql"))
                connection.execute(
                    text("CREATE TRIGGER change BEFORE INSERT ON site FOR EACH ROW EXECUTE FUNCTION change()")
                )
        with pytest.raises(ArchiveError, match=r"gives other rows of site back than were written"):
            copy_archive(source, copy)
        assert ArchiveReader(copy).counts().sites == 0


KILLED = """
import os, pathlib, signal, sys
from newsarchive.archive.upkeep.copying import copy_archive
from newsarchive.archive.database import Database

def die(done, total):
    if done >= float(sys.argv[3]) * total:
        os.kill(os.getpid(), signal.SIGKILL)

source, target = (arg if "://" in arg else pathlib.Path(arg) for arg in sys.argv[1:3])
with Database.open(source) as one, Database.open(target, create=True) as other:
    copy_archive(one, other, die)
"""


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_killed_copy_leaves_nothing_and_may_be_made_again(target, tmp_path, page, entry, hours, share):
    with Database.open(tmp_path / "source.db", create=True) as source:
        fill(source, page, entry, hours)
        done = subprocess.run([sys.executable, "-c", KILLED, str(source.target), str(target), str(share)], check=False)
        assert done.returncode == -signal.SIGKILL
        with Database.open(target) as copy:
            counts = ArchiveReader(copy).counts()
            assert (counts.sites, counts.articles) == (0, 0)
            assert {table.name: table.rows for table in copy_archive(source, copy)}["article"] == 3
