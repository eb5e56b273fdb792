import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.search.analysis import Pattern, occurrences, terms
from newsarchive.search.near import ARRANGEMENT_COUNT, arrangement_count, arrangements, near_places
from newsarchive.search.patterns import pattern_of
from newsarchive.search.syntax_tree import Stem, Words


def marked(pattern, text):
    return [text[start:end] for start, end in pattern.ranges(occurrences(text))]


@pytest.mark.parametrize(
    ("query", "distance", "text", "expected"),
    [
        ("free trade", 0, "Trade free trade, free", ["Trade", "free", "trade", "free"]),
        ("free trade", 1, "Free and open trade", []),
        ("free trade", 2, "Free and open trade is free", ["Free", "trade", "free"]),
        ("a b c", 0, "a x c x b x a c", []),
        ("a b c", 1, "a x c x b x a c", ["b", "a", "c"]),
        ("a b c", 2, "a x c x b x a c", ["a", "c", "b", "a", "c"]),
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
def test_near_places_are_those_of_all_arrangements(words, wanted, distance):
    ways = list(arrangements(wanted, distance))
    assert len(ways) == arrangement_count(len(wanted), distance)
    if len(wanted) == 2:  # there the index counts the distance
        ways = [
            (((0, first), (gap, second)), 0) for ((_, first), (_, second)), _ in ways for gap in range(1, distance + 2)
        ]
    stands = any(
        all(start + offset < len(words) and words[start + offset] == term for offset, term in way)
        for way, _ in ways
        for start in range(len(words))
    )
    places = near_places(wanted, distance, words)
    assert bool(places) == stands
    assert {words[start] for start, _ in places} == (set(wanted) if stands else set())
    assert places == sorted(set(places))


def test_the_documented_arrangements_are_allowed():
    for size, distance in ((2, 100), (3, 20), (4, 5), (5, 1)):
        assert arrangement_count(size, distance) <= ARRANGEMENT_COUNT
    for size, distance in ((3, 21), (4, 6), (5, 2), (6, 1)):
        assert arrangement_count(size, distance) > ARRANGEMENT_COUNT


@given(st.text(max_size=30), st.integers(0, 9))
def test_any_text_gives_a_pattern_of_different_terms_or_none(text, distance):
    pattern = Pattern.near(text, distance)
    if pattern is not None:
        assert len(set(pattern.terms)) == len(pattern.terms)
        assert set(pattern.terms) <= set(terms(text))
