from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.parsers.decoding.encoding_labels import CODECS, codec_of, decoded


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("UTF8", "utf-8"),
        ("latin1", "cp1252"),
        ("ISO-8859-1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("iso-8859-9", "cp1254"),
        ("gb2312", "gb18030"),
        ("GBK", "gb18030"),
        ("big5", "big5hkscs"),
        ("ks_c_5601-1987", "cp949"),
        ("euc-kr", "cp949"),
        ("shift_jis", "cp932"),
        ("x-sjis", "cp932"),
        ("windows-874", "cp874"),
        ("tis-620", "cp874"),
        ("iso-8859-8-i", "iso8859-8"),
        ("iso-8859-6", "iso8859-6"),
        ("koi8-u", "koi8-u"),
        ("x-mac-cyrillic", "mac-cyrillic"),
        ("utf-7", None),
        ("rot13", None),
        ("", None),
    ],
)
def test_label_means_what_it_means_to_browsers(label, codec):
    assert codec_of(label) == codec


def test_python_has_every_codec():
    assert all(codecs.lookup(codec) for codec in CODECS.values())


def test_windows_code_pages_have_no_holes_among_the_controls():
    assert decoded(b"\x80\x81\x9d", "cp1252") == "€\x81\x9d"


@pytest.mark.parametrize(
    ("text", "codec", "written_as"),
    [
        ("①②③ 首相", "euc_jp", "euc_jis_2004"),
        ("髙橋と﨑", "cp932", "cp932"),
        ("喆镕", "gb18030", "gbk"),
        ("똠방각하", "cp949", "cp949"),
        ("鷄啲嘅", "big5hkscs", "big5hkscs"),
    ],
)
def test_letters_beyond_the_named_standard_are_read(text, codec, written_as):
    assert decoded(text.encode(written_as), codec) == text


@given(st.binary(max_size=300), st.sampled_from(sorted(set(CODECS.values()))))
def test_any_bytes_are_text_in_any_codec(body, codec):
    assert isinstance(decoded(body, codec), str)
