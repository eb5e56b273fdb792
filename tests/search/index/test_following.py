"""An index follows its archive."""

import subprocess
import sys
from pathlib import Path

import pytest
import tantivy
from sqlalchemy import text

from newsarchive.errors import SearchIndexError
from newsarchive.search.index import folder as index_module
from newsarchive.search.index.folder import SearchIndex
from newsarchive.search.language.query import parse_query


def ids(index, query):
    return list(index.article_ids(parse_query(query)))


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
from newsarchive.search.index import folder as index
index._BATCH = 2
reader = ArchiveReader(Database.open({place}))
def die(count):
    if count == 4:
        os.kill(os.getpid(), signal.SIGKILL)
index.SearchIndex.open(Path({str(index.path)!r})).catch_up(reader, die)
"""
    root = Path(__file__).parents[3]
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
