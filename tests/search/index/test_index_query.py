"""What queries find in an index."""

import pytest

from newsarchive.errors import SearchIndexError
from newsarchive.search.language.query import parse_query


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["old", "peace", "trade", "été", "北京"]),
        ("kigali", ["old", "peace"]),
        ("KAZURA peacekeeping", ["peace"]),
        ("peace", ["peace", "北京"]),
        ("peace*", ["peace", "北京"]),
        ("peacek*", ["peace"]),
        ('"free trade"', ["trade"]),
        ('"trade free"', []),
        ('"peacekeeping it"', []),  # over the end of a paragraph
        ('"gen kaz*"', []),  # a star in quotes is no operator
        ("elysee PRESIDENT", ["été"]),
        ("l'elysee", ["été"]),
        ("us", ["old"]),
        ("foo-bar", ["old"]),
        ("foo-b", []),
        ("foo-ba*", ["old"]),
        ("bar-foo", []),
        ("政府", ["北京"]),
        ("北京政府", []),
        ("京", ["北京"]),
        ("京市政*", ["北京"]),
        ("trade OR kigali", ["old", "peace", "trade"]),
        ("trade OR -kigali", ["trade", "été", "北京"]),
        ("-kigali", ["trade", "été", "北京"]),
        ("kigali -kazura", ["old"]),
        ("-kigali -trade", ["été", "北京"]),
        ("NOT (kigali OR trade)", ["été", "北京"]),
        ("NOT (trade AND tariffs)", ["old", "peace", "été", "北京"]),
        ("site:example", ["old", "peace", "trade", "北京"]),
        ("site:Great-Lakes", ["été"]),
        ("site:great*", ["été"]),
        ("site:great", []),
        ("-site:example", ["été"]),
        ("section:culture", ["été"]),
        ('section:"arts & culture"', ["été"]),
        ("author:muller", ["été"]),
        ('author:"francois muller"', ["été"]),
        ('author:"muller ann"', []),
        ("author:fran*", ["été"]),
        ("keyword:trade", ["été"]),
        ('keyword:"trade area"', []),
        ("lang:fr", ["été"]),
        ("lang:zh", ["北京"]),
        ("lang:zh-hant", ["北京"]),
        ("lang:zh-hans", []),
        ("headline:peace", ["peace"]),
        ("headline:kigali", ["old"]),
        ("headline:ETE", ["été"]),
        ("url:example.test", ["old", "peace", "trade", "北京"]),
        ("url:https://example.test/peace", ["peace"]),
        ("url:test/tra*", ["trade"]),
        ("since:2023-05-31 until:2023-05-31", ["trade"]),
        ("since:2023-06", ["été"]),
        ("until:2023-05", ["old", "peace", "trade"]),
        ("until:1969", ["old"]),
        ("since:0001 until:9999", ["old", "peace", "trade", "été"]),
        ("-until:9999", ["北京"]),
        ("kigali since:2023", ["peace"]),
    ],
)
def test_query_finds(find_news, query, expected):
    assert find_news(query) == expected


def test_wide_and_deep_queries_are_answered(find_news):
    assert find_news(" OR ".join(f"w{number}" for number in range(199)) + " OR kigali") == ["old", "peace"]
    assert find_news("peace (zzz OR " * 14 + "kazura" + ")" * 14) == ["peace"]
    assert find_news("-".join(["ab"] * 199)) == []


def ids(index, query):
    return list(index.article_ids(parse_query(query)))


def test_prefix_of_too_many_words_is_an_error_that_says_so(store, reader, index):
    store("a", " ".join(f"x ab{number}" for number in range(17_000)))
    index.catch_up(reader)
    assert len(ids(index, "ab*")) == 1
    assert len(ids(index, "x-ab1*")) == 1
    with pytest.raises(SearchIndexError, match="stands for too many words: write more letters"):
        ids(index, "x-ab*")
