"""The folder of a package: all of it or none, and nothing else is ever replaced."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from newsarchive.errors import ExportError
from newsarchive.export.package.write import write_package
from newsarchive.export.selection import Selection

TOP = Path(__file__).parents[3]


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_failed_package_leaves_nothing(make_package, record, tmp_path):
    def records():
        yield record(1)
        raise RuntimeError("the archive went away")

    with pytest.raises(RuntimeError):
        write_package(records(), tmp_path / "package", selection=Selection(), coverage=())
    assert list(tmp_path.iterdir()) == []


ENDLESS = {
    **dict.fromkeys(("publisher", "headline", "alternative_headline", "description", "article_section")),
    **dict.fromkeys(("site", "date_published", "date_published_raw", "date_precision", "date_modified", "run_id")),
    **dict.fromkeys(("in_language", "is_accessible_for_free", "next_page_url")),
    **{name: [] for name in ("keywords", "authors", "blocks", "images", "related_links")},
    "url": "https://example.org/",
    "canonical_url": "https://example.org/",
    "article_body": "x" * 1000,
    "field_sources": {},
    "revision": 1,
    "first_seen_at": "2023-05-17T10:00:00Z",
    "last_seen_at": "2023-05-17T10:00:00Z",
    "content_digest": "sha256:" + "0" * 64,
    "capture": {},
    "parser_version": "generic/1",
    "revision_count": 1,
    "cluster_id": 1,
}


def test_killed_package_is_not_there(tmp_path):
    code = f"""
import itertools, json
from pathlib import Path
from newsarchive.export.package.write import write_package
from newsarchive.export.selection import Selection
record = json.loads({json.dumps(ENDLESS)!r})
records = ({{**record, "id": number}} for number in itertools.count(1))
write_package(records, Path({str(tmp_path / "package")!r}), selection=Selection(), coverage=(),
              progress=lambda count: Path({str(tmp_path / "begun")!r}).touch())
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=TOP) as child:
        deadline = time.monotonic() + 60
        while not (tmp_path / "begun").exists() and child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert (tmp_path / "begun").exists(), "nothing was written before the kill"
        child.send_signal(signal.SIGKILL)
    assert not (tmp_path / "package").exists()


def test_package_that_is_there_is_replaced_only_on_demand(make_package, record, tmp_path):
    make_package()
    with pytest.raises(ExportError, match="holds a data package already; --force replaces it"):
        make_package(record(3))
    assert len(lines(tmp_path / "package/articles.jsonl")) == 2
    make_package(record(3), force=True)
    assert [line["id"] for line in lines(tmp_path / "package/articles.jsonl")] == [3]
    assert [path.name for path in tmp_path.iterdir()] == ["package"]


def test_nothing_but_a_package_is_ever_replaced(make_package, tmp_path):
    (tmp_path / "package").mkdir()
    (tmp_path / "package/thesis.doc").write_text("years of work")
    with pytest.raises(ExportError, match="holds other files"):
        make_package(force=True)
    (tmp_path / "file").write_text("x")
    with pytest.raises(ExportError, match="is no folder"):
        make_package(folder=tmp_path / "file", force=True)
    with pytest.raises(ExportError, match="missing is no folder; make it first"):
        make_package(folder=tmp_path / "missing/package")
    assert (tmp_path / "package/thesis.doc").read_text() == "years of work"


def test_empty_folder_is_taken(make_package, tmp_path):
    (tmp_path / "package").mkdir()
    make_package()
    assert (tmp_path / "package/SHA256SUMS").exists()


def test_failed_replacement_leaves_the_old_package(make_package, record, tmp_path):
    make_package()
    before = (tmp_path / "package/SHA256SUMS").read_bytes()
    with pytest.raises(ExportError, match="article 3 cannot be written as JSON"):
        make_package(record(3, headline="\ud800"), force=True)
    assert (tmp_path / "package/SHA256SUMS").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["package"]
