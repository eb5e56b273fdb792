"""Articles for benchmarks, any number of them, the same for the same seed.

Their words come from real texts where a file of them is given (a truth file of ``benchmarks/extraction.py``): short
runs of words from random places, one to four words long, so that words and pairs of words are as frequent as in real
news, and no longer passage comes twice by itself. Without a file they are made-up words that follow Zipf's law. Each
article has some names of its own besides, because the vocabulary of an archive never stops growing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from newsarchive.archive.revisions.comparison import content_digest
from newsarchive.model.article import Article, Block, BlockKind, DatePrecision, Image, Link, LinkRel
from newsarchive.model.capture import CaptureReference
from newsarchive.model.revision import Candidate

BODY_CHARS = 4000
"""Mean length of a body."""
SITES = 200
SECTIONS = ("World", "Politics", "Business", "Sport", "Culture", "Science", "Health", "Opinion", "Travel", "Local")
AUTHORS = 5000
FIRST_DAY = datetime(2011, 1, 1, tzinfo=UTC)
DAYS = 15 * 365
WITHOUT_DATE = 0.03
"""Share of articles that print no date."""
COPIES = 0.05
"""Share of articles that are a copy of the one before, with a first paragraph of their own."""

_MADE_UP_WORDS = 60_000
_MADE_UP_TOKENS = 400_000
_SYLLABLES = (
    "ba",
    "de",
    "fi",
    "go",
    "hu",
    "ka",
    "le",
    "mi",
    "no",
    "pu",
    "ra",
    "se",
    "ti",
    "vo",
    "zu",
    "an",
    "er",
    "in",
)
_WORDS_A_PARAGRAPH = 60


def real_words(truth: Path) -> list[str]:
    """All words of the English bodies in a truth file, in order, as they are written."""
    words: list[str] = []
    with truth.open(encoding="utf-8") as lines:
        for line in lines:
            body = (json.loads(line).get("body") or "").split()
            if body.count("the") > len(body) / 50:
                words += body
    return words


def made_up_words(rng: np.random.Generator) -> list[str]:
    """Words drawn from a made-up vocabulary by Zipf's law."""
    vocabulary = [_name(int(number)).lower() for number in rng.permutation(_MADE_UP_WORDS) + 100]
    weights = 1 / (np.arange(_MADE_UP_WORDS) + 2.7)
    drawn = rng.choice(_MADE_UP_WORDS, size=_MADE_UP_TOKENS, p=weights / weights.sum())
    return [vocabulary[number] for number in drawn]


def articles(count: int, words: list[str], *, seed: int = 1) -> Iterator[tuple[Article, CaptureReference]]:
    """``count`` articles of :data:`SITES` sites (``site-0`` …), all new, each with its capture."""
    rng = np.random.default_rng(seed)
    chars_a_word = sum(map(len, words)) / len(words) + 1
    site_shares = np.cumsum(1 / (np.arange(SITES) + 3))
    site_shares /= site_shares[-1]
    blocks: tuple[Block, ...] = ()
    for number in range(count):
        length = max(40, int(rng.lognormal(0, 0.5) * 0.88 * BODY_CHARS / chars_a_word))
        text = _text(rng, words, length + 40, number)
        paragraphs = [
            " ".join(text[start : start + _WORDS_A_PARAGRAPH]) for start in range(40, len(text), _WORDS_A_PARAGRAPH)
        ]
        if blocks and rng.random() < COPIES:
            blocks = (Block(kind=BlockKind.PARAGRAPH, text=paragraphs[0]), *blocks)
        else:
            blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=paragraph) for paragraph in paragraphs)
        article = _article(rng, number, text, blocks, int(np.searchsorted(site_shares, rng.random())))
        capture = CaptureReference(
            warc_file=f"2026/01/{number // 20_000:06}.warc.gz",
            warc_offset=number % 20_000 * 30_000,
            digest=f"sha256:{number:064x}",
            fetched_at=FIRST_DAY + timedelta(days=DAYS, seconds=number),
            status=200,
        )
        yield article, capture


def candidate(article: Article, capture: CaptureReference, run_id: int | None = None) -> Candidate:
    """The article as a crawl hands it to the archive."""
    return Candidate(
        article=article,
        content_digest=content_digest(article),
        capture=capture,
        requested_url=article.url,
        run_id=run_id,
    )


def _article(rng: np.random.Generator, number: int, text: list[str], blocks: tuple[Block, ...], site: int) -> Article:
    section, author, other = (int(value) for value in rng.integers(0, (len(SECTIONS), AUTHORS, max(number, 1))))
    day = int(rng.integers(0, DAYS)) if rng.random() >= WITHOUT_DATE else None
    published = None if day is None else FIRST_DAY + timedelta(days=day, minutes=number % 1440)
    url = f"https://site-{site}.example/{SECTIONS[section].lower()}/{'-'.join(text[:5]).lower()}-{number}"
    headline = " ".join(text[:9])
    return Article(
        url=url,
        canonical_url=url,
        site=f"site-{site}",
        publisher=f"The {_name(site)} Times",
        headline=headline,
        description=" ".join(text[10:35]),
        article_section=SECTIONS[section],
        keywords=(_name(author), SECTIONS[section]),
        authors=(f"{_name(author)} {_name(author // 7)}",),
        date_published=published,
        date_published_raw=published and published.isoformat(),
        date_precision=published and DatePrecision.MINUTE,
        in_language="en",
        blocks=blocks,
        images=(Image(url=f"https://site-{site}.example/images/{number}.jpg", alt=headline, is_main=True),),
        related_links=(
            Link(url=f"https://site-{site}.example/news/{other}", text=" ".join(text[35:40]), rel=LinkRel.RELATED),
        ),
        field_sources={"headline": "h1", "date_published": "json-ld", "authors": "json-ld", "blocks": "generic"},
        parser_version="generic/2",
    )


def _text(rng: np.random.Generator, words: list[str], length: int, number: int) -> list[str]:
    """So many words, or a few more: runs of the given words, with names of the article's own between them."""
    runs = length * 2 // 5 + 1
    lengths = rng.integers(1, 5, size=runs)
    starts = rng.integers(0, len(words) - 4, size=runs)
    ends = np.cumsum(lengths)
    places = np.repeat(starts - (ends - lengths), lengths) + np.arange(ends[-1])
    text = [words[place] for place in places.tolist()]
    name = _name(1_000_000 + number // 3)  # three articles speak of each
    for place in rng.integers(0, len(text), size=3).tolist():
        text[place] = name
    return text


def _name(number: int) -> str:
    """A made-up name, another for each number."""
    syllables = []
    while number:
        number, digit = divmod(number, len(_SYLLABLES))
        syllables.append(_SYLLABLES[digit])
    return "".join(syllables).capitalize() or "Ba"
