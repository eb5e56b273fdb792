import re
from pathlib import Path

from newsarchive.export.csv import cell
from newsarchive.export.record import EXPORT_FIELDS, article_record, export_record

DICTIONARY = Path(__file__).parents[2] / "docs" / "data-dictionary.md"


def test_record_has_the_documented_names_in_order(full, bare):
    assert tuple(export_record(full)) == EXPORT_FIELDS
    assert tuple(export_record(bare)) == EXPORT_FIELDS


def test_record_holds_every_value(full):
    assert export_record(full) == {
        "id": 7,
        "url": "https://example.org/post?s=1&utm_source=x",
        "canonical_url": "https://example.org/post?s=1",
        "site": "example",
        "publisher": "The Example",
        "headline": "=Rwanda’s “mindset”, a gem",
        "alternative_headline": "+1",
        "description": "First line\nsecond line",
        "article_section": "International",
        "keywords": ["peace", "=keeping"],
        "authors": ["Ann Müller", "王小明"],
        "date_published": "2023-05-17T09:30:15Z",
        "date_published_raw": "17 May 2023, 9:30",
        "date_precision": "minute",
        "date_modified": "2023-05-18T01:30:15.005000Z",
        "in_language": "en",
        "is_accessible_for_free": False,
        "blocks": [
            {"kind": "paragraph", "text": 'He said "yes", then\nleft.'},
            {"kind": "heading", "text": "Après"},
        ],
        "article_body": 'He said "yes", then\nleft.\n\nAprès',
        "images": [
            {
                "url": "https://example.org/a.jpg",
                "caption": "A; B",
                "credit": None,
                "alt": None,
                "width_px": 640,
                "height_px": 480,
                "is_main": True,
            }
        ],
        "related_links": [{"url": "https://example.org/2", "text": "More", "rel": "related"}],
        "field_sources": {"headline": "h1", "date_published": "json-ld"},
        "revision": 2,
        "first_seen_at": "2023-05-17T10:30:15Z",
        "last_seen_at": "2023-05-19T00:30:15Z",
        "content_digest": "sha256:" + "0" * 64,
        "capture": {
            "warc_file": "2023/05/a.warc.gz",
            "warc_offset": 1234,
            "digest": "sha256:aa",
            "fetched_at": "2023-05-18T00:30:15Z",
            "status": 200,
        },
        "parser_version": "generic/1",
        "run_id": 3,
        "next_page_url": "https://example.org/post?s=1&page=2",
        "revision_count": 3,
        "cluster_id": 5,
    }


def test_what_is_not_there_is_none_or_empty(bare):
    record = export_record(bare)
    assert [name for name in EXPORT_FIELDS if record[name] is None] == [
        "site",
        "publisher",
        "headline",
        "alternative_headline",
        "description",
        "article_section",
        "date_published",
        "date_published_raw",
        "date_precision",
        "date_modified",
        "in_language",
        "is_accessible_for_free",
        "run_id",
        "next_page_url",
    ]
    assert [name for name in EXPORT_FIELDS if record[name] in ([], {}, "")] == [
        "keywords",
        "authors",
        "blocks",
        "article_body",
        "images",
        "related_links",
        "field_sources",
        "parser_version",
    ]


def test_article_record_is_the_export_record_without_what_the_archive_adds(full):
    record = export_record(full)
    ours = article_record(full.article)
    assert ours == {name: record[name] for name in ours}
    assert [name for name in EXPORT_FIELDS if name in ours] == list(ours)
    assert set(EXPORT_FIELDS) - set(ours) == {
        "id",
        "revision",
        "revision_count",
        "cluster_id",
        "first_seen_at",
        "last_seen_at",
        "content_digest",
        "capture",
        "run_id",
    }


def documented(heading):
    """Rows of the table under a heading of the data dictionary: name -> (type, meaning, null, CSV)."""
    section = DICTIONARY.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| `([a-z_]+)` \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", section, re.MULTILINE)
    return {name: columns for name, *columns in rows}


def test_data_dictionary_names_every_field_in_order():
    assert tuple(documented("The record")) == EXPORT_FIELDS


def test_data_dictionary_says_what_can_be_null(bare):
    record = export_record(bare)
    table = documented("The record")
    assert [name for name, (_, _, null, _) in table.items() if null != "never"] == [
        name for name in EXPORT_FIELDS if record[name] is None
    ]


def test_data_dictionary_gives_types_and_csv_forms(full):
    record = export_record(full)
    python_types = {
        "integer": int,
        "string": str,
        "time": str,
        "boolean": bool,
        "list of strings": list,
        "list of objects": list,
        "object": dict,
    }
    for name, (kind, _, _, csv_form) in documented("The record").items():
        value = record[name]
        assert isinstance(value, python_types[kind]), name
        text = cell(value)
        match csv_form:
            case "JSON":
                assert text[0] in "[{", name
            case "joined with `; `":
                assert text == "; ".join(value), name
            case "`true` or `false`":
                assert text in ("true", "false"), name
            case "as it is":
                assert text == str(value), name
            case _:
                raise AssertionError(f"{name}: unknown CSV form {csv_form}")


def test_data_dictionary_names_the_members_of_objects(full):
    record = export_record(full)
    for name, members in (
        ("blocks", record["blocks"][0]),
        ("images", record["images"][0]),
        ("related_links", record["related_links"][0]),
        ("capture", record["capture"]),
    ):
        assert list(documented(f"Members of `{name}`")) == list(members), name
