import json

import pytest

from newsarchive.errors import ExportError
from newsarchive.export.jsonl import jsonl_lines
from newsarchive.export.record import export_record
from newsarchive.model.article import Article


def test_lines_read_back_as_the_same_values(full, bare):
    lines = list(jsonl_lines([full, bare]))
    assert all(line.endswith(b"\n") and line.count(b"\n") == 1 for line in lines)
    records = [json.loads(line) for line in lines]
    assert records == [export_record(full), export_record(bare)]
    assert list(records[0]) == list(export_record(full))


def test_text_that_is_no_unicode_is_an_export_error(bare):
    object.__setattr__(bare, "article", Article(url="u", canonical_url="u", headline="\ud800"))
    with pytest.raises(ExportError, match="article 8 cannot be written as JSON"):
        list(jsonl_lines([bare]))
