from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.discovery.pagination import is_further_page, next_page

NEWS = "https://e.com/news"


def link(path, text="", *, rel_next=False):
    return (f"https://e.com{path}", text, rel_next)


@pytest.mark.parametrize(
    ("page", "links", "following"),
    [
        (
            "/news",
            [link("/news?page=2", "2"), link("/news?page=3", "3"), link("/news?page=99", "Last")],
            "/news?page=2",
        ),
        ("/news?page=2", [link("/news?page=1", "1"), link("/news?page=3", "3")], "/news?page=3"),
        ("/news?page=3", [link("/news?page=2", "Older"), link("/news", "1")], None),
        ("/news/", [link("/news/page/2/", "Older posts")], "/news/page/2/"),
        ("/news/page/2/", [link("/news/", "Newer"), link("/news/page/3/", "»")], "/news/page/3/"),
        ("/news/2", [link("/news/1", "1"), link("/news/3", "3"), link("/sport/3", "3")], "/news/3"),
        ("/news", [link("/news/2", "2")], "/news/2"),
        ("/news", [link("/news-seite-2.html", "x"), link("/news/seite-2", "weiter")], "/news/seite-2"),
        ("/list?c=7", [link("/list?page=2&c=7", "下一页")], "/list?page=2&c=7"),
        ("/list?c=7", [link("/list?page=2&c=8", "2")], None),
        ("/list", [link("/list?start=20", "Siguiente")], "/list?start=20"),
        ("/list?offset=12000", [link("/list?offset=12020", "older")], "/list?offset=12020"),
        ("/news/page/10000/", [link("/news/page/10001/", "older")], "/news/page/10001/"),
        ("/news?paged=2", [link("/news?paged=3", "3")], "/news?paged=3"),
        ("/list", [link("/list?after=abc", "Ältere Beiträge")], "/list?after=abc"),
        ("/list?after=abc", [link("/list?after=def", "التالي")], "/list?after=def"),
        ("/", [link("/page/2", rel_next=True)], "/page/2"),
        # The next article is not the next page.
        ("/a-post", [link("/next-post", "Next", rel_next=True)], None),
        ("/news?id=335614", [link("/news?id=335608", "weiter")], None),
        ("/?p=3289", [link("/?p=3293", "Next »", rel_next=True)], None),
        ("/watch?v=abc", [link("/watch?v=def", "Next")], None),
        # A calendar has no end.
        ("/2023/05", [link("/2023/06", "»"), link("/2023/05/17", "17")], None),
        ("/calendar?month=2023-05", [link("/calendar?month=2023-06", "next", rel_next=True)], None),
        ("/events", [link("/events?date=2023-06-01", "next")], None),
        ("/archive/2023/05", [link("/archive/2023/05/page/2", "2")], "/archive/2023/05/page/2"),
    ],
)
def test_the_next_page_leads_onwards_in_the_same_list(page, links, following):
    expected = None if following is None else f"https://e.com{following}"
    assert next_page(f"https://e.com{page}", links) == expected


@pytest.mark.parametrize(
    "path", ["/news?page=2", "/news/page/2/", "/news-seite-2.html", "/list?start=20", "/l?cursor=x"]
)
def test_a_further_page_is_known_by_its_address(path):
    assert is_further_page(f"https://e.com{path}")


@pytest.mark.parametrize("path", ["/news", "/tag/floods", "/?p=3289", "/2019/05/", "/news/2"])
def test_what_says_nothing_of_it_is_no_further_page(path):
    assert not is_further_page(f"https://e.com{path}")


@pytest.mark.parametrize(
    "word",
    ["Next", "Weiter ›", "Page suivante", "Siguientes", "Próxima", "Następna", "Следующая", "التالي", "次へ", "अगला"],
)
def test_next_is_understood_in_many_languages(word):
    assert next_page(NEWS, [link("/news?cursor=x", word)]) == "https://e.com/news?cursor=x"


@given(st.text(max_size=40), st.text(alphabet="/?=&page0129-.x", max_size=30), st.text(max_size=20))
def test_any_links_are_read(page, path, text):
    target = next_page(f"https://e.com/{page}", [(f"https://e.com{path}", text, True), (page, text, False)])
    assert target is None or target.startswith("https://e.com")


def test_following_next_pages_never_goes_in_a_circle():
    page, seen = NEWS, set()
    links = [link(f"/news?page={number}", str(number)) for number in range(1, 8)]
    while page is not None:
        assert page not in seen
        seen.add(page)
        page = next_page(page, links)
    assert len(seen) == 7
