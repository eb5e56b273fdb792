import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.export.package.composition import months_between
from newsarchive.export.package.markdown import code, escaped, share, table


@pytest.fixture
def sheet(make_package, tmp_path):
    """The datasheet of a package."""

    def make(*records, **options):
        make_package(*records, **options)
        return (tmp_path / "package/datasheet.md").read_text(encoding="utf-8")

    return make


def test_query_and_how_it_was_read_are_there(sheet):
    text = sheet(query='ferry "free trade"', reading="with “ferry” in the text", collapse=True, limit=5)
    assert '    ferry "free trade"\n' in text
    assert "Read as: articles with “ferry” in the text." in text
    assert "Of near-copies only the earliest known is here." in text
    assert "the first 5 records" in text


def test_shares_are_of_what_the_archive_holds_in_the_same_month(sheet, record, covered):
    text = sheet(
        record(1),
        record(2, date_published="2023-07-01T00:00:00Z"),
        query="ferry",
        coverage=(covered(articles={"2023-05": 10, "2023-06": 4, "2023-07": 3}),),
    )
    assert "| 2023-05 | 1 | 10 | 10 % |\n| 2023-06 | 0 | 4 | 0 % |\n| 2023-07 | 1 | 3 | 33 % |" in text
    assert "**Months without an article**: 1, 2023-06." in text


def test_sites_have_columns_of_their_own_if_they_are_few(sheet, record, covered):
    text = sheet(record(1), record(2, site="alpha"), coverage=(covered("alpha"), covered()))
    assert "| month | articles | in the archive | share | alpha | example |" in text
    many = [record(number, site=f"s{number}") for number in range(1, 8)]
    text = sheet(*many, coverage=tuple(covered(f"s{number}") for number in range(1, 8)), force=True)
    assert "| month | articles | in the archive | share |\n" in text


def test_long_spans_are_told_by_year_and_empty_ones_together(sheet, record):
    text = sheet(record(1, date_published="2003-01-01T00:00:00Z"), record(2))
    assert "### By year of publication" in text
    assert re.search(r"\| 2003 \| 1 \|.*\n\| 2004 to 2022 \| 0 \|.*\n\| 2023 \| 1 \|", text)


def test_sites_without_a_hit_are_named(sheet, covered):
    text = sheet(query="ferry", coverage=(covered(), covered("lakes"), covered("unused", articles={})))
    assert "The archive also holds articles of 1 other site, of which none is here: lakes." in text


def test_of_very_many_sites_the_largest_are_shown(sheet, record, covered):
    names = [f"s{number:03}" for number in range(200)]
    records = [record(number + 1, site=name) for number, name in enumerate([*names, "s150", "s199", "s199"])]
    text = sheet(*records, coverage=tuple(covered(name, never_had=1) for name in names))
    assert "These are the largest of 200; all are in [sites.csv](sites.csv)." in text
    assert text.count("| s150 |") == 3  # by site, crawls, outcomes
    assert text.count("| s199 |") == 3
    assert "| s190 |" not in text
    assert "**Pages never had**: 200 addresses of 200 sites;" in text
    assert len(text) < 20_000


def test_gaps_of_the_crawl_are_told(sheet, record, covered):
    text = sheet(
        record(1, date_published=None, article_body="", blocks=[], is_accessible_for_free=False),
        record(2),
        coverage=(
            covered(
                days=(date(2023, 5, 1), date(2023, 5, 20), date(2023, 5, 22)),
                endings={"finished": 2, "stopped (max-pages)": 1},
                limits={"since 2023-01-01": 2},
                never_had=3,
                pages={("new", None): 2, ("blocked", "http-403"): 2, ("failed", "dns"): 1},
                first_run_at=datetime(2023, 5, 1, tzinfo=UTC),
            ),
        ),
    )
    for gap in (
        "**No date**: 1 of 2 articles (50 %)",
        "**Before the first crawl of a site**",
        "**Days without a crawl**, the longest first: example 2023-05-02 to 2023-05-19 (18 days).",
        "**Pages never had**: 3 addresses of 1 site;",
        "**Crawls that did not reach their end**: stopped (max-pages): 1.",
        "**Crawls limited by who ran them**: since 2023-01-01: 2.",
        "**No text**: 1 record without running text",
        "**Paywalls**: of 1 article",
    ):
        assert gap in text
    assert "| example | blocked | http-403 | 2 |\n| example | failed | dns | 1 |" in text


def test_a_query_for_dates_says_what_it_cannot_find(sheet):
    assert "articles without one cannot be among what it finds" in sheet(query="ferry since:2023")
    assert "articles without one cannot be among what it finds" not in sheet(query="ferry", force=True)


def test_parsers_and_near_copies_and_dates_without_time_are_told(sheet, record):
    text = sheet(
        record(1, cluster_id=1, revision_count=3),
        record(2, cluster_id=1, parser_version="example/2+1", date_precision="day"),
    )
    assert "| `example/2+1` | 1 | 50 % |" in text
    assert "1 of 2 articles have a date without a time" in text
    assert "Near-copies counted once, there are 1." in text
    assert "1 article changed after being first seen." in text


def test_every_field_is_explained(sheet, record):
    text = sheet()
    for name in record(1):
        assert f"| `{name}` | " in text
    assert "members below" not in text
    assert "members: `kind`, `text`" in text


def test_text_of_strangers_is_no_markup(sheet, record, covered):
    evil = "A | b <script>alert(1)</script> [x](javascript:1) `c`\n# head ![i](http://t)"
    text = sheet(
        record(1, in_language="<b>|</b>"),
        coverage=(covered(title=evil, home_url="https://example.org/|<b>"),),
        about={"title": "# T ``` <!-- x"},
    )
    head, _, text = re.split("````(?:bibtex)?\n", text)
    assert head.startswith("# \\# T \\`\\`\\` \\<!-- x\n")
    assert "<script>" not in text
    assert not re.search(r"(?<!\\)<b>", text)
    assert "](javascript" not in text.replace("\\]", "")
    rows = [line for line in text.splitlines() if line.startswith("| example")]
    widths = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
    assert widths <= {9, 10, 11, 5}  # as the headings of the tables, whatever the cells say


def test_of_what_was_not_said_it_says_so(sheet):
    text = sheet()
    assert "not stated by the author" in text
    assert "*Not stated. For which question" in text
    text = sheet(about={"description": "To learn **why**.", "creators": ("Doe, Jane",), "license": "MIT"}, force=True)
    assert "To learn **why**." in text
    assert "*Not stated. For" not in text
    assert "| by | Jane Doe |" in text
    assert "author = {Doe, Jane}" in text


@given(st.text(max_size=60))
def test_escaped_text_is_one_line_without_markup(text):
    line = escaped(text)
    assert "\n" not in line
    assert not re.search(r"(?<!\\)(?:\\\\)*[|<>`\[\]*_]", line)


@given(st.text(max_size=60))
def test_code_is_closed_by_a_fence_that_is_not_in_it(text):
    shown = code(text)
    fence = re.match("`*", shown)[0]
    assert "\n" not in shown
    if fence:
        assert shown.endswith(fence)
        assert fence not in re.split("[^`]+", shown[len(fence) : -len(fence)])


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_share_is_none_or_all_only_if_it_is(part, whole):
    part, whole = sorted((part, whole))
    shown = share(part, whole)
    assert (shown == "0 %") == (part == 0 and whole > 0)
    assert (shown == "100 %") == (part == whole > 0)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_months_between_are_all_of_them(first, last):
    first, last = sorted((f"{first:%Y-%m}", f"{last:%Y-%m}"))
    months = months_between(first, last)
    assert (months[0], months[-1]) == (first, last)
    assert months == sorted(set(months))
    assert len(months) == 12 * (int(last[:4]) - int(first[:4])) + int(last[5:]) - int(first[5:]) + 1


def test_table_has_as_many_cells_as_headings():
    assert (
        table(("a", "b"), [("x", 1234), (None, 0)], right=("b",))
        == "| a | b |\n| --- | ---: |\n| x | 1,234 |\n|  | 0 |"
    )
