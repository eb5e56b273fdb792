"""What bad input gets: one clear line, an exit code that is not 0, and nothing half-written."""

from __future__ import annotations

import json
import os
import sqlite3

import pytest

from newsarchive.api import Archive
from newsarchive.errors import ConfigError
from spiders.urls import read_urls

MB = 1_000_000


def is_one_line(text: str) -> bool:
    """Whether it is one message, perhaps with the query and a caret below it, and no traceback."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("  ")]
    return len(lines) == 1 and lines[0].startswith("newsarchive: ") and "Traceback" not in text


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nonsense"], 2, "No such command 'nonsense'"),
        (["crawl"], 2, "name a site or an address, or a file with --urls"),
        (["crawl", "nosuch"], 1, "no site 'nosuch': `newsarchive site list` shows all"),
        (["crawl", "sampel"], 1, "did you mean sample?"),
        (["crawl", "sample", "--since", "yesterday"], 2, "'yesterday' is not a date like 2023-05-17"),
        (["crawl", "sample", "--since", "2024", "--until", "2023"], 2, "lies after until"),
        (["crawl", "sample", "--max-pages", "-1"], 2, "--max-pages"),
        (["crawl", "sample", "--proxy", "nonsense"], 2, "is not a proxy address like http://127.0.0.1:8090"),
        (["crawl", "sample", "--allow-address", "http://x"], 2, "is not HOST:PORT"),
        (["crawl", "sample", "--delay", "-3"], 2, "not between 0 and 3600"),
        (["site", "add", "mailto:desk@example.org", "--no-check"], 2, "is not the address of a web page"),
        (["site", "add", "https://a.example/", "--name", "A B", "--no-check"], 1, "is no site name"),
        (
            ["site", "add", "https://a.example/", "--publisher", "nobody", "--no-check"],
            1,
            "no publisher is named 'nobody'",
        ),
        (["site", "show", "nosuch"], 1, "no site 'nosuch'"),
        (["search", '"unclosed'], 2, "this quote is not closed"),
        (["search", "a AND (b OR"], 2, "this parenthesis is not closed"),
        (["search", "since:yesterday"], 2, "'yesterday' is no date"),
        (["search", "x", "--order", "best"], 2, "--order"),
        (["show", "99999"], 1, "no article 99999"),
        (["show", "https://a.example/"], 1, "no article from https://a.example/"),
        (["show", "1", "--revision", "7"], 1, "it has only one"),
        (["show", "1", "--diff"], 1, "nothing to compare"),
        (["export", "--format", "xml"], 2, "'xml' is not one of 'jsonl', 'csv'"),
        (["export", "-o", "/no/such/folder/x.csv"], 1, "/no/such/folder is no folder; make it first"),
        (["export", "-o", "/"], 1, "/ is a folder"),
        (["export", "a AND", "-o", "x.csv"], 2, "newsarchive: "),
        (["runs", "ledger", "99"], 2, "there is no run 99"),
        (["parse", "/no/such/file.html"], 2, "/no/such/file.html cannot be read"),
        (["parse", __file__, "--publisher", "nobody"], 1, "no publisher is named 'nobody'"),
        (["parse", "ftp://a.example/"], 2, "'ftp://a.example/' is not the address of a web page"),
        (["parse", "http://[::1"], 2, "'http://[::1' is not the address of a web page"),
        (["parse", "https://a.example/", "--ca-file", __file__], 2, "holds no certificates in PEM"),
        (["crawl", "sample", "--contact", "nobody"], 2, "--contact: 'nobody' is neither an e-mail address nor"),
        (["demo", "--port", "0"], 2, "--port"),
        (["show"], 2, "Missing argument 'ID|URL' (see newsarchive show --help)"),
        (
            ["site", "add", "https://a.example/", "--name", "sample", "--no-check"],
            1,
            "registered already: sample (http",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(newsarchive, crawled, tmp_path, monkeypatch, arguments, code, said):
    monkeypatch.chdir(tmp_path)
    result = newsarchive(*arguments, home=crawled)
    assert (result.code, result.out) == (code, "")
    assert said in result.err
    assert is_one_line(result.err), result.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("paper.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "holds no article: not-html"),
        ("data.json", b'{"headline": "no"}', "holds no article: not-html"),
        ("empty.html", b"", "holds no article: empty"),
        ("blank.html", b"<html><body></body></html>", "holds no article: "),
        ("random.html", bytes(range(256)) * 500, "holds no article: "),
        ("large.html", b"a" * (10 * MB + 1), "is larger than 10,000,000 bytes"),
    ],
)
def test_a_file_without_an_article_says_so(newsarchive, tmp_path, name, content, said):
    file = tmp_path / name
    file.write_bytes(content)
    result = newsarchive("parse", str(file))
    assert result.code != 0
    assert said in result.err
    assert is_one_line(result.err), result.err
    assert result.out == ""


BROKEN_LISTS = [
    (b"https://ok.example/\nnot a url\n", "line 2: 'not a url' is no address; nothing was fetched"),
    (b"mailto:desk@ok.example\n", "line 1: 'mailto:desk@ok.example' is no address"),
    (b"\xff\xfe\x00\x01", "is no text in UTF-8"),
    (b"# only a remark\n\n", "holds no address"),
    (b"", "holds no address"),
    (None, "cannot be read: No such file or directory"),
]


@pytest.mark.parametrize(("content", "said"), BROKEN_LISTS)
def test_a_broken_list_of_addresses_says_where(tmp_path, content, said):
    file = tmp_path / "urls.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        read_urls(str(file))
    assert said in str(refused.value)


def test_a_broken_list_of_addresses_is_refused_before_anything_is_fetched(command, tmp_path):
    (tmp_path / "urls.txt").write_bytes(BROKEN_LISTS[0][0])
    result = command("crawl", "--urls", str(tmp_path / "urls.txt"), home=tmp_path / "home")
    assert result.code == 2
    assert BROKEN_LISTS[0][1] in result.err
    assert is_one_line(result.err), result.err
    assert not (tmp_path / "home").exists()


@pytest.mark.slow
def test_a_list_of_which_nothing_can_be_had_fails(command, tmp_path):
    result = command("crawl", "--urls", "-", home=tmp_path / "home", stdin="https://no-such-host.invalid/a\n")
    assert result.code == 1
    assert "none of the addresses of run 1 could be had: newsarchive runs ledger 1 says why" in result.err


@pytest.mark.slow
def test_pages_that_are_no_articles_end_in_the_ledger_with_their_reasons(command, site, tmp_path):
    html = {"Content-Type": "text/html"}
    site.answers.update(
        {
            "/robots.txt": (404, {}, b""),
            "/paper.pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7\n1 0 obj"),
            "/empty": (200, html, b""),
            "/random": (200, html, bytes(range(256)) * 500),
            "/large": (200, html, b"<p>" + b"a" * (50 * MB)),
            "/missing": (404, html, b"nothing here"),
            "/broken": (500, html, b"oops"),
            "/forbidden": (403, html, b"go away"),
        }
    )
    paths = ["/paper.pdf", "/empty", "/random", "/large", "/missing", "/broken", "/forbidden"]
    urls = "".join(f"{site.url(path)}\n" for path in paths) + "http://127.0.0.1:9/\nhttps://no-such-host.invalid/\n"
    home = tmp_path / "home"
    crawl = command("crawl", "--urls", "-", "--allow-address", site.address, home=home, stdin=urls)
    assert (crawl.code, "Traceback" in crawl.err) == (0, False), crawl.err
    rows = map(json.loads, command("runs", "ledger", "--json", home=home).out.splitlines())
    ends = {row["url"].removeprefix(site.url("")): (row["outcome"], row["reason"]) for row in rows}
    assert ends == {
        "/paper.pdf": ("not-article", "not-html"),
        "/empty": ("not-article", "empty"),
        "/random": ("not-article", "not-html"),
        "/large": ("refused", "too-large"),
        "/missing": ("failed", "http-404"),
        "/broken": ("failed", "http-500"),
        "/forbidden": ("blocked", "http-403"),
        "http://127.0.0.1:9/": ("refused", "forbidden-address"),
        "https://no-such-host.invalid/": ("failed", "dns"),
    }


@pytest.mark.parametrize(
    ("verb", "url", "said"),
    [
        (["crawl"], "https://no-such-host.invalid/", "DNS lookup failed"),
        (["site", "add"], "http://127.0.0.1:9/", "is not a public address"),
    ],
)
def test_a_site_whose_home_page_cannot_be_had_is_not_registered(command, tmp_path, verb, url, said):
    result = command(*verb, url, home=tmp_path / "home")
    assert result.code == 1
    assert f"{url} cannot be read" in result.err
    assert said in result.err
    with Archive.open(tmp_path / "home") as archive:
        assert archive.sites() == ()
        assert archive.reader.runs() == ()


def test_a_corrupt_archive_says_what_to_do_and_is_left_alone(newsarchive, home):
    file = home / "archive.db"
    for content in (os.urandom(9000), file.read_bytes()[:30_000]):
        for rest in ("-wal", "-shm"):
            file.with_name(f"archive.db{rest}").unlink(missing_ok=True)
        file.write_bytes(content)
        for arguments in (["search", "x"], ["status"], ["export"]):
            result = newsarchive(*arguments, home=home)
            assert result.code == 1
            assert "restore it from a backup, or move it away" in result.err
            assert is_one_line(result.err), result.err
        assert file.read_bytes() == content


def test_a_folder_in_the_place_of_the_archive_is_said(newsarchive, tmp_path):
    (tmp_path / "archive.db").mkdir()
    result = newsarchive("search", "x", home=tmp_path)
    assert result.code == 1
    assert "archive.db is a folder, not an archive file" in result.err
    assert is_one_line(result.err), result.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("delay_s =", "newsarchive.toml cannot be read"),
        ("dealy_s = 1", "unknown setting 'dealy_s'; known: "),
        ("allow_addresses = 5", "allow_addresses: 5 is not a list"),
        ('ca_file = "/no/such.pem"', "ca_file: '/no/such.pem' cannot be read: No such file or directory"),
    ],
)
def test_a_broken_settings_file_says_which_line(newsarchive, tmp_path, text, said):
    (tmp_path / "newsarchive.toml").write_text(text)
    result = newsarchive("status", home=tmp_path)
    assert result.code == 2
    assert said in result.err
    assert is_one_line(result.err), result.err


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("nofield:x", "  nofield:x\n  ^\n"),
        ("lake since:soon", "  lake since:soon\n             ^\n"),
        ("渡轮 (x", "  渡轮 (x\n       ^\n"),  # a letter of two columns
        ("lake\n(x", "  lake (x\n       ^\n"),
    ],
)
def test_a_caret_points_at_the_mistake_in_a_query(newsarchive, crawled, query, shown):
    result = newsarchive("search", query, home=crawled)
    assert result.code == 2
    assert result.err.endswith(shown)


def test_a_caret_points_into_a_long_query(newsarchive, crawled):
    result = newsarchive("search", "lake " * 100 + "(x " + "lake " * 100, home=crawled)
    _, query, caret = result.err.splitlines()
    assert len(query) <= 72
    assert query[caret.index("^")] == "("


@pytest.mark.parametrize(
    "arguments",
    [["parse", __file__], ["crawl", "sample"], ["site", "add", "https://a.example/", "--publisher", "x", "--no-check"]],
)
def test_a_publisher_file_that_does_not_load_is_named_first(newsarchive, crawled, tmp_path, monkeypatch, arguments):
    (tmp_path / "mine.py").write_text("name = = 1\n")
    monkeypatch.setenv("NEWSARCHIVE_PUBLISHERS", str(tmp_path))
    result = newsarchive(*arguments, home=crawled)
    assert (result.code, result.out) == (1, "")
    assert "mine.py: does not load: SyntaxError: invalid syntax (mine.py, line 1)" in result.err
    assert is_one_line(result.err), result.err


def test_a_database_of_something_else_is_not_touched(newsarchive, tmp_path):
    database = sqlite3.connect(tmp_path / "archive.db")
    database.execute("CREATE TABLE recipe (name TEXT)")
    database.commit()
    database.close()
    result = newsarchive("search", "x", home=tmp_path)
    assert result.code == 1
    assert is_one_line(result.err), result.err
    database = sqlite3.connect(tmp_path / "archive.db")
    assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("recipe",)]
    database.close()


def test_a_corrupt_index_says_how_to_make_it_anew(newsarchive, home):
    for file in (home / "index").iterdir():
        file.write_bytes(os.urandom(200))
    result = newsarchive("search", "peacekeeping", home=home)
    assert result.code == 1
    assert "`newsarchive index rebuild`" in result.err
    assert is_one_line(result.err), result.err
    assert newsarchive("index", "rebuild", home=home).code == 0
    assert "**peacekeeping**" in newsarchive("search", "peacekeeping", home=home).out


@pytest.mark.parametrize("path", ["/proc/newsarchive-home", f"{__file__}/home"])
def test_a_home_that_cannot_be_made_is_named(newsarchive, path):
    result = newsarchive("site", "add", "https://a.example/", "--no-check", home=path)
    assert result.code == 1
    assert f"{path} cannot be used as an archive home" in result.err
    assert is_one_line(result.err), result.err


def test_no_archive_yet_says_the_next_step_and_makes_none(newsarchive, tmp_path):
    for arguments in (["search", "x"], ["export"], ["status"], ["runs", "list"], ["site", "list"], ["show", "1"]):
        result = newsarchive(*arguments, home=tmp_path / "none")
        assert result.code == 1
        assert "start one with `newsarchive site add URL`" in result.err
    assert not (tmp_path / "none").exists()


def test_captures_that_cannot_be_written_end_the_crawl(command, site, tmp_path):
    site.answers["/"] = (200, {}, b"<html><body><p>Welcome to the lake.</p></body></html>")
    home = tmp_path / "home"
    home.mkdir()
    (home / "captures").write_text("in the way")
    result = command("crawl", site.url("/"), "--allow-address", site.address, home=home)
    assert result.code == 1
    assert "captures cannot be written to" in result.err
    assert "Traceback" not in result.err


def test_a_full_disk_is_said(newsarchive, crawled):
    result = newsarchive("export", "--format", "csv", "-o", "/dev/full", home=crawled)
    assert result.code == 1
    assert "/dev/full cannot be written: No space left on device" in result.err
