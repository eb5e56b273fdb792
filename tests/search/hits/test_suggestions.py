import pytest

from newsarchive.search.hits.searcher import Searcher
from newsarchive.search.hits.suggestions import NAME_LENGTH, suggestions
from newsarchive.search.language.query import parse_query


@pytest.fixture(scope="module")
def searcher(shared_room):
    shared_room.store("a", "Peace in Kigali.", article_section="International News", authors=("Aline Mukamana",))
    shared_room.store(
        "b", "More.", site="great-lakes", article_section="Arts & “Culture”", authors=("François Müller",)
    )
    shared_room.add_site("empty-site")
    shared_room.index.catch_up(shared_room.reader)
    return Searcher(shared_room.reader, shared_room.index)


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("site:exmaple", "site:example"),
        ("peace SITE:exmaple", "peace SITE:example"),
        ('site:"great laks" peace', "site:great-lakes peace"),
        ("section:intrenational", "section:International"),
        ('section:"internatonal news" -war', 'section:"International News" -war'),
        ("section:“arts culure”", 'section:"Arts & Culture"'),
        ("author:mukamna", "author:Mukamana"),
        ("author:muler", "author:Müller"),
        ('author:"alin mukamana" site:exampel', 'author:"Aline Mukamana" site:example'),
        ("(site:exmaple OR site:exmaples) zzz", "(site:example OR site:example) zzz"),
    ],
)
def test_nearest_name_is_suggested(searcher, query, meant):
    result = searcher.search(query)
    assert (result.total, result.suggestions) == (0, (meant,))
    parse_query(meant)


@pytest.mark.parametrize(
    "query",
    [
        "zzz",
        "site:qqqqqq",
        "site:empty-site",  # there is such a site, without articles
        "site:example zzz",
        "-site:exmaple zzz",
        "site:exma*",
        "keyword:exmaple",
        f"site:{'exmaple' * NAME_LENGTH}",
    ],
)
def test_nothing_is_suggested_where_nothing_is_misspelled(searcher, query):
    assert searcher.search(query).suggestions == ()


def test_nothing_is_suggested_where_something_is_found(searcher):
    result = searcher.search("site:exmaple OR kigali")
    assert (result.total, result.suggestions) == (1, ())


def test_part_of_a_longer_value_is_left_as_it_is(shared_room, searcher):
    text = "section:exm section:exmaple"
    meant = suggestions(shared_room.index, parse_query("section:exm"), text, ())
    assert all("section:exmaple" in query for query in meant)
