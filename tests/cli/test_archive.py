"""``newsarchive archive``: as a user types it, on both databases."""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest

from newsarchive.api import Archive
from newsarchive.config import Config

COPIED = {"site": 1, "article": 49, "revision": 49, "crawl_run": 1}


def rows(result):
    return {line["table"]: (line["rows"], line["digest"]) for line in map(json.loads, result.out.splitlines())}


@pytest.mark.postgresql
def test_an_archive_goes_to_postgresql_and_back_unchanged(newsarchive, crawled, tmp_path, postgresql_url):
    there = newsarchive("archive", "copy", str(crawled), postgresql_url, "--json")
    assert there.code == 0, there.err
    assert {name: rows(there)[name][0] for name in COPIED} == COPIED
    assert "compared one by one" in there.err
    back = newsarchive("archive", "copy", postgresql_url, str(tmp_path / "back.db"), "--json")
    assert rows(back) == rows(there)


@pytest.mark.postgresql
def test_the_copy_on_postgresql_serves_the_home_it_came_from(newsarchive, home, monkeypatch, postgresql_url):
    newsarchive("archive", "copy", str(home), postgresql_url)
    (home / "archive.db").unlink()
    (home / "newsarchive.toml").write_text(f"database = {json.dumps(postgresql_url)}\n")
    found = newsarchive("search", "peacekeeping", home=home)
    assert "**peacekeeping**" in found.out, found.err
    verified = newsarchive("archive", "verify", "--deep", home=home)
    assert (verified.code, verified.out) == (0, ""), verified.err
    assert json.loads(newsarchive("status", "--json", home=home).out)["database"].startswith("postgresql://")
    assert not (home / "archive.db").exists()


def test_a_copy_says_what_it_copied(newsarchive, crawled, tmp_path):
    result = newsarchive("archive", "copy", str(crawled / "archive.db"), str(tmp_path / "copy.db"))
    assert result.code == 0
    assert "article " in result.out
    assert f"are in {tmp_path / 'copy.db'}, compared one by one" in result.err
    again = newsarchive("archive", "copy", str(crawled), str(tmp_path / "copy.db"))
    assert again.code == 1
    assert "copy.db is not empty" in again.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nowhere.db", "copy.db"], 1, "there is no archive at nowhere.db"),
        (["mysql://u:secret@h/x", "copy.db"], 2, "FROM: the database's address is not like postgresql://"),
        (["postgresql://u:secret@127.0.0.1:9/x", "copy.db"], 1, "postgresql://u:***@127.0.0.1:9/x cannot be reached"),
        (["{crawled}", "postgresql://u:secret@127.0.0.1:9/x"], 1, "check the server and the address"),
        (["{crawled}", " "], 2, "TO: name a file, or a database"),
    ],
)
def test_places_that_are_none_are_said_in_one_line(newsarchive, crawled, tmp_path, monkeypatch, arguments, code, said):
    monkeypatch.chdir(tmp_path)
    result = newsarchive("archive", "copy", *(argument.format(crawled=crawled) for argument in arguments))
    assert (result.code, result.out) == (code, "")
    assert said in result.err
    assert "secret" not in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize("options", [[], ["--deep"]])
def test_an_archive_in_order_is_said_to_be(newsarchive, crawled, options):
    result = newsarchive("archive", "verify", *options, home=crawled)
    assert (result.code, result.out) == (0, "")
    assert "49 articles, 49 revisions, " in result.err
    assert "all in order" in result.err
    assert ("--deep" in result.err) == (not options)


def test_all_that_is_wrong_is_listed_with_exit_code_1(newsarchive, home):
    database = sqlite3.connect(home / "archive.db")
    database.execute("UPDATE revision SET headline = 'Changed' WHERE id = 3")
    database.execute("UPDATE article SET revision_count = 2 WHERE id = 4")
    database.commit()
    database.close()
    shutil.rmtree(home / "captures")
    for file in (home / "index").iterdir():
        file.write_bytes(b"broken")
    result = newsarchive("archive", "verify", home=home)
    assert result.code == 1
    lines = result.out.splitlines()
    assert [line.partition(":")[0] for line in lines[:2]] == ["article 4", "article 3, revision 1"]
    assert "missing; references to it: " in lines[2]
    assert lines[3].startswith("search index in ")
    assert len(lines) == 4
    assert result.err.endswith(": 4 problems\n")
    as_json = [json.loads(line) for line in newsarchive("archive", "verify", "--json", home=home).out.splitlines()]
    assert [problem["check"] for problem in as_json] == ["articles", "digests", "captures", "index"]
    assert all(set(problem) == {"check", "where", "what", "advice"} for problem in as_json)


def test_a_backup_is_an_archive_and_names_the_captures(newsarchive, crawled, tmp_path):
    result = newsarchive("archive", "backup", str(tmp_path / "backup.db"), home=crawled)
    assert (result.code, result.out) == (0, "")
    assert f"copy {crawled / 'captures'} apart: 1 file, " in result.err
    restored = tmp_path / "restored"
    shutil.copytree(crawled / "captures", restored / "captures")
    shutil.copy(tmp_path / "backup.db", restored / "archive.db")
    assert newsarchive("archive", "verify", "--deep", home=restored).code == 0
    assert "**peacekeeping**" in newsarchive("search", "peacekeeping", home=restored).out
    again = newsarchive("archive", "backup", str(tmp_path / "backup.db"), home=crawled)
    assert again.code == 1
    assert "exists already" in again.err
    assert newsarchive("archive", "backup", str(tmp_path / "backup.db"), "--overwrite", home=crawled).code == 0


def test_the_index_of_another_database_is_said_and_made_anew(newsarchive, home, target):
    with Archive.of(Config(home=home, database=target), create=True):
        pass  # which is empty, while the index holds the articles of the home's own
    option = ("--database", str(target))
    result = newsarchive(*option, "search", "peacekeeping", home=home)
    assert result.code == 1
    assert "is of another archive: `newsarchive index rebuild` makes it anew" in result.err
    assert newsarchive(*option, "index", "rebuild", home=home).code == 0
    assert newsarchive(*option, "search", "peacekeeping", home=home).code == 0


def test_articles_of_an_older_newsarchive_are_compared_with_all_others(newsarchive, home):
    assert newsarchive("archive", "recluster", home=home).err == "0 revisions compared with all others\n"
    database = sqlite3.connect(home / "archive.db")
    (sketches,) = database.execute("SELECT count(*) FROM sketch").fetchone()
    database.execute("DELETE FROM sketch_band")
    database.execute("DELETE FROM sketch")
    database.commit()
    result = newsarchive("archive", "recluster", home=home)
    assert (result.code, result.err) == (0, f"{sketches} revisions compared with all others\n")
    assert database.execute("SELECT count(*) FROM sketch").fetchone() == (sketches,)
    database.close()
    assert newsarchive("archive", "verify", home=home).code == 0
