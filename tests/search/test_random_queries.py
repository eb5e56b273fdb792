"""Queries nobody thought of: each gives results or a clear error, and finds what its syntax tree means.

What a tree means is told a second time here, article by article and without an index.
"""

import itertools
import random
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
import regex

from newsarchive.errors import QueryError, SearchIndexError
from newsarchive.model.article import Article, Image, Link, LinkRel
from newsarchive.search.hits.searcher import Searcher
from newsarchive.search.language.query import parse_query
from newsarchive.search.language.syntax_tree import (
    And,
    Everything,
    Feature,
    Field,
    Has,
    InCluster,
    Not,
    Or,
    Published,
    Stem,
    Undated,
    Words,
)
from newsarchive.search.terms.analysis import terms
from newsarchive.search.terms.stems import LANGUAGES, beginning, stems

ARTICLES = 60
WORDS = (
    *("peace", "Peace", "PEACE", "peaceful", "trade", "Trade", "trades", "trading", "free", "us", "US", "U.S.", "Us"),
    *("élection", "Elections", "elected", "Élue", "été", "ete", "Ete", "foo-bar", "foo", "bar", "Foo-Bar", "2023"),
    *("北京", "北京市", "政府", "市", "ガス", "서울에서", "Москва", "москвы", "ёлка", "كتاب", "الكتاب", "أخر", "आगे"),
    *("membuat", "buat", "don’t", "ﬁn", "½", "co\u00adop", "Größe", "größen", "İzmir", "e\u0301te\u0301", "ประเทศ"),
)
LANGUAGE_CODES = ("en", "en-GB", "fr", "de", "ru", "ar", "id", "zh-Hant", "tlh", None)
SITES = ("example", "great-lakes")
FIRST_DAY = datetime(2022, 11, 20, tzinfo=UTC)


# Articles


def text(chance: random.Random, most: int) -> str:
    return chance.choice((" ", " ", ", ")).join(chance.choice(WORDS) for _ in range(chance.randint(1, most)))


def fill(store) -> None:
    chance = random.Random(1)
    for number in range(ARTICLES):
        fields = {
            "headline": text(chance, 4),
            "description": text(chance, 5) if chance.random() < 0.3 else None,
            "article_section": text(chance, 2) if chance.random() < 0.5 else None,
            "authors": tuple(text(chance, 2) for _ in range(chance.randint(0, 2))),
            "keywords": tuple(text(chance, 2) for _ in range(chance.randint(0, 2))),
            "in_language": chance.choice(LANGUAGE_CODES),
            "images": (Image(url="/a.jpg"),) if chance.random() < 0.5 else (),
        }
        if chance.random() < 0.5:
            fields["related_links"] = (Link(url="/a", text="a", rel=chance.choice(list(LinkRel))),)
        if chance.random() < 0.8:
            fields["date_published"] = FIRST_DAY + timedelta(hours=chance.randint(0, 24 * 60))
        site = chance.choice(SITES)
        for revision in range(1 + (chance.random() < 0.3)):
            blocks = [text(chance, 8) for _ in range(chance.randint(0, 3))]
            store(f"n{number}", *blocks, site=site, at=revision, **fields)


@pytest.fixture(scope="module")
def revisions(shared_room):
    fill(shared_room.store)
    shared_room.index.catch_up(shared_room.reader)
    return list(shared_room.reader.latest(range(1, ARTICLES + 1)))


# Queries


def query(chance: random.Random, depth: int = 3) -> str:
    kind = chance.random()
    if depth and kind < 0.5:
        left, right = query(chance, depth - 1), query(chance, depth - 1)
        return chance.choice((f"{left} {right}", f"{left} AND {right}", f"{left} OR {right}", f"({left}) {right}"))
    if depth and kind < 0.65:
        return chance.choice(("-", "NOT ")) + f"({query(chance, depth - 1)})"
    return leaf(chance)


def leaf(chance: random.Random) -> str:
    word = chance.choice(WORDS)
    if chance.random() < 0.3:
        word = word.lower()
    phrase = text(chance, 3)
    field = chance.choice(list(Field))
    value = chance.choice((word, f'"{phrase}"', f"{word[:3]}*"))
    if field is Field.SITE:
        value = chance.choice((*SITES, "great*", "Great-Lakes"))
    if field is Field.LANG:
        value = chance.choice((*(code for code in LANGUAGE_CODES if code), "zh", "e*", "en*"))
    day = (FIRST_DAY + timedelta(days=chance.randint(-5, 65))).date().isoformat()
    later = (FIRST_DAY + timedelta(days=chance.randint(-5, 65))).date().isoformat()
    date = day[: chance.choice((4, 7, 10))]
    return chance.choice(
        (
            *(word, word, f'"{phrase}"', f"“{phrase}”", f"{word[:3]}*", f"-{word}"),
            *(f"={word}", f'="{phrase}"', f'"{phrase}"~{chance.randint(0, 9)}', f"stem:{word}", f"stem:{word.lower()}"),
            *(f"{field}:{value}", f"{field}:{value}", f'{field}:"{phrase}"~{chance.randint(0, 3)}'),
            *(f"since:{date}", f"until:{date}", f"published:{date}", f"published:{day}..{later}", f"published:{day}.."),
            *(f"published:..{date}", "published:unknown", f"cluster:{chance.randint(0, ARTICLES)}"),
            *("has:image", "has:related", "is:revised", "has:nothing", "nofield:a"),
        )
    )


NOISE = (
    *"()\"“”*~=-:.&^\\[]{}/+!?|<>'’\x00\x1f\n\ud800\U0001f600",
    *("AND", "OR", "NOT", '"~', '"~5', "~99999999999", "=*", '="', "::", "..", "stem:", "cluster:9999999999999999999"),
    *("has:", "published:", "published:..", "since:9999-12-31", "site:*", "TO", "IN [a]", "a*b", "/.*/", "body:=x"),
)


def noise(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.3:
        return bytes(chance.randrange(256) for _ in range(chance.randint(0, 60))).decode("utf-8", "surrogateescape")
    if kind < 0.6:
        pieces = [chance.choice((*NOISE, *WORDS)) for _ in range(chance.randint(1, 25))]
        return chance.choice(("", " ")).join(pieces)
    asked = list(query(chance))
    for _ in range(chance.randint(1, 4)):  # a query with some strokes of the key that went wrong
        place = chance.randint(0, len(asked))
        asked[place : place + chance.randint(0, 3)] = chance.choice(NOISE)
    return "".join(asked)


# What a query means


class Told:
    """What is known of one article, and whether it is what a query asks for."""

    def __init__(self, revision):
        self.revision = revision
        self.article: Article = revision.article
        article = self.article
        blocks = [block.text for block in article.blocks]
        self.texts = {
            None: [[article.headline, article.alternative_headline], [article.description], blocks],
            Field.HEADLINE: [[article.headline, article.alternative_headline]],
            Field.BODY: [blocks],
            Field.SECTION: [[article.article_section]],
            Field.AUTHOR: [article.authors],
            Field.KEYWORD: [article.keywords],
            Field.URL: [[article.canonical_url]],
        }
        self.words = {word for texts in self.texts[None] for part in texts if part for word in written(part)}

    def meets(self, asked) -> bool:
        match asked:
            case Everything():
                return True
            case And(operands):
                return all(map(self.meets, operands))
            case Or(operands):
                return any(map(self.meets, operands))
            case Not(operand):
                return not self.meets(operand)
            case Words(text, Field.SITE | Field.LANG as field, is_prefix):
                return any(name.startswith(key(text)) if is_prefix else name == key(text) for name in self.names(field))
            case Words():
                stands = any(stand(asked, [value for value in texts if value]) for texts in self.texts[asked.field])
                return stands and (not asked.is_exact or set(written(asked.text)) <= self.words)
            case Stem(word):
                return self.has_stem(word)
            case InCluster(cluster_id):
                return self.revision.cluster_id == cluster_id
            case Has(Feature.IMAGE):
                return bool(self.article.images)
            case Has(Feature.RELATED):
                return any(link.rel is LinkRel.RELATED for link in self.article.related_links)
            case Has(Feature.REVISED):
                return self.revision.revision_count > 1
            case Undated():
                return self.article.date_published is None
            case Published(since, until):
                moment = self.article.date_published
                return moment is not None and (since or moment) <= moment and (until is None or moment < until)
        raise AssertionError(asked)

    def names(self, field: Field) -> Iterable[str]:
        if field is Field.SITE:
            return [key(self.article.site)]
        parts = key(self.article.in_language or "").split("-")
        return ["-".join(parts[:size]) for size in range(1, len(parts) + 1)]

    def has_stem(self, asked: str) -> bool:
        language = (self.article.in_language or "").split("-")[0]
        if language not in LANGUAGES:
            return False
        wanted = {stem for word in written(asked) for stem in stems(language, (word, *terms(word)))}
        for word in self.words:
            (term,) = terms(word)
            of_word, of_term = stems(language, (word, term))
            if of_word in wanted and of_word != of_term:
                return True
            if of_term in wanted and (term.startswith(beginning(of_term)) or language in ("ar", "id")):
                return True
        return False


def key(name: str) -> str:
    return "-".join(terms(name))


def written(part: str) -> list[str]:
    """The words of a text that know case or accents, as they are written."""
    composed = regex.sub(r"\p{Cf}", "", part)
    composed = unicodedata.normalize("NFC", composed).replace("U.S.", "US").replace("u.s.", "us")
    words = regex.findall(r"[\p{L}\p{M}\p{N}]+", composed)
    return [word for word in words if len(terms(word)) == 1 and not regex.search(r"\p{Han}|\p{Kana}|\p{Thai}", word)]


def stand(asked: Words, values: list[str]) -> bool:
    """Whether words stand in one field of an article, which may have several values."""
    places: dict[int, str] = {}
    start = 0
    for value in values:
        found = terms(value)
        places.update(enumerate(found, start))
        start += len(found) + (1 if found else 0)  # so no phrase runs from one into the next
    wanted = terms(asked.text)
    paired = [bool(regex.match(r"\p{Han}|\p{Kana}|\p{Hangul}|\p{Thai}", term)) for term in wanted]
    if asked.distance is not None:
        # Where a run of such a script ends, its last character is no word.
        different = {term for term, pair in zip(wanted, paired, strict=True) if not (pair and len(term) == 1)}
        occurring = [[place for place, term in places.items() if term == one] for one in different]
        reach = len(different) + asked.distance - 1
        return all(
            any(abs(first - second) <= reach for first in firsts for second in seconds)
            for firsts, seconds in itertools.combinations(occurring, 2)
        )
    is_prefix = asked.is_prefix
    if paired[-1] and len(wanted) > 1 and paired[-2] and len(wanted[-2]) == 2:
        wanted, is_prefix = wanted[:-1], False
    elif paired[-1]:
        is_prefix = True
    return any(
        all(places.get(place + number) == term for number, term in enumerate(wanted[:-1]))
        and (last := places.get(place + len(wanted) - 1)) is not None
        and (last.startswith(wanted[-1]) if is_prefix else last == wanted[-1])
        for place in places
    )


# The tests


def answer(room, asked: str) -> list[int] | None:
    """What a query finds; None if it is a clear error."""
    try:
        result = Searcher(room.reader, room.index).search(asked, limit=ARTICLES)
    except QueryError as error:
        assert 0 <= error.position <= len(asked)
        assert str(error)
        assert "\n" not in str(error)
        return None
    except SearchIndexError as error:
        assert "too many words" in str(error)
        return None
    assert result.total == len(result.hits)
    return sorted(hit.revision.article_id for hit in result.hits)


def check_meaning(room, revisions, asked: str) -> int | None:
    found = answer(room, asked)
    if found is None:
        return None
    tree = parse_query(asked)
    assert found == [revision.article_id for revision in revisions if Told(revision).meets(tree)], (asked, tree)
    return len(found)


def check(room, revisions, seeds: Iterable[int]) -> None:
    sizes = [check_meaning(room, revisions, query(random.Random(seed))) for seed in seeds]
    errors = sizes.count(None)
    assert errors < 0.5 * len(sizes)
    for seed in seeds:
        answer(room, noise(random.Random(-seed)))


def test_random_queries_find_what_they_mean_or_say_what_is_wrong(shared_room, revisions):
    check(shared_room, revisions, range(1, 151))


@pytest.mark.slow
def test_ten_thousand_random_queries_find_what_they_mean_or_say_what_is_wrong(shared_room, revisions):
    check(shared_room, revisions, range(1000, 6000))


@pytest.mark.parametrize("seed", range(60))
def test_each_part_of_the_language_finds_what_it_means(shared_room, revisions, seed):
    chance = random.Random(f"leaf {seed}")
    for _ in range(5):
        check_meaning(shared_room, revisions, leaf(chance))
