from __future__ import annotations

from datetime import UTC, datetime

from newsarchive.crawling.list_walks import End, Listed, ListWalk, ListWalks
from newsarchive.crawling.politeness.budgets import FORM
from newsarchive.discovery.links import LinkPlace, PageLink

NEWS = "https://e.com/news"


def link(name):
    return PageLink(
        url=f"https://e.com/{name}", text=name, place=LinkPlace.TEASER, is_nofollow=False, count=1, is_in_menu=False
    )


def listed(name="a", *, day=None, is_old=False, is_article=None):
    published = datetime(2018, 1, day, tzinfo=UTC) if day else None
    return Listed(url=f"https://e.com/{name}", published_at=published, is_old=is_old, is_article=is_article)


def walk_to(*pages):
    walk = ListWalk(url=NEWS)
    for number, names in enumerate(pages, start=1):
        walk.turn(f"{NEWS}?page={number}", map(link, names), f"{NEWS}?page={number + 1}")
    return walk


def test_only_what_no_page_before_had_is_fresh():
    walk = walk_to(["a", "b", "latest"], ["c", "latest?utm_source=x", "b"])
    assert [link.text for link in walk.fresh] == ["c"]
    assert (walk.number, walk.url, walk.following) == (2, f"{NEWS}?page=2", f"{NEWS}?page=3")


def test_a_page_that_repeats_ends_a_list():
    walk = walk_to(["a"], ["a"])
    assert walk.fresh == []
    assert ListWalks().end_of(walk, []) is End.NOTHING_NEW


def test_a_page_of_which_all_that_is_dated_is_too_old_ends_a_list():
    walks, walk = ListWalks(), walk_to(["a", "b"])
    old, undated, recent = listed("a", day=2, is_old=True), listed("b"), listed("c", day=30)
    assert walks.end_of(walk, [old, undated]) is End.BEFORE_SINCE
    assert walks.end_of(walk, [old, recent]) is None
    assert walks.end_of(walk, [undated]) is None
    assert walks.end_of(walk, [listed(is_old=True)]) is End.BEFORE_SINCE  # its page said so


def test_a_list_from_old_to_new_is_not_ended_by_its_first_page():
    oldest_first = [listed("a", day=2, is_old=True), listed("b", day=3, is_old=True)]
    assert ListWalks().end_of(walk_to(["a", "b"]), oldest_first) is None
    assert ListWalks().end_of(walk_to(["b", "a"]), oldest_first[::-1]) is End.BEFORE_SINCE


def test_pages_that_name_no_articles_end_a_list_by_their_form():
    walks, walk = ListWalks(), ListWalk(url=NEWS)
    for number in range(2, FORM.start + 4):
        walk.turn(f"{NEWS}?page={number}", [link(f"invented-{number}")], f"{NEWS}?page={number + 1}")
        barren = [listed(f"invented-{number}", is_article=False)]
        assert not walks.rate(walk, barren)
        if walks.end_of(walk, barren) is not None:
            break
    assert walks.end_of(walk, barren) is End.BUDGET
    assert number == FORM.start + 1


def test_first_pages_of_a_form_have_to_name_what_no_list_has_named():
    walks = ListWalks()
    for number in range(FORM.start):
        assert walks.why_not("https://e.com/tag/floods") is None
        walk = ListWalk(url="")
        walk.turn(f"https://e.com/tag/{chr(97 + number)}word", [link("a")], None)
        assert walks.rate(walk, [listed(is_article=True)]) is (number == 0)
    assert walks.why_not("https://e.com/tag/floods") is None  # the first one had paid for ten more
    for number in range(20):
        walks.gave_nothing(f"https://e.com/tag/{chr(97 + number)}other")
    assert "/tag/{word} gave no new article" in walks.why_not("https://e.com/tag/floods")
