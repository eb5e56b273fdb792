"""A file that is there whole or not at all, and of which a killed program leaves nothing behind."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from newsarchive.errors import ExportError


@contextmanager
def whole_file(path: Path, *, buffer_bytes: int = 64 * 1024) -> Iterator[BinaryIO]:
    """A file to write into that gets its name, and takes the place of another, when the block ends well.

    On Linux it has no name until then (``O_TMPFILE``), so that the kernel itself removes it if the program is killed.
    Elsewhere, and on file systems that know no such files, it is ``.NAME.part``: a stray one is taken over by the next
    who writes a file of that name.

    Raises ExportError if its folder is missing or it would replace a folder, OSError if it cannot be written.
    """
    if path.is_dir():
        raise ExportError(f"{path} is a folder; name a file in it")
    if not path.parent.is_dir():
        raise ExportError(f"{path} cannot be written: {path.parent} is no folder; make it first")
    path = path.resolve()  # the target of a link, not the link
    descriptor = _descriptor_without_name(path.parent)
    writing = _named(path, buffer_bytes) if descriptor is None else _unnamed(path, descriptor, buffer_bytes)
    with writing as file:
        yield file
    _sync_folder(path.parent)


@contextmanager
def _unnamed(path: Path, descriptor: int, buffer_bytes: int) -> Iterator[BinaryIO]:
    with os.fdopen(descriptor, "wb", buffering=buffer_bytes) as file:
        yield file
        file.flush()
        os.fsync(descriptor)
        # A link cannot take another file's place, a renamed file can.
        complete = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        # With a descriptor of a folder, which an absolute path makes no use of, Python follows the link in /proc.
        os.link(f"/proc/self/fd/{descriptor}", complete, src_dir_fd=descriptor)
        try:
            complete.replace(path)
        except OSError:
            complete.unlink()
            raise


@contextmanager
def _named(path: Path, buffer_bytes: int) -> Iterator[BinaryIO]:
    partial = path.with_name(f".{path.name}.part")
    partial.unlink(missing_ok=True)  # of a program that was killed
    with partial.open("xb", buffering=buffer_bytes) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if not _is_ours(partial, file):
                raise ExportError(f"{path} is being written by another program as well: try again when that is done")
            partial.replace(path)
        finally:
            if _is_ours(partial, file):
                partial.unlink()


def _is_ours(partial: Path, file: BinaryIO) -> bool:
    return partial.exists() and os.path.samestat(partial.stat(), os.fstat(file.fileno()))


def _descriptor_without_name(folder: Path) -> int | None:
    """Of a new file that has no name yet; None where there are no such files."""
    if not hasattr(os, "O_TMPFILE") or not Path("/proc/self/fd").is_dir():
        return None
    try:
        return os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o666)
    except OSError as error:
        if error.errno in (errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT):  # the file system's or an old kernel's answer
            return None
        raise


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # not every file system can sync a folder
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
