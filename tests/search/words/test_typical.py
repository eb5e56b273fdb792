"""Words and names of articles, counted in a sample, and what of them is typical."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.errors import QueryError
from newsarchive.search.words.counts import count_words, sample, written_forms
from newsarchive.search.words.keyness import Kind
from newsarchive.search.words.names import NAME_LENGTH, names
from newsarchive.search.words.typical import MAX_TOP, Typical, typical


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("they met Paul Kagame and the Bank of Kigali", {"Paul Kagame", "Bank of Kigali"}),
        ("in Côte d’Ivoire, Rio de Janeiro and N’Djamena", {"Côte d’Ivoire", "Rio de Janeiro", "N’Djamena"}),
        ("by Jean-Claude O’Brien of the U.S. today", {"Jean-Claude O’Brien", "U.S."}),
        ("Rwanda’s capital", {}),
        ("the city of Rwanda’s Kigali", {"Rwanda", "Kigali"}),
        ("во Владимир Путин и Москва", {"Владимир Путин", "Москва"}),
        ("he said I’m here, as I was", {}),
        ("卢旺达在基加利 الرئيس في كيغالي", {}),
        ("STORM HITS HARBOR", {}),
    ],
)
def test_names_are_words_with_capitals(text: str, expected: set[str]) -> None:
    assert {name for name, is_certain in names(text).items() if is_certain} == set(expected)


@pytest.mark.parametrize(
    "text",
    ["Ferries sail.", "he left. Ferries sail", "she said: “Ferries sail”", "– Ferries sail", "why? 'Ferries sail'"],
)
def test_a_capital_at_the_start_of_a_sentence_tells_nothing(text: str) -> None:
    assert names(text) == {"Ferries": False}


def test_a_name_at_the_start_of_a_sentence_is_given_without_its_first_word_too() -> None:
    assert names("Yesterday Paul Kagame left.") == {"Yesterday Paul Kagame": False, "Paul Kagame": True}


def test_german_nouns_are_no_names() -> None:
    text = "in der Stadt liegt ein Schiff aus Bad Homburg"
    assert set(names(text, "de-AT")) == {"Bad Homburg"}
    assert set(names(text)) == {"Stadt", "Schiff", "Bad Homburg"}


@given(st.text(alphabet="Aa bÉßd’'.-of“”\n", max_size=200))
def test_names_are_pieces_of_the_text(text: str) -> None:
    for name in names(text):
        assert name in text and 2 <= len(name) <= NAME_LENGTH


def test_names_of_a_long_line_take_no_time_beyond_its_length() -> None:
    for piece in ("A", "A ", "A of ", "A’", "A-", "A."):
        names(f"{piece * 100_000}a")


@given(st.sets(st.integers(1, 2**62), max_size=200), st.integers(1, 50))
def test_a_sample_depends_on_the_ids_alone(ids: set[int], limit: int) -> None:
    chosen = sample(iter(ids), limit)
    assert chosen == sorted(set(chosen)) == sample(sorted(ids, reverse=True), limit)
    assert len(chosen) == min(limit, len(ids)) and set(chosen) <= ids
    if len(ids) > limit:  # who is not in it changes nothing
        assert sample(ids - {max(ids - set(chosen))}, limit) == chosen


def test_a_sample_is_spread() -> None:
    chosen = sample(range(1, 100_001), 1000)
    per_tenth = Counter((article_id - 1) // 10_000 for article_id in chosen)
    assert min(per_tenth.values()) > 60 and max(per_tenth.values()) < 140


def test_words_are_counted_once_an_article_and_shown_as_mostly_written(room: Any) -> None:
    room.store("one", "Kigali, KIGALI and Kigali", headline="The Harbor")
    room.store("two", "kigali harbor harbor", headline="the harbor")
    articles = [revision.article for revision in room.reader.iter_latest()]
    counts = count_words(articles)
    assert (counts.articles, counts.words["kigali"], counts.words["harbor"]) == (2, 2, 2)
    assert written_forms(articles, ["kigali", "harbor", "nowhere"]) == {
        "kigali": "Kigali",
        "harbor": "harbor",
        "nowhere": "nowhere",
    }
    assert counts.names == Counter({"Kigali": 1, "KIGALI": 1})


@pytest.fixture
def told(room: Any) -> Any:
    """Twelve articles about ferries with a captain, in one section and site, and thirty others."""
    for number in range(12):
        room.store(
            f"f{number}",
            f"The ferry of Captain Ann Bell sails at {number}. Ferries are late.",
            article_section="Transport",
            site="great-lakes",
        )
    for number in range(30):
        section = ("News", "Sport", "Transport")[number % 3]
        room.store(f"o{number}", f"The council met at {number}, and Rome was far.", article_section=section)
    room.index.catch_up(room.reader)
    return room


def _told(room: Any, query: str, **options: Any) -> Typical:
    defaults = {"against": None, "kinds": tuple(Kind), "top": 10, "sample_size": 100}
    return typical(room.reader, room.index, query, **{**defaults, **options})


def test_what_is_typical_is_told_by_kind(told: Any) -> None:
    found = _told(told, "ferry")
    names_of = {kind: {key.name for key in keys} for kind, keys in found.keys.items()}
    assert (found.articles, found.rest) == (12, 30)
    assert {"ferry", "Captain", "Bell", "Ferries"} <= names_of[Kind.WORD]
    assert names_of[Kind.WORD].isdisjoint({"The", "the", "at", "council"})
    assert names_of[Kind.NAME] == {"Captain Ann Bell"}
    assert names_of[Kind.SITE] == {"great-lakes"}
    assert names_of[Kind.LANG] == set()
    (section,) = found.keys[Kind.SECTION]
    assert (section.name, section.articles, section.rest_articles) == ("Transport", 12, 10)
    assert section.expected == pytest.approx(12 * 22 / 42)


def test_against_leaves_out_what_the_first_query_finds(told: Any) -> None:
    found = _told(told, "ferry", against="section:transport", kinds=["section", "word"])
    assert list(found.keys) == [Kind.SECTION, Kind.WORD]
    assert (found.articles, found.rest) == (12, 10)
    assert found.keys[Kind.SECTION] == ()
    assert _told(told, "NOT ferry").rest == 12
    assert _told(told, "").rest == 0
    assert _told(told, "ferry OR council").keys[Kind.WORD] == ()


def test_only_a_sample_is_read(told: Any) -> None:
    read: list[int] = []
    found = _told(told, "ferry", sample_size=5, progress=lambda: read.append(1))
    assert len(read) == 10
    assert {key.size for key in found.keys[Kind.WORD]} <= {5}
    assert found == _told(told, "ferry", sample_size=5)
    assert found.keys[Kind.SECTION][0].size == 12


@pytest.mark.parametrize("options", [{"top": 0}, {"top": MAX_TOP + 1}, {"sample_size": 0}, {"kinds": ["verb"]}])
def test_what_makes_no_sense_is_refused(told: Any, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must be|is not a valid"):
        _told(told, "ferry", **options)


def test_a_broken_query_is_a_query_error(told: Any) -> None:
    for query, against in (("(", None), ("ferry", "(")):
        with pytest.raises(QueryError):
            _told(told, query, against=against)
