from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.discovery.url_shape import Kind, part_of, shape_of

DAY = "e.com/{year}/{month}/{day}"


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("politics", Kind.WORD, 1),
        ("world-news", Kind.PAIR, 2),
        ("two_dead+in", Kind.SLUG, 3),
        ("two-dead-in-the-flood", Kind.LONG_SLUG, 5),
        ("two-dead-12345", Kind.SLUG_ID, 2),
        ("1261660-two-dead", Kind.SLUG_ID, 2),
        ("article13351201", Kind.ID, 1),
        ("c-1317422", Kind.ID, 1),
        ("idUSKBN1ZI0EH", Kind.ID, 0),
        ("702225a4061dfbf97ab93df8de77e8c5", Kind.ID, 0),
        ("covid19", Kind.WORD_NUMBER, 1),
        ("20th", Kind.WORD, 1),
        ("page-2", Kind.WORD_NUMBER, 1),
        ("123", Kind.NUMBER, 0),
        ("12345", Kind.ID, 0),
        ("2023", Kind.YEAR, 0),
        ("2023-05-17", Kind.DATE, 0),
        ("17.05.2023", Kind.DATE, 0),
        ("2023-05", Kind.DATE, 0),
        ("20230517", Kind.DATE, 0),
        ("20239917", Kind.ID, 0),
        ("...", Kind.NOTHING, 0),
        ("TransformationslaborErnährungHeute", Kind.SLUG, 3),
        ("两会今日开幕了", Kind.SLUG, 3),
        ("رواندا-تعزز-السلام-في-أفريقيا", Kind.LONG_SLUG, 5),
        ("अगला-समाचार", Kind.PAIR, 2),
        ("ข่าวการเมืองวันนี้", Kind.LONG_SLUG, 9),
    ],
)
def test_a_part_is_what_it_looks_like(text, kind, words):
    part = part_of(text)
    assert (part.kind, part.words) == (kind, words)


@pytest.mark.parametrize(
    ("path", "exact", "form", "loose"),
    [
        ("/", "e.com/", "e.com/", "e.com/"),
        ("/politics", "e.com/politics", "e.com/{word}", "e.com/{word}"),
        ("/news/uk/two-dead-in", "e.com/news/uk/{slug}", "e.com/news/{word}/{slug}", "e.com/news/{word}/{text}"),
        ("/2023/05/17/a", f"{DAY}/a", f"{DAY}/{{word}}", f"{DAY}/{{text}}"),
        ("/2019/nov/18/x-y", f"{DAY}/x-y", f"{DAY}/{{pair}}", f"{DAY}/{{text}}"),
        ("/tag/floods", "e.com/tag/floods", "e.com/tag/{word}", "e.com/tag/{word}"),
        ("/news/page/2", "e.com/news/page/{n}", "e.com/news/page/{n}", "e.com/news/page/{n}"),
        ("/a/12345", "e.com/a/{id}", "e.com/a/{id}", "e.com/a/{number}"),
        ("/x-123.HTML", "e.com/{word-n}.html", "e.com/{word-n}.html", "e.com/{text}.html"),
        ("/post?s=Peace_1", "e.com/post?s={word-n}", "e.com/post?s={text}", "e.com/post?s={text}"),
        ("/list?b=2&a=x", "e.com/list?a=x&b={n}", "e.com/list?a={text}&b={number}", "e.com/list?a={text}&b={number}"),
        ("/spip.php?article717", "e.com/spip.php?={word-n}", "e.com/spip.php?={text}", "e.com/spip.php?={text}"),
        ("/a?x1=2&utm_source=y", "e.com/a?{word-n}={n}", "e.com/a?{word-n}={number}", "e.com/a?{word-n}={number}"),
    ],
)  # fmt: skip
def test_patterns_go_from_exact_to_loose(path, exact, form, loose):
    patterns = shape_of(f"https://www.e.com{path}").patterns()
    assert patterns[:3] == (exact, form, loose)


def test_the_front_page_is_known_by_any_of_its_names():
    assert shape_of("https://e.com/").is_home
    assert shape_of("https://e.com/index.html?utm_source=x").is_home
    assert not shape_of("https://e.com/?p=1").is_home


def test_endless_paths_and_parameters_make_short_patterns():
    deep = shape_of("https://e.com" + "/a" * 900).patterns()
    many = shape_of("https://e.com/?" + "&".join(f"a{number}={number}" for number in range(200))).patterns()
    assert all(len(pattern) < 500 for pattern in (*deep, *many))


@given(st.text(max_size=60))
def test_any_text_has_a_shape(text):
    part = part_of(text)
    assert part.words >= 0
    try:
        patterns = shape_of(f"https://e.com/{text}").patterns()
    except ValueError:
        return
    assert all(patterns)
