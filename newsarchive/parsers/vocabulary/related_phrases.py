"""The words with which newsrooms point at another article of theirs ("Related:", "Lire aussi"), by language.

Keys are BCP 47 languages. Phrases are written as they are printed; they are compared folded (see :func:`folded`), so
neither case, accents, Arabic hamza nor the punctuation around them matters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

PHRASES: dict[str, tuple[str, ...]] = {
    "en": (
        "Related",
        "Related article",
        "Related articles",
        "Related story",
        "Related stories",
        "Related news",
        "Related content",
        "Related coverage",
        "Related reading",
        "Related posts",
        "Related topics",
        "Related links",
        "Read also",
        "Also read",
        "Read more",
        "Read next",
        "Read this next",
        "Read related",
        "See also",
        "See more",
        "Also see",
        "More on this",
        "More on this story",
        "More on this topic",
        "More stories",
        "More news",
        "More coverage",
        "More reading",
        "Further reading",
        "Recommended",
        "Recommended stories",
        "Recommended reading",
        "You may also like",
        "You might also like",
        "You may also be interested in",
        "Don't miss",
        "Must read",
        "Must reads",
        "Keep reading",
        "Continue reading",
        "Watch also",
        "Also watch",
        "Watch",
        "Up next",
        "Next story",
        "In case you missed it",
        "Explore more",
        "Editor's picks",
        "What to read next",
        "Most read",
        "Trending",
        "Popular",
        "Top stories",
        "Latest news",
        "Learn more",
        "Click here to read more",
        "Full story",
        "Full coverage",
        "Also on",
    ),
    "fr": (
        "Lire aussi",
        "À lire aussi",
        "À lire",
        "À lire également",
        "Lire également",
        "Lire plus",
        "Voir aussi",
        "À voir aussi",
        "Sur le même sujet",
        "Sur le même thème",
        "Articles liés",
        "Article lié",
        "Articles similaires",
        "À découvrir aussi",
        "Pour aller plus loin",
        "En savoir plus",
        "Notre dossier",
        "À ne pas manquer",
        "Vous aimerez aussi",
        "Retrouvez aussi",
    ),
    "de": (
        "Lesen Sie auch",
        "Lesen Sie hier",
        "Lesen Sie mehr",
        "Lesen Sie dazu",
        "Lies auch",
        "Lest auch",
        "Mehr zum Thema",
        "Mehr dazu",
        "Zum Thema",
        "Auch interessant",
        "Siehe auch",
        "Passend dazu",
        "Verwandte Artikel",
        "Weitere Artikel",
        "Weitere Meldungen",
        "Das könnte Sie auch interessieren",
        "Das könnte Sie interessieren",
        "Weiterlesen",
        "Mehr lesen",
        "Weiterführende Links",
    ),
    "es": (
        "Lea también",
        "Lee también",
        "Leer también",
        "Leé también",
        "Lea además",
        "Lee además",
        "Lea más",
        "Leer más",
        "Vea también",
        "Ver también",
        "Mira también",
        "Te puede interesar",
        "Le puede interesar",
        "También te puede interesar",
        "Te recomendamos",
        "Relacionado",
        "Relacionadas",
        "Relacionados",
        "Noticias relacionadas",
        "Noticia relacionada",
        "Artículos relacionados",
        "Más información",
        "Más sobre este tema",
        "No te pierdas",
        "También lee",
        "Sigue leyendo",
    ),
    "pt": (
        "Leia também",
        "Leia mais",
        "Leia ainda",
        "Veja também",
        "Veja mais",
        "Saiba mais",
        "Confira também",
        "Relacionadas",
        "Relacionado",
        "Notícias relacionadas",
        "Artigos relacionados",
        "Mais sobre o assunto",
        "Ler também",
        "Ler mais",
        "Não perca",
    ),
    "it": (
        "Leggi anche",
        "Leggi pure",
        "Leggi tutto",
        "Vedi anche",
        "Guarda anche",
        "Ti potrebbe interessare",
        "Potrebbe interessarti",
        "Potrebbe interessarti anche",
        "Articoli correlati",
        "Articolo correlato",
        "Approfondisci",
        "Per approfondire",
        "Da non perdere",
    ),
    "ca": ("Llegiu també", "Llegeix també", "Més informació", "Notícies relacionades"),
    "gl": ("Le tamén", "Máis información"),
    "eu": ("Irakurri ere", "Irakurri gehiago", "Gehiago irakurri"),
    "nl": (
        "Lees ook",
        "Lees meer",
        "Lees verder",
        "Zie ook",
        "Bekijk ook",
        "Luister ook",
        "Gerelateerd",
        "Gerelateerde artikelen",
        "Meer over dit onderwerp",
    ),
    "af": ("Lees ook", "Lees meer", "Verwante artikels"),
    "sv": (
        "Läs också",
        "Läs även",
        "Läs mer",
        "Läs vidare",
        "Se också",
        "Se även",
        "Relaterat",
        "Relaterade artiklar",
        "Mer om ämnet",
    ),
    "da": ("Læs også", "Læs mere", "Se også", "Relaterede artikler", "Mere om emnet"),
    "nb": ("Les også", "Les mer", "Se også", "Relaterte saker", "Relaterte artikler", "Mer om saken"),
    "fi": ("Lue myös", "Lue lisää", "Katso myös", "Aiheesta lisää", "Lisää aiheesta"),
    "is": ("Lesa einnig", "Lesa meira", "Sjá einnig"),
    "et": ("Loe ka", "Loe lisaks", "Loe veel", "Vaata ka"),
    "lv": ("Lasi arī", "Lasiet arī", "Lasīt vēl", "Saistītie raksti"),
    "lt": ("Taip pat skaitykite", "Skaitykite taip pat", "Skaityk daugiau", "Susiję straipsniai"),
    "pl": (
        "Czytaj także",
        "Czytaj też",
        "Czytaj również",
        "Czytaj więcej",
        "Przeczytaj także",
        "Przeczytaj też",
        "Przeczytaj również",
        "Zobacz też",
        "Zobacz także",
        "Zobacz również",
        "Polecamy",
        "Powiązane artykuły",
        "Zobacz więcej",
        "Dowiedz się więcej",
    ),
    "cs": (
        "Čtěte také",
        "Čtěte i",
        "Přečtěte si také",
        "Přečtěte si",
        "Čtěte více",
        "Mohlo by vás zajímat",
        "Související články",
        "Související",
    ),
    "sk": (
        "Čítajte aj",
        "Čítajte tiež",
        "Prečítajte si aj",
        "Prečítajte si",
        "Súvisiace články",
        "Mohlo by vás zaujímať",
    ),
    "hu": (
        "Olvassa el ezt is",
        "Ezt is olvassa el",
        "Olvasd el ezt is",
        "Kapcsolódó cikkek",
        "Kapcsolódó cikk",
        "Kapcsolódó",
        "Olvasson tovább",
        "Bővebben",
    ),
    "ro": (
        "Citește și",
        "Citiți și",
        "Citește mai mult",
        "Vezi și",
        "Articole similare",
        "Articole asemănătoare",
        "Pe aceeași temă",
    ),
    "bg": ("Вижте още", "Виж още", "Прочетете още", "Прочетете и", "Четете още", "Още по темата", "Свързани статии"),
    "ru": (
        "Читайте также",
        "Читать также",
        "Читайте ещё",
        "Читайте подробнее",
        "Смотрите также",
        "По теме",
        "Материалы по теме",
        "Ранее по теме",
        "Подробнее",
        "Читайте по теме",
    ),
    "uk": (
        "Читайте також",
        "Читати також",
        "Читайте теж",
        "Читайте ще",
        "Дивіться також",
        "За темою",
        "Матеріали за темою",
        "Вас також може зацікавити",
    ),
    "be": ("Чытайце таксама", "Чытайце яшчэ"),
    "sr": (
        "Pročitajte još",
        "Pročitajte i",
        "Pročitaj još",
        "Čitajte i",
        "Povezane vesti",
        "Прочитајте још",
        "Прочитајте и",
        "Повезане вести",
    ),
    "hr": ("Pročitajte i", "Pročitaj i", "Pročitajte više", "Pogledajte i", "Povezane vijesti", "Vezane vijesti"),
    "sl": ("Preberite še", "Preberite tudi", "Preberi še", "Sorodne vsebine"),
    "mk": ("Прочитајте и", "Прочитајте уште", "Поврзани вести"),
    "sq": ("Lexo edhe", "Lexoni edhe", "Lexoni gjithashtu", "Lexo më shumë"),
    "el": (
        "Διαβάστε επίσης",
        "Διαβάστε ακόμα",
        "Διαβάστε ακόμη",
        "Διαβάστε περισσότερα",
        "Διαβάστε και",
        "Δείτε επίσης",
        "Δείτε ακόμα",
        "Σχετικά άρθρα",
    ),
    "tr": (
        "Ayrıca okuyun",
        "Bunu da okuyun",
        "Bunları da okuyun",
        "Bunlar da ilginizi çekebilir",
        "İlgili haber",
        "İlgili haberler",
        "İlginizi çekebilir",
        "Devamını oku",
        "Daha fazlası",
        "Tıklayınız",
    ),
    "az": ("Həmçinin oxuyun", "Bunu da oxuyun", "Ətraflı"),
    "kk": ("Тағы оқыңыз", "Оқи отырыңыз", "Сондай-ақ оқыңыз"),
    "uz": ("Shuningdek o'qing", "Mavzuga oid"),
    "hy": ("Կարդացեք նաև", "Կարդացեք ավելին"),
    "ka": ("წაიკითხეთ ასევე", "ასევე წაიკითხეთ"),
    "ar": (
        "إقرأ أيضا",
        "اقرأ أيضا",
        "اقرأ أيضاً",
        "إقرأ المزيد",
        "اقرأ المزيد",
        "قراءة المزيد",
        "شاهد أيضا",
        "انظر أيضا",
        "طالع أيضا",
        "تابع أيضا",
        "مواضيع ذات صلة",
        "موضوعات ذات صلة",
        "أخبار ذات صلة",
        "مقالات ذات صلة",
        "ذات صلة",
        "للمزيد",
        "المزيد",
        "قد يهمك أيضا",
        "قد يعجبك أيضا",
    ),
    "fa": (
        "بیشتر بخوانید",
        "بخوانید",
        "همچنین بخوانید",
        "مطالب مرتبط",
        "اخبار مرتبط",
        "خبرهای مرتبط",
        "ادامه مطلب",
        "بیشتر ببینید",
    ),
    "ur": ("یہ بھی پڑھیں", "یہ بھی پڑھیے", "مزید پڑھیں", "مزید پڑھیے", "متعلقہ خبریں"),
    "ps": ("دا هم ولولئ", "نور ولولئ"),
    "he": ("קראו גם", "קרא גם", "קראו עוד", "קרא עוד", "לקריאה נוספת", "ראו גם", "כתבות נוספות", "עוד בנושא"),
    "hi": ("यह भी पढ़ें", "ये भी पढ़ें", "इसे भी पढ़ें", "और पढ़ें", "यह भी देखें", "संबंधित खबरें", "पढ़ें"),
    "mr": ("हेही वाचा", "हे ही वाचा", "हे वाचा", "आणखी वाचा", "अधिक वाचा"),
    "ne": ("यो पनि पढ्नुहोस्", "यो पनि", "थप पढ्नुहोस्"),
    "bn": ("আরও পড়ুন", "আরো পড়ুন", "আরও দেখুন", "এ সম্পর্কিত আরও খবর", "আরও খবর"),
    "gu": ("આ પણ વાંચો", "વધુ વાંચો"),
    "pa": ("ਇਹ ਵੀ ਪੜ੍ਹੋ", "ਹੋਰ ਪੜ੍ਹੋ"),
    "ta": ("மேலும் படிக்க", "இதையும் படிங்க", "இதையும் படியுங்கள்", "தொடர்புடைய செய்திகள்"),
    "te": ("ఇది కూడా చదవండి", "ఇవి కూడా చదవండి", "మరింత చదవండి"),
    "kn": ("ಇದನ್ನೂ ಓದಿ", "ಇದನ್ನು ಓದಿ", "ಹೆಚ್ಚು ಓದಿ"),
    "ml": ("ഇതും വായിക്കുക", "കൂടുതൽ വായിക്കുക", "ഇതും വായിക്കൂ"),
    "si": ("තවත් කියවන්න",),
    "th": ("อ่านเพิ่มเติม", "อ่านต่อ", "อ่านข่าวที่เกี่ยวข้อง", "ข่าวที่เกี่ยวข้อง", "บทความที่เกี่ยวข้อง", "ดูเพิ่มเติม"),
    "km": ("អានបន្ថែម", "អត្ថបទពាក់ព័ន្ធ"),
    "my": ("ဆက်ဖတ်ရန်",),
    "vi": ("Xem thêm", "Đọc thêm", "Tin liên quan", "Bài liên quan", "Có thể bạn quan tâm", "Đọc tiếp"),
    "id": (
        "Baca juga",
        "Baca selengkapnya",
        "Baca selanjutnya",
        "Baca lainnya",
        "Simak juga",
        "Lihat juga",
        "Artikel terkait",
        "Berita terkait",
        "Tonton juga",
    ),
    "ms": ("Baca juga", "Baca lagi", "Berita berkaitan", "Artikel berkaitan"),
    "tl": ("Basahin din", "Basahin", "Kaugnay na balita"),
    "zh": (
        "相关阅读",
        "相关新闻",
        "相关报道",
        "相关文章",
        "相关链接",
        "延伸阅读",
        "推荐阅读",
        "更多阅读",
        "更多新闻",
        "更多相关",
        "另请参阅",
        "點擊閱讀",
        "相關閱讀",
        "相關新聞",
        "相關報導",
        "相關文章",
        "延伸閱讀",
        "推薦閱讀",
        "更多新聞",
        "看更多",
        "閱讀更多",
        "阅读更多",
        "猜你喜欢",
    ),
    "ja": (
        "関連記事",
        "関連ニュース",
        "関連リンク",
        "あわせて読みたい",
        "合わせて読みたい",
        "こちらもおすすめ",
        "こちらも読まれています",
        "おすすめ記事",
        "もっと読む",
        "続きを読む",
    ),
    "ko": (
        "관련기사",
        "관련 기사",
        "관련뉴스",
        "관련 뉴스",
        "함께 보면 좋은 기사",
        "함께 보기",
        "더 보기",
        "더 읽기",
        "이어 읽기",
        "추천 기사",
    ),
    "sw": ("Soma pia", "Soma zaidi", "Pia soma", "Unaweza pia kusoma", "Habari zinazohusiana"),
    "rw": (
        "Soma n'iyi",
        "Soma na",
        "Soma indi nkuru",
        "Soma izindi",
        "Soma kandi",
        "Inkuru bifitanye isano",
        "Inkuru zijyanye",
        "Izindi nkuru",
    ),
    "rn": ("Soma n'iyi", "Soma kandi"),
    "so": ("Sidoo kale akhri", "Akhri sidoo kale", "Akhriso"),
    "ha": ("Karanta kuma", "Karin labari", "Karanta karin"),
    "yo": ("Ẹ tún le ka", "Ka síwájú síi"),
    "am": ("ተጨማሪ ያንብቡ", "ይህንንም ያንብቡ"),
    "zu": ("Funda futhi", "Funda nalokhu"),
    "xh": ("Funda kwakhona",),
    "eo": ("Legu ankaŭ",),
    "cy": ("Darllenwch hefyd", "Darllen mwy"),
    "ga": ("Léigh freisin", "Léigh tuilleadh"),
    "mt": ("Aqra wkoll", "Aqra iktar"),
}

NAVIGATION = (
    "Most read", "Most popular", "Most viewed", "Most shared", "Trending", "Trending now", "Popular", "Popular posts",
    "Top stories", "Top news", "Latest", "Latest news", "Latest stories", "Recent posts", "Recent news", "Headlines",
    "More news", "More stories", "Also in this edition", "In this issue", "Editor's picks",
    "Les plus lus", "Le plus lu", "Les plus consultés", "Les plus populaires", "Dernières actualités", "À la une",
    "Meistgelesen", "Am meisten gelesen", "Meistgelesene Artikel", "Beliebt", "Neueste Beiträge", "Letzte Beiträge",
    "Lo más leído", "Las más leídas", "Lo más visto", "Últimas noticias", "Mais lidas", "Mais lidos", "As mais lidas",
    "Più letti", "I più letti", "Le più lette", "Ultime notizie", "Meest gelezen", "Laatste nieuws",
    "Mest lästa", "Mest lest", "Mest læste", "Luetuimmat", "Najczęściej czytane", "Najpopularniejsze", "Nejčtenější",
    "Legolvasottabb", "Cele mai citite", "En çok okunanlar", "Çok okunanlar", "Son haberler", "Terpopuler", "Terkini",
    "Популярное", "Самое читаемое", "Самое популярное", "Последние новости", "Популярні", "Останні новини",
    "Δημοφιλή", "Τελευταία νέα", "הנקראים ביותר", "הכי נקראות",
    "الأكثر قراءة", "الأكثر مشاهدة", "الأكثر تداولا", "آخر الأخبار", "أحدث الأخبار", "پربازدیدترین", "آخرین اخبار",
    "सबसे ज्यादा पढ़े गए", "ताज़ा खबर", "热门文章", "热门", "热点", "热门新闻", "热文排行",
    "点击排行", "排行榜", "最新文章", "最新消息", "熱門文章", "熱門新聞", "最新新聞",
    "人気記事", "アクセスランキング", "ランキング", "新着記事",
    "많이 본 뉴스", "인기 기사",
    "Xem nhiều", "Đọc nhiều", "Tin mới", "Zilizosomwa zaidi", "Habari mpya", "Izasomwe cyane", "Inkuru zikunzwe",
    "Amakuru mashya",
)  # fmt: skip
"""What stands over lists of what others read or what is new: navigation of the site, no pointer from this article."""

_AROUND = (
    " \t\n\r\xa0\u200b\u200e\u200f\ufe0f:：;,.·•…|/\\<>«»‹›→➡►▶▸▪■◆●★☆➤➔⇒*#+=_~^–—―-()[]{}【】［］〈〉《》「」『』（）"
    "\"'“”„’‘!?！？،؛۔।🔗👉📖📰"
)
"""What may stand around a phrase: punctuation of all scripts, arrows, bullets."""
_SPACES = re.compile(r"\s+")
MAX_PHRASE_CHARS = 60
"""Folded characters; what is longer is no such phrase."""
MAX_REMEMBERED = 10_000
"""Short texts that are remembered to be a label or none: the pages of a site repeat the same ones."""
PHRASE, NAVIGATION_LABEL = 1, 2
"""Bits of :func:`label_of`."""


def folded(text: str) -> str:
    """Text without case, accents and vowel signs, white space collapsed, punctuation around it dropped.

    >>> folded("إقرأ أيضًا:") == folded("اقرأ ايضا")
    True
    >>> folded("» À LIRE AUSSI :")
    'a lire aussi'
    """
    if text.isascii():
        return " ".join(text.lower().split()).strip(_AROUND)
    plain = "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    return _SPACES.sub(" ", plain.replace("ı", "i")).strip(_AROUND)  # Turkish "AYRICA" is "ayrıca"


@cache
def folded_phrases() -> frozenset[str]:
    """All phrases of all languages, folded."""
    return frozenset(folded(phrase) for phrases in PHRASES.values() for phrase in phrases)


@cache
def _folded_navigation() -> frozenset[str]:
    return frozenset(map(folded, NAVIGATION))


@cache
def _first_words() -> frozenset[str]:
    """What phrases and labels begin with, of those whose first word is all ASCII when folded."""
    matches = map(_FIRST_WORD.match, folded_phrases() | _folded_navigation())
    return frozenset(match.group(1) for match in matches if match is not None)


def _may_begin_with_phrase(text: str) -> bool:
    """False for most texts that do not begin with any phrase: folding them all would take long."""
    match = _FIRST_WORD.match(text, 0, MAX_PHRASE_CHARS)
    return match is None or match.group(1).lower() in _first_words()


def label_of(text: str) -> int:
    """What a text that is nothing but a label is: ``PHRASE``, ``NAVIGATION_LABEL``, the two bits together, or 0."""
    return _known_label(text) if len(text) <= MAX_PHRASE_CHARS else 0


@lru_cache(MAX_REMEMBERED)
def _known_label(text: str) -> int:
    if not _may_begin_with_phrase(text):
        return 0
    label = folded(text)
    return (label in folded_phrases()) * PHRASE | (label in _folded_navigation()) * NAVIGATION_LABEL


def is_navigation(text: str) -> bool:
    """Whether the text is the label of a list of popular or new articles and nothing else.

    >>> is_navigation("Les plus lus"), is_navigation("Lire aussi")
    (True, False)
    """
    return label_of(text) & NAVIGATION_LABEL != 0


def is_phrase(text: str) -> bool:
    """Whether the text is such a phrase and nothing else.

    >>> is_phrase("Lire aussi :"), is_phrase("Lire aussi le livre")
    (True, False)
    """
    return label_of(text) & PHRASE != 0


def without_phrase(text: str) -> str | None:
    """What follows a phrase that is set off by a colon, dash or bar; None if the text does not begin with one.

    >>> without_phrase("Related: Rwanda’s image")
    'Rwanda’s image'
    >>> without_phrase("Related matters were raised: none") is None
    True
    """
    if not _may_begin_with_phrase(text):
        return None
    for match in _SET_OFF.finditer(text[: 2 * MAX_PHRASE_CHARS]):
        if is_phrase(text[: match.start()]):
            return text[match.end() :].strip()
    return None


# Letters beside it that are no ASCII are part of the word, or of its last letter: then nothing is said of it here.
_FIRST_WORD = re.compile(r"[\W_]*+([A-Za-z0-9]++)(?![^\x00-\x7f])")
_SET_OFF = re.compile(r"\s*[:：|»>→►▶】\]\n]\s*|\s+[–—-]\s+")
