"""Reading a data package that somebody gave us: damaged or hostile until the contrary is shown.

Checksums are verified first. They prove that nothing broke on the way, not that the package is honest: so every value
is checked, nothing outside the folder is opened, and everything read has a limit.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from newsarchive.errors import PackageError
from newsarchive.export.package.checksums import verify
from newsarchive.urls import resolve

MAX_DESCRIPTOR_BYTES = 4 * 1024 * 1024
MAX_LINE_BYTES = 64 * 1024 * 1024
"""One record with its text; pages of more than 10 MB are not fetched, so no text is nearly as long."""
MAX_ARTICLES = 10_000_000
"""A year of requests to one host, at three a second."""
MAX_SITES = 10_000
_MAX_ID = 2**63 - 1
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MAX_NAME = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedArticle:
    """What is needed of a record to fetch its text again."""

    id: int
    revision: int
    url: str
    """Absolute http(s) address, in its normal form."""
    content_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedSite:
    """A site of the package, as it was registered."""

    name: str
    home_url: str
    publisher: str | None
    """Name of the rules that were chosen to read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package whose checksums hold."""

    folder: Path
    records_path: Path
    articles: tuple[PackagedArticle, ...]
    """By id and revision."""
    sites: tuple[PackagedSite, ...]

    def records(self) -> Iterator[dict[str, Any]]:
        """The records as they are in the package, in the order of ``articles``."""
        for _, record in _records(self.records_path):
            yield record


def read_package(folder: Path) -> Package:
    """Verify and read a data package. Raises PackageError, one line that says what is wrong and where."""
    if folder.name == "datapackage.json":
        folder = folder.parent
    if not folder.is_dir():
        raise PackageError(f"{folder} is no folder of a data package")
    sums = verify(folder)
    records = _records_name(folder, sums)
    return Package(
        folder=folder,
        records_path=folder / records,
        articles=tuple(_articles(folder / records)),
        sites=tuple(_sites(folder / "sites.csv")) if "sites.csv" in sums else (),
    )


def _records_name(folder: Path, sums: dict[str, str]) -> str:
    path = folder / "datapackage.json"
    if path.name not in sums:
        raise PackageError(f"{folder} is no data package: {path.name} is not among its files")
    if path.stat().st_size > MAX_DESCRIPTOR_BYTES:
        raise PackageError(f"{path} is larger than {MAX_DESCRIPTOR_BYTES // 1024**2} MB; it cannot be a descriptor")
    try:
        descriptor = orjson.loads(path.read_bytes())
        name = next(resource["path"] for resource in descriptor["resources"] if resource.get("format") == "jsonlines")
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, StopIteration):
        name = None
    if not isinstance(name, str) or name not in sums:
        raise PackageError(f"{path} names no records as JSON Lines; was the package made by newsarchive?")
    return name


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The lines with their numbers."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > MAX_LINE_BYTES:
                raise PackageError(f"{path}, line {number}: longer than {MAX_LINE_BYTES // 1024**2} MB")
            if number > MAX_ARTICLES:
                raise PackageError(f"{path} holds more than {MAX_ARTICLES:,} records")
            try:
                record = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise PackageError(f"{path}, line {number}: no JSON ({error})") from error
            if not isinstance(record, dict):
                raise PackageError(f"{path}, line {number}: no record")
            yield number, record


def _articles(path: Path) -> Iterator[PackagedArticle]:
    last = (0, 0)
    for number, record in _records(path):
        article_id, revision = (_number(path, number, record, name) for name in ("id", "revision"))
        if (article_id, revision) <= last:
            raise PackageError(f"{path}, line {number}: records are not in the order of their ids and revisions")
        last = (article_id, revision)
        url, digest = record.get("url"), record.get("content_digest")
        address = resolve(url, "") if isinstance(url, str) and "://" in url else None
        if address is None:
            raise PackageError(f"{path}, line {number}: {str(url)[:80]!r} is no address")
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            raise PackageError(f"{path}, line {number}: {str(digest)[:80]!r} is no content_digest")
        yield PackagedArticle(id=article_id, revision=revision, url=address, content_digest=digest)


def _number(path: Path, line: int, record: dict[str, Any], name: str) -> int:
    value = record.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _MAX_ID:
        raise PackageError(f"{path}, line {line}: {str(value)[:80]!r} is no {name}")
    return value


def _sites(path: Path) -> Iterator[PackagedSite]:
    if path.stat().st_size > MAX_DESCRIPTOR_BYTES:
        raise PackageError(f"{path} is larger than {MAX_DESCRIPTOR_BYTES // 1024**2} MB")
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file, strict=True), start=1):
                if number > MAX_SITES:
                    raise PackageError(f"{path} holds more than {MAX_SITES:,} sites")
                name, publisher = row.get("site") or "", row.get("publisher_rules") or None
                home_url = resolve(row.get("home_url") or "", "") if "://" in (row.get("home_url") or "") else None
                are_names = all(_NAME.fullmatch(text) and len(text) <= _MAX_NAME for text in (name, publisher or "a"))
                if home_url is None or not are_names:
                    raise PackageError(f"{path}, row {number}: {name[:80]!r} is no site")
                yield PackagedSite(name=name, home_url=home_url, publisher=publisher)
    except (csv.Error, UnicodeDecodeError) as error:
        raise PackageError(f"{path} is no CSV: {error}") from error
