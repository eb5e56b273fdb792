from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

ROBOTS = (200, {"Content-Type": "text/plain"}, b"")


def busy(times: int, wait: str, status: int = 429):
    """An answer that asks for a rest so many times, then gives the page."""
    left = [times]

    def answer(handler):
        left[0] -= 1
        body = b"busy" if left[0] >= 0 else b"the page"
        handler.send_response(status if left[0] >= 0 else 200)
        if left[0] >= 0:
            handler.send_header("Retry-After", wait)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@pytest.mark.parametrize("status", [429, 503])
def test_a_page_is_asked_for_again_when_its_host_has_rested(site, fetch, status):
    site.answers |= {"/robots.txt": ROBOTS, "/busy": busy(1, "1", status), "/next": (200, {}, b"next")}
    fetched = fetch(site.url("/busy"), site.url("/next"), NEWSARCHIVE_ALLOW_ADDRESSES=site.address, RETRY_TIMES=2)
    assert fetched[site.url("/busy")]["body"] == "the page"
    assert fetched[site.url("/next")]["body"] == "next"
    assert sorted(site.requests) == ["/busy", "/busy", "/next", "/robots.txt"]
    asked = site.requests.index("/busy")
    assert site.times[asked + 1] - site.times[asked] >= 0.99  # no request at all to a host that rests


def test_a_date_is_kept_by_the_clock_of_the_server(site, fetch):
    """The server's clock is an hour fast."""
    answers = iter([True, False])

    def answer(handler):
        again = next(answers)
        now = datetime.now(UTC) + timedelta(hours=1)
        handler.wfile.write(b"HTTP/1.1 %d x\r\nContent-Length: 0\r\n" % (503 if again else 200))
        if again:
            dates = (format_datetime(now + timedelta(seconds=n), usegmt=True).encode() for n in (0, 2))
            handler.wfile.write(b"Date: %s\r\nRetry-After: %s\r\n" % tuple(dates))
        handler.wfile.write(b"\r\n")

    site.answers |= {"/robots.txt": ROBOTS, "/busy": answer}
    fetched = fetch(site.url("/busy"), NEWSARCHIVE_ALLOW_ADDRESSES=site.address)
    assert fetched[site.url("/busy")]["body"] == ""
    assert site.times[2] - site.times[1] >= 1.9


def test_robots_txt_that_asks_for_a_rest_is_asked_for_again(site, fetch):
    site.answers |= {"/robots.txt": busy(1, "1", 503), "/page": (200, {}, b"page")}
    fetched = fetch(site.url("/page"), NEWSARCHIVE_ALLOW_ADDRESSES=site.address)
    assert fetched[site.url("/page")]["body"] == "page"
    assert site.requests == ["/robots.txt", "/robots.txt", "/page"]
    assert site.times[1] - site.times[0] >= 0.99


def test_a_host_that_asks_for_hours_is_left_to_the_next_crawl(site, fetch):
    pages = [site.url(f"/{number}") for number in range(5)]
    site.answers |= {"/robots.txt": ROBOTS, **{f"/{number}": busy(9, "7200") for number in range(5)}}
    fetched = fetch(*pages, NEWSARCHIVE_ALLOW_ADDRESSES=site.address, RETRY_TIMES=2)
    assert {(fetched[page]["outcome"], fetched[page]["reason"]) for page in pages} == {("blocked", "retry-after")}
    assert "429, the host asks for a rest of 7200 s; a crawl waits 600 s" in {fetched[page]["detail"] for page in pages}
    assert len(site.requests) == 2


@pytest.mark.slow
def test_an_address_that_always_asks_for_a_rest_ends(site, fetch):
    site.answers |= {"/robots.txt": ROBOTS, "/busy": busy(99, "0"), "/page": (200, {}, b"page")}
    fetched = fetch(site.url("/busy"), site.url("/page"), NEWSARCHIVE_ALLOW_ADDRESSES=site.address, RETRY_TIMES=2)
    assert fetched[site.url("/page")]["body"] == "page"
    assert (fetched[site.url("/busy")]["reason"], fetched[site.url("/busy")]["detail"]) == (
        "retry-after",
        "429 after 4 waits",
    )
    assert site.requests.count("/busy") == 4


@pytest.mark.slow
def test_other_hosts_go_on_while_one_rests(site, other_site, fetch):
    site.answers |= {"/robots.txt": ROBOTS, **{f"/{n}": busy(1 if n == 0 else 0, "3") for n in range(40)}}
    other_site.answers |= {"/robots.txt": ROBOTS, **{f"/{n}": (200, {}, b"") for n in range(40)}}
    mine = [site.url(f"/{n}", host="one.intranet") for n in range(40)]
    others = [other_site.url(f"/{n}", host="two.intranet") for n in range(40)]
    fetched = fetch(
        *mine,
        *others,
        NEWSARCHIVE_ALLOW_ADDRESSES="127.0.0.1",
        TEST_HOSTS={"one.intranet": ["127.0.0.1"], "two.intranet": ["127.0.0.1"]},
    )
    assert all(fetched[url]["capture"]["status"] == 200 for url in mine + others)
    rest = max(pairwise(site.times), key=lambda pair: pair[1] - pair[0])
    assert rest[1] - rest[0] >= 2.99
    assert all(moment < rest[1] for moment in other_site.times)


@pytest.mark.slow
def test_a_host_that_is_slow_to_give_its_robots_txt_holds_up_no_other(site, other_site, fetch):
    answered = []

    def slowly(handler):
        time.sleep(2)
        answered.append(time.monotonic())
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    site.answers |= {"/robots.txt": slowly, **{f"/{n}": (200, {}, b"") for n in range(50)}}
    other_site.answers |= {"/robots.txt": ROBOTS, **{f"/{n}": (200, {}, b"") for n in range(20)}}
    mine = [site.url(f"/{n}", host="one.intranet") for n in range(50)]
    others = [other_site.url(f"/{n}", host="two.intranet") for n in range(20)]
    fetched = fetch(
        *mine,
        *others,
        NEWSARCHIVE_ALLOW_ADDRESSES="127.0.0.1",
        TEST_HOSTS={"one.intranet": ["127.0.0.1"], "two.intranet": ["127.0.0.1"]},
    )
    assert all(fetched[url]["capture"]["status"] == 200 for url in mine + others)
    assert all(moment < answered[0] for moment in other_site.times)


def test_a_redirect_to_another_host_keeps_the_delay_of_that_host(site, other_site, fetch):
    """Scrapy would send them all at the pace of the host that redirects."""
    other_site.answers |= {"/robots.txt": (200, {}, b"User-agent: *\nCrawl-delay: 0.5")}
    site.answers |= {"/robots.txt": ROBOTS}
    for n in range(3):
        other_site.answers[f"/{n}"] = (200, {}, b"")
        site.answers[f"/{n}"] = (302, {"Location": other_site.url(f"/{n}", host="two.intranet")}, b"")
    fetch(
        *(site.url(f"/{n}", host="one.intranet") for n in range(3)),
        NEWSARCHIVE_ALLOW_ADDRESSES="127.0.0.1",
        TEST_HOSTS={"one.intranet": ["127.0.0.1"], "two.intranet": ["127.0.0.1"]},
    )
    pages = [
        moment for path, moment in zip(other_site.requests, other_site.times, strict=True) if path != "/robots.txt"
    ]
    assert len(pages) == 3
    assert all(later - earlier >= 0.49 for earlier, later in pairwise(pages))
