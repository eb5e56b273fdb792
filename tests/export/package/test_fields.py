import re
from pathlib import Path

from newsarchive.export.package.fields import meanings
from newsarchive.export.record import EXPORT_FIELDS

DICTIONARY = Path(__file__).parents[3] / "docs" / "data-dictionary.md"


def test_every_field_is_described_as_the_data_dictionary_does():
    table = DICTIONARY.read_text(encoding="utf-8").partition("## The record")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| (.+) \| ([^|]+) \| [^|]+ \|$", table, re.M)
    documented = [(name, kind, text, null == "never") for name, kind, text, null in rows]
    assert [(m.name, m.kind.value, m.text, m.required) for m in meanings().values()] == documented
    assert tuple(meanings()) == EXPORT_FIELDS
