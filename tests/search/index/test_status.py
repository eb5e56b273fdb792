from newsarchive.search.index.document import FORMAT
from newsarchive.search.index.status import index_status


def test_status_says_how_far_the_index_is_behind(room):
    empty = index_status(room.index, room.reader)
    assert (empty.documents, empty.watermark, empty.behind, empty.format) == (0, 0, 0, FORMAT)
    for number in range(3):
        room.store(f"n{number}", "word")
    assert index_status(room.index, room.reader).behind == 3
    room.index.catch_up(room.reader)
    caught_up = index_status(room.index, room.reader)
    assert (caught_up.documents, caught_up.watermark, caught_up.behind) == (3, 3, 0)
    assert caught_up.bytes > empty.bytes > 0
    room.store("n0", "another text", at=1)
    changed = index_status(room.index, room.reader)
    assert (changed.documents, changed.behind) == (3, 1)
