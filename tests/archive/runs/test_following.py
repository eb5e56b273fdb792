from newsarchive.archive.runs.following import RunFollower
from newsarchive.archive.writer import Batch
from newsarchive.model.crawl_run import Outcome, RunOutcome

SITE = "https://www.example.com"


def urls(entries):
    return [entry.url.removeprefix(SITE) for entry in entries]


def test_each_address_is_given_once_when_it_has_its_outcome(database, writer, entry, hours):
    run = writer.begin_run("example", "site", {}, hours(0))
    writer.store(Batch(queued=tuple(entry(run, f"{SITE}/{n}") for n in range(4))))
    follower = RunFollower(database, run)
    assert follower.poll() == ()
    writer.store(Batch(finished=(entry(run, f"{SITE}/1", Outcome.READ), entry(run, f"{SITE}/0", Outcome.READ))))
    assert urls(follower.poll()) == ["/0", "/1"]
    assert follower.poll() == ()
    late = entry(run, f"{SITE}/2", Outcome.READ, finished_at=hours(1 - 1 / 60))
    writer.store(Batch(finished=(late,)))
    assert urls(follower.poll()) == ["/2"]
    writer.end_run(run, RunOutcome.STOPPED, None, hours(2))
    assert urls(follower.poll()) == ["/3"]
    assert follower.poll() == ()


def test_the_last_lines_come_first(database, writer, entry, hours):
    run = writer.begin_run("example", "site", {}, hours(0))
    done = [entry(run, f"{SITE}/{n}", Outcome.READ, finished_at=hours(n)) for n in range(5)]
    writer.store(Batch(finished=tuple(done)))
    assert urls(RunFollower(database, run, last=2).poll()) == ["/3", "/4"]
    assert urls(RunFollower(database, run, last=9).poll()) == ["/0", "/1", "/2", "/3", "/4"]
    follower = RunFollower(database, run)
    assert follower.poll() == ()
    assert follower.poll() == ()
