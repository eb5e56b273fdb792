import pytest

from newsarchive.errors import ExportError
from newsarchive.export.record import EXPORT_FIELDS
from newsarchive.export.selection import PUBLISHERS_TEXT, Body, Selection


def test_everything_is_selected_unless_something_is_said():
    assert Selection.of() == Selection()
    assert Selection().fields == EXPORT_FIELDS


@pytest.mark.parametrize(
    ("body", "left_out"),
    [("both", set()), ("text", {"blocks"}), ("blocks", {"article_body"}), ("none", {"blocks", "article_body"})],
)
def test_the_body_is_text_or_blocks_or_both_or_none(body, left_out):
    assert Selection.of(body=Body(body)).fields == tuple(f for f in EXPORT_FIELDS if f not in left_out)


def test_without_text_no_running_text_of_the_publisher_is_selected():
    assert not PUBLISHERS_TEXT & set(Selection.of(text=False).fields)
    assert set(EXPORT_FIELDS) > PUBLISHERS_TEXT


def test_fields_keep_the_order_asked_for_and_come_once():
    assert Selection.of(fields=["headline", "id", "headline"]).fields == ("headline", "id")


def test_unknown_field_is_an_error_that_names_what_was_meant():
    with pytest.raises(ExportError, match="no field 'headlines': did you mean headline"):
        Selection.of(fields=["id", "headlines"])
    with pytest.raises(ExportError, match="no field 'xyz': there are id, url, "):
        Selection(fields=("xyz",))
    with pytest.raises(ExportError, match="no field is chosen"):
        Selection(fields=())


def test_field_cannot_be_asked_for_and_left_out():
    with pytest.raises(ExportError, match="field blocks is asked for and left out"):
        Selection.of(fields=["blocks"], body=Body.TEXT)
    with pytest.raises(ExportError, match="field description is asked for and left out"):
        Selection.of(fields=["description"], text=False)
