"""What pages declare, in real crawls: it is in the ledger; and what is obeyed is neither archived nor captured."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys

import pytest

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.captures.warc_reader import iter_captures

TEXT = "".join(
    f"<p>The council of the lake met on day {n} and spoke of the new harbour, which is to be built next year.</p>"
    for n in range(6)
)


def page(name, head=""):
    return f"""<!doctype html><html lang="en"><head><title>The council met on {name}</title>{head}
<meta property="og:type" content="article"></head><body><article><h1>The council met on {name}</h1>{TEXT}
<p>{name}</p></article></body></html>""".encode()


@pytest.fixture
def owner(site):
    html = {"Content-Type": "text/html"}
    site.answers |= {
        "/robots.txt": (404, {}, b""),
        "/plain": (200, html, page("monday")),
        "/header": (200, {**html, "X-Robots-Tag": "noarchive"}, page("tuesday")),
        "/meta": (
            200,
            {**html, "Content-Encoding": "gzip"},
            gzip.compress(page("friday", "<meta name='robots' content='noarchive'>")),
        ),
        "/tdm": (200, {**html, "TDM-Reservation": "1", "TDM-Policy": "https://a.example/terms"}, page("sunday")),
        "/reserved/1": (200, html, page("saturday")),
        "/.well-known/tdmrep.json": (200, {}, b'[{"location": "/reserved/", "tdm-reservation": 1}]'),
    }
    return site


def ledger_after_crawl(site, home, **environment):
    paths = ["/plain", "/header", "/meta", "/tdm", "/reserved/1"]
    home.mkdir()
    (home / "urls.txt").write_text("\n".join(map(site.url, paths)))
    subprocess.run(
        [sys.executable, "-m", "newsarchive", "--home", str(home), "crawl", "--urls", str(home / "urls.txt")],
        env={**os.environ, "NEWSARCHIVE_DELAY": "0", "NEWSARCHIVE_ALLOW_ADDRESSES": site.address, **environment},
        check=True,
        capture_output=True,
        timeout=120,
    )
    with Database.open(home / "archive.db") as database:
        rows = list(ArchiveReader(database).ledger(1))
    return {row.url.removeprefix(site.url("")): (str(row.outcome), row.reason, row.detail) for row in rows}


@pytest.mark.slow
def test_declarations_are_recorded_and_the_pages_archived(owner, tmp_path):
    assert ledger_after_crawl(owner, tmp_path / "home") == {
        "/plain": ("new", None, None),
        "/header": ("new", None, "declares noarchive"),
        "/meta": ("new", None, "declares noarchive"),
        "/tdm": ("new", None, "declares tdm (policy: https://a.example/terms)"),
        "/reserved/1": ("new", None, None),
    }
    assert "/.well-known/tdmrep.json" not in owner.requests


@pytest.mark.slow
def test_what_is_obeyed_is_neither_archived_nor_captured(owner, tmp_path):
    assert ledger_after_crawl(owner, tmp_path / "home", NEWSARCHIVE_OBEY="noarchive,tdm") == {
        "/plain": ("new", None, None),
        "/header": ("refused", "noarchive", "declares noarchive"),
        "/meta": ("refused", "noarchive", "declares noarchive"),
        "/tdm": ("refused", "tdm-reservation", "declares tdm (policy: https://a.example/terms)"),
        "/reserved/1": ("refused", "tdm-reservation", f"reserved by {owner.url('/.well-known/tdmrep.json')}"),
    }
    assert "/reserved/1" not in owner.requests
    assert owner.requests.count("/.well-known/tdmrep.json") == 1
    captured = {capture.url for warc in tmp_path.rglob("*.warc.gz") for capture in iter_captures(warc)}
    assert captured == {owner.url(path) for path in ("/robots.txt", "/.well-known/tdmrep.json", "/plain")}
