from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

FIELDS = (
    "site,timing,cron,every_s,timezone,is_paused,due_at,running_since,"
    "failures,failing_since,last_run,last_finished_at,last_outcome,last_reason"
)


@pytest.fixture
def cli(newsarchive, tmp_path):
    """The command line on an archive with one site."""

    def run(*arguments, code=0):
        done = newsarchive(*arguments, home=tmp_path)
        assert done.code == code, done.err
        return done

    run("site", "add", "http://127.0.0.1:9/", "--name", "lakes", "--no-check")
    return run


def listed(cli):
    return [json.loads(line) for line in cli("schedule", "list", "--json").out.splitlines()]


def test_a_cron_expression_is_due_in_its_own_time_zone(cli):
    said = cli("schedule", "add", "lakes", "30  2 * * *", "--tz", "Africa/Kigali").out
    assert said.startswith("lakes: 30 2 * * * Africa/Kigali, next 20")
    assert said.endswith(" 02:30 CAT\n")
    (schedule,) = listed(cli)
    assert schedule["due_at"].endswith("T00:30:00Z")


def test_an_interval_and_a_rhythm_begin_at_once(cli):
    for arguments, rule in (
        (["--every", "90m"], "every 90 min"),
        (["--every", "2h"], "every 2 h"),
        (["--auto"], "auto"),
    ):
        said = cli("schedule", "add", "lakes", *arguments).out
        assert said.startswith(f"lakes: {rule}")
        assert said.endswith("next now\n")
    assert [schedule["timing"] for schedule in listed(cli)] == ["auto"]  # the last one changed the others


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lakes"], "say when"),
        (["lakes", "* * * * *", "--auto"], "say when"),
        (["lakes", "* * *"], "is no cron expression"),
        (["lakes", "0 0 31 2 *"], "bad day-of-month"),
        (["lakes", "* * * * *", "--tz", "Lakes"], "'Lakes' is no time zone like Africa/Kigali"),
        (["lakes", "--every", "2 hours"], "is no interval like 30m, 2h or 1d"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(cli, arguments, message):
    refused = cli("schedule", "add", *arguments, code=2)
    assert message in refused.err
    assert refused.err.count("\n") == 1
    assert listed(cli) == []


def test_a_site_that_is_not_there_is_named(cli):
    assert "no site is registered as 'nobody'" in cli("schedule", "add", "nobody", "--auto", code=1).err
    for command in ("pause", "resume", "run", "remove"):
        assert "'lakes' has no schedule" in cli("schedule", command, "lakes", code=1).err


def test_a_schedule_is_paused_resumed_run_and_removed(cli):
    cli("schedule", "add", "lakes", "0 2 * * *")
    cli("schedule", "pause", "lakes")
    assert listed(cli)[0]["is_paused"]
    assert "paused" in cli("schedule", "list").out
    assert "lakes is paused" in cli("schedule", "run", "lakes", code=2).err
    cli("schedule", "resume", "lakes")
    (schedule,) = listed(cli)
    assert not schedule["is_paused"]
    assert datetime.fromisoformat(schedule["due_at"]) > datetime.now(UTC)
    cli("schedule", "run", "lakes")
    assert datetime.fromisoformat(listed(cli)[0]["due_at"]) <= datetime.now(UTC)
    cli("schedule", "remove", "lakes")
    nothing = cli("schedule", "list")
    assert nothing.out == ""
    assert "nothing is scheduled" in nothing.err


def test_csv_has_a_header_and_a_line_each(cli):
    cli("schedule", "add", "lakes", "0 2 * * *")
    header, line = cli("schedule", "list", "--csv").out.splitlines()
    assert header == FIELDS
    assert line.startswith("lakes,cron,0 2 * * *,,UTC,false,2")


def test_a_worker_with_nothing_to_do_says_so_and_ends(cli):
    for log in ([], ["--json-log"]):
        ended = cli("worker", "--once", *log)
        assert ended.out == ""
        assert ["worker-started" in line or "worker-ended" in line for line in ended.err.splitlines()] == [True, True]
