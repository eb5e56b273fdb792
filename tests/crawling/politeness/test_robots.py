from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.http import Response

from newsarchive.crawling.politeness.robots import (
    MAX_CRAWL_DELAY_S,
    MAX_ROBOTS_BYTES,
    RefusedByRobotsError,
    RobotsMiddleware,
    read_robots,
)
from newsarchive.crawling.politeness.spending import DayIsSpentError

RULES = b"User-agent: *\nDisallow: /all\n\nUser-agent: newsarchive\nDisallow: /ours\nCrawl-delay: 3\n"


def test_the_group_of_our_name_counts():
    rules = read_robots(200, RULES)
    assert rules.allows("http://a.example/all/1")
    assert not rules.allows("http://a.example/ours/1")


def test_without_such_a_group_that_of_all_counts():
    rules = read_robots(200, b"User-agent: googlebot\nDisallow: /\n\nUser-agent: *\nDisallow: /all")
    assert rules.allows("http://a.example/x")
    assert not rules.allows("http://a.example/all")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_no_robots_txt_means_yes(status):
    assert read_robots(status, b"User-agent: *\nDisallow: /").allows("http://a.example/x")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 301, 304, 599])
def test_a_robots_txt_that_cannot_be_had_means_no(status):
    rules = read_robots(status, b"User-agent: *\nAllow: /", "http://a.example/robots.txt")
    assert not rules.allows("http://a.example/x")
    assert rules.refusal == ("robots-unreachable", f"http://a.example/robots.txt answers {status}")


@pytest.mark.parametrize(
    "body", [b"", b"\xef\xbb\xbfUser-agent: *\nDisallow:", b"<html>not found</html>", b"\x00\xff" * 99]
)
def test_whatever_else_it_holds_means_yes(body):
    assert read_robots(200, body).allows("http://a.example/x")


def test_only_so_much_of_it_is_read():
    filler = b"# comment\n" * (MAX_ROBOTS_BYTES // 10)
    assert not read_robots(200, b"User-agent: *\nDisallow: /x\n" + filler).allows("http://a.example/x")
    late = read_robots(200, b"User-agent: *\n" + filler + b"Disallow: /x")
    assert late.allows("http://a.example/x")
    assert len(late.text) <= MAX_ROBOTS_BYTES


@pytest.mark.parametrize(
    ("line", "delay"), [(b"2.5", 2.5), (b"0", 0.0), (b"3600", MAX_CRAWL_DELAY_S), (b"soon", None), (b"inf", None)]
)
def test_crawl_delay_is_honored_up_to_a_cap(line, delay):
    assert read_robots(200, b"User-agent: *\nCrawl-delay: " + line).crawl_delay_s == delay


class Engine:
    """Stands in for Scrapy's engine where only its answers matter."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked: list[str] = []

    async def download_async(self, request):
        self.asked.append(request.url)
        await asyncio.sleep(0.01)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Response(request.url, status=answer[0], body=answer[1])


def middleware(engine, clock=lambda: 0.0):
    return RobotsMiddleware(SimpleNamespace(engine=engine), clock=clock)


def test_requests_that_wait_together_get_one_answer():
    engine = Engine((200, RULES))

    async def crawl():
        robots = middleware(engine)
        requests = [Request(f"http://a.example/ours/{n}") for n in range(5)]
        return await asyncio.gather(*map(robots.process_request, requests), return_exceptions=True)

    results = asyncio.run(crawl())
    assert engine.asked == ["http://a.example/robots.txt"]
    assert [type(result) for result in results] == [RefusedByRobotsError] * 5
    assert {result.reason for result in results} == {"robots-txt"}


def test_a_request_that_is_cancelled_does_not_take_the_answer_from_the_others():
    engine = Engine((200, b""))

    async def crawl():
        robots = middleware(engine)
        first = asyncio.ensure_future(robots.process_request(Request("http://a.example/1")))
        second = asyncio.ensure_future(robots.process_request(Request("http://a.example/2")))
        await asyncio.sleep(0)
        first.cancel()
        await second

    asyncio.run(crawl())


def test_the_answer_is_good_for_a_day():
    engine = Engine((200, b""), (200, b"User-agent: *\nDisallow: /"))
    now = [0.0]

    async def crawl():
        robots = middleware(engine, clock=lambda: now[0])
        await robots.process_request(Request("http://a.example/1"))
        now[0] = 23 * 3600
        await robots.process_request(Request("http://a.example/1"))
        now[0] = 25 * 3600
        with pytest.raises(RefusedByRobotsError):
            await robots.process_request(Request("http://a.example/1"))

    asyncio.run(crawl())
    assert len(engine.asked) == 2


def test_a_day_that_is_spent_says_nothing_of_robots_txt_which_is_asked_for_again():
    url = "http://a.example/robots.txt"
    engine = Engine(DayIsSpentError(f"{url}: 7 requests", url=url, reason="budget"), (200, RULES))

    async def crawl():
        robots = middleware(engine)
        requests = [Request(f"http://a.example/{n}") for n in range(2)]
        refused = await asyncio.gather(*map(robots.process_request, requests), return_exceptions=True)
        assert [type(error) for error in refused] == [DayIsSpentError] * 2
        await robots.process_request(requests[0])

    asyncio.run(crawl())
    assert engine.asked == [url] * 2


def test_http_and_https_have_rules_of_their_own():
    engine = Engine((200, b""), (200, b"User-agent: *\nDisallow: /"))

    async def crawl():
        robots = middleware(engine)
        await robots.process_request(Request("http://a.example/1"))
        with pytest.raises(RefusedByRobotsError):
            await robots.process_request(Request("https://a.example/1"))

    asyncio.run(crawl())


def test_robots_txt_is_obeyed_in_a_crawl(site, other_site, fetch):
    site.answers |= {
        "/robots.txt": (200, {"Content-Type": "text/plain"}, RULES.replace(b": 3", b": 0.7") + b"Sitemap: /map.xml\n"),
        "/open": (200, {}, b"open"),
        "/open2": (200, {}, b"open"),
        "/moved": (302, {"Location": "/ours/moved"}, b""),
    }
    other_site.answers |= {"/robots.txt": (503, {}, b""), "/open": (200, {}, b"open")}
    fetched = fetch(
        site.url("/open"),
        site.url("/open2"),
        site.url("/ours/1"),
        site.url("/moved"),
        other_site.url("/open"),
        NEWSARCHIVE_ALLOW_ADDRESSES=f"{site.address} {other_site.address}",
    )
    assert fetched[site.url("/open")]["body"] == "open"
    assert "Sitemap: /map.xml" in fetched[site.url("/open2")]["robots"][f"http://{site.address}"]
    assert fetched[site.url("/open2")]["delay"] >= 0.7
    for path in ("/ours/1", "/moved"):
        assert (fetched[site.url(path)]["outcome"], fetched[site.url(path)]["reason"]) == ("refused", "robots-txt")
    assert (fetched[other_site.url("/open")]["outcome"], fetched[other_site.url("/open")]["reason"]) == (
        "refused",
        "robots-unreachable",
    )
    assert site.requests[0] == "/robots.txt"
    assert sorted(site.requests[1:]) == ["/moved", "/open", "/open2"]  # what had to wait for robots.txt may come later
    assert other_site.requests == ["/robots.txt"]
    assert all(later - earlier >= 0.69 for earlier, later in zip(site.times[1:], site.times[2:], strict=False))
