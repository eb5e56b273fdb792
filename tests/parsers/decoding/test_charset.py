from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.parsers.decoding.charset import MAX_HEAD_BYTES, decode, meta_codec

FRENCH = "François Bozizé à Mocímboa – « l’été »"
RUSSIAN = "Привет, мир. Это обычный русский текст о политике и экономике страны. "
UNDECLARED = {
    "cp1252 fr": "Le président a déclaré à la presse que l’été serait difficile. Les élèves étaient présents. ",
    "cp1252 de": "Die Bürger müssen für die Straße zahlen, heißt es aus München. Schöne Grüße. ",
    "cp1252 es": "El año pasado, la señora Muñoz llegó a la reunión según informó el país. ",
    "cp1250 pl": "Żółta łódź płynęła przez jezioro, gdzie ludzie łowili ryby i śpiewali pieśni. ",
    "cp1250 cs": "Příliš žluťoučký kůň úpěl ďábelské ódy. Vláda dnes rozhodla o důchodech občanů. ",
    "cp1250 hu": "A kormány tegnap döntött a gyűlésről, árvíztűrő tükörfúrógép. ",
    "cp1254 tr": "Cumhurbaşkanı dün açıkladığı gibi, öğrenciler için yeni bir dönem başlıyor. ",
    "cp1257 lt": "Vyriausybė šiandien paskelbė apie naujas ekonomikos priemones, žmonės ąžuolų. ",
    "cp1251 ru": RUSSIAN,
    "koi8-r ru": RUSSIAN,
    "cp1253 el": "Η κυβέρνηση ανακοίνωσε σήμερα νέα μέτρα για την οικονομία της χώρας. ",
    "cp1255 he": "ראש הממשלה אמר היום כי המצב הכלכלי ישתפר בשנה הקרובה. ",
    "cp1256 ar": "قال رئيس الوزراء اليوم إن الوضع الاقتصادي سيتحسن في العام المقبل. ",
    "cp874 th": "นายกรัฐมนตรีกล่าววันนี้ว่าสถานการณ์เศรษฐกิจจะดีขึ้นในปีหน้า ",
    "cp932 ja": "首相は今日、経済状況が来年改善すると述べた。これは重要なニュースです。",
    "euc_jp ja": "首相は今日、経済状況が来年改善すると述べた。これは重要なニュースです。",
    "gb18030 zh": "总理今天表示，明年经济形势将会好转。这是重要的新闻。",
    "big5hkscs zh": "總理今天表示，明年經濟形勢將會好轉。這是重要的新聞。",
    "cp949 ko": "총리는 오늘 내년 경제 상황이 나아질 것이라고 말했다. 중요한 뉴스입니다. ",
}


@pytest.mark.parametrize(
    ("body", "content_type", "encoding", "source"),
    [
        (FRENCH.encode(), "text/html; charset=utf-8", "utf-8", "http"),
        (b"\xef\xbb\xbf" + FRENCH.encode(), "text/html; charset=iso-8859-1", "utf-8", "bom"),
        (FRENCH.encode("utf-16"), "", "utf-16-le", "bom"),
        (FRENCH.encode("cp1252"), "text/html; charset=iso-8859-1", "cp1252", "http"),
        (FRENCH.encode("cp1252"), 'text/html; charset="latin1"', "cp1252", "http"),
        (b'<meta charset="windows-1252">' + FRENCH.encode("cp1252"), "", "cp1252", "meta"),
        (b'<meta charset="iso-8859-1">' + FRENCH.encode(), "", "utf-8", "utf-8"),
        (FRENCH.encode(), "", "utf-8", "utf-8"),
        (b'<meta charset="utf-16">' + FRENCH.encode(), "", "utf-8", "meta"),
        # HTTP beats meta
        (b"<meta charset=koi8-r>" + FRENCH.encode("cp1252"), "text/html; charset=iso-8859-1", "cp1252", "http"),
        # XHTML
        (b'<?xml version="1.0" encoding="iso-8859-1"?><html>' + FRENCH.encode("cp1252"), "", "cp1252", "xml"),
    ],
)
def test_encoding_is_found_as_browsers_find_it(body, content_type, encoding, source):
    decoded = decode(body, content_type)
    assert decoded.text.endswith(FRENCH)
    assert (decoded.encoding, decoded.source) == (encoding, source)


@pytest.mark.parametrize(
    ("head", "codec"),
    [
        (b"<meta charset=windows-1251>", "cp1251"),
        (b"<META CharSet = 'KOI8-R' >", "koi8-r"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=shift_jis">', "cp932"),
        (b'<meta content="text/html;charset=x-sjis" http-equiv=content-type />', "cp932"),
        (b'<meta name=description content="a > b; charset=big5"><meta charset=euc-kr>', "cp949"),
        (b"<!-- <meta charset=koi8-r> --><meta charset=gbk>", "gb18030"),
        (b"<!-- <meta charset=koi8-r>", None),
        (b"<meta charset=rot13><meta charset=big5>", "big5hkscs"),
        (b'<meta name="charset" content="big5">', None),
        (b"<title>charset=utf-8</title>", None),
        (b"<meta charset=utf-16le>", "utf-8"),
        (b"<script>" + b"x" * 3_000 + b"</script><meta charset=big5>", "big5hkscs"),
        (b"<script>" + b"x" * 3_000 + b"</script><body><meta charset=big5>", None),
        (b" " * MAX_HEAD_BYTES + b"<meta charset=big5>", None),
    ],
)
def test_meta_is_read_as_browsers_read_it(head, codec):
    assert meta_codec(head) == codec


def test_gb2312_is_read_as_its_superset():
    text = "习近平主席致贺信，朱镕基，喆" * 20
    decoded = decode(b'<meta charset="gb2312">' + text.encode("gb18030"), "text/html")
    assert decoded.encoding == "gb18030"
    assert decoded.text.endswith(text)


@pytest.mark.parametrize("label", ["utf-8", "gb2312", "euc-kr"])
def test_declaration_under_which_the_page_is_not_decodable_is_not_believed(label):
    text = RUSSIAN * 20
    assert decode(text.encode("cp1251"), f"text/html; charset={label}").text == text


def test_meta_is_believed_where_the_server_is_wrong():
    text = RUSSIAN * 20
    decoded = decode(b"<meta charset=koi8-r>" + text.encode("koi8-r"), "text/html; charset=utf-8")
    assert decoded.text.endswith(text)
    assert (decoded.encoding, decoded.source) == ("koi8-r", "meta")


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "text/html; charset=iso-8859-1", "text/html"])
def test_stray_byte_does_not_cost_a_utf8_page_its_encoding(content_type):
    body = (FRENCH * 100).encode() + b"\xff" + FRENCH.encode()
    decoded = decode(body, content_type)
    assert decoded.encoding == "utf-8"
    assert decoded.text == FRENCH * 100 + "\ufffd" + FRENCH


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "text/html; charset=iso-8859-1", ""])
@pytest.mark.parametrize("text", [FRENCH + "é", RUSSIAN.strip(". "), "総理大臣", "🗞"])
def test_page_cut_within_its_last_character_is_read_up_to_it(content_type, text):
    whole = f"<p>{FRENCH} {text}"
    decoded = decode(whole.encode()[:-1], content_type)
    assert (decoded.encoding, decoded.text) == ("utf-8", whole[:-1] + "\ufffd")


@pytest.mark.parametrize(("name", "text"), UNDECLARED.items())
def test_encoding_of_a_page_that_declares_none_is_recognized(name, text):
    encoding, language = name.split()
    page = f'<html lang="{language}"><p>{text * 5}</p></html>'
    decoded = decode(page.encode(encoding), "text/html")
    assert decoded.text == page
    assert decoded.source == "detected"


def test_quotation_marks_on_an_english_page_are_those_of_windows():
    text = "The minister’s “new” plan was welcomed in Bogotá."
    assert decode(text.encode("cp1252"), "text/html").text == text


def test_switching_encodings_of_ascii_bytes_are_read():
    text = "首相は今日"
    assert decode(b"<meta charset=iso-2022-jp>" + text.encode("iso2022_jp")).text.endswith(text)


@given(
    st.binary(max_size=400), st.sampled_from(["", "text/html; charset=", "text/html; charset=hex", "x; charset=rot13"])
)
def test_decoding_never_raises(body, content_type):
    assert isinstance(decode(body, content_type).text, str)


@given(
    st.binary(max_size=60), st.sampled_from([b"<meta ", b"<meta charset=", b"<!--", b"<?xml encoding=", b"\xfe\xff"])
)
def test_decoding_of_broken_declarations_never_raises(rest, beginning):
    assert isinstance(decode(beginning + rest).text, str)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff")))
def test_utf8_is_utf8_whatever_it_is_declared_to_be(text):
    body = ("<p>é" + text).encode()
    for label in ("", "; charset=iso-8859-1", "; charset=gbk", "; charset=utf-8"):
        assert decode(body, f"text/html{label}").text == "<p>é" + text


def test_long_hostile_heads_are_read_in_no_time():
    for piece in (
        b"<meta " * 20_000,
        b"<!--" * 50_000,
        b"<meta charset=" * 20_000,
        b"<meta a=b " + b"\t" * 200_000,
        b"<?xml " * 50_000,
    ):
        assert decode(piece + b"\xe9").text
