"""How the sample's server behaves, over real sockets."""

from __future__ import annotations

import gzip
import http.client
import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime

import pytest

from newsarchive.demo.server import SampleServer, serve_sample

ARTICLE = "/business/harbor-crane-second-hand-6c03"


def fetch(
    server: SampleServer, path: str, method: str = "GET", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def test_the_base_url_is_loopback(server: SampleServer) -> None:
    assert server.base_url == f"http://127.0.0.1:{server.server_port}"


def test_two_servers_run_side_by_side(server: SampleServer) -> None:
    with serve_sample() as other:
        assert other.base_url != server.base_url
        assert other.base_url.encode() in fetch(other, "/robots.txt")[1]


def test_an_unchanged_page_is_not_sent_twice(server: SampleServer) -> None:
    first, _ = fetch(server, ARTICLE)
    by_tag, body = fetch(server, ARTICLE, If_None_Match=first.headers["ETag"])
    by_date, _ = fetch(server, ARTICLE, If_Modified_Since=first.headers["Last-Modified"])
    assert (by_tag.status, body, by_date.status) == (304, b"", 304)


def test_the_etag_goes_before_the_date(server: SampleServer) -> None:
    first, _ = fetch(server, ARTICLE)
    response, _ = fetch(server, ARTICLE, If_None_Match='"other"', If_Modified_Since=first.headers["Last-Modified"])
    assert response.status == 200


def test_a_date_nobody_can_read_is_ignored(server: SampleServer) -> None:
    assert fetch(server, ARTICLE, If_Modified_Since="yesterday")[0].status == 200


def test_gzip_is_sent_only_where_it_is_accepted(server: SampleServer) -> None:
    plain, body = fetch(server, ARTICLE)
    packed, packed_body = fetch(server, ARTICLE, Accept_Encoding="br, gzip")
    assert plain.headers["Content-Encoding"] is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed_body) == body


def test_head_sends_headers_and_no_body(server: SampleServer) -> None:
    response, body = fetch(server, ARTICLE, method="HEAD")
    assert response.status == 200
    assert int(response.headers["Content-Length"]) > 1000
    assert body == b""


def test_a_form_that_is_sent_is_not_understood(server: SampleServer) -> None:
    assert fetch(server, "/login", method="POST")[0].status == 501


@pytest.mark.parametrize(("path", "status"), [("/go/1041", 301), ("/news/latest-ferry", 302)])
def test_an_old_address_redirects_to_its_article(server: SampleServer, path: str, status: int) -> None:
    response, _ = fetch(server, path)
    assert response.status == status
    location = response.headers["Location"].removeprefix(server.base_url)
    assert fetch(server, location)[0].status == 200


def test_what_is_not_there_is_a_404(server: SampleServer) -> None:
    assert fetch(server, "/news/this-page-was-never-there")[0].status == 404
    assert fetch(server, "/calendar?month=never")[0].status == 404


def test_tracking_and_session_parameters_lead_to_the_same_page(server: SampleServer) -> None:
    _, plain = fetch(server, ARTICLE)
    assert fetch(server, ARTICLE + "?utm_source=rss&utm_medium=feed")[1] == plain
    assert fetch(server, ARTICLE + "?sid=1234")[1] == plain
    assert fetch(server, ARTICLE + "?something=else")[0].status == 404


def test_percent_encoding_may_be_spelled_differently(server: SampleServer) -> None:
    written = "/post?s=Future--of--peacekeeping--operations%3B--Rwanda%E2%80%99s--mindset--a--gem--_1038"
    respelled = "/post?s=Future--of--peacekeeping--operations;--Rwanda%e2%80%99s--mindset--a--gem--_1038"
    assert fetch(server, written)[1] == fetch(server, respelled)[1]
    assert fetch(server, "/post?s=nothing")[0].status == 404


def test_the_calendar_has_no_end(server: SampleServer) -> None:
    for month, following in [("2026-11", "2026-12"), ("2026-12", "2027-01"), ("2525-01", "2525-02")]:
        response, body = fetch(server, f"/calendar?month={month}")
        assert response.status == 200
        assert f"/calendar?month={following}".encode() in body


def test_the_calendar_stands_at_the_edges_of_time(server: SampleServer) -> None:
    assert fetch(server, "/calendar?month=0001-01")[0].status == 200
    assert fetch(server, "/calendar?month=9999-12")[0].status == 200


def test_what_is_searched_for_is_never_markup(server: SampleServer) -> None:
    _, body = fetch(server, "/search?q=%3Cscript%3Eferry")
    assert b"<script>ferry" not in body
    assert b"halves the trip" in fetch(server, "/search?q=Ferry")[1]


def test_an_edit_changes_the_page_its_etag_and_its_date(server: SampleServer) -> None:
    before, _ = fetch(server, ARTICLE)
    server.replace(ARTICLE, "a crew of six", "a crew of seven")
    after, body = fetch(server, ARTICLE, If_None_Match=before.headers["ETag"])
    assert after.status == 200
    assert b"a crew of seven" in body
    dates = [parsedate_to_datetime(response.headers["Last-Modified"]) for response in (before, after)]
    assert dates[0] < dates[1]


def test_an_edit_keeps_the_page_s_encoding(server: SampleServer) -> None:
    path = "/archive/2003/0702_telephone.htm"
    server.replace(path, "€200", "€300 – “or more”")
    assert "€300 – “or more”".encode("windows-1252") in fetch(server, path)[1]


@pytest.mark.parametrize(
    ("path", "old"), [("/nowhere", "x"), (ARTICLE, "no such words"), (ARTICLE + "?sid=1", "a crew of six")]
)
def test_an_edit_that_cannot_be_made_is_an_error(server: SampleServer, path: str, old: str) -> None:
    with pytest.raises(ValueError, match=r"the sample has no page|is not in the source"):
        server.replace(path, old, "new")


def test_the_log_tells_who_asked_for_what_and_when(server: SampleServer) -> None:
    start = time.monotonic()
    fetch(server, "/robots.txt", User_Agent="newsarchive/test")
    fetch(server, ARTICLE + "?sid=1", method="HEAD")
    first, second = server.log
    assert (first.method, first.path, first.user_agent) == ("GET", "/robots.txt", "newsarchive/test")
    assert (second.method, second.path, second.user_agent) == ("HEAD", ARTICLE + "?sid=1", "")
    assert start <= first.at <= second.at <= time.monotonic()


def test_one_connection_carries_many_requests_quickly(server: SampleServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    start = time.monotonic()
    for _ in range(100):
        connection.request("GET", ARTICLE)
        assert connection.getresponse().read()
    connection.close()
    # 100 delayed ACKs alone would take 4 s; measured: 0.1 s.
    assert time.monotonic() - start < 2


def test_a_client_that_hangs_up_leaves_no_noise(server: SampleServer, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port)) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close by reset
        connection.sendall(f"GET {ARTICLE} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 50)
    assert fetch(server, ARTICLE)[0].status == 200
    time.sleep(0.1)
    assert capfd.readouterr() == ("", "")


def test_many_may_ask_at_once(server: SampleServer) -> None:
    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda path: fetch(server, path)[0].status, [ARTICLE, "/", "/feed/"] * 40))
    assert set(statuses) == {200}
    assert len(server.log) == 120
