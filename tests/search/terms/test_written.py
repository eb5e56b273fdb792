import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.search.terms.analysis import TERM_LENGTH, terms
from newsarchive.search.terms.written import exact_entries, read_texts, written_terms, written_words

TEXT = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from(" .-'’“…aZéßÆ\u0301иЙÏ北カ가ﾡｶﾞ\u064b\u0640ا\u00ad٣२ªⅠ²½\u212bſ\u2024ʼ"),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The US, U.S. and us", {"The", "US", "and", "us"}),
        ("L’Été à l'e\u0301te\u0301", {"L", "Été", "à", "l", "été"}),
        ("iPhone手机 2023年", {"iPhone", "2023"}),
        ("co\u00adop", {"coop"}),
        ("—&", set()),
    ],
)
def test_words_as_they_are_written(text, expected):
    assert set(written_words(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("talks 2023 и", set()),
        ("Rwanda", {"rwanda\x1fRwanda"}),
        ("US, Us and us", {"us\x1fUS", "us\x1fUs", "us"}),
        ("été ete", {"ete\x1fété", "ete"}),
        ("Ёлка елка", {"елка\x1fЁлка", "елка"}),
        ("北京 ガス ½", set()),
        ("A" * 100, {"a" * TERM_LENGTH + "\x1f" + "A" * TERM_LENGTH}),
    ],
)
def test_index_keeps_what_is_written_otherwise_than_its_term(text, expected):
    assert exact_entries(written_words(text)) == expected


@given(TEXT)
def test_reading_once_gives_the_same_as_reading_for_each(text):
    (found,), words = read_texts([text])
    assert found.split() == terms(text)
    assert words == written_words(text)


@pytest.mark.slow
def test_every_character_is_read_once_as_for_each():
    for character in map(chr, range(sys.maxunicode + 1)):
        if not 0xD800 <= ord(character) < 0xE000:
            (found,), words = read_texts([f"x{character}y"])
            assert found.split() == terms(f"x{character}y"), ascii(character)
            assert words == written_words(f"x{character}y"), ascii(character)


@given(st.text(st.sampled_from("aÉß.Æ \u0301-U"), max_size=12))
def test_dots_part_the_same_words_either_way(text):
    (found,), _ = read_texts([text])
    assert found.split() == terms(text)


def test_a_long_word_is_cut_for_the_index():
    long = "a" * 100
    assert read_texts(["Short", long])[0] == ["short", long[:TERM_LENGTH]]


@given(TEXT)
def test_each_written_word_is_known_by_its_own_term(text):
    for term, word in written_terms(written_words(text)):
        assert terms(word)[0][:TERM_LENGTH] == term


@given(st.lists(TEXT | st.sampled_from(["x" * 65, "é" * 65, "ß" * 33, "U.", "S.\x1eT.", "\u0301a", ""]), max_size=6))
def test_texts_read_together_are_read_as_each_alone(texts):
    found, words = read_texts(texts)
    assert [own.split() for own in found] == [terms(text) for text in texts]
    assert set(words) == {word for text in texts for word in written_words(text)}
