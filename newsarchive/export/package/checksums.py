"""Checksums: ``SHA256SUMS``, in the form that ``sha256sum -c SHA256SUMS`` reads."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from newsarchive.errors import PackageError

SUMS_FILE = "SHA256SUMS"
MAX_FILES = 100
"""Lines of SHA256SUMS that are read; a package has about ten files."""
_LINE = re.compile(r"([0-9a-f]{64}) [ *]([A-Za-z0-9][A-Za-z0-9._-]{0,99})")
"""Plain names only: a package is one folder, and no line may point out of it."""
_CHUNK_BYTES = 1024 * 1024


def sha256_of(path: Path) -> str:
    """The digest of a file in 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def sums_text(sums: Mapping[str, str]) -> str:
    """The file's text for digests by name, sorted by name."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))


def read_sums(text: str) -> dict[str, str]:
    """Digests by name. Raises PackageError for a line that is none of ours."""
    lines = text.splitlines()
    if not lines or len(lines) > MAX_FILES:
        raise PackageError(f"{SUMS_FILE} has {len(lines)} lines; a data package has from 1 to {MAX_FILES} files")
    sums: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in sums:
            raise PackageError(f"{SUMS_FILE}, line {number}: {line[:80]!r} is no checksum of a file of the package")
        sums[match[2]] = match[1]
    return sums


def verify(folder: Path) -> dict[str, str]:
    """Check every file that SHA256SUMS names; the digests by name.

    Raises PackageError for the first that is missing, changed, or no plain file.
    """
    path = folder / SUMS_FILE
    try:
        if path.stat().st_size > MAX_FILES * 200:  # more than so many of the longest lines
            raise PackageError(f"{path} is too large for the checksums of a data package")
        sums = read_sums(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise PackageError(f"{folder} is no data package: it has no {SUMS_FILE}") from None
    except UnicodeDecodeError:
        raise PackageError(f"{path} holds no checksums") from None
    except OSError as error:
        raise PackageError(f"{path} cannot be read: {error.strerror}") from error
    for name, digest in sums.items():
        file = folder / name
        if file.is_symlink() or not file.is_file():
            raise PackageError(f"{file} is missing; get the package again")
        try:
            is_intact = sha256_of(file) == digest
        except OSError as error:
            raise PackageError(f"{file} cannot be read: {error.strerror}") from error
        if not is_intact:
            raise PackageError(f"{file} is not what {SUMS_FILE} says: changed or damaged; get the package again")
    return sums
