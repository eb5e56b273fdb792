"""The benchmarks run as their documents say, on pages made here; what they measure is not asserted."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
HEADLINE = "Harbor opens after ten years of work"
PARAGRAPHS = [
    f"The {ordinal} ship entered the new harbor on Monday, and several hundred people came to the quay to see it."
    for ordinal in ("first", "second", "third", "fourth")
]
ARTICLE = f"""<!doctype html><html lang="en"><head><title>{HEADLINE} - The Courier</title>
<meta property="og:type" content="article"><meta property="article:published_time" content="2026-03-02T08:00:00Z">
</head><body><article><h1>{HEADLINE}</h1>{"".join(f"<p>{text}</p>" for text in PARAGRAPHS)}</article></body></html>"""
BENCH = os.environ.get("NEWSARCHIVE_BENCH")


@pytest.fixture
def truth(tmp_path) -> Path:
    """Two pages of a source whose whole body is known; one in an encoding that only the truth tells."""
    (tmp_path / "pages").mkdir()
    file = tmp_path / "truth.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for name, encoding in (("one", "utf-8"), ("two", "utf-16-le")):
            with gzip.open(tmp_path / "pages" / f"{name}.html.gz", "wb") as page:
                page.write(ARTICLE.encode(encoding))
            row = {"id": name, "source": "wcxb", "url": f"https://courier.example/2026/{name}", "encoding": encoding}
            row |= {"headline": HEADLINE, "body": "\n\n".join(PARAGRAPHS), "published": "2026-03-02"}
            out.write(json.dumps(row) + "\n")
    return file


def extraction(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, TOP / "benchmarks" / "extraction.py", *arguments]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=120)


def figures_of(file: Path) -> dict[str, dict]:
    return {figure["name"]: figure for figure in json.loads(file.read_text(encoding="utf-8"))["figures"]}


def test_predictions_and_figures_of_every_page_are_written(truth, tmp_path):
    out, report = tmp_path / "out.jsonl", tmp_path / "figures.json"
    run = extraction("--truth", truth, "--out", out, "--json", report)
    assert run.returncode == 0, run.stderr
    predictions = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [prediction["id"] for prediction in predictions] == ["one", "two"]
    assert predictions[0]["headline"] == HEADLINE
    assert predictions[0]["paragraphs"] == PARAGRAPHS
    assert predictions[0]["published"] == "2026-03-02T08:00:00+00:00"
    (figure,) = figures_of(report).values()
    assert figure["value"] > 0
    assert (figure["goal"], figure["better"]) == (3, "lower")
    assert "newsarchive" in run.stdout
    assert "lxml parse" in run.stdout


def test_no_more_pages_are_read_than_asked_for(truth, tmp_path):
    run = extraction("--truth", truth, truth, "--out", tmp_path / "out.jsonl", "--pages", "1")
    assert run.returncode == 0, run.stderr
    assert len((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 1


def test_an_unknown_peer_is_refused_with_the_known_ones(truth, tmp_path):
    run = extraction("--truth", truth, "--out", tmp_path / "out.jsonl", "--peer", "nobody")
    assert run.returncode == 2
    assert "readability-lxml" in run.stderr


@pytest.mark.skipif(importlib.util.find_spec("trafilatura") is not None, reason="it is installed")
def test_a_peer_that_is_not_installed_says_how_to_install_it(truth, tmp_path):
    run = extraction("--truth", truth, "--out", tmp_path / "out.jsonl", "--peer", "trafilatura")
    assert run.returncode == 2
    assert "make peers" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.skipif(BENCH is None, reason="needs NEWSARCHIVE_BENCH")
def test_scores_stand_beside_their_goals(truth, tmp_path):
    report = tmp_path / "figures.json"
    scorer = Path(str(BENCH)) / "score.py"
    run = extraction("--truth", truth, "--out", tmp_path / "out.jsonl", "--json", report, "--score", scorer)
    assert run.returncode == 0, run.stderr
    figures = figures_of(report)
    assert figures["body page F1"]["goal"] == 0.975
    assert figures["headline right"]["value"] > 0
    assert "authors F1" not in figures  # the truth names none
    table = [line for line in run.stdout.splitlines() if line.startswith("|")]
    assert [line.split("|")[1].strip() for line in table] == ["", "---", "goal", "newsarchive"]
    assert len({line.count("|") for line in table}) == 1


@pytest.mark.slow
def test_a_second_crawl_is_measured_beside_the_first(tmp_path):
    command = [sys.executable, TOP / "benchmarks" / "recrawl.py", "--pages", "20", "--json", tmp_path / "recrawl.json"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    requests = {name: figure["value"] for name, figure in figures_of(tmp_path / "recrawl.json").items()}
    assert requests["second crawl: requests"] == requests["first crawl: requests"] - 20
    assert requests["all again: requests"] == requests["first crawl: requests"]


@pytest.mark.slow
def test_the_whole_path_is_measured_beside_fetching(tmp_path):
    report = tmp_path / "crawl.json"
    command = [sys.executable, TOP / "benchmarks" / "crawl.py", "--pages", "20", "--rounds", "1", "--json", report]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    figures = figures_of(report)
    assert figures["pages a second, whole path / fetch only"]["goal"] == 0.8
    assert figures["CPU a page, whole path / (fetch only + lxml + zlib)"]["goal"] == 1.3
    fetched = next(line for line in done.stdout.splitlines() if "fetch only" in line)
    assert "+   0.0 ms" in fetched  # it starts no other process; newsarchive's parsing ones are counted
    archived = next(line for line in done.stdout.splitlines() if line.startswith("round 1  newsarchive"))
    assert "+   0.0 ms" not in archived
