"""The folder of an index: made, rebuilt, of another format, damaged, gone."""

import shutil

import pytest

from newsarchive.errors import SearchIndexError
from newsarchive.search.hits.searcher import Searcher
from newsarchive.search.index.document import FORMAT
from newsarchive.search.index.folder import FORMAT_FILE, SearchIndex
from newsarchive.search.language.query import parse_query


def ids(index, query):
    return list(index.article_ids(parse_query(query)))


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
