from __future__ import annotations

import contextlib
import socket
import threading
import time

from newsarchive.captures.http_message import MAX_HEAD_BYTES
from newsarchive.captures.warc_reader import iter_captures


def flood(handler):
    """Header fields without end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    with contextlib.suppress(OSError):
        for n in range(200_000):
            handler.wfile.write(b"X-Field-%d: %s\r\n" % (n, b"x" * 200))


def endless_field(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    with contextlib.suppress(OSError):
        for _ in range(10_000):
            handler.wfile.write(b"x" * 10_000)


def two_lengths(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 50\r\n\r\nhello")


def no_http(handler):
    handler.wfile.write(b"<p>The council met.</p>\r\n" * 9)
    handler.close_connection = True


def endless_interim(handler):
    with contextlib.suppress(OSError):
        for _ in range(1_000_000):
            handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)


def endless_body(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    with contextlib.suppress(OSError):
        for _ in range(1000):
            handler.wfile.write(b"x" * 100_000)
    handler.close_connection = True


def declared_huge(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n")
    handler.close_connection = True


def cut_short(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf an article")
    handler.close_connection = True


def cut_chunk(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf an article")
    handler.close_connection = True


def dripping(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    with contextlib.suppress(OSError):
        for _ in range(100):
            handler.wfile.write(b".")
            time.sleep(0.1)


def silent(handler):
    handler.close_connection = True


def until_close(handler):
    handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nan old server ends by closing")
    handler.close_connection = True


def test_each_broken_answer_has_its_reason(site, fetch):
    expected = {
        flood: "too-large",
        endless_field: "too-large",
        two_lengths: "bad-answer",
        no_http: "bad-answer",
        endless_interim: "too-large",
        endless_body: "too-large",
        declared_huge: "too-large",
        cut_short: "truncated-body",
        cut_chunk: "truncated-body",
        dripping: "timeout",
        silent: "connection-lost",
    }
    for answer in (*expected, until_close):
        site.answers[f"/{answer.__name__}"] = answer
    site.answers["/loop"] = (302, {"Location": "/loop"}, b"")
    site.answers["/long"] = (302, {"Location": "/" + "a" * 70_000}, b"")
    site.answers["/longish"] = (302, {"Location": "/" + "a" * 10_000}, b"")
    site.answers["/script"] = (302, {"Location": "javascript:alert(1)"}, b"")
    site.answers["/teapot"] = (418, {}, b"")
    urls = {site.url(f"/{answer.__name__}"): reason for answer, reason in expected.items()}
    urls |= {site.url("/loop"): "redirect-loop", site.url("/teapot"): "http-418"}
    urls |= {site.url("/long"): "too-large", site.url("/longish"): "url-too-long", site.url("/script"): "scheme"}
    old = site.url("/until_close")
    fetched = fetch(*urls, old, NEWSARCHIVE_ALLOW_ADDRESSES=site.address, DOWNLOAD_TIMEOUT=1.5)
    assert {url: result.get("reason") for url, result in fetched.items() if url not in (old, "end")} == urls
    assert fetched[old]["body"] == "an old server ends by closing"
    assert "Traceback" not in fetched["end"]["log"]


def test_a_head_is_broken_off_soon_after_the_limit(site, fetch):
    seen = []

    def counted(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        with contextlib.suppress(OSError):
            for n in range(100_000):
                handler.wfile.write(b"X: %s\r\n" % (b"x" * 1000))
                seen.append(n)

    def long_but_fine(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n")
        handler.wfile.write(b"X: %s\r\n" % (b"x" * 1000) * 100 + b"\r\nok")

    site.answers |= {"/flood": counted, "/fine": long_but_fine}
    fetched = fetch(site.url("/flood"), site.url("/fine"), NEWSARCHIVE_ALLOW_ADDRESSES=site.address)
    assert fetched[site.url("/fine")]["body"] == "ok"
    # What the sockets' buffers take is beyond our say.
    assert len(seen) * 1000 < MAX_HEAD_BYTES + 20_000_000


def test_certificates_are_verified(tls_site, certificates, fetch, tmp_path):
    tls_site.answers["/"] = (200, {}, b"secure")
    ours = tls_site.url(host="localhost")
    settings = {"NEWSARCHIVE_ALLOW_ADDRESSES": f"127.0.0.1:{tls_site.port}"}
    unknown = fetch(ours, **settings)
    assert unknown[ours]["reason"] == "tls"
    assert "certificate verify failed" in unknown[ours]["detail"]
    assert tls_site.requests == []
    other = f"https://paper.intranet:{tls_site.port}/"
    known = fetch(
        ours,
        tls_site.url(),
        other,
        captures=tmp_path,
        NEWSARCHIVE_CA_FILE=str(certificates.ca_file),
        TEST_HOSTS={"paper.intranet": ["127.0.0.1"]},
        **settings,
    )
    assert known[ours]["body"] == known[tls_site.url()]["body"] == "secure"
    assert known[other]["reason"] == "tls"  # the certificate is for another name


def test_everything_goes_through_the_proxy_of_the_setting(site, fetch, tmp_path):
    """Our site plays the proxy: it is asked for whole addresses, and names are its business."""
    site.answers["http://paper.example/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /no")
    site.answers["http://paper.example/page"] = (200, {}, b"by proxy")
    page, refused = "http://paper.example/page", "http://paper.example/no"
    fetched = fetch(
        page,
        refused,
        "http://127.0.0.1/",
        "http://0x7f.1:99/",
        "http://localhost/",
        captures=tmp_path,
        NEWSARCHIVE_PROXY=f"http://user:secret@{site.address}",
    )
    assert fetched[page]["body"] == "by proxy"
    assert fetched[page]["resolved"] == "None"
    assert fetched[refused]["reason"] == "robots-txt"
    assert {fetched[url]["reason"] for url in ("http://127.0.0.1/", "http://0x7f.1:99/", "http://localhost/")} == {
        "forbidden-address"
    }
    assert site.requests == ["http://paper.example/robots.txt", "http://paper.example/page"]
    assert {headers["proxy-authorization"] for headers in site.headers} == {"Basic dXNlcjpzZWNyZXQ="}
    (warc,) = tmp_path.rglob("*.warc.gz")
    assert len(list(iter_captures(warc))) == 2
    assert b"dXNlcjpzZWNyZXQ" not in warc.read_bytes()


def test_https_goes_through_the_proxy_by_connect(site, tls_site, certificates, fetch):
    tunnels = []

    def connect(handler):
        tunnels.append(handler.path)
        with socket.create_connection(("127.0.0.1", tls_site.port)) as upstream:
            handler.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

            def pump(source, target):
                with contextlib.suppress(OSError):
                    while piece := source.recv(65536):
                        target.sendall(piece)

            threading.Thread(target=pump, args=(upstream, handler.connection), daemon=True).start()
            pump(handler.connection, upstream)
        handler.close_connection = True

    site.connect = connect
    tls_site.answers["/page"] = (200, {}, b"through the tunnel")
    # The certificate is for "localhost"; a literal or local name would be refused before the proxy is asked.
    page = "https://localhost/page"
    fetched = fetch(
        page,
        NEWSARCHIVE_PROXY=f"http://{site.address}",
        NEWSARCHIVE_ALLOW_ADDRESSES="localhost:443",
        NEWSARCHIVE_CA_FILE=str(certificates.ca_file),
    )
    assert fetched[page]["body"] == "through the tunnel"
    assert set(tunnels) == {"localhost:443"}
    assert tls_site.requests == ["/robots.txt", "/page"]


def test_the_proxy_of_the_environment_is_not_used(site, fetch):
    # The process that fetches has http_proxy and its kind set, to a port where nobody listens.
    site.answers["/page"] = (200, {}, b"direct")
    fetched = fetch(site.url("/page"), NEWSARCHIVE_ALLOW_ADDRESSES=site.address)
    assert fetched[site.url("/page")]["body"] == "direct"


def test_other_schemes_are_not_fetched(fetch, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    urls = [secret.as_uri(), "ftp://127.0.0.1/x", "data:text/html,x", "gopher://a.example/"]
    fetched = fetch(*urls)
    assert {fetched[url]["reason"] for url in urls} == {"scheme"}


def test_impossible_hosts_fail_at_once(fetch):
    urls = [f"http://{host}/" for host in ("a" * 64 + ".example", "..", "%00", "-.-", ".example", "a" * 300)]
    started = time.monotonic()
    fetched = fetch(*urls)
    assert {fetched[url]["reason"] for url in urls} == {"dns"}
    assert time.monotonic() - started < 20


def test_a_request_whose_connection_breaks_off_is_sent_again_by_the_crawl_alone(site, fetch):
    """Not a second time at once by what keeps connections, without delay and uncounted."""

    def break_off(handler):
        handler.close_connection = True
        handler.connection.close()

    site.answers |= {"/robots.txt": (200, {"Content-Type": "text/plain"}, b""), "/breaks": break_off}
    fetched = fetch(site.url("/breaks"), NEWSARCHIVE_ALLOW_ADDRESSES=site.address, RETRY_TIMES=1)
    assert fetched[site.url("/breaks")]["outcome"] == "failed"
    assert site.requests == ["/robots.txt", "/breaks", "/breaks"]
