"""Reading a SQLite archive where nothing can be written: a read-only disk, a folder of another user, a backup.

An archive is in WAL mode, and SQLite then wants to make two files beside it even to read. Where it cannot, there are
two ways. If the two are there, because a crawl is going on or was killed, SQLite reads with them. If they are not, all
is in the file, and SQLite can be told that nobody changes it. (https://sqlite.org/wal.html#read_only_databases)
"""

from __future__ import annotations

import os
from pathlib import Path

from newsarchive.errors import HomeError


def read_only_uri(path: Path) -> str | None:
    """The URI to open an archive's file with; None if file and folder can be written, and there is no need for it.

    Raises HomeError if it cannot be read without writing: what was written last is still in the log beside it.
    """
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return None
    file = path.resolve()
    log, shared = (file.with_name(f"{file.name}{end}") for end in ("-wal", "-shm"))
    if log.exists() and shared.exists():
        return f"{file.as_uri()}?mode=ro"
    if log.exists() and log.stat().st_size:
        raise HomeError(
            f"{log} holds what is not in {file.name} yet, and cannot be read where nothing can be written: copy the "
            "folder to a place that can be written, and name it with NEWSARCHIVE_HOME"
        )
    return f"{file.as_uri()}?mode=ro&immutable=1"
