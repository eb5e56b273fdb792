"""A crawl in a process of its own, that ends when its worker does.

The worker holds the other end of the child's standard input. It writes ``stop`` there to end the crawl in order; when
it is gone, however it went, the pipe closes, and that ends the crawl too. A plain child would survive the kill -9 of
its worker, and crawl on beside the one that takes the site over.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping, Sequence
from contextlib import suppress
from threading import Thread
from time import sleep
from typing import Protocol, Self

import orjson

from newsarchive.model.schedule import TurnOutcome
from newsarchive.scheduling.turns import TurnReport

STOP = b"stop\n"
ORPHAN_GRACE_S = 10.0
"""How long a crawl whose worker is gone may take to finish the batch it is writing."""
MAX_LINE = 64 * 1024
"""Bytes of a line that a child says; what it wants to tell is a line of JSON of some hundred."""


class Pipe(Protocol):
    """The worker's end of a child's standard input."""

    def write(self, data: bytes) -> None:
        """Send it; a child that is gone is no error."""

    def close(self) -> None:
        """Let the child know that nothing more comes."""


class Process(Protocol):
    """A child with pipes to its standard streams: one of asyncio, or one that the fork server made."""

    @property
    def stdin(self) -> Pipe | None:
        """None if it has none."""

    @property
    def stdout(self) -> asyncio.StreamReader | None:
        """None if it is the worker's own."""

    @property
    def stderr(self) -> asyncio.StreamReader | None:
        """None if it is the worker's own."""

    async def wait(self) -> int:
        """The exit code, once it has ended; negative: by that signal."""

    def kill(self) -> None:
        """End it at once. Raises ProcessLookupError if it has ended."""


class CrawlProcess:
    """A running crawl, seen from its worker."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._is_stopping = False

    @classmethod
    async def start(cls, command: Sequence[str], environment: Mapping[str, str], *, pass_stderr: bool = False) -> Self:
        """Start a command that ends with :func:`tell`, in a session of its own: Ctrl-C is for the worker to handle."""
        process = await asyncio.create_subprocess_exec(
            *command,
            env=environment,
            stdin=PIPE,
            stdout=PIPE,
            stderr=None if pass_stderr else PIPE,
            start_new_session=True,
            limit=MAX_LINE,
        )
        return cls(process)

    async def report(self) -> TurnReport:
        """Wait for the end, and say what came of it."""
        said, complaint = await asyncio.gather(_last_line(self._process.stdout), _last_line(self._process.stderr))
        code = await self._process.wait()
        report = _read_report(said)
        if report is not None:
            return report
        if self._is_stopping:
            return TurnReport(outcome=TurnOutcome.STOPPED)
        how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        said_last = f": {complaint.decode('utf-8', 'replace').strip()}" if complaint else ""
        return TurnReport(outcome=TurnOutcome.FAILED, reason=f"the crawl's process {how}{said_last}")

    def stop(self) -> None:
        """Ask the crawl to finish what it has begun and end."""
        self._is_stopping = True
        if self._process.stdin is not None:
            with suppress(OSError, RuntimeError):  # it has ended by itself
                self._process.stdin.write(STOP)

    def kill(self) -> None:
        """End the crawl at once; what it has not committed is fetched again."""
        self._is_stopping = True
        with suppress(ProcessLookupError):
            self._process.kill()


async def _last_line(stream: asyncio.StreamReader | None) -> bytes:
    """The last line that is not empty, of all that is said until the end."""
    last = b""
    while stream is not None:
        try:
            line = await stream.readline()
        except ValueError:  # longer than MAX_LINE: dropped
            continue
        if not line:
            break
        last = line if line.strip() else last
    return last


def _read_report(line: bytes) -> TurnReport | None:
    try:
        said = orjson.loads(line)
        return TurnReport(outcome=TurnOutcome(said["outcome"]), reason=said["reason"], run_id=said["run"])
    except (ValueError, LookupError, TypeError):
        return None


# what the child calls


def obey_worker(stdin_fd: int) -> None:
    """Let a thread end this process as its worker asks on this file descriptor, or when its worker is gone.

    Ending means SIGTERM to itself, which Scrapy answers by finishing what it has begun; a worker that is gone gives it
    ``ORPHAN_GRACE_S`` for that.
    """
    Thread(target=_obey, args=(stdin_fd,), name="worker-watch", daemon=True).start()


def _obey(stdin_fd: int) -> None:
    is_asked = False
    # Not sys.stdin: a thread that waits in it holds its lock, and Python aborts when it wants to close it at its end.
    while os.read(stdin_fd, len(STOP)):
        if not is_asked:
            is_asked = True
            os.kill(os.getpid(), signal.SIGTERM)
    if not is_asked:
        os.kill(os.getpid(), signal.SIGTERM)
    sleep(ORPHAN_GRACE_S)
    os._exit(1)


def tell(report: TurnReport) -> None:
    """Say what came of the crawl, as the last line on standard output."""
    said = {"outcome": report.outcome, "reason": report.reason, "run": report.run_id}
    sys.stdout.buffer.write(orjson.dumps(said) + b"\n")
    sys.stdout.buffer.flush()
