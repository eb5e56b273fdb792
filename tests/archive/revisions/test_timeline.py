"""Pages stored in all orders: which state is the latest, what a revision is, what stays."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.model.crawl_run import LedgerEntry, Outcome, ResourceKind

URL = "https://www.example.com/a"
NEW, CHANGED, UNCHANGED = Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED


def body(revision):
    return revision.article.article_body


def bodies(reader):
    return [body(revision) for revision in reader.revisions(URL)]


def test_unchanged_page_makes_no_revision(store, page, reader, hours):
    assert store(page("a", "A", at=0)) == (NEW,)
    assert store(page("a", "A", at=5, keywords=("an", "advertisement"))) == (UNCHANGED,)
    (revision,) = reader.revisions(URL)
    assert (revision.seen_at, revision.first_seen_at, revision.last_seen_at) == (hours(0), hours(0), hours(5))
    assert revision.article.keywords == ()


def test_a_page_served_as_a_a_b_a_has_three_revisions(store, page, reader):
    outcomes = [store(page("a", text, at=at))[0] for at, text in enumerate("AABA")]
    assert outcomes == [NEW, UNCHANGED, CHANGED, CHANGED]
    assert bodies(reader) == ["A", "B", "A"]
    assert reader.revision(URL).number == 3


def test_states_of_one_article_in_one_batch_work_in_order(store, page, reader):
    assert store(*(page("a", text, at=at) for at, text in enumerate("AABA"))) == (NEW, UNCHANGED, CHANGED, CHANGED)
    assert bodies(reader) == ["A", "B", "A"]
    assert [revision.number for revision in reader.revisions(URL)] == [1, 2, 3]


def test_the_same_batch_again_changes_nothing(store, page, reader):
    pages = [page("a", text, at=at) for at, text in enumerate("ABC")]
    store(*pages)
    before = reader.revisions(URL)
    assert store(*pages) == (UNCHANGED, UNCHANGED, UNCHANGED)
    assert reader.revisions(URL) == before


def test_an_older_state_does_not_become_the_latest(store, page, reader, hours):
    store(page("a", "B", at=5))
    assert store(page("a", "A", at=1)) == (CHANGED,)
    assert bodies(reader) == ["A", "B"]
    latest = reader.revision(URL)
    assert (body(latest), latest.number) == ("B", 1)
    assert (latest.first_seen_at, latest.last_seen_at) == (hours(1), hours(5))


def test_an_older_capture_of_the_first_state_moves_its_beginning(store, page, reader, hours):
    store(page("a", "B", at=5))
    assert store(page("a", "B", at=1, keywords=("early",))) == (UNCHANGED,)
    (revision,) = reader.revisions(URL)
    assert (revision.number, revision.seen_at, revision.last_seen_at) == (1, hours(1), hours(5))
    assert revision.capture.warc_offset == 1000
    assert revision.article.keywords == ("early",)
    assert body(reader.revision(URL, as_of=hours(2))) == "B"


def test_a_capture_within_a_known_state_changes_nothing(store, page, reader):
    store(page("a", "A", at=0), page("a", "B", at=5))
    before = reader.revisions(URL)
    assert store(page("a", "A", at=3)) == (UNCHANGED,)
    assert reader.revisions(URL) == before


def test_a_late_state_between_two_captures_of_another_is_kept_but_not_the_latest(store, page, reader, hours):
    store(page("a", "A", at=0))
    store(page("a", "A", at=9))
    assert store(page("a", "B", at=4)) == (CHANGED,)
    assert bodies(reader) == ["A", "B"]
    assert body(reader.revision(URL)) == "A"
    assert [body(reader.revision(URL, as_of=hours(at))) for at in (0, 3, 4, 9, 10)] == ["A", "A", "B", "A", "A"]


def test_a_new_reading_of_the_same_text_replaces_the_fields_only(store, page, reader, hours):
    store(page("a", "A", at=0))
    store(page("a", "A", at=7))
    last = max(row.sequence for row in reader.iter_rows_after(0))
    assert store(page("a", "A", at=0, parser="generic/2", article_section="World")) == (UNCHANGED,)
    (revision,) = reader.revisions(URL)
    assert (revision.article.article_section, revision.article.parser_version) == ("World", "generic/2")
    assert (revision.number, revision.seen_at, revision.last_seen_at) == (1, hours(0), hours(7))
    (followed,) = reader.iter_rows_after(last)
    assert (followed.sequence, followed.article_section) == (followed.latest_revision_id, "World")


def test_a_new_reading_with_another_text_is_a_revision_of_the_same_capture(store, page, reader):
    store(page("a", "A and comments", at=0))
    store(page("a", "A and comments", at=7))
    assert store(page("a", "A", at=0, parser="generic/2")) == (CHANGED,)
    first, second = reader.revisions(URL)
    assert first.capture == second.capture
    assert body(reader.revision(URL)) == "A"


def test_reading_all_captures_again_ends_in_the_latest_of_them(store, page, reader):
    texts = "AABCA"
    for at, text in enumerate(texts):
        store(page("a", f"{text} and comments", at=at))
    for at, text in enumerate(texts):
        store(page("a", text, at=at, parser="generic/2"))
    assert body(reader.revision(URL)) == "A"
    new_readings = [r for r in reader.revisions(URL) if r.article.parser_version == "generic/2"]
    assert [body(revision) for revision in new_readings] == ["A", "B", "C", "A"]


def test_a_state_that_becomes_the_latest_again_is_followed(store, page, reader):
    store(page("a", "A", at=0), page("a", "A", at=5))
    store(page("a", "B", at=2))
    last = max(row.sequence for row in reader.iter_rows_after(0))
    store(page("a", "B", at=6))  # the state before it is B, which now is the latest
    (followed,) = reader.iter_rows_after(last)
    assert (followed.article_body, followed.sequence) == ("B", followed.latest_revision_id)


def test_captures_in_any_order_lead_to_the_youngest(database, page, hours):
    writer, reader = ArchiveWriter(database), ArchiveReader(database)
    run_id = writer.begin_run(None, "test", {}, hours(0))
    examples = 0

    @settings(max_examples=60)
    @given(
        st.lists(
            st.tuples(st.integers(0, 20), st.sampled_from("ABC")), min_size=1, max_size=8, unique_by=lambda c: c[0]
        ),
        st.data(),
    )
    def check(captures, data):
        nonlocal examples
        examples += 1
        slug = str(examples)
        watermark, indexed = 0, None
        waiting = list(captures)
        while waiting:
            size = data.draw(st.integers(1, len(waiting)))
            batch, waiting = waiting[:size], waiting[size:]
            pages = tuple(
                (
                    page(slug, text, at=at),
                    LedgerEntry(run_id=run_id, url=f"{slug} {at}", kind=ResourceKind.PAGE, queued_at=hours(at)),
                )
                for at, text in batch
            )
            writer.store(Batch(pages=pages))
            for row in reader.iter_rows_after(watermark):
                watermark = row.sequence
                if row.sequence == row.latest_revision_id and row.headline == slug:
                    indexed = row.article_body
        revisions = reader.revisions(f"https://www.example.com/{slug}")
        latest = reader.revision(revisions[0].article_id)
        assert body(latest) == indexed == max(captures)[1]
        assert {body(revision) for revision in revisions} == {text for _, text in captures}
        assert sorted(revision.number for revision in revisions) == list(range(1, len(revisions) + 1))
        assert (latest.first_seen_at, latest.last_seen_at) == (hours(min(captures)[0]), hours(max(captures)[0]))
        assert revisions[0].seen_at == latest.first_seen_at
        in_order = sorted(captures)
        if captures == in_order:
            changes = 1 + sum(a[1] != b[1] for a, b in pairwise(in_order))
            assert len(revisions) == changes
            for at, text in captures:
                assert body(reader.revision(latest.article_id, as_of=hours(at))) == text

    check()
