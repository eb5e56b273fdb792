"""What news sites send besides the plain article page: each is read for what it is, or refused with the reason."""

# ruff: noqa: E501 (markup as sites write it)

from __future__ import annotations

import pytest

from newsarchive.model.article import Article, NotArticle
from newsarchive.parsers.normalize import normalize
from newsarchive.parsers.publisher import Publisher

STORY = "https://example.com/2024/05/the-lake-and-its-boats"
PARAGRAPHS = [
    "The ministers of the shore countries met on Monday to speak about the lake and the boats that cross it every day.",
    "Nobody had expected a quick answer, said the harbor master, who has watched over the quays for thirty years.",
    "The fishermen want the nets to be counted, and the traders want the night crossings back, which ended in 2019.",
    "On Wednesday a paper is to be signed that gives each harbor a number of boats and each boat a number of people.",
    "Whether it will be kept is another question, for the last one was forgotten before the rains came in that year.",
]
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
HEADLINE = "The lake and its boats"


@pytest.fixture
def read(capture_of):
    """Read a page as a crawl does."""

    def read(html: str, url: str = STORY) -> Article | NotArticle:
        result = Publisher().read(capture_of(html, url=url))
        return normalize(result) if isinstance(result, Article) else result

    return read


def texts(article: Article | NotArticle) -> list[str]:
    assert isinstance(article, Article), article
    return [block.text for block in article.blocks]


def test_amp_page_is_its_original(read):
    article = read(
        f"""<!doctype html><html ⚡ lang="en"><head><meta charset="utf-8"><title>{HEADLINE} - The Eye</title>
        <link rel="canonical" href="{STORY}"><script async src="https://cdn.ampproject.org/v0.js"></script>
        <script type="application/ld+json">{{"@context":"http://schema.org","@type":"NewsArticle","headline":"{HEADLINE}",
        "datePublished":"2024-05-13T08:00:00Z","author":{{"@type":"Person","name":"Ann Lee"}}}}</script>
        <style amp-custom>p{{color:#111}}</style></head><body><amp-sidebar id="side" layout="nodisplay"><ul><li><a
        href="/news">News</a></ul></amp-sidebar><amp-ad width="300" height="250" type="x"></amp-ad>
        <article><h1>{HEADLINE}</h1><figure><amp-img src="/img/boats.jpg" width="1200" height="800" layout="responsive"
        alt="Boats on the lake"></amp-img><figcaption>Boats on Monday. Photo: Joy Kim</figcaption></figure>{TEXT}
        <amp-social-share type="facebook"></amp-social-share></article></body></html>""",
        STORY + "/amp",
    )
    assert texts(article) == PARAGRAPHS
    assert (article.canonical_url, article.headline, article.authors) == (STORY, HEADLINE, ("Ann Lee",))
    assert [(image.url, image.width_px) for image in article.images] == [("https://example.com/img/boats.jpg", 1200)]


def test_print_view_is_its_original(read):
    article = read(
        f"""<html><head><title>{HEADLINE}</title><meta name="robots" content="noindex"><link rel="canonical" href="{STORY}">
        <link rel=stylesheet media=print href=/print.css></head><body onload="window.print()"><img src="/logo.gif" alt="Eye">
        <p>Source: <a href="{STORY}">{STORY}</a></p><h1>{HEADLINE}</h1>{TEXT}<hr><p>© 2024 The Eye</p></body></html>""",
        STORY + "?print=1",
    )
    assert article.canonical_url == STORY
    assert set(PARAGRAPHS) <= set(texts(article))


def test_first_part_names_the_second_and_each_part_is_itself(read):
    pager = f'<div class="page-links">Pages: <a href="{STORY}">1</a> <a href="{STORY}/2">2</a> <a href="{STORY}/3">3</a></div>'
    page = (
        f"<title>{HEADLINE}</title><link rel=canonical href='{STORY}'><body><article><h1>{HEADLINE}</h1>{TEXT}{pager}"
    )
    parts = [read(page, address) for address in (STORY, f"{STORY}/2", f"{STORY}/3")]
    assert [part.canonical_url for part in parts] == [STORY, f"{STORY}/2", f"{STORY}/3"]
    assert [part.next_page_url for part in parts] == [f"{STORY}/2", f"{STORY}/3", None]
    assert [part.field_sources.get("next_page_url") for part in parts] == ["pager", "pager", None]
    assert texts(parts[0]) == PARAGRAPHS


def test_live_blog_is_an_article(read):
    updates = "".join(
        f"<article class=update id=u{n}><time datetime=2024-05-13T{18 - n}:40:00Z>{18 - n}:40</time>"
        f"<h3>Update {n}</h3><p>{paragraph}</p></article>"
        for n, paragraph in enumerate(PARAGRAPHS)
    )
    article = read(
        f"""<html lang=en><head><title>{HEADLINE}: live</title><script type="application/ld+json">{{"@type":
        "LiveBlogPosting","headline":"{HEADLINE}","coverageStartTime":"2024-05-13T08:00:00Z","datePublished":
        "2024-05-13T08:00:00Z","liveBlogUpdate":[{{"@type":"BlogPosting","headline":"Update 0"}}]}}</script></head><body>
        <main><h1>{HEADLINE}</h1><div class=liveblog>{updates}</div></main></body></html>""",
        "https://example.com/live/the-lake-2024-05-13",
    )
    assert article.headline == HEADLINE
    assert set(PARAGRAPHS) <= set(texts(article))


@pytest.mark.parametrize("introduction", ["", f"<p>{PARAGRAPHS[0]} {PARAGRAPHS[1]}</p>"])
def test_gallery_is_an_article_with_or_without_a_text(read, introduction):
    figures = "".join(
        f"<figure><img src=/img/{n}.jpg alt='Boats on the lake at dawn, {n}' width=1200 height=800>"
        f"<figcaption>Picture {n}: the boats at dawn. Photo: Joy Kim</figcaption></figure>"
        for n in range(1, 7)
    )
    article = read(
        f"""<html lang=en><head><title>{HEADLINE} in pictures</title><meta property="og:type" content="article">
        <meta property="article:published_time" content="2024-05-13T08:00:00Z"></head><body><main><article>
        <h1>{HEADLINE} in pictures</h1>{introduction}<div class=gallery>{figures}</div></article></main></body></html>"""
    )
    assert isinstance(article, Article), article
    assert bool(article.blocks) == bool(introduction)
    if introduction:
        assert article.images[0].caption == "Picture 1: the boats at dawn."


def test_opinion_piece_is_read_without_the_words_about_its_author(read):
    article = read(
        f"""<html lang=en><head><title>{HEADLINE}</title><meta property="article:section" content="Opinion"></head><body>
        <article class="opinion"><h1>{HEADLINE}</h1><p class="byline">By <a href="/author/ann-lee">Ann Lee</a></p>{TEXT}
        <div class="author-bio"><img src="/ann.jpg" alt="Ann Lee"><p><em>Ann Lee teaches history at the university of the
        lake and is the author of three books on harbors.</em></p></div></article></body></html>"""
    )
    assert texts(article) == PARAGRAPHS
    assert article.article_section == "Opinion"


def test_newsletter_is_an_article(read):
    article = read(
        f"""<html lang=en><head><title>Morning letter: {HEADLINE}</title><meta property="og:type" content="article"></head>
        <body><table width=600><tr><td><h1>Morning letter: {HEADLINE}</h1></td></tr><tr><td><p>Good morning, and welcome to
        the letter that goes out to you every day but Sunday from our newsroom by the harbor.</p>{TEXT}</td></tr></table>
        <p>You get this letter because you signed up. <a href="/unsubscribe">Unsubscribe</a></p></body></html>"""
    )
    assert set(PARAGRAPHS) <= set(texts(article))


@pytest.mark.parametrize(
    ("language", "beginning", "offer"),
    [
        ("en", PARAGRAPHS[0], "Subscribe now to read the whole story. Already a subscriber? Sign in."),
        ("de", "Die Minister der Anrainerstaaten trafen sich am Montag, um über den See und die Boote zu sprechen, die ihn "
         "jeden Tag überqueren.", "Weiterlesen mit Plus: Jetzt abonnieren. Sie haben schon ein Abo? Anmelden."),
        ("fr", "Les ministres des pays riverains se sont réunis lundi pour parler du lac et des bateaux qui le traversent "
         "chaque jour.", "Cet article est réservé aux abonnés. Abonnez-vous pour lire la suite. Déjà abonné ? Connexion"),
    ],
)  # fmt: skip
def test_paywall_stub_is_an_article_that_is_not_free(read, language, beginning, offer):
    article = read(
        f"""<html lang={language}><head><title>{HEADLINE}</title><script type="application/ld+json">{{"@type":"NewsArticle",
        "headline":"{HEADLINE}","datePublished":"2024-05-13","isAccessibleForFree":"False","hasPart":{{"@type":
        "WebPageElement","isAccessibleForFree":"False","cssSelector":".paywall"}}}}</script></head><body><article>
        <h1>{HEADLINE}</h1><div class=article-body><p>{beginning}</p></div><div class="paywall"><p>{offer}</p><form><input
        type=email><input type=password></form></div></article></body></html>"""
    )
    assert isinstance(article, Article), article
    assert article.is_accessible_for_free is False
    assert texts(article)[0] == beginning


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<html><head><title>Just a moment...</title></head><body><div id=cf-wrapper><h2>Checking if the site connection is "
         "secure</h2></div><script>(function(){window._cf_chl_opt={cvId: '3'}})()</script></body></html>", "bot-wall"),
        ("<html><head><title>example.com</title><style>#cmsg{animation: A 1.5s;}</style></head><body><p id=cmsg>Please enable "
         "JS and disable any ad blocker</p><script>var dd={'rt':'c','host':'geo.captcha-delivery.com'}</script></body></html>",
         "bot-wall"),
        ("<html><head><title>Page introuvable - L’Œil</title></head><body class=error404><h1>Page introuvable</h1><p>La page "
         "que vous cherchez n’existe plus ou a été déplacée vers une autre adresse de notre site.</p></body></html>",
         "soft-404"),
        ("<html><head><title>Geschützt: Haushalt</title></head><body class=single><article><h1>Geschützt: Haushalt</h1><form "
         "class=post-password-form method=post><p>Dieser Inhalt ist passwortgeschützt. Um ihn anschauen zu können, bitte das "
         "Passwort eingeben:</p><input name=post_password type=password></form></article></body></html>", "password-form"),
        ("<html><head><title>Before you continue</title></head><body><h1>Before you continue</h1><p>We and our partners use "
         "cookies to process personal data with your consent. You can withdraw it.</p><button>Accept all</button></body></html>",
         "consent-wall"),
        ("<html><head><title>The Eye</title></head><body><noscript>You need to enable JavaScript to run this app.</noscript>"
         "<div id=root></div><script src=/static/js/main.js></script></body></html>", "no-body"),
    ],
)  # fmt: skip
def test_what_is_no_article_says_why(read, html, reason):
    result = read(html)
    assert isinstance(result, NotArticle), result
    assert result.reason == reason
