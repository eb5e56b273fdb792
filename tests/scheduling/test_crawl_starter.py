"""Crawls forked from a server that has all loaded: their streams, signals, environments, and what deaths cost."""

from __future__ import annotations

import asyncio
import io
import json
import os
import resource
import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsarchive.model.schedule import TurnOutcome
from newsarchive.scheduling import fork_server
from newsarchive.scheduling.crawl_starter import CrawlStarter
from newsarchive.scheduling.event_log import EventLog
from newsarchive.scheduling.forked_process import ForkedProcess

pytestmark = pytest.mark.skipif(not fork_server.is_possible(), reason="no fork server here")

CHILD = textwrap.dedent("""
    import json, os, sys, time
    from newsarchive.model.schedule import TurnOutcome
    from newsarchive.scheduling.crawl_process import obey_worker, tell
    from newsarchive.scheduling.turns import TurnReport

    def say(**facts):
        tell(TurnReport(outcome=TurnOutcome.DONE, reason=json.dumps(facts)))

    def run(code):
        exec(code)
""")
SERVER = CHILD + textwrap.dedent("""
    import socket
    from newsarchive.scheduling.fork_server import serve
    run(*serve(socket.socket(fileno=int(sys.argv[1])), before_fork=lambda: None))
""")
ANEW = CHILD + "\nrun(sys.argv[1])\n"
WHO = "say(pid=os.getpid(), parent=os.getppid())"


class Starter(CrawlStarter):
    """Runs code instead of crawls."""

    def __init__(self, server=SERVER, **options):
        self.said = io.StringIO()
        log = EventLog(self.said, lambda: datetime.now(UTC), json=True)
        environment = {**os.environ, "COLOR": "green"}
        super().__init__([sys.executable, "-c", ANEW], [sys.executable, "-c", server], environment, log, **options)

    async def report(self, code):
        return await (await self.start(code)).report()

    async def facts(self, code):
        report = await self.report(code)
        assert report.outcome is TurnOutcome.DONE, report
        return json.loads(report.reason)

    def events(self):
        return [json.loads(line)["event"] for line in self.said.getvalue().splitlines()]


def run(use, **options):
    """What ``use(starter)`` gives."""

    async def used():
        starter = Starter(**options)
        try:
            return await use(starter), starter.events()
        finally:
            starter.close()

    return asyncio.run(asyncio.wait_for(used(), 120))


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


def test_crawls_come_from_one_server_and_report_as_processes_of_their_own_do():
    async def use(starter):
        return [await starter.facts("say(parent=os.getppid(), leads=os.getsid(0) == os.getpid())") for _ in range(3)]

    found, events = run(use)
    assert len({facts["parent"] for facts in found}) == 1
    assert found[0]["parent"] != os.getpid()
    assert all(facts["leads"] for facts in found)
    assert events == []


def test_several_run_at_once():
    async def use(starter):
        waiting = [await starter.start("sys.stdin.readline(); " + WHO) for _ in range(5)]
        pids = set()
        for process in reversed(waiting):
            process.stop()
            pids.add(json.loads((await process.report()).reason)["pid"])
        return len(pids)

    assert run(use)[0] == 5


def test_nothing_stays_open_in_the_worker():
    async def use(starter):
        counts = []
        for _ in range(3):
            await starter.facts(WHO)
            await asyncio.sleep(0.1)
            counts.append(open_files())
        return counts

    counts, _ = run(use)
    assert len(set(counts)) == 1


def test_a_child_has_no_file_of_the_others():
    async def use(starter):
        count = "say(files=sorted(os.listdir('/proc/self/fd'), key=int))"
        alone = await starter.facts(count)
        others = [await starter.start("sys.stdin.readline()") for _ in range(5)]
        among = await starter.facts(count)
        for other in others:
            other.stop()
            await other.report()
        return alone, among

    (alone, among), _ = run(use)
    assert alone == among


def test_how_a_child_ended_is_told():
    async def use(starter):
        return [
            (await starter.report(code)).reason
            for code in (
                "os.kill(os.getpid(), 9)",
                "sys.exit('no room on the disk')",
                "sys.exit(7)",
                "raise KeyError('x')",
            )
        ]

    reasons, _ = run(use)
    assert reasons == [
        "the crawl's process was killed by signal 9",
        "the crawl's process ended with code 1: no room on the disk",
        "the crawl's process ended with code 7",
        "the crawl's process ended with code 1: KeyError: 'x'",
    ]


def test_a_child_is_stopped_and_killed():
    async def use(starter):
        stopped = await starter.start("sys.stdin.readline(); sys.exit(1)")
        stopped.stop()
        stopped.stop()
        killed = await starter.start("time.sleep(600)")
        killed.kill()
        reports = [await stopped.report(), await killed.report()]
        killed.kill()
        stopped.stop()
        return [report.outcome for report in reports]

    assert run(use) == ([TurnOutcome.STOPPED, TurnOutcome.STOPPED], [])


def test_each_child_has_its_own_environment():
    async def use(starter):
        change = "before = os.environ['COLOR']; os.environ['COLOR'] = 'red'; os.chdir('/'); say(color=before)"
        return [
            await starter.facts(code) for code in (change, change, "say(color=os.environ['COLOR'], at=os.getcwd())")
        ]

    found, _ = run(use)
    assert found == [{"color": "green"}, {"color": "green"}, {"color": "green", "at": str(Path.cwd())}]


def test_a_killed_server_costs_no_crawl_and_the_next_one_has_a_new_server():
    async def use(starter):
        server = (await starter.facts(WHO))["parent"]
        running = await starter.start("sys.stdin.readline(); " + WHO)
        os.kill(server, signal.SIGKILL)
        meanwhile = await starter.facts(WHO)
        running.stop()
        lost = await running.report()
        return server, meanwhile["parent"], lost.outcome, (await starter.facts(WHO))["parent"]

    (server, meanwhile, outcome, anew), events = run(use)
    assert meanwhile == os.getpid()  # started by the worker itself
    assert outcome is TurnOutcome.DONE
    assert anew not in (server, os.getpid())
    assert events == ["fork-server-lost"]


def test_a_crawl_of_a_killed_server_can_be_killed():
    async def use(starter):
        server = (await starter.facts(WHO))["parent"]
        running = await starter.start("time.sleep(600)")
        os.kill(server, signal.SIGKILL)
        running.kill()
        return (await running.report()).outcome

    assert run(use)[0] is TurnOutcome.STOPPED


@pytest.mark.parametrize(
    "server",
    [
        "import no_such_module",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n" + SERVER,
    ],
)
def test_where_the_server_cannot_fork_crawls_are_started_anew_and_it_is_not_tried_again(server):
    async def use(starter):
        return [(await starter.facts(WHO))["parent"] for _ in range(2)]

    assert run(use, server=server) == ([os.getpid()] * 2, ["fork-server-lost"])


def test_without_a_fork_server_crawls_are_processes_of_their_own():
    async def use(starter):
        return (await starter.facts(WHO))["parent"]

    assert run(use, forks=False) == (os.getpid(), [])


def test_a_server_without_room_for_another_process_says_so():
    """No limit of processes holds for root, so that the server is let believe that there is none."""
    full = SERVER.replace("run(*serve", "os.fork = lambda: open('/no/such/file')\nrun(*serve")

    async def use(starter):
        requests = starter._start_server()
        with pytest.raises(OSError, match="no room"):
            await ForkedProcess.ask_for(requests, [WHO], limit=1000)
        requests.close()
        return (await starter.facts(WHO))["parent"]

    assert run(use, server=full) == (os.getpid(), ["fork-server-lost"])


ROOM_FOR_ONE = """
import resource
free = [number for number in range(64) if not os.path.exists(f"/proc/self/fd/{number}")]
resource.setrlimit(resource.RLIMIT_NOFILE, (free[5], free[5]))  # the selector, and the four files of a request
"""
SECOND_FAILS = """
calls = [lambda *_: open("/no/such/file"), {name}]
{name} = lambda *arguments: calls.pop()(*arguments)
"""


@pytest.mark.parametrize(
    "what_fails",
    [ROOM_FOR_ONE, *(SECOND_FAILS.format(name=name) for name in ("os.fork", "os.pidfd_open"))],
    ids=["files", "fork", "pidfd"],
)
def test_a_refused_crawl_costs_those_that_run_neither_their_server_nor_the_report_of_their_end(what_fails):
    async def use(starter):
        running = await starter.start(
            "print(os.getppid(), flush=True); sys.stdin.readline(); sys.exit(os.getppid() % 99)"
        )
        server = int(await running._process.stdout.readline())
        refused = await starter.facts(WHO)
        await asyncio.sleep(0.3)  # a server that ends is gone by then
        is_there = is_alive(server)
        running._process.stdin.write(b"go on\n")
        report = await running.report()
        anew = await starter.facts(WHO)
        return is_there, refused["parent"], report.reason, server, anew["parent"]

    (is_there, refused, reason, server, anew), events = run(
        use, server=SERVER.replace("run(*serve", what_fails + "run(*serve")
    )
    assert is_there
    assert refused == os.getpid()
    assert reason == f"the crawl's process ended with code {server % 99}"
    assert anew not in (server, os.getpid())
    assert events == ["fork-server-lost"]


READS = """
    from newsarchive.errors import ParseError
    from newsarchive.parsers.process_start import adopt
    from newsarchive.parsers.sandbox import Sandbox
    import signal
    adopt()
    with Sandbox(workers=1) as sandbox:
        parsers = [sandbox.submit(os.getpid).result(timeout=60)]
        print(flush=True)
        sys.stdin.readline()
        os.kill(parsers[0], signal.SIGKILL)
        deadline = time.monotonic() + 60
        while len(parsers) < 2 and time.monotonic() < deadline:
            try:
                parsers.append(sandbox.submit(os.getpid).result(timeout=60))
            except ParseError:  # what the killed one had in hand
                time.sleep(0.1)
    say(parsers=parsers)
"""


@pytest.mark.slow
def test_a_refused_crawl_costs_those_that_run_no_parser():
    """Their parsers' fork server has its socket in a folder that the server of the crawls removes at its end."""
    server = SERVER.replace("run(*serve", SECOND_FAILS.format(name="os.fork") + "run(*serve").replace(
        "before_fork=lambda: None", "before_fork=lambda: process_context(())"
    )
    assert "process_context" in server

    async def use(starter):
        running = await starter.start(textwrap.dedent(READS))
        await running._process.stdout.readline()
        refused = await starter.facts(WHO)
        await asyncio.sleep(0.5)
        running._process.stdin.write(b"go on\n")
        return refused["parent"], json.loads((await running.report()).reason)

    server = "from newsarchive.parsers.process_start import process_context\n" + server
    (refused, found), _ = run(use, server=server)
    assert refused == os.getpid()
    assert len(set(found["parsers"])) == 2


def test_closing_waits_for_no_crawl_and_ends_none(monkeypatch, tmp_path, wait_for):
    monkeypatch.setattr("newsarchive.scheduling.crawl_starter.END_S", 0.2)
    told = tmp_path / "parent"

    async def use(starter):
        running = await starter.start(
            f"print(os.getppid(), flush=True); sys.stdin.readline(); open({str(told)!r}, 'w').write(str(os.getppid()))"
        )
        server = int(await running._process.stdout.readline())
        starter.close()
        lived = is_alive(server)
        running.stop()
        await running.report()
        return lived, server

    (lived, server), _ = run(use)
    assert lived
    assert told.read_text() == str(server)
    wait_for(lambda: not is_alive(server))


SLOW = SERVER.replace("before_fork=lambda: None", "before_fork=lambda: time.sleep(0.3)")


def test_a_child_that_the_worker_has_no_file_left_for_ends(tmp_path):
    ended = tmp_path / "ended"

    async def use(starter):
        requests = starter._start_server()
        files = open_files()
        asked = asyncio.create_task(
            ForkedProcess.ask_for(requests, [f"sys.stdin.read(); open({str(ended)!r}, 'w')"], limit=1000)
        )
        await asyncio.sleep(0.1)
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (1, limits[1]))
        try:
            with pytest.raises(OSError, match="Too many open files"):
                await asked
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        for _ in range(100):
            if ended.exists():
                break
            await asyncio.sleep(0.1)
        requests.close()
        return ended.exists(), open_files() + 1 - files

    assert run(use, server=SLOW)[0] == (True, 0)


def test_a_start_that_is_given_up_at_any_moment_leaves_no_file_and_no_child():
    """Between two steps of the event loop, until the child is there."""

    async def use(starter):
        await starter.facts(WHO)
        await asyncio.sleep(0.1)
        files = open_files()
        for steps in range(100):
            starting = asyncio.create_task(starter.start("sys.stdin.read()"))
            for _ in range(steps):
                await asyncio.sleep(0)
            if starting.done():
                starting.result()._process.stdin.close()
                await starting.result().report()
                break
            starting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await starting
        server = (await starter.facts(WHO))["parent"]
        await asyncio.sleep(0.1)
        children = Path(f"/proc/{server}/task/{server}/children")
        for _ in range(100):
            if not children.read_text():
                break
            await asyncio.sleep(0.1)
        return steps, children.read_text(), open_files() - files

    (steps, children, files), _ = run(use)
    assert steps > 5
    assert (children, files) == ("", 0)


WORKER = """
    import asyncio, io, os, sys
    sys.path.insert(0, {here!r})
    from test_crawl_starter import Starter

    async def main():
        starter = Starter()
        crawl = "obey_worker(0); print(os.getpid(), os.getppid(), flush=True); time.sleep(600)"
        for _ in range(2):
            process = await starter.start(crawl)
            print((await process._process.stdout.readline()).decode().strip(), flush=True)
        await asyncio.sleep(600)

    asyncio.run(main())
"""


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_neither_crawls_nor_their_server_survive_a_killed_worker(wait_for):
    worker = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WORKER.format(here=str(Path(__file__).parent)))],
        stdout=subprocess.PIPE,
        text=True,
    )
    pids = {int(pid) for _ in range(2) for pid in worker.stdout.readline().split()}
    assert len(pids) == 3
    assert all(map(is_alive, pids))
    worker.kill()
    worker.communicate()
    wait_for(lambda: not any(map(is_alive, pids)))
