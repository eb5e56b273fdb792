"""A child of the fork server as its worker sees it: what asyncio's Process is for the worker's own children."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress
from itertools import chain
from typing import Self

import orjson

from newsarchive.scheduling.fork_server import MAX_REQUEST, NUMBER

LOST = 255
"""Exit code of a child whose fork server died before it, as multiprocessing has it."""


class ForkedProcess:
    """A process with pipes to its standard streams."""

    def __init__(
        self,
        handle: int | None,
        status: asyncio.StreamReader,
        stdin: asyncio.WriteTransport,
        stdout: asyncio.StreamReader,
        stderr: asyncio.StreamReader | None,
    ) -> None:
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr
        """None if the child was given the worker's own."""
        self._handle = handle
        """File descriptor of the process, so that no other one is killed that got its number; None once it ended."""
        self._status = status

    @classmethod
    async def ask_for(
        cls, server: socket.socket, arguments: Sequence[str], *, limit: int, stderr: int | None = None
    ) -> Self:
        """Have a child forked; waits for a server that is still loading.

        ``limit`` is of a line in bytes, ``stderr`` the child's standard error; None: a pipe. Raises OSError if the
        server is gone or has no room for another process.
        """
        message = orjson.dumps(list(arguments))
        if len(message) > MAX_REQUEST:
            raise OSError(f"{len(message)} bytes of arguments")
        (stdin_r, stdin_w), (stdout_r, stdout_w), (status_r, status_w), *rest = _pipes(3 if stderr is not None else 4)
        stderr_w = stderr if stderr is not None else rest[0][1]
        try:
            socket.send_fds(server, [message], [stdin_r, stdout_w, stderr_w, status_w])
        except OSError:
            _close(stdin_w, stdout_r, status_r, *(read for read, _ in rest))
            raise
        finally:
            _close(stdin_r, stdout_w, status_w, *(write for _, write in rest))
        status = await _reader(status_r, limit)
        stdout = await _reader(stdout_r, limit)
        error = await _reader(rest[0][0], limit) if rest else None
        loop = asyncio.get_running_loop()
        stdin, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(stdin_w, "wb", 0))
        try:
            pid = await _number(status)
        except BaseException:
            stdin.close()  # a child that was asked for ends at once
            raise
        handle = None
        with suppress(ProcessLookupError):  # it has ended, and was waited for
            handle = os.pidfd_open(pid)
        return cls(handle, status, stdin, stdout, error)

    async def wait(self) -> int:
        """The exit code, once it has ended; negative: by that signal."""
        try:
            return await _number(self._status)
        except ConnectionError:
            return LOST
        finally:
            self.stdin.close()
            if self._handle is not None:
                os.close(self._handle)
                self._handle = None

    def kill(self) -> None:
        """End it at once. Raises ProcessLookupError if it has ended."""
        if self._handle is None:
            raise ProcessLookupError
        signal.pidfd_send_signal(self._handle, signal.SIGKILL)


def _pipes(count: int) -> list[tuple[int, int]]:
    made: list[tuple[int, int]] = []
    try:
        while len(made) < count:
            made.append(os.pipe())
    except OSError:  # too many open files
        _close(*chain.from_iterable(made))
        raise
    return made


def _close(*files: int) -> None:
    for file in files:
        os.close(file)


async def _reader(file: int, limit: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=limit)
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(file, "rb", 0))
    return reader


async def _number(status: asyncio.StreamReader) -> int:
    try:
        number: int = NUMBER.unpack(await status.readexactly(NUMBER.size))[0]
        return number
    except asyncio.IncompleteReadError:
        raise ConnectionError("the fork server is gone, or has no room for another process") from None
