"""Which runs a backfill goes on from; and that a crawl of every day goes on from none of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsarchive.archive.writer import Batch
from newsarchive.model.crawl_run import BACKFILL, Outcome, ResourceKind, RunOutcome

SITE = "https://www.example.com"
SINCE = datetime(2018, 1, 1, tzinfo=UTC)


@pytest.fixture
def run(writer, hours):
    """``run(number, outcome, spider="backfill", since=SINCE)``: a run that began in that hour and ended so."""

    def run(at, outcome, reason=None, *, spider=BACKFILL, since=SINCE):
        arguments = {"since": since.isoformat()} if since else {}
        run_id = writer.begin_run("example", spider, arguments, hours(at))
        writer.end_run(run_id, outcome, reason, hours(at + 0.5))
        return run_id

    return run


def test_a_backfill_goes_on_from_all_since_the_last_one_that_came_to_its_end(run, reader, hours):
    run(0, RunOutcome.STOPPED, "max-pages")
    run(1, RunOutcome.FINISHED)
    chain = [
        run(2, RunOutcome.STOPPED, "budget"),
        run(3, RunOutcome.INTERRUPTED),
        run(4, RunOutcome.STOPPED, "shutdown"),
    ]
    daily = run(5, RunOutcome.FINISHED, spider="site", since=None)
    earlier = reader.unfinished_backfill("example", SINCE, None)
    assert (earlier.cut_off, earlier.begun_at) == (tuple(reversed(chain)), hours(2))
    assert reader.unfinished_backfill("example", None, None) == earlier  # and it is for the same days
    assert (earlier.since, earlier.until) == (SINCE, None)
    ordinary = reader.unfinished("example")
    assert (ordinary.last_id, ordinary.cut_off) == (daily, ())


def test_a_backfill_for_other_days_begins_anew_but_takes_over_what_waits(run, reader):
    last = run(0, RunOutcome.STOPPED, "max-pages")
    earlier = reader.unfinished_backfill("example", SINCE.replace(year=2010), None)
    assert (earlier.last_id, earlier.cut_off, earlier.begun_at) == (last, (), None)


def test_after_a_complete_one_a_backfill_without_days_is_for_all(run, reader):
    run(0, RunOutcome.FINISHED)
    earlier = reader.unfinished_backfill("example", None, None)
    assert (earlier.cut_off, earlier.since) == ((), None)


def test_before_any_backfill_there_is_nothing_to_go_on_from(writer, reader):
    earlier = reader.unfinished_backfill("example", SINCE, None)
    assert (earlier.last_id, earlier.since) == (None, SINCE)


def test_how_addresses_ended_and_how_many_of_each_kind(writer, reader, entry, hours):
    first = writer.begin_run("example", BACKFILL, {}, hours(0))
    ends = [
        entry(first, f"{SITE}/a", Outcome.SKIPPED, reason="before-since", detail="published then"),
        entry(first, f"{SITE}/b", Outcome.READ, kind=ResourceKind.SECTION),
    ]
    writer.store(Batch(queued=(entry(first, f"{SITE}/c"),), finished=tuple(ends)))
    writer.end_run(first, RunOutcome.STOPPED, "max-pages", hours(1))
    found = reader.ended_in([first], [f"{SITE}/{name}" for name in "abcd"], hours(-1))
    assert {url.rpartition("/")[2]: tuple(end) for url, end in found.items()} == {
        "a": (Outcome.SKIPPED, "before-since", "published then"),
        "b": (Outcome.READ, None, None),
    }
    assert reader.ended_in([first], [f"{SITE}/a"], hours(100)) == {}
    second = writer.begin_run("example", BACKFILL, {}, hours(2))
    writer.store(Batch(finished=(entry(second, f"{SITE}/b", Outcome.SKIPPED, reason="known"),)))
    assert reader.ended_in([second, first], [f"{SITE}/b"], hours(-1))[f"{SITE}/b"].outcome is Outcome.READ
    assert reader.outcomes_by_kind(first) == {
        (ResourceKind.PAGE, Outcome.SKIPPED): 1,
        (ResourceKind.SECTION, Outcome.READ): 1,
        (ResourceKind.PAGE, Outcome.INTERRUPTED): 1,
    }


def test_what_a_host_put_off_waits_in_the_next_run_and_what_it_refused_does_not(writer, reader, entry, hours):
    first = writer.begin_run("example", "site", {}, hours(0))
    ends = [
        entry(first, f"{SITE}/later", Outcome.BLOCKED, reason="retry-after"),
        entry(first, f"{SITE}/no", Outcome.BLOCKED, reason="http-403"),
        entry(first, f"{SITE}/", Outcome.BLOCKED, reason="retry-after", kind=ResourceKind.HOME),
    ]
    writer.store(Batch(finished=tuple(ends)))
    writer.end_run(first, RunOutcome.STOPPED, "retry-after", hours(1))
    second = writer.begin_run("example", "site", {}, hours(2), goes_on_from=first)
    assert [waiting.url for waiting in reader.ledger(second)] == [f"{SITE}/later"]
