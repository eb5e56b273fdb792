"""What rendering a page costs beside fetching it: the same stories, as HTML and made by a script, in turns.

    python benchmarks/rendering.py [--pages 20]

A server on loopback; both ways end with the article read. Wall time of the pages, one after the other, and CPU time of
this process (the server's is in it, alike for both) and of the browser's, without starting it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from newsarchive.config import Config
from newsarchive.crawling.browser.chromium import PageSource, RenderingBrowser
from newsarchive.crawling.browser.path import browser_path
from newsarchive.crawling.connections.addresses import AddressGuard
from newsarchive.model.article import NotArticle
from newsarchive.model.capture import Capture
from newsarchive.publishers.registry import read

SCRIPT = """fetch(location.pathname + ".json").then(answer => answer.json()).then(story => {
    document.title = story.headline;
    document.body.innerHTML = story.html;
});"""


def story(number: int) -> tuple[str, str]:
    """Headline and HTML of a story."""
    said = [
        f"On day {day} the water at pier {number} rose by {3 * day} centimeters, keeper {day} said."
        for day in range(40)
    ]
    paragraphs = "".join(f"<p>{' '.join(said[start : start + 4])}</p>" for start in range(0, 40, 4))
    headline = f"Water at pier {number} rises"
    return headline, f"<article><h1>{headline}</h1><time datetime='2026-11-20'></time>{paragraphs}</article>"


class Handler(BaseHTTPRequestHandler):
    """``/plain/N``, ``/script/N`` and what the script asks for."""

    def do_GET(self) -> None:
        """Answer."""
        kind, _, rest = self.path.strip("/").partition("/")
        headline, html = story(int("".join(filter(str.isdigit, rest)) or 0))
        if kind == "app.js":
            content_type, body = "text/javascript", SCRIPT
        elif rest.endswith(".json"):
            content_type, body = "application/json", json.dumps({"headline": headline, "html": html})
        else:
            head = f"<title>{headline}</title>" if kind == "plain" else "<script src='/app.js' defer></script>"
            content_type, body = (
                "text/html",
                f"<!DOCTYPE html><html lang='en'><head>{head}</head><body>{html * (kind == 'plain')}",
            )
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def cpu_s(process: int) -> float:
    """CPU time of a process and all below it, ended ones included."""
    ticks, parents = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)], ticks[int(folder.name)] = int(fields[1]), sum(map(int, fields[11:15]))
    family = [process]
    for parent in family:
        family += [child for child, of in parents.items() if of == parent]
    return sum(ticks[member] for member in family) / os.sysconf("SC_CLK_TCK")


async def measure(pages: int) -> None:
    """Fetch and read, render and read, in turns; print both and their ratio."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_port}"

    async def allows(_: str) -> bool:
        return True

    browser = RenderingBrowser(executable=browser_path(Config()), user_agent="newsarchive", allows=allows)
    guard = AddressGuard([f"127.0.0.1:{server.server_port}"])
    costs: dict[str, list[tuple[float, float]]] = {"plain": [], "script": []}
    for number in range(pages + 1):
        for kind, spent in costs.items():
            wall, cpu = time.perf_counter(), cpu_s(os.getpid())
            url = f"{origin}/{kind}/{number}"
            with urlopen(url) as answer:
                body = answer.read()
            if kind == "script":
                source = PageSource(url=url, headers={"content-type": "text/html"}, body=body, guard=guard)
                body = (await browser.render(source)).encode()
            headers = {"content-type": "text/html; charset=utf-8"}
            capture = Capture(
                requested_url=url, url=url, fetched_at=datetime.now(UTC), status=200, headers=headers, body=body
            )
            if isinstance(result := read(capture), NotArticle):
                raise SystemExit(f"{url}: {result.reason}")
            if number:  # the first one starts the browser
                spent.append((time.perf_counter() - wall, cpu_s(os.getpid()) - cpu))
    await browser.close()
    server.shutdown()
    for kind, spent in costs.items():
        wall, cpu = median(wall for wall, _ in spent), sum(cpu for _, cpu in spent) / len(spent)
        print(f"{kind:7} wall {1000 * wall:7.0f} ms (median)   CPU {1000 * cpu:7.0f} ms (mean)   of {len(spent)} pages")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20)
    asyncio.run(measure(parser.parse_args().pages))
