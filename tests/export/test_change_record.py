import re
from datetime import UTC, datetime
from pathlib import Path

from newsarchive.archive.revisions.changes import change_between
from newsarchive.export.change_record import CHANGE_FIELDS, change_record

DICTIONARY = Path(__file__).parents[2] / "docs" / "data-dictionary.md"


def test_the_record_has_the_documented_names_in_order(full, bare):
    section = DICTIONARY.read_text(encoding="utf-8").split("## Changes\n", 1)[1].split("\n## ", 1)[0]
    documented = tuple(re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE))
    assert documented == CHANGE_FIELDS
    assert tuple(change_record(change_between(bare, full))) == CHANGE_FIELDS


def test_the_record_is_plain_json_and_null_as_documented(full, bare):
    section = DICTIONARY.read_text(encoding="utf-8").split("## Changes\n", 1)[1].split("\n## ", 1)[0]
    can_be_null = {
        name for name, null in re.findall(r"^\| `(\w+)` \| .+? \| .+? \| (.+?) \|", section, re.M) if null != "never"
    }
    record = change_record(change_between(bare, bare))
    assert {name for name, value in record.items() if value is None} == can_be_null
    for value in change_record(change_between(bare, full)).values():
        assert isinstance(value, str | int | float | list | None)
    assert datetime.fromisoformat(str(record["seen_at"])).tzinfo == UTC
