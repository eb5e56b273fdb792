"""The traps, as a table: what kind, what is served, and how the address must end in the ledger.

Each has a host of its own (127.0.1.1, 127.0.1.2 … are all this machine), so that each has its own robots.txt and none
waits for another. ``{canary}`` is the port of a server that must never be asked, ``{port}`` the adversary's own.
"""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

from answers import (
    MB,
    Stream,
    bomb,
    endless,
    entities_of_entities,
    moved,
    packed,
    page,
    raw,
    reset_after,
    whole,
)

PATH = "/2026/05/01/the-council-of-the-lake-met"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
NO_ROBOTS = whole(b"", "404 Not Found")


@dataclass(frozen=True)
class Trap:
    name: str
    kind: str
    """``network``, ``document``, ``redirect`` or ``robots``."""
    serve: Callable[[], bytes | Stream]
    """Makes the answer; called when it is asked for."""
    ends: tuple[str, str | None]
    """Outcome and reason of its address."""
    robots: Callable[[], bytes | Stream] = lambda: NO_ROBOTS
    tls: str = ""
    """Which certificate it shows: ``self-signed``, ``expired``, ``wrong-host``; empty: plain HTTP."""
    path: str = PATH
    more: dict[str, Callable[[], bytes | Stream]] = field(default_factory=dict)
    """Further paths of its host."""
    slow: bool = False
    """It ends by the time limit only."""


def network() -> list[Trap]:
    def trap(name, serve, reason, outcome="failed", **more):
        return Trap(name, "network", serve, (outcome, reason), **more)

    length = OK + b"Content-Length: 1000\r\n\r\n"
    chunked = OK + b"Transfer-Encoding: chunked\r\n\r\n"
    return [
        trap("never answers", lambda: endless(b"", b"", 1), "timeout", slow=True),
        trap("head drips byte by byte", lambda: endless(OK, b"X", 0.2), "timeout", slow=True),
        trap("body drips byte by byte", lambda: endless(length, b".", 0.2), "timeout", slow=True),
        trap("header fields without end", lambda: endless(OK, b"X-Field: yes\r\n" * 500), "too-large", "refused"),
        trap("one header line without end", lambda: endless(OK + b"X: ", b"x" * 10_000), "too-large", "refused"),
        trap("200,000 header fields", lambda: raw(OK + b"A: b\r\n" * 200_000 + b"\r\n"), "too-large", "refused"),
        trap(
            "interim answers without end",
            lambda: endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100),
            "too-large",
            "refused",
        ),
        trap(
            "chunks without end",
            lambda: endless(chunked, b"10000\r\n" + b"x" * 65536 + b"\r\n"),
            "too-large",
            "refused",
        ),
        trap("body until close without end", lambda: endless(OK + b"\r\n", b"x" * 65536), "too-large", "refused"),
        trap(
            "100 MB declared", lambda: raw(OK + b"Content-Length: 100000000\r\n\r\nx", pause=5), "too-large", "refused"
        ),
        trap("100 MB sent", lambda: raw(OK + b"\r\n", *[b"x" * MB] * 100), "too-large", "refused"),
        trap("reset in the body", lambda: reset_after(length + b"half"), "truncated-body"),
        trap("closed before the answer", lambda: raw(b""), "connection-lost"),
        trap("closed in the head", lambda: raw(OK), "connection-lost"),
        trap("length beyond the body", lambda: raw(length + b"half"), "truncated-body"),
        trap("chunk cut short", lambda: raw(chunked + b"ff\r\nhalf"), "truncated-body"),
        trap("chunk size that is no number", lambda: raw(chunked + b"zz\r\nhalf\r\n0\r\n\r\n"), "truncated-body"),
        trap("negative chunk size", lambda: raw(chunked + b"-5\r\nhalf\r\n0\r\n\r\n"), "truncated-body"),
        trap("chunk size without end", lambda: endless(chunked, b"1" * 10_000), "truncated-body"),
        trap("two lengths", lambda: raw(OK + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\nhello"), "bad-answer"),
        trap("HTTP/0.9", lambda: raw(b"<p>The council met.</p>\r\n" * 9), "bad-answer"),
        trap("no status line", lambda: raw(bytes(range(256)) + b"\r\n\r\n"), "bad-answer"),
        trap("status 999", lambda: whole(b"", "999 No"), "http-999"),
        trap("gzip bomb", lambda: whole(bomb("gzip"), Content_Encoding="gzip"), "too-large", "refused"),
        trap("deflate bomb", lambda: whole(bomb("deflate"), Content_Encoding="deflate"), "too-large", "refused"),
        trap("brotli bomb", lambda: whole(bomb("br"), Content_Encoding="br"), "too-large", "refused"),
        trap("zstd bomb", lambda: whole(bomb("zstd"), Content_Encoding="zstd"), "too-large", "refused"),
        trap(
            "bomb in three codings",
            lambda: whole(packed(bomb("gzip"), 2), Content_Encoding="gzip, gzip, gzip"),
            "too-large",
            "refused",
        ),
        trap("four codings", lambda: whole(packed(b"x", 4), Content_Encoding="gzip, gzip, gzip, gzip"), "bad-encoding"),
        trap("gzip cut short", lambda: whole(packed(page("monday"))[:-20], Content_Encoding="gzip"), "truncated-body"),
        trap("coding nobody knows", lambda: whole(b"x", Content_Encoding="rot13"), "bad-encoding"),
        trap(
            "more than it said, then kept open",
            lambda: OK + b"Content-Length: 5\r\n\r\nhello" + b"!" * 9000,
            "not-html",
            "not-article",
        ),
        trap("self-signed certificate", lambda: whole(page("tls")), "tls", tls="self-signed"),
        trap("certificate of yesterday", lambda: whole(page("tls")), "tls", tls="expired"),
        trap("certificate of another host", lambda: whole(page("tls")), "tls", tls="wrong-host"),
    ]


def documents() -> list[Trap]:
    def trap(name, body, reason, outcome="not-article", kind="text/html", **more):
        return Trap(name, "document", lambda: whole(body(), kind=kind), (outcome, reason), **more)

    laughs = entities_of_entities("html", "<body><p>{}</p></body>")
    return [
        trap(
            "a million attributes",
            lambda: page("x", body="<p " + " ".join(f"a{n}=''" for n in range(800_000)) + ">"),
            "parser-timeout",
            "failed",
            slow=True,
        ),
        trap("a million elements within each other", lambda: page("deep", body="<div>" * 1_000_000), None, "new"),
        trap("JSON-LD of 50 MB", lambda: page("json", head=_json_ld(50 * MB)), "too-large", "refused"),
        trap("JSON-LD of brackets", lambda: page("brackets", head=_script("[" * 2_000_000)), None, "new"),
        trap("comment without end", lambda: b"<html><body><!--" + b"x" * 5 * MB, "no-headline"),
        trap("random bytes", lambda: random.Random(5).randbytes(200_000), "not-html"),
        trap("NULs", lambda: bytes(200_000), "not-html"),
        trap(
            "UTF-7",
            lambda: b"<h1>+ADw-script+AD4-alert(1)+ADw-/script+AD4-</h1>",
            "no-body",
            kind="text/html; charset=utf-7",
        ),
        trap("UTF-16 that is ASCII", lambda: page("utf16"), None, "new", kind="text/html; charset=utf-16"),
        trap("half of a surrogate", lambda: page("surrogate").replace(b"surrogate", b"\xed\xa0\x80 half"), None, "new"),
        trap("PDF called HTML", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 100, "not-html"),
        trap("nothing", lambda: b"", "empty"),
        trap("billion laughs", lambda: laughs, "no-headline", kind="application/xhtml+xml"),
        trap(
            "pictures and base of loopback",
            lambda: page("base", head='<base href="http://127.0.0.1:{canary}/">', body='<img src="/x.png">'),
            None,
            "new",
        ),
    ]


def redirects() -> list[Trap]:
    def trap(name, location, reason, outcome="failed", **more):
        return Trap(name, "redirect", lambda: moved(location), (outcome, reason), **more)

    loopbacks = ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0"]
    forbidden = [trap(f"to {host}", f"http://{host}:{{canary}}/", "forbidden-address", "refused") for host in loopbacks]
    hops = {f"/hop/{n}": (lambda n=n: moved(f"/hop/{n + 1}")) for n in range(60)}
    refresh = '<meta http-equiv="refresh" content="0; url={}">'
    return [
        *forbidden,
        trap(
            "to a private address by name", f"http://{socket.gethostname()}:{{canary}}/", "forbidden-address", "refused"
        ),
        trap("to the cloud's metadata", "http://169.254.169.254/latest/meta-data/", "forbidden-address", "refused"),
        trap("to loopback behind a user name", "http://a.example@127.0.0.1:{canary}/", "forbidden-address", "refused"),
        trap("to loopback without a scheme", "//127.0.0.1:{canary}/without", "forbidden-address", "refused"),
        trap("to itself", PATH, "redirect-loop"),
        trap("there and back", "/back", "redirect-loop", more={"/back": lambda: moved(PATH)}),
        trap("fifty hops", "/hop/0", "redirect-loop", more=hops),
        trap("to a file", "file:///etc/passwd", "http-302"),
        trap("to data", "data:text/html,<h1>x</h1>", "http-302"),
        trap("to a script", "javascript:alert(1)", "scheme", "refused"),
        trap("to ftp", "ftp://127.0.0.1:{canary}/x", "http-302"),
        trap("to nowhere", "", "redirect-loop"),
        trap("to a host that is none", "http://%00/", "dns"),
        trap("to an address of 60,000 characters", "/" + "a" * 60_000, "too-large", "refused"),
        trap("to an address of 10,000 characters", "/" + "a" * 10_000, "url-too-long", "refused"),
        Trap(
            "refresh to loopback",
            "redirect",
            lambda: whole(page("refresh", head=refresh.format("http://127.0.0.1:{canary}/refresh"))),
            ("refused", "forbidden-address"),
        ),
        Trap(
            "refresh to itself, each time under another address",
            "redirect",
            lambda: whole(page("again", head=refresh.format(f"?{random.random()}"))),
            ("failed", "redirect-loop"),
        ),
    ]


def robots() -> list[Trap]:
    def trap(name, said, ends=("refused", "robots-unreachable"), **more):
        return Trap(name, "robots", lambda: whole(page(name)), ends, robots=said, **more)

    new, forbidden = ("new", None), ("refused", "robots-txt")
    text = lambda *lines: lambda: whole("\n".join(lines).encode(), kind="text/plain")  # noqa: E731
    return [
        trap("robots.txt: 503", lambda: whole(b"", "503 Busy")),
        trap("robots.txt: 429", lambda: whole(b"", "429 Too Many Requests")),
        trap("robots.txt never comes", lambda: endless(b"", b"", 1), slow=True),
        trap("robots.txt redirects to itself", lambda: moved("/robots.txt")),
        trap(
            "robots.txt redirects to loopback",
            lambda: moved("http://127.0.0.1:{canary}/robots.txt"),
            ("refused", "forbidden-address"),
        ),
        trap("robots.txt is cut short", lambda: raw(OK + b"Content-Length: 99\r\n\r\nUser-agent: *")),
        trap("robots.txt is a bomb", lambda: whole(bomb("gzip"), Content_Encoding="gzip")),
        trap("robots.txt of 5 MB forbids at once", text("User-agent: *", "Disallow: /", "# x" * 1_700_000), forbidden),
        trap("robots.txt is a page", lambda: whole(page("robots")), new),
        trap(
            "robots.txt allows the rest, forbids us",
            text("User-agent: *", "Allow: /", "", "User-agent: newsarchive", "Disallow: /"),
            forbidden,
        ),
        trap(
            "robots.txt forbids all, allows us",
            text("User-agent: *", "Disallow: /", "", "User-agent: newsarchive", "Allow: /"),
            new,
        ),
        trap("robots.txt: the longer rule allows", text("User-agent: *", "Disallow: /2026", "Allow: /2026/05/"), new),
        trap(
            "robots.txt: the longer rule forbids",
            text("User-agent: *", "Allow: /2026", "Disallow: /2026/05/"),
            forbidden,
        ),
        trap("robots.txt with a pattern that explodes", text("User-agent: *", "Disallow: /" + "*a" * 3_000 + "$"), new),
        Trap(
            "a redirect to what is forbidden",
            "robots",
            lambda: moved("/private/x"),
            forbidden,
            robots=text("User-agent: *", "Disallow: /private/"),
        ),
    ]


def _script(text: str) -> str:
    return f"<script type='application/ld+json'>{text}</script>"


def _json_ld(size: int) -> str:
    return _script(json.dumps({"@type": "NewsArticle", "articleBody": "x" * size}))


TRAPS = (*network(), *documents(), *redirects(), *robots())


def host(number: int) -> str:
    """The address of the trap of that number, counted from 0."""
    return f"127.0.1.{number + 1}"
