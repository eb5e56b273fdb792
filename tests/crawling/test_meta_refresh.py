from __future__ import annotations

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse
from scrapy.utils.test import get_crawler

from newsarchive.crawling.meta_refresh import MetaRefreshMiddleware

URL = "https://a.example/old"
TAG = '<html><head><meta http-equiv="{}" content="0; url=/new"></head></html>'


def leads_to(markup: str, encoding: str = "utf-8") -> str:
    response = HtmlResponse(URL, body=markup.encode(encoding), encoding=encoding)
    return MetaRefreshMiddleware.from_crawler(get_crawler()).process_response(Request(URL), response).url


@pytest.mark.parametrize("word", ["refresh", "Refresh", "REFRESH"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "shift_jis"])
def test_a_refresh_is_followed_in_any_encoding(word, encoding):
    assert leads_to(TAG.format(word), encoding) == "https://a.example/new"


def test_a_refresh_behind_4096_characters_of_three_bytes_each_is_none_to_scrapy_and_just_before_it_is_one():
    assert leads_to("新" * 3900 + TAG.format("refresh")) == "https://a.example/new"
    assert leads_to("新" * 4096 + TAG.format("refresh")) == URL


def test_a_page_without_a_refresh_is_passed_on_undecoded():
    response = HtmlResponse(URL, body=b"<p>news</p>")
    middleware = MetaRefreshMiddleware.from_crawler(get_crawler())
    assert middleware.process_response(Request(URL), response) is response
    assert response._cached_ubody is None
