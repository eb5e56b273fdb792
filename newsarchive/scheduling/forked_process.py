"""A child of the fork server as its worker sees it: what asyncio's Process is for the worker's own children."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from io import FileIO
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
        server is gone, or it or this process has no room for another one; a child that was forked nevertheless ends,
        as it does where this is cancelled.
        """
        message = orjson.dumps(list(arguments))
        if len(message) > MAX_REQUEST:
            raise OSError(f"{len(message)} bytes of arguments")
        loop = asyncio.get_running_loop()
        with ExitStack() as ours:  # what fails closes all of it; first the child's input, which ends the child
            with ExitStack() as its:
                status_r, status_w = _pipe(ours, its)
                stdout_r, stdout_w = _pipe(ours, its)
                if stderr is None:
                    stderr_r, stderr_w = _pipe(ours, its)
                stdin_r, stdin_w = _pipe(its, ours)
                error_fd = stderr_w.fileno() if stderr is None else stderr
                socket.send_fds(server, [message], [stdin_r.fileno(), stdout_w.fileno(), error_fd, status_w.fileno()])
            status = await _reader(status_r, limit, ours)
            stdout = await _reader(stdout_r, limit, ours)
            error = await _reader(stderr_r, limit, ours) if stderr is None else None
            stdin, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, stdin_w)
            ours.callback(stdin.close)
            pid = await _number(status)
            try:
                handle = os.pidfd_open(pid)
            except ProcessLookupError:  # it has ended, and was waited for
                handle = None
            ours.pop_all()
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


def _pipe(readers: ExitStack, writers: ExitStack) -> tuple[FileIO, FileIO]:
    """Both ends, and who closes which."""
    read, write = os.pipe()
    return readers.enter_context(FileIO(read, "rb")), writers.enter_context(FileIO(write, "wb"))


async def _reader(file: FileIO, limit: int, ours: ExitStack) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=limit)
    protocol = asyncio.StreamReaderProtocol(reader)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, file)
    ours.callback(transport.close)
    return reader


async def _number(status: asyncio.StreamReader) -> int:
    try:
        number: int = NUMBER.unpack(await status.readexactly(NUMBER.size))[0]
        return number
    except asyncio.IncompleteReadError:
        raise ConnectionError("the fork server is gone, or has no room for another process") from None
