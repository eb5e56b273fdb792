"""What is in a package."""

import csv
import json
from datetime import date

import pytest

from newsarchive.errors import ExportError
from newsarchive.export.package.checksums import verify
from newsarchive.export.write import Format
from newsarchive.model.coverage import DayState, PublicationDay, SiteCalendar


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


def test_format_that_is_no_table_is_an_error(make_package):
    with pytest.raises(ExportError, match="csv or parquet"):
        make_package(table=Format.JSONLD)
