from __future__ import annotations

import pytest

from newsarchive.parsers.verdict import verdict_on_article, verdict_on_document

LD = '<script type=\'application/ld+json\'>{"@type": "NewsArticle", "headline": "Peace"}</script>'


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"", "text/html", "empty"),
        (b" \n ", "text/html", "empty"),
        (b"%PDF-1.7 ...", "text/html", "not-html"),
        (b"<p>fine</p>", "image/png", "not-html"),
        (b'<?xml version="1.0"?><rss><channel/></rss>', "text/xml", "not-html"),
        (b'{"a": 1}', "", "not-html"),
        (bytes(range(256)) * 40, "text/html", "not-html"),
        (b"<p>An article</p>", "text/html", None),
        (b"<p>An article</p>", "", None),
        (b"<!doctype html><title>x</title>", "application/xhtml+xml", None),
    ],
)
def test_documents_that_cannot_hold_an_article_are_refused(page_of, body, content_type, reason):
    verdict = verdict_on_document(page_of(body, headers={"content-type": content_type}))
    assert (verdict.reason if verdict else None) == reason


@pytest.mark.parametrize(
    ("html", "headline", "text", "reason"),
    [
        ("<title>Just a moment...</title>", "Just a moment...", "Checking", "bot-wall"),
        ("<title>404 - Page not found</title>", "Page not found", "Sorry.", "soft-404"),
        ("<title>Seite nicht gefunden</title>", "Seite nicht gefunden", "Leider", "soft-404"),
        ("<form><input type=password></form>", "Members", "", "password-form"),
        ("<p>x", None, "Some text.", "no-headline"),
        ("<p>x", "Headline", " ", "no-body"),
        ("<meta property='og:type' content=website>" + "<h2><a href=a>A</a></h2>" * 12, "All", "Text.", "section-page"),
        # What an article may well say:
        ("<title>Who invented the 404 page</title><meta property='article:published_time' content=x>",
         "Who invented the 404 page", "It was long ago.", None),
        ("<title>Captcha farms</title>", "Captcha farms", "A long report. " * 200, None),
        (LD + "<h2><a href=/a>A</a></h2>" * 40, "Peace", "Short news.", None),
        ("<h2><a href=/a>A</a></h2>" * 40, "Peace", "Short news of a site without metadata.", None),
    ],
)  # fmt: skip
def test_pages_are_refused_for_what_they_are(page_of, html, headline, text, reason):
    verdict = verdict_on_article(page_of(html), headline, text)
    assert (verdict.reason if verdict else None) == reason


def test_home_page_with_teasers_is_a_list(page_of):
    page = page_of("<h3><a href=/a>A</a></h3>" * 12, url="https://example.com/")
    assert verdict_on_article(page, "The Eye", "Teaser text. " * 200).reason == "section-page"
