"""``newsarchive rehydrate``: the same pages from a real server, one as it was, one changed, one gone."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.demo.server import serve_sample

PARAGRAPHS = [
    "The new ferry left the harbor at ten minutes past six on Wednesday morning, with four hundred people on board.",
    "It needs fifty-five minutes to the islands, half the time of the old one, which was built forty years ago.",
    "Traders said that they expect to bring fresh fish to the market of the capital before it opens.",
]


def page(headline, *paragraphs):
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        200,
        {},
        f"<html lang=en><head><title>{headline}</title></head>"
        f"<body><article><h1>{headline}</h1>{body}</article></body></html>".encode(),
    )


@pytest.fixture
def shared(site, command, newsarchive, tmp_path):
    """A package without texts of four articles, after which one changed, one is gone and one is not for robots."""
    for name in ("same", "edited", "gone", "closed"):
        site.answers[f"/2026/05/{name}-story"] = page(f"The {name} story of the ferry", *PARAGRAPHS)
    addresses = tmp_path / "addresses"
    addresses.write_text("".join(f"{site.url(path)}\n" for path in site.answers))
    home = tmp_path / "home"
    crawled = command("crawl", "--urls", str(addresses), "--allow-address", site.address, home=home)
    assert crawled.code == 0, crawled.err
    exported = newsarchive("export", "--package", str(tmp_path / "shared"), "--no-text", home=home)
    assert exported.err.startswith("4 articles in ")
    site.answers["/2026/05/edited-story"] = page("The edited story of the ferry", *PARAGRAPHS, "A sentence was added.")
    del site.answers["/2026/05/gone-story"]
    site.answers["/robots.txt"] = (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /2026/05/closed\n")
    return tmp_path / "shared"


def report(folder):
    with (folder / "report.csv").open(encoding="utf-8", newline="") as file:
        return {row["url"].rpartition("/")[2]: row for row in csv.DictReader(file)}


def records(folder):
    return [json.loads(line) for line in (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.slow
def test_each_article_is_same_changed_gone_or_unavailable(shared, site, command, tmp_path):
    into = tmp_path / "texts"
    result = command(
        "rehydrate", str(shared), "--into", str(into), "--allow-address", site.address, home=tmp_path / "mine"
    )
    assert result.code == 0, result.err
    assert [line.split()[:2] for line in result.out.splitlines()[1:]] == [
        ["same", "1"],
        ["changed", "1"],
        ["gone", "1"],
        ["unavailable", "1"],
    ]
    found = report(into)
    assert {name: (row["match"], row["reason"], row["status"]) for name, row in found.items()} == {
        "same-story": ("same", "", "200"),
        "edited-story": ("changed", "", "200"),
        "gone-story": ("gone", "http-404", "404"),
        "closed-story": ("unavailable", "robots-txt", ""),
    }
    assert found["edited-story"]["content_digest"] != found["edited-story"]["content_digest_now"]
    (record,) = records(into)
    assert record["article_body"] == "\n\n".join(PARAGRAPHS)
    assert (record["match"], record["content_digest"]) == ("same", record["content_digest_now"])
    assert (tmp_path / "mine/archive.db").exists()
    assert not (into / "archive").exists()

    again = command(
        "rehydrate",
        str(shared),
        "--into",
        str(into),
        "--changed",
        "--json",
        "--allow-address",
        site.address,
        home=tmp_path / "mine",
    )
    assert again.code == 0, again.err
    assert [json.loads(line)["match"] for line in again.out.splitlines()].count("same") == 1
    assert sorted(record["match"] for record in records(into)) == ["changed", "same"]
    edited = next(record for record in records(into) if record["match"] == "changed")
    assert edited["article_body"].endswith("A sentence was added.")


@pytest.mark.slow
def test_sample_comes_back_whole_into_an_archive_of_its_own(newsarchive, tmp_path, command):
    with serve_sample() as server:
        address = f"127.0.0.1:{server.server_port}"
        added = command(
            "site",
            "add",
            f"{server.base_url}/",
            "--name",
            "sample",
            "--publisher",
            "thegreatlakeseye",
            "--no-check",
            home=tmp_path / "home",
        )
        assert added.code == 0, added.err
        assert command("crawl", "sample", "--allow-address", address, home=tmp_path / "home").code == 0
        newsarchive("export", "--package", str(tmp_path / "p"), "--no-text", home=tmp_path / "home")
        newsarchive("export", "-o", str(tmp_path / "all.jsonl"), home=tmp_path / "home")
        result = newsarchive_without_home(tmp_path, "rehydrate", "p", "--allow-address", address, "--delay", "0")
        assert result.returncode == 0, result.stderr
    into = tmp_path / "p-rehydrated"
    assert {row["match"] for row in report(into).values()} == {"same"}
    assert (into / "archive/archive.db").exists()
    whole = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()]
    came_back = [{name: record[name] for name in whole[0]} for record in records(into)]
    assert came_back == whole


def newsarchive_without_home(folder, *arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSARCHIVE_")}
    return subprocess.run(
        [sys.executable, "-m", "newsarchive", *arguments],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_damaged_package_is_one_line_and_nothing_is_fetched(newsarchive, crawled, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    newsarchive("export", "ferry", "--package", "p", "--no-text", home=crawled)
    with (tmp_path / "p/articles.jsonl").open("ab") as file:
        file.write(b"{}\n")
    result = newsarchive("rehydrate", "p", home=tmp_path / "new")
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        "newsarchive: p/articles.jsonl is not what SHA256SUMS says: changed or damaged; get the package again\n"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p"]


def test_empty_package_asks_for_nothing(newsarchive, crawled, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    newsarchive("export", "nowheretobefound", "--package", "p", "--no-text", home=crawled)
    result = newsarchive("rehydrate", "p")
    assert result.code == 0, result.err
    assert (tmp_path / "p-rehydrated/articles.jsonl").read_bytes() == b""


def test_folder_that_cannot_be_written_is_an_error(newsarchive, crawled, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    newsarchive("export", "ferry", "--package", "p", "--no-text", home=crawled)
    (tmp_path / "file").write_text("x")
    result = newsarchive("rehydrate", "p", "--into", "file/texts")
    assert result.code == 1
    assert result.err.startswith("newsarchive: file/texts cannot be written")
