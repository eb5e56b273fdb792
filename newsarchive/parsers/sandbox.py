"""Sandbox: runs a parser in child processes, so that one hostile page costs only itself.

A page can make lxml work for minutes (100,000 attributes on one element) or take gigabytes, and neither can be stopped
from inside the process. Here each page is read by one of a few children under a time and a memory limit; a child that
breaks one is killed and replaced while the others go on, and the page's future says why it died.

Children come from a fork server, not from the crawl itself: a process with Twisted's threads and sockets must not fork.
They never see Ctrl-C (it is the parent's to handle) and end when the parent is gone, however it went.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from newsarchive.errors import DiscoveryError, ParseError
from newsarchive.parsers.process_start import process_context

if sys.platform != "win32":
    import resource

T = TypeVar("T")

MEGABYTE = 1_000_000

_MEMORY_EXIT = 77
"""Exit code of a child that ran out of its memory. Any free number; the shell's own start at 126."""

_SHARE_OF_TIME = 0.9
"""When a child is killed, as a share of its time limit: pebble looks every 0.1 s, and a dying process gives back its
memory (0.5 s on a busy machine), so the page's future ends within the limit that was promised."""

_SHARE_OF_MEMORY = 0.95
"""Where the address space ends, as a share of the memory limit: what was mapped before but not yet used counts late."""

ANSWER_BYTES = 10 * MEGABYTE
"""Largest pickled answer. An article is a part of its page, and a crawl keeps no page above this (DOWNLOAD_MAXSIZE)."""


@dataclass(frozen=True, slots=True)
class _Failure:
    """An exception on its way to the parent. Sent as text: not every exception survives pickling."""

    message: str
    url: str
    reason: str
    field: str | None
    notes: tuple[str, ...]

    def as_error(self) -> ParseError:
        error = ParseError(self.message, url=self.url, reason=self.reason, field=self.field)
        for note in self.notes:
            error.add_note(note)
        return error


class Sandbox:
    """A pool of parser processes. Usable from any thread; a context manager.

    ``workers`` children stand ready. A call may take ``timeout_s`` seconds of wall time, bring its child to
    ``memory_bytes`` of resident memory and answer with ``answer_bytes`` (pickled), because what comes back is held by
    the crawl itself. ``preload`` names modules the fork server imports once, so that a new child starts with them in
    some milliseconds.

    >>> with Sandbox(workers=1) as sandbox:
    ...     sandbox.submit(len, "four").result()
    4
    """

    def __init__(
        self,
        workers: int = 2,
        timeout_s: float = 10.0,
        memory_bytes: int = 400 * MEGABYTE,
        preload: tuple[str, ...] = (),
        answer_bytes: int = ANSWER_BYTES,
    ) -> None:
        self.workers = workers
        self.timeout_s = timeout_s
        self.memory_bytes = memory_bytes
        self.answer_bytes = answer_bytes
        self._context = process_context((__name__, *preload))
        self._lock = threading.Lock()
        self._pending: set[Future[Any]] = set()
        self._closed = False
        self._pool = self._new_pool()

    def submit(self, function: Callable[..., T], *args: object, answer_bytes: int | None = None) -> Future[T]:
        """Run ``function(*args)`` in a child; both must be picklable, and so must the result.

        Never blocks. The future's exception is a ParseError, its ``url`` that of the first argument if that has one:

        - ``parser-timeout``: it took longer than ``timeout_s`` (waiting for a free child does not count);
        - ``parser-memory``: it needed more than ``memory_bytes``;
        - ``parser-answer``: its result was larger than ``answer_bytes`` (None: what the sandbox has for all calls);
        - ``parser-crash``: the child died otherwise or none could be started, or ``function`` raised something
          unforeseen;
        - any other reason: a ParseError or DiscoveryError that ``function`` raised itself.

        Raises RuntimeError after :meth:`close`.
        """
        url = str(getattr(args[0], "url", "")) if args else ""
        outer: Future[T] = Future()
        outer.set_running_or_notify_cancel()
        answer_bytes = self.answer_bytes if answer_bytes is None else answer_bytes
        call = (function, args, url, self.memory_bytes, self.timeout_s, answer_bytes)
        time_s = _SHARE_OF_TIME * self.timeout_s
        with self._lock:
            if self._closed:
                raise RuntimeError("the sandbox is closed")
            try:
                inner: Future[Any] = self._pool.schedule(_guarded, args=call, timeout=time_s)
            except RuntimeError:  # pebble gives its pool up when a child dies idle (killed from outside)
                try:
                    inner = self._schedule_anew(call, time_s)
                except (RuntimeError, OSError) as error:  # the next call tries again
                    said = f"no parser could be started for {url}: {error.__cause__ or error}"
                    outer.set_exception(ParseError(said, url=url, reason="parser-crash"))
                    return outer
            self._pending.add(outer)
        inner.add_done_callback(lambda done: self._settle(outer, done, url))
        return outer

    def close(self, *, wait: bool = True) -> None:
        """End the children: after all that was submitted is done, or at once if ``wait`` is False.

        Work that is given up has a ParseError of the reason ``parser-crash``. Closing twice is allowed.
        """
        with self._lock:
            if self._closed:
                return
            self._closed = True
        if wait:
            self._pool.close()  # type: ignore[no-untyped-call]
        else:
            self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()
        with self._lock:
            abandoned = tuple(self._pending)
            self._pending.clear()
        for future in abandoned:
            future.set_exception(ParseError("the parser was stopped before it was done", url="", reason="parser-crash"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(wait=kind is None)

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(max_workers=self.workers, initializer=_prepare_child, context=self._context)

    def _schedule_anew(self, call: tuple[object, ...], time_s: float) -> Future[Any]:
        """With a new pool. Raises RuntimeError or OSError if no child can be started; then it is not kept."""
        pool = self._new_pool()
        try:
            inner: Future[Any] = pool.schedule(_guarded, args=call, timeout=time_s)
        except RuntimeError:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()  # closes its pipes
            raise
        self._pool = pool
        return inner

    def _settle(self, outer: Future[T], inner: Future[Any], url: str) -> None:
        with self._lock:
            if outer not in self._pending:
                return
            self._pending.remove(outer)
        error = None if inner.cancelled() else inner.exception()
        if error is not None or inner.cancelled():
            outer.set_exception(_why_it_died(error, url, self.timeout_s, self.memory_bytes))
        elif isinstance(result := inner.result(), _Failure):
            outer.set_exception(result.as_error())
        else:
            outer.set_result(pickle.loads(result))  # noqa: S301 (written by _guarded, in a process of ours)


def _why_it_died(error: BaseException | None, url: str, timeout_s: float, memory_bytes: int) -> ParseError:
    if isinstance(error, TimeoutError) or (
        isinstance(error, ProcessExpired) and sys.platform != "win32" and error.exitcode == -signal.SIGXCPU
    ):
        return ParseError(
            f"reading {url} took longer than {timeout_s:g} s and was stopped", url=url, reason="parser-timeout"
        )
    if isinstance(error, ProcessExpired) and error.exitcode == _MEMORY_EXIT:
        limit = memory_bytes // MEGABYTE
        return ParseError(
            f"reading {url} took more than {limit} MB of memory and was stopped", url=url, reason="parser-memory"
        )
    if isinstance(error, ProcessExpired):
        return ParseError(f"the parser died on {url} (exit code {error.exitcode})", url=url, reason="parser-crash")
    if isinstance(error, BrokenProcessPool) or error is None:
        return ParseError(f"the parser was lost while {url} waited for it", url=url, reason="parser-crash")
    return ParseError(f"{url} could not be given to the parser: {error!r}", url=url, reason="parser-crash")


# ---- what a child does first -----------------------------------------------------------------------------------------


def collect_seldom(objects: int = 100_000) -> None:
    """Let this process's garbage collector look for cycles every so many objects, not every 700, and at new ones only.

    A page is tens of thousands of objects that live until it is read, none of them in a cycle; looking through them
    again and again takes a tenth of the time.
    """
    gc.freeze()
    gc.set_threshold(objects, 10, 10)


def _prepare_child() -> None:
    """What a child does first (pebble's initializer)."""
    collect_seldom()
    # pebble installs a handler in Python, which does not run while lxml is busy in C: it would wait 3 s, then SIGKILL.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None:
        # A pipe that closes with the parent. PR_SET_PDEATHSIG would watch the fork server instead, which lives on as
        # long as its children do. A child that holds the interpreter lock is ended by its CPU limit.
        threading.Thread(target=_end_with, args=(parent,), name="parent-watch", daemon=True).start()


def _end_with(parent: Any) -> None:  # noqa: ANN401 (multiprocessing does not export its type)
    parent.join()
    os._exit(0)


# ---- in the child ----------------------------------------------------------------------------------------------------


def _guarded(
    function: Callable[..., object],
    args: tuple[object, ...],
    url: str,
    memory_bytes: int,
    timeout_s: float,
    answer_bytes: int,
) -> bytes | _Failure:
    """The pickled result of ``function(*args)``, or a _Failure. Does not return when memory runs out."""
    try:
        with _limited(memory_bytes, timeout_s):
            answer = pickle.dumps(function(*args), pickle.HIGHEST_PROTOCOL)  # here its size is known, and limited
    except MemoryError:
        os._exit(_MEMORY_EXIT)  # what is left of the heap is of no use to the next page
    except ParseError as error:
        return _Failure(str(error), error.url or url, error.reason, error.field, ())
    except DiscoveryError as error:
        return _Failure(str(error), error.url or url, error.reason, None, ())
    except Exception as error:  # noqa: BLE001 (the boundary: whatever a parser does wrong is this page's failure)
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        return _Failure(
            f"the parser failed on {url}: {what} ({where})", url, "parser-crash", None, (traceback.format_exc(),)
        )
    if len(answer) > answer_bytes:
        said = f"what was read from {url} is too large: {len(answer):,} bytes, {answer_bytes:,} are allowed"
        return _Failure(said, url, "parser-answer", None, ())
    return answer


@contextlib.contextmanager
def _limited(memory_bytes: int, timeout_s: float) -> Iterator[None]:
    """Limits that hold only during the call: receiving a task and sending its result must not fail for them.

    The address space may grow by what is left of ``memory_bytes`` above the resident memory of now. A child at rest
    has some 30 MB resident but hundreds mapped (libraries, arenas of malloc), so the limit is set on top of those.
    The CPU limit is the second line of the time limit: it still works when the parent has gone.
    """
    if sys.platform == "win32":
        yield
        return
    soft_cpu, hard_cpu = resource.getrlimit(resource.RLIMIT_CPU)
    soft_memory, hard_memory = resource.getrlimit(resource.RLIMIT_AS)
    used_s = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    resource.setrlimit(resource.RLIMIT_CPU, (_capped(int(used_s + timeout_s) + 1, hard_cpu), hard_cpu))
    mapped_bytes = _mapped_and_resident()
    if mapped_bytes is not None:
        mapped, resident = mapped_bytes
        limit = mapped + max(int(_SHARE_OF_MEMORY * memory_bytes) - resident, 0)
        resource.setrlimit(resource.RLIMIT_AS, (_capped(limit, hard_memory), hard_memory))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft_memory, hard_memory))
        resource.setrlimit(resource.RLIMIT_CPU, (soft_cpu, hard_cpu))


def _capped(limit: int, hard: int) -> int:
    return limit if hard == resource.RLIM_INFINITY else min(limit, hard)


def _mapped_and_resident() -> tuple[int, int] | None:
    """Bytes of address space and of resident memory of this process; None where there is no /proc (macOS)."""
    try:
        mapped, resident = Path("/proc/self/statm").read_text(encoding="ascii").split()[:2]
    except OSError:
        return None
    page = resource.getpagesize()
    return int(mapped) * page, int(resident) * page
