import sys
import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.search.terms.analysis import TERM_LENGTH, Pattern, fold, occurrences, terms

# Every script and every kind of sign, with those that melt into their neighbors made likely.
TEXT = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from(
            " \t\n.-'’aZé\u0301\u0306иÏßﬁİıΣς北京가ㄱㅏ\u1100\u1161\u11a8ﾡￂｶﾞカ\u3099กำ\u0e49\u064b\u0640\u200d\u00ad٣"
        ),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("foo-bar foo_bar", "foo bar foo bar"),
        ("U.S. u.s.a., e.g. J.R.R. Tolkien", "us usa eg jrr tolkien"),
        ("the end.I saw 3.5 and v.2", "the end i saw 3 5 and v 2"),
        ("l’image l'image m\u02bcята", "l image l image m ята"),
        ("2023-05 ٢٠٢٣ 1,000", "2023 05 2023 1 000"),
        ("François Mocímboa Łódź Ærø GRÖSSE größe Iğdır", "francois mocimboa lodz aero grosse grosse igdir"),
        ("İstanbul ISTANBUL", "istanbul istanbul"),
        ("Ἀθήνα ΑΘΗΝΑ Ἀθῆναι", "αθηνα αθηνα αθηναι"),
        ("Новый ёлка но\u0301вости Україна", "новый елка новости україна"),
        ("أُمَّةٌ إلى آخر مـــن كتاب", "امه الي اخر من كتاب"),
        ("שָׁלוֹם", "שלום"),
        ("می\u200cخواهم", "ميخواهم"),
        ("हिन्दी में", "हिन्दी में"),
        ("Abanyarwanda n'uwo", "abanyarwanda n uwo"),
        ("北京市 ２０２３年", "北京 京市 市 2023 年"),
        ("ｶﾞｽ iPhone手机", "ガス ス iphone 手机 机"),
        ("서울에서", "서울 울에 에서 서"),
        ("co\u00adoperate\u200b", "cooperate"),
        ("—&%…", ""),
    ],
)
def test_text_gives_terms(text, expected):
    assert " ".join(terms(text)) == expected


def test_decomposed_text_gives_the_same_terms_as_composed():
    for text in ("François й Ё 서울 ガス Ἀθῆναι", "Việt Nam"):
        assert terms(unicodedata.normalize("NFD", text)) == terms(unicodedata.normalize("NFC", text))


def test_long_word_is_cut():
    assert terms("a" * 1000 + " b") == ["a" * TERM_LENGTH, "b"]
    assert terms("ж" * 1000) == ["ж" * TERM_LENGTH]


@given(TEXT)
def test_terms_hold_only_letters_marks_and_digits(text):
    for term in terms(text):
        assert 0 < len(term) <= TERM_LENGTH
        assert regex.fullmatch(r"[\p{L}\p{M}\p{N}]+", term), term


@given(TEXT)
def test_occurrences_are_the_terms_with_their_places(text):
    found = occurrences(text)
    assert [term for term, _, _ in found] == terms(text)
    starts = [start for _, start, _ in found]
    assert starts == sorted(starts)
    assert all(0 <= start < end <= len(text) for _, start, end in found)


@given(TEXT, TEXT)
def test_white_space_parts_texts(left, right):
    assert terms(f"{left} {right}") == terms(left) + terms(right)


def test_every_changing_character_folds_alone_as_in_company():
    for character in map(chr, range(sys.maxunicode + 1)):
        if (
            unicodedata.normalize("NFKC", character).casefold() != character
            or unicodedata.category(character)[0] == "M"
        ):
            word = f"x{character}"
            assert [term for term, _, _ in occurrences(word)] == terms(word), ascii(character)


def test_occurrences_point_into_the_text_as_written():
    text = "L’Été à Saint-Étienne, U.S.: ﬁn 北京市。"
    assert [(term, text[start:end]) for term, start, end in occurrences(text)] == [
        ("l", "L"),
        ("ete", "Été"),
        ("a", "à"),
        ("saint", "Saint"),
        ("etienne", "Étienne"),
        ("us", "U.S"),
        ("fin", "ﬁn"),
        ("北京", "北京"),
        ("京市", "京市"),
        ("市", "市"),
    ]


@pytest.mark.parametrize(
    ("query", "is_prefix", "text", "expected"),
    [
        ("peace", False, "Peace, peacekeeping, PEACE", ["Peace", "PEACE"]),
        ("peace", True, "Peace, peacekeeping", ["Peace", "peacekeeping"]),
        ("foo-ba", True, "foo bar; foo baz; foo", ["foo bar", "foo baz"]),
        ("united nations", False, "The United Nations (United\nNations)", ["United Nations", "United\nNations"]),
        ("a b c", False, "a b c a b a b c", ["a b c", "a b c"]),
        ("北京", False, "在北京市，东北京戏", ["北京", "北京"]),
        ("喜欢北京", False, "我喜欢北京。喜欢北 京", ["喜欢北京"]),
        ("京2023", False, "北京2023年", ["京2023"]),
        ("ประเทศ", False, "ในประเทศไทย", ["ประเทศ"]),
    ],
)
def test_pattern_finds_its_places(query, is_prefix, text, expected):
    pattern = Pattern.of(query, is_prefix=is_prefix)
    found = occurrences(text)
    places = pattern.places([term for term, _, _ in found])
    assert [text[found[first][1] : found[end - 1][2]] for first, end in places] == expected


@given(TEXT, st.data())
def test_any_stretch_of_a_paired_script_finds_its_text(text, data):
    run = data.draw(st.text(st.sampled_from("北京市政府カタย"), min_size=1, max_size=8))
    start = data.draw(st.integers(0, len(run) - 1))
    end = data.draw(st.integers(start + 1, len(run)))
    assert Pattern.of(run[start:end]).places(terms(f"{text} {run}"))


@given(TEXT)
def test_a_text_finds_itself(text):
    pattern = Pattern.of(text)
    assert (pattern is None) == (not terms(text))
    if pattern:
        assert pattern.places(terms(text))


def test_folding_is_idempotent_for_terms():
    for text in ("Größe", "İ", "ǅ", "ﷺ", "½", "Å"):
        assert terms(" ".join(terms(text))) == terms(text), text


def test_fold_keeps_ascii_but_its_case():
    assert fold("Foo-BAR 1.5") == "foo-bar 1.5"
