import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.search.language.patterns import pattern_of
from newsarchive.search.language.syntax_tree import Stem, Words
from newsarchive.search.terms.analysis import Pattern, occurrences, terms
from newsarchive.search.terms.near import near_places, slop


def marked(pattern, text):
    return [text[start:end] for start, end in pattern.ranges(occurrences(text))]


@pytest.mark.parametrize(
    ("query", "distance", "text", "expected"),
    [
        ("free trade", 0, "Trade free trade, free", ["Trade", "free", "trade", "free"]),
        ("free trade", 1, "Free and open trade", []),
        ("free trade", 2, "Free and open trade is free", ["Free", "trade", "free"]),
        ("a b c", 0, "a b c", ["a", "b", "c"]),
        ("a b c", 0, "a b x x a c", ["a", "b", "a", "c"]),
        ("a b c", 0, "a x x c x x b", []),
        ("a b c", 1, "a x x c x x b", ["a", "c", "b"]),
        ("free free trade", 0, "free trade", ["free", "trade"]),
        ("政府 贸易", 3, "政府的贸易", ["政府", "贸易"]),
    ],
)
def test_words_near_each_other_are_marked(query, distance, text, expected):
    assert marked(pattern_of(Words(query, distance=distance)), text) == expected


@pytest.mark.parametrize(
    ("word", "language", "text", "expected"),
    [
        ("election", "en-GB", "Elections were held; the elected, electoral.", ["Elections", "elected"]),
        ("élections", "fr", "Une élection, l’électeur", ["élection"]),
        ("buat", "id", "Mereka membuat rumah", ["membuat"]),
        ("ELECTION", "en", "none", []),
    ],
)
def test_words_of_a_stem_are_marked(word, language, text, expected):
    assert marked(pattern_of(Stem(word), language), text) == expected


@pytest.mark.parametrize("language", [None, "", "-", "zh", "xx"])
def test_a_language_without_a_stemmer_has_no_stems(language):
    assert pattern_of(Stem("election"), language) is None


LETTERS = st.lists(st.sampled_from("abcdx"), max_size=14)


@given(LETTERS, st.lists(st.sampled_from("abcd"), min_size=2, max_size=4, unique=True), st.integers(0, 4))
def test_a_word_is_marked_where_another_is_near(words, wanted, distance):
    reach = slop(len(wanted), distance) + 1
    near = {
        one
        for one, other in itertools.permutations(range(len(words)), 2)
        if {words[one], words[other]} <= set(wanted) and words[one] != words[other] and abs(one - other) <= reach
    }
    places = [start for start, _ in near_places(wanted, distance, words)]
    assert set(places) <= near
    assert bool(places) == bool(near)
    assert {words[place] for place in places} == {words[place] for place in near}
    assert places == sorted(set(places))


@given(st.text(max_size=30), st.integers(0, 9))
def test_any_text_gives_a_pattern_of_different_terms_or_none(text, distance):
    pattern = Pattern.near(text, distance)
    if pattern is not None:
        assert len(set(pattern.terms)) == len(pattern.terms)
        assert set(pattern.terms) <= set(terms(text))
