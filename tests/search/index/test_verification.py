import pytest
from sqlalchemy import text

from newsarchive.search.index.verification import verify_index


def problems(room):
    return [problem.what for problem in verify_index(room.database, room.index.path)]


@pytest.fixture
def filled(room):
    for slug in ("a", "b", "c"):
        room.store(slug, "The lake rose.")
    room.store("a", "The lake fell.", at=1)
    room.index.catch_up(room.reader)
    return room


def test_an_index_that_follows_has_no_problem(filled):
    counted = []
    assert list(verify_index(filled.database, filled.index.path, counted.append)) == []
    assert sum(counted) == 3


def test_an_index_that_will_catch_up_is_in_order(filled):
    filled.store("d", "New.")
    filled.store("b", "Changed.", at=1)
    assert problems(filled) == []


def test_no_index_is_in_order(filled, tmp_path):
    assert list(verify_index(filled.database, tmp_path / "none")) == []


def test_an_article_that_the_index_lacks_is_found(filled):
    with filled.database.write() as connection:
        connection.execute(
            text(
                "INSERT INTO article (id, site_id, first_seen_at, last_seen_at, revision_count, latest_revision_id,"
                " canonical_url, cluster_id) SELECT 9, site_id, first_seen_at, last_seen_at, 1, 1, 'https://x', 9"
                " FROM article WHERE id = 1"
            )
        )
    assert problems(filled) == ["article 9 is missing in it"]


def test_an_article_that_the_archive_lacks_is_found(filled):
    with filled.database.write() as connection:
        for statement in (
            "DELETE FROM sketch WHERE article_id IN (2, 3)",
            "DELETE FROM revision WHERE article_id IN (2, 3)",
            "DELETE FROM article WHERE id IN (2, 3)",
        ):
            connection.execute(text(statement))
    assert problems(filled) == [f"it holds an article {number}, which the archive does not" for number in (2, 3)]


def test_the_index_of_a_longer_archive_is_found(filled):
    with filled.database.write() as connection:
        connection.execute(text("UPDATE revision SET id = 0 WHERE id = 4"))
    assert problems(filled) == ["it has followed an archive up to revision 4, but this one has only 3"]


def test_a_broken_index_is_one_problem(filled):
    for file in filled.index.path.iterdir():
        file.write_bytes(b"broken")
    (problem,) = verify_index(filled.database, filled.index.path)
    assert problem.advice == "`newsarchive index rebuild` makes it anew"
    assert "rebuild" not in problem.what
