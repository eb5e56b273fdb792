import json

import pytest

from newsarchive.errors import ExportError
from newsarchive.export.jsonl import jsonl_lines


def test_lines_read_back_as_the_same_values(full_record, bare_record):
    lines = list(jsonl_lines([full_record, bare_record]))
    assert all(line.endswith(b"\n") and line.count(b"\n") == 1 for line in lines)
    records = [json.loads(line) for line in lines]
    assert records == [full_record, bare_record]
    assert list(records[0]) == list(full_record)


def test_text_that_is_no_unicode_is_an_export_error(bare_record):
    bare_record["headline"] = "\ud800"
    with pytest.raises(ExportError, match="article 8 cannot be written as JSON"):
        list(jsonl_lines([bare_record]))
