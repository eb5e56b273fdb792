"""Lease: an advisory lock of PostgreSQL, which lives as long as its connection does.

The server ends a connection that it has not heard of for ``SERVER_PATIENCE``, and gives the lock to whoever asks next.
Whoever holds a lease renews it more often than that, and must stop what it holds it for when that has not succeeded for
``HOLDER_PATIENCE_S``: so it has stopped before another begins, though neither can reach the other.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

SERVER_PATIENCE = {"idle": 20, "interval": 5, "count": 4}
"""Seconds of silence before the server probes a connection, seconds between two probes, and how many of them without an
answer end it: 40 seconds in all for a machine that lost its power."""
HOLDER_PATIENCE_S = 15.0
RENEWAL_S = 5.0
"""Between two renewals. One that fails takes up to 20 seconds more (see ``Database``): a holder knows after 25."""


class Lease:
    """A lock that may be lost. One thread at a time may use it."""

    def __init__(self, engine: Engine, purpose: str) -> None:
        self._engine = engine
        self._purpose = purpose
        self._connection: Connection | None = None

    def renew(self) -> bool:
        """Make sure of the lock; False if another program has it.

        A lock whose connection broke off is taken again, where nobody has taken it meanwhile. Raises DBAPIError if the
        server cannot be reached: then the lock may be held or lost.
        """
        if self._connection is not None:
            try:
                self._connection.execute(text("SELECT 1"))
                return True
            except DBAPIError:
                self.end()
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            for setting, value in SERVER_PATIENCE.items():
                connection.execute(text(f"SET tcp_keepalives_{setting} = {value}"))
            schema = connection.execute(text("SELECT current_schema()")).scalar()
            digest = hashlib.sha256(f"{schema}\0{self._purpose}".encode()).digest()
            key = {"key": int.from_bytes(digest[:8], signed=True)}
            is_taken = bool(connection.execute(text("SELECT pg_try_advisory_lock(:key)"), key).scalar())
        except BaseException:
            _close(connection)
            raise
        if not is_taken:
            _close(connection)
            return False
        self._connection = connection
        return True

    def end(self) -> None:
        """Give the lock back."""
        if self._connection is not None:
            _close(self._connection)
            self._connection = None


def _close(connection: Connection) -> None:
    with suppress(DBAPIError):  # it is broken
        connection.invalidate()  # closed, not pooled: the lock ends with its connection
    connection.close()
