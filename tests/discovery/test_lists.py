from __future__ import annotations

from datetime import date

import pytest

from newsarchive.discovery.address_dates import Period
from newsarchive.discovery.links import LinkPlace, PageLink
from newsarchive.discovery.lists import ListKind, list_kind

WITHIN = Period(date(2018, 1, 1), date(2026, 11, 27))


def kind_of(path, *, is_in_menu=False, is_nofollow=False):
    link = PageLink(
        url=f"https://e.com{path}",
        text="x",
        place=LinkPlace.NAVIGATION if is_in_menu else LinkPlace.CONTENT,
        is_nofollow=is_nofollow,
        count=1,
        is_in_menu=is_in_menu,
    )
    found = list_kind(link, WITHIN)
    return found and found[0]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/tag/floods", ListKind.TOPIC),
        ("/author/jane-doe/", ListKind.TOPIC),
        ("/list?tag=floods", ListKind.TOPIC),
        ("/2019/", ListKind.YEAR),
        ("/2019/05", ListKind.MONTH),
        ("/archive/2019-05-17", ListKind.DAY),
        ("/archive/2017-12-31", None),
        ("/archive/2026-11-28", None),
        ("/politics", None),
        ("/tag/floods/page/2/", None),
        ("/tag/floods?sort=asc", None),
        ("/tag/floods/print", None),
        ("/calendar/2019/05", None),
        ("/tag/floods.pdf", None),
    ],
)
def test_a_link_anywhere_leads_to_a_list_if_its_address_says_so(path, kind):
    assert kind_of(path) is kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/politics", ListKind.SECTION),
        ("/tag/floods", ListKind.SECTION),
        ("/contact", ListKind.SERVICE),
        ("/news?page=7", None),
        ("/news?cursor=x7f", None),
        ("/calendar/2019/05", None),
        ("/events?month=2019-05", None),
    ],
)
def test_what_a_menu_leads_to_is_a_section_but_no_further_page_and_no_calendar(path, kind):
    assert kind_of(path, is_in_menu=True) is kind


def test_nofollow_is_kept():
    assert kind_of("/tag/floods", is_nofollow=True) is None
