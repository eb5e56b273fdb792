"""Short and long articles leave the pipeline in the same form, wherever it was made."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from newsarchive.api import Archive
from pipelines.normalize import MAX_INLINE_CHARS

SENTENCE = "The cafe\u0301 on the quay of Kivuto opened again on Monday, and a hundred guests came for the first soup. "


def page(paragraphs: int) -> bytes:
    text = "".join(f"<p>{number}. {SENTENCE * 3}</p>" for number in range(paragraphs))
    return f"<html lang=en><title>Cafe</title><article><h1>The cafe\u0301 opens</h1>{text}</article></html>".encode()


@pytest.mark.slow
def test_an_article_of_any_length_is_normalized(site, tmp_path):
    lengths = {"/2024/05/short-cafe-story": 5, "/2024/05/long-cafe-story": MAX_INLINE_CHARS // len(SENTENCE)}
    site.answers = {path: (200, {}, page(paragraphs)) for path, paragraphs in lengths.items()}
    (tmp_path / "urls.txt").write_text("\n".join(map(site.url, lengths)))
    crawl = ["crawl", "--urls", str(tmp_path / "urls.txt"), "--allow-address", site.address]
    done = subprocess.run(
        [sys.executable, "-m", "newsarchive", "--home", str(tmp_path / "home"), *crawl],
        env={**os.environ, "NEWSARCHIVE_DELAY": "0"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    with Archive.open(tmp_path / "home") as archive:
        articles = {revision.article.url: revision.article for revision in archive.latest()}
    for path, paragraphs in lengths.items():
        article = articles[site.url(path)]
        assert (article.headline, len(article.blocks)) == ("The caf\u00e9 opens", paragraphs)
        assert all(block.text.count("caf\u00e9") == 3 for block in article.blocks)
    assert sum(len(block.text) for block in articles[site.url("/2024/05/long-cafe-story")].blocks) > MAX_INLINE_CHARS
