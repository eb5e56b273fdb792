import pytest

from newsarchive.errors import ExportError
from newsarchive.export.package.about import MAX_LENGTH, About, Creator


@pytest.mark.parametrize(
    ("name", "person", "shown"),
    [
        ("Doe, Jane", ("Doe", "Jane"), "Jane Doe"),
        ("van der Berg ,  Jan Piet", ("van der Berg", "Jan Piet"), "Jan Piet van der Berg"),
        ("University of Kigali", None, "University of Kigali"),
        ("Doe,", None, "Doe,"),
    ],
)
def test_a_person_has_a_comma_an_organization_has_none(name, person, shown):
    creator = Creator.of(name)
    assert (creator.person, creator.shown) == (person, shown)


@pytest.mark.parametrize(
    ("license", "url"),
    [
        ("CC-BY-4.0", "https://spdx.org/licenses/CC-BY-4.0.html"),
        ("https://example.org/terms", "https://example.org/terms"),
        ("ask me first", None),
        (None, None),
    ],
)
def test_a_license_has_an_address_if_it_is_one_or_a_name_of_spdx(license, url):
    assert About.of(license=license).license_url == url


def test_what_is_not_said_is_not_made_up():
    assert About.of() == About()


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("title", "  ", "the title is empty"),
        ("description", "x" * (MAX_LENGTH + 1), "longer than 5,000 characters"),
        ("title", "a\x1b[2Jb", "control characters"),
        ("license", "\udc80", "control characters"),
    ],
)
def test_text_that_cannot_be_meant_is_an_error(field, text, message):
    with pytest.raises(ExportError, match=message):
        About.of(**{field: text})


def test_lines_are_one_line_and_a_description_may_have_many():
    about = About.of(title="A\n title", description="One.\n\nTwo.")
    assert (about.title, about.description) == ("A title", "One.\n\nTwo.")
