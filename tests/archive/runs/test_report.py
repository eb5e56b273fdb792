from newsarchive.archive.runs.report import run_report
from newsarchive.archive.writer import Batch
from newsarchive.model.crawl_run import Outcome, ResourceKind, RunOutcome

SITE = "https://www.example.com"


def test_a_report_counts_outcomes_with_reasons_and_the_first_example(database, writer, entry, hours):
    run = writer.begin_run("example", "site", {"max_pages": "9"}, hours(0))
    gone = [entry(run, f"{SITE}/{n}", Outcome.FAILED, reason="http-404", detail="Not Found") for n in range(3)]
    home = entry(run, f"{SITE}/", Outcome.READ, ResourceKind.HOME)
    writer.store(Batch(queued=(*gone, home, entry(run, f"{SITE}/later")), finished=(*gone, home)))
    report = run_report(database, run)
    assert [(e.addresses, e.outcome, e.reason, e.example) for e in report.endings] == [
        (3, Outcome.FAILED, "http-404", f"{SITE}/0"),
        (1, Outcome.READ, None, f"{SITE}/"),
        (1, None, None, f"{SITE}/later"),
    ]
    assert report.endings[0].detail == "Not Found"
    assert report.run.counts == {"failed": 3, "read": 1}


def test_the_slowest_host_stands_first_and_two_answers_are_no_pace(database, writer, entry, hours):
    run = writer.begin_run(None, "urls", {}, hours(0))
    times = {"fast.example": (0, 1, 2, 3), "slow.example": (0, 10, 11, 30), "twice.example": (0, 90)}
    entries = tuple(
        entry(run, f"https://{host}/{s}", Outcome.NOT_ARTICLE, status=200, finished_at=hours(s / 3600))
        for host, seconds in times.items()
        for s in seconds
    )
    refused = entry(run, "https://fast.example/no", Outcome.REFUSED, finished_at=hours(9))
    writer.store(Batch(finished=(*entries, refused)))
    writer.end_run(run, RunOutcome.FINISHED, None, hours(1))
    found = [(p.host, p.answers, round(p.median_s), round(p.longest_s)) for p in run_report(database, run).hosts]
    assert found == [("slow.example", 4, 10, 19), ("fast.example", 4, 1, 1)]


def test_there_is_no_report_of_a_run_that_never_was(database):
    assert run_report(database, 7) is None
    assert run_report(database, 2**70) is None
