"""How an article's file is read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from newsarchive.demo.content import Picture, Span, load_content, read_article, read_body, sample_path

HEAD = '+++\npath = "/a"\nmarkup = "semantic"\nheadline = "H"\nsection = "Business"\n{}\n+++\n\nText.\n'


def test_each_kind_of_piece_is_told_by_how_it_begins() -> None:
    body = (
        "Text.\n\n## Head\n\n> Quote.\n\n- one\n- two\n\n| a | b |\n| 1 | 2 |\n\n=> Read also: [x](y)\n\n@ 18:40 News"
    )
    kinds = [piece.kind for piece in read_body(body)]
    assert kinds == ["paragraph", "heading", "quote", "list", "table", "related", "entry"]


def test_inline_styles_and_links_are_spans_of_one_text() -> None:
    (paragraph,) = read_body("See **the** [old crane](harbor), *please*.")
    assert paragraph.text == "See the old crane, please."
    assert Span("old crane", target="harbor") in paragraph.spans
    assert Span("the", style="b") in paragraph.spans


def test_list_items_table_rows_and_captions_keep_their_parts() -> None:
    items, rows, picture = read_body("- one\n- two\n\n| a | b |\n| 1 | 2 |\n\n![alt](x.jpg) A caption. | Somebody")
    assert [item[0].text for item in items.items] == ["one", "two"]
    assert rows.rows == (("a", "b"), ("1", "2"))
    assert picture.picture == Picture(file="x.jpg", alt="alt", caption="A caption.", credit="Somebody")


def test_a_related_line_keeps_its_label_apart_from_its_link() -> None:
    (related,) = read_body("=> Lire aussi : [Le ferry](ferry-fr)")
    assert (related.label, related.text) == ("Lire aussi :", "Le ferry")


def test_entities_become_characters_and_a_new_line_stays() -> None:
    (paragraph,) = read_body("to&nbsp;UN\nmissions")
    assert paragraph.text == "to\xa0UN\nmissions"


def test_a_date_without_a_time_stays_a_date() -> None:
    article = read_article("a", HEAD.format("published = 2003-04-15"))
    assert article.published == date(2003, 4, 15)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [("published = 2024-01-01T10:00:00", "offset"), ("headlines = 3", "headlines"), ("headline = 3", "overwrite")],
)
def test_a_mistake_in_the_head_is_named_with_its_file(tmp_path: Path, line: str, complaint: str) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "site.toml").write_text("")
    (tmp_path / "articles" / "odd.md").write_text(HEAD.format(line))
    with pytest.raises(ValueError, match=rf"odd\.md.*{complaint}"):
        load_content(tmp_path)


def test_the_bundled_sample_is_found_and_holds_at_least_forty_articles_beside_the_seed_pages() -> None:
    assert (sample_path() / "README.md").is_file()
    assert len(load_content().articles) >= 42
