"""``newsarchive site check``, on captures and on a real server."""

from __future__ import annotations

import json

import pytest

from newsarchive.demo.server import serve_sample

TEXT = "The river rose by forty centimeters overnight, the harbor office said, and the lower market was closed again."


def a_page(number: int, *, author: str = "", last: str = "") -> bytes:
    paragraphs = "".join(f"<p>{TEXT} {word} {number}.</p>" for word in ("One", "Two", "Three", "Four"))
    return (
        f"<html lang=en><head><title>River day {number} | The Courier</title>"
        "<meta property=og:site_name content='The Courier'></head><body><article>"
        f"<h1>The river rises for day number {number}</h1><div class=byline>By {author or f'Jane Doe{number}'}</div>"
        f"<time datetime='2026-05-{number:02}T08:00:00Z'>May {number}</time>{paragraphs}<p>{last}</p>"
        "</article></body></html>"
    ).encode()


@pytest.fixture
def courier(site):
    """A site with a feed of four articles, one of them missing."""
    links = "".join(f"<a href='/news/river-rises-day-{n}'>The river rises for day number {n}</a>" for n in (1, 2, 3))
    site.answers["/"] = (200, {}, f"<link rel=alternate type=application/rss+xml href=/feed>{links}".encode())
    items = "".join(
        f"<item><title>River</title><link>{site.url(f'/news/river-rises-day-{n}')}</link></item>" for n in (9, 1, 2, 3)
    )
    feed = f"<rss version='2.0'><channel><title>The Courier</title>{items}</channel></rss>"
    site.answers["/feed"] = (200, {"Content-Type": "application/rss+xml"}, feed.encode())
    for number in (1, 2, 3):
        last = "Support the Courier with a gift of your own choice."
        site.answers[f"/news/river-rises-day-{number}"] = (200, {}, a_page(number, last=last, author="Jane Doe"))
    return site


def row(out: str, field: str) -> str:
    return next(line for line in out.splitlines() if line.startswith(f"{field} "))


def test_a_crawled_site_is_checked_from_its_captures(newsarchive, crawled):
    result = newsarchive("site", "check", "sample", "--pages", "8", home=crawled)
    assert result.code == 0
    assert result.err.startswith("read from the archive's captures; to fetch anew: newsarchive site check http://")
    assert row(result.out, "headline").split()[:2] == ["headline", "8/8"]
    assert len(result.out.split("\n\n")[1].splitlines()) == 1 + 13


def test_json_is_one_object_with_everything(newsarchive, crawled):
    result = newsarchive("site", "check", "sample", "--pages", "5", "--json", home=crawled)
    assert result.out.count("\n") == 1
    report = json.loads(result.out)
    assert (report["from"], report["pages"], report["target"]) == ("captures", 5, "sample")
    headline = report["fields"][0]
    assert headline["field"] == "headline"
    assert sum(headline["rules"].values()) == headline["articles"]
    assert {"findings", "refusals", "misses", "parser_versions"} <= set(report)


@pytest.mark.slow
def test_a_site_that_was_not_crawled_yet_is_fetched_from_its_feeds_and_says_so(command, courier, tmp_path):
    assert command("site", "add", courier.url(), "--name", "courier", "--no-check", home=tmp_path).code == 0
    result = command("site", "check", "courier", "--allow-address", courier.address, home=tmp_path)
    assert result.code == 0
    assert f"nothing is archived of courier yet; fetching from {courier.url()}" in result.err
    assert f"fetched 3 pages named by {courier.url('/feed')}" in result.err
    assert row(result.out, "authors").split()[1] == "3/3"
    for said in (
        "authors: the same on 3 of 3 articles: Jane Doe",
        "blocks: last paragraph the same on 3 of 3 articles: Support the Courier with a gift",
        f"not fetched: http-404  {courier.url('/news/river-rises-day-9')}",
    ):
        assert f"  {said}" in result.out
    assert courier.requests[0] == "/robots.txt"
    assert courier.requests.count("/news/river-rises-day-1") == 1


@pytest.mark.slow
def test_an_articles_page_is_checked_alone_and_no_archive_is_made(command, courier, tmp_path):
    url = courier.url("/news/river-rises-day-1")
    result = command("site", "check", url, "--json", "--allow-address", courier.address, home=tmp_path / "home")
    report = json.loads(result.out)
    assert (result.code, report["from"], report["articles"]) == (0, "live", 1)
    assert courier.requests == ["/robots.txt", "/news/river-rises-day-1"]
    assert not (tmp_path / "home").exists()


@pytest.mark.slow
def test_a_section_is_searched_for_its_own_articles(command, tmp_path):
    with serve_sample() as server:
        address = f"127.0.0.1:{server.server_port}"
        arguments = ["site", "check", f"{server.base_url}/region", "--pages", "2", "--json", "--allow-address", address]
        result = command(*arguments, home=tmp_path)
    report = json.loads(result.out)
    assert (result.code, report["articles"]) == (0, 2)
    assert f"{server.base_url}/region" not in result.out.replace(report["target"], "", 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"/": (200, {}, b"<p>nothing to see")}, "is no article and names none that can be found; give the address of"),
        ({"/robots.txt": (200, {}, b"User-agent: *\nDisallow: /")}, "forbidden by robots.txt"),
        (
            {"/": (200, {}, b"<a href='/news/2026/05/17/lake-rises-again-17'>The lake rises again today</a>")},
            "none of 1 pages could be had, ",
        ),
    ],
)
def test_where_nothing_can_be_checked_one_line_says_why(command, site, tmp_path, answers, said):
    site.answers.update(answers)
    result = command("site", "check", site.url(), "--allow-address", site.address, home=tmp_path)
    assert (result.code, result.out) == (1, "")
    assert said in result.err
    assert len(result.err.splitlines()) == 1
    assert site.url() in result.err


@pytest.mark.slow
def test_pages_without_an_article_are_named_and_the_check_has_failed(command, site, tmp_path):
    site.answers["/"] = (200, {}, b"<a href='/news/2026/05/17/lake-rises-again-17'>The lake rises again today</a>")
    site.answers["/news/2026/05/17/lake-rises-again-17"] = (200, {}, b"<html><h1>The lake rises</h1><div id=app></div>")
    result = command("site", "check", site.url(), "--allow-address", site.address, home=tmp_path)
    assert result.code == 1
    assert "  no article: no-body (no running text found)  http://127.0.0.1" in result.out
    assert "holds an article (no-body 1); look at one in a browser" in result.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nosuch"], 1, "no site 'nosuch'"),
        (["mailto:desk@example.org"], 2, "is not the address of a web page"),
        (["sample", "--publisher", "nobody"], 1, "no publisher is named 'nobody'"),
        (["sample", "--pages", "0"], 2, "--pages"),
        (["sample", "--pages", "many"], 2, "--pages"),
    ],
)
def test_what_makes_no_sense_is_said_before_anything_is_fetched(newsarchive, crawled, arguments, code, said):
    result = newsarchive("site", "check", *arguments, home=crawled)
    assert (result.code, result.out) == (code, "")
    assert said in result.err
    assert len(result.err.splitlines()) == 1
