import tracemalloc

from newsarchive.archive.database import CACHE_KIB
from newsarchive.archive.streaming import stream_rows


def columns_of(rows):
    return [tuple(row) for row in rows]


def test_latest_revisions_come_by_article(store, page, database):
    store(*(page(str(number), "Old.") for number in range(250)))
    store(*(page(str(number), "New.", at=1) for number in range(0, 250, 2)))
    rows = columns_of(stream_rows(database, ["id", "number", "article_body"]))
    assert rows == [(n, 2, "New.") if n % 2 else (n, 1, "Old.") for n in range(1, 251)]


def test_every_revision_comes_by_article_and_number(store, page, database):
    store(*(page(str(number), "Old.") for number in range(120)))
    store(*(page(str(number), "New.", at=1) for number in range(120)))
    rows = columns_of(stream_rows(database, ["id", "number"], every_revision=True))
    assert rows == [(article, number) for article in range(1, 121) for number in (1, 2)]


def test_only_the_articles_asked_for_come(store, page, database):
    store(*(page(str(number), "Old.") for number in range(250)))
    store(page("9", "New.", at=1))
    asked = [0, 3, *range(10, 230), 999, 2**80]
    rows = columns_of(stream_rows(database, ["id"], article_ids=iter(asked)))
    assert rows == [(3,), *((number,) for number in range(10, 230))]
    rows = columns_of(stream_rows(database, ["id", "number"], article_ids=[3, 10], every_revision=True))
    assert rows == [(3, 1), (10, 1), (10, 2)]
    assert columns_of(stream_rows(database, ["id"], article_ids=[])) == []


def test_no_more_rows_come_than_the_limit(store, page, database):
    store(*(page(str(number), "Old.") for number in range(250)))
    assert len(columns_of(stream_rows(database, ["id"], limit=230))) == 230
    assert columns_of(stream_rows(database, ["id"], limit=2)) == [(1,), (2,)]
    assert len(columns_of(stream_rows(database, ["id"], article_ids=range(5, 240), limit=211))) == 211
    assert columns_of(stream_rows(database, ["id"], article_ids=[4, 5, 6], limit=2)) == [(4,), (5,)]


def test_values_are_plain(store, page, database, hours):
    store(page("a", "Text.", at=1.5, is_accessible_for_free=False, date_published=hours(0.25)))
    store(page("a", "Text.", at=3))
    names = ["first_seen_at", "last_seen_at", "date_published", "date_modified", "is_accessible_for_free", "site"]
    assert columns_of(stream_rows(database, names)) == [
        ("2024-05-03T11:30:00Z", "2024-05-03T13:00:00Z", "2024-05-03T10:15:00Z", None, 0, None)
    ]


def test_a_stream_shows_the_archive_of_one_moment(store, page, database):
    store(*(page(str(number), "Old.") for number in range(300)))
    stream = stream_rows(database, ["article_body"])
    next(stream)
    store(*(page(str(number), "New.", at=1) for number in range(400)))
    assert columns_of(stream) == [("Old.",)] * 299


def test_a_stream_that_is_left_early_gives_its_connection_back(store, page, database):
    store(*(page(str(number), "Text.") for number in range(300)))
    for _ in range(50):  # more than a pool has
        stream = stream_rows(database, ["id"])
        next(stream)
        stream.close()
    with database.read() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA cache_size").scalar() == -CACHE_KIB


def test_memory_stays_flat_however_long_the_stream(store, page, database):
    body = "Some words that make a long text. " * 120

    def peak() -> int:
        tracemalloc.start()
        for _ in stream_rows(database, ["id", "article_body"]):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    store(*(page(str(number), body) for number in range(400)))
    peak()  # what is compiled and cached once
    small = peak()
    store(*(page(str(number), body) for number in range(400, 1_600)))
    assert peak() < small + 200_000
