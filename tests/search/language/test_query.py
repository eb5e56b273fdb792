from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.errors import QueryError
from newsarchive.search.language.query import DEPTH, QUERY_LENGTH, TERM_COUNT, parse_query
from newsarchive.search.language.syntax_tree import (
    And,
    Everything,
    Field,
    Not,
    Or,
    Published,
    Query,
    Words,
    wanted_words,
)

A, B, C, D = Words("a"), Words("b"), Words("c"), Words("d")


def day(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", Everything()),
        (" \t\u3000", Everything()),
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a OR b", Or((A, B))),
        ("a b OR c AND d", Or((And((A, B)), And((C, D))))),
        ("a (b OR c) d", And((A, Or((B, C)), D))),
        ("(a b) (c d)", And((A, B, C, D))),
        ("a OR (b OR c)", Or((A, B, C))),
        ("NOT a b", And((Not(A), B))),
        ("NOT (a b)", Not(And((A, B)))),
        ("NOT NOT a", A),
        ("a -b", And((A, Not(B)))),
        ('-"a b" -(c OR d)', And((Not(Words("a b")), Not(Or((C, D)))))),
        ("-site:a", Not(Words("a", Field.SITE))),
        ("a-b", Words("a-b")),
        ("--a", Words("--a")),
        ("a - b", And((A, B))),
        ("and or not", And((Words("and"), Words("or"), Words("not")))),
        ("ANDROID ORDER NOTE", And((Words("ANDROID"), Words("ORDER"), Words("NOTE")))),
        ('"a"OR"b"', Or((A, B))),
        ('"AND"', Words("AND")),
        ("Marks & Spencer …", And((Words("Marks"), Words("Spencer")))),
        ("“a b” c", And((Words("a b"), C))),
        ("peace*", Words("peace", is_prefix=True)),
        ("北*", Words("北", is_prefix=True)),
        ("author:kaz*", Words("kaz", Field.AUTHOR, is_prefix=True)),
        ('section:"Arts & Culture"', Words("Arts & Culture", Field.SECTION)),
        (
            "Headline:a KEYWORD:b lang:pt-BR",
            And((Words("a", Field.HEADLINE), Words("b", Field.KEYWORD), Words("pt-BR", Field.LANG))),
        ),
        ("url:https://example.org/post?s=1", Words("https://example.org/post?s=1", Field.URL)),
        ("10:30 12:", And((Words("10:30"), Words("12:")))),
        ("Ukraine: a", And((Words("Ukraine:"), A))),
        ("since:2023", Published(since=day(2023, 1, 1))),
        ("since:2023-05", Published(since=day(2023, 5, 1))),
        ("since:2023-5-7", Published(since=day(2023, 5, 7))),
        ("until:2023", Published(until=day(2024, 1, 1))),
        ("until:2023-12", Published(until=day(2024, 1, 1))),
        ("until:2024-02", Published(until=day(2024, 3, 1))),
        ('until:"2024-02-29"', Published(until=day(2024, 3, 1))),
        ("until:9999", Published()),
    ],
)
def test_query_reads_as(text, tree):
    assert parse_query(text) == tree


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("a (b", 2, "this parenthesis is not closed"),
        ("a (b (c) ", 2, "this parenthesis is not closed"),
        ("a b)", 3, "no parenthesis is open here"),
        ("a () b", 3, "a word is missing in front of this )"),
        ("(a OR) b", 5, "a word is missing in front of this )"),
        ("OR a", 0, "a word is missing in front of this OR"),
        ("a AND OR b", 6, "a word is missing in front of this OR"),
        ("a OR ", 5, "the query ends where a word should follow"),
        ("a NOT", 5, "the query ends where a word should follow"),
        ('a "b c', 2, "this quote is not closed"),
        ('a site:"b', 7, "this quote is not closed"),
        ("a “b", 2, "this quote is not closed"),
        ("a site:", 2, 'site: needs a word or a "quoted value" right after the colon'),
        ("section: sport", 0, 'section: needs a word or a "quoted value" right after the colon'),
        ("site:(a OR b)", 0, 'site: needs a word or a "quoted value" right after the colon'),
        (
            "é sit:a",
            2,
            'no field is called sit: (did you mean site:); put the word in "quotes" to search for it as it is',
        ),
        ("since:2023-13", 6, "'2023-13' is no date; write a year, a month or a day, like 2023, 2023-05 or 2023-05-17"),
        (
            "a until:2023-02-30",
            8,
            "'2023-02-30' is no date; write a year, a month or a day, like 2023, 2023-05 or 2023-05-17",
        ),
        (
            "since:yesterday",
            6,
            "'yesterday' is no date; write a year, a month or a day, like 2023, 2023-05 or 2023-05-17",
        ),
        ("since:0000", 6, "'0000' is no date; write a year, a month or a day, like 2023, 2023-05 or 2023-05-17"),
        ("&", 0, "there is no letter and no digit in this to search for"),
        ("a OR …", 5, "there is no letter and no digit in this to search for"),
        ('a site:"-"', 7, "there is no letter and no digit in this to search for"),
        ("a b*c", 3, "a * can only stand at the end of a word"),
        ("a p*", 3, "a * needs at least 2 letters in front of it"),
        ("*", 0, "a * needs at least 2 letters in front of it"),
        ("site:*", 5, "a * needs at least 2 letters in front of it"),
    ],
)
def test_error_points_at_the_character(text, position, message):
    with pytest.raises(QueryError) as caught:
        parse_query(text)
    assert str(caught.value) == message
    assert (caught.value.position, caught.value.query) == (position, text)


def test_unknown_field_far_from_all_names_them():
    with pytest.raises(
        QueryError, match=r"no field is called http: \(there are site:, section:, .*since:, until:, published:\)"
    ):
        parse_query("http://example.org")


def test_limits_are_errors():
    at_limit = "a " * (QUERY_LENGTH // 2)
    assert len(at_limit) == QUERY_LENGTH
    with pytest.raises(
        QueryError, match=f"asks for {TERM_COUNT + 1} words; {TERM_COUNT} are allowed|asks for 1000 words"
    ):
        parse_query(at_limit)
    with pytest.raises(QueryError, match="2,001 characters; 2,000 are allowed") as caught:
        parse_query("a" * (QUERY_LENGTH + 1))
    assert caught.value.position == QUERY_LENGTH
    parse_query("a " * TERM_COUNT)
    parse_query("-".join("a" * TERM_COUNT))
    with pytest.raises(QueryError, match="are allowed"):
        parse_query("-".join("a" * (TERM_COUNT + 1)))


def test_only_real_nesting_counts_as_depth():
    assert parse_query("(" * 999 + "a" + ")" * 999) == A

    def nested(levels):
        return "a (b OR " * (levels // 2) + "c" + ")" * (levels // 2)

    parse_query(nested(DEPTH))
    with pytest.raises(QueryError, match=f"nested more than {DEPTH} deep"):
        parse_query(nested(DEPTH + 2))


def test_wanted_words_leave_out_what_is_negated():
    query = parse_query('a -b ("c d" OR NOT e) site:f since:2023')
    assert list(wanted_words(query)) == [A, Words("c d"), Words("f", Field.SITE)]


PIECES = st.sampled_from(
    [
        "AND",
        "OR",
        "NOT",
        "-",
        "(",
        ")",
        '"',
        "“",
        "”",
        "*",
        "a",
        "é",
        "北京",
        "site:",
        "foo:",
        "since:",
        "until:2023-0",
        ":",
        " ",
        "&",
        "\ud800",
        "\0",
    ]
)


@given(
    st.one_of(
        st.text(max_size=40), st.lists(PIECES, max_size=25).map("".join), st.lists(PIECES, max_size=25).map(" ".join)
    )
)
def test_any_text_gives_a_tree_or_a_query_error(text):
    try:
        query = parse_query(text)
    except QueryError as error:
        assert 0 <= error.position <= len(text)
        assert "\n" not in str(error)
    else:
        assert isinstance(query, Query)
