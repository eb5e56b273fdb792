"""The encodings of the sample are those of real sites: declared, declared wrongly, or told only in the page."""

from __future__ import annotations

import pytest

OLD_PAGE = "/archive/2003/0702_telephone.htm"
ARABIC_PAGE = "/archive/2003/1203_souq_ar.htm"
CHINESE_PAGE = "/zh/wenhua/20240508_gu.shtml"


@pytest.mark.parametrize(
    ("path", "declared", "true"),
    [
        (OLD_PAGE, "iso-8859-1", "windows-1252"),
        (ARABIC_PAGE, "windows-1256", "windows-1256"),
        (CHINESE_PAGE, "gb2312", "gb18030"),
    ],
)
def test_an_old_page_is_not_utf_8_and_only_its_markup_says_so(visitor, path: str, declared: str, true: str) -> None:
    answer = visitor.answer(path)
    assert answer.content_type == "text/html"
    assert f"charset={declared}".encode() in answer.body
    assert f"charset={declared}" in answer.body.decode(true)
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("utf-8")


def test_the_page_of_2003_needs_windows_1252_though_it_declares_latin_1(visitor) -> None:
    body = visitor.answer(OLD_PAGE).body
    assert "“I have known" in body.decode("windows-1252")
    assert "“I have known" not in body.decode("iso-8859-1")


def test_the_chinese_page_holds_a_character_that_its_declared_encoding_has_not(visitor) -> None:
    assert "喆" in visitor.html(CHINESE_PAGE)
    with pytest.raises(UnicodeDecodeError):
        visitor.answer(CHINESE_PAGE).body.decode("gb2312")


def test_no_page_lost_a_character(visitor) -> None:
    for path in visitor.site.paths:
        if visitor.answer(path).content_type.startswith("text/html"):
            html = visitor.html(path)
            assert "\ufffd" not in html, path
            assert "{{" not in html, path
            assert "{%" not in html, path
