"""``newsarchive changes`` and the revisions that ``newsarchive show`` tells of."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.archive.database import Database
from newsarchive.archive.revisions.comparison import content_digest
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.model.article import Article, Block, BlockKind
from newsarchive.model.capture import CaptureReference
from newsarchive.model.crawl_run import LedgerEntry, ResourceKind
from newsarchive.model.revision import Candidate
from newsarchive.model.site import Site

START = datetime(2024, 5, 3, 10, tzinfo=UTC)
LEDE = "The crane at the harbor fell over on Friday."


@pytest.fixture
def told(tmp_path):
    """A home with two articles: one was edited twice, the other once, and read once more by another parser."""
    with Database.open(tmp_path / "archive.db", create=True) as database:
        writer = ArchiveWriter(database)
        writer.add_site(Site(name="example", home_url="https://www.example.com/", added_at=START))
        run = writer.begin_run("example", "site", {}, START)

        def store(slug, hours, headline, *texts, published=START, parser="generic/1"):
            url = f"https://www.example.com/{slug}"
            article = Article(
                url=url,
                canonical_url=url,
                site="example",
                headline=headline,
                blocks=tuple(Block(kind=BlockKind.PARAGRAPH, text=text) for text in texts),
                date_published=published,
                parser_version=parser,
            )
            now = START + timedelta(hours=hours)
            reference = CaptureReference(warc_file="a", warc_offset=int(hours), digest=None, fetched_at=now, status=200)
            candidate = Candidate(
                article=article,
                content_digest=content_digest(article),
                capture=reference,
                requested_url=url,
                run_id=run,
            )
            entry = LedgerEntry(run_id=run, url=url, kind=ResourceKind.PAGE, queued_at=now)
            writer.store(Batch(pages=((candidate, entry),)))

        store("crane", 1, "Crane falls", LEDE, "One man was hurt.")
        store("ferry", 2, "Ferry late", "The ferry is late.")
        store("crane", 24, "Crane falls", LEDE, "Nobody was hurt.")
        store("crane", 48, "=Crane falls, nobody hurt", LEDE, published=START + timedelta(days=1))
        store("ferry", 72, "Ferry late", "The ferry is on time.")
        store("ferry", 72, "Ferry late", "The ferry is on time.", "Photo: Lee", parser="generic/2")
    return tmp_path


def records(result):
    assert result.code == 0, result.err
    return [json.loads(line) for line in result.out.splitlines()]


def test_changes_are_listed_newest_first_with_what_changed(newsarchive, told):
    result = newsarchive("changes", home=told)
    assert result.out == (
        "Ferry late\n"
        "  2024-05-06 10:00 UTC · example · 72.0 hours after publication · read by another parser: may be no edit\n"
        "  paragraphs: 1 added, 1 rewritten; words: +4 -1\n"
        "  newsarchive show 2 --diff 1 3\n"
        "\n"
        "=Crane falls, nobody hurt\n"
        "  2024-05-05 10:00 UTC · example · 48.0 hours after publication\n"
        "  - Crane falls\n"
        "  + =Crane falls, nobody hurt\n"
        "  - 2024-05-03 10:00 UTC\n"
        "  + 2024-05-04 10:00 UTC\n"
        "  paragraphs: 1 removed; words: +0 -3\n"
        "  newsarchive show 1 --diff 2 3\n"
        "\n"
        "Crane falls\n"
        "  2024-05-04 10:00 UTC · example · 24.0 hours after publication\n"
        "  paragraphs: 1 rewritten; words: +1 -2\n"
        "  newsarchive show 1 --diff 1 2\n"
        "\n"
    )
    assert result.err == "3 changes\n"


def test_changes_are_data_in_both_forms(newsarchive, told):
    listed = records(newsarchive("changes", "--order", "oldest", "--json", home=told))
    assert [(record["id"], record["from_revision"], record["to_revision"]) for record in listed] == [
        (1, 1, 2),
        (1, 2, 3),
        (2, 1, 3),
    ]
    assert listed[1]["kinds"] == ["headline", "date_published", "paragraphs_removed"]
    rows = list(csv.DictReader(io.StringIO(newsarchive("changes", "--order", "oldest", "--csv", home=told).out)))
    assert [row["hours_after_publication"] for row in rows] == ["24.0", "48.0", "72.0"]
    assert rows[1]["kinds"] == "headline; date_published; paragraphs_removed"
    assert rows[1]["headline"] == "'=Crane falls, nobody hurt"


def test_changes_can_be_chosen_by_query_day_kind_and_number(newsarchive, told):
    def chosen(*options):
        return [(r["id"], r["to_revision"]) for r in records(newsarchive("changes", *options, "--json", home=told))]

    assert chosen("crane") == [(1, 3), (1, 2)]
    assert chosen("no-such-word") == []
    assert chosen("--since", "2024-05-05") == [(2, 3), (1, 3)]
    assert chosen("--until", "2024-05-04") == [(1, 2)]
    assert chosen("--since", "2024-05", "--until", "2024") == [(2, 3), (1, 3), (1, 2)]
    assert chosen("--kind", "headline") == chosen("--kind", "date") == [(1, 3)]
    assert chosen("--kind", "paragraphs_removed", "--kind", "paragraphs_added") == [(2, 3), (1, 3)]
    assert chosen("--kind", "body", "-n", "1") == [(2, 3)]
    assert chosen("ferry", "--rereadings") == [(2, 3), (2, 3)]


def test_no_change_is_said(newsarchive, crawled):
    result = newsarchive("changes", home=crawled)
    assert (result.code, result.out) == (0, "")
    assert "no change found" in result.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["changes", "--kind", "mood"], "--kind: 'mood' is none of body, date, section, "),
        (["changes", "--since", "yesterday"], "--since: 'yesterday' is not a date like 2023-05-17, 2023-05 or 2023"),
        (["changes", "--until", "2023-13"], "--until: '2023-13' is not a date"),
        (["changes", "(crane"], "this parenthesis is not closed"),
        (["show", "1", "--as-of", "10:00"], "--as-of: '10:00' is not a time like 2023-05-17T10:00, nor a date"),
        (["show", "1", "--as-of", "2023-05-17T25:00"], "is not a time like"),
        (["show", "1", "2"], "2 after the article is for --diff: --revision 2 shows that revision"),
        (["show", "1", "--diff", "2"], "--diff compares two revisions, like --diff 1 3"),
        (["show", "1", "--diff", "1", "2", "3"], "--diff compares two revisions, like --diff 1 3"),
        (["show", "1", "--diff", "1", "2", "--revision", "3"], "give one of them"),
        (["show", "1", "--as-of", "2024", "--revision", "3"], "give one of them"),
        (["show", "1", "--csv"], "--csv is for the list of --revisions"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_exit_code_2(newsarchive, told, arguments, said):
    result = newsarchive(*arguments, home=told)
    assert (result.code, result.out) == (2, "")
    assert said in result.err.splitlines()[0]


@pytest.mark.parametrize(
    ("as_of", "revision"),
    [
        ("2024", 3),
        ("2024-05-03", 1),
        ("2024-05-04", 2),
        ("2024-05-04T09:59", 1),
        ("2024-05-04T10:00", 2),
        ("2024-05-04T12:00+02:00", 2),
        ("2024-05-04 10:00:00", 2),
        ("2024-05-05T09:59:59", 2),
        ("2030-01", 3),
    ],
)
def test_an_article_is_shown_as_it_was_at_the_end_of_a_period(newsarchive, told, as_of, revision):
    (record,) = records(newsarchive("show", "1", "--as-of", as_of, "--json", home=told))
    assert record["revision"] == revision


def test_before_it_was_seen_there_is_nothing_to_show(newsarchive, told):
    result = newsarchive("show", "1", "--as-of", "2024-05-03T10:30", home=told)
    assert result.code == 1
    assert "article 1 was not seen by 2024-05-03 10:30: first on 2024-05-03 11:00 UTC" in result.err


def test_diff_compares_with_the_one_before_or_any_two(newsarchive, told):
    def compared(*options):
        (record,) = records(newsarchive("show", "1", "--diff", *options, "--json", home=told))
        return record["from"], record["to"]

    assert compared() == (2, 3)
    assert compared("1", "3") == (1, 3)
    assert compared("3", "1") == (3, 1)
    assert compared("--revision", "2") == (1, 2)
    assert compared("--as-of", "2024-05-04") == (1, 2)
    first = newsarchive("show", "1", "--diff", "--revision", "1", home=told)
    assert (first.code, "is the first: nothing to compare" in first.err) == (1, True)
    assert "article 1 has no revision 9" in newsarchive("show", "1", "--diff", "1", "9", home=told).err


def test_all_revisions_are_listed_with_what_changed(newsarchive, told):
    table = newsarchive("show", "1", "--revisions", home=told).out.splitlines()
    assert table[0].split() == ["revision", "seen", "UTC", "words", "+", "words", "-", "changed", "digest", "headline"]
    cells = [re.split(r"\s{2,}", line.strip()) for line in table[1:]]
    assert [row[:-2] + row[-1:] for row in cells] == [
        ["1", "2024-05-03 11:00", "first seen", "Crane falls"],
        ["2", "2024-05-04 10:00", "1", "2", "text", "Crane falls"],
        ["3", "2024-05-05 10:00", "0", "3", "headline, date published, text", "=Crane falls, nobody hurt"],
    ]
    assert all(re.fullmatch("[0-9a-f]{12}", row[-2]) for row in cells)
    listed = records(newsarchive("show", "2", "--revisions", "--json", home=told))
    assert [(r["revision"], r["is_latest"], r["kinds"], r["is_rereading"]) for r in listed] == [
        (1, False, [], False),
        (2, False, ["paragraphs_rewritten"], False),
        (3, True, ["paragraphs_added"], True),
    ]
    rows = list(csv.DictReader(io.StringIO(newsarchive("show", "2", "--revisions", "--csv", home=told).out)))
    assert [row["words_added"] for row in rows] == ["", "2", "2"]


def test_show_points_at_the_revisions_there_are(newsarchive, told):
    assert newsarchive("show", "1", home=told).err == "3 revisions: newsarchive show 1 --revisions\n"
