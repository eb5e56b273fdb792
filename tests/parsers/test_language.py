# ruff: noqa: E501 (sentences as they are)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.parsers.language import detect, find_language, language_tag

TEXTS = {
    "en": "The ministers of the shore countries met on Monday to speak about the lake and the boats that cross it.",
    "fr": "Les ministres des pays riverains se sont réunis lundi pour parler du lac et des bateaux qui le traversent.",
    "de": "Die Minister der Anrainerstaaten trafen sich am Montag, um über den See und die Boote darauf zu sprechen.",
    "es": "Los ministros de los países ribereños se reunieron el lunes para hablar del lago y de los barcos que lo cruzan.",
    "pt": "Os ministros dos países ribeirinhos reuniram-se na segunda-feira para falar do lago e dos barcos que o cruzam.",
    "it": "I ministri dei paesi rivieraschi si sono riuniti lunedì per parlare del lago e delle barche che lo attraversano.",
    "nl": "De ministers van de oeverstaten kwamen maandag bijeen om te praten over het meer en de boten die erop varen.",
    "pl": "Ministrowie krajów nadbrzeżnych spotkali się w poniedziałek, aby rozmawiać o jeziorze i łodziach na nim.",
    "ru": "Министры прибрежных стран встретились в понедельник, чтобы поговорить об озере и лодках, которые его пересекают.",
    "uk": "Міністри прибережних країн зустрілися в понеділок, щоб поговорити про озеро та човни, які його перетинають.",
    "el": "Οι υπουργοί των παράκτιων χωρών συναντήθηκαν τη Δευτέρα για να μιλήσουν για τη λίμνη και τις βάρκες.",
    "tr": "Kıyı ülkelerinin bakanları pazartesi günü göl ve onu geçen tekneler hakkında konuşmak için bir araya geldi.",
    "ar": "اجتمع وزراء الدول المطلة على البحيرة يوم الاثنين للحديث عن البحيرة والقوارب التي تعبرها كل يوم.",
    "fa": "وزیران کشورهای ساحلی روز دوشنبه دیدار کردند تا درباره دریاچه و قایق‌هایی که از آن می‌گذرند گفتگو کنند.",
    "he": "שרי המדינות שלחוף האגם נפגשו ביום שני כדי לדבר על האגם ועל הסירות שחוצות אותו מדי יום.",
    "hi": "तटवर्ती देशों के मंत्रियों ने सोमवार को झील और उस पर चलने वाली नावों के बारे में बात करने के लिए मुलाकात की।",
    "zh": "沿岸各国部长周一举行会议，讨论湖泊以及每天往来于两岸之间运送人员和货物的船只。",
    "ja": "沿岸諸国の閣僚は月曜日に会合を開き、湖と毎日人や荷物を運ぶ船について話し合った。",
    "ko": "연안국 장관들은 월요일에 만나 호수와 매일 사람과 짐을 나르는 배들에 대해 이야기를 나누었다.",
    "th": "รัฐมนตรีของประเทศริมฝั่งพบกันเมื่อวันจันทร์เพื่อพูดคุยเรื่องทะเลสาบและเรือที่แล่นข้ามไปมาทุกวัน",
    "vi": "Bộ trưởng các nước ven hồ đã gặp nhau hôm thứ Hai để nói về hồ và những chiếc thuyền qua lại mỗi ngày.",
    "id": "Para menteri negara-negara pesisir bertemu pada hari Senin untuk berbicara tentang danau dan perahu di atasnya.",
    "sw": "Mawaziri wa nchi za pwani walikutana Jumatatu ili kuzungumza kuhusu ziwa na mashua zinazovuka kila siku.",
    "rw": "Abaminisitiri b'ibihugu bikikije ikiyaga bahuye ku wa mbere kugira ngo baganire ku kiyaga, ariko kandi bavuze "
    "cyane ku mato akoreshwa muri ako karere kuva kera kugeza ubu, kuko abantu benshi bayakoresha mu buryo butandukanye.",
}


@pytest.mark.parametrize(("language", "text"), TEXTS.items(), ids=TEXTS)
def test_language_of_a_text_is_detected(page_of, language, text):
    found = find_language(page_of("<p>x"), f"{text} {text}")
    assert (found.value, found.source) == (language, "detected")


@pytest.mark.parametrize(
    ("html", "text", "found"),
    [
        ('<html lang="pt-br">', TEXTS["pt"] * 2, ("pt-BR", "html")),
        ('<html xml:lang="de">', TEXTS["de"] * 2, ("de", "html")),
        ('<html lang="nb-NO">', "", ("no-NO", "html")),
        # a template's language around a text in another
        ('<html lang="en">', TEXTS["fr"] * 2, ("fr", "detected")),
        ('<html lang="en"><meta property="og:locale" content="fr_BE">', TEXTS["fr"] * 2, ("fr-BE", "og")),
        # too little text to say anything against the declaration
        ('<html lang="en">', "Bonjour à tous les lecteurs.", ("en", "html")),
        # languages the detector takes for each other
        ('<html lang="hr">', "Ministri obalnih zemalja sastali su se u ponedjeljak i razgovarali o jezeru. " * 3, ("hr", "html")),
        ('<meta name="language" content="German">', "", None),
        ('<meta http-equiv="content-language" content="rw, en">', "", ("rw", "meta")),
        ("<p>x", "", None),
    ],
)  # fmt: skip
def test_declared_language_stands_unless_the_text_is_surely_another(page_of, html, text, found):
    language = find_language(page_of(html), text)
    assert ((language.value, language.source) if language else None) == found


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        ("en", "en"), ("EN_us", "en-US"), ("zh-hans-cn", "zh-Hans-CN"), ("fr-FR.UTF-8", "fr-FR"), ("iw", "he"),
        ("es-419", "es-419"), ("", None), ("x-default", None), ("english", None), ("und", None), ("en,fr", None),
    ],
)  # fmt: skip
def test_what_stands_for_a_language_is_its_code(value, tag):
    assert language_tag(value) == tag


@given(st.text())
def test_detection_never_raises(text):
    language, score = detect(text)
    assert language is None or (isinstance(language, str) and 0 <= score <= 1.01)
