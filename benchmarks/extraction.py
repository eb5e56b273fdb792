"""Read every page of a truth file and write predictions for its scorer; time it beside a bare lxml parse.

    python benchmarks/extraction.py --truth truth.jsonl --out predictions.jsonl
    python score.py predictions.jsonl

A truth file has one JSON object a line with ``id``, ``url`` and perhaps ``crawl_date``; the page lies beside it as
``pages/<id>.html.gz``. Only the publisher's generic rules run, so no page profits from rules of its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lxml.html

from newsarchive.model.article import Article, NotArticle
from newsarchive.model.capture import Capture
from newsarchive.parsers.normalize import normalize
from newsarchive.parsers.publisher import Publisher

UNKNOWN_FETCH = datetime(2026, 11, 1, tzinfo=UTC)
"""When a page was fetched whose truth does not say: after all of them."""


def pages(truths: list[Path]) -> Iterator[tuple[dict[str, Any], bytes]]:
    for truth in truths:
        with truth.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                with gzip.open(truth.parent / "pages" / f"{row['id']}.html.gz") as file:
                    yield row, file.read()


def capture_of(row: dict[str, Any], body: bytes) -> Capture:
    url = row["url"].strip()
    day = row.get("crawl_date")
    fetched_at = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else UNKNOWN_FETCH
    return Capture(
        requested_url=url, url=url, fetched_at=fetched_at, status=200, headers={"content-type": "text/html"}, body=body
    )


def published(article: Article) -> str | None:
    """The moment as its page wrote it where that is ISO, for the scorer to compare local days; else in UTC."""
    if article.date_published is None:
        return None
    try:
        written = datetime.fromisoformat((article.date_published_raw or "").strip())
    except ValueError:
        return article.date_published.isoformat()
    return written.isoformat()


def prediction(page_id: str, article: Article) -> dict[str, Any]:
    main = next((image.url for image in article.images if image.is_main), None)
    return {
        "id": page_id,
        "headline": article.headline,
        "authors": list(article.authors),
        "published": published(article),
        "section": article.article_section,
        "topics": list(article.keywords),
        "paragraphs": [block.text for block in article.blocks],
        "images": [image.url for image in article.images],
        "lead_image": main,
        "lang": article.in_language,
    }


def ours(row: dict[str, Any], body: bytes) -> tuple[dict[str, Any], float, str | None]:
    """A page's prediction, the milliseconds it took and why it was refused, if it was."""
    capture = capture_of(row, body)
    start = time.perf_counter()
    found = Publisher().read(capture)
    result = normalize(found) if isinstance(found, Article) else found
    took_ms = (time.perf_counter() - start) * 1000
    if isinstance(result, NotArticle):
        return {"id": row["id"]}, took_ms, f"{result.reason}: {result.detail}"
    return prediction(row["id"], result), took_ms, None


def bare_parse_ms(body: bytes) -> float:
    """Milliseconds of lxml's own parse of the page's bytes, the yardstick of all speed goals."""
    start = time.perf_counter()
    lxml.html.document_fromstring(body or b"<p>")
    return (time.perf_counter() - start) * 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--truth", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--refused", action="store_true", help="print every page that was taken for no article")
    arguments = parser.parse_args()
    ours_ms: list[float] = []
    bare_ms: list[float] = []
    reasons: Counter[str] = Counter()
    with arguments.out.open("w", encoding="utf-8") as out:
        for number, (row, body) in enumerate(pages(arguments.truth)):
            if number == 0:
                ours(row, body)  # loads models and compiles; a crawl does it once
            bare_ms.append(bare_parse_ms(body))
            predicted, took_ms, refusal = ours(row, body)
            ours_ms.append(took_ms)
            if refusal:
                reasons[refusal.partition(":")[0]] += 1
                if arguments.refused:
                    print(f"refused {row['id']} {row['url']} {refusal}", file=sys.stderr)
            out.write(json.dumps(predicted, ensure_ascii=False) + "\n")
    mean, bare = statistics.fmean(ours_ms), statistics.fmean(bare_ms)
    print(
        f"{len(ours_ms)} pages: {mean:.2f} ms a page (median {statistics.median(ours_ms):.2f}, most {max(ours_ms):.0f})"
    )
    print(f"lxml parse alone {bare:.2f} ms a page: ratio {mean / bare:.2f}")
    print(f"refused {sum(reasons.values())}: {dict(reasons)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
