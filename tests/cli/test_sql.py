"""``newsarchive sql`` as it is typed."""

import csv
import io
import json

import pytest

from newsarchive.archive.views import views


def test_a_select_is_a_table_csv_or_json(newsarchive, crawled):
    statement = "SELECT site, count(*) AS articles FROM articles GROUP BY site"
    table = newsarchive("sql", statement, home=crawled)
    assert table.code == 0
    assert table.out.splitlines()[0].split() == ["site", "articles"]
    (record,) = map(json.loads, newsarchive("sql", statement, "--json", home=crawled).out.splitlines())
    (row,) = csv.DictReader(io.StringIO(newsarchive("sql", statement, "--csv", home=crawled).out))
    assert {**row, "articles": int(row["articles"])} == record
    assert record["site"] == "sample"
    assert record["articles"] > 40
    assert table.out.splitlines()[1].split() == ["sample", str(record["articles"])]


def test_rows_beyond_the_limit_are_named_on_stderr(newsarchive, crawled):
    cut = newsarchive("sql", "SELECT id FROM articles ORDER BY id", "--limit", "2", "--csv", home=crawled)
    assert cut.out.split() == ["id", "1", "2"]
    assert "only the first 2 rows; more with --limit" in cut.err
    whole = newsarchive("sql", "SELECT id FROM articles LIMIT 2", "--limit", "2", "--csv", home=crawled)
    assert whole.err == ""


def test_the_statement_can_come_from_stdin(command, crawled):
    result = command("sql", "-", "--csv", home=crawled, stdin="SELECT 'ö' AS letter -- from a file\n")
    assert (result.code, result.out) == (0, "letter\nö\n")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM article", "only a SELECT can be run here"),
        ("SELECT nothing_of_this FROM articles", "no such column: nothing_of_this"),
        ("SELECT 1; SELECT 2", "one statement at a time"),
        ("", "there is no statement"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(newsarchive, crawled, statement, said):
    result = newsarchive("sql", statement, home=crawled)
    assert (result.code, result.out) == (2, "")
    assert said in result.err
    assert result.err.count("\n") == 1


def test_without_a_statement_the_schema_is_offered(newsarchive, crawled):
    assert "--schema" in newsarchive("sql", home=crawled).err


def test_the_schema_names_every_column(newsarchive, tmp_path):
    shown = newsarchive("sql", "--schema", home=tmp_path)
    assert shown.code == 0
    records = [json.loads(line) for line in newsarchive("sql", "--schema", "--json", home=tmp_path).out.splitlines()]
    assert [(r["view"], r["column"]) for r in records] == [(v.name, c.name) for v in views() for c in v.columns]
    assert all(f"  {record['column']} " in shown.out for record in records)


def test_cells_that_a_spreadsheet_would_run_are_defused_numbers_are_not(newsarchive, crawled):
    statement = "SELECT '=1+1' AS a, -1 AS b, NULL AS c"
    assert newsarchive("sql", statement, "--csv", home=crawled).out == "a,b,c\r\n'=1+1,-1,\r\n"
    assert newsarchive("sql", statement, "--csv", "--formulas", home=crawled).out == "a,b,c\r\n=1+1,-1,\r\n"


def test_a_text_with_line_breaks_stays_a_line_of_the_table(newsarchive, crawled):
    table = newsarchive("sql", "SELECT article_body FROM articles LIMIT 3", home=crawled)
    assert len(table.out.splitlines()) == 4


@pytest.mark.slow
def test_a_call_that_nothing_can_stop_is_ended_with_the_program(command, crawled):
    endless = "SELECT instr(hex(zeroblob(30000000)), hex(zeroblob(10000000)) || 'x')"
    result = command("sql", endless, "--timeout", "0.5", home=crawled)
    assert result.code == 2
    assert result.err == (
        "newsarchive: the statement took more than 0.5 seconds: let it read less, or give it more with --timeout\n"
    )
