"""Starts a worker's crawls: forked from a process that has everything loaded where there is one, else each anew."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from newsarchive.scheduling import fork_server
from newsarchive.scheduling.crawl_process import MAX_LINE, CrawlProcess
from newsarchive.scheduling.event_log import EventLog
from newsarchive.scheduling.forked_process import ForkedProcess

END_S = 10.0
"""How long the worker waits for its fork servers to end. One that is loading or whose crawls go on does so later."""

_STDERR = 2


class CrawlStarter:
    """What a worker has its crawls from. For one event loop.

    A fork server that dies or refuses a crawl costs no crawl: the one that wanted it is started anew, the next one has
    a new server, and those that it has forked go on. One that only refused lives on until they have ended. A server
    that never forked is not followed by another.
    """

    def __init__(
        self,
        command: Sequence[str],
        server_command: Sequence[str],
        environment: Mapping[str, str],
        log: EventLog,
        *,
        pass_stderr: bool = False,
        forks: bool | None = None,
    ) -> None:
        """Start nothing yet.

        ``command`` is a crawl's, to which its arguments are added; ``server_command`` the fork server's, to which
        the file descriptor of its requests is added. ``environment`` is that of both. ``pass_stderr`` gives crawls the
        worker's own standard error. ``forks``: whether there is a fork server; None: where the system has one.
        """
        self._command = command
        self._server_command = server_command
        self._environment = environment
        self._log = log
        self._pass_stderr = pass_stderr
        self._forks = fork_server.is_possible() if forks is None else forks
        self._has_forked = False
        self._servers: list[subprocess.Popen[bytes]] = []
        """All that may still run: the last one is asked if there are ``_requests``."""
        self._requests: socket.socket | None = None
        self._lock = asyncio.Lock()

    async def start(self, *arguments: str) -> CrawlProcess:
        """Start a crawl with these arguments. Raises OSError if no process can be started."""
        forked = await self._forked(arguments)
        if forked is not None:
            return CrawlProcess(forked)
        return await CrawlProcess.start([*self._command, *arguments], self._environment, pass_stderr=self._pass_stderr)

    def close(self) -> None:
        """Let the fork servers end, and wait for that if it takes less than ``END_S``; no crawl is ended."""
        self._give_up()
        deadline = time.monotonic() + END_S
        for server in self._servers:
            with suppress(subprocess.TimeoutExpired):
                server.wait(max(deadline - time.monotonic(), 0))
        self._servers.clear()

    def _give_up(self) -> None:
        """Ask the fork server no more; it ends after the crawls it has forked."""
        if self._requests is not None:
            self._requests.close()
            self._requests = None

    async def _forked(self, arguments: Sequence[str]) -> ForkedProcess | None:
        async with self._lock:
            if not self._forks:
                return None
            try:
                if self._requests is None:
                    self._requests = self._start_server()
                process = await ForkedProcess.ask_for(
                    self._requests, arguments, limit=MAX_LINE, stderr=_STDERR if self._pass_stderr else None
                )
                self._has_forked = True
                return process
            except OSError as error:
                self._give_up()
                self._forks = self._has_forked
                note = None if self._forks else "crawls are started without it"
                self._log.say("fork-server-lost", reason=str(error), note=note)
                return None

    def _start_server(self) -> socket.socket:
        self._servers = [server for server in self._servers if server.poll() is None]
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            server = subprocess.Popen(  # noqa: S603 (our own program)
                [*self._server_command, str(its.fileno())],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=None if self._pass_stderr else subprocess.DEVNULL,
                pass_fds=(its.fileno(),),
                start_new_session=True,
            )
        except OSError:
            ours.close()
            raise
        finally:
            its.close()
        self._servers.append(server)
        return ours
