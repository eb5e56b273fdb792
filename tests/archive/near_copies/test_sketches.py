"""Clusters of near-copies: what counts as one, and that they are the same however the articles came in."""

import random
from itertools import combinations, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.archive.database import Database
from newsarchive.archive.near_copies import clustering, reclustering
from newsarchive.archive.near_copies.sketches import (
    BANDS,
    BINS,
    MAX_CHARACTERS,
    MIN_WORDS,
    SIMILAR,
    bears_out,
    likeness,
    similarity,
    sketch,
)
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.errors import UnknownArticleError
from newsarchive.model.article import DatePrecision


def words(seed: int, count: int = 300) -> list[str]:
    """A text that is another for each seed."""
    rng = random.Random(seed)
    return ["".join(rng.choices("abcdefghij", k=5)) for _ in range(count)]


def text(seed: int, count: int = 300) -> str:
    return " ".join(words(seed, count))


def copy_of(seed: int, *, edit: int = 1, share: float = 0.05) -> str:
    """The text of that seed with a share of its words changed."""
    rng = random.Random(f"{seed} {edit}")
    return " ".join(f"edit{rng.random()}" if rng.random() < share else word for word in words(seed))


# Sketches


def test_a_sketch_has_one_byte_a_bin_and_keys_of_32_bits():
    found = sketch(text(1))
    assert len(found.minima) == BINS
    assert len(found.bands) == BANDS
    assert len(found.witnesses) == BANDS == len(set(found.bands))
    assert all(-(2**31) <= number < 2**31 for number in found.bands + found.witnesses)


def test_the_sketch_of_a_text_never_changes():
    """The archive keeps sketches: those of tomorrow have to be comparable."""
    found = sketch("The quick brown fox jumps over the lazy dog, " * 3 + "and Ärger in 北京 at ten.")
    assert found.bands[:3] == (-794675225, -266185893, 1873685684)
    assert found.minima[:8].hex() == "e75bb4e75bb45b9f"


def test_case_white_space_and_punctuation_make_no_difference():
    one = text(1)
    other = "  " + one.title().replace(" ", ",\n", 40) + "…"
    assert sketch(one) == sketch(other)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_the_estimate_is_the_share_of_common_shingles(share):
    common = words(1, 2000)
    kept = int(2000 * share)
    one = " ".join(common)
    other = " ".join(common[:kept] + words(2, 2000 - kept))
    assert likeness(one, other) == pytest.approx(kept / (4000 - kept), abs=0.15)


def test_unrelated_texts_are_not_similar():
    sketches = [sketch(text(seed)) for seed in range(60)]
    assert max(similarity(one.minima, other.minima) for one, other in combinations(sketches, 2)) < 0.1
    assert not any(set(one.bands) & set(other.bands) for one, other in combinations(sketches, 2))


def test_a_script_without_spaces_is_read_by_its_characters():
    rng = random.Random(3)
    characters = "".join(chr(rng.randrange(0x4E00, 0x9000)) for _ in range(400))
    assert likeness(characters, "新闻：" + characters[:350]) > 0.7
    thai = "".join(chr(rng.randrange(0x0E01, 0x0E2E)) for _ in range(400))
    assert likeness(thai, thai[40:]) > 0.7


@pytest.mark.parametrize("short", ["", " ", "…", "word " * (MIN_WORDS - 1), "北" * (MIN_WORDS - 1)])
def test_a_text_of_few_words_has_no_sketch(short):
    assert sketch(short) is None


def test_a_text_of_just_enough_words_has_one():
    assert sketch(text(1, MIN_WORDS)) is not None


def test_what_stands_beyond_the_limit_is_not_looked_at():
    long = text(1, MAX_CHARACTERS // 6 + 10)
    assert len(long) > MAX_CHARACTERS
    assert sketch(long + " and more") == sketch(long)


def test_short_texts_are_alike_only_if_they_are_the_same():
    assert likeness("Short.", "Short.") == 1
    assert likeness("Short.", "Shorter.") == likeness("Short.", text(1)) == 0


@given(st.text(max_size=400))
def test_any_text_gives_a_sketch_or_none(text):
    found = sketch(text)
    assert found is None or (len(found.minima) == BINS and 0 < len(found.bands) <= BANDS)
    assert found is None or len(found.witnesses) == len(found.bands)
    assert sketch(text) == found


@given(st.lists(st.sampled_from(["a", "b", "c", "dd", "ß", "é", "漢"]), min_size=MIN_WORDS, max_size=80), st.data())
def test_similarity_is_symmetric_and_a_share(one, data):
    other = data.draw(st.permutations(one))
    first, second = sketch(" ".join(one)), sketch(" ".join(other))
    assert similarity(first.minima, second.minima) == similarity(second.minima, first.minima)
    assert 0 <= similarity(first.minima, second.minima) <= 1 == similarity(first.minima, first.minima)


@given(st.integers(-(2**31), 2**31 - 1), st.integers(-(2**31), 2**31 - 1), st.sets(st.integers(0, 3)))
def test_a_key_is_borne_out_by_one_witness_of_four(one, other, same):
    first, second = bytearray(one.to_bytes(4, signed=True)), bytearray(other.to_bytes(4, signed=True))
    for place in same:
        second[place] = first[place]
    agree = any(left == right for left, right in zip(first, second, strict=True))
    assert bears_out(one, int.from_bytes(second, signed=True)) == agree


# Clusters


@pytest.fixture
def clusters(reader):
    """Slugs by cluster, as sets."""

    def read() -> set[frozenset[str]]:
        found: dict[int, set[str]] = {}
        for revision in reader.iter_latest():
            found.setdefault(revision.cluster_id, set()).add(revision.article.headline)
        for cluster_id, members in found.items():
            assert reader.revision(cluster_id).article.headline in members
            assert cluster_id == min(reader.revision(f"https://www.example.com/{slug}").article_id for slug in members)
        return set(map(frozenset, found.values()))

    return read


def test_copies_join_the_cluster_of_the_first(page, store, clusters):
    store(page("original", text(1)), page("other", text(2)))
    store(page("copy", copy_of(1)), page("another", text(3)))
    store(page("second-copy", "A lead of its own.", *[" ".join(words(1)[i : i + 50]) for i in (200, 100, 150, 0)]))
    assert clusters() == {
        frozenset({"original", "copy", "second-copy"}),
        frozenset({"other"}),
        frozenset({"another"}),
    }


def test_copies_within_one_batch_are_found(page, store, clusters):
    store(page("original", text(1)), page("copy", copy_of(1)), page("same", text(1)), page("other", text(2)))
    assert clusters() == {frozenset({"original", "copy", "same"}), frozenset({"other"})}


def test_an_article_with_little_text_stays_alone(page, store, clusters):
    store(page("one", "Subscribe to read on."), page("two", "Subscribe to read on."), page("three"), page("four"))
    assert len(clusters()) == 4


def test_an_article_that_is_like_two_clusters_joins_them_and_the_index_hears_of_it(page, store, reader, clusters):
    one, two = words(1), words(2)
    store(page("one", " ".join(one)), page("two", " ".join(two)), page("copy-of-two", copy_of(2)))
    assert len(clusters()) == 2
    seen = max(row.sequence for row in reader.iter_rows_after(0))
    store(page("both", " ".join(one + two)))
    assert clusters() == {frozenset({"one", "two", "copy-of-two", "both"})}
    assert {row.headline: row.cluster_id for row in latest_after(reader, seen)} == {
        "two": 1,
        "copy-of-two": 1,
        "both": 1,
    }


def test_articles_of_the_same_batch_may_move_too(page, store, reader, clusters):
    one, two = words(1), words(2)
    store(page("one", " ".join(one)), page("two", " ".join(two)))
    seen = max(row.sequence for row in reader.iter_rows_after(0))
    store(page("two", " ".join(two), at=1), page("three", text(3)), page("both", " ".join(one + two)))
    assert clusters() == {frozenset({"one", "two", "both"}), frozenset({"three"})}
    heard = list(reader.iter_rows_after(seen))
    assert sorted(row.headline for row in heard) == ["both", "three", "two"]
    assert heard == latest_after(reader, seen)


def test_an_old_revision_keeps_its_article_in_the_cluster(page, store, reader, clusters):
    store(page("original", text(1)), page("copy", copy_of(1)))
    store(page("copy", text(2), at=1))
    store(page("rewritten", copy_of(2), at=2))
    assert clusters() == {frozenset({"original", "copy", "rewritten"})}
    assert [revision.cluster_id for revision in reader.revisions("https://www.example.com/copy")] == [1, 1]


def test_a_new_revision_brings_a_known_article_into_a_cluster(page, store, reader, clusters):
    store(page("early", text(1)), page("original", text(2)))
    seen = max(row.sequence for row in reader.iter_rows_after(0))
    store(page("early", copy_of(2), at=1))
    assert clusters() == {frozenset({"early", "original"})}
    assert sorted(row.headline for row in latest_after(reader, seen)) == ["early", "original"]


def test_nothing_is_deleted_and_the_text_of_a_copy_stays_as_it_was(page, store, reader):
    pages = [page(f"copy-{number}", copy_of(1, edit=number)) for number in range(8)]
    store(*pages)
    assert [revision.article.blocks for revision in reader.iter_latest()] == [page.article.blocks for page in pages]


def test_a_page_that_comes_again_changes_nothing(page, store, reader, database):
    store(page("original", text(1)), page("copy", copy_of(1)))
    before = list(reader.iter_rows_after(0))
    store(page("original", text(1), at=1), page("copy", copy_of(1), at=1))
    assert list(reader.iter_rows_after(0)) == before


def test_equal_texts_take_no_room_in_the_index_of_sketches(page, store, database, clusters):
    store(*[page(f"copy-{number}", text(1)) for number in range(10)])
    store(*[page(f"later-{number}", text(1)) for number in range(10)])
    assert len(clusters()) == 1
    assert count_of(database, "sketch") == 20
    assert count_of(database, "sketch_band") == BANDS


def test_a_key_that_very_many_share_stops_growing_and_still_finds_the_cluster(
    page, store, database, clusters, monkeypatch
):
    monkeypatch.setattr(clustering, "MAX_POSTINGS", 4)
    for start in (0, 6, 12):
        store(*[page(f"copy-{number}", copy_of(1, edit=number)) for number in range(start, start + 6)])
    assert len(clusters()) == 1
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT count(*) FROM sketch_band GROUP BY band").scalars().all()
    assert max(rows) == 4


def latest_after(reader: ArchiveReader, sequence: int) -> list:
    """What an index that knows all up to that sequence number has to take in."""
    return [row for row in reader.iter_rows_after(sequence) if row.sequence == row.latest_revision_id]


def count_of(database: Database, table: str) -> int:
    with database.read() as connection:
        return connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()


# the fixtures only make values
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(14)), cuts=st.lists(st.integers(1, 5), min_size=14, max_size=14))
def test_clusters_do_not_depend_on_the_order_of_arrival(page, entry, tmp_path_factory, order, cuts):
    chain = words(50, 700)
    texts = [
        *[text(seed) for seed in (1, 2, 3)],
        *[copy_of(seed, edit=edit) for seed in (1, 2) for edit in (1, 2)],
        text(1),
        *[" ".join(chain[start : start + 300]) for start in (0, 100, 200, 300, 400)],  # each like the next only
        "Too short to say.",
    ]
    assert len(texts) == len(order)
    with Database.open(tmp_path_factory.mktemp("order") / "archive.db", create=True) as database:
        writer, reader = ArchiveWriter(database), ArchiveReader(database)
        run_id = writer.begin_run(None, "site", {}, page("any").capture.fetched_at)
        pages = [page(f"page-{number}", texts[number]) for number in order]
        while pages:
            size = cuts.pop()
            writer.store(Batch(pages=tuple((each, entry(run_id, each.requested_url)) for each in pages[:size])))
            pages = pages[size:]
        found: dict[int, set[str]] = {}
        for revision in reader.iter_latest():
            found.setdefault(revision.cluster_id, set()).add(revision.article.headline)
            assert revision.cluster_id <= revision.article_id
    assert sorted(map(sorted, found.values())) == sorted(
        sorted(f"page-{number}" for number in numbers)
        for numbers in ((0, 3, 4, 7), (1, 5, 6), (2,), (8, 9, 10, 11, 12), (13,))
    )


def test_the_texts_of_the_chain_are_similar_to_their_neighbors_only():
    chain = words(50, 700)
    texts = [" ".join(chain[start : start + 300]) for start in (0, 100, 200, 300, 400)]
    assert all(likeness(one, other) >= SIMILAR for one, other in pairwise(texts))
    assert likeness(texts[0], texts[2]) < SIMILAR


# Articles stored before there were clusters


def forget_clusters(database: Database) -> None:
    with database.write() as connection:
        for statement in ("DELETE FROM sketch", "DELETE FROM sketch_band", "UPDATE article SET cluster_id = id"):
            connection.exec_driver_sql(statement)


def sketches_of(database: Database) -> list[tuple]:
    with database.read() as connection:
        query = "SELECT article_id, number, minima FROM sketch ORDER BY article_id, number"
        return [(article, number, bytes(minima)) for article, number, minima in connection.exec_driver_sql(query)]


def store_some(page, store) -> None:
    one, two = words(1), words(2)
    store(page("one", " ".join(one)), page("two", " ".join(two)), page("copy-of-two", copy_of(2)), page("short", "Hm."))
    store(page("both", " ".join(one + two)), page("changing", text(4)))
    store(page("changing", text(5), at=1), page("late", copy_of(4)))


def test_reclustering_gives_what_storing_gives(page, store, writer, reader, database, clusters, monkeypatch):
    store_some(page, store)
    incremental, sketches = clusters(), sketches_of(database)
    forget_clusters(database)
    assert len(clusters()) == 7
    seen = max(row.sequence for row in reader.iter_rows_after(0))
    monkeypatch.setattr("newsarchive.archive.near_copies.reclustering._WITHOUT", reclustering._WITHOUT.limit(2))
    heard = []
    assert writer.recluster(heard.append) == len(sketches) == 7
    assert heard == [2, 4, 6, 8]
    assert clusters() == incremental
    assert sketches_of(database) == sketches
    assert {row.headline for row in latest_after(reader, seen)} == {"two", "copy-of-two", "both", "late"}


def test_reclustering_goes_on_where_it_was_killed(page, store, writer, database, clusters, monkeypatch):
    store_some(page, store)
    incremental = clusters()
    forget_clusters(database)
    monkeypatch.setattr("newsarchive.archive.near_copies.reclustering._WITHOUT", reclustering._WITHOUT.limit(2))

    def kill(looked_at: int) -> None:
        if looked_at == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        writer.recluster(kill)
    made = count_of(database, "sketch")
    assert 0 < made < 7
    assert writer.recluster() == 7 - made
    assert clusters() == incremental
    assert writer.recluster() == 0


# What readers are given


def test_copies_are_listed_with_the_earliest_known_first(page, store, reader, hours):
    store(
        page("undated", copy_of(1, edit=1), at=30),
        page("undated-but-seen-before", copy_of(1, edit=4), at=20),
        page("at-three", copy_of(1, edit=3), at=30, date_published=hours(3), date_precision=DatePrecision.MINUTE),
        page("at-one", text(1), at=30, date_published=hours(1), date_precision=DatePrecision.MINUTE),
        page("whole-day", copy_of(1, edit=2), at=30, date_published=hours(-10), date_precision=DatePrecision.DAY),
        page("other", text(2), at=30, date_published=hours(-9)),
    )
    copies = reader.near_copies("https://www.example.com/undated")
    names = [revision.article.headline for revision in copies]
    assert names == ["whole-day", "at-one", "at-three", "undated-but-seen-before", "undated"]
    assert copies == reader.near_copies(copies[2].article_id)
    assert reader.cluster_size(copies[0].cluster_id) == 5
    assert reader.cluster_size(999) == 0 == reader.cluster_size(2**70)


def test_an_article_without_copies_is_alone(page, store, reader):
    store(page("one", text(1)), page("two", "Short."))
    assert [revision.article_id for revision in reader.near_copies(2)] == [2]
    with pytest.raises(UnknownArticleError):
        reader.near_copies(3)
