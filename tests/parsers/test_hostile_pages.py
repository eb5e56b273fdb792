"""Hostile pages through the sandbox: each ends in time and in its memory, with a reason, and spares the others.

The small ones run always, the expensive ones with ``make test-all``. To see what each costs::

    .venv/bin/pytest -m "" -s -k within_its_limits tests/parsers/test_hostile_pages.py
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsarchive.errors import ParseError
from newsarchive.model.article import Article, NotArticle
from newsarchive.model.capture import Capture
from newsarchive.model.crawl_run import Outcome
from newsarchive.parsers.normalize import normalize
from newsarchive.parsers.sandbox import MEGABYTE as MB
from newsarchive.parsers.sandbox import Sandbox
from newsarchive.publishers.registry import read

LIMIT_S = 10.0
GUARD_S = 20.0
"""The sandbox ends a page within LIMIT_S on a machine that has time for it; what is held up elsewhere is no failure."""
LIMIT_BYTES = 400 * MB
FAILURES = frozenset({"parser-timeout", "parser-memory", "parser-answer"})
URL = "https://example.com/2024/05/01/a-storm-takes-the-roof"
HEADLINE = "A storm takes the roof of the school"
HEAD = f"<!doctype html><html><head><title>{HEADLINE}</title></head><body><article><h1>{HEADLINE}</h1>".encode()
PARAGRAPH = (
    b"<p>The storm came in the night, and it took the roof of the school with it, the mayor said on Tuesday, before the"
    b" council met.</p>"
)
TEXT = PARAGRAPH * 8


def page(hostile: bytes = b"", head: bytes = b"") -> bytes:
    """An article with something in the middle of its body or in its head."""
    return HEAD.replace(b"</head>", head + b"</head>") + TEXT + hostile + TEXT + b"</article></body></html>"


def words(size: int) -> bytes:
    return (b"the mayor said that the roof " * (size // 29 + 1))[:size]


def json_ld(text: bytes) -> bytes:
    return b"<script type='application/ld+json'>" + text + b"</script>"


def entities_of_entities() -> bytes:
    levels = (b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"lol") for n in range(12))
    return b'<?xml version="1.0"?><!DOCTYPE html [' + b"".join(levels) + b"]>" + page(b"<p>&l11;</p>")


SMALL = {
    "100,000 nested divs": lambda: page(b"<div>" * 100_000),
    "100,000 nested spans": lambda: page(b"<span>" * 100_000),
    "100,000 nested links": lambda: page(b"<a href=/x>" * 100_000 + b"x"),
    "100,000 nested tables": lambda: page(b"<table><tr><td>x" * 100_000),
    "deep JSON-LD": lambda: page(
        b"",
        b"<script type='application/ld+json'>"
        + b'{"@type":"NewsArticle","mainEntity":' * 50_000
        + b"1"
        + b"}" * 50_000
        + b"</script>",
    ),
    "JSON-LD with 40,000 authors": lambda: page(
        b"",
        b"<script type='application/ld+json'>"
        + b'{"@type":"NewsArticle","headline":"A storm takes the roof","author":['
        + b",".join([b'{"name":"John Smith %d"}' % n for n in range(60_000)])
        + b'],"keywords":['
        + b",".join([b'"k%d"' % n for n in range(60_000)])
        + b"]}</script>",
    ),
    "a billion laughs": entities_of_entities,
    "a srcset of commas": lambda: page(b"<figure><img srcset='" + b"a," * 1_000_000 + b"'></figure>"),
    "a class of 1 MB": lambda: page(b"<div class='" + b"story-body " * 90_000 + b"'><p>x</p></div>"),
    "a link of escapes": lambda: page(b"<p>See <a href='/" + b"%2f\xc3\xa9" * 200_000 + b"'>this one</a></p>" * 5),
    "null bytes": lambda: page(b"<p>" + b"\0" * 8_000_000 + b"</p>"),
    "UTF-16 without a mark": lambda: page(b"").decode().encode("utf-16-le"),
    "combining marks": lambda: page(b"<p>" + ("a" + "\u0301\u0323" * 1_000_000).encode() + b"</p>"),
}
LARGE = {
    "1,000,000 attributes": lambda: page(b"<p " + b" ".join(b"a%d='x'" % n for n in range(1_000_000)) + b">x</p>"),
    "100,000 nested bold": lambda: page(b"<b>" * 100_000 + b"x"),
    "50 MB of JSON-LD": lambda: page(
        b"", b"<script type='application/ld+json'>[" + b'{"@type": "x"}, ' * 3_200_000 + b"{}]</script>"
    ),
    "50 MB of JSON-LD in one string": lambda: page(
        b"",
        b'<script type=\'application/ld+json\'>{"@type":"NewsArticle","articleBody":"'
        + words(50 * MB)
        + b'"}</script>',
    ),
    "50 MB of unclosed comment": lambda: HEAD + TEXT + b"<!-- " + b"x-- " * (50 * MB // 4),
    "50 MB of unclosed comment at once": lambda: b"<!-- " + b"x" * (50 * MB),
    "1,000,000 empty elements": lambda: page(b"<p></p>" * 1_000_000),
    "1,000,000 x br": lambda: page(b"<p>x" + b"x<br>" * 1_000_000 + b"y</p>"),
    "a paragraph of 200,000 links": lambda: page(
        b"<p>" + b"".join(b"<a href=/n/%d>the mayor said</a> and " % n for n in range(200_000)) + b"</p>"
    ),
    "20 MB of one line without spaces": lambda: page(b"<p>" + b"x" * (20 * MB) + b"</p>"),
    "a text node of 30 MB": lambda: page(b"<p>" + words(30 * MB) + b"</p>"),
    "JSON-LD to repair, 60 times": lambda: page(
        b"", (b"<script type='application/ld+json'>" + b"{'a' 'b', \"c: [1,2,, \\" * 4_500 + b"</script>") * 60
    ),
    "JSON-LD of quotes": lambda: page(
        b"", (b'<script type=\'application/ld+json\'>{"a": "' + b'" " ' * 24_000 + b"</script>") * 60
    ),
    "2,000,000 entities": lambda: page(b"<p>" + b"&amp;&#x41;&nbsp;&bogus;" * 500_000 + b"</p>"),
    "100,000 metas": lambda: page(
        b"",
        b"".join(
            b'<meta name="author" content="John Smith %d"><meta property="article:tag" content="t%d">' % (n, n)
            for n in range(50_000)
        ),
    ),
    "100,000 times": lambda: page(
        b"".join(b'<time datetime="2024-05-%02dT10:00">May %d, 2024</time>' % (n % 28 + 1, n) for n in range(100_000))
    ),
    "100,000 times, words": lambda: page(
        b"".join(b"<time>%d hours ago in %d</time>" % (n % 28 + 1, n) for n in range(100_000))
    ),
    "100,000 h1": lambda: page(b"".join(b"<h1>A storm %d takes the roof</h1>" % n for n in range(100_000))),
    "100,000 bylines": lambda: page(
        b"".join(b"<span class=author>By John Smith %d</span>" % n for n in range(100_000))
    ),
    "100,000 images": lambda: page(
        b"".join(
            b"<figure><img src=/i/%d.jpg width=800><figcaption>The roof %d. Photo: A Smith</figcaption></figure>"
            % (n, n)
            for n in range(100_000)
        )
    ),
    "a srcset of 8 MB": lambda: page(
        b"<figure><img src=/a.jpg srcset='"
        + b",".join(b"/i/%d.jpg %dw" % (n, n) for n in range(450_000))
        + b"'></figure>"
    ),
    "data: images of 10 MB": lambda: page(
        b"<figure><img src='data:image/png;base64," + b"A" * (5 * MB) + b"'></figure>" * 2
    ),
    "a canonical of 5 MB": lambda: page(b"", b"<link rel=canonical href='/" + b"a-b_" * 1_250_000 + b"'>"),
    "unclosed script": lambda: page(b"<script>" + b"if (a<b) { '</p>' } " * 500_000),
    "unclosed title": lambda: page(b"", b"<title>" + words(8 * MB)).replace(b"</head>", b""),
    "unclosed textarea": lambda: page(b"<textarea>" + words(8 * MB)),
    "scripts of strings": lambda: page(
        b"<script>" + b'{"body":"<p>The storm came in the night\\u003c/p>"},' * 180_000 + b"</script>"
    ),
    "scripts of escaped quotes": lambda: HEAD + b'<script>"<p>' + b'\\"' * 4_000_000 + b"</script>",
    "UTF-7": lambda: page(b"<meta charset=utf-7>" + b"+AGE-" * 1_000_000),
    "random bytes of 8 MB": lambda: random.Random(1).randbytes(8_000_000),
    "mojibake of 5 MB": lambda: page(
        "".join(
            f"<p>{n} Fran\u00c3\u00a7ois \u00e2\u20ac\u201c le maire a dit que le toit, M\u00c3\u0192\u00c2\u00a9</p>"
            for n in range(80_000)
        ).encode()
    ),
    "mojibake in mojibake": lambda: page(
        b"<p>"
        + ("\u00c3\u0192\u00c6\u2019\u00c3\u2020\u00e2\u20ac\u2122\u00c3\u0192\u00e2\u20ac\u00a0" * 60_000).encode()
        + b"</p>"
    ),
    "spaces of 8 MB": lambda: page(b"<p>x" + b" " * 8_000_000 + b"y</p>"),
    "spaces in all": lambda: page(
        b"<p>x" + b" " * 800_000 + b"y</p>",
        b"<meta name=author content='x"
        + b" " * 800_000
        + b"y'><meta name=description content='x"
        + b" " * 800_000
        + b"y'>",
    ).replace(b"A storm", b"A" + b" " * 800_000 + b"storm"),
    "digits in all": lambda: page(
        b"<p class=byline>" + b"1" * 800_000 + b"</p><time>" + b"1" * 800_000 + b"</time>",
        b"<meta name=author content='" + b"1" * 800_000 + b"'><meta name=date content='" + b"1" * 800_000 + b"'>",
    ).replace(b"A storm", b"1" * 800_000),
    "500,000 table rows": lambda: page(b"<table>" + b"<tr><td>a<td>b<td>c" * 500_000 + b"</table>"),
    "a row of 500,000 cells": lambda: page(b"<table><tr>" + b"<td>a" * 500_000 + b"</table>"),
    "300,000 tags of own": lambda: page(b"<x-a>" * 300 + b"<x-b>y</x-b>" * 300_000),
    "500,000 open angles": lambda: page(b"<p>" + b"<" * 5_000_000 + b"</p>"),
    "tags never closed": lambda: page(b"<p " * 2_000_000),
    "5,000 list items of related": lambda: page(
        b"<ul>"
        + b"".join(b"<li>Related: <a href=/n/%d>The storm %d</a></li>" % (n, n) for n in range(100_000))
        + b"</ul>"
    ),
}


def capture(body: bytes, url: str = URL) -> Capture:
    fetched_at = datetime(2024, 5, 2, tzinfo=UTC)
    return Capture(requested_url=url, url=url, fetched_at=fetched_at, status=200, headers={}, body=body)


class Watch(threading.Thread):
    """Notes the highest resident memory that processes came to; a killed one can no longer be asked."""

    def __init__(self, pids: set[int]) -> None:
        super().__init__(daemon=True)
        self.peak_bytes = 0
        self._pids = pids
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(0.01):
            for pid in self._pids:
                try:
                    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
                except OSError:
                    continue
                peak = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)
                self.peak_bytes = max(self.peak_bytes, peak * 1024)

    def __enter__(self) -> Watch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.join()


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(
        workers=2, timeout_s=LIMIT_S, memory_bytes=LIMIT_BYTES, preload=("newsarchive.publishers.registry",)
    ) as made:
        yield made


def children_of(sandbox: Sandbox) -> set[int]:
    """The sandbox's two children, each ready to read."""
    pids: set[int] = set()
    while len(pids) < 2:
        reading = [sandbox.submit(read, capture(page())) for _ in range(4)]
        pids = {sandbox.submit(os.getpid).result(timeout=GUARD_S * 6) for _ in range(4)}
        assert all(outcome(future) == "article" for future in reading)
    return pids


def outcome(future: Future[Article | NotArticle]) -> str:
    """``article``, or the reason there is none."""
    error = future.exception(timeout=GUARD_S * 6)
    if error is None:
        result = future.result()
        return "article" if isinstance(result, Article) else result.reason
    assert isinstance(error, ParseError), error
    assert error.url == URL
    assert error.reason in FAILURES, error
    return error.reason


def check(sandbox: Sandbox, name: str, body: bytes) -> None:
    pids = children_of(sandbox)
    good = [page(f"<p>The council of town {n} will vote on it on Friday, it said.</p>".encode()) for n in range(50)]
    with Watch(pids) as watch:
        began = time.monotonic()
        ended: list[float] = []
        hostile = sandbox.submit(read, capture(body))
        hostile.add_done_callback(lambda _: ended.append(time.monotonic()))
        beside = [
            sandbox.submit(read, capture(body, f"https://example.com/2024/05/01/town-{n}"))
            for n, body in enumerate(good)
        ]
        for n, future in enumerate(beside):
            article = future.result(timeout=GUARD_S * 6)
            assert isinstance(article, Article)
            assert (article.headline, len(article.blocks)) == (HEADLINE, 17)
            assert article.blocks[8].text == f"The council of town {n} will vote on it on Friday, it said."
        said = outcome(hostile)
        if said == "article":
            said = outcome(sandbox.submit(normalize, hostile.result())).replace("article", "article, normalized")
        after = [sandbox.submit(read, capture(page())) for _ in range(2)]
        assert [outcome(future) for future in after] == ["article"] * 2
    took_s = ended[0] - began
    print(f"{name:45} {len(body) / MB:6.1f} MB: {took_s:5.2f} s, {watch.peak_bytes / MB:4.0f} MB, {said}")  # noqa: T201
    assert took_s < GUARD_S
    assert watch.peak_bytes < LIMIT_BYTES


@pytest.mark.parametrize("name", SMALL)
def test_a_hostile_page_stays_within_its_limits_and_leaves_others_alone(sandbox, name):
    check(sandbox, name, SMALL[name]())


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_a_large_hostile_page_stays_within_its_limits_and_leaves_others_alone(sandbox, name):
    check(sandbox, name, LARGE[name]())


# ---- in a crawl ------------------------------------------------------------------------------------------------------

KILLERS = {
    "parser-memory": lambda: page(b"<p>" + b"x<br>" * 1_900_000),
    "parser-timeout": lambda: page(b"<p " + b" ".join(b"a%d=''" % n for n in range(800_000)) + b">x</p>"),
}


@pytest.mark.parametrize("reason", ["parser-memory", pytest.param("parser-timeout", marks=pytest.mark.slow)])
@pytest.mark.slow
def test_a_crawl_records_the_page_that_killed_its_parser_and_goes_on(site, tmp_path, reason):
    names = [f"/2024/05/{n:02}/town-{n}" for n in range(1, 13)]
    killer = names[3]
    for n, name in enumerate(names):
        site.answers[name] = (200, {}, page(f"<p>The council of town {n} will vote on it on Friday.</p>".encode()))
    site.answers[killer] = (200, {}, KILLERS[reason]())
    site.answers["/robots.txt"] = (200, {"Content-Type": "text/plain"}, b"")
    (tmp_path / "urls.txt").write_text("\n".join(map(site.url, names)))
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "urls", "-a", f"file={tmp_path / 'urls.txt'}"],
        cwd=Path(__file__).parents[2],
        env={
            **os.environ,
            "NEWSARCHIVE_HOME": str(home),
            "NEWSARCHIVE_DELAY": "0",
            "NEWSARCHIVE_ALLOW_ADDRESSES": site.address,
        },
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    from newsarchive.api import Archive

    with Archive.open(home) as archive:
        entries = {entry.url: entry for entry in archive.reader.ledger(archive.reader.runs()[-1].id)}
        archived = {revision.article.url for revision in archive.latest()}
    failed = entries[site.url(killer)]
    assert (failed.outcome, failed.reason) == (Outcome.FAILED, reason)
    assert failed.warc_file  # its bytes are kept
    assert archived == {site.url(name) for name in names if name != killer}
