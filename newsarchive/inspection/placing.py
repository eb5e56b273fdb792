"""Files and folders that appear under their names all together, or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

Build = Callable[[Path], object]
"""Makes a file or folder at the path it is given, in a folder that exists."""


def place(targets: Mapping[Path, Build], *, replacing: bool = False) -> None:
    """Build each target beside its place, then move all of them there; folders above are made.

    What stands there already is replaced, or is a FileExistsError before anything is touched. On any error everything
    is as it was.
    """
    if not replacing and (there := next(filter(Path.exists, targets), None)):
        raise FileExistsError(there)
    made: list[Path] = []
    moved: list[tuple[Path, Path]] = []
    try:
        for target, build in targets.items():
            made += _make_folders(target.parent)
            _remove(_beside(target, "new"))
            build(_beside(target, "new"))
        for target in targets:
            if target.exists():
                _remove(_beside(target, "old"))
                target.rename(_beside(target, "old"))
                moved.append((_beside(target, "old"), target))
            _beside(target, "new").rename(target)
            moved.append((target, _beside(target, "new")))
    except BaseException:
        for source, back in reversed(moved):
            source.rename(back)
        for target in targets:
            _remove(_beside(target, "new"))
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()
        raise
    for target in targets:
        _remove(_beside(target, "old"))


def _beside(target: Path, what: str) -> Path:
    return target.with_name(f".{target.name}.{what}")


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder and those above it; the ones that were missing, the highest first."""
    missing = [folder] if not folder.exists() else []
    missing += [above for above in folder.parents if not above.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
