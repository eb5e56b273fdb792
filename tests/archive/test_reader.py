import tracemalloc

import pytest

from newsarchive.archive.writer import Batch
from newsarchive.errors import UnknownArticleError, UnknownSiteError
from newsarchive.model.crawl_run import Outcome, ResourceKind
from newsarchive.model.site import Site, Source

HOME = "https://www.example.com/"


def test_an_unknown_site_names_what_was_perhaps_meant(writer, reader):
    with pytest.raises(UnknownSiteError, match=r"no site 'exmaple': did you mean example\?"):
        reader.site("exmaple")
    with pytest.raises(UnknownSiteError, match="`newsarchive site add URL` adds one"):
        reader.site("zzz\0" * 1000)
    with pytest.raises(UnknownSiteError):
        reader.article_url_model("exmaple")
    with pytest.raises(UnknownSiteError):
        reader.runs("exmaple")


def test_a_site_is_unknown_beside_one_that_has_sources(writer, reader):
    feed = Source(url=f"{HOME}feed", kind=ResourceKind.FEED)
    writer.remember_sources("example", [feed])
    with pytest.raises(UnknownSiteError):
        reader.site("other")
    assert reader.site("example").sources == (feed,)


def test_an_empty_archive_has_nothing(reader):
    assert reader.sites() == reader.runs() == ()
    assert reader.run(1) is None
    assert reader.counts().articles == 0
    assert (
        list(reader.iter_latest())
        == list(reader.iter_rows_after(0))
        == list(reader.ledger(1))
        == list(reader.ledger(2**70))
        == []
    )


@pytest.mark.parametrize(
    "article", [0, -1, 2, 2**63, 2**90, "", "no address", HOME + "b", "https://[", "\0", "x" * 9999]
)
def test_an_unknown_article_says_the_next_step(store, page, reader, article):
    store(page("a", "A"))
    with pytest.raises(UnknownArticleError, match="find one with `newsarchive search WORDS`") as caught:
        reader.revision(article)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("number", [0, -1, 3, 2**90, -(2**90)])
def test_an_unknown_revision_says_which_there_are(store, page, reader, number):
    store(page("a", "A"), page("a", "B", at=1))
    with pytest.raises(UnknownArticleError, match=r"its revisions are 1 to 2"):
        reader.revision(1, number)
    assert [reader.revision(1, number).article.article_body for number in (1, 2)] == ["A", "B"]


def test_as_of_a_time_before_the_first_says_when_that_was(store, page, reader, hours):
    store(page("a", "A", at=2))
    with pytest.raises(UnknownArticleError, match="not seen by 2024-05-03 11:00: first on 2024-05-03 12:00 UTC"):
        reader.revision(1, as_of=hours(1))


def test_runs_come_oldest_first_by_site(writer, reader, hours):
    writer.add_site(Site(name="other", home_url="https://other.example/", added_at=hours(0)))
    ids = [writer.begin_run(site, "site", {}, hours(0)) for site in ("example", "other", None, "example")]
    assert [run.id for run in reader.runs()] == ids
    assert [(run.id, run.site) for run in reader.runs("example")] == [(ids[0], "example"), (ids[3], "example")]
    assert reader.run(2**70) is None


def test_counts_name_every_site_and_none(writer, store, page, reader, hours):
    writer.add_site(Site(name="other", home_url="https://other.example/", added_at=hours(0)))
    store(page("a", "A", site="example"), page("a", "B", at=1, site="example"), page("b", "B"))
    counts = reader.counts()
    assert (counts.sites, counts.articles, counts.revisions) == (2, 2, 3)
    assert counts.articles_by_site == {"example": 1, "other": 0, None: 1}


def test_a_ledger_streams_all_one_outcome_or_what_waits(writer, reader, entry, hours):
    run_id = writer.begin_run("example", "site", {}, hours(0))
    entries = [
        entry(
            run_id, f"{HOME}{number}", None if number % 3 == 0 else Outcome.READ if number % 3 == 1 else Outcome.FAILED
        )
        for number in range(5_000)
    ]
    writer.store(Batch(queued=tuple(entries)))
    assert list(reader.ledger(run_id)) == entries
    assert list(reader.ledger(run_id, Outcome.READ)) == [e for e in entries if e.outcome is Outcome.READ]
    assert list(reader.ledger(run_id, only_waiting=True)) == [e for e in entries if e.outcome is None]


def test_latest_revisions_stream_by_id(store, page, reader):
    store(*(page(str(number), "Old.") for number in range(450)))
    store(*(page(str(number), "New.", at=1) for number in range(0, 450, 2)))
    found = list(reader.iter_latest())
    assert [revision.article_id for revision in found] == list(range(1, 451))
    assert [revision.article.article_body for revision in found] == ["New.", "Old."] * 225
    assert [revision.article_id for revision in reader.iter_latest(after_id=440)] == list(range(441, 451))


def test_articles_come_in_the_order_asked_for(store, page, reader):
    store(*(page(str(number), "Text.") for number in range(450)))
    asked = [*range(450, 0, -1), 7, 999, 2**80, -1]
    assert [revision.article_id for revision in reader.iter_latest(article_ids=iter(asked))] == [*range(450, 0, -1), 7]
    assert [revision.article_id for revision in reader.latest([3, 1, 2])] == [3, 1, 2]
    assert reader.latest([]) == ()


def test_a_stream_shows_the_archive_of_one_moment(store, page, reader):
    store(*(page(str(number), "Old.") for number in range(300)))
    stream = reader.iter_latest()
    next(stream)
    store(*(page(str(number), "New.", at=1) for number in range(400)))
    rest = list(stream)
    assert {revision.article.article_body for revision in rest} == {"Old."}
    assert len(rest) == 299


def test_a_stream_that_is_left_early_gives_its_connection_back(store, page, reader):
    store(*(page(str(number), "Text.") for number in range(3)))
    for _ in range(50):  # more than a pool has
        stream = reader.iter_latest()
        next(stream)
        stream.close()


def test_the_follower_sees_each_change_once_and_in_order(store, page, reader):
    def followed(after):
        rows = list(reader.iter_rows_after(after))
        assert sorted(rows, key=lambda row: row.sequence) == rows
        return [(row.article_id, row.article_body, row.sequence == row.latest_revision_id) for row in rows]

    store(page("a", "A"), page("b", "B"))
    assert followed(0) == [(1, "A", True), (2, "B", True)]
    store(page("a", "A", at=1), page("b", "C", at=1))
    assert followed(2) == [(2, "C", True)]
    assert followed(0) == [(1, "A", True), (2, "B", False), (2, "C", True)]
    assert followed(3) == []


def test_a_row_for_an_index_says_of_a_revision_what_the_revision_says(store, page, reader):
    store(page("a", "A"), page("b", "B", site="example", authors=("Jane Doe",), description="Of B."))
    store(page("a", "C", at=1))
    rows = list(reader.iter_rows_after(1))
    for row in rows:
        revision = reader.revision(row.article_id)
        article = revision.article
        assert (row.revision_count, row.cluster_id) == (revision.revision_count, revision.cluster_id)
        assert (row.site, row.headline, row.description) == (article.site, article.headline, article.description)
        assert (row.authors, row.article_body) == (list(article.authors), article.article_body)
    assert [row.site for row in rows] == ["example", None]
    assert reader.latest_row(1) == rows[-1]
    assert [reader.next_sequence(after) for after in (0, 1, rows[-1].sequence)] == [1, 2, None]


def test_memory_stays_flat_however_long_the_stream(store, page, reader):
    body = "Some words that make a long text. " * 120

    def peak() -> int:
        tracemalloc.start()
        for _ in reader.iter_latest():
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    store(*(page(str(number), body) for number in range(400)))
    list(reader.iter_latest())  # what is compiled and cached once
    small = peak()
    for start in range(400, 2_400, 400):
        store(*(page(str(number), body) for number in range(start, start + 400)))
    assert peak() < 1.3 * small


def test_recent_pages_are_those_of_the_last_runs_each_once_the_first_asked_for_first(writer, reader, entry, hours):
    def run(*entries: tuple[str, dict]):
        run_id = writer.begin_run("example", "site", {}, hours(0))
        kept = {"warc_file": "example.warc.gz", "warc_offset": 7, "digest": "sha256:00"}
        writer.store(
            Batch(
                queued=tuple(entry(run_id, HOME + slug) for slug, _ in entries),
                finished=tuple(entry(run_id, HOME + slug, **{**kept, **fields}) for slug, fields in entries),
            )
        )

    new, changed = {"outcome": Outcome.NEW}, {"outcome": Outcome.CHANGED}
    run(("old", new), ("b", new), ("older", new))
    run(
        ("a", {"outcome": Outcome.NOT_ARTICLE}),
        ("missing", {"outcome": Outcome.FAILED}),
        ("lost", {**new, "warc_file": None}),
        ("b", changed),
    )

    def slugs(limit: int) -> list[str]:
        return [page.url.removeprefix(HOME) for page in reader.recent_pages("example", limit)]

    assert (slugs(1), slugs(2), slugs(3), slugs(9)) == (
        ["a"],
        ["a", "b"],
        ["a", "b", "old"],
        ["a", "b", "old", "older"],
    )
    assert reader.recent_pages("example", 2)[1].outcome is Outcome.CHANGED
    with pytest.raises(UnknownSiteError):
        reader.recent_pages("exmaple", 1)
