import itertools
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tantivy
from sqlalchemy import text

from newsarchive.errors import SearchIndexError
from newsarchive.search import index as index_module
from newsarchive.search import view as view_module
from newsarchive.search.document import FORMAT, language_keys, published_key
from newsarchive.search.index import FORMAT_FILE, SearchIndex
from newsarchive.search.query import parse_query
from newsarchive.search.searcher import Searcher


def day(*parts):
    return datetime(*parts, tzinfo=UTC)


def ids(index, query):
    return list(index.article_ids(parse_query(query)))


# What queries find


def fill(store):
    store("peace", "Gen Kazura spoke on peacekeeping.", "It was in Kigali.", date_published=day(2023, 5, 17, 9))
    store("trade", "The free trade area, and free of tariffs.", date_published=day(2023, 5, 31, 23, 59, 59))
    store(
        "été",
        "Le président à l’Élysée.",
        site="great-lakes",
        in_language="fr",
        article_section="Arts & Culture",
        keywords=("Free trade", "Area"),
        authors=("François Müller", "Ann Lee"),
        date_published=day(2023, 6, 1),
    )
    store("北京", "北京市政府今天宣布。", in_language="zh-Hant-TW", description="A standfirst on peace")
    store("old", "From before 1970: U.S. foo-bar.", date_published=day(1962, 7, 1), alternative_headline="Kigali")


@pytest.fixture
def news(store):
    fill(store)


@pytest.fixture(scope="module")
def find_news(shared_room):
    fill(shared_room.store)
    return shared_room.find


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


def test_order_by_date_puts_articles_without_one_last(find_news):
    assert find_news("", "newest") == ["été", "trade", "peace", "old", "北京"]
    assert find_news("", "oldest") == ["old", "peace", "trade", "été", "北京"]
    assert find_news("site:example", "relevance") == ["trade", "peace", "old", "北京"]


def test_articles_of_one_second_have_an_order(store, find):
    for slug in "abcdef":
        store(slug, "same", date_published=day(2024, 1, 1))
    assert find("same", "newest") == ["f", "e", "d", "c", "b", "a"]
    assert find("same", "oldest") == ["a", "b", "c", "d", "e", "f"]


def test_headline_weighs_more_than_text(store, find):
    store("storm in town", "Nothing else of it is said here.")
    store("weather", "A storm came.")
    assert find("storm", "relevance") == ["storm in town", "weather"]


def test_pages_join_to_the_whole(store, reader, index):
    for number in range(7):
        store(f"n{number}", "word " * (number + 1), date_published=day(2024, 1, number + 1))
    index.catch_up(reader)
    query = parse_query("word")
    for order in ("relevance", "newest", "oldest"):
        whole = index.find(query, order=order).matches
        assert len(whole) == 7
        paged = [index.find(query, limit=3, offset=offset, order=order) for offset in (0, 3, 6, 9)]
        assert tuple(itertools.chain.from_iterable(page.matches for page in paged)) == whole
        assert {page.total for page in paged} == {7}


def test_odd_pages(store, reader, index):
    store("a")
    index.catch_up(reader)
    query = parse_query("")
    assert index.find(query, limit=0) == index.find(query, offset=10**18)
    assert (index.find(query, limit=0).total, index.find(query, limit=0).matches) == (1, ())
    assert index.find(query, limit=10**9).total == 1
    for wrong in ({"limit": -1}, {"offset": -1}, {"order": "random"}):
        with pytest.raises(ValueError):
            index.find(query, **wrong)


def test_all_ids_stream_in_order(store, reader, index, monkeypatch):
    monkeypatch.setattr(view_module, "PAGE", 3)
    stored = [store(f"n{number}", "word" if number % 2 else "other") for number in range(9)]
    index.catch_up(reader)
    assert ids(index, "") == sorted(stored)
    assert ids(index, "word") == sorted(stored[1::2])
    assert ids(index, "nothing") == []


def test_wide_and_deep_queries_are_answered(find_news):
    assert find_news(" OR ".join(f"w{number}" for number in range(199)) + " OR kigali") == ["old", "peace"]
    assert find_news("peace (zzz OR " * 14 + "kazura" + ")" * 14) == ["peace"]
    assert find_news("-".join(["ab"] * 199)) == []


def test_prefix_of_too_many_words_is_an_error_that_says_so(store, reader, index):
    store("a", " ".join(f"x ab{number}" for number in range(17_000)))
    index.catch_up(reader)
    assert len(ids(index, "ab*")) == 1
    assert len(ids(index, "x-ab1*")) == 1
    with pytest.raises(SearchIndexError, match="stands for too many words: write more letters"):
        ids(index, "x-ab*")


# Following the archive


def test_new_revision_replaces_the_document(store, reader, index):
    first = store("a", "before", at=0)
    second = store("b", "before", at=0)
    assert index.catch_up(reader) == 2
    store("a", "after", at=1)
    assert index.catch_up(reader) == 1
    assert (ids(index, "before"), ids(index, "after")) == ([second], [first])
    assert ids(index, "") == [first, second]


def test_article_back_in_an_earlier_state_is_indexed_in_it(store, reader, index):
    article = store("a", "one", at=0)
    store("a", "two", at=1)
    index.catch_up(reader)
    assert (ids(index, "one"), ids(index, "two")) == ([], [article])
    store("a", "one", at=2)
    index.catch_up(reader)
    assert (ids(index, "one"), ids(index, "two")) == ([article], [])


def test_older_capture_does_not_replace_the_latest(store, reader, index):
    article = store("a", "young", at=10)
    index.catch_up(reader)
    store("a", "aged", at=1)
    assert index.catch_up(reader) == 0
    assert (ids(index, "young"), ids(index, "aged")) == ([article], [])
    newest = max(row.sequence for row in reader.iter_rows_after(0))
    assert index.watermark == newest  # and is not read again each time


def test_several_states_in_one_batch_leave_the_latest(store, reader, index):
    for number in range(4):
        store("a", f"state{number}", at=number)
    index.catch_up(reader)
    assert [len(ids(index, f"state{number}")) for number in range(4)] == [0, 0, 0, 1]


def test_nothing_new_writes_nothing(store, reader, index):
    store("a")
    assert index.catch_up(reader) == 1
    before = sorted(path.name for path in index.path.iterdir())
    assert index.catch_up(reader) == 0
    assert sorted(path.name for path in index.path.iterdir()) == before


def test_empty_archive_is_caught_up_with(reader, index):
    assert index.catch_up(reader) == 0
    assert index.watermark == 0
    assert ids(index, "") == []


def test_who_holds_the_lock_is_left_to_it(store, reader, index):
    store("a")
    writer = tantivy.Index.open(str(index.path)).writer(num_threads=1)
    assert index.catch_up(reader) == 0
    with pytest.raises(SearchIndexError, match="another process writes to the search index"):
        SearchIndex.rebuild(index.path, reader)
    writer.wait_merging_threads()
    assert index.catch_up(reader) == 1


def test_other_reader_of_the_folder_sees_what_was_committed(store, reader, index):
    with SearchIndex.open(index.path) as other:
        store("a", "word")
        index.catch_up(reader)
        assert len(ids(other, "word")) == 1


def test_interrupted_catch_up_goes_on_from_its_last_batch(store, reader, index, monkeypatch):
    monkeypatch.setattr(index_module, "_BATCH", 2)
    stored = [store(f"n{number}") for number in range(5)]

    def stop(count):
        if count == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.catch_up(reader, stop)
    assert ids(index, "") == stored[:4]
    seen = []
    assert index.catch_up(reader, seen.append) == 1
    assert (ids(index, ""), seen) == (stored, [1])


def test_killed_while_indexing_loses_nothing(store, reader, index, target):
    stored = [store(f"n{number}", "word") for number in range(6)]
    place = repr(target) if isinstance(target, str) else f"Path({str(target)!r})"
    code = f"""
import os, signal
from pathlib import Path
from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.search import index
index._BATCH = 2
reader = ArchiveReader(Database.open({place}))
def die(count):
    if count == 4:
        os.kill(os.getpid(), signal.SIGKILL)
index.SearchIndex.open(Path({str(index.path)!r})).catch_up(reader, die)
"""
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == -9
    assert ids(index, "word") == stored[:4]
    assert index.catch_up(reader) == 2
    assert ids(index, "word") == stored


def test_index_of_another_archive_is_noticed_however_long_that_is(room, store, reader, index):
    store("a")
    index.catch_up(reader)
    with room.database.write() as connection:
        connection.execute(text("UPDATE numbering SET archive_id = 'another'"))

    for follow in (index.catch_up, index.check_archive):
        with pytest.raises(SearchIndexError, match=r"is of another archive: `newsarchive index rebuild`"):
            follow(reader)
    assert SearchIndex.rebuild(index.path, reader) == 1


def test_index_of_a_later_state_of_the_archive_is_noticed(room, store, reader, index):
    store("a")
    index.catch_up(reader)
    with room.database.write() as connection:  # as after putting an older backup back
        for table in ("sketch_band", "sketch", "revision", "address", "article"):
            connection.execute(text(f"DELETE FROM {table}"))

    with pytest.raises(SearchIndexError, match=r"is of a later state of the archive: `newsarchive index rebuild`"):
        index.catch_up(reader)


# The folder


def test_rebuild_makes_the_same_index(news, reader, index):
    index.catch_up(reader)
    queries = ("", "kigali", "peace*", "since:2023")
    before = [ids(index, query) for query in queries]
    seen = []
    assert SearchIndex.rebuild(index.path, reader, seen.append) == 5
    assert seen == [5]
    assert [ids(index, query) for query in queries] == before  # also for who had it open
    with SearchIndex.open(index.path) as fresh:
        assert [ids(fresh, query) for query in queries] == before
        assert fresh.catch_up(reader) == 0
    assert [path.name for path in index.path.parent.iterdir() if path.name.startswith("index")] == ["index"]


def test_rebuild_after_a_killed_one(store, reader, index):
    store("a", "word")
    for name in ("index.rebuilding", "index.old"):
        (index.path.with_name(name) / "rest").mkdir(parents=True)
    assert SearchIndex.rebuild(index.path, reader) == 1
    assert len(ids(index, "word")) == 1


def test_deleted_folder_is_made_again(store, reader, index):
    store("a", "word")
    index.catch_up(reader)
    shutil.rmtree(index.path)
    with pytest.raises(SearchIndexError, match="No such file"):
        ids(index, "word")
    with SearchIndex.open(index.path, create=True) as again:
        assert again.catch_up(reader) == 1


def test_missing_index_is_an_error_without_create(tmp_path):
    with pytest.raises(SearchIndexError, match=r"there is no search index in .*: `newsarchive index rebuild`"):
        SearchIndex.open(tmp_path / "none")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (str(FORMAT + 1), f"is of format {FORMAT + 1}, not {FORMAT}: `newsarchive index rebuild`"),
        ("?", "holds no search index of newsarchive: `newsarchive index rebuild`"),
        (None, "holds no search index of newsarchive: `newsarchive index rebuild`"),
    ],
)
def test_folder_of_another_format_is_an_error_until_rebuilt(store, reader, index, content, message):
    store("a", "word")
    index.catch_up(reader)
    file = index.path / FORMAT_FILE
    file.unlink()
    if content is not None:
        file.write_text(content)
    with pytest.raises(SearchIndexError, match=message):
        SearchIndex.open(index.path, create=True)
    SearchIndex.rebuild(index.path, reader)
    with SearchIndex.open(index.path) as again:
        assert len(ids(again, "word")) == 1


@pytest.mark.parametrize("pattern", ["meta.json", "*.idx", "*.term", "*.fast", "*.store", ".managed.json"])
@pytest.mark.parametrize("damage", [b"", b"garbage" * 100])
def test_corrupt_file_is_an_error_until_rebuilt(store, reader, index, pattern, damage):
    store("a", "word")
    index.catch_up(reader)
    next(index.path.glob(pattern)).write_bytes(damage)
    with pytest.raises(SearchIndexError, match=r"cannot be used .*: `newsarchive index rebuild` makes it") as caught:
        Searcher(reader, SearchIndex.open(index.path, create=True)).search("word")
    assert "\n" not in str(caught.value)
    SearchIndex.rebuild(index.path, reader)
    with SearchIndex.open(index.path) as again:
        assert len(ids(again, "word")) == 1


def test_place_that_is_no_folder_is_an_error(tmp_path):
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file", tmp_path / "file" / "index"):
        with pytest.raises(SearchIndexError, match="cannot be used"):
            SearchIndex.open(path, create=True)


# The columns


def test_published_key_rises_with_time_then_id():
    moments = [day(1, 1, 1), day(1697, 1, 1), day(1969, 12, 31, 23, 59, 59), day(1970, 1, 1), day(2023, 1, 1)]
    keys = [published_key(moment, article_id) for moment in moments[1:] for article_id in (0, 1, 2**29 - 1)]
    assert keys == sorted(set(keys))
    assert all(-(2**63) <= key < 2**63 for key in (*keys, published_key(day(1, 1, 1)), published_key(day(9999, 1, 1))))
    assert published_key(day(2023, 1, 1), 2**29 + 5) == published_key(day(2023, 1, 1), 5)


def test_language_is_found_by_what_it_is_a_kind_of():
    assert list(language_keys("pt-BR")) == ["pt", "pt-br"]
    assert list(language_keys("")) == []
