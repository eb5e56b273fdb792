"""``benchmarks/clusters.py`` runs as it says, on a few made-up texts; what it measures is not asserted."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
LEVELS = ("none", "lead added, end cut", "paragraphs swapped", "5% of words changed", "all of these")


def clusters(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, TOP / "benchmarks" / "clusters.py", "--articles", 12, "--copies", 10, *arguments]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=120)


@pytest.mark.slow
def test_clusters_are_scored_by_level_and_stand_beside_their_goals(tmp_path):
    pages = tmp_path / "truth.jsonl"
    words = [f"the word{number}" for number in range(3000)]
    body = "\n\n".join(" ".join(words[start : start + 60]) for start in range(0, len(words), 60))
    rows = [{"id": "one", "body": body}, {"id": "the-same", "body": body}, {"id": "stub", "body": "Too short."}]
    pages.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    report = tmp_path / "figures.json"
    run = clusters("--pages", pages, "--peer", "none", "--orders", 2, "--sizes", 1000, 2000, "--json", report)
    assert run.returncode == 0, run.stderr
    figures = {figure["name"]: figure for figure in json.loads(report.read_text(encoding="utf-8"))["figures"]}
    for level in LEVELS:
        assert (figures[f"pairwise recall, {level}"]["goal"], figures[f"pairwise precision, {level}"]["goal"]) == (
            0.95,
            0.98,
        )
    assert figures["same clusters in 2 orders"]["value"] == 1
    assert figures["finding a text's copies among 2,000, times that among 1,000"]["better"] == "lower"
    assert "newsarchive" in run.stdout
    assert "22 of 22 texts clustered" in run.stderr


@pytest.mark.slow
def test_too_few_words_for_different_texts_are_refused(tmp_path):
    pages = tmp_path / "truth.jsonl"
    pages.write_text(json.dumps({"body": "the same words again " * 50}), encoding="utf-8")
    run = clusters("--pages", pages, "--peer", "none")
    assert run.returncode == 1
    assert "its words make only" in run.stderr


@pytest.mark.skipif(importlib.util.find_spec("datasketch") is not None, reason="it is installed")
def test_a_peer_that_is_not_installed_says_how_to_install_it():
    run = clusters("--orders", 0, "--sizes", "--json", "never.json")
    assert run.returncode == 1
    assert "make peers" in run.stderr
    assert "Traceback" not in run.stderr
