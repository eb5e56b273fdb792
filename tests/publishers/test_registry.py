from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsarchive.errors import PublisherError
from newsarchive.model.article import NotArticle
from newsarchive.model.capture import Capture
from newsarchive.publishers.registry import PublisherRegistry, read_by_file

MODULE = """
from newsarchive.parsers.publisher import Publisher

class Example(Publisher):
    name = {name!r}
    hosts = {hosts!r}
    url_pattern = r"/story/"
"""


def capture(url: str) -> Capture:
    return Capture(
        requested_url=url, url=url, fetched_at=datetime(2024, 5, 1, tzinfo=UTC), status=200, headers={}, body=b"<p>x"
    )


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "example.py").write_text(MODULE.format(name="example", hosts=("example.com",)))
    return tmp_path


def test_publishers_of_the_package_and_of_a_folder_are_found(folder):
    (folder / "_draft.py").write_text("this is not python")
    assert set(PublisherRegistry.load(folder).names()) == {*PublisherRegistry.load().names(), "example"}
    assert "thegreatlakeseye" in PublisherRegistry.load().names()


@pytest.mark.parametrize(
    ("url", "named", "name"),
    [
        ("https://example.com/story/1", None, "example"),
        ("https://www.example.com/story/1", None, "example"),
        ("https://example.com/about", None, "generic"),
        ("https://notexample.com/story/1", None, "generic"),
        ("http://127.0.0.1:8765/story/1", "example", "example"),
        ("http://127.0.0.1:8765/about", "example", "generic"),
        ("https://example.com/story/1", "thegreatlakeseye", "example"),
        ("https://example.com/story/1", "generic", "generic"),
        ("file:///tmp/x", None, "generic"),
    ],
)
def test_named_publisher_comes_first_then_the_hosts_where_its_pattern_matches(folder, url, named, name):
    assert PublisherRegistry.load(folder).for_capture(capture(url), named).name == name


def test_unknown_name_says_which_are_known(folder):
    registry = PublisherRegistry.load(folder)
    with pytest.raises(PublisherError) as caught:
        registry.named("nobody")
    known = ", ".join((*registry.names(), "generic"))
    assert str(caught.value) == f"no publisher is named 'nobody'; known: {known}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (MODULE.format(name="thegreatlakeseye", hosts=()), "broken.py: the name 'thegreatlakeseye' is taken by"),
        (
            MODULE.format(name="other", hosts=("thegreatlakeseye.com",)),
            "broken.py: the host 'thegreatlakeseye.com' is taken",
        ),
        (MODULE.format(name="No Name", hosts=()), "broken.py: class Example needs a name of its own"),
        (MODULE.format(name="generic", hosts=()), "broken.py: class Example needs a name of its own"),
        ("import nothing_of_that_name", "broken.py: does not load: ModuleNotFoundError"),
        ("def (", "broken.py: does not load: SyntaxError"),
    ],
)
def test_module_that_does_not_fit_is_an_error_that_names_its_file(tmp_path, text, message):
    (tmp_path / "broken.py").write_text(text)
    with pytest.raises(PublisherError, match=message):
        PublisherRegistry.load(tmp_path)


def test_a_host_belongs_to_the_publisher_of_its_domain(folder):
    registry = PublisherRegistry.load(folder)
    for host in ("example.com", "www.example.com"):
        found = registry.for_host(host)
        assert found is not None
        assert found.name == "example"
    assert registry.for_host("notexample.com") is None


def test_the_rules_of_one_file_can_be_tried_beside_all_others(tmp_path):
    file = tmp_path / "draft.py"
    file.write_text(MODULE.format(name="thegreatlakeseye", hosts=("thegreatlakeseye.com",)))
    result = read_by_file(capture("https://thegreatlakeseye.com/story/1"), file)
    assert isinstance(result, NotArticle)  # the page is empty; that the name is taken was no error
    file.write_text("import nothing_of_that_name")
    with pytest.raises(PublisherError, match="does not load"):
        read_by_file(capture("https://example.com/story/1"), file)
