"""An archive for ``benchmarks/export.py``: rows in bulk, as crawls leave them; one article in twenty has two states.

python benchmarks/export_archive.py HOME ARTICLES [TRUTH.jsonl]
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

import numpy as np
from sqlalchemy import insert
from synthetic_articles import FIRST_DAY, SITES, articles, candidate, made_up_words, real_words

from newsarchive.archive.database import Database
from newsarchive.archive.rows import revision_columns
from newsarchive.archive.schema.articles import ARTICLE, REVISION
from newsarchive.archive.schema.sites import SITE

CHUNK = 500
REVISED = 20
"""One article in so many was changed once."""


def main() -> None:
    home, count = Path(sys.argv[1]), int(sys.argv[2])
    words = real_words(Path(sys.argv[3])) if len(sys.argv) > 3 else made_up_words(np.random.default_rng(1))
    made = enumerate(articles(count, words), start=1)
    with Database.open(home / "archive.db", create=True) as database, database.write() as connection:
        sites = [
            {"id": number + 1, "name": f"site-{number}", "home_url": f"https://site-{number}.example/"}
            for number in range(SITES)
        ]
        connection.execute(insert(SITE), [{**site, "added_at": FIRST_DAY} for site in sites])
        site_ids = {site["name"]: site["id"] for site in sites}
        last_revision_id = 0
        while chunk := list(islice(made, CHUNK)):
            article_rows, revision_rows = [], []
            for article_id, (article, capture) in chunk:
                first = candidate(article, capture)
                states = [first]
                if article_id % REVISED == 0:
                    changed = replace(article, blocks=article.blocks[:-1] or article.blocks)
                    later = replace(capture, fetched_at=capture.fetched_at + timedelta(days=1))
                    states.append(candidate(changed, later))
                for number, state in enumerate(states, start=1):
                    last_revision_id += 1
                    place = {"id": last_revision_id, "article_id": article_id, "number": number}
                    revision_rows.append({**place, **revision_columns(state)})
                article_rows.append(
                    {
                        "id": article_id,
                        "site_id": site_ids[article.site],
                        "first_seen_at": capture.fetched_at,
                        "last_seen_at": states[-1].capture.fetched_at,
                        "revision_count": len(states),
                        "latest_revision_id": last_revision_id,
                        "canonical_url": article.canonical_url,
                        "cluster_id": article_id,
                    }
                )
            connection.execute(insert(ARTICLE), article_rows)
            connection.execute(insert(REVISION), revision_rows)


if __name__ == "__main__":
    main()
