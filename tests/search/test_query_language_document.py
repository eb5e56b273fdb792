"""Every example of docs/query-language.md, run."""

import functools
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from newsarchive.errors import QueryError
from newsarchive.model.article import Image, Link, LinkRel
from newsarchive.search.index.index_query import CANDIDATE_COUNT
from newsarchive.search.language.query import DEPTH, FIELD_NAMES, QUERY_LENGTH, TERM_COUNT, parse_query
from newsarchive.search.terms.analysis import TERM_LENGTH
from newsarchive.search.terms.near import NEAR_DISTANCE, NEAR_WORDS
from newsarchive.search.terms.stems import LANGUAGES

DOCUMENT = (Path(__file__).parents[2] / "docs" / "query-language.md").read_text(encoding="utf-8")


def tables() -> Iterator[list[dict[str, str]]]:
    for lines in re.findall(r"(?:^\|.*\|\n)+", DOCUMENT, re.MULTILINE):
        head, _, *rows = [
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in lines.replace("|\n", "\n").split("\n")[:-1]
        ]
        yield [dict(zip(head, row, strict=True)) for row in rows]


ROWS = [row for table in tables() for row in table]
FINDINGS = [(row["query"].strip("`"), row["finds"]) for row in ROWS if "finds" in row]
ERRORS = [(row["query"].strip("`"), int(row["at"]), row["error"]) for row in ROWS if "error" in row]


@pytest.fixture(scope="module")
def articles(shared_room):
    """The articles of the document, their headlines by number."""
    for site in ("lakes", "gazette"):
        shared_room.add_site(site)
    headlines = {}
    for row in ROWS:
        if "no." not in row:
            continue
        facts = dict(fact.split(": ", 1) for fact in row["facts"].split("; "))
        published = facts.get("published")
        links = [
            Link(url=f"https://other.example/{number}", text="Elsewhere", rel=LinkRel.RELATED)
            for number in range(int(facts.get("related", 0)))
        ]
        state = functools.partial(
            shared_room.store,
            row["no."],
            site=row["site"].strip("`"),
            url=f"https://{row['site'].strip('`')}.example/{row['no.']}",
            headline=row["headline"],
            article_section=facts.get("section"),
            keywords=tuple(facts["keywords"].split(", ")) if "keywords" in facts else (),
            authors=tuple(facts["authors"].split(", ")) if "authors" in facts else (),
            date_published=datetime.fromisoformat(f"{published}T12:00Z") if published else None,
            in_language=facts.get("language"),
            images=tuple(Image(url=f"/{number}.jpg") for number in range(int(facts.get("images", 0)))),
            related_links=tuple(links),
        )
        revisions = int(facts.get("revisions", 1))
        for number in range(1, revisions):
            state(f"State {number}.", at=number)
        state(row["text"], at=revisions)
        headlines[row["no."]] = row["headline"]
    return headlines


def test_document_has_examples():
    assert len(FINDINGS) > 40
    assert len(ERRORS) >= 10


@pytest.mark.parametrize(("query", "numbers"), FINDINGS)
def test_example_finds_what_the_document_says(articles, shared_room, query, numbers):
    expected = sorted(articles[number] for number in numbers.split(", ") if number)
    assert shared_room.find(query) == expected


@pytest.mark.parametrize(("query", "position", "message"), ERRORS)
def test_example_is_the_error_the_document_says(query, position, message):
    with pytest.raises(QueryError) as caught:
        parse_query(query)
    assert (caught.value.position, str(caught.value)) == (position, message)


def test_document_names_every_field():
    named = [row["field"].strip("`") for row in ROWS if row.get("field")]
    assert named == [f"{name}:" for name in FIELD_NAMES]
    overview = " ".join(row["write"] for row in ROWS if "write" in row)
    assert [name for name in FIELD_NAMES if f"{name}:" not in overview] == []


def test_document_names_every_language_with_a_stemmer():
    (named,) = re.findall(r"^There are stemmers for ([^.]*)\.", DOCUMENT, re.MULTILINE)
    assert sorted(re.split(r",\s+|\s+and\s+", named.lower())) == sorted(set(LANGUAGES.values()))


def test_document_gives_the_limits():
    assert [int(row["at most"]) for row in ROWS if "at most" in row] == [
        QUERY_LENGTH,
        TERM_COUNT,
        DEPTH,
        NEAR_DISTANCE,
        NEAR_WORDS,
        CANDIDATE_COUNT,
        TERM_LENGTH,
    ]
