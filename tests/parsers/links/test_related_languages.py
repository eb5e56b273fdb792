"""Related links end to end, in every language that has phrases for them, beside links in the running text."""

# ruff: noqa: E501 (scripts whose letters are two columns wide)

from __future__ import annotations

import pytest

from newsarchive.model.article import Article
from newsarchive.parsers.publisher import Publisher
from newsarchive.parsers.vocabulary.related_phrases import PHRASES, is_phrase

TEXTS = {
    "en": "The ministers of the shore countries met on Monday to speak about the lake, its fish and the boats on it.",
    "fr": "Les ministres des pays riverains se sont réunis lundi pour parler du lac, de ses poissons et de ses bateaux.",
    "de": "Die Minister der Anrainerstaaten trafen sich am Montag, um über den See, seine Fische und Boote zu sprechen.",
    "es": "Los ministros de los países ribereños se reunieron el lunes para hablar del lago, de sus peces y barcos.",
    "ru": "Министры прибрежных стран встретились в понедельник, чтобы поговорить об озере, его рыбе и лодках на нём.",
    "ar": "اجتمع وزراء الدول المطلة على البحيرة يوم الاثنين للحديث عن البحيرة وأسماكها والقوارب التي تعبرها كل يوم.",
    "fa": "وزیران کشورهای ساحلی روز دوشنبه دیدار کردند تا درباره دریاچه و ماهی‌ها و قایق‌هایی که از آن می‌گذرند گفتگو کنند.",
    "he": "שרי המדינות שלחוף האגם נפגשו ביום שני כדי לדבר על האגם, על הדגים שבו ועל הסירות שחוצות אותו מדי יום.",
    "hi": "तटवर्ती देशों के मंत्रियों ने सोमवार को झील, उसकी मछलियों और उस पर चलने वाली नावों के बारे में बात करने के लिए मुलाकात की।",
    "zh": "沿岸各国部长周一举行会议，讨论湖泊、湖中的鱼类以及每天往来于两岸之间运送人员和货物的船只，会议持续了整整三天时间。",
    "ja": "沿岸諸国の閣僚は月曜日に会合を開き、湖とその魚、そして毎日人や荷物を岸から岸へと運ぶ船について三日間にわたって話し合った。",
    "ko": "연안국 장관들은 월요일에 만나 호수와 그 물고기, 그리고 매일 사람과 짐을 나르는 배들에 대해 사흘 동안 이야기를 나누었다.",
    "th": "รัฐมนตรีของประเทศริมฝั่งพบกันเมื่อวันจันทร์เพื่อพูดคุยเรื่องทะเลสาบ ปลา และเรือที่แล่นข้ามไปมาทุกวันเป็นเวลาสามวัน",
}
OTHERS = {"uk": "ru", "be": "ru", "bg": "ru", "mk": "ru", "kk": "ru", "ur": "fa", "ps": "fa", "mr": "hi", "ne": "hi"}


def paragraphs(language: str) -> list[str]:
    text = TEXTS.get(OTHERS.get(language, language), TEXTS["en"])
    return [f"<p>{number}. {text} {text}</p>" for number in range(1, 7)]


def page_in(language: str, line: str, box: str) -> str:
    """A page with a headline, six paragraphs, a related line after the second and a box below the last.

    Around them is what has links but is neither: menu, byline, tags, sharing, newsletter, what others read.
    """
    first, second, third, *rest = paragraphs(language)
    third = third.replace("3. ", '3. <a href="/inline/one">an earlier meeting</a> ', 1)
    return f"""<!doctype html><html lang="{language}"><head><title>The lake</title></head><body>
<header><nav><a href="/">Home</a> <a href="/news">News of all the countries</a></nav></header>
<article><h1>The lake and its boats</h1><div class="byline">By <a rel="author" href="/author/ann-lee">Ann Lee</a></div>
<div class="share"><a href="https://www.facebook.com/sharer/sharer.php?u=x">Share this story on Facebook</a>
<a href="mailto:?subject=x">Send this story by mail</a> <a href="whatsapp://send?text=x">Send it to a friend</a></div>
{first}{second}{line}{third}{"".join(rest)}
<p class="tags">Tags: <a rel="tag" href="/tag/lake">Lakes of the region</a>, <a href="/topics/boats">Boats on lakes</a>
</p>
</article>{box}
<div class="popular"><h3>Most read</h3><ul>
<li><a href="/popular/one">A popular story of this week, not related</a></li></ul></div>
<footer><a href="/privacy">Privacy policy of this site</a><a href="tel:+250">Call the newsroom now</a></footer>
</body></html>"""


def links_of(capture_of, html: str) -> list[tuple[str, str, str]]:
    article = Publisher().read(capture_of(html))
    assert isinstance(article, Article)
    return [(link.url.removeprefix("https://example.com"), link.text, link.rel.value) for link in article.related_links]


FOUND = [
    ("/line/one", "The first of the other stories", "related"),
    ("/inline/one", "an earlier meeting", "inline"),
    ("/box/one", "The second of the other stories", "related"),
    ("/box/two", "The third of the other stories", "related"),
]
LINES = (
    '<p><strong>{phrase}:</strong> <a href="/line/one">The first of the other stories</a></p>',
    '<p><a href="/line/one">{phrase}: The first of the other stories</a></p>',
    '<div class="inset"><span>{phrase}</span><br><a href="/line/one">The first of the other stories</a></div>',
    '<aside><h4>{phrase}</h4><ul><li><a href="/line/one">The first of the other stories</a></li></ul></aside>',
)
BOXES = (
    "<section><h3>{phrase}</h3><ul>{items}</ul></section>",
    "<div><div><h2><span>{phrase}</span></h2></div><div>{items}</div></div>",
    '<div class="x1y2"><p><b>{phrase}</b></p>{items}</div>',
)
ITEMS = (
    '<li><a href="/box/one">The second of the other stories</a></li>'
    '<li><a href="https://example.com/box/two#top">The third of the other stories</a> <time>14 May</time></li>'
    '<li><a href="/box/one">The second of the other stories</a></li>'
    '<li><a href="/news/story-1">The lake and its boats, which is this story</a></li>'
    '<li><a href="javascript:more()">More of the other stories</a></li>'
)


@pytest.mark.parametrize("language", PHRASES)
def test_line_in_the_text_and_box_below_it_are_related_in(capture_of, language):
    for number, phrase in enumerate(PHRASES[language][:4]):
        line = LINES[number % len(LINES)].format(phrase=phrase)
        box = BOXES[number % len(BOXES)].format(phrase=phrase, items=ITEMS)
        found = links_of(capture_of, page_in(language, line, box))
        assert [(url.removesuffix("#top"), text, rel) for url, text, rel in found] == FOUND, phrase


@pytest.mark.parametrize("language", PHRASES)
def test_every_phrase_is_known_in_any_spelling_of(language):
    for phrase in PHRASES[language]:
        assert is_phrase(f"» {phrase.upper()}:")
        assert is_phrase(f"[{phrase}]")


def test_twenty_languages_and_more_have_phrases():
    assert len(PHRASES) >= 60


def test_related_line_is_no_paragraph(capture_of):
    line = LINES[0].format(phrase="Lire aussi")
    article = Publisher().read(capture_of(page_in("fr", line, "")))
    assert "autres" not in article.article_body
    assert "Lire aussi" not in article.article_body


def test_paragraph_of_many_links_takes_no_more_time_than_its_length(capture_of):
    many = " ".join(f'word <a href="/inline/{number}">link number {number}</a> and' for number in range(20_000))
    found = links_of(capture_of, page_in("en", f"<p>{many}</p>", ""))
    assert len(found) == 200
    assert found[0] == ("/inline/0", "link number 0", "inline")
