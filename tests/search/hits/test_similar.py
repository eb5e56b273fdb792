import pytest

from newsarchive.errors import UnknownArticleError
from newsarchive.search.hits.searcher import Searcher
from newsarchive.search.hits.similar import TERM_COUNT, telling_terms

FERRY = "The ferry left the harbor of Kigoma with two hundred passengers and a cargo of coffee for Bujumbura."


@pytest.fixture(scope="module")
def room(shared_room):
    for number in range(12):  # what every article has tells nothing
        shared_room.store(f"other {number}", f"The minister said on day {number} that the weather was good.")
    shared_room.ferry = shared_room.store("Ferry leaves harbor", FERRY)
    shared_room.copy = shared_room.store("Ferry leaves harbor again", FERRY + " It was late.", site="great-lakes")
    shared_room.later = shared_room.store("Ferry returns", "The ferry is back in the harbor of Kigoma without coffee.")
    shared_room.alone = shared_room.store("Okapi", "Zebra quagga okapi.")
    shared_room.set_clusters({shared_room.copy: shared_room.ferry})
    return shared_room


def ids(hits):
    return [hit.revision.article_id for hit in hits]


def test_articles_with_the_same_telling_words_are_like_one(room):
    searcher = Searcher(room.reader, room.index)
    hits = searcher.similar(room.ferry)
    assert ids(hits)[:2] == [room.copy, room.later]
    assert room.ferry not in ids(hits)
    assert hits[0].score > hits[1].score > 0
    assert ids(searcher.similar(room.ferry, limit=1)) == [room.copy]
    assert ids(searcher.similar("https://example.test/Ferry leaves harbor", limit=1)) == [room.copy]


def test_collapsed_near_copies_of_the_article_are_left_out(room):
    searcher = Searcher(room.reader, room.index)
    assert room.copy not in ids(searcher.similar(room.ferry, collapse=True))
    found = ids(searcher.similar(room.later, collapse=True))
    assert found.count(room.ferry) + found.count(room.copy) == 1


def test_an_article_like_none_has_none(room):
    assert Searcher(room.reader, room.index).similar(room.alone) == ()


def test_words_that_many_articles_have_tell_nothing(room):
    with room.index.view() as view:
        found = telling_terms(view, room.reader.revision(room.ferry).article)
    words = [term for term, _ in found]
    assert {"ferry", "harbor"} <= set(words[:3])
    assert "the" not in words  # most have it
    assert "passengers" in words
    assert "kigoma" in words
    assert len(words) <= TERM_COUNT


def test_unknown_article_is_an_error(room):
    with pytest.raises(UnknownArticleError):
        Searcher(room.reader, room.index).similar(10**6)
