"""What a worker makes of whatever its children say, and of how they end."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from newsarchive.model.schedule import TurnOutcome
from newsarchive.scheduling.crawl_process import MAX_LINE, CrawlProcess
from newsarchive.scheduling.turns import TurnReport

DONE = '{"outcome":"done","reason":null,"run":7}'


async def started(code, *arguments):
    return await CrawlProcess.start([sys.executable, "-c", code, *arguments], os.environ)


def report(code, *arguments):
    async def run():
        return await (await started(code, *arguments)).report()

    return asyncio.run(run())


def test_the_last_line_is_the_report():
    assert report(f"print('noise'); print('{DONE}'); print()") == TurnReport(outcome=TurnOutcome.DONE, run_id=7)


@pytest.mark.parametrize("said", ["", "null", "[]", '{"outcome":"done"}', '{"outcome":"great","reason":null,"run":1}'])
def test_a_child_that_says_nothing_of_use_has_failed(said):
    found = report("import sys; print(sys.argv[1]); sys.exit('no room on the disk')", said)
    assert found.outcome is TurnOutcome.FAILED
    assert found.reason == "the crawl's process ended with code 1: no room on the disk"


def test_a_child_that_was_killed_has_failed():
    found = report("import os; os.kill(os.getpid(), 9)")
    assert found == TurnReport(outcome=TurnOutcome.FAILED, reason="the crawl's process was killed by signal 9")


def test_lines_without_end_do_no_harm():
    assert report(f"print('x' * {3 * MAX_LINE}); print('{DONE}')").outcome is TurnOutcome.DONE


def test_a_child_that_was_stopped_has_not_failed():
    async def run():
        process = await started("import sys; sys.stdin.readline(); sys.exit(1)")
        process.stop()
        process.stop()
        return await process.report()

    assert asyncio.run(run()).outcome is TurnOutcome.STOPPED


def test_a_child_that_was_killed_by_its_worker_has_not_failed():
    async def run():
        process = await started("import time; time.sleep(600)")
        process.kill()
        return await process.report()

    assert asyncio.run(run()).outcome is TurnOutcome.STOPPED


def test_a_child_ends_when_it_is_asked_to_or_its_worker_is_gone():
    code = (
        "import signal, sys, time\n"
        "from newsarchive.scheduling.crawl_process import obey_worker, tell\n"
        "from newsarchive.scheduling.turns import TurnReport\n"
        "from newsarchive.model.schedule import TurnOutcome\n"
        "def end(*_):\n"
        "    tell(TurnReport(outcome=TurnOutcome.BUSY)); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "obey_worker(0)\n"
        "time.sleep(600)\n"
    )

    async def run(end):
        process = await started(code)
        end(process)
        return await process.report()

    for end in (CrawlProcess.stop, lambda process: process._process.stdin.close()):
        assert asyncio.run(run(end)).outcome is TurnOutcome.BUSY
