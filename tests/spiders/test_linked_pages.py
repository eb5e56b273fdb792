"""A site that tells of its articles by links alone, also by those of pages that cannot be read."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader

FALLING = """
from newsarchive.parsers.publisher import Publisher


class Falling(Publisher):
    name = "falling"
    hosts = ("127.0.0.1",)

    def headline(self, page):
        if page.url.endswith("-2"):
            raise ValueError("no luck")
        return super().headline(page)
"""
STORIES = [f"/2024/05/story-of-the-lake-{number}" for number in range(1, 5)]


def story(number: int) -> bytes:
    text = f"<p>{number}. The ferry of Kivuto sailed on Monday with a hundred guests and came back on Friday.</p>" * 5
    following = f"<aside><a href='{STORIES[number]}'>What the lake gave next</a></aside>" if number < 4 else ""
    return (
        f"<html lang=en><title>Lake {number}</title><article><h1>Lake {number}</h1>{text}</article>{following}".encode()
    )


@pytest.mark.slow
def test_links_of_a_page_its_rules_fall_over_are_followed(site, tmp_path):
    home = f"<h2><a href='{STORIES[0]}'>The story of the lake</a></h2>".encode()
    site.answers = {"/": (200, {}, home), **{path: (200, {}, story(n)) for n, path in enumerate(STORIES, start=1)}}
    (tmp_path / "publishers").mkdir()
    (tmp_path / "publishers" / "falling.py").write_text(FALLING)
    for arguments in (
        ["site", "add", site.url(), "--name", "shore", "--no-check", "--allow-address", site.address],
        ["crawl", "shore", "--allow-address", site.address],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "newsarchive", "--home", str(tmp_path), *arguments],
            env={**os.environ, "NEWSARCHIVE_DELAY": "0", "NEWSARCHIVE_PUBLISHERS": str(tmp_path / "publishers")},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
    with Database.open(tmp_path / "archive.db") as database:
        ledger = {entry.url: (str(entry.outcome), entry.reason) for entry in ArchiveReader(database).ledger(1)}
    new = ("new", None)
    assert [ledger[site.url(path)] for path in STORIES] == [new, ("failed", "parser-crash"), new, new]
    assert [site.requests.count(path) for path in STORIES] == [1, 1, 1, 1]
