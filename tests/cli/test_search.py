"""``newsarchive search`` and ``newsarchive index`` beyond the plain list of hits."""

from __future__ import annotations

import json
import re
import shutil

import pytest


def objects(text):
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("order", ["relevance", "newest", "oldest"])
def test_pages_by_cursor_are_the_whole(newsarchive, crawled, order):
    options = ("--order", order, "--json")
    whole = [hit["id"] for hit in objects(newsarchive("search", "lake", *options, "-n", "100", home=crawled).out)]
    assert len(whole) > 4
    found, cursor = [], ()
    for _ in range(20):
        page = newsarchive("search", "lake", *options, "-n", "2", *cursor, home=crawled)
        found += [hit["id"] for hit in objects(page.out)]
        if not page.err:
            break
        cursor = ("--after", re.search(r"; more with --after (\S+)\n$", page.err)[1])
    assert found == whole


def test_page_for_eyes_goes_on_as_it_began(newsarchive, crawled):
    first = newsarchive("search", "ferry", "-n", "1", home=crawled)
    assert re.fullmatch(r"1 of \d+ articles; more with --offset 1 or --limit\n", first.err)
    cursor = newsarchive("search", "ferry", "-n", "1", "--json", home=crawled).err.split()[-1]
    second = newsarchive("search", "ferry", "-n", "1", "--after", cursor, home=crawled)
    assert re.fullmatch(r"\d+ articles; more with --after \S+\n", second.err)


def test_cursor_of_another_query_is_one_line(newsarchive, crawled):
    cursor = newsarchive("search", "ferry", "-n", "2", "--json", home=crawled).err.split()[-1]
    for query, after in (("harbor", cursor), ("ferry", "x"), ("ferry", "ö")):
        result = newsarchive("search", query, "--after", after, home=crawled)
        assert (result.code, result.out) == (2, "")
        assert result.err.count("\n") == 1
        assert "cursor" in result.err


def test_facets_are_small_tables(newsarchive, crawled):
    result = newsarchive("search", "site:sample", "--facets", "-n", "2", home=crawled)
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("articles  site\n      49  sample\n\narticles  section\n")
    assert re.search(r"\n +\d+  \(\d+ other values\)\n", result.out)
    assert re.search(r"articles  month\n(?: +\d+  \d{4}-\d\d\n){2}", result.out)


def test_facets_as_one_object_and_as_csv(newsarchive, crawled):
    result = newsarchive("search", "--facets", "-n", "100", "--json", home=crawled)
    (facets,) = objects(result.out)
    assert list(facets) == ["site", "section", "author", "language", "month"]
    for name in ("section", "language", "month"):
        facet = facets[name]
        assert sum(value["count"] for value in facet["values"]) + facet["other_count"] + facet["missing"] == 49
    lines = newsarchive("search", "--facets", "-n", "100", "--csv", home=crawled).out.splitlines()
    assert lines[:2] == ["facet,value,articles", "site,sample,49"]
    assert len(lines) == 1 + sum(len(facet["values"]) for facet in facets.values())


def test_collapsed_search_counts_clusters(newsarchive, crawled):
    whole = objects(newsarchive("search", "--json", "-n", "100", home=crawled).out)
    once = objects(newsarchive("search", "--json", "-n", "100", "--collapse", home=crawled).out)
    assert sum(hit["copies"] for hit in once) == len(whole) == 49
    for hit in once:
        assert ("earliest_copy" not in hit) or hit["earliest_copy"]["id"] != hit["id"]


def test_articles_like_one(newsarchive, crawled):
    (article,) = objects(newsarchive("search", "peacekeeping", "--json", home=crawled).out)
    by_number = objects(newsarchive("search", "--like", str(article["id"]), "--json", home=crawled).out)
    by_url = objects(newsarchive("search", "--like", article["url"], "--json", home=crawled).out)
    assert [hit["id"] for hit in by_number] == [hit["id"] for hit in by_url]
    assert article["id"] not in [hit["id"] for hit in by_number]
    unknown = newsarchive("search", "--like", "999999", home=crawled)
    assert (unknown.code, unknown.err.count("\n")) == (1, 1)


def test_misspelled_site_is_answered_with_the_right_one(newsarchive, crawled):
    for options in ((), ("--json",), ("--csv",)):
        result = newsarchive("search", "site:smaple ferry", *options, home=crawled)
        assert (result.code, result.err) == (0, "no article found; did you mean site:sample ferry\n")
    result = newsarchive("search", "zzzz", home=crawled)
    assert result.err == "no article found; newsarchive status says how many there are\n"


@pytest.mark.parametrize(
    "options",
    [
        ("--like", "1", "ferry"),
        ("--like", "1", "--facets"),
        ("--like", "1", "--order", "newest"),
        ("--facets", "--collapse"),
        ("--facets", "--offset", "3"),
    ],
)
def test_options_that_do_not_go_together_are_refused(newsarchive, crawled, options):
    result = newsarchive("search", *options, home=crawled)
    assert (result.code, result.out) == (2, "")
    assert "stands without" in result.err


def test_index_status_says_how_far_it_has_followed(newsarchive, crawled):
    newsarchive("search", home=crawled)
    (status,) = objects(newsarchive("index", "status", "--json", home=crawled).out)
    assert (status["documents"], status["behind"]) == (49, 0)
    shown = newsarchive("index", "status", home=crawled)
    assert "documents  49\n" in shown.out
    assert "behind     0 revisions\n" in shown.out


def test_index_status_of_none_says_what_to_do(newsarchive, home):
    shutil.rmtree(home / "index")
    result = newsarchive("index", "status", home=home)
    assert (result.code, result.out) == (1, "")
    assert "`newsarchive index rebuild`" in result.err
