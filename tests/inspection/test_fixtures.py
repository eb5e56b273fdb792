from __future__ import annotations

import json
from datetime import UTC, datetime

from newsarchive.inspection.fixtures import capture_of, differences, fixtures, write_fixture
from newsarchive.model.article import Article
from newsarchive.model.capture import Capture
from newsarchive.parsers.normalize import normalize
from newsarchive.publishers.registry import read

TEXT = (
    "The river rose by forty centimeters overnight, and the lower market was closed once more, said the Bürgermeister. "
)
PAGE = (
    "<html><head><title>River rises</title></head><body><article><h1>River rises again</h1>"
    f"<time datetime='2026-05-17T08:00:00Z'>May 17</time>{f'<p>{TEXT * 3}</p>' * 4}</article></body></html>"
)


def a_capture(charset: str = "utf-8") -> Capture:
    return Capture(
        requested_url="https://courier.example/news/17",
        url="https://courier.example/news/17",
        fetched_at=datetime(2026, 5, 18, tzinfo=UTC),
        status=200,
        headers={"content-type": f"text/html; charset={charset}", "set-cookie": "secret"},
        body=PAGE.encode(charset),
    )


def written(folder, charset: str = "utf-8"):
    capture = a_capture(charset)
    article = read(capture)
    assert isinstance(article, Article)
    write_fixture(folder / "river", capture, normalize(article))
    return folder / "river"


def test_a_page_comes_back_with_its_bytes_and_what_rules_read_of_its_head(tmp_path):
    fixture = written(tmp_path, "iso-8859-1")
    assert fixtures(tmp_path) == [fixture]
    kept, capture = capture_of(fixture), a_capture("iso-8859-1")
    assert (kept.body, kept.url, kept.fetched_at) == (capture.body, capture.url, capture.fetched_at)
    assert dict(kept.headers) == {"content-type": "text/html; charset=iso-8859-1"}
    assert "Bürgermeister" in (fixture / "expected.json").read_text(encoding="utf-8")


def test_a_new_fixture_differs_in_nothing(tmp_path):
    assert differences(written(tmp_path)) == []


def test_the_same_page_gives_the_same_bytes(tmp_path):
    first, second = written(tmp_path / "a"), written(tmp_path / "b")
    for name in ("page.html.gz", "expected.json"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_each_field_that_is_read_otherwise_is_a_line(tmp_path):
    fixture = written(tmp_path)
    expected = json.loads((fixture / "expected.json").read_text(encoding="utf-8"))
    expected["article"]["headline"] = "River falls"
    expected["article"]["blocks"][0] = {"text": "River"}
    del expected["article"]["date_published"]
    (fixture / "expected.json").write_text(json.dumps(expected))
    lines = differences(fixture)
    assert [line.split(":")[0] for line in lines] == ["headline", "blocks"]
    assert lines[0] == 'headline: expected "River falls", read "River rises again"'


def test_parts_that_are_not_expected_are_not_compared(tmp_path):
    fixture = written(tmp_path)
    expected = json.loads((fixture / "expected.json").read_text(encoding="utf-8"))
    expected["article"] = {"blocks": [{"kind": block["kind"]} for block in expected["article"]["blocks"]]}
    (fixture / "expected.json").write_text(json.dumps(expected))
    assert differences(fixture) == []


def test_a_page_that_holds_no_article_any_more_says_so(tmp_path):
    fixture = written(tmp_path)
    (fixture / "page.html.gz").write_bytes(b"")
    assert differences(fixture) == ["no article: empty (the document has no content)"]


def test_rules_of_one_file_can_be_tried(tmp_path):
    fixture = written(tmp_path)
    rules = tmp_path / "courier.py"
    rules.write_text(
        "from newsarchive.parsers.publisher import Publisher\n"
        "class Courier(Publisher):\n    name, title, hosts = 'courier', 'The Courier', ('courier.example',)\n"
    )
    lines = differences(fixture, file=rules)
    assert [line.split(":")[0] for line in lines] == ["publisher", "parser_version"]
    assert differences(fixture, publishers=tmp_path) == lines
