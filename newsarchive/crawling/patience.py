"""Patience with the database: what may pass by itself, as a lock or a server that starts again, is waited out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

from newsarchive.errors import ArchiveUnavailableError

logger = logging.getLogger(__name__)

PATIENCE_S = 300.0
"""For so long what fails is tried again: longer than a backup holds a lock or a server takes to start."""
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 10.0
"""Between two tries; each wait is twice the one before."""

_T = TypeVar("_T")


def patiently(
    work: Callable[[], _T],
    *,
    patience_s: float = PATIENCE_S,
    clock: Callable[[], float] = monotonic,
    wait: Callable[[float], object] = sleep,
) -> _T:
    """The result of ``work``, which is done again from its beginning while the archive is unavailable.

    Raises the ArchiveUnavailableError of the last try after ``patience_s`` seconds, anything else at once.
    """
    deadline = clock() + patience_s
    pause_s = FIRST_WAIT_S
    while True:
        try:
            return work()
        except ArchiveUnavailableError as error:
            if clock() + pause_s > deadline:
                raise
            logger.warning("%s; waiting for it", str(error).partition(";")[0])
        wait(pause_s)
        pause_s = min(2 * pause_s, LONGEST_WAIT_S)
