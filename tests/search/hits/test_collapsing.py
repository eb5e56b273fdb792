import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.search.hits.collapsing import kept_ids
from newsarchive.search.index import view as view_module
from newsarchive.search.index.copies import cluster_count, copy_counts, earliest_copies
from newsarchive.search.language.query import parse_query

START = datetime(2024, 1, 1, tzinfo=UTC)
COUNTER = itertools.count()
ARTICLES = st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 3)), st.integers(0, 4)), min_size=1, max_size=14)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(drawn=ARTICLES, page=st.sampled_from([2, 3, 20_000]))
def test_of_each_cluster_the_earliest_known_copy_is_kept(room, drawn, page):
    word = f"word{next(COUNTER)}"
    dates, clusters = {}, {}
    for number, (days, copied) in enumerate(drawn):
        date = None if days is None else START + timedelta(days=days)
        article_id = room.store(f"{word}-{number}", word, date_published=date)
        dates[article_id] = date
        clusters[article_id] = clusters[list(dates)[-1 - copied]] if 0 < copied < len(dates) else article_id
    room.set_clusters(clusters)
    earliest = {}
    for article_id in sorted(dates, key=lambda i: (dates[i] is None, dates[i] or START, i)):
        earliest.setdefault(clusters[article_id], article_id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(view_module, "PAGE", page)
        kept = kept_ids(room.index, parse_query(word))
    assert kept.tolist() == sorted(earliest.values())
    with room.index.view() as view:
        asked = view.asked(parse_query(word))
        sizes = {cluster: list(clusters.values()).count(cluster) for cluster in clusters.values()}
        assert cluster_count(view, asked) == len(sizes)
        assert copy_counts(view, asked, sorted(sizes)) == sizes
        assert earliest_copies(view, sorted(sizes)) == {
            cluster: earliest[cluster] for cluster, size in sizes.items() if size > 1
        }


def test_copies_a_query_does_not_find_are_not_kept_but_may_be_the_earliest(room):
    first = room.store("first", "the same", date_published=START)
    second = room.store("second", "the same", site="great-lakes", date_published=START + timedelta(days=1))
    room.set_clusters({second: first})
    assert kept_ids(room.index, parse_query("site:great-lakes")).tolist() == [second]
    assert kept_ids(room.index, parse_query("same")).tolist() == [first]
    with room.index.view() as view:
        assert earliest_copies(view, [first]) == {first: first}
        assert earliest_copies(view, []) == {}


def test_nothing_found_keeps_nothing(room):
    assert kept_ids(room.index, parse_query("nothing")).tolist() == []
