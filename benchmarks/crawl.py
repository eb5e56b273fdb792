"""The speed of the whole path of a page, beside a Scrapy spider that only fetches.

    python benchmarks/crawl.py --pages 500 --json crawl.json

A server of its own process answers on loopback with article pages; each contestant fetches the same addresses in its
own process, without pauses, with the same concurrency and robots.txt obeyed:

- *fetch only*: Scrapy 2.19 with its defaults, a spider whose callback does nothing;
- *newsarchive*: the spider ``urls``: WARC, parsing in child processes, archive and index, all on disk at the end.

The rounds alternate; the figures are ratios of one round, and their median. Times leave out the start of Python (a
crawl of one page, measured the same way, is taken off). Pages come from ``--html DIR`` (files ``*.html`` or
``*.html.gz``) or, without it, from the sample site's articles with the weight of a usual page's markup added.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

FILLER_BYTES = 150_000
"""Markup, scripts and styles around the text of a usual news page (the median of 1,254 real ones is 140 kB)."""

TOP = Path(__file__).parent.parent

FETCH_ONLY = """
import sys, scrapy
from scrapy.crawler import AsyncCrawlerProcess

class FetchOnly(scrapy.Spider):
    name = "fetch-only"
    start_urls = open(sys.argv[1]).read().split()
    def parse(self, response):
        pass

process = AsyncCrawlerProcess({
    "LOG_LEVEL": "ERROR", "ROBOTSTXT_OBEY": True, "TELNETCONSOLE_ENABLED": False, "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS": int(sys.argv[2]), "CONCURRENT_REQUESTS_PER_DOMAIN": int(sys.argv[2]),
})
process.crawl(FetchOnly)
process.start()
"""


def pages(folder: Path | None) -> list[bytes]:
    """The HTML that is served, in turn."""
    if folder is not None:
        files = sorted(folder.glob("*.html")) + sorted(folder.glob("*.html.gz"))
        return [gzip.decompress(f.read_bytes()) if f.suffix == ".gz" else f.read_bytes() for f in files]
    from newsarchive.demo.content import load_content
    from newsarchive.demo.site import Site
    from newsarchive.demo.truth import expected

    content = load_content()
    site = Site(content, "http://127.0.0.1")
    sample = [site.answer(article["url"]).body for article in expected(content)["articles"]]
    filler = b"<!-- " + b"/* styles and scripts of a usual page */ " * (FILLER_BYTES // 40) + b" -->"
    return [page.replace(b"</head>", filler + b"</head>", 1) for page in sample]


def serve(bodies: list[bytes], port: Synchronized[int]) -> None:
    """Answer /N with page N modulo their number; runs in a process of its own."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            robots = self.path == "/robots.txt"
            number = self.path.rpartition("-")[2]
            body = b"User-agent: *\nAllow: /\n" if robots else bodies[int(number) % len(bodies)]
            self.send_response(200)
            self.send_header("Content-Type", "text/plain" if robots else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port.value = server.server_port
    server.serve_forever()


def timed(command: list[str], environment: dict[str, str] | None = None) -> tuple[float, float]:
    """Wall seconds and CPU seconds of a command run at the project's top, its children included."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, cwd=TOP, env={**os.environ, **(environment or {})})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, cpu


def contest(name: str, port: int, count: int, concurrency: int) -> tuple[float, float]:
    """Wall and CPU seconds one contestant takes for ``count`` pages."""
    with tempfile.TemporaryDirectory() as folder:
        urls = Path(folder, "urls.txt")
        urls.write_text(
            "".join(f"http://127.0.0.1:{port}/news/an-article-of-the-benchmark-{n}\n" for n in range(count))
        )
        if name == "fetch only":
            return timed([sys.executable, "-c", FETCH_ONLY, str(urls), str(concurrency)])
        settings = {
            "CONCURRENT_REQUESTS": concurrency,
            "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
            "AUTOTHROTTLE_ENABLED": 0,
            "LOG_LEVEL": "ERROR",
        }
        command = [sys.executable, "-m", "scrapy", "crawl", "urls", "-a", f"file={urls}"]
        for setting, value in settings.items():
            command += ["-s", f"{setting}={value}"]
        environment = {
            "NEWSARCHIVE_HOME": str(Path(folder, "home")),
            "NEWSARCHIVE_DELAY": "0",
            "NEWSARCHIVE_ALLOW_ADDRESSES": f"127.0.0.1:{port}",
        }
        return timed(command, environment)


def peak_memory(port: int, count: int, concurrency: int) -> float:
    """Megabytes of the largest process of a newsarchive crawl, from a child that does nothing else."""
    code = (
        "import resource, sys; sys.path.insert(0, sys.argv[1]); import crawl;"
        "crawl.contest('newsarchive', int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]));"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    )
    arguments = [str(Path(__file__).parent), str(port), str(count), str(concurrency)]
    done = subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True)
    return float(done.stdout)


def main() -> None:
    """Run the contest and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=500, help="pages a round (default 500)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--html", type=Path, metavar="DIR", help="serve these pages instead of the sample's")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()

    bodies = pages(options.html)
    port = multiprocessing.Value("i", 0)
    server = multiprocessing.Process(target=serve, args=(bodies, port), daemon=True)
    server.start()
    while not port.value:
        time.sleep(0.05)
    names = ("fetch only", "newsarchive")
    start = {name: contest(name, port.value, 1, options.concurrency) for name in names}
    rounds = []
    for number in range(options.rounds):
        taken = {name: contest(name, port.value, options.pages, options.concurrency) for name in names}
        wall = {name: taken[name][0] - start[name][0] for name in names}
        cpu = {name: taken[name][1] - start[name][1] for name in names}
        rounds.append((wall["fetch only"] / wall["newsarchive"], cpu["newsarchive"] / cpu["fetch only"]))
        for name in names:
            print(
                f"round {number + 1}  {name:12} {options.pages / wall[name]:7.1f} pages/s  "
                f"{1000 * cpu[name] / options.pages:6.1f} ms CPU a page"
            )
    memory = peak_memory(port.value, options.pages, options.concurrency)
    server.terminate()
    figures = [
        {
            "name": "pages a second, whole path / fetch only",
            "value": statistics.median(r[0] for r in rounds),
            "unit": "ratio",
            "goal": 0.8,
            "better": "higher",
        },
        {
            "name": "CPU a page, whole path / fetch only",
            "value": statistics.median(r[1] for r in rounds),
            "unit": "ratio",
            "goal": None,
            "better": "lower",
        },
        {"name": "peak memory of the largest process", "value": memory, "unit": "MB", "goal": 512, "better": "lower"},
    ]
    mean = sum(map(len, bodies)) / len(bodies) / 1000
    print(
        f"{options.pages} pages of {mean:.0f} kB on average, concurrency {options.concurrency}, {os.cpu_count()} cores"
    )
    for figure in figures:
        print(f"{figure['name']:45} {figure['value']:8.2f} {figure['unit']}")
    if options.json:
        options.json.write_text(json.dumps({"figures": figures}, indent=1))


if __name__ == "__main__":
    main()
