"""A folder that gets its name when all of it is on disk, and is not there before."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from newsarchive.errors import ExportError
from newsarchive.export.package.checksums import SUMS_FILE


def check_free(folder: Path, *, force: bool) -> None:
    """Raise ExportError unless a package can be written there.

    An empty folder is free; with ``force`` so is one that holds a data package, and nothing else is ever replaced.
    """
    if not folder.parent.is_dir():
        raise ExportError(f"{folder} cannot be written: {folder.parent} is no folder; make it first")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ExportError(f"{folder} is there and is no folder; name another")
    if not folder.exists() or not any(folder.iterdir()):
        return
    is_package = (folder / SUMS_FILE).is_file() and (folder / "datapackage.json").is_file()
    if not is_package:
        raise ExportError(f"{folder} holds other files; name a folder that is not there yet")
    if not force:
        raise ExportError(f"{folder} holds a data package already; --force replaces it")


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """A hidden folder beside ``folder`` that takes its place when the block ends well, and is gone when it does not.

    A power cut at any moment leaves under the final name the old folder, the whole new one, or none.
    """
    folder = folder.absolute()
    token = secrets.token_hex(4)
    staging = folder.with_name(f".{folder.name}.{token}.part")
    replaced = folder.with_name(f".{folder.name}.{token}.old")
    try:
        staging.mkdir()
        yield staging
        for file in sorted(staging.iterdir()):
            _sync(file)
        _sync(staging)
        if folder.exists() and any(folder.iterdir()):
            folder.rename(replaced)
        staging.rename(folder)  # takes the place of an empty folder, too
        with suppress(OSError):  # not every file system can sync a folder
            _sync(folder.parent)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        if folder.exists():
            shutil.rmtree(replaced, ignore_errors=True)
        elif replaced.exists():
            replaced.rename(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
