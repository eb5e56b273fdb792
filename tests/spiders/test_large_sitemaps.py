"""Sitemaps may have 50 MB by their protocol, five times what a page may have: real crawls of large and hostile ones."""

from __future__ import annotations

import os
import subprocess
import sys
import zlib
from datetime import UTC, datetime

import pytest

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.writer import ArchiveWriter
from newsarchive.model.crawl_run import Outcome, ResourceKind
from newsarchive.model.site import Site

pytestmark = pytest.mark.slow

ENTRIES = 50_000
MEMORY_BYTES = 500_000_000
"""More than a process of a crawl may ever have: its parsers stop at 400 MB, and it holds one sitemap at a time."""
STARTER = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(os.wait4(process.pid, 0)[2].ru_maxrss)
"""
"""Starts a command and prints its peak memory in KiB. What this process of many tests holds would count as the
command's, for it is a copy of its parent until it runs; what a small one between them holds does not matter."""


@pytest.fixture
def crawl(site, tmp_path):
    """Crawls without pages; the ledger's entries by path, and the largest memory of a process of the crawl in bytes."""
    with Database.open(tmp_path / "archive.db", create=True) as database:
        ArchiveWriter(database).add_site(Site(name="one", home_url=site.url("/"), added_at=datetime.now(UTC)))

    def crawl(*options):
        command = [sys.executable, "-m", "newsarchive", "--home", str(tmp_path), "crawl", "one", *options]
        measured = subprocess.run(
            [sys.executable, "-c", STARTER, *command],
            env={**os.environ, "NEWSARCHIVE_DELAY": "0", "NEWSARCHIVE_ALLOW_ADDRESSES": site.address},
            capture_output=True,
            check=True,
        )
        with Database.open(tmp_path / "archive.db") as database:
            reader = ArchiveReader(database)
            entries = [entry for entry in reader.ledger(reader.runs()[-1].id) if entry.outcome is not Outcome.SKIPPED]
        return {entry.url.removeprefix(site.url("")): entry for entry in entries}, int(measured.stdout) * 1024

    return crawl


def serve(site, body, *, path="/sitemap.xml", **headers):
    home = b'<html><title>News</title><body><a href="/2024/05/03/large.html">A very large page</a></body></html>'
    robots = f"Sitemap: {site.url(path)}".encode()
    site.answers |= {"/robots.txt": (200, {"Content-Type": "text/plain"}, robots), "/": (200, {}, home)}
    site.answers[path] = (200, {"Content-Type": "application/xml", **headers}, body)


def sitemap(site, size, count):
    """A sitemap of about that many bytes, and so many addresses."""
    address = site.url("/news/2024/05/03/the-council-met-for-the-{}th-time.html")
    entry = f"<url><loc>{address}</loc><lastmod>2024-05-03</lastmod>{{}}</url>"
    filling = " " * (size // count - len(entry))
    entries = "".join(entry.format(f"{number:06}", filling) for number in range(count))
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'.encode()


def bomb(size):
    """So many bytes as gzip, made without holding them."""
    packer = zlib.compressobj(wbits=31)
    pieces = [packer.compress(b"<urlset>")]
    pieces += [packer.compress(b" " * 1_000_000) for _ in range(size // 1_000_000)]
    return b"".join([*pieces, packer.flush()])


def test_a_sitemap_of_30_mb_is_read(site, crawl):
    body = sitemap(site, 30_000_000, ENTRIES)
    assert len(body) > 29_000_000
    serve(site, body)
    entries, memory = crawl("--max-pages", "0")
    entry = entries["/sitemap.xml"]
    assert (entry.outcome, entry.reason, entry.detail) == (Outcome.READ, None, f"{ENTRIES} entries")
    assert memory < MEMORY_BYTES


def test_a_large_sitemap_that_was_not_modified_is_read_from_its_capture(site, crawl):
    serve(site, sitemap(site, 12_000_000, 100), ETag='"one"')
    crawl("--max-pages", "0")
    site.answers["/sitemap.xml"] = (304, {"ETag": '"one"'}, b"")
    entries, _ = crawl("--max-pages", "0")
    entry = entries["/sitemap.xml"]
    assert (entry.outcome, entry.reason, entry.detail) == (Outcome.READ, "not-modified", "100 entries")
    assert site.requests.count("/sitemap.xml") == 2


@pytest.mark.parametrize(
    ("path", "headers", "end"),
    [
        ("/sitemap.xml", {"Content-Encoding": "gzip"}, (Outcome.REFUSED, "too-large")),
        ("/sitemap.xml.gz", {"Content-Type": "application/gzip"}, (Outcome.FAILED, "too-large")),
    ],
)
def test_a_bomb_of_200_mb_is_refused(site, crawl, path, headers, end):
    serve(site, bomb(200_000_000), path=path, **headers)
    entries, memory = crawl()
    assert (entries[path].outcome, entries[path].reason) == end
    assert memory < MEMORY_BYTES


def test_a_sitemap_of_more_than_50_mb_is_refused(site, crawl):
    serve(site, b"<urlset>" + b" " * 52_428_800 + b"</urlset>")
    entries, _ = crawl()
    assert (entries["/sitemap.xml"].outcome, entries["/sitemap.xml"].reason) == (Outcome.REFUSED, "too-large")


def test_a_page_of_11_mb_is_still_too_large(site, crawl):
    serve(site, b"<urlset></urlset>")
    path = "/2024/05/03/large.html"
    site.answers[path] = (200, {}, b"<html><body>" + b"<p>word</p>" * 1_000_000)
    entries, _ = crawl()
    assert entries[path].kind is ResourceKind.PAGE
    assert (entries[path].outcome, entries[path].reason) == (Outcome.REFUSED, "too-large")
