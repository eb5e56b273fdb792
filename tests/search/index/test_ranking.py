import base64
import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.errors import CursorError
from newsarchive.search.index import ranking as ranking_module
from newsarchive.search.language.query import parse_query

ORDERS = ("relevance", "newest", "oldest")
START = datetime(2024, 1, 1, tzinfo=UTC)
COUNTER = itertools.count()


def pages(index, query, limit, **options):
    """All hits by cursor, page by page, and the totals the pages name."""
    matches, totals, after = [], set(), None
    while True:
        page = index.find(query, limit=limit, after=after, **options)
        matches += page.matches
        totals.add(page.total)
        if page.next_cursor is None:
            return matches, totals
        assert len(page.matches) == limit
        after = page.next_cursor


DRAWN = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(0, 4)),  # days after the start, often the same
        st.integers(1, 3),  # how often the word stands there: scores, often the same
        st.integers(0, 3),  # which article before it is copied, if any
    ),
    min_size=1,
    max_size=14,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(drawn=DRAWN, limit=st.integers(1, 5))
def test_pages_by_cursor_are_the_whole_in_order(room, drawn, limit):
    word = f"word{next(COUNTER)}"
    stored, clusters, dates = [], {}, {}
    for number, (days, count, copied) in enumerate(drawn):
        date = None if days is None else START + timedelta(days=days)
        article_id = room.store(f"{word}-{number}", f"{word} " * count, date_published=date)
        dates[article_id] = date
        if 0 < copied <= len(stored):
            clusters[article_id] = clusters.get(stored[-copied], stored[-copied])
        stored.append(article_id)
    room.set_clusters(clusters)
    query = parse_query(word)
    for order in ORDERS:
        whole = room.index.find(query, limit=100, order=order)
        assert whole.next_cursor is None
        assert pages(room.index, query, limit, order=order) == (list(whole.matches), {len(drawn)})
        offsets = [room.index.find(query, limit=limit, offset=i, order=order).matches for i in range(0, 15, limit)]
        assert list(itertools.chain(*offsets)) == list(whole.matches)
        ids = [article_id for article_id, _ in whole.matches]
        assert sorted(ids) == stored
        if order != "relevance":
            newest = order == "newest"
            dated = [i for i in stored if dates[i]]
            undated = [i for i in stored if not dates[i]]
            assert ids == [
                *sorted(dated, key=lambda i: (dates[i], i), reverse=newest),
                *sorted(undated, reverse=newest),
            ]
        # Of each cluster the one that is placed best.
        once = {clusters.get(article_id, article_id): (article_id, score) for article_id, score in whole.matches[::-1]}
        kept = [match for match in whole.matches if match in once.values()]
        options = {"order": order, "collapse": True}
        assert pages(room.index, query, limit, **options) == (kept, {len(once)})
        assert list(room.index.find(query, limit=limit, offset=1, **options).matches) == kept[1 : 1 + limit]


def test_clusters_are_told_apart_over_many_batches(room, monkeypatch):
    monkeypatch.setattr(ranking_module, "_CLUSTERS_AHEAD", 1)
    stored = [room.store(f"n{number}", "word", date_published=START + timedelta(days=number)) for number in range(9)]
    room.set_clusters(dict.fromkeys(stored[1:8], stored[1]))
    query = parse_query("word")
    for order, kept in (("oldest", [stored[0], stored[1], stored[8]]), ("newest", [stored[8], stored[7], stored[0]])):
        matches, totals = pages(room.index, query, 1, order=order, collapse=True)
        assert ([article_id for article_id, _ in matches], totals) == (kept, {3})
    assert len(pages(room.index, query, 1, collapse=True)[0]) == 3


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_paging_by_date_holds_while_articles_come_and_change(room, order):
    stored = [
        room.store(f"n{number}", "word", date_published=START + timedelta(days=number) if number < 4 else None)
        for number in range(8)
    ]
    room.index.catch_up(room.reader)
    query = parse_query("word")
    seen, after = [], None
    for number in range(20):
        page = room.index.find(query, limit=2, order=order, after=after)
        seen += [article_id for article_id, _ in page.matches]
        after = page.next_cursor
        if after is None:
            break
        room.store(f"later{number}", "word", date_published=START + timedelta(days=number, hours=-1))
        room.store("n3", f"word again {number}", date_published=START + timedelta(days=3), at=number + 1)
        room.index.catch_up(room.reader)
    assert len(set(seen)) == len(seen)
    assert set(stored) <= set(seen)


def test_paging_by_relevance_goes_on_behind_the_hit_shown_last(room):
    for number in range(6):
        room.store(f"n{number}", "word " * (6 - number) + "other " * number)
    room.index.catch_up(room.reader)
    query = parse_query("word")
    whole = [article_id for article_id, _ in room.index.find(query).matches]
    page = room.index.find(query, limit=3)
    better = room.store("word", "word " * 9)
    room.index.catch_up(room.reader)
    assert room.index.find(query, limit=1).matches[0][0] == better
    rest = room.index.find(query, limit=100, after=page.next_cursor).matches
    assert [article_id for article_id, _ in rest] == whole[3:]


def test_paging_by_relevance_goes_on_where_the_hit_shown_last_was_if_it_has_gone(room):
    for number in range(6):
        room.store(f"n{number}", "word " * (6 - number) + "other " * number)
    room.index.catch_up(room.reader)
    query = parse_query("word")
    whole = [article_id for article_id, _ in room.index.find(query).matches]
    page = room.index.find(query, limit=3)
    room.store("n2", "nothing of it", at=1)
    room.index.catch_up(room.reader)
    rest = room.index.find(query, limit=100, after=page.next_cursor).matches
    assert [article_id for article_id, _ in rest] == whole[3:]


def test_cursor_is_of_one_query_and_order(room):
    for number in range(3):
        room.store(f"n{number}", "word other")
    room.index.catch_up(room.reader)
    query = parse_query("word")
    cursor = room.index.find(query, limit=1).next_cursor
    assert room.index.find(parse_query(" word "), limit=1, after=cursor).matches
    with pytest.raises(CursorError, match="of another query or order"):
        room.index.find(parse_query("other"), limit=1, after=cursor)
    with pytest.raises(CursorError, match="of another query or order"):
        room.index.find(query, limit=1, order="newest", after=cursor)
    with pytest.raises(CursorError, match="of another query or order"):
        room.index.find(query, limit=1, collapse=True, after=cursor)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(garbage=st.one_of(st.text(max_size=80), st.binary(min_size=33, max_size=33)))
def test_any_other_text_is_no_cursor(room, garbage):
    after = garbage if isinstance(garbage, str) else base64.urlsafe_b64encode(garbage).decode()
    with pytest.raises(CursorError):
        room.index.find(parse_query("word"), after=after)
