"""The sandbox against real children: what hangs, grows or dies costs only itself."""

from __future__ import annotations

import multiprocessing.forkserver
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsarchive.errors import DiscoveryError, ParseError
from newsarchive.model.capture import Capture
from newsarchive.parsers.page import Page
from newsarchive.parsers.sandbox import MEGABYTE, Sandbox

ROOT = Path(__file__).parents[2]


def hang() -> None:
    re.match(r"(a+)+$", "a" * 60 + "b")


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def grow() -> None:
    kept = []
    while True:
        kept.append(bytearray(10 * MEGABYTE))


def take(megabytes: int) -> int:
    return len(bytearray(megabytes * MEGABYTE))


def answer(kilobytes: int) -> bytes:
    return bytes(1_000 * kilobytes)


def vanish() -> None:
    os._exit(3)


def iter_of(text: str) -> object:
    return (character for character in text)


def stumble(capture: Capture) -> None:
    raise KeyError(capture.url)


def refuse(capture: Capture) -> None:
    raise ParseError("no section", url=capture.url, reason="publisher-rule", field="article_section")


def find_no_sitemap(body: bytes, url: str) -> None:
    raise DiscoveryError(f"{url} is no sitemap", url=url, reason="not-a-sitemap")


def count_elements(capture: Capture) -> int:
    return sum(1 for _ in Page(capture).tree.iter())


def process_id() -> int:
    return os.getpid()


def capture(body: bytes, url: str = "https://example.com/a") -> Capture:
    now = datetime(2024, 1, 1, tzinfo=UTC)
    return Capture(requested_url=url, url=url, fetched_at=now, status=200, headers={}, body=body)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(workers=2, timeout_s=2.0, memory_bytes=200 * MEGABYTE) as made:
        for warm in [made.submit(sleep, 0.3) for _ in range(2)]:  # importing this module is not what is timed
            warm.result(timeout=10)
        yield made


def reason_of(future) -> str:
    error = future.exception(timeout=15)
    assert isinstance(error, ParseError), error
    assert "\n" not in str(error)
    return error.reason


def test_a_result_comes_back(sandbox):
    assert sandbox.submit(len, "four").result(timeout=10) == 4


def test_a_hanging_function_is_stopped_while_others_go_on(sandbox):
    began = time.monotonic()
    hanging = sandbox.submit(hang)
    others = [sandbox.submit(len, "x" * n) for n in range(200)]
    assert [other.result(timeout=1.5) for other in others] == list(range(200))
    assert not hanging.done()
    assert reason_of(hanging) == "parser-timeout"
    assert time.monotonic() - began < 4


def test_waiting_for_a_free_child_is_not_the_page_s_time(sandbox):
    futures = [sandbox.submit(sleep, 0.6) for _ in range(8)]
    assert [future.result(timeout=10) for future in futures] == [0.6] * 8


def test_a_function_that_takes_all_memory_is_stopped(sandbox):
    assert reason_of(sandbox.submit(grow)) == "parser-memory"


def test_memory_below_the_limit_may_be_used(sandbox):
    assert sandbox.submit(take, 60).result(timeout=10) == 60 * MEGABYTE
    assert reason_of(sandbox.submit(take, 220)) == "parser-memory"


def test_a_tree_that_does_not_fit_is_a_matter_of_memory(sandbox):
    assert reason_of(sandbox.submit(count_elements, capture(b"<p>a</p>" * 1_000_000))) == "parser-memory"


def test_an_answer_that_is_too_large_stays_in_the_child_and_is_recorded():
    with Sandbox(workers=1, answer_bytes=MEGABYTE) as sandbox:
        pid = sandbox.submit(process_id).result(timeout=10)
        assert len(sandbox.submit(answer, 900).result(timeout=10)) == 900_000
        large = sandbox.submit(answer, 1_100)
        assert reason_of(large) == "parser-answer"
        assert "1,000,000 are allowed" in str(large.exception())
        assert sandbox.submit(process_id).result(timeout=10) == pid  # the child lives on


def test_one_call_may_answer_with_more_than_others():
    with Sandbox(workers=1, answer_bytes=MEGABYTE) as sandbox:
        assert len(sandbox.submit(answer, 1_100, answer_bytes=2 * MEGABYTE).result(timeout=10)) == 1_100_000
        assert reason_of(sandbox.submit(answer, 2_100, answer_bytes=2 * MEGABYTE)) == "parser-answer"
        assert reason_of(sandbox.submit(answer, 1_100)) == "parser-answer"


def test_an_answer_that_cannot_be_pickled_is_this_page_s_failure(sandbox):
    assert reason_of(sandbox.submit(iter_of, "four")) == "parser-crash"
    assert sandbox.submit(len, "four").result(timeout=10) == 4


def test_a_child_that_dies_is_replaced(sandbox):
    assert [reason_of(sandbox.submit(vanish)) for _ in range(4)] == ["parser-crash"] * 4
    assert sandbox.submit(len, "four").result(timeout=10) == 4


def test_a_child_killed_from_outside_while_idle_is_replaced():
    with Sandbox(workers=1) as sandbox:
        os.kill(sandbox.submit(process_id).result(timeout=10), signal.SIGKILL)
        time.sleep(0.5)
        assert sandbox.submit(len, "four").result(timeout=10) == 4


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_where_no_child_can_be_started_each_page_says_so_until_one_can(monkeypatch):
    with Sandbox(workers=1) as sandbox:
        child = sandbox.submit(process_id).result(timeout=10)
        server = multiprocessing.forkserver._forkserver
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(server, "_forkserver_address", "/no/such/folder/socket")
            os.kill(child, signal.SIGKILL)
            time.sleep(0.5)
            found, files = [], []
            for _ in range(3):
                found.append(sandbox.submit(count_elements, capture(b"")))
                files.append(len(list(Path("/proc/self/fd").iterdir())))
            assert [reason_of(future) for future in found] == ["parser-crash"] * 3
            assert len(set(files)) == 1
            assert str(found[0].exception()) == (
                "no parser could be started for https://example.com/a: [Errno 2] No such file or directory"
            )
        assert sandbox.submit(len, "four").result(timeout=10) == 4


def test_an_exception_is_this_page_s_failure_with_address_and_place(sandbox):
    error = sandbox.submit(stumble, capture(b"", "https://example.com/odd")).exception(timeout=10)
    assert isinstance(error, ParseError)
    assert (error.reason, error.url) == ("parser-crash", "https://example.com/odd")
    assert "KeyError" in str(error)
    assert "test_sandbox.py:" in str(error)
    assert "Traceback" in error.__notes__[0]


def test_a_parse_error_keeps_its_reason_and_field(sandbox):
    error = sandbox.submit(refuse, capture(b"")).exception(timeout=10)
    assert isinstance(error, ParseError)
    assert (error.reason, error.field, error.url) == ("publisher-rule", "article_section", "https://example.com/a")


def test_what_is_no_source_keeps_its_reason(sandbox):
    error = sandbox.submit(find_no_sitemap, b"<html>", "https://example.com/sitemap.xml").exception()
    assert (str(error), error.reason) == ("https://example.com/sitemap.xml is no sitemap", "not-a-sitemap")


def test_what_cannot_be_pickled_fails_alone(sandbox):
    assert reason_of(sandbox.submit(lambda: 1)) == "parser-crash"
    assert sandbox.submit(len, "four").result(timeout=10) == 4


def test_closing_waits_for_what_was_submitted():
    sandbox = Sandbox(workers=1)
    future = sandbox.submit(sleep, 0.5)
    sandbox.close()
    assert future.result(timeout=0) == 0.5
    sandbox.close()
    with pytest.raises(RuntimeError, match="closed"):
        sandbox.submit(len, "x")


def test_closing_at_once_settles_every_future():
    sandbox = Sandbox(workers=1)
    futures = [sandbox.submit(sleep, 30) for _ in range(3)]
    time.sleep(0.5)
    sandbox.close(wait=False)
    assert [reason_of(future) for future in futures] == ["parser-crash"] * 3


PARENT = """
    import os, sys, time
    from newsarchive.parsers.sandbox import Sandbox

    if __name__ == "__main__":
        sandbox = Sandbox(workers=2)
        print(sandbox.submit(os.getpid).result(), flush=True)
        sleeping = sandbox.submit(time.sleep, 60)
        try:
            print("ready", flush=True)
            time.sleep(60)
        except KeyboardInterrupt:
            sandbox.close(wait=False)
            print("closed", flush=True)
"""


def children_of(pid: int) -> set[int]:
    found: set[int] = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError):
            continue
        if parent == pid:
            child = int(status.parent.name)
            found |= {child} | children_of(child)
    return found


@pytest.fixture
def parent(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(textwrap.dedent(PARENT))
    process = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


def running(pids: set[int]) -> set[int]:
    return {pid for pid in pids if (stat := Path(f"/proc/{pid}/stat")).exists() and ") Z " not in stat.read_text()}


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_children_do_not_outlive_a_killed_parent(parent):
    assert parent.stdout.readline().strip().isdigit()
    assert parent.stdout.readline().strip() == "ready"
    family = children_of(parent.pid)
    assert len(family) >= 3  # the fork server and two children
    parent.kill()
    deadline = time.monotonic() + 5
    while running(family) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not running(family)


@pytest.mark.skipif(sys.platform == "win32", reason="signals a process group")
def test_ctrl_c_in_the_terminal_prints_no_traceback(parent):
    parent.stdout.readline()
    assert parent.stdout.readline().strip() == "ready"
    os.killpg(parent.pid, signal.SIGINT)
    output, errors = parent.communicate(timeout=10)
    assert output.strip() == "closed"
    assert errors == ""
    assert parent.returncode == 0
