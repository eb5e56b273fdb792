"""Lists of whole numbers in statements, on both databases."""

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import sqlite

from newsarchive.archive.near_copies import clustering
from newsarchive.archive.number_lists import add_numbers, among
from newsarchive.archive.schema.sketches import SKETCH_BAND

BANDS = select(SKETCH_BAND.c.band).where(among(SKETCH_BAND.c.band, "bands")).order_by(SKETCH_BAND.c.band)


def test_rows_come_back_by_a_list_of_any_length(database):
    rows = [(band, 2**40, 1, -1) for band in (0, 7, 2**31 - 1, -(2**31), -5)]
    with database.write() as connection:
        add_numbers(connection, SKETCH_BAND, rows)
        add_numbers(connection, SKETCH_BAND, [])
        assert connection.execute(BANDS, {"bands": range(-100_000, 100_000)}).scalars().all() == [-5, 0, 7]
        assert connection.execute(BANDS, {"bands": {-(2**31), 2**31 - 1}}).scalars().all() == [-(2**31), 2**31 - 1]
        assert connection.execute(BANDS, {"bands": []}).scalars().all() == []


@pytest.mark.parametrize("statement", ["_POSTINGS", "_SKETCHES", "_MEMBERS"])
def test_what_clusters_look_up_is_found_by_an_index(database, statement):
    if "://" in database.name:
        pytest.skip("a plan of PostgreSQL depends on what is in the tables")
    query = str(getattr(clustering, statement).compile(dialect=sqlite.dialect()))
    with database.read() as connection:
        plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", ("[1]",))]
    assert [step for step in plan if step.startswith("SCAN")] == ["SCAN json_each VIRTUAL TABLE INDEX 1:"]
