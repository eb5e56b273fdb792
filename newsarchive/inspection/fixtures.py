"""Fixtures of a publisher: folders of a page as it came and what must be read of it.

They are ``page.html.gz`` and ``expected.json``. Fields that ``expected.json`` does not name are not compared.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from newsarchive.model.article import Article, NotArticle
from newsarchive.model.capture import Capture
from newsarchive.parsers.normalize import normalize
from newsarchive.publishers.registry import read, read_by_file

PAGE = "page.html.gz"
EXPECTED = "expected.json"
DEFAULT_CONTENT_TYPE = "text/html; charset=utf-8"
"""What the page was sent as, if ``expected.json`` does not say."""

_KEPT_HEADERS = ("content-type", "content-language")
"""The header fields that rules read."""
_HELD = tuple(field.name for field in fields(Article) if field.name not in ("site", "field_sources"))
"""Fields of a new fixture: all but the site, which no page knows, and the rules, which may well change."""


def fixtures(folder: Path) -> list[Path]:
    """The fixtures below a folder, sorted."""
    return sorted(page.parent for page in folder.rglob(PAGE))


def capture_of(fixture: Path) -> Capture:
    """The capture a fixture keeps."""
    kept = _expected(fixture)["capture"]
    return Capture(
        requested_url=kept["url"],
        url=kept["url"],
        fetched_at=datetime.fromisoformat(kept["fetched_at"]),
        status=200,
        headers=kept.get("headers", {"content-type": DEFAULT_CONTENT_TYPE}),
        body=gzip.decompress((fixture / PAGE).read_bytes()),
    )


def differences(fixture: Path, publishers: Path | None = None, *, file: Path | None = None) -> list[str]:
    """What is read of a fixture's page otherwise than its ``expected.json`` says, a line a field; empty if nothing is.

    ``publishers`` is a folder with publisher files, besides the program's own; ``file`` the one file whose rules count.
    """
    capture = capture_of(fixture)
    folder = str(publishers) if publishers else None
    result = read_by_file(capture, file) if file else read(capture, folder=folder)
    if isinstance(result, NotArticle):
        return [f"no article: {result.reason} ({result.detail})"]
    found = _as_json(normalize(result))
    wanted: Mapping[str, Any] = _expected(fixture)["article"]
    return [
        f"{name}: expected {json.dumps(value, ensure_ascii=False)}, read {json.dumps(read_, ensure_ascii=False)}"
        for name, value in wanted.items()
        if (read_ := _like(value, found.get(name))) != value
    ]


def write_fixture(fixture: Path, capture: Capture, article: Article) -> None:
    """Keep a page and what was read of it, in a folder that is made. Raises OSError, FileExistsError if it exists."""
    fixture.mkdir(parents=True)
    (fixture / PAGE).write_bytes(gzip.compress(capture.body, mtime=0))
    fields = _as_json(article)
    headers = {name: capture.headers[name] for name in _KEPT_HEADERS if name in capture.headers}
    expected = {
        "capture": {"url": capture.url, "fetched_at": capture.fetched_at.isoformat(), "headers": headers},
        "article": {name: fields[name] for name in _HELD},
    }
    (fixture / EXPECTED).write_text(json.dumps(expected, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _expected(fixture: Path) -> dict[str, Any]:
    expected: dict[str, Any] = json.loads((fixture / EXPECTED).read_text(encoding="utf-8"))
    return expected


def _as_json(article: Article) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(json.dumps(asdict(article), default=str))
    return fields


def _like(wanted: object, found: object) -> object:
    """What was found, without what the expected blocks, images and links leave out."""
    if not (isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found)):
        return found
    pairs = zip(wanted, found, strict=True)
    return [{key: it.get(key) for key in like} if isinstance(like, dict) else it for like, it in pairs]
