"""What a second crawl of a site costs on which nothing has changed: requests, seconds, megabytes sent.

    python benchmarks/recrawl.py                          # 500 pages
    python benchmarks/recrawl.py --pages 10000 --json recrawl.json

A server of its own process has a home page, a sitemap index and sitemaps of 1,000 articles with ``lastmod``; it knows
ETags. The site is crawled three times without pauses: for the first time; again, when no article is due and all can be
left alone; and with ``--revisit all``, when all are asked for conditionally. Requests and bytes are the server's count;
seconds include the start of Python, and the search index, which has nothing to add from the second crawl on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.sharedctypes import SynchronizedArray
from pathlib import Path

TOP = Path(__file__).parent.parent
A_SITEMAP = 1_000
"""Articles of one sitemap."""
SENTENCE = "Session {} of the council of the lake towns decided that the ferry to the islands will run, ice or no ice."
PORT, REQUESTS, BYTES = range(3)


def page(path: str, base: str, pages: int) -> tuple[str, str] | None:
    """Media type and text of what is under a path; None if nothing is."""
    name = path.strip("/").removesuffix(".xml")
    number = int(name.rpartition("-")[2]) if name.rpartition("-")[2].isdigit() else -1
    if path == "/":
        return "text/html", "<html><title>The Courier</title><body><p>All our news.</p></body></html>"
    if path == "/robots.txt":
        return "text/plain", f"Sitemap: {base}/sitemap.xml\n"
    if path == "/sitemap.xml":
        files = range((pages + A_SITEMAP - 1) // A_SITEMAP)
        listed = "".join(f"<sitemap><loc>{base}/sitemap-{n}.xml</loc></sitemap>" for n in files)
        return "application/xml", f"<sitemapindex>{listed}</sitemapindex>"
    if path.startswith("/sitemap-") and number >= 0:
        articles = range(number * A_SITEMAP, min((number + 1) * A_SITEMAP, pages))
        listed = "".join(
            f"<url><loc>{base}/2024/05/03/session-{n}</loc><lastmod>2024-05-03</lastmod></url>" for n in articles
        )
        return "application/xml", f"<urlset>{listed}</urlset>"
    if path.startswith("/2024/05/03/session-") and 0 <= number < pages:
        headline = f"What session {number} of the council decided"
        text = "".join(f"<p>{SENTENCE.format(number)} It was point {n} of the agenda.</p>" for n in range(12))
        published = '<meta property="article:published_time" content="2024-05-03T10:00:00Z">'
        head = f'<title>{headline}</title><meta property="og:type" content="article">{published}'
        return "text/html", f"<html><head>{head}</head><body><article><h1>{headline}</h1>{text}</article></body></html>"
    return None


def serve(pages: int, counts: SynchronizedArray[int]) -> None:
    """Answer on loopback, with ETags; runs in a process of its own."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body leave in one packet
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            found = page(self.path, f"http://127.0.0.1:{counts[PORT]}", pages)
            body = (found[1] if found else "nothing here").encode()
            etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
            if found and self.headers.get("If-None-Match") == etag:
                body = b""
                self.send_response(304)
            else:
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", found[0] if found else "text/plain")
                self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", etag)
            self.end_headers()
            self.wfile.write(body)
            with counts.get_lock():
                counts[REQUESTS] += 1
                counts[BYTES] += len(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    counts[PORT] = server.server_port
    server.serve_forever()


def newsarchive(home: str, *arguments: str) -> str:
    """Run the command line; what it printed."""
    command = [sys.executable, "-m", "newsarchive", "--home", home, *arguments]
    environment = {**os.environ, "NEWSARCHIVE_DELAY": "0"}
    return subprocess.run(command, check=True, cwd=TOP, env=environment, capture_output=True, text=True).stdout


def crawl(home: str, counts: SynchronizedArray[int], *options: str) -> dict[str, float]:
    """One crawl: requests, seconds, CPU seconds, megabytes, and what it says of itself."""
    counts[REQUESTS] = counts[BYTES] = 0
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run = json.loads(
        newsarchive(home, "crawl", "courier", "--allow-address", f"127.0.0.1:{counts[PORT]}", "--json", *options)
    )
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "requests": counts[REQUESTS],
        "seconds": seconds,
        "cpu_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "megabytes": counts[BYTES] / 1e6,
        **{name: run["counts"].get(name, 0) for name in ("new", "changed", "unchanged", "failed")},
        "not_due": run["not_due"] or 0,
    }


def main() -> None:
    """Crawl three times and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=500, help="articles of the site (default 500)")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()

    counts = multiprocessing.Array("q", 3)
    server = multiprocessing.Process(target=serve, args=(options.pages, counts), daemon=True)
    server.start()
    while not counts[PORT]:
        time.sleep(0.05)
    with tempfile.TemporaryDirectory() as home:
        newsarchive(home, "site", "add", f"http://127.0.0.1:{counts[PORT]}/", "--name", "courier", "--no-check")
        crawls = {
            "first crawl": crawl(home, counts),
            "second crawl": crawl(home, counts),
            "all again": crawl(home, counts, "--revisit", "all"),
        }
    for name, figures in crawls.items():
        print(f"{name:13}", "  ".join(f"{value:g} {kind}" for kind, value in figures.items()))
    if options.json:
        named = [
            {"name": f"{name}: {kind}", "value": crawls[name][kind], "unit": unit, "goal": None, "better": "lower"}
            for name in crawls
            for kind, unit in (("requests", ""), ("seconds", "s"), ("megabytes", "MB"))
        ]
        options.json.write_text(json.dumps({"figures": named}, indent=1))


if __name__ == "__main__":
    main()
