"""``newsarchive export`` on a real archive: formats, choices, and what it says when they make no sense."""

from __future__ import annotations

import csv
import gzip
import json
import os
import signal
import subprocess
import sys

import duckdb
import pytest

from newsarchive.export.record import EXPORT_FIELDS
from newsarchive.export.whole_file import _descriptor_without_name


def records_of(result):
    assert result.code == 0, result.err
    return [json.loads(line) for line in result.out.splitlines()]


def test_the_ending_of_the_file_chooses_the_format(newsarchive, crawled, tmp_path):
    for name in ("a.jsonl.gz", "a.csv", "a.parquet", "a.jsonld.jsonl"):
        result = newsarchive("export", "-o", str(tmp_path / name), home=crawled)
        assert (result.code, result.err) == (0, f"49 articles in {tmp_path / name}\n")
    with gzip.open(tmp_path / "a.jsonl.gz") as lines:
        records = list(map(json.loads, lines))
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = duckdb.sql(f"SELECT id, article_body FROM '{tmp_path / 'a.parquet'}'").fetchall()
    articles = [json.loads(line) for line in (tmp_path / "a.jsonld.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [record["id"] for record in records] == [int(row["id"]) for row in rows] == [id for id, _ in columns]
    assert [record["article_body"] for record in records] == [body for _, body in columns]
    assert [record["article_body"] for record in records] == [article["articleBody"] for article in articles]
    assert {article["@type"] for article in articles} == {"NewsArticle"}


def test_chosen_fields_come_in_the_order_given(newsarchive, crawled):
    result = newsarchive("export", "--fields", "headline, id", "--format", "csv", home=crawled)
    assert result.out.splitlines()[0] == "headline,id"
    assert list(records_of(newsarchive("export", "--fields", "url,id", home=crawled))[0]) == ["url", "id"]


def test_the_body_is_text_or_blocks_or_neither(newsarchive, crawled):
    for body, left_out in (("text", {"blocks"}), ("blocks", {"article_body"}), ("none", {"blocks", "article_body"})):
        (record,) = records_of(newsarchive("export", "--body", body, "--limit", "1", home=crawled))
        assert set(EXPORT_FIELDS) - set(record) == left_out
    (record,) = records_of(newsarchive("export", "--no-text", "-n", "1", home=crawled))
    assert set(EXPORT_FIELDS) - set(record) == {"blocks", "article_body", "description", "images"}


def test_all_revisions_come_by_article_and_number(newsarchive, crawled):
    latest = records_of(newsarchive("export", home=crawled))
    every = records_of(newsarchive("export", "--revisions", home=crawled))
    assert len(every) == sum(record["revision_count"] for record in latest)
    places = [(record["id"], record["revision"]) for record in every]
    assert places == sorted(places)


def test_near_copies_come_once_if_collapsed(newsarchive, crawled):
    every = records_of(newsarchive("export", home=crawled))
    collapsed = records_of(newsarchive("export", "--collapse", home=crawled))
    clusters = [record["cluster_id"] for record in collapsed]
    assert sorted(clusters) == sorted({record["cluster_id"] for record in every})
    found = records_of(newsarchive("export", "ferry", "--collapse", "--limit", "3", home=crawled))
    assert len(found) == 3


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--fields", "id,headlines"], 2, "no field 'headlines': did you mean headline?"),
        (["--fields", "blocks", "--body", "text"], 2, "field blocks is asked for and left out"),
        (["--body", "html"], 2, "'html' is not one of 'both', 'text', 'blocks', 'none'"),
        (["--limit", "0"], 2, "greater than or equal to 1"),
        (["-o", "x.parquet.gz"], 1, "Parquet is compressed as it is; leave out the .gz"),
        (["-o", "/dev/full"], 1, "/dev/full cannot be written: No space left on device"),
        (["-o", "/dev/full", "--format", "parquet"], 1, "/dev/full cannot be written: No space left on device"),
    ],
)
def test_what_makes_no_sense_is_said_in_one_line(newsarchive, crawled, arguments, code, message):
    result = newsarchive("export", *arguments, home=crawled)
    assert (result.code, result.out) == (code, "")
    assert message in result.err
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize("name", ["a.jsonl", "a.parquet", "a.csv.gz"])
def test_a_killed_export_leaves_nothing(crawled, tmp_path, name):
    before = f"""
import newsarchive.api as api, sys
from newsarchive.cli.main import main
whole = api.write_export
def slow(records, *arguments, **options):
    def forever():
        first = next(records)
        while True:
            yield first
            print("wrote", flush=True)
    return whole(forever(), *arguments, **options)
api.write_export = slow
sys.argv = ["newsarchive", "--home", {str(crawled)!r}, "export", "-o", {str(tmp_path / name)!r}]
main()
"""
    with subprocess.Popen([sys.executable, "-c", before], stdout=subprocess.PIPE) as child:
        assert child.stdout
        for _ in range(2000):
            assert child.stdout.readline()
        child.send_signal(signal.SIGKILL)
    assert not (tmp_path / name).exists()
    descriptor = _descriptor_without_name(tmp_path)
    if descriptor is not None:
        os.close(descriptor)
        assert not list(tmp_path.iterdir())
