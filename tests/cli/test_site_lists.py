import csv
import io
import json
from pathlib import Path

import pytest

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.model.crawl_run import ResourceKind


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_list_of_sites_is_registered_without_a_request(newsarchive, tmp_path, site):
    file = write(
        tmp_path / "sites.csv", f"url,title,feeds\n{site.url()},Local,{site.url('/feed')}\nlake.example,Lake,\n"
    )
    done = newsarchive("site", "add", "--from", file, home=tmp_path / "home")
    assert done.code == 0, done.err
    assert done.out == "2 sites added, 0 known already, 0 lines with problems\n"
    assert site.requests == []
    with Database.open(tmp_path / "home" / "archive.db") as database:
        lake, local = sorted(ArchiveReader(database).sites(), key=lambda s: s.title or "")
    assert (lake.name, lake.home_url) == ("lake", "https://lake.example/")
    assert [(s.url, s.kind, s.last_read_at) for s in local.sources] == [(site.url("/feed"), ResourceKind.FEED, None)]


def test_bad_lines_are_told_and_the_others_registered(newsarchive, tmp_path):
    file = write(
        tmp_path / "sites.csv",
        "name,url,publisher\na,https://a.example/,\nA B,https://b.example/,\n,mailto:x@y.example,\n"
        "a,https://c.example/,\nd,https://d.example/,nobody\n,https://a.example/,\ne,https://e.example/,generic\n",
    )
    done = newsarchive("site", "add", "--from", file, home=tmp_path / "home")
    assert done.code == 1
    assert done.out == "2 sites added, 1 known already, 4 lines with problems\n"
    assert [line.split(":")[1] for line in done.err.splitlines() if line.startswith(file)] == ["3", "4", "5", "6"]
    again = newsarchive("site", "add", "--from", file, home=tmp_path / "home")
    assert again.out.startswith("0 sites added, 3 known already")


def test_a_dry_run_registers_nothing(newsarchive, tmp_path):
    file = write(tmp_path / "sites.csv", "url\nhttps://a.example/\n")
    done = newsarchive("site", "add", "--from", file, "--dry-run", home=tmp_path / "home")
    assert done.code == 0
    assert "https://a.example/" in done.out
    assert not (tmp_path / "home" / "archive.db").exists()


def test_opml_with_entities_is_refused_in_one_line(newsarchive, tmp_path):
    file = write(tmp_path / "feeds.opml", '<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/hostname">]><opml>&x;</opml>')
    done = newsarchive("site", "add", "--from", file, home=tmp_path / "home")
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert "DOCTYPE" in done.err


def test_either_an_address_or_a_list_is_wanted(newsarchive, tmp_path):
    for arguments in [(), ("--dry-run",), ("https://a.example/", "--from", "x.csv"), ("--from", str(tmp_path / "no"))]:
        assert newsarchive("site", "add", *arguments, home=tmp_path / "home").code == 2


def test_exported_sites_are_those_that_were_registered(newsarchive, tmp_path):
    file = write(
        tmp_path / "s.csv",
        "name,url,title,feeds,is_rendered\n"
        "lake,https://lake.example/,=Lake,https://lake.example/feed,yes\nhill,https://hill.example/,Hill,,\n",
    )
    newsarchive("site", "add", "--from", file, home=tmp_path / "home")
    exported = newsarchive("site", "export", home=tmp_path / "home")
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(exported.out))}
    assert rows["lake"]["title"] == "'=Lake"
    assert (rows["lake"]["is_rendered"], rows["hill"]["is_rendered"]) == ("true", "")
    listed = [
        json.loads(line) for line in newsarchive("site", "list", "--json", home=tmp_path / "home").out.splitlines()
    ]
    assert {site["name"]: site["is_rendered"] for site in listed} == {"lake": True, "hill": False}
    opml = newsarchive("site", "export", "--format", "opml", home=tmp_path / "home")
    for number, text in enumerate([exported.out, opml.out]):
        other = tmp_path / f"other-{number}"
        added = newsarchive("site", "add", "--from", write(tmp_path / f"again-{number}", text), home=other)
        assert added.code == 0, added.err
        assert newsarchive("site", "export", home=other).out == exported.out


def test_what_is_neither_yes_nor_no_is_a_problem_of_its_line(newsarchive, tmp_path):
    file = write(tmp_path / "s.csv", "url,is_rendered\nhttps://lake.example/,perhaps\n")
    done = newsarchive("site", "add", "--from", file, home=tmp_path / "home")
    assert (done.code, "is_rendered is 'perhaps'" in done.err) == (1, True)


@pytest.mark.slow
def test_the_first_crawl_reads_the_feeds_that_a_list_named(command, tmp_path, site):
    item = f"<item><title>News</title><link>{site.url('/news/2026/the-lake-rises')}</link></item>"
    site.answers["/hidden-feed"] = (
        200,
        {"Content-Type": "application/rss+xml"},
        f"<rss><channel>{item}</channel></rss>".encode(),
    )
    site.answers["/"] = (200, {}, b"<html><title>Home</title><p>nothing is linked here</p></html>")
    file = write(tmp_path / "sites.csv", f"name,url,feeds\nlocal,{site.url()},{site.url('/hidden-feed')}\n")
    home = tmp_path / "home"
    assert command("site", "add", "--from", file, home=home).code == 0
    command("crawl", "local", "--allow-address", site.address, home=home)
    assert "/hidden-feed" in site.requests
    assert "/news/2026/the-lake-rises" in site.requests
