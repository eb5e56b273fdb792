"""``newsarchive export --package``: the folder, what it says, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent


def test_package_of_a_query_says_how_to_cite_it(newsarchive, crawled, tmp_path):
    folder = tmp_path / "ferries"
    result = newsarchive(
        "export", "ferry", "--package", str(folder), "--title", "Ferries", "--creator", "Doe, Jane", home=crawled
    )
    assert (result.code, result.out) == (0, "")
    assert f"articles in {folder}, version 2" in result.err
    assert "cite: Doe, Jane (2" in result.err
    sheet = (folder / "datasheet.md").read_text(encoding="utf-8")
    assert sheet.startswith("# Ferries\n")
    assert "    ferry\n" in sheet
    assert "Read as: articles with “ferry” in headline, description or text." in sheet
    assert "[author]" not in sheet


def test_package_holds_what_export_writes(newsarchive, crawled, tmp_path):
    newsarchive("export", "ferry", "--package", str(tmp_path / "p"), "--no-text", home=crawled)
    exported = newsarchive("export", "ferry", "--no-text", home=crawled).out
    packaged = (tmp_path / "p/articles.jsonl").read_text(encoding="utf-8")
    assert [json.loads(line) for line in packaged.splitlines()] == [json.loads(line) for line in exported.splitlines()]


def test_datasheet_counts_what_the_archive_holds(newsarchive, crawled, tmp_path):
    newsarchive("export", "--package", str(tmp_path / "p"), home=crawled)
    sheet = (tmp_path / "p/datasheet.md").read_text(encoding="utf-8")
    assert "49 news articles of 1 site, published from 2003-04-15" in sheet
    assert "**No date**: 6 of 49 articles (12 %)" in sheet
    assert "| sample | failed | http-404 | 1 |" in sheet
    assert str(crawled) not in sheet


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--package", "p", "-o", "x.csv"], "a package is a folder of its own"),
        (["--title", "x"], "belong to --package DIR"),
        (["--package", "p", "--format", "jsonld"], "csv or parquet"),
        (["--package", "missing/p"], "missing is no folder; make it first"),
        (["--package", "p", "--title", " "], "the title is empty"),
        (["--package", "p", "nonsense:x"], "no field is called nonsense:"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_leaves_nothing(
    newsarchive, crawled, tmp_path, monkeypatch, options, message
):
    monkeypatch.chdir(tmp_path)
    result = newsarchive("export", *options, home=crawled)
    assert result.code in (1, 2)
    assert message in result.err.splitlines()[0]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_validators_of_the_formats_pass_on_the_command_line(newsarchive, crawled, tmp_path):
    newsarchive("export", "--package", str(tmp_path / "p"), home=crawled)
    for command in (
        ["sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS"],
        [str(BIN / "frictionless"), "validate", "datapackage.json"],
        [str(BIN / "mlcroissant"), "validate", "--jsonld", "croissant.json"],
    ):
        done = subprocess.run(command, cwd=tmp_path / "p", capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "INVALID" not in done.stdout


def test_copy_of_an_archive_in_another_place_gives_the_same_bytes(newsarchive, crawled, home, tmp_path):
    for archive, name in ((crawled, "a"), (home, "b")):
        newsarchive("export", "ferry OR lake", "--package", str(tmp_path / name), home=archive)
    assert (tmp_path / "a/SHA256SUMS").read_bytes() == (tmp_path / "b/SHA256SUMS").read_bytes()
