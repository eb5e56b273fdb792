"""A process that has loaded what its children need and forks one for each request: what runs in the server itself.

Importing Scrapy, SQLAlchemy and the rest costs more than a crawl of a few pages; a fork costs milliseconds. The fork
server is a child of the worker, not the worker itself: a process that has threads or an event loop must not fork.

multiprocessing has a fork server, too, but one only for each process that uses it, and that is the parsers' already
(`newsarchive.parsers.process_start`); its children have no standard streams of their own, and import the worker's main
module first.

A request is a message with the child's arguments (a JSON list of strings) and four file descriptors: the child's
standard input, output and error, and a pipe that is told the child's process id, and its exit code when it has ended.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import orjson

MAX_REQUEST = 4096
"""Bytes of a request's arguments."""
NUMBER = struct.Struct("q")
"""How a process id and an exit code are told."""

_FILES = 4
_THREADS = Path("/proc/self/task")


def is_possible() -> bool:
    """Whether this system has a fork server: Linux, where the kernel hands out file descriptors of processes (5.3).

    On macOS a process that has loaded the system's libraries must not fork, whether it has threads or not.
    """
    if sys.platform != "linux":
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:  # an older kernel, or a container that forbids it
        return False
    return True


def serve(requests: socket.socket, before_fork: Callable[[], object]) -> list[str]:
    """Fork a child for each request, until nobody is there who could ask and no child is left: then SystemExit.

    Children need what this process has made and takes with it at its end: the socket of the parsers' fork server.
    A request for which there is no room is refused by closing its pipe. Returns in the children only, with their
    arguments: each leads a session of its own and has the standard streams of its request. Raises RuntimeError if
    this process has threads.
    """
    if (threads := len(list(_THREADS.iterdir()))) > 1:
        raise RuntimeError(f"a process with {threads} threads must not fork")
    gc.freeze()  # what is loaded stays: children that looked through it would copy its pages
    with selectors.DefaultSelector() as selector:
        selector.register(requests, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select():
                if key.fileobj is not requests:
                    selector.unregister(key.fileobj)
                    _tell_end(int(key.fd), *key.data)
                    continue
                message, files, _, _ = socket.recv_fds(requests, MAX_REQUEST, _FILES)
                if not message:
                    selector.unregister(requests)
                    continue
                pid = _fork(before_fork) if len(files) == _FILES else None  # fewer: too many open files
                if pid is None:
                    _close(*files)
                    continue
                *streams, status = files
                if pid == 0:
                    for other in selector.get_map().values():
                        if other.fileobj is not requests:
                            _close(other.fd, other.data[1])
                    os.close(status)
                    requests.close()
                    _become(streams)
                    arguments: list[str] = orjson.loads(message)
                    return arguments
                _close(*streams)
                try:
                    process = os.pidfd_open(pid)
                except OSError:  # its end would go unnoticed
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
                    os.close(status)
                    continue
                selector.register(process, selectors.EVENT_READ, (pid, status))
                _tell(status, pid)
    raise SystemExit


def _fork(before_fork: Callable[[], object]) -> int | None:
    """0 in the child; None if there is no room for one."""
    try:
        before_fork()
        return os.fork()
    except OSError:
        return None


def _become(streams: list[int]) -> None:
    os.setsid()
    for number, file in enumerate(streams):
        os.dup2(file, number)
        os.close(file)


def _tell_end(process: int, pid: int, status: int) -> None:
    _tell(status, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    _close(process, status)


def _close(*files: int) -> None:
    for file in files:
        os.close(file)


def _tell(status: int, number: int) -> None:
    try:
        os.write(status, NUMBER.pack(number))
    except BrokenPipeError:  # whoever asked is gone; the child will notice
        return
