"""A worker as the archive knows it: when it was heard of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRecord:
    """One start of ``newsarchive worker``, or of ``newsarchive run``."""

    name: str
    """Its machine and its process there, like ``news1, process 4711``."""
    started_at: datetime
    seen_at: datetime
    """When it was heard of last."""
    steady_since: datetime
    """Since when it was heard of again and again, without a pause as long as that of a dead one."""
    ended_at: datetime | None = None
    """When it ended in order; None: it runs, or has vanished."""
