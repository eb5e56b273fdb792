from dataclasses import replace

import pytest
from sqlalchemy import text

from newsarchive.archive.writer import MAX_DETAIL, Batch
from newsarchive.errors import ArchiveError, SiteExistsError, UnknownArticleError, UnknownSiteError
from newsarchive.model.crawl_run import Outcome, ResourceKind, RunOutcome
from newsarchive.model.site import Site, Source
from newsarchive.urls import MAX_URL_LENGTH

HOME = "https://www.example.com/"


def test_a_site_comes_back_with_its_sources(writer, reader, hours):
    site = Site(
        name="other",
        home_url="https://other.example/",
        title="The Other",
        publisher="other",
        added_at=hours(0),
        sources=(
            Source(url="https://other.example/feed", kind=ResourceKind.FEED, title="News", entries=20),
            Source(url="https://other.example/map", kind=ResourceKind.SITEMAP, last_read_at=hours(1), last_status=404),
        ),
    )
    writer.add_site(site)
    assert reader.site("other") == site
    assert [site.name for site in reader.sites()] == ["example", "other"]


@pytest.mark.parametrize("name", ["", "The Site", "a--b", "-a", "ä", "a" * 65, "a\n"])
def test_a_site_name_is_lower_case_letters_digits_and_hyphens(writer, hours, name):
    with pytest.raises(ArchiveError, match="is no site name"):
        writer.add_site(Site(name=name, home_url="https://a.example/", added_at=hours(0)))


@pytest.mark.parametrize(("name", "home"), [("example", "https://new.example/"), ("new", HOME)])
def test_a_site_is_registered_once(writer, reader, hours, name, home):
    with pytest.raises(SiteExistsError, match=r"registered already: example \(https://www.example.com/\)"):
        writer.add_site(Site(name=name, home_url=home, added_at=hours(0)))
    assert len(reader.sites()) == 1


def test_a_site_can_be_given_another_title_and_address(writer, reader, hours):
    site = replace(reader.site("example"), title="Example News", home_url="https://news.example/", publisher="p")
    writer.update_site(site)
    assert reader.site("example") == site
    writer.add_site(Site(name="taken", home_url=HOME, added_at=hours(0)))
    with pytest.raises(SiteExistsError):
        writer.update_site(replace(site, home_url=HOME))
    with pytest.raises(UnknownSiteError):
        writer.update_site(replace(site, name="nobody"))


def test_a_site_without_articles_can_be_forgotten(writer, reader, entry, hours):
    run_id = writer.begin_run("example", "site", {}, hours(0))
    writer.store(Batch(queued=(entry(run_id, HOME),)))
    writer.remember_sources("example", [Source(url=HOME + "feed", kind=ResourceKind.FEED)])
    writer.remove_site("example")
    assert reader.sites() == reader.runs() == ()
    assert list(reader.ledger(run_id)) == []
    with pytest.raises(UnknownSiteError):
        writer.remove_site("example")


@pytest.mark.parametrize("site", ["example", None])
def test_a_site_whose_crawl_stored_an_article_stays(writer, reader, entry, page, hours, site):
    run_id = writer.begin_run("example", "site", {}, hours(0))
    writer.store(Batch(pages=((page("a", "A", site=site, run_id=run_id), entry(run_id, HOME + "a")),)))
    with pytest.raises(ArchiveError, match="has articles in the archive"):
        writer.remove_site("example")
    assert reader.run(run_id).counts == {"new": 1}


def test_sources_are_remembered_once_and_keep_what_was_known(writer, reader, hours):
    feed = Source(url=HOME + "feed", kind=ResourceKind.FEED, title="News", entries=3, last_read_at=hours(1))
    writer.remember_sources("example", [feed])
    read = Source(url=feed.url, kind=ResourceKind.FEED, entries=5, last_read_at=hours(2), last_status=200)
    writer.remember_sources("example", [read, Source(url="x" * (MAX_URL_LENGTH + 1), kind=ResourceKind.FEED)])
    assert reader.site("example").sources == (replace(read, title="News"),)
    writer.remember_sources("example", [])
    with pytest.raises(UnknownSiteError):
        writer.remember_sources("nobody", [feed])


def test_an_article_url_model_is_kept_as_json(writer, reader):
    assert reader.article_url_model("example") is None
    writer.save_article_url_model("example", {"patterns": [["news", 0.5]]})
    assert reader.article_url_model("example") == {"patterns": [["news", 0.5]]}
    writer.save_article_url_model("example", None)
    assert reader.article_url_model("example") is None


def test_a_run_counts_its_outcomes(writer, reader, entry, page, hours):
    run_id = writer.begin_run("example", "site", {"since": "2024-01-01"}, hours(0))
    urls = [HOME + name for name in ("a", "b", "feed", "later")]
    writer.store(Batch(queued=tuple(entry(run_id, url) for url in urls)))
    assert reader.run(run_id).counts == {}
    writer.store(
        Batch(
            pages=((page("a", "A"), entry(run_id, urls[0])), (page("b", "B"), entry(run_id, urls[1]))),
            finished=(entry(run_id, urls[2], Outcome.FAILED, reason="dns", detail="x" * 2000),),
        )
    )
    writer.end_run(run_id, RunOutcome.STOPPED, "max_pages", hours(2))
    run = reader.run(run_id)
    assert (run.site, run.spider, run.arguments) == ("example", "site", {"since": "2024-01-01"})
    assert (run.started_at, run.finished_at, run.outcome, run.reason) == (
        hours(0),
        hours(2),
        RunOutcome.STOPPED,
        "max_pages",
    )
    assert run.counts == {"new": 2, "failed": 1, "interrupted": 1}
    ledger = {item.url: item for item in reader.ledger(run_id)}
    assert list(ledger) == urls
    assert (ledger[urls[0]].outcome, ledger[urls[0]].warc_file) == (Outcome.NEW, "example.warc.gz")
    assert (ledger[urls[0]].status, ledger[urls[0]].digest) == (200, "sha256:00")
    assert (ledger[urls[2]].reason, len(ledger[urls[2]].detail)) == ("dns", MAX_DETAIL)
    assert (ledger[urls[3]].outcome, ledger[urls[3]].finished_at) == (Outcome.INTERRUPTED, hours(2))


def test_dead_runs_of_a_site_are_closed_and_no_others(writer, reader, entry, hours):
    writer.add_site(Site(name="other", home_url="https://other.example/", added_at=hours(0)))
    ended, dead, foreign, unbound = (
        writer.begin_run(site, "site", {}, hours(0)) for site in ("example", "example", "other", None)
    )
    writer.end_run(ended, RunOutcome.FINISHED, None, hours(1))
    done = entry(dead, HOME + "done", Outcome.READ)
    writer.store(Batch(queued=(entry(dead, HOME), entry(foreign, HOME)), finished=(done,)))
    assert writer.interrupt_dead_runs("example", hours(5)) == (dead,)
    assert writer.interrupt_dead_runs("example", hours(6)) == ()
    assert (reader.run(dead).outcome, reader.run(dead).finished_at) == (RunOutcome.INTERRUPTED, hours(5))
    assert reader.run(dead).counts == {"interrupted": 1, "read": 1}
    assert reader.run(ended).outcome is RunOutcome.FINISHED
    assert reader.run(foreign).outcome is reader.run(unbound).outcome is None
    assert [item.outcome for item in reader.ledger(foreign)] == [None]
    assert writer.interrupt_dead_runs(None, hours(7)) == (unbound,)


def test_an_address_is_queued_once_a_run_for_each_kind_and_its_first_outcome_stands(writer, reader, entry, hours):
    run_id, again = (writer.begin_run("example", "site", {}, hours(0)) for _ in range(2))
    first = entry(run_id, HOME, found_on="first")
    writer.store(Batch(queued=(first, entry(run_id, HOME, found_on="second"), entry(again, HOME))))
    writer.store(Batch(queued=(entry(run_id, HOME, kind=ResourceKind.SECTION), first)))
    writer.store(Batch(finished=(entry(run_id, HOME, Outcome.READ), entry(run_id, HOME, Outcome.DUPLICATE))))
    assert [(item.kind, item.found_on, item.outcome) for item in reader.ledger(run_id)] == [
        (ResourceKind.PAGE, "first", Outcome.READ),
        (ResourceKind.SECTION, None, None),
    ]
    assert len(list(reader.ledger(again))) == 1


def test_an_address_may_be_long_in_the_ledger(writer, reader, entry, hours):
    run_id = writer.begin_run("example", "site", {}, hours(0))
    urls = [HOME + "x" * 10_000 + end for end in "ab"]
    writer.store(Batch(queued=tuple(entry(run_id, url, Outcome.REFUSED) for url in urls)))
    assert [item.url for item in reader.ledger(run_id)] == urls


def test_an_article_whose_address_is_too_long_is_refused_and_the_batch_kept(store, page, reader):
    long = page("x" * MAX_URL_LENGTH, "Long.")
    assert store(page("a", "A"), long) == (Outcome.NEW, Outcome.REFUSED)
    refused = list(reader.ledger(reader.runs()[-1].id, Outcome.REFUSED))
    assert [(item.url, item.reason) for item in refused] == [(long.requested_url, "url-too-long")]
    assert reader.counts().articles == 1


def test_nothing_of_a_batch_is_kept_if_one_page_fails(writer, reader, entry, page, hours):
    run_id = writer.begin_run("example", "site", {}, hours(0))
    good = (page("a", "A"), entry(run_id, HOME + "a"))
    for bad, error in ((page("b", "two\n\nparagraphs"), ValueError), (page("b", "B", site="nobody"), UnknownSiteError)):
        with pytest.raises(error):
            writer.store(Batch(queued=(entry(run_id, HOME),), pages=(good, (bad, entry(run_id, HOME + "b")))))
    with pytest.raises(ValueError, match="finished without an outcome"):
        writer.store(Batch(pages=(good,), finished=(entry(run_id, HOME),)))
    assert reader.counts().articles == reader.counts().revisions == 0
    assert list(reader.ledger(run_id)) == []
    assert writer.store(Batch(pages=(good,))) == (Outcome.NEW,)


def test_an_empty_batch_is_nothing(writer):
    assert writer.store(Batch()) == ()


def test_an_article_keeps_the_site_it_was_first_fetched_for(writer, store, page, reader, hours):
    writer.add_site(Site(name="other", home_url="https://other.example/", added_at=hours(0)))
    sites = []
    for at, site in enumerate([None, "example", "other", None]):
        store(page("a", "A", at=at, site=site))
        sites.append(reader.revision(1).article.site)
    assert sites == [None, "example", "example", "example"]


def test_every_address_that_led_to_an_article_finds_it(store, page, reader):
    canonical = HOME + "a"
    answered = page("a?m=1", "A", canonical_url=canonical)
    store(replace(answered, requested_url=HOME + "short"), page("b", "B"))
    for url in (canonical, HOME + "a?m=1", HOME + "short", HOME + "a?utm_source=feed", "HTTPS://WWW.EXAMPLE.COM/a#top"):
        assert reader.article_id_of(url) == 1
    store(replace(page("b", "B", at=1), requested_url=HOME + "short"))
    assert reader.article_id_of(HOME + "short") == 2
    with pytest.raises(UnknownArticleError):
        reader.article_id_of(HOME + "c")


def test_more_pages_than_a_statement_has_variables(store, page, reader, database):
    pages = [page(str(number), "Text.") for number in range(1_500)]
    assert set(store(*pages)) == {Outcome.NEW}
    assert set(store(*pages)) == {Outcome.UNCHANGED}
    assert reader.counts().articles == 1_500
    with database.read() as connection:
        numbers = connection.execute(text("SELECT last_article_id, last_revision_id FROM numbering")).one()
    assert tuple(numbers) == (1_500, 1_500)
