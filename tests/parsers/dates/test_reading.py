from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.model.article import DatePrecision
from newsarchive.parsers.dates.reading import DateContext, read_date

NOW = datetime(2024, 5, 14, 12, 0, tzinfo=UTC)


def iso(raw: str, language: str | None = "en", **context: object) -> str | None:
    read = read_date(raw, DateContext(fetched_at=NOW, language=language, **context))
    return read.value.isoformat() if read else None


@pytest.mark.parametrize(
    ("language", "raw"),
    [
        ("en", "May 5, 2024"),
        ("de", "Sonntag, 5. Mai 2024"),
        ("fr", "Publié le 5 mai 2024"),
        ("es", "Actualizado el 5 de mayo de 2024"),
        ("pt-BR", "5 de maio de 2024"),
        ("it", "5 maggio 2024"),
        ("nl", "5 mei 2024"),
        ("sv", "5 maj 2024"),
        ("da", "5. maj 2024"),
        ("no", "5. mai 2024"),
        ("fi", "5. toukokuuta 2024"),
        ("is", "5. maí 2024"),
        ("pl", "5 maja 2024"),
        ("cs", "5. května 2024"),
        ("sk", "5. mája 2024"),
        ("sl", "5. maj 2024"),
        ("hr", "5. svibnja 2024."),
        ("sr", "5. мај 2024."),
        ("bg", "5 май 2024"),
        ("ru", "Опубликовано 5 мая 2024"),
        ("uk", "5 травня 2024"),
        ("el", "5 Μαΐου 2024"),
        ("ro", "5 mai 2024"),
        ("hu", "2024. május 5."),
        ("tr", "5 Mayıs 2024"),
        ("ar", "٥ مايو ٢٠٢٤"),
        ("ar", "5 أيار 2024"),
        ("fa", "5 مه 2024"),
        ("he", "5 במאי 2024"),
        ("hi", "5 मई 2024"),
        ("bn", "৫ মে ২০২৪"),
        ("th", "5 พฤษภาคม 2567"),
        ("vi", "5 tháng 5, 2024"),
        ("id", "5 Mei 2024"),
        ("sw", "5 Mei 2024"),
        ("rw", "5 Gicurasi 2024"),
        ("lt", "2024 m. gegužės 5 d."),
        ("lv", "2024. gada 5. maijs"),
        ("et", "5. mai 2024"),
        ("ca", "5 de maig de 2024"),
        ("zh", "2024年5月5日"),
        ("ja", "公開日：2024年5月5日"),
        ("ko", "입력 2024.05.05"),
    ],
)
def test_day_is_read_in_its_language(language, raw):
    assert iso(raw, language) == "2024-05-05T00:00:00+00:00"


@pytest.mark.parametrize(
    "raw", ["2024", "12", "may", "May 2024", "1234567890", "1h", "150 people", "Covid 19 in 2020", ""]
)
def test_what_is_no_date_is_none(raw):
    assert iso(raw) is None


@pytest.mark.parametrize(
    ("raw", "language", "value"),
    [
        ("12/04/2024 às 18h32", "pt", "2024-04-12T18:32:00+00:00"),
        ("Published May 5, 2024 at 6:32 PM ET", "en", "2024-05-05T18:32:00-04:00"),
        ("5 May 2024, 10:15 IST", "en", "2024-05-05T10:15:00+05:30"),
        ("Stand: 05.05.2024, 14:30 Uhr", "de", "2024-05-05T14:30:00+00:00"),
        ("2024年5月5日 10時15分", "ja", "2024-05-05T10:15:00+00:00"),
        ("Tue Jul 30 09:35:14 CEST 2019", "en", "2019-07-30T09:35:14+02:00"),
        ("2022-02-02 09:12:22 +0100", "en", "2022-02-02T09:12:22+01:00"),
        ("05.04.2024 - Güncelleme : 05.04.2024", "tr", "2024-04-05T00:00:00+00:00"),
    ],
)
def test_time_of_day_and_zone_are_read(raw, language, value):
    assert iso(raw, language) == value


@pytest.mark.parametrize(
    ("raw", "language", "day_first", "value"),
    [
        ("04/13/2024", "fr", None, "2024-04-13"),
        ("13/04/2024", "en-US", None, "2024-04-13"),
        ("03/04/2024", "en-US", None, "2024-03-04"),
        ("03/04/2024", "en-GB", None, "2024-04-03"),
        ("03/04/2024", "fr", None, "2024-04-03"),
        ("03/04/2024", "en-US", True, "2024-04-03"),
        ("03.04.2024", "en-US", None, "2024-04-03"),
        # The American reading, 5 October, would lie ahead of the fetch.
        ("10/05/2024", "en-US", None, "2024-05-10"),
    ],
)
def test_day_or_month_first_is_decided_by_evidence(raw, language, day_first, value):
    assert iso(raw, language, day_first=day_first) == f"{value}T00:00:00+00:00"


def test_times_without_a_zone_are_in_the_publishers():
    assert iso("2024-05-05T10:15:00", timezone="Africa/Kigali") == "2024-05-05T10:15:00+02:00"
    assert iso("2024-05-05T10:15:00", timezone="No/Where") == "2024-05-05T10:15:00+00:00"


@pytest.mark.parametrize(
    ("raw", "language", "value"),
    [
        ("3 hours ago", "en", "2024-05-14T09:00:00+00:00"),
        ("vor 3 Stunden", "de", "2024-05-14T09:00:00+00:00"),
        ("il y a 2 jours", "fr", "2024-05-12T00:00:00+00:00"),
        ("Yesterday at 10:15", "en", "2024-05-13T10:15:00+00:00"),
    ],
)
def test_relative_date_counts_from_the_fetch(raw, language, value):
    assert iso(raw, language) == value


def test_seconds_since_1970_count_only_in_machine_readable_fields():
    context = DateContext(fetched_at=NOW)
    assert read_date("1714557600", context) is None
    assert read_date("1714557600", context, machine=True).value == datetime(2024, 5, 1, 10, 0, tzinfo=UTC)
    assert read_date("1714557600000", context, machine=True).precision is DatePrecision.SECOND
    assert read_date("12", context, machine=True) is None


@given(st.text(max_size=200), st.sampled_from(["en", "de", "th", "ar", "xx", None]))
def test_reading_never_raises(raw, language):
    iso(raw, language)


@pytest.mark.parametrize(
    "raw", ["1" * 100_000, "1 " * 60, "a" * 119, "1.1.1." * 19, "May " * 30, "12:" * 40, "on at " * 20]
)
def test_long_adversarial_strings_take_no_time(raw):
    assert iso(raw) is None
