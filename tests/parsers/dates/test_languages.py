"""A page in each of many languages, with a date line as its newsrooms print it, read as a whole."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsarchive.model.article import Article
from newsarchive.parsers.publisher import Publisher

# Language, headline, date line, a sentence of the body; all are 5 May 2024, some with a time of day.
LINES = [
    ("en", "Government presents its budget", "May 5, 2024", "The minister spoke for two hours before parliament."),
    ("en-GB", "Government presents its budget", "Published 5 May 2024", "The minister spoke for two hours."),
    ("de", "Regierung legt Haushalt vor", "Stand: 05.05.2024, 14:30 Uhr", "Der Minister sprach zwei Stunden lang."),
    ("fr", "Le gouvernement présente son budget", "Publié le 5 mai 2024 à 14h30", "Le ministre a parlé deux heures."),
    ("es", "El Gobierno presenta su presupuesto", "5 de mayo de 2024, 14:30", "El ministro habló durante dos horas."),
    ("pt-BR", "Governo apresenta o orçamento", "05/05/2024 às 14h30", "O ministro falou durante duas horas."),
    ("it", "Il governo presenta il bilancio", "Domenica 5 maggio 2024", "Il ministro ha parlato per due ore."),
    ("nl", "Regering presenteert begroting", "zondag 5 mei 2024 om 14:30", "De minister sprak twee uur lang."),
    ("sv", "Regeringen lägger fram budgeten", "Publicerad 5 maj 2024", "Ministern talade i två timmar."),
    ("da", "Regeringen fremlægger budgettet", "5. maj 2024 kl. 14.30", "Ministeren talte i to timer."),
    ("no", "Regjeringen legger fram budsjettet", "Publisert 5. mai 2024", "Ministeren snakket i to timer."),
    ("fi", "Hallitus esitteli talousarvion", "5. toukokuuta 2024 klo 14.30", "Ministeri puhui kaksi tuntia."),
    ("is", "Ríkisstjórnin kynnir fjárlög", "5. maí 2024", "Ráðherrann talaði í tvær klukkustundir."),
    ("pl", "Rząd przedstawia budżet", "Opublikowano: 5 maja 2024, 14:30", "Minister mówił przez dwie godziny."),
    ("cs", "Vláda představila rozpočet", "5. května 2024 14:30", "Ministr mluvil dvě hodiny."),
    ("sk", "Vláda predstavila rozpočet", "5. mája 2024", "Minister hovoril dve hodiny."),
    ("sl", "Vlada predstavila proračun", "5. maj 2024", "Minister je govoril dve uri."),
    ("hr", "Vlada predstavila proračun", "5. svibnja 2024. u 14:30", "Ministar je govorio dva sata."),
    ("sr", "Влада представила буџет", "5. мај 2024. 14:30", "Министар је говорио два сата."),
    ("sr-Latn", "Vlada predstavila budžet", "5. maj 2024.", "Ministar je govorio dva sata."),
    ("bg", "Правителството представи бюджета", "5 май 2024, 14:30", "Министърът говори два часа."),
    ("mk", "Владата го претстави буџетот", "5 мај 2024", "Министерот зборуваше два часа."),
    ("ru", "Правительство представило бюджет", "5 мая 2024, 14:30", "Министр говорил два часа."),
    ("uk", "Уряд представив бюджет", "5 травня 2024, 14:30", "Міністр говорив дві години."),
    ("el", "Η κυβέρνηση παρουσίασε τον προϋπολογισμό", "5 Μαΐου 2024", "Ο υπουργός μίλησε δύο ώρες."),
    ("ro", "Guvernul prezintă bugetul", "Publicat: 5 mai 2024", "Ministrul a vorbit două ore."),
    ("hu", "A kormány bemutatta a költségvetést", "2024. május 5. 14:30", "A miniszter két órán át beszélt."),
    ("tr", "Hükümet bütçeyi açıkladı", "5 Mayıs 2024 14:30", "Bakan iki saat konuştu."),
    ("az", "Hökumət büdcəni təqdim etdi", "5 may 2024", "Nazir iki saat danışdı."),
    ("lt", "Vyriausybė pristatė biudžetą", "2024 m. gegužės 5 d.", "Ministras kalbėjo dvi valandas."),
    ("lv", "Valdība iepazīstina ar budžetu", "2024. gada 5. maijs", "Ministrs runāja divas stundas."),
    ("et", "Valitsus esitles eelarvet", "5. mai 2024", "Minister rääkis kaks tundi."),
    ("ca", "El Govern presenta el pressupost", "5 de maig de 2024", "El ministre va parlar dues hores."),
    ("sq", "Qeveria paraqet buxhetin", "5 maj 2024", "Ministri foli dy orë."),
    ("ar", "الحكومة تعرض الميزانية", "٥ مايو ٢٠٢٤", "تحدث الوزير لمدة ساعتين أمام البرلمان."),
    ("ar-LB", "الحكومة تعرض الميزانية", "5 أيار 2024", "تحدث الوزير لمدة ساعتين أمام البرلمان."),
    ("fa", "دولت بودجه را ارائه کرد", "۱۶ اردیبهشت ۱۴۰۳ - ۱۴:۳۰", "وزیر دو ساعت در مجلس سخن گفت."),
    ("fa", "دولت بودجه را ارائه کرد", "تاریخ انتشار: ۱۴۰۳/۰۲/۱۶", "وزیر دو ساعت در مجلس سخن گفت."),
    ("he", "הממשלה הציגה את התקציב", "5 במאי 2024", "השר דיבר שעתיים בכנסת."),
    ("ur", "حکومت نے بجٹ پیش کر دیا", "5 مئی 2024", "وزیر نے دو گھنٹے خطاب کیا۔"),
    ("hi", "सरकार ने बजट पेश किया", "प्रकाशित: 5 मई 2024", "मंत्री ने दो घंटे तक भाषण दिया।"),
    ("bn", "সরকার বাজেট পেশ করেছে", "প্রকাশ: ০৫ মে ২০২৪, ১৪:৩০", "মন্ত্রী দুই ঘণ্টা বক্তব্য দেন।"),
    ("ta", "அரசு வரவு செலவுத் திட்டத்தை சமர்ப்பித்தது", "5 மே 2024", "அமைச்சர் இரண்டு மணி நேரம் பேசினார்."),
    ("th", "รัฐบาลเสนองบประมาณ", "5 พฤษภาคม 2567 14:30 น.", "รัฐมนตรีพูดนานสองชั่วโมง"),
    ("th", "รัฐบาลเสนองบประมาณ", "5 พ.ค. 2567", "รัฐมนตรีพูดนานสองชั่วโมง"),
    ("th", "รัฐบาลเสนองบประมาณ", "วันอาทิตย์ที่ 5 พฤษภาคม พ.ศ. 2567", "รัฐมนตรีพูดนานสองชั่วโมง"),
    ("vi", "Chính phủ trình ngân sách", "Ngày 5 tháng 5, 2024", "Bộ trưởng phát biểu trong hai giờ."),
    ("vi", "Chính phủ trình ngân sách", "05/05/2024 14:30 GMT+7", "Bộ trưởng phát biểu trong hai giờ."),
    ("id", "Pemerintah ajukan anggaran", "Minggu, 5 Mei 2024 14:30 WIB", "Menteri berbicara selama dua jam."),
    ("ms", "Kerajaan bentang belanjawan", "5 Mei 2024", "Menteri berucap selama dua jam."),
    ("sw", "Serikali yawasilisha bajeti", "5 Mei 2024", "Waziri alizungumza kwa saa mbili bungeni."),
    ("rw", "Guverinoma yagaragaje ingengo y'imari", "5 Gicurasi 2024", "Minisitiri yavuze amasaha abiri."),
    ("rn", "Reta yashikirije ibarabara", "5 Rusama 2024", "Umushikiranganji yavuze amasaha abiri."),
    ("af", "Regering lê begroting voor", "5 Mei 2024", "Die minister het twee uur lank gepraat."),
    ("zh", "政府公布预算", "2024年5月5日 14:30", "部长在议会讲话两个小时。"),
    ("zh-TW", "政府公布預算", "民國113年5月5日", "部長在立法院演說兩小時。"),
    ("ja", "政府が予算案を発表", "2024年5月5日 14時30分", "大臣は国会で二時間演説した。"),
    ("ja", "政府が予算案を発表", "令和6年5月5日", "大臣は国会で二時間演説した。"),
    ("ko", "정부, 예산안 발표", "입력 2024.05.05 14:30", "장관은 국회에서 두 시간 동안 연설했다."),
    ("ko", "정부, 예산안 발표", "2024년 5월 5일", "장관은 국회에서 두 시간 동안 연설했다."),
    ("ka", "მთავრობამ ბიუჯეტი წარადგინა", "5 მაისი 2024", "მინისტრმა ორი საათი ისაუბრა."),
    ("hy", "Կառավարությունը ներկայացրեց բյուջեն", "5 մայիսի 2024", "Նախարարը խոսեց երկու ժամ։"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "headline", "line", "sentence"), LINES)
def test_page_with_its_languages_date_line_is_dated(capture_of, language, headline, line, sentence):
    body = "".join(f"<p>{number}. {sentence} {sentence} {sentence}</p>" for number in range(1, 7))
    html = (
        f"<html lang={language}><title>{headline}</title><body><article><h1>{headline}</h1>"
        f"<p class=meta>{line}</p>{body}</article></body></html>"
    )
    article = Publisher().read(capture_of(html, fetched_at=datetime(2024, 5, 14, 12, 0, tzinfo=UTC)))
    assert isinstance(article, Article)
    assert article.date_published is not None, article.date_published_raw
    assert article.date_published.date().isoformat() == "2024-05-05"
    assert article.field_sources["date_published"] == "text"


def test_at_least_thirty_languages_are_tried():
    assert len({line[0].partition("-")[0] for line in LINES}) >= 40
