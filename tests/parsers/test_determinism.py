"""Same bytes, same article: in another process, with other hashes, in another order, after other pages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

READ = """
import gzip, hashlib, json, os, sys
from datetime import UTC, datetime
from pathlib import Path

import orjson

from newsarchive.demo.content import load_content
from newsarchive.demo.site import Site
from newsarchive.model.article import Article
from newsarchive.model.capture import Capture
from newsarchive.parsers.normalize import normalize
from newsarchive.publishers.registry import read


def pages():
    if sys.argv[1] == "sample":
        site = Site(load_content(), "https://example.com")
        for path in site.paths:
            answer = site.answer(path)
            if "html" in answer.content_type:
                yield f"https://example.com{path}", answer.body, answer.content_type
    else:
        folder = Path(sys.argv[1])
        for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
            truth = json.loads(line)
            yield truth["url"], gzip.decompress((folder / "pages" / f"{truth['id']}.html.gz").read_bytes()), "text/html"


asked = list(pages())
if sys.argv[2] == "backward":
    asked.reverse()
digests = {}
for number, (url, body, content_type) in enumerate(asked):
    result = read(
        Capture(
            requested_url=url,
            url=url,
            fetched_at=datetime(2026, 11, 20, tzinfo=UTC),
            status=200,
            headers={"content-type": content_type},
            body=body,
        )
    )
    result = normalize(result) if isinstance(result, Article) else result
    key = f"{url} {hashlib.sha256(body).hexdigest()}"
    if sys.argv[3] == "whole":
        digests[key] = orjson.dumps(result).decode()
    else:
        digests[key] = hashlib.sha256(orjson.dumps(result)).hexdigest()
print(json.dumps(digests, sort_keys=True))
"""


def read_all(pages: str, seed: str, order: str, form: str) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-c", READ, pages, order, form],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=1_800,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_sample_s_pages_give_the_same_articles_in_every_process():
    forward, backward = read_all("sample", "0", "forward", "whole"), read_all("sample", "4242", "backward", "whole")
    assert len(forward) > 50
    assert sum('"headline"' in article for article in forward.values()) > 20
    assert {key: article for key, article in forward.items() if backward[key] != article} == {}
    assert forward.keys() == backward.keys()


@pytest.mark.slow
@pytest.mark.skipif("NEWSARCHIVE_BENCH" not in os.environ, reason="NEWSARCHIVE_BENCH names no benchmark folder")
def test_all_real_pages_give_the_same_articles_in_every_process():
    folder = os.environ["NEWSARCHIVE_BENCH"]
    forward, backward = read_all(folder, "0", "forward", "digest"), read_all(folder, "4242", "backward", "digest")
    assert len(forward) > 1_000
    assert [key for key in forward if forward[key] != backward[key]] == []
