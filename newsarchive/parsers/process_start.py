"""How parser processes are started: by a fork server that has loaded the parsers, or as fresh interpreters.

The fork server is multiprocessing's, one for each process that reads pages. Crawls that are forked from one process
share the one that was started there before (`adopt`), which saves each of them loading the parsers again.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.forkserver
import multiprocessing.resource_tracker
import os
import select
import signal
from collections.abc import Sequence
from multiprocessing.context import BaseContext
from typing import Any


def process_context(preload: Sequence[str]) -> BaseContext:
    """What starts parser processes, with these modules loaded once: the fork server where there is one.

    On Windows fresh interpreters.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    # The server and all it forks inherit the signal mask: with SIGINT blocked from birth there is no moment at which
    # Ctrl-C in the terminal could make a starting child print a traceback.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        multiprocessing.forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context


def adopt() -> None:
    """Use the fork server that the parent of this process has started, from which this process was forked.

    multiprocessing would wait for the server as for a child of this process, and fail. Where the server dies, this
    process starts one of its own.
    """
    # Private names of Python 3.11 to 3.13: tests/parsers/test_process_start.py notices if they change.
    module: Any = multiprocessing.forkserver
    server = module._forkserver
    start = module.ensure_running
    tracker: Any = multiprocessing.resource_tracker
    tracker._resource_tracker._pid = None  # nor is the keeper of semaphores a child of this process
    ending = select.poll()
    ending.register(os.pidfd_open(server._forkserver_pid), select.POLLIN)

    def ensure_running() -> None:
        if ending.poll(0):
            del server.ensure_running
            module.ensure_running = start
            server._forkserver_pid = None
            start()

    server.ensure_running = module.ensure_running = ensure_running
