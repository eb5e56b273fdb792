"""What a hostile page can do in the browser: a real Chromium, without which these tests are skipped."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from newsarchive.config import Config
from newsarchive.crawling.browser.path import browser_path
from newsarchive.crawling.connections.addresses import AddressGuard
from newsarchive.errors import ConfigError, FetchError

try:
    CHROMIUM: Path | None = browser_path(Config())
    MISSING = ""
except ConfigError as error:
    CHROMIUM, MISSING = None, str(error)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason=MISSING)]
if CHROMIUM is not None:
    from newsarchive.crawling.browser.chromium import PageSource, RenderingBrowser

USER_AGENT = "newsarchive/0 (+https://archive.example/about)"


def _render(
    *pages: str,
    guard: AddressGuard | None = None,
    url: str = "http://news.example/story",
    allows: Callable[[str], bool] = lambda _: True,
    during: Callable[[], None] | None = None,
    **options: float,
) -> list[str]:
    """What the pages become, one after the other in one browser; of a failure its reason."""

    async def allowed(address: str) -> bool:
        return allows(address)

    async def run() -> list[str]:
        assert CHROMIUM is not None
        browser = RenderingBrowser(executable=CHROMIUM, user_agent=USER_AGENT, allows=allowed, **options)
        results = []
        try:
            for page in pages:
                source = PageSource(
                    url=url,
                    headers={"content-type": "text/html; charset=utf-8"},
                    body=page.encode(),
                    guard=guard or AddressGuard(),
                )
                task = asyncio.ensure_future(browser.render(source))
                if during is not None and page == pages[0]:
                    await asyncio.to_thread(during)
                try:
                    results.append(await task)
                except FetchError as error:
                    results.append(error.reason)
        finally:
            await browser.close()
        return results

    return asyncio.run(run())


class Canary:
    """A port of this machine, TCP and UDP, that notes whoever comes."""

    def __init__(self) -> None:
        self.hits: list[bytes] = []
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._tcp.getsockname()[1]
        self._udp = socket.socket(type=socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        for serve in (self._accept, self._receive):
            threading.Thread(target=serve, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            self.hits.append(b"connection")
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(10)
            self.hits.append(connection.recv(200).partition(b"\r\n")[0])
            connection.sendall(b"HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: *\r\n\r\n")

    def _receive(self) -> None:
        while True:
            try:
                self.hits.append(b"udp " + self._udp.recv(100)[:20])
            except OSError:
                return

    def close(self) -> None:
        self._tcp.close()
        self._udp.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    canary = Canary()
    yield canary
    canary.close()


def _reaching(port: int) -> str:
    """A page that tries every way to a port of this machine that browsers have."""
    return f"""<!DOCTYPE html><html><head>
<meta http-equiv="refresh" content="1;url=http://127.0.0.1:{port}/refresh">
<link rel="dns-prefetch" href="//localhost:{port}"><link rel="preconnect" href="http://127.0.0.1:{port}">
<link rel="prefetch" href="http://127.0.0.1:{port}/prefetch"><link rel="prerender" href="http://127.0.0.1:{port}/prerender">
<link rel="modulepreload" href="http://127.0.0.1:{port}/module"><link rel="stylesheet" href="http://127.1:{port}/style">
<link rel="icon" href="http://127.0.0.1:{port}/icon"><link rel="manifest" href="http://127.0.0.1:{port}/manifest">
<script type="speculationrules">{{"prerender": [{{"urls": ["http://127.0.0.1:{port}/speculation"]}}]}}</script>
<script src="http://[::ffff:127.0.0.1]:{port}/script"></script></head><body><p id="sign">before</p>
<img src="http://127.0.0.1:{port}/image"><iframe src="http://0.0.0.0:{port}/frame"></iframe>
<object data="http://127.0.0.1:{port}/object"></object><embed src="http://127.0.0.1:{port}/embed">
<video src="http://127.0.0.1:{port}/video" autoplay></video>
<form id="form" action="http://127.0.0.1:{port}/form" method="post" target="frame"></form><iframe name="frame"></iframe>
<script>
const tried = [];
const attempt = (name, way) => {{ try {{ way() }} catch (error) {{ name += " " + error.name }}; tried.push(name) }};
attempt("fetch", () => fetch("http://2130706433:{port}/fetch").catch(() => 0));
const post = {{mode: "no-cors", method: "POST", body: "x"}};
attempt("no-cors", () => fetch("http://localhost:{port}/fetch", post).catch(() => 0));
attempt("any.localhost", () => fetch("http://any.localhost:{port}/fetch").catch(() => 0));
attempt("keepalive", () => fetch("http://127.0.0.1:{port}/keepalive", {{keepalive: true}}).catch(() => 0));
attempt("xhr", () => {{ const r = new XMLHttpRequest(); r.open("GET", "http://127.0.0.1:{port}/xhr"); r.send() }});
attempt("ws", () => new WebSocket("ws://127.0.0.1:{port}/socket"));
attempt("wss", () => new WebSocket("wss://localhost:{port}/socket"));
attempt("events", () => new EventSource("http://127.0.0.1:{port}/events"));
attempt("transport", () => new WebTransport("https://127.0.0.1:{port}/transport").ready.catch(() => 0));
attempt("beacon", () => navigator.sendBeacon("http://127.0.0.1:{port}/beacon", "x"));
attempt("worker", () => new Worker(URL.createObjectURL(new Blob(["fetch('http://127.0.0.1:{port}/worker');new WebSocket('ws://127.0.0.1:{port}/w')"]))));
attempt("rtc", () => {{
    const c = new RTCPeerConnection({{iceServers: [{{urls: "stun:127.0.0.1:{port}"}},
        {{urls: ["turn:127.0.0.1:{port}", "turn:127.0.0.1:{port}?transport=tcp"], username: "a", credential: "b"}}]}});
    c.createDataChannel("x");
    c.createOffer().then(offer => c.setLocalDescription(offer))
        .then(() => c.addIceCandidate({{
            candidate: "candidate:1 1 udp 2122260223 127.0.0.1 {port} typ host", sdpMid: "0"}}))
        .catch(() => 0);
}});
attempt("popup", () => open("http://127.0.0.1:{port}/popup"));
attempt("form", () => document.getElementById("form").submit());
const a = document.createElement("a");
attempt("link", () => {{ a.href = "http://127.0.0.1:{port}/ping"; a.ping = a.href; a.click() }});
document.getElementById("sign").textContent = "tried " + tried.join(", ");
setTimeout(() => location = "http://127.0.0.1:{port}/location", 500);
setTimeout(() => document.body.append("late"), 900);
</script></body></html>"""


@pytest.mark.parametrize("scheme", ["http", "https"])  # some ways are open to secure pages only
def test_no_way_leads_to_this_machine(canary, scheme):
    (text,) = _render(_reaching(canary.port), url=f"{scheme}://news.example/story")
    assert "tried fetch, no-cors" in text
    assert canary.hits == []


def test_the_ways_that_are_tried_would_lead_there_were_it_allowed(canary):
    # Else the test above would prove nothing. These cannot be seen within the browser: only the proxy stops them.
    guard = AddressGuard(["127.0.0.1", "localhost", "0.0.0.0"])
    _render(_reaching(canary.port), guard=guard)
    hits = b"\n".join(canary.hits)
    open_ways = (b"/script", b"/fetch", b"/xhr", b"/socket", b"/frame", b"/prefetch", b"/style")
    assert [way for way in open_ways if way not in hits] == []
    closed_ways = (b"/image", b"/video", b"/beacon", b"/location", b"/popup", b"/refresh", b"udp")
    assert [way for way in closed_ways if way in hits] == []


@pytest.mark.parametrize("kind", ["script", "iframe", "fetch"])
def test_a_redirect_to_this_machine_is_not_followed(canary, site, kind):
    site.answers["/away"] = (
        302,
        {"Location": f"http://127.0.0.1:{canary.port}/redirected", "Access-Control-Allow-Origin": "*"},
        b"",
    )
    away = site.url("/away")
    markup = (
        f"<script>fetch('{away}').catch(() => 0)</script>" if kind == "fetch" else f"<{kind} src='{away}'></{kind}>"
    )
    (text,) = _render(f"<p>here</p>{markup}", guard=AddressGuard([site.address]))
    assert "here" in text
    assert site.requests == ["/away"]
    assert canary.hits == []


def test_what_scripts_load_and_make_is_in_the_page_and_the_browser_says_who_it_is(site):
    site.answers |= {
        "/text": (200, {"Access-Control-Allow-Origin": "*"}, b"The lake is low."),
        "/script": (
            200,
            {"Content-Type": "text/javascript"},
            f"""fetch("{site.url("/text")}").then(r => r.text()).then(text => {{
                document.body.innerHTML = `<p>${{text}}</p><i>${{navigator.webdriver}}</i>` }})""".encode(),
        ),
    }
    page = f"<html lang='sw'><title>Ziwa</title><body><script src='{site.url('/script')}'></script>"
    (text,) = _render(page, guard=AddressGuard([site.address]))
    assert text.startswith('<!DOCTYPE html>\n<html lang="sw"><head><title>Ziwa</title></head>')
    assert "<p>The lake is low.</p><i>true</i>" in text
    assert {headers["user-agent"] for headers in site.headers} == {USER_AGENT}


def test_what_robots_txt_forbids_and_what_is_no_text_is_not_loaded(site):
    page = "".join(f"<{tag} src='{site.url('/' + tag)}'></{tag}>" for tag in ("img", "video", "script", "iframe"))
    _render(page, guard=AddressGuard([site.address]), allows=lambda url: not url.endswith("/iframe"))
    assert site.requests == ["/script"]


def test_no_page_finds_what_another_left():
    leave = """<p id="p"></p><script>
        document.cookie = "a=b"; localStorage.a = "b"; sessionStorage.a = "b";
        document.getElementById("p").textContent = "left"</script>"""
    look = """<p id="p"></p><script>
        const found = [document.cookie, localStorage.a, sessionStorage.a];
        document.getElementById("p").textContent = `[${found.join("|")}]`</script>"""
    left, found = _render(leave, look)
    assert ">left<" in left
    assert ">[||]<" in found


@pytest.mark.parametrize(
    "script",
    [
        "for (;;);",
        "setTimeout(() => { for (;;); }, 100);",
        "for (;;) alert(1);",
        "for (;;) confirm(1);",
        "document.addEventListener('DOMContentLoaded', () => { for (;;) prompt(1); });",
    ],
)
def test_a_page_without_end_is_ended_and_the_next_one_is_read(script):
    ended, after = _render(f"<p>x</p><script>{script}</script>", "<p>after</p>", page_s=4.0)
    assert ended == "timeout"
    assert "<p>after</p>" in after


@pytest.mark.parametrize(
    "script",
    [
        "document.getElementById('a').click()",  # a download
        "print()",
        "alert(1)",
        "location = 'http://news.example/other'",
        "location = 'file:///etc/passwd'",
        "location = 'chrome://crash'",
        "open('about:blank'); open('http://news.example/other')",
        "Object.defineProperty(Element.prototype, 'outerHTML', {get: () => 'a lie'})",
        "Notification.requestPermission(); navigator.geolocation.getCurrentPosition(() => 0)",
        "navigator.serviceWorker && navigator.serviceWorker.register('/worker.js').catch(() => 0)",
        "onbeforeunload = event => event.preventDefault()",
    ],
)
def test_a_page_that_wants_more_than_to_be_read_is_read_nevertheless(script):
    link = "<a id='a' download='a.txt' href='data:text/plain,hello'>a</a>"
    (text,) = _render(f"<p>x</p>{link}<script>{script};document.body.append('made')</script>")
    assert "<p>x</p>" in text
    assert "made" in text


def test_a_page_larger_than_a_document_may_be_is_refused():
    page = """<script>const s = "x".repeat(1e6);
        for (let i = 0; i < 11; i++) document.body.append(s + i)</script>"""
    assert _render(f"<body>{page}") == ["too-large"]


def test_a_page_that_loads_too_much_is_refused(site):
    site.answers["/big"] = (200, {"Content-Type": "text/javascript"}, b"//" + b"x" * 300_000)
    page = f"<p>x</p><script src='{site.url('/big')}'></script>"
    assert _render(page, guard=AddressGuard([site.address]), max_received=100_000) == ["too-large"]


def test_a_page_that_takes_all_memory_loses_its_process_and_the_next_one_is_read():
    bomb = "<body><script>const a = []; for (;;) a.push(new Uint8Array(1e8).fill(7))</script>"
    crashed, after = _render(bomb, "<p>after</p>")
    assert crashed in ("browser-crash", "timeout")
    assert "<p>after</p>" in after


@pytest.mark.parametrize("kind", ["renderer", None])
def test_a_browser_that_dies_is_a_failure_of_its_page_and_a_fresh_one_reads_the_next(kind):
    def kill() -> None:
        for _ in range(200):
            if any(_is_browser(pid, "renderer") for pid in _descendants(os.getpid())):
                threading.Event().wait(2)
                for pid in _descendants(os.getpid()):
                    if _is_browser(pid, kind):
                        os.kill(pid, signal.SIGKILL)
                return
            threading.Event().wait(0.05)

    crashed, after = _render("<p>x</p><script>for (;;);</script>", "<p>after</p>", during=kill, page_s=20.0)
    assert crashed == "browser-crash"
    assert "<p>after</p>" in after


def test_a_program_that_is_no_browser_is_named():
    async def run() -> None:
        async def allowed(_: str) -> bool:
            return True

        browser = RenderingBrowser(executable=Path("/bin/false"), user_agent=USER_AGENT, allows=allowed)
        source = PageSource(url="http://news.example/", headers={}, body=b"", guard=AddressGuard())
        try:
            await browser.render(source)
        finally:
            await browser.close()

    with pytest.raises(ConfigError, match=r"^/bin/false does not start: .*NEWSARCHIVE_BROWSER$"):
        asyncio.run(run())


def _descendants(process: int) -> list[int]:
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
    found = [process]
    for parent in found:
        found += [child for child, of in parents.items() if of == parent]
    return found[1:]


def _is_browser(process: int, kind: str | None) -> bool:
    """Whether it is a browser's process: of that kind, or with None its first."""
    try:
        arguments = Path(f"/proc/{process}/cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
    except OSError:
        return False
    is_chromium = "--user-agent=" in arguments or "chrom" in arguments.split(" ")[0]
    return is_chromium and (f"--type={kind}" in arguments if kind else "--type=" not in arguments)
