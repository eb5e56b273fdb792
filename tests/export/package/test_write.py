import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
import yaml

from newsarchive.api import Archive
from newsarchive.archive.copying import copy_archive
from newsarchive.archive.database import Database
from newsarchive.config import Config
from newsarchive.errors import ExportError
from newsarchive.export.package.checksums import verify
from newsarchive.export.package.write import write_package
from newsarchive.export.selection import Selection
from newsarchive.export.write import Format
from newsarchive.model.coverage import DayState, PublicationDay, SiteCalendar

TOP = Path(__file__).parents[3]


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def described(folder, name="datapackage.json"):
    return json.loads((folder / name).read_bytes())


def test_package_holds_records_tables_and_descriptors(make_package, tmp_path):
    contents = make_package()
    assert sorted(path.name for path in (tmp_path / "package").iterdir()) == [
        "SHA256SUMS",
        "articles.csv",
        "articles.jsonl",
        "counts.csv",
        "croissant.json",
        "datapackage.json",
        "datasheet.md",
        "sites.csv",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["package"]
    assert len(verify(tmp_path / "package")) == 7
    assert [file.rows for file in contents.files] == [2, 2, 1, 1]


def test_records_and_table_say_the_same(make_package, record, tmp_path):
    make_package(record(1, headline="=1+1"), record(2))
    records, table = lines(tmp_path / "package/articles.jsonl"), rows(tmp_path / "package/articles.csv")
    assert records == [{**record(1, headline="=1+1")}, record(2)]
    assert list(records[0]) == list(table[0]) == list(record(1))
    assert [row["headline"] for row in table] == ["'=1+1", "Headline 2"]
    assert table[1]["keywords"] == "peace; trade; free"
    make_package(record(1, headline="=1+1"), folder=tmp_path / "exact", defuse=False)
    assert rows(tmp_path / "exact/articles.csv")[0]["headline"] == "=1+1"


def test_counts_stand_beside_what_the_archive_holds(make_package, record, covered, tmp_path):
    coverage = (
        covered(articles={None: 1, "2023-04": 3, "2023-05": 10}),
        covered("other", articles={"2023-05": 99}),
        covered(None, articles={"2023-05": 1}, runs=0),
    )
    make_package(record(1), record(2, site=None), coverage=coverage, query="peace")
    assert [tuple(row.values()) for row in rows(tmp_path / "package/counts.csv")] == [
        ("example", "", "0", "1"),
        ("example", "2023-04", "0", "3"),
        ("example", "2023-05", "1", "10"),
        ("", "2023-05", "1", "1"),
    ]
    (site,) = rows(tmp_path / "package/sites.csv")
    assert (site["site"], site["articles"], site["archived"]) == ("example", "1", "14")


def test_without_text_there_is_none_of_it_anywhere(make_package, record, tmp_path):
    secret = "The publisher's own words"
    make_package(
        record(
            1,
            description=secret,
            article_body=secret,
            blocks=[{"kind": "paragraph", "text": secret}],
            images=[{"url": "https://example.org/a.jpg", "caption": secret}],
        ),
        text=False,
    )
    for path in (tmp_path / "package").iterdir():
        assert secret not in path.read_text(encoding="utf-8"), path
    (written,) = lines(tmp_path / "package/articles.jsonl")
    assert written["content_digest"] == record(1)["content_digest"]
    assert written["headline"] == "Headline 1"
    assert not {"description", "blocks", "article_body", "images"} & set(written)


def test_what_tells_articles_apart_is_there_whatever_was_selected(make_package, tmp_path):
    make_package(fields=["headline", "url"])
    assert list(lines(tmp_path / "package/articles.jsonl")[0]) == [
        "headline",
        "url",
        "id",
        "revision",
        "content_digest",
    ]


def test_every_state_is_a_record_of_its_own(make_package, record, tmp_path):
    make_package(record(1), record(1, revision=2), every_revision=True)
    table = described(tmp_path / "package")["resources"][1]
    assert (table["path"], table["schema"]["primaryKey"]) == ("revisions.csv", ["id", "revision"])
    assert len(lines(tmp_path / "package/revisions.jsonl")) == 2


@pytest.mark.parametrize(("table", "names"), [(None, []), (Format.PARQUET, ["articles.parquet"])])
def test_table_is_csv_or_parquet_or_left_out(make_package, tmp_path, table, names):
    make_package(table=table)
    paths = [resource["path"] for resource in described(tmp_path / "package")["resources"]]
    assert paths == ["articles.jsonl", *names, "sites.csv", "counts.csv"]


def test_days_of_the_sites_tell_no_news_from_no_crawl(make_package, record, tmp_path):
    days = [
        (DayState.NO_CRAWL, None, 16),
        (DayState.PARTLY, "3 of 4; failed dns 1", 17),
        (DayState.NOTHING_PUBLISHED, None, 18),
    ]
    published = tuple(
        PublicationDay(
            day=date(2023, 5, day),
            state=state,
            reason=reason,
            expected=4 if reason else 0,
            had=3 if reason else 0,
            archived=2 if reason else 0,
            misses={},
        )
        for state, reason, day in days
    )
    calendars = [
        SiteCalendar(site=site, first_crawl=date(2023, 5, 1), crawled=(), published=published)
        for site in ("another", "example")
    ]
    contents = make_package(record(1, date_published="2023-05-17T09:30:15Z"), calendars=iter(calendars))
    assert [tuple(row.values()) for row in rows(tmp_path / "package/coverage.csv")] == [
        ("example", "2023-05-16", "no crawl", "0", "0", ""),
        ("example", "2023-05-17", "partly", "4", "2", "3 of 4; failed dns 1"),
        ("example", "2023-05-18", "nothing published", "0", "0", ""),
    ]
    assert contents.days == {"no crawl": 1, "nothing published": 1, "partly": 1}
    assert "1 no crawl, 1 nothing published, 1 partly" in (tmp_path / "package/datasheet.md").read_text(
        encoding="utf-8"
    )
    resource = described(tmp_path / "package")["resources"][-1]
    assert (resource["name"], resource["schema"]["primaryKey"]) == ("coverage", ["site", "day"])
    assert len(verify(tmp_path / "package")) == 8


def test_parquet_holds_the_records(make_package, record, tmp_path):
    from pyarrow import parquet

    make_package(table=Format.PARQUET)
    table = parquet.read_table(tmp_path / "package/articles.parquet")
    assert table.column("headline").to_pylist() == ["Headline 1", "Headline 2"]
    assert table.column_names == list(record(1))


def test_version_is_the_day_and_the_digest_of_the_data(make_package, tmp_path):
    contents = make_package()
    digest = hashlib.sha256((tmp_path / "package/articles.jsonl").read_bytes()).hexdigest()
    descriptor = described(tmp_path / "package")
    assert descriptor["version"] == contents.version == f"2023.5.19+{digest[:12]}"
    assert descriptor["id"] == f"sha256:{digest}"
    assert descriptor["created"] == "2023-05-19T10:00:00Z"


def test_author_is_named_only_if_there_is_one(make_package, tmp_path):
    make_package()
    descriptor, croissant = described(tmp_path / "package"), described(tmp_path / "package", "croissant.json")
    assert not {"contributors", "licenses"} & set(descriptor)
    assert not {"creator", "license"} & set(croissant)
    assert "[author]" in croissant["citeAs"]
    about = {
        "title": 'On "peace": keeping',
        "description": "Why: *because*.\nThat is all.",
        "creators": ("Doe, Jane", "Lake University"),
        "license": "CC-BY-4.0",
    }
    make_package(folder=tmp_path / "named", about=about)
    descriptor, croissant = described(tmp_path / "named"), described(tmp_path / "named", "croissant.json")
    assert descriptor["title"] == croissant["name"] == about["title"]
    assert descriptor["contributors"] == [
        {"title": "Jane Doe", "familyName": "Doe", "givenName": "Jane", "roles": ["creator"]},
        {"title": "Lake University", "roles": ["creator"]},
    ]
    assert descriptor["licenses"] == [{"name": "CC-BY-4.0", "path": "https://spdx.org/licenses/CC-BY-4.0.html"}]
    assert croissant["citeAs"].startswith("Doe, Jane; Lake University (2023). ")
    citation = yaml.safe_load((tmp_path / "named/CITATION.cff").read_text(encoding="utf-8"))
    assert citation["title"] == about["title"]
    assert citation["abstract"] == about["description"]
    assert citation["authors"] == [{"family-names": "Doe", "given-names": "Jane"}, {"name": "Lake University"}]
    assert (citation["type"], citation["license"]) == ("dataset", "CC-BY-4.0")
    assert str(citation["date-released"]) == "2023-05-19"


def test_license_may_be_an_address_or_words_of_ones_own(make_package, tmp_path):
    make_package(about={"license": "https://example.org/terms", "creators": ("X",)})
    assert described(tmp_path / "package")["licenses"] == [{"path": "https://example.org/terms"}]
    assert "license-url: " in (tmp_path / "package/CITATION.cff").read_text(encoding="utf-8")
    make_package(folder=tmp_path / "words", about={"license": "ask me first", "creators": ("X",)})
    assert described(tmp_path / "words")["licenses"] == [{"name": "ask me first"}]
    assert described(tmp_path / "words", "croissant.json")["license"] == "ask me first"
    assert "license" not in (tmp_path / "words/CITATION.cff").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["full", "no-text", "revisions", "jsonl", "parquet", "empty", "hostile"])
def test_validators_accept_it(make_package, record, tmp_path, kind):
    import mlcroissant
    from frictionless import validate

    folder = tmp_path / "package"
    match kind:
        case "no-text":
            make_package(record(1), record(2, site=None, run_id=None, date_published=None), text=False)
        case "revisions":
            make_package(record(1), record(1, revision=2), record(3), every_revision=True)
        case "jsonl":
            make_package(table=None)
        case "parquet":
            make_package(table=Format.PARQUET)
        case "empty":
            make_package(is_empty=True, query="nothing")
        case "hostile":
            text = 'a "quoted", \r\n| line\u2028 with ; all = of \\ it <b>&amp;</b> `'
            make_package(record(1, headline=text, in_language=text, site=None, article_body="x" * 200_000), query=text)
        case _:
            make_package(record(1), record(2, site=None, run_id=None, date_published=None, article_body=""))
    report = validate(str(folder / "datapackage.json"))
    assert report.valid, report.to_summary()
    dataset = mlcroissant.Dataset(jsonld=folder / "croissant.json")
    assert not dataset.metadata.ctx.issues.errors


def test_of_nothing_there_is_a_package_without_a_day(make_package, tmp_path):
    contents = make_package(is_empty=True, query="nothing")
    assert (contents.version[:6], contents.date) == ("0.0.0+", None)
    assert "Nothing was found." in (tmp_path / "package/datasheet.md").read_text(encoding="utf-8")
    assert "created" not in described(tmp_path / "package")


@pytest.mark.parametrize("table", [Format.CSV, Format.PARQUET, None])
def test_croissant_loads_the_records(make_package, record, tmp_path, table):
    import mlcroissant

    make_package(record(1, run_id=None, date_published=None), record(2), table=table)
    dataset = mlcroissant.Dataset(jsonld=tmp_path / "package/croissant.json")
    found = list(dataset.records("articles"))
    assert [row["articles/headline"] for row in found] == [b"Headline 1", b"Headline 2"]
    assert [row["articles/id"] for row in found] == [1, 2]
    words = b"peace; trade; free" if table is Format.CSV else [b"peace", b"trade; free"]
    assert found[0]["articles/keywords"] == words
    assert [row["sites/site"] for row in dataset.records("sites")] == [b"example"]
    assert [row["counts/archived"] for row in dataset.records("counts")] == [0, 10]


PROGRAM = """
import os, sys
from pathlib import Path
os.umask(int(sys.argv[2], 8))
from newsarchive.api import Archive
from newsarchive.export.package.about import About
from newsarchive.export.selection import Selection
with Archive.open(sys.argv[3]) as archive:
    about = About.of(title="T", creators=("Doe, J.",))
    archive.package(Selection.of(query="ferry OR lake"), Path(sys.argv[1]), about=about)
"""


@pytest.mark.slow
def test_two_processes_in_different_surroundings_make_the_same_bytes(packaged_home, tmp_path):
    made = []
    for number, surroundings in enumerate(
        (
            {"PYTHONHASHSEED": "1", "TZ": "Asia/Kolkata", "LC_ALL": "C", "umask": "077"},
            {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C.UTF-8", "umask": "002"},
        )
    ):
        folder = tmp_path / f"a folder {number}"
        mask = surroundings.pop("umask")
        home = packaged_home(tmp_path / f"home-{number}")
        subprocess.run(
            [sys.executable, "-c", PROGRAM, str(folder), mask, str(home)],
            check=True,
            env={**os.environ, **surroundings},
            cwd=TOP,
        )
        made.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert made[0] == made[1]
    assert len(made[0]) == 10


def test_order_of_names_in_an_object_makes_no_difference(make_package, record, tmp_path):
    make_package(record(1, field_sources={"headline": "h1", "blocks": "dom"}))
    make_package(record(1, field_sources={"blocks": "dom", "headline": "h1"}), folder=tmp_path / "other")
    names = {path.name for path in (tmp_path / "other").iterdir()}
    assert all((tmp_path / "package" / n).read_bytes() == (tmp_path / "other" / n).read_bytes() for n in names)


def test_failed_package_leaves_nothing(make_package, record, tmp_path):
    def records():
        yield record(1)
        raise RuntimeError("the archive went away")

    with pytest.raises(RuntimeError):
        write_package(records(), tmp_path / "package", selection=Selection(), coverage=())
    assert list(tmp_path.iterdir()) == []


def test_killed_package_is_not_there(tmp_path):
    code = f"""
import itertools, json
from pathlib import Path
from newsarchive.export.package.write import write_package
from newsarchive.export.selection import Selection
record = json.loads({json.dumps(ENDLESS)!r})
records = ({{**record, "id": number}} for number in itertools.count(1))
write_package(records, Path({str(tmp_path / "package")!r}), selection=Selection(), coverage=(),
              progress=lambda count: Path({str(tmp_path / "begun")!r}).touch())
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=TOP) as child:
        deadline = time.monotonic() + 60
        while not (tmp_path / "begun").exists() and child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert (tmp_path / "begun").exists(), "nothing was written before the kill"
        child.send_signal(signal.SIGKILL)
    assert not (tmp_path / "package").exists()


ENDLESS = {
    **dict.fromkeys(("publisher", "headline", "alternative_headline", "description", "article_section")),
    **dict.fromkeys(("site", "date_published", "date_published_raw", "date_precision", "date_modified", "run_id")),
    **dict.fromkeys(("in_language", "is_accessible_for_free", "next_page_url")),
    **{name: [] for name in ("keywords", "authors", "blocks", "images", "related_links")},
    "url": "https://example.org/",
    "canonical_url": "https://example.org/",
    "article_body": "x" * 1000,
    "field_sources": {},
    "revision": 1,
    "first_seen_at": "2023-05-17T10:00:00Z",
    "last_seen_at": "2023-05-17T10:00:00Z",
    "content_digest": "sha256:" + "0" * 64,
    "capture": {},
    "parser_version": "generic/1",
    "revision_count": 1,
    "cluster_id": 1,
}


def test_package_that_is_there_is_replaced_only_on_demand(make_package, record, tmp_path):
    make_package()
    with pytest.raises(ExportError, match="holds a data package already; --force replaces it"):
        make_package(record(3))
    assert len(lines(tmp_path / "package/articles.jsonl")) == 2
    make_package(record(3), force=True)
    assert [line["id"] for line in lines(tmp_path / "package/articles.jsonl")] == [3]
    assert [path.name for path in tmp_path.iterdir()] == ["package"]


def test_nothing_but_a_package_is_ever_replaced(make_package, tmp_path):
    (tmp_path / "package").mkdir()
    (tmp_path / "package/thesis.doc").write_text("years of work")
    with pytest.raises(ExportError, match="holds other files"):
        make_package(force=True)
    (tmp_path / "file").write_text("x")
    with pytest.raises(ExportError, match="is no folder"):
        make_package(folder=tmp_path / "file", force=True)
    with pytest.raises(ExportError, match="missing is no folder; make it first"):
        make_package(folder=tmp_path / "missing/package")
    assert (tmp_path / "package/thesis.doc").read_text() == "years of work"


def test_empty_folder_is_taken(make_package, tmp_path):
    (tmp_path / "package").mkdir()
    make_package()
    assert (tmp_path / "package/SHA256SUMS").exists()


def test_failed_replacement_leaves_the_old_package(make_package, record, tmp_path):
    make_package()
    before = (tmp_path / "package/SHA256SUMS").read_bytes()
    with pytest.raises(ExportError, match="article 3 cannot be written as JSON"):
        make_package(record(3, headline="\ud800"), force=True)
    assert (tmp_path / "package/SHA256SUMS").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["package"]


def test_format_that_is_no_table_is_an_error(make_package):
    with pytest.raises(ExportError, match="csv or parquet"):
        make_package(table=Format.JSONLD)


@pytest.mark.postgresql
def test_an_archive_on_either_database_gives_the_same_bytes(packaged_home, tmp_path, postgresql_url):
    home = packaged_home(tmp_path / "home")
    with (
        Database.open(home / "archive.db") as database,
        Database.open(postgresql_url, create=True) as copied,
    ):
        copy_archive(database, copied)
    packages = []
    for number, target in enumerate((home / "archive.db", postgresql_url)):
        folder = tmp_path / f"package-{number}"
        with Archive.of(Config(home=tmp_path / f"home-{number}", database=target)) as archive:
            archive.package(Selection.of(query="ferry"), folder)
        packages.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert packages[0] == packages[1]
    assert len(packages[0]["articles.jsonl"].splitlines()) == 30
