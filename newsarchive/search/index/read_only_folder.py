"""Reading an index where nothing can be written: tantivy wants to lock a folder even to read what is in it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

_STATE = "meta.json"
"""Names the files that the index consists of at the moment."""


def can_be_written(path: Path) -> bool:
    """Whether files can be made in a folder, or the folder itself if it is not there yet."""
    return os.access(next(folder for folder in (path, *path.absolute().parents) if folder.exists()), os.W_OK)


def stand_in(path: Path) -> TemporaryDirectory[str]:
    """A folder with locks of its own that leads to the files of an index: the index as it is at this moment.

    Gone when the program ends, or with ``cleanup``. Raises OSError if the index cannot be read.
    """
    folder = TemporaryDirectory(prefix="newsarchive-index-")
    shutil.copyfile(path / _STATE, Path(folder.name) / _STATE)
    for file in path.resolve().iterdir():
        if file.suffix != ".lock" and file.name != _STATE:
            (Path(folder.name) / file.name).symlink_to(file)
    return folder
