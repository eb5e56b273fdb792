from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from newsarchive.export.package.facts import FACT_FIELDS, FactCounter
from newsarchive.export.record import EXPORT_FIELDS


def counted(*records, fields=("id", "headline", "keywords", "authors")):
    counter = FactCounter(fields)
    for record in records:
        counter.add(record)
    return counter.facts()


def test_articles_are_counted_by_site_and_month(record):
    facts = counted(
        record(1),
        record(2, date_published="2023-06-01T00:00:00Z"),
        record(3, site=None, date_published=None, date_precision=None),
        record(4, site="alpha"),
    )
    assert facts.months == {
        "alpha": {"2023-05": 1},
        "example": {"2023-05": 1, "2023-06": 1},
        None: {None: 1},
    }
    assert facts.sites == ("alpha", "example", None)
    assert facts.undated == 1
    assert list(facts.by_month().items()) == [(None, 1), ("2023-05", 2), ("2023-06", 1)]


def test_states_of_an_article_are_records_but_one_article(record):
    facts = counted(
        record(1, in_language="fr", revision_count=2),
        record(1, revision=2, in_language="en", revision_count=2, parser_version="generic/2"),
        record(2),
    )
    assert (facts.records, facts.articles, facts.revised) == (3, 2, 1)
    assert facts.languages == {"en": 2}
    assert facts.parsers == {"generic/1": 2, "generic/2": 1}


def test_a_field_is_filled_if_it_is_neither_null_nor_empty(record):
    facts = counted(record(1), record(2, headline=None, authors=["Ann"]), record(3, headline="", keywords=[]))
    assert facts.filled == {"id": 3, "headline": 1, "keywords": 2, "authors": 1}


def test_near_copies_count_once(record):
    facts = counted(record(1), record(2, cluster_id=1), record(5, cluster_id=1), record(7, cluster_id=3))
    assert (facts.articles, facts.clusters) == (4, 2)


def test_first_and_last_times_are_to_the_second(record):
    facts = counted(
        record(1, date_published="2023-05-17T09:30:15.900000Z"),
        record(2, date_published="2023-05-17T09:30:15Z", first_seen_at="2022-01-01T00:00:00Z"),
        record(3, date_published=None),
    )
    assert (facts.first_published, facts.last_published) == ("2023-05-17T09:30:15Z",) * 2
    assert (facts.first_seen, facts.last_seen) == ("2022-01-01T00:00:00Z", "2023-05-19T10:00:00Z")


def test_of_nothing_there_are_no_facts():
    facts = counted()
    assert (facts.records, facts.articles, facts.clusters, facts.sites, facts.last_seen) == (0, 0, 0, (), None)


def test_every_fact_is_a_field_of_the_export_record():
    assert set(FACT_FIELDS) <= set(EXPORT_FIELDS)


_PARTS = st.fixed_dictionaries(
    {
        "site": st.sampled_from([None, "a", "b"]),
        "date_published": st.sampled_from([None, "2023-05-17T09:30:15Z", "2024-01-01T00:00:00.000001Z"]),
        "in_language": st.sampled_from([None, "en", "fr"]),
        "date_precision": st.sampled_from([None, "day"]),
        "is_accessible_for_free": st.sampled_from([None, True, False]),
        "first_seen_at": st.just("2024-01-01T00:00:00Z"),
        "last_seen_at": st.just("2024-01-01T00:00:00Z"),
        "parser_version": st.sampled_from(["generic/1", "generic/2"]),
        "run_id": st.sampled_from([None, 1, 2]),
        "revision_count": st.integers(1, 3),
        "cluster_id": st.integers(1, 5),
    }
)


@given(st.lists(_PARTS, max_size=30))
def test_all_counts_add_up_to_the_articles(parts):
    records = [{"id": number, **part} for number, part in enumerate(parts, start=1)]
    facts = counted(*records, fields=("id",))
    for counts in (facts.languages, facts.precisions, facts.parsers, facts.by_month()):
        assert sum(counts.values()) == len(records) == facts.articles == facts.records
    flat = {(site, month): count for site, months in facts.months.items() for month, count in months.items()}
    assert flat == Counter((r["site"], r["date_published"] and r["date_published"][:7]) for r in records)
    assert facts.clusters == len({r["cluster_id"] for r in records})
