"""The speed of the whole path of a page, beside a Scrapy spider that only fetches.

    python benchmarks/crawl.py --pages 500 --json crawl.json

A server of its own process answers on loopback with article pages, under the names of eight hosts, as a list of many
sites' articles would have; each contestant fetches the same addresses in its own process, without pauses, with the same
concurrency and robots.txt obeyed:

- *fetch only*: Scrapy 2.19 with its defaults, a spider whose callback does nothing;
- *newsarchive*: the spider ``urls``: WARC, parsing in child processes, archive and index, all on disk at the end.

The rounds alternate; the figures are ratios of one round, and their median. CPU is that of all processes of a
contestant, the parsing ones too, which are shown apart; beside it stands the sum of what nobody can leave out: the
fetching spider, one lxml parse and one zlib (level 6) of each page. Times leave out the start of Python (a crawl of 16
pages, measured the same way, is taken off). Pages come from ``--html DIR`` (files ``*.html`` or ``*.html.gz``, in a
mixed order) or, without it, from the sample site's articles with the weight of a usual page's markup added. For Linux:
elsewhere the CPU of the parsing processes is not seen.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import gzip
import json
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from lxml import etree

FILLER_BYTES = 150_000
"""Markup, scripts and styles around the text of a usual news page (the median of 1,254 real ones is 140 kB)."""
HOSTS = tuple(f"127.0.0.{number}" for number in range(1, 9))
START_PAGES = 16
"""A crawl of so few is taken for the start: each parsing process has read some, and loaded what it needs."""

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


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds a command took, or a share of them."""

    wall: float
    main: float
    """CPU of its first process."""
    others: float
    """CPU of those it started."""

    @property
    def cpu(self) -> float:
        """CPU of all its processes."""
        return self.main + self.others

    def beyond(self, start: Taken, pages: int) -> Taken:
        """What each of ``pages`` more pages took."""
        return Taken(*((getattr(self, n) - getattr(start, n)) / pages for n in ("wall", "main", "others")))


def pages(folder: Path | None) -> list[bytes]:
    """The HTML that is served, in turn."""
    if folder is not None:
        files = sorted(folder.glob("*.html")) + sorted(folder.glob("*.html.gz"))
        random.Random(0).shuffle(files)  # those of one site lie side by side
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
    """Answer /…-N with page N modulo their number, on all of ``HOSTS``; runs in a process of its own."""
    head = "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n"
    robots = b"User-agent: *\nAllow: /\n"
    robots = head.format("text/plain", len(robots)).encode() + robots
    answers = [head.format("text/html; charset=utf-8", len(body)).encode() + body for body in bodies]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                path = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1]
                writer.write(
                    robots if path == b"/robots.txt" else answers[int(path.rpartition(b"-")[2]) % len(answers)]
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def listen() -> None:
        server = await asyncio.start_server(answer, HOSTS[0], 0)
        number = server.sockets[0].getsockname()[1]
        await asyncio.start_server(answer, HOSTS[1:], number)
        port.value = number
        await server.serve_forever()

    asyncio.run(listen())


def timed(command: list[str], environment: dict[str, str] | None = None) -> Taken:
    """Run a command at the project's top; raises CalledProcessError. Waits for all processes it started."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=TOP, env={**os.environ, **(environment or {})}, process_group=0)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if status:
        raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), command)
    others = 0.0
    while True:  # whose parent has ended they are this process's children: see `adopt_orphans`
        try:
            _, _, theirs = os.wait4(-process.pid, 0)
        except ChildProcessError:
            return Taken(wall, used.ru_utime + used.ru_stime, others)
        others += theirs.ru_utime + theirs.ru_stime


def adopt_orphans() -> None:
    """Become the parent of what a contestant leaves behind, as its server of forks, to learn what CPU that took."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def contest(name: str, port: int, count: int, concurrency: int) -> Taken:
    """What one contestant takes for ``count`` pages."""
    with tempfile.TemporaryDirectory() as folder:
        urls = Path(folder, "urls.txt")
        urls.write_text(
            "".join(
                f"http://{HOSTS[n % len(HOSTS)]}:{port}/news/an-article-of-the-benchmark-{n}\n" for n in range(count)
            )
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
            "NEWSARCHIVE_ALLOW_ADDRESSES": " ".join(f"{host}:{port}" for host in HOSTS),
        }
        return timed(command, environment)


def floor(bodies: list[bytes]) -> float:
    """CPU seconds of one lxml parse and one zlib of a page, on average."""
    start = time.process_time()
    for body in bodies:
        etree.fromstring(body, etree.HTMLParser(encoding="utf-8", huge_tree=True))
        zlib.compress(body, 6)
    return (time.process_time() - start) / len(bodies)


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
    if not bodies:
        parser.error(f"{options.html} has no files *.html or *.html.gz")
    adopt_orphans()
    port = multiprocessing.Value("i", 0)
    server = multiprocessing.Process(target=serve, args=(bodies, port), daemon=True)
    server.start()
    while not port.value:
        time.sleep(0.05)
    names = ("fetch only", "newsarchive")
    start = {name: contest(name, port.value, START_PAGES, options.concurrency) for name in names}
    served = [bodies[n % len(bodies)] for n in range(options.pages)]
    rounds = []
    for number in range(options.rounds):
        parts = floor(served)
        taken = {
            name: contest(name, port.value, START_PAGES + options.pages, options.concurrency).beyond(
                start[name], options.pages
            )
            for name in names
        }
        fetch, whole = (taken[name] for name in names)
        rounds.append((fetch.wall / whole.wall, whole.cpu / fetch.cpu, whole.cpu / (fetch.cpu + parts)))
        print(f"round {number + 1}  lxml and zlib {1000 * parts:32.1f} ms CPU a page")
        for name in names:
            print(
                f"round {number + 1}  {name:12} {1 / taken[name].wall:7.1f} pages/s  "
                f"{1000 * taken[name].main:6.1f} + {1000 * taken[name].others:5.1f} ms CPU a page"
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
        {
            "name": "CPU a page, whole path / (fetch only + lxml + zlib)",
            "value": statistics.median(r[2] for r in rounds),
            "unit": "ratio",
            "goal": 1.3,
            "better": "lower",
        },
        {"name": "peak memory of the largest process", "value": memory, "unit": "MB", "goal": 512, "better": "lower"},
    ]
    mean = sum(map(len, served)) / len(served) / 1000
    print(
        f"{options.pages} pages of {mean:.0f} kB on average, concurrency {options.concurrency}, {os.cpu_count()} cores"
    )
    for figure in figures:
        print(f"{figure['name']:55} {figure['value']:8.2f} {figure['unit']}")
    if options.json:
        options.json.write_text(json.dumps({"figures": figures}, indent=1))


if __name__ == "__main__":
    main()
