"""What is said of the step from one state of an article to the next; how steps are found, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.archive.revisions.change_reader import STEPS, ChangeReader
from newsarchive.archive.revisions.changes import CHANGE_KINDS, change_between
from newsarchive.archive.revisions.comparison import content_digest, count_words
from newsarchive.model.article import Article, Block, BlockKind
from newsarchive.model.capture import CaptureReference
from newsarchive.model.revision import Revision

START = datetime(2024, 5, 3, 10, tzinfo=UTC)


def revision(*texts, number=1, at=0.0, warc_offset=None, **fields):
    blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=text) for text in texts)
    article = Article(
        **{"url": "https://a.example/1", "canonical_url": "https://a.example/1", "blocks": blocks, **fields}
    )
    seen_at = START + timedelta(hours=at)
    return Revision(
        article_id=1,
        number=number,
        seen_at=seen_at,
        content_digest=content_digest(article),
        capture=CaptureReference(
            warc_file="a.warc.gz",
            warc_offset=int(at * 10) if warc_offset is None else warc_offset,
            digest=None,
            fetched_at=seen_at,
            status=200,
        ),
        article=article,
        run_id=None,
        first_seen_at=START,
        last_seen_at=START,
        revision_count=2,
        cluster_id=1,
    )


def test_a_change_names_its_kinds_and_counts_paragraphs_and_words():
    before = revision("The mayor came early on Monday.", "It rained.", "Nobody was hurt.", headline="Mayor came")
    after = revision(
        "The mayor came late on Monday.",
        "Nobody was hurt.",
        "The end is near, very near.",
        headline="Mayor came late",
        at=3,
    )
    change = change_between(before, after)
    assert change.kinds == ("headline", "paragraphs_added", "paragraphs_removed", "paragraphs_rewritten")
    assert (change.paragraphs_added, change.paragraphs_removed, change.paragraphs_rewritten) == (1, 1, 1)
    assert (change.words_added, change.words_removed) == (6 + 1, 2 + 1)


def test_a_moved_date_is_a_change_and_a_new_parser_version_is_none():
    before = revision("Text.", date_published=START, parser_version="generic/1")
    after = revision("Text.", date_published=START + timedelta(days=1), authors=("A",), parser_version="generic/2")
    assert change_between(before, after).kinds == ("authors", "date_published")


def test_hours_count_from_the_date_before_the_change():
    before, after = revision("a", date_published=START), revision("b", date_published=START + timedelta(days=9), at=2.5)
    assert change_between(before, after).hours_after_publication == 2.5
    undated = replace(before, article=replace(before.article, date_published=None))
    assert change_between(undated, after).hours_after_publication == 2.5 - 9 * 24
    assert change_between(undated, undated).hours_after_publication is None


def test_two_readings_of_one_capture_are_a_rereading():
    assert change_between(revision("a"), revision("b", number=2)).is_rereading
    assert not change_between(revision("a"), revision("b", number=2, warc_offset=7)).is_rereading
    assert not change_between(revision("a"), revision("b", number=2, at=1, warc_offset=0)).is_rereading


@given(st.lists(st.text("ab人 .\n", min_size=1), max_size=5), st.lists(st.text("ab人 .\n", min_size=1), max_size=5))
def test_words_come_and_go_as_the_texts_have_them(old, new):
    change = change_between(revision(*old), revision(*new, at=1))
    total_old, total_new = (sum(map(count_words, texts)) for texts in (old, new))
    assert change.words_added - change.words_removed == total_new - total_old
    assert set(change.kinds) <= set(CHANGE_KINDS)
    assert bool(change.kinds) == (old != new)


@pytest.fixture
def steps(database):
    """Changes as (article, from, to), in the order they come in."""

    def find(**options) -> list[tuple[int, int, int]]:
        found = ChangeReader(database).changes(**options)
        return [(change.after.article_id, change.before.number, change.after.number) for change in found]

    return find


def test_a_page_served_as_a_a_b_a_has_two_changes(store, page, steps):
    for at, text in enumerate(["A.", "A.", "B.", "A."]):
        store(page("a", text, at=at))
    assert steps() == [(1, 1, 2), (1, 2, 3)]


def test_changes_come_by_the_time_they_were_seen(store, page, steps):
    store(page("a", "One."), page("b", "One."), page("c", "One."))
    store(page("b", "Two.", at=1), page("a", "Two.", at=2), page("b", "Three.", at=3))
    assert steps() == [(2, 1, 2), (1, 1, 2), (2, 2, 3)]
    assert steps(newest_first=True) == [(2, 2, 3), (1, 1, 2), (2, 1, 2)]
    assert steps(article_ids=[2, 3, 99, -1, 2**70]) == [(2, 1, 2), (2, 2, 3)]
    assert steps(article_ids=[3]) == steps(article_ids=[]) == []


def test_since_is_part_of_the_range_and_until_is_not(store, page, steps, hours):
    for at in range(4):
        store(page("a", f"Text {at}.", at=at))
    assert steps(since=hours(2)) == [(1, 2, 3), (1, 3, 4)]
    assert steps(until=hours(2)) == [(1, 1, 2)]
    assert steps(since=hours(2), until=hours(3)) == [(1, 2, 3)]


def test_a_capture_that_comes_late_takes_its_place_in_history(store, page, steps):
    store(page("a", "First.", at=0))
    store(page("a", "Third.", at=2))
    store(page("a", "Second.", at=1))
    assert steps() == [(1, 1, 3), (1, 3, 2)]


def test_kinds_keep_steps_of_any_of_them(store, page, steps):
    store(page("a", "One.", headline="H"))
    store(page("a", "One.", headline="H2", at=1))
    store(page("a", "Quite another text.", headline="H2", at=2))
    assert steps(kinds=["headline"]) == [(1, 1, 2)]
    assert steps(kinds=["paragraphs_added"]) == [(1, 2, 3)]
    assert steps(kinds=["headline", "paragraphs_added"]) == [(1, 1, 2), (1, 2, 3)]


def test_what_another_parser_reads_in_the_same_bytes_is_no_edit(store, page, steps):
    store(page("a", "One.", at=0))
    store(page("a", "Two.", at=1))
    store(page("a", "One. More.", at=0, parser="generic/2"))
    store(page("a", "Two. More.", at=1, parser="generic/2"))
    assert steps() == [(1, 3, 4)]
    assert steps(rereadings=True) == [(1, 1, 3), (1, 2, 4), (1, 3, 4)]


def test_an_edit_that_a_better_parser_does_not_see_is_none(store, page, steps):
    store(page("a", "Text.", at=0))
    store(page("a", "Text. Advertisement", at=1))
    store(page("a", "Text.", "Caption.", at=0, parser="generic/2"))
    store(page("a", "Text.", "Caption.", at=1, parser="generic/2"))
    assert steps() == []


def test_more_changes_than_are_read_at_once_are_all_there(store, page, steps):
    store(*(page(str(slug), "One.") for slug in range(STEPS + 3)))
    store(*(page(str(slug), "Two.", at=1) for slug in range(STEPS + 3)))
    assert steps() == [(number, 1, 2) for number in range(1, STEPS + 4)]


def test_a_history_can_be_walked_in_both_directions(database, store, page):
    store(page("a", "First.", at=0))
    store(page("a", "Third.", at=2))
    store(page("a", "Second.", at=1))
    reader = ChangeReader(database)
    history = list(reader.history(1))
    assert [state.number for state in history] == [1, 3, 2]
    assert [(b := reader.revision_before(state)) and b.number for state in history] == [None, 1, 3]
    assert list(reader.history(7)) == []
