"""What a package says of itself: its version, its author, its license; and to whom that makes sense."""

import hashlib
import json

import pytest
import yaml

from newsarchive.export.write import Format


def described(folder, name="datapackage.json"):
    return json.loads((folder / name).read_bytes())


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


def test_of_nothing_there_is_a_package_without_a_day(make_package, tmp_path):
    contents = make_package(is_empty=True, query="nothing")
    assert (contents.version[:6], contents.date) == ("0.0.0+", None)
    assert "Nothing was found." in (tmp_path / "package/datasheet.md").read_text(encoding="utf-8")
    assert "created" not in described(tmp_path / "package")


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
