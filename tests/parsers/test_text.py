"""Letters are told from signs as Unicode has them, however fast."""

from __future__ import annotations

import re

from newsarchive.parsers.text import alphanumeric, letters
from newsarchive.parsers.vocabulary.text_words import words_in

ALL = "".join(map(chr, range(0x110000)))


def test_of_all_characters_the_letters_and_digits_are_kept():
    assert alphanumeric(ALL) == re.sub(r"[\W_]+", "", ALL)


def test_letters_beyond_ascii_are_kept_beside_signs_of_ascii():
    assert letters("¿Qué pasó? – “Nada”, dijo_él") == "quépasónadadijoél"


def test_each_sign_of_ascii_parts_words_and_no_other_does():
    for character in map(chr, range(128)):
        text = f"Ab{character}cd"
        assert words_in(text) == set(re.findall(r"[\w’']+", text.lower())), ascii(character)
