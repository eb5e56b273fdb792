"""Mutated pages: whatever a page does to its parser, there is a verdict, no exception and an end.

Some pages of the bundled sample are mutated in every run, fifty real ones of NEWSARCHIVE_BENCH in the slow run. All
mutations follow from the seed: they are the same on any machine.
"""

from __future__ import annotations

import codecs
import gzip
import os
import random
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsarchive.demo.content import load_content
from newsarchive.demo.site import Site
from newsarchive.model.article import Article, NotArticle
from newsarchive.model.capture import Capture
from newsarchive.parsers.normalize import normalize
from newsarchive.parsers.publisher import Publisher
from newsarchive.parsers.sandbox import Sandbox

SEED = 2024
PAGES = 50
MUTATIONS = 100
"""Of each page."""
SAMPLE_PAGES = 10
SAMPLE_MUTATIONS = 30
MAX_BYTES = 150_000
"""How much of a page is mutated."""

TAG = re.compile(rb"</?[a-zA-Z][^<>]{0,300}>")
ELEMENT = re.compile(rb"<([a-z][a-z0-9]{0,9})\b[^<>]{0,300}>[^<>]{0,500}</\1>")
ATTRIBUTE = re.compile(rb"\s([a-z-]{2,15})=\"([^\"]{0,200})\"")
CLOSING = re.compile(rb"</[a-z0-9]{1,10}>")

FRAGMENTS = (
    b"<", b">", b'"', b"'", b"=", b"</div>", b"<div>", b"<p>", b"</p>", b"</article>", b"</body></html>", b"{",
    b"}", b"[",
    b'\\"', b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?xml version='1.0' encoding='utf-16'?>", b"<script>",
    b"</script>",
    b"<style>", b"<title>", b"<textarea>", b"<noscript>", b"<template>", b"<svg><title>", b"<table><tr><td>", b"<br>",
    b"<base href='//['>", b"<meta charset=utf-16>", b"<a href='http://[::1'>", b"<img srcset=', ,, 1x'>", b"<time>",
    b"<script type='application/ld+json'>", b"\x00", b"\x1a", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\xc2\xa0",
)  # fmt: skip
ENTITIES = (
    b"&#0;", b"&#xD800;", b"&#x110000;", b"&#99999999999999999999;", b"&#x;", b"&#", b"&", b"&amp;amp;lt;p&amp;gt;",
    b"&nbsp;",
    b"&bogus;", b"&lt;script&gt;", b"&#x202e;", b"&#x200b;", b"&#128;", b"&zwj;", b"&#xFFFF;", b"&#x0301;" * 40,
)  # fmt: skip
VALUES = (
    b"", b" ", b"0", b"-1", b"9" * 400, b"1e999", b"NaN", b"null", b"[]", b"{}", b"0000-00-00",
    b"9999-12-31T23:59:60+99:99",
    b"2024-02-30", b"32/13/2024", b"http://", b"//", b"https://[", b"https://a:99999/", b"javascript:x", b"data:,",
    b"\\u0000",
    b"\\ud800", b"\xf0\x9f\x98\x80", b"display:none", b"a" * 3_000, b" ," * 500, b"100%", "١٢٣".encode(),
    "२०२४".encode(), b"\x80",
)  # fmt: skip
CODECS = ("utf-16-le", "utf-16", "utf-32", "utf-7", "cp1252", "gb18030", "shift_jis", "koi8-r", "utf-8-sig")


# ---- the mutations: a page, the pages to splice with, chance -> a page -----------------------------------------------


def somewhere(body: bytes, chance: random.Random) -> int:
    return chance.randrange(len(body) + 1)


def one_of(pattern: re.Pattern[bytes], body: bytes, chance: random.Random) -> re.Match[bytes] | None:
    """A match near a random place."""
    return pattern.search(body, somewhere(body, chance)) or pattern.search(body)


def flip_bytes(body: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(min(len(body), chance.choice((1, 5, 200)))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def delete_range(body: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    start = somewhere(body, chance)
    return body[:start] + body[start + chance.choice((1, 50, 2_000, 20_000)) :]


def truncate(body: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    cut = somewhere(body, chance)
    return body[:cut] if chance.random() < 0.7 else body[cut:]


def copy_range(body: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    start, target = somewhere(body, chance), somewhere(body, chance)
    return body[:target] + body[start : start + chance.randint(1, 3_000)] * chance.choice((1, 2, 20)) + body[target:]


def duplicate_tag(body: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    found = one_of(chance.choice((TAG, ELEMENT)), body, chance)
    if found is None:
        return body
    return body[: found.end()] + found.group() * chance.choice((1, 2, 300)) + body[found.end() :]


def drop_closing_tags(body: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    found = one_of(CLOSING, body, chance)
    return body if found is None else body.replace(found.group(), b"", chance.choice((1, 10, -1)))


def splice(body: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    other = chance.choice(others)
    return body[: somewhere(body, chance)] + other[somewhere(other, chance) :]


def pump_attribute(body: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    found = one_of(ATTRIBUTE, body, chance)
    if found is None:
        return body
    name, value = found.groups()
    many = (
        b"".join(b' %s%d="%s"' % (name, number, value) for number in range(300)),
        b' %s="%s"' % (name, (value + b" ") * (20_000 // (len(value) + 1))),
        found.group() * 200,
    )
    return body[: found.start()] + chance.choice(many) + body[found.end() :]


def set_attribute(body: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    found = one_of(ATTRIBUTE, body, chance)
    return body if found is None else body[: found.start(2)] + chance.choice(VALUES) + body[found.end(2) :]


def change_encoding(body: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    codec = chance.choice(CODECS)
    if chance.random() < 0.3:  # declared, not done
        return b"<meta charset=" + codec.encode() + b">" + body
    try:
        return body.decode("utf-8", "replace").encode(codec, "xmlcharrefreplace")
    except UnicodeError:  # a codec that has no replacement for a surrogate
        return codecs.BOM_UTF16_LE + body


def add_fragments(body: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    start = somewhere(body, chance)
    return body[:start] + chance.choice(FRAGMENTS) * chance.choice((1, 20, 1_000)) + body[start:]


def add_entities(body: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    start = somewhere(body, chance)
    return body[:start] + chance.choice(ENTITIES) * chance.choice((1, 50)) + body[start:]


def break_json(body: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    start = body.find(b"ld+json")
    if start < 0:
        return body
    start += chance.randrange(1_000)
    return body[:start] + chance.choice((b'"', b"{", b"]", b"\\", b",,", b"\n", b'"@graph":[', b"null")) + body[start:]


KINDS = (
    flip_bytes, delete_range, truncate, copy_range, duplicate_tag, drop_closing_tags, splice, pump_attribute,
    set_attribute,
    change_encoding, add_fragments, add_entities, break_json,
)  # fmt: skip


def mutated(page: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    body = page
    for _ in range(chance.choice((1, 2, 4, 12))):
        body = chance.choice(KINDS)(body, others, chance)[: 4 * MAX_BYTES]
    return body


def mutations(pages: Sequence[bytes], each: int) -> list[tuple[int, int]]:
    return [(page, number) for page in range(len(pages)) for number in range(each)]


def mutation(pages: Sequence[bytes], page: int, number: int) -> bytes:
    return mutated(pages[page], pages, random.Random(f"{SEED} {page} {number}"))


# ---- what is tested --------------------------------------------------------------------------------------------------


def read_and_normalize(capture: Capture) -> Article | NotArticle:
    result = Publisher().read(capture)
    return normalize(result) if isinstance(result, Article) else result


def capture(body: bytes) -> Capture:
    url = "https://example.com/2024/05/01/a-story"
    return Capture(
        requested_url=url, url=url, fetched_at=datetime(2024, 5, 2, tzinfo=UTC), status=200, headers={}, body=body
    )


def sample_pages() -> list[bytes]:
    site = Site(load_content(), "https://example.com")
    answers = (site.answer(path) for path in site.paths)
    pages = [answer.body for answer in answers if answer.content_type.startswith("text/html")]
    return pages[:: len(pages) // SAMPLE_PAGES][:SAMPLE_PAGES]


def bench_pages() -> list[bytes]:
    files = sorted((Path(os.environ["NEWSARCHIVE_BENCH"]) / "pages").glob("*.html.gz"))
    return [gzip.decompress(file.read_bytes())[:MAX_BYTES] for file in random.Random(SEED).sample(files, PAGES)]


def test_mutated_sample_pages_are_read_without_an_exception():
    pages = sample_pages()
    assert len(pages) == SAMPLE_PAGES
    kinds = set()
    for page, number in mutations(pages, SAMPLE_MUTATIONS):
        result = read_and_normalize(capture(mutation(pages, page, number)))
        assert isinstance(result, (Article, NotArticle)), (page, number)
        kinds.add("article" if isinstance(result, Article) else result.reason)
    assert {"article", "no-body", "not-html"} <= kinds  # they are mutated neither too little nor too much


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_of_mutation_changes_pages_and_follows_from_the_seed(kind):
    pages = sample_pages()
    made = [[kind(page, pages, random.Random(n)) for n, page in enumerate(pages)] for _ in range(2)]
    assert made[0] == made[1]
    assert made[0] != pages


@pytest.mark.slow
@pytest.mark.skipif("NEWSARCHIVE_BENCH" not in os.environ, reason="NEWSARCHIVE_BENCH names no benchmark folder")
def test_five_thousand_mutated_pages_are_read_within_the_limits_and_without_an_exception():
    pages = bench_pages()
    failed = {}
    with Sandbox(workers=2) as sandbox:
        for page in range(len(pages)):
            futures = {
                number: sandbox.submit(read_and_normalize, capture(mutation(pages, page, number)))
                for number in range(MUTATIONS)
            }
            for number, future in futures.items():
                error = future.exception(timeout=600)
                if error is not None:
                    failed[page, number] = f"{error} {getattr(error, '__notes__', '')}"
                else:
                    assert isinstance(future.result(), (Article, NotArticle))
    assert not failed
