"""What the commands print: for eyes, for pipes, for spreadsheets."""

from __future__ import annotations

import csv
import io
import json

import pytest

from newsarchive.export.record import EXPORT_FIELDS


@pytest.fixture(scope="module")
def crawled(crawled_on):
    return crawled_on


SEED = "Future of peacekeeping operations; Rwanda’s mindset a gem"


def test_search_marks_what_was_sought_and_names_the_article(newsarchive, crawled):
    result = newsarchive("search", "peacekeeping", home=crawled)
    assert result.code == 0
    assert result.out.startswith("Future of **peacekeeping** operations; Rwanda’s mindset a gem\n")
    assert "sample · International" in result.out
    assert result.err == "1 article\n"


@pytest.mark.parametrize(
    ("query", "headline"),
    [
        ('"security symposium"', SEED),
        ("kazura AND mozambique", SEED),
        ("section:international symposium", SEED),
        ("mocimboa", SEED),
        ("author:mukamana lang:fr", "Les vaccins arrivent à moto, et à l’heure"),
        ("since:2003-11-20 until:2003-11-20", "Match ends 4:4 as the only ball drifts to the islands"),
        ("渡轮", "湖上首艘电动渡轮启航，到岛上只需五十五分钟"),
    ],
)
def test_search_finds_by_words_phrases_and_fields(newsarchive, crawled, query, headline):
    found = [
        json.loads(line)["headline"] for line in newsarchive("search", query, "--json", home=crawled).out.splitlines()
    ]
    assert headline in found


def test_not_leaves_out(newsarchive, crawled):
    def total(query: str) -> int:
        return len(newsarchive("search", query, "--json", "-n", "100", home=crawled).out.splitlines())

    assert total("site:sample ferry") + total("site:sample NOT ferry") == total("site:sample") == 49


def test_search_as_csv_has_the_export_columns(newsarchive, crawled):
    rows = list(csv.DictReader(io.StringIO(newsarchive("search", "peacekeeping", "--csv", home=crawled).out)))
    assert [row["headline"] for row in rows] == [SEED]
    assert tuple(rows[0]) == tuple(EXPORT_FIELDS)


def test_newest_first_is_ordered_by_date(newsarchive, crawled):
    lines = newsarchive("search", "ferry", "--order", "newest", "--json", home=crawled).out.splitlines()
    dates = [json.loads(line)["date_published"] for line in lines]
    known = [date for date in dates if date]
    assert known == sorted(known, reverse=True)


def test_show_says_which_rule_gave_each_field_and_where_the_bytes_lie(newsarchive, crawled):
    number = json.loads(newsarchive("search", "peacekeeping", "--json", home=crawled).out)["id"]
    shown = newsarchive("show", str(number), home=crawled).out
    assert f"{SEED}\n" in shown
    assert "section      International  [publisher]" in shown
    assert "not on page  date_published, authors" in shown
    assert ".warc.gz at " in shown
    record = json.loads(newsarchive("show", str(number), "--json", home=crawled).out)
    assert tuple(record) == tuple(EXPORT_FIELDS)
    assert len(record["blocks"]) == 13


def test_export_writes_every_article_once_in_both_formats(newsarchive, crawled, tmp_path):
    for name in ("articles.jsonl", "articles.csv"):
        result = newsarchive("export", "-o", str(tmp_path / name), home=crawled)
        assert (result.code, result.out) == (0, "")
        assert result.err == f"49 articles in {tmp_path / name}\n"
    records = [json.loads(line) for line in (tmp_path / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    with (tmp_path / "articles.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [str(record["id"]) for record in records] == [row["id"] for row in rows]
    assert [record["article_body"] for record in records] == [row["article_body"].removeprefix("'") for row in rows]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["articles.csv", "articles.jsonl"]


def test_export_of_a_query_goes_to_stdout_for_a_pipe(newsarchive, crawled):
    result = newsarchive("export", "peacekeeping", home=crawled)
    assert [json.loads(line)["headline"] for line in result.out.splitlines()] == [SEED]


def test_site_show_lists_feeds_sitemaps_and_sections(newsarchive, crawled):
    shown = newsarchive("site", "show", "sample", home=crawled).out
    for kind in ("feed", "sitemap", "section"):
        assert f"\n{kind} " in shown
    listed = json.loads(newsarchive("site", "list", "--json", home=crawled).out)
    assert (listed["name"], listed["articles"]) == ("sample", 49)


def test_runs_list_and_ledger_say_what_came_of_every_address(newsarchive, crawled):
    run = json.loads(newsarchive("runs", "list", "--json", home=crawled).out)
    entries = [json.loads(line) for line in newsarchive("runs", "ledger", "--json", home=crawled).out.splitlines()]
    assert run["outcome"] == "finished"
    assert sum(run["counts"].values()) == len(entries)
    assert all(entry["outcome"] for entry in entries)
    missing = newsarchive("runs", "ledger", "--outcome", "failed", home=crawled).out
    assert missing.startswith("failed (http-404) ")


def test_status_counts(newsarchive, crawled):
    facts = json.loads(newsarchive("status", "--json", home=crawled).out)
    assert (facts["sites"], facts["articles"], facts["revisions"], facts["runs"]) == (1, 49, 49, 1)


def test_parse_of_a_file_stores_nothing_and_names_the_rules(newsarchive, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paragraph = (
        "<p>The lake rose again last night, and the ferry stayed in the harbor until noon, said its captain.</p>"
    )
    page = tmp_path / "page.html"
    page.write_text(
        f"<html lang=en><head><title>The lake rises | The Courier</title></head><body><article>"
        f"<h1>The lake rises</h1><time datetime='2026-05-17T08:00:00Z'>May 17</time>"
        f"{paragraph * 6}</article></body></html>"
    )
    result = newsarchive("parse", str(page), "--url", "https://courier.example/2026/lake", "--json")
    article = json.loads(result.out)
    assert article["headline"] == "The lake rises"
    assert article["date_published"] == "2026-05-17T08:00:00Z"
    assert article["url"] == "https://courier.example/2026/lake"
    assert set(article["field_sources"]) >= {"headline", "date_published", "in_language"}
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_output_through_a_pipe_has_no_colors(newsarchive, crawled):
    for arguments in (["search", "lake"], ["site", "list"], ["runs", "list"], ["show", "1"], ["status"]):
        result = newsarchive(*arguments, home=crawled)
        assert "\x1b" not in result.out + result.err


def test_help_is_shown_for_every_command(newsarchive):
    for command in ("demo", "site", "crawl", "search", "show", "export", "parse", "status", "runs", "index"):
        assert newsarchive(command, "--help").code == 0


def test_a_ledger_without_such_an_entry_says_so(newsarchive, crawled):
    result = newsarchive("runs", "ledger", "1", "--outcome", "blocked", home=crawled)
    assert (result.code, result.out, result.err) == (0, "", "no address of run 1 ended blocked\n")


def test_a_search_without_a_hit_says_so(newsarchive, crawled):
    result = newsarchive("search", "zeppelin", home=crawled)
    assert (result.code, result.out) == (0, "")
    assert result.err == "no article found; newsarchive status says how many there are\n"


def test_a_page_of_hits_says_how_to_see_more(newsarchive, crawled):
    assert newsarchive("search", "", "-n", "10", home=crawled).err == (
        "1-10 of 49 articles; more with --offset 10 or --limit\n"
    )
    assert newsarchive("search", "", "-n", "1", "--offset", "47", home=crawled).err.startswith("48 of 49 articles")
    assert newsarchive("search", "", "--offset", "47", home=crawled).err == "49 articles\n"
