from __future__ import annotations

import pytest

from newsarchive.parsers.verdict import verdict_on_article, verdict_on_document

LD = '<script type=\'application/ld+json\'>{"@type": "NewsArticle", "headline": "Peace"}</script>'
DATE = "<meta property='article:published_time' content='2024-05-01'>"
MENU = "<ul>" + "".join(f"<li><a href=/section-{n}>Section {n}</a>" for n in range(30)) + "</ul>"
PICTURES = "".join(
    f"<figure><img src=/{n}.jpg alt='Boats on the lake, {n}'><figcaption>Boat {n}</figcaption></figure>"
    for n in range(5)
)


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
        # A long text whose only name is the page's title is kept without a headline.
        ("<title>example.com</title>", None, "A long report. " * 200, None),
    ],
)  # fmt: skip
def test_pages_are_refused_for_what_they_are(page_of, html, headline, text, reason):
    verdict = verdict_on_article(page_of(html), headline, text)
    assert (verdict.reason if verdict else None) == reason


@pytest.mark.parametrize(
    "html",
    [
        # Cloudflare
        "<title>Just a moment...</title><div id=challenge-stage></div><script>window._cf_chl_opt={cvId:'3'}</script>",
        "<title>Attention Required! | Cloudflare</title><h1>Sorry, you have been blocked</h1><div id=cf-error-details>",
        # DataDome: the title is the site's own
        "<title>example.com</title><p>Please enable JS and disable any ad blocker</p><script>var dd={'rt':'c','host':"
        "'geo.captcha-delivery.com'}</script>",
        # HUMAN, formerly PerimeterX
        "<title>Access to this page has been denied</title><div id=px-captcha></div>",
        # Imperva, formerly Incapsula
        "<html><head><meta name=robots content='noindex'></head><body><iframe id=main-iframe src='/_Incapsula_Resource?"
        "CWUDNSAI=9'>Request unsuccessful. Incapsula incident ID: 877000170</iframe>",
        # Akamai
        "<title>Access Denied</title><h1>Access Denied</h1>You don't have permission to access this on this server.<p>"
        "Reference #18.2d351ab8.1557333295<p>https://errors.edgesuite.net/18.2d351ab8.1557333295",
        "<title>&nbsp;</title><div id=sec-if-cpt-container></div>",
        # AWS, others, in other languages
        "<title></title><script src='https://abc.token.awswaf.com/abc/challenge.js'></script>",
        "<title>Доступ ограничен</title><p>Подтвердите, что запросы отправляли вы, а не робот",
        "<title>安全验证</title><p>请完成验证后继续访问",
        "<title>Verify you are human</title><p>Press and hold the button",
    ],
)  # fmt: skip
def test_bot_walls_are_known_by_their_marks_and_words(page_of, html):
    page = page_of(html)
    assert verdict_on_article(page, page.title, "Please wait.").reason == "bot-wall"


@pytest.mark.parametrize(
    ("html", "headline"),
    [
        # The vendors' scripts are on ordinary pages.
        ("<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>", "Ministers meet"),
        ("<script src='/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e6fffd425f7e032f3'></script>", "Ministers meet"),
        ("<script src='https://js.datadome.co/tags.js'></script>", "Ministers meet"),
        ("<script>var text = 'px-captcha'</script>" + MENU, "Ministers meet"),
        # Newsrooms write about access, too.
        (DATE, "Access denied: the families at the border"),
        (MENU, "Access denied: the families at the border"),
        (LD, "Just a moment of peace"),
        # What is not found need not be a page.
        (MENU, "Missing plane not found, ministry says"),
        (MENU, "The cure that does not exist"),
        (MENU, "404 victims of the flood are named"),
        ("<body class='single postid-4'>" + MENU, "Weapons of mass destruction not found"),
        # A password field in the site's head, a story about passwords
        ("<form class=login><input type=password></form>" + MENU, "Your password is not safe"),
        # Cookies and consent are news, too.
        (DATE, "We value your privacy, says minister"),
        (MENU, "Cookie consent to be simplified"),
    ],
)
def test_articles_are_not_taken_for_walls(page_of, html, headline):
    page = page_of(f"<title>{headline} | The Eye</title>{html}<h1>{headline}</h1>")
    assert verdict_on_article(page, headline, "The ministers met on Monday. They spoke about access, cookies.") is None


@pytest.mark.parametrize(
    "title",
    [
        "Page not found | The Eye",
        "404 Not Found",
        "Error 404 - The Eye",
        "The page you requested could not be found",
        "This article is no longer available",
        "Seite nicht gefunden - Das Auge",
        "Fehler 404",
        "Cette page n’existe plus",
        "Page introuvable",
        "Página no encontrada",
        "La página que buscas no existe",
        "Página não encontrada",
        "Pagina non trovata",
        "Pagina niet gevonden",
        "Sidan hittades inte",
        "Siden blev ikke fundet",
        "Sivua ei löytynyt",
        "Strona nie została znaleziona",
        "Stránka nenalezena",
        "Az oldal nem található",
        "Страница не найдена",
        "Сторінку не знайдено",
        "Sayfa bulunamadı",
        "Halaman tidak ditemukan",
        "Không tìm thấy trang",
        "Η σελίδα δεν βρέθηκε",
        "页面不存在",
        "ページが見つかりません",
        "페이지를 찾을 수 없습니다",
        "الصفحة غير موجودة",
        "הדף לא נמצא",
        "صفحه مورد نظر یافت نشد",
        "पृष्ठ नहीं मिला",
        "ไม่พบหน้าที่คุณต้องการ",
    ],
)
def test_page_that_says_there_is_none_is_a_soft_404(page_of, title):
    page = page_of(f"<title>{title}</title>{MENU}<h1>{title}</h1><p>Try our search.")
    assert verdict_on_article(page, title, "Try our search.").reason == "soft-404"


def test_error_template_says_in_its_text_what_its_title_does_not(page_of):
    text = "The page you were looking for doesn't exist. Here are our latest stories."
    page = page_of(f"<title>The Eye</title><body class='error404 wp-theme'>{MENU}<h1>Oops!</h1><p>{text}")
    assert verdict_on_article(page, "Oops!", text).reason == "soft-404"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Protected: Budget", "This content is password protected. To view it please enter your password below:"),
        ("Geschützt: Haushalt", "Dieser Inhalt ist passwortgeschützt. Um ihn anzuschauen, gib dein Passwort ein:"),
        ("Protégé : Budget", "Cette publication est protégée par un mot de passe. Veuillez le saisir ci-dessous :"),
        ("Protegido: Presupuesto", "Este contenido está protegido por contraseña. Para verlo introduce tu contraseña:"),
        ("Protegido: Orçamento", "Este conteúdo está protegido por senha. Para vê-lo, digite sua senha abaixo:"),
        ("Protetto: Bilancio", "Questo contenuto è protetto da password. Per visualizzarlo inserisci la password:"),
        ("Beveiligd: Begroting", "Deze inhoud is beveiligd met een wachtwoord. Vul het wachtwoord hieronder in:"),
        ("Защищено: Бюджет", "Содержимое защищено паролем. Для его просмотра введите пароль:"),
        ("محمي: الميزانية", "هذا المحتوى محمي بكلمة مرور. لإظهار المحتوى يتعين عليك كتابة كلمة المرور في الأدنى:"),
        ("密码保护：预算", "此内容受密码保护。如需查阅，请在下列字段中输入您的密码。"),
        (
            "保護中: 予算",
            "このコンテンツはパスワードで保護されています。閲覧するには以下にパスワードを入力してください。",
        ),
    ],
)
def test_wordpress_password_form_is_no_article_in_any_language(page_of, title, text):
    form = (
        "<form class=post-password-form method=post><input name=post_password type=password><input type=submit></form>"
    )
    page = page_of(f"<title>{title}</title>{LD}{DATE}{MENU}<h1>{title}</h1><p>{text}{form}")
    assert verdict_on_article(page, title, text).reason == "password-form"


def test_comment_of_the_style_sheet_about_password_forms_refuses_nothing(page_of):
    page = page_of(f"<title>Ministers meet</title><style>.post-password-form{{}}</style>{MENU}<h1>Ministers meet</h1>")
    assert verdict_on_article(page, "Ministers meet", "They met on Monday to speak about the lake.") is None


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Before you continue to The Eye", "We use cookies and data to personalize content. Accept all or reject."),
        ("The Eye", "We and our 842 partners store cookies and process personal data on your device with your consent. "
         "You can withdraw it at any time. Accept all"),
        ("Das Auge", "Mit Werbung weiterlesen: Besuchen Sie uns mit Cookies und Werbung. Zustimmung jederzeit "
         "widerrufbar. Datenschutz. Akzeptieren"),
        ("L’Œil", "Avec votre consentement, nos partenaires et nous utilisons des cookies pour la publicité. Accepter"),
    ],
)  # fmt: skip
def test_consent_wall_is_no_article(page_of, title, text):
    page = page_of(f"<title>{title}</title><h1>{title}</h1><p>{text}</p><a href=/privacy>Privacy</a>")
    assert verdict_on_article(page, title, text).reason == "consent-wall"


@pytest.mark.parametrize("text", ["", "You need to enable JavaScript to run this app."])
def test_empty_shell_of_a_script_has_no_body(page_of, text):
    page = page_of(f"<title>The Eye</title><div id=root>{text}</div><script src=/app.js></script>")
    assert verdict_on_article(page, "The Eye", text).reason == "no-body"


def test_gallery_without_text_is_an_article_if_it_calls_itself_one(page_of):
    assert verdict_on_article(page_of(f"{LD}<body>{PICTURES}"), "Peace", "") is None
    assert verdict_on_article(page_of(f"<body>{PICTURES}"), "Peace", "").reason == "no-body"
    assert verdict_on_article(page_of(f"{LD}<img src=/logo.png alt=Logo>"), "Peace", "").reason == "no-body"


def test_home_page_with_teasers_is_a_list(page_of):
    page = page_of("<h3><a href=/a>A</a></h3>" * 12, url="https://example.com/")
    assert verdict_on_article(page, "The Eye", "Teaser text. " * 200).reason == "section-page"
