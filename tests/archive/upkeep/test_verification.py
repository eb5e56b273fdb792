import sqlite3

import pytest
from sqlalchemy import text

from newsarchive.archive.database import Database
from newsarchive.archive.upkeep.verification import verification_rows, verify_database
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.model.crawl_run import ResourceKind
from newsarchive.model.site import Site, Source


@pytest.fixture
def filled(database, page, entry, hours):
    """Three articles with five revisions, and a way to break them that no constraint stands in."""
    writer = ArchiveWriter(database)
    source = Source(url="https://www.example.com/feed", kind=ResourceKind.FEED)
    writer.add_site(Site(name="example", home_url="https://www.example.com/", added_at=hours(0), sources=(source,)))
    run = writer.begin_run("example", "site", {}, hours(0))
    pages = [
        page("a", "One.", "Two\nlines.", run_id=run, site="example"),
        page("b", "\N{LATIN SMALL LETTER E}\N{COMBINING ACUTE ACCENT}", run_id=run, site="example"),
        page("c", run_id=run, headline=None),
        page("a", "Three.", at=1, run_id=run, site="example"),
        page("a", "One.", "Two\nlines.", at=2, run_id=run, site="example", url="https://www.example.com/a?b"),
    ]
    writer.store(Batch(pages=tuple((each, entry(run, each.requested_url)) for each in pages)))
    return database


@pytest.fixture
def damage(filled):
    def execute(statement):
        with filled.write() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign keys
                connection.execute(text(statement))
                return
        with sqlite3.connect(filled.target) as sqlite:
            sqlite.execute(statement)
        sqlite.close()

    return execute


def problems(database):
    return [str(problem) for problem in verify_database(database)]


def test_an_archive_in_order_has_no_problem_and_all_rows_are_counted(filled):
    counted = []
    assert list(verify_database(filled, counted.append)) == []
    assert sum(counted) == verification_rows(filled) > 0


def test_a_new_archive_is_in_order(database):
    assert problems(database) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE revision SET article_body = 'Changed.' WHERE id = 1",
            ["article 1, revision 1: its text does not fall"],
        ),
        ("UPDATE revision SET article_body = 'x' WHERE id = 2", ["article 2, revision 1: its text does not match its"]),
        ("UPDATE revision SET headline = 'x' WHERE id = 3", ["article 3, revision 1: its text does not match its"]),
        ("UPDATE revision SET block_kinds = 'h' WHERE id = 2", ["article 2, revision 1: its text does not match its"]),
        ("UPDATE revision SET block_kinds = 'z' WHERE id = 2", ["article 2, revision 1: its text does not fall into"]),
        ("UPDATE revision SET number = 9 WHERE id = 5", ["article 1: the numbers of its 3 revisions go from 1 to 9"]),
        ("UPDATE revision SET number = 2 WHERE id = 2", ["article 2: the numbers of its 1 revisions go from 2 to 2"]),
        ("UPDATE article SET revision_count = 7 WHERE id = 1", ["article 1: it has 3 revisions, but says 7"]),
        (
            "UPDATE article SET latest_revision_id = 2 WHERE id = 1",
            ["article 1: its latest revision, 2, is none of its"],
        ),
        ("UPDATE article SET latest_revision_id = 99 WHERE id = 1", ["article 1: its latest revision, 99, is none of"]),
        ("UPDATE article SET cluster_id = 3 WHERE id = 2", ["article 2: its cluster 3 is not named for the lowest"]),
        ("UPDATE article SET cluster_id = 77 WHERE id = 2", ["article 2: its cluster 77 is not named for the lowest"]),
        ("UPDATE numbering SET last_revision_id = 4", ["numbering: the highest revision is 5, but the last number"]),
        ("UPDATE numbering SET last_article_id = 0", ["numbering: the highest article is 3, but the last number"]),
        ("DELETE FROM numbering", ["numbering: 0 rows instead of one"]),
        ("UPDATE source SET site_id = 8", ["source 1: its site_id 8 is no site"]),
        ("UPDATE address SET article_id = 8", ["address https://www.example.com/a?b: its article_id 8 is no article"]),
        ("UPDATE ledger SET run_id = 8 WHERE id = 1", ["ledger 1: its run_id 8 is no crawl_run"]),
        ("UPDATE ledger SET url = 'https://x' WHERE id = 1", ["ledger of run 1, https://x: its key is another"]),
        ("UPDATE revision SET run_id = 8 WHERE id = 2", ["revision 2: its run_id 8 is no crawl_run"]),
        ("DELETE FROM revision WHERE id = 2", ["article 2: it has no revision"]),
    ],
)
def test_each_damage_is_found_and_named_with_what_to_do(filled, damage, statement, said):
    damage(statement)
    found = problems(filled)
    found = [line for line in found if not line.startswith("sketch of")] if "DELETE FROM rev" in statement else found
    assert len(found) == len(said), found
    for line, start in zip(found, said, strict=True):
        assert line.startswith(start)
        assert line.endswith("; restore it from a backup")


def test_a_sketch_of_no_revision_is_found(filled, damage):
    damage("INSERT INTO sketch (article_id, number, minima) VALUES (1, 9, '')")
    assert problems(filled) == ["sketch of article 1, revision 9: there is no such revision; restore it from a backup"]


def test_a_damaged_file_is_found(tmp_path, page, entry, hours):
    with Database.open(tmp_path / "archive.db", create=True) as database:
        writer = ArchiveWriter(database)
        pages = tuple((page(f"{n}", "Text. " * 500), entry(1, f"{n}")) for n in range(50))
        writer.begin_run(None, "urls", {}, hours(0))
        writer.store(Batch(pages=pages))
    with sqlite3.connect(tmp_path / "archive.db") as raw:
        (root,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_article_cluster_id'").fetchone()
        (size,) = raw.execute("PRAGMA page_size").fetchone()
    raw.close()
    content = bytearray((tmp_path / "archive.db").read_bytes())
    content[(root - 1) * size + 3 : (root - 1) * size + 5] = b"\0\x02"  # that many entries on the page of the index
    (tmp_path / "archive.db").write_bytes(content)
    with Database.open(tmp_path / "archive.db") as database:
        found = [problem for problem in verify_database(database) if problem.check == "file"]
    assert found
    assert "the file is damaged (" in str(found[0])
