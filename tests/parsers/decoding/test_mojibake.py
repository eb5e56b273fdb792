from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.parsers.decoding.encoding_labels import decoded
from newsarchive.parsers.decoding.mojibake import repaired

HEALTHY = {
    "fr": "« L’été » – déjà… À l’école, le 1ᵉʳ août : 20 °C, cœur, naïf, Noël, œuvre, où ? Hélas ! À côté, ça va",
    "de": "„Größe“ – Übermut, Äpfel, Straße, Öl… für 5 €, §§ 3 und 4, Maß, ›schön‹, MÜNCHEN, ÄRZTE",
    "es": "¿Qué pasó? «Señora» —dijo— ¡Ñandú! El año, corazón, pingüino, ESPAÑA, AÑO… 3.º y 2.ª",
    "pt": "A “IRMÔ, “MAÇÔ e “AMANHÃ”… não, São Paulo, à noite, avó, coração, ÀS VEZES, NÃO, ALEMû",
    "it": "Perché «no»? È così: città, più, università, CITTÀ, PERCHÉ… “sì”",
    "ro": "„Țară” și «BĂ»: în, să, ĂSTA, ÎN, Ă…, cântă, mâine, apă”",
    "da": "»SAMSØ« og »Ø«: Åse, æble, Århus, Ø…, BLÅ”, på, HØ»",
    "sv": "”Å” – ö, ån, RÅ”, Å…, ÄR, Östersund, kött",
    "nb": "«HØ» på øya, Ål, Æ… Å»",
    "is": "Það, Ð, “Þór”, ÞAÐ… ð”, maður",
    "fi": "Äiti, yö, “ÄÄ”, Åbo… PÄÄ»",
    "pl": "„Żółć” – ćma, ŁÓDŹ, Ń…, ŚWIAT, Ą”",
    "cs": "„Žluťoučký kůň“ – ĎÁBEL, Ť…, PŘÍLIŠ, Ď“",
    "hu": "„Őrült űrhajó” – ÁRVÍZTŰRŐ…, Ű”",
    "hr": "„Đak” – čaša, žaba, ŠĐ…, Ć”",
    "sq": "Ç’kemi, “Ë”, është… ÇËSHTJE",
    "tr": "“Çağ” – Iğdır, İstanbul, ŞU…, Ğ”, Â”, kâr, hâlâ",
    "vi": "“Ô” – Ấn Độ, Đà Nẵng, ÂM, Ă…, cà phê, nghĩa là",
    "ru": "«СССР» – Россия… Р», С“, вы, в…, ГОСТ Р”, № 5, Ёлка, Вова",
    "uk": "«Їжак» – Є…, Ґанок, СІЄ, РІК, їхні",
    "sr": "„Ђак” – Њ…, Љубав, СРЂАН, вЂ",
    "el": "«Ελλάδα» – Ώρα… Άλφα, ΑΘΗΝΑ",
    "he": "״שלום״ – 5×5… ×”",
    "ar": "«السلام» – مرحبا… ؟",
    "hi": "“नमस्ते” – दिल्ली…",
    "th": "“สวัสดี” – กรุงเทพ…",
    "zh": "“你好” – 北京…，《新闻》",
    "ja": "「こんにちは」– 東京…",
    "ko": "“안녕” – 서울…",
    "signs": "© 2024 · 20 °C · ½ · £5 · €6 · ™ · ® · ¼ – “Â” · x² · µm · Å (10⁻¹⁰ m) · 5 × 5 · Ø 3 cm",
}
DAMAGED = (
    "François Bozizé à Mocímboa – « l’été » coûte 1 500 £",
    "Rwanda’s “mindset” – a gem…",
    "Größe, Übermut, Äpfel, Straße",
    "São Paulo não é à toa",
    "Żółta łódź, ćma, ślązak",
    "Příliš žluťoučký kůň",
    "Iğdır, İstanbul, şeker",
    "Đà Nẵng, Việt Nam",
    "Привет, мир. Это обычный текст",
    "Η κυβέρνηση ανακοίνωσε μέτρα",
    "ראש הממשלה אמר",
    "قال رئيس الوزراء اليوم",
    "总理今天表示，明年经济形势",
    "首相は今日、経済状況",
    "총리는 오늘 내년 경제",
    "नमस्ते दुनिया",
    "สวัสดีชาวโลก",
    "It costs 5 € – “really” 😀",
)


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        *(("cp1252", text) for text in DAMAGED),
        *(("cp1250", text) for text in DAMAGED[:8]),
        ("cp1251", "Привет, мир. Это обычный текст"),
        ("cp1251", "«Їжак» – Ґанок"),
        ("cp1251", "It’s “really” – so"),
    ],
)
def test_text_read_in_the_wrong_code_page_comes_back(codec, text):
    assert repaired(decoded(text.encode(), codec)) == text


@pytest.mark.parametrize("text", DAMAGED[:8])
def test_text_damaged_twice_comes_back_in_two_steps(text):
    assert repaired(repaired(decoded(decoded(text.encode(), "cp1252").encode(), "cp1252"))) == text


def test_damaged_letters_among_healthy_ones_are_repaired():
    assert repaired("Été – FranÃ§ois “BozizÃ©” à Paris") == "Été – François “Bozizé” à Paris"


def test_a_lost_no_break_space_does_not_cost_the_letter():
    assert repaired("dÃ©jÃ vu, lÃ -bas") == "déjà vu, là-bas"


@pytest.mark.parametrize("text", HEALTHY.values(), ids=HEALTHY)
def test_healthy_text_is_left_alone(text):
    for spelled in (text, text.upper(), text.lower(), text.title()):
        assert repaired(spelled) == spelled


WORDS = sorted({word for text in HEALTHY.values() for word in text.split()})


@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_healthy_words_in_any_order_are_left_alone(text):
    assert repaired(text) == text


@given(st.text())
def test_repairing_never_raises_and_never_lengthens(text):
    assert len(repaired(text)) <= len(text)


def test_long_text_is_repaired_in_no_time():
    assert repaired("Ã©" * 200_000) == "é" * 200_000
    assert repaired("Ã" * 400_000) == "Ã" * 400_000
