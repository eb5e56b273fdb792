from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.parsers.charset import decode

FRENCH = "François Bozizé à Mocímboa – « l’été »"


@pytest.mark.parametrize(
    ("body", "content_type", "encoding", "source"),
    [
        (FRENCH.encode(), "text/html; charset=utf-8", "utf-8", "http"),
        (b"\xef\xbb\xbf" + FRENCH.encode(), "text/html; charset=iso-8859-1", "utf-8", "bom"),
        (FRENCH.encode("utf-16"), "", "utf-16-le", "bom"),
        (FRENCH.encode("cp1252"), "text/html; charset=iso-8859-1", "cp1252", "http"),
        (b'<meta charset="windows-1252">' + FRENCH.encode("cp1252"), "", "cp1252", "meta"),
        (b'<meta charset="iso-8859-1">' + FRENCH.encode(), "", "utf-8", "utf-8"),
        (FRENCH.encode(), "", "utf-8", "utf-8"),
        (b'<meta charset="utf-16">' + FRENCH.encode(), "", "utf-8", "meta"),
    ],
)
def test_encoding_is_found_as_browsers_find_it(body, content_type, encoding, source):
    decoded = decode(body, content_type)
    assert decoded.text.endswith(FRENCH)
    assert (decoded.encoding, decoded.source) == (encoding, source)


def test_gb2312_is_read_as_its_superset():
    text = "习近平主席致贺信，朱镕基，喆" * 20
    decoded = decode(b'<meta charset="gb2312">' + text.encode("gb18030"), "text/html")
    assert decoded.encoding == "gb18030"
    assert decoded.text.endswith(text)


def test_declaration_under_which_the_page_is_not_decodable_is_not_believed():
    text = "Привет, мир. Это обычный русский текст о политике и экономике страны. " * 20
    assert decode(text.encode("cp1251"), "text/html; charset=utf-8").text == text


def test_stray_byte_does_not_cost_a_utf8_page_its_encoding():
    body = (FRENCH * 100).encode() + b"\xff" + FRENCH.encode()
    decoded = decode(body, "text/html; charset=utf-8")
    assert decoded.encoding == "utf-8"
    assert decoded.text.startswith(FRENCH)


@given(
    st.binary(max_size=400), st.sampled_from(["", "text/html; charset=", "text/html; charset=hex", "x; charset=rot13"])
)
def test_decoding_never_raises(body, content_type):
    assert isinstance(decode(body, content_type).text, str)
