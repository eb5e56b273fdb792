"""A web that means harm, and what a crawl makes of it.

`server.py` is one process that serves, on addresses of this machine:

- some 90 traps of network, documents, redirects and robots.txt, each on a host of its own (`traps.py`, a table);
- a hostile site whose sitemaps and feeds are traps (`sites.py`);
- an endless site: calendars, facets, session ids, ever deeper paths, ever new parameters, and no page is ever missing;
- a site that asks for rests, has a Crawl-delay and a forbidden folder;
- a healthy site of 200 articles;
- a canary, which nobody may ever ask.

The slow tests look at one siege: the healthy site is crawled alone, then again while three crawls run into everything
else. ``.venv/bin/pytest -m "" -s tests/adversary`` prints what it cost: memory, seconds, and the healthy crawl's time
beside the hostile ones over its time alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.model.crawl_run import LedgerEntry, RunOutcome

SERVER = Path(__file__).with_name("server.py")
MEMORY_LIMIT_MB = 512
TIMEOUT_S = 15
"""For the traps that end by it only; a crawl has 60 seconds."""
SPACE_LIMIT = 100
"""Pages of one endless space; all articles of a form pay for further ones of it, so there is no smaller number."""
HEALTHY_DELAY_S = 0.05
SPAN = 20
"""Requests over which that delay is looked at."""


class Adversary:
    """The process of ``server.py``."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(SERVER), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout
        self.table: dict[str, Any] = json.loads(self._process.stdout.readline())
        self.allowed = " ".join(self.table["allowed"])

    def url(self, site: str, path: str = "") -> str:
        return f"http://{self.table['sites'][site]}:{self.table['port']}{path}"

    def end(self) -> dict[str, Any]:
        """What it was asked."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        heard: dict[str, Any] = json.loads(self._process.stdout.readline())
        self._process.wait(timeout=20)
        return heard


@contextmanager
def adversary(*arguments: str) -> Iterator[Adversary]:
    served = Adversary(*arguments)
    try:
        yield served
    finally:
        served._process.kill()


@dataclass
class Crawl:
    """A crawl in a process of its own, as ``scrapy crawl``."""

    home: Path
    spider: str
    argument: str
    environment: dict[str, str]
    process: subprocess.Popen[bytes] = field(init=False)
    seconds: float = 0
    memory_mb: float = 0
    entries: list[LedgerEntry] = field(default_factory=list)
    outcome: RunOutcome | None = None

    def start(self) -> None:
        self._started = time.monotonic()
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "scrapy", "crawl", self.spider, "-a", self.argument),
                *("-s", f"DOWNLOAD_TIMEOUT={TIMEOUT_S}", "-s", "LOG_LEVEL=ERROR"),
            ],
            env={**os.environ, "NEWSARCHIVE_HOME": str(self.home), **self.environment},
        )

    def wait(self) -> None:
        _, status, usage = os.wait4(self.process.pid, 0)
        self.seconds, self.memory_mb = time.monotonic() - self._started, usage.ru_maxrss / 1024
        assert os.waitstatus_to_exitcode(status) == 0
        with Database.open(self.home / "archive.db") as database:
            reader = ArchiveReader(database)
            run = reader.runs()[-1]
            self.entries, self.outcome = list(reader.ledger(run.id)), run.outcome

    def ends(self) -> dict[str, tuple[str, str | None]]:
        return {entry.url: (str(entry.outcome), entry.reason) for entry in self.entries}


@dataclass
class Siege:
    """What came of it."""

    table: dict[str, Any]
    alone: Crawl
    healthy: Crawl
    traps: Crawl
    hostile: Crawl
    endless: Crawl
    heard: dict[str, Any]

    def asked(self, site: str) -> list[dict[str, Any]]:
        return [entry for entry in self.heard["log"] if entry["host"] == self.table["sites"][site]]


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Siege:
    folder = tmp_path_factory.mktemp("siege")
    with adversary() as served:
        (folder / "authorities.pem").write_text(served.table["authorities"])
        environment = {
            "NEWSARCHIVE_ALLOW_ADDRESSES": served.allowed,
            "NEWSARCHIVE_CA_FILE": str(folder / "authorities.pem"),
            "NEWSARCHIVE_DELAY": "0",
        }

        def of_site(home: str, site: str, **more: str) -> Crawl:
            subprocess.run(
                [
                    *(sys.executable, "-m", "newsarchive", "--home", str(folder / home)),
                    *("site", "add", served.url(site, "/"), "--name", site, "--no-check"),
                ],
                env={**os.environ, **environment},
                check=True,
                capture_output=True,
            )
            return Crawl(folder / home, "site", f"site={site}", {**environment, **more})

        listed = folder / "urls.txt"
        resting = [served.url("resting", path) for path in (*(f"/page/{n}" for n in range(5)), "/private/x")]
        listed.write_text("\n".join([*(trap["url"] for trap in served.table["traps"]), *resting]))
        alone = of_site("alone", "healthy", NEWSARCHIVE_DELAY=str(HEALTHY_DELAY_S))
        crawls = [
            of_site("healthy", "healthy", NEWSARCHIVE_DELAY=str(HEALTHY_DELAY_S)),
            Crawl(folder / "traps", "urls", f"file={listed}", environment),
            of_site("hostile", "hostile"),
            of_site("endless", "endless"),
        ]
        alone.start()
        alone.wait()
        for crawl in crawls:
            crawl.start()
        for crawl in crawls:
            crawl.wait()
        done = Siege(served.table, alone, *crawls, served.end())
    for name in ("alone", "healthy", "traps", "hostile", "endless"):
        crawl = getattr(done, name)
        say(f"{name:8} {crawl.seconds:6.1f} s {crawl.memory_mb:5.0f} MB {len(crawl.entries):5} addresses")
    say(f"healthy beside the others over alone: {done.healthy.seconds / done.alone.seconds:.2f}")
    return done


def say(line: str) -> None:
    sys.stdout.write(line + "\n")  # seen with -s


def test_quick_traps_end_with_their_reasons(fetch):
    with adversary("--at-once") as served:
        traps = served.table["traps"]
        quick = [
            trap
            for trap in traps
            if trap["kind"] in ("network", "redirect") and not trap["slow"] and trap["ends"][0] in ("failed", "refused")
            if "bomb" not in trap["name"] and not trap["url"].startswith("https") and "refresh" not in trap["name"]
        ]
        fetched = fetch(
            *(trap["url"] for trap in quick), NEWSARCHIVE_ALLOW_ADDRESSES=served.allowed, DOWNLOAD_TIMEOUT=TIMEOUT_S
        )
        heard = served.end()
    assert len(traps) >= 60
    assert len({trap["name"] for trap in traps}) == len(traps)
    assert len(quick) >= 40
    expected = {trap["name"]: tuple(trap["ends"]) for trap in quick}
    assert {
        trap["name"]: (fetched[trap["url"]].get("outcome"), fetched[trap["url"]].get("reason")) for trap in quick
    } == expected
    assert heard["canary"] == []


@pytest.mark.slow
def test_the_healthy_site_is_whole_and_each_article_is_archived_once(siege):
    for crawl in (siege.alone, siege.healthy):
        assert crawl.outcome is RunOutcome.FINISHED
        articles = Counter(entry.url for entry in crawl.entries if str(entry.outcome) == "new")
        assert len(articles) == siege.table["articles"] == 200
        assert set(articles.values()) == {1}
    asked = Counter(entry["path"] for entry in siege.asked("healthy") if "/news/" in entry["path"])
    assert (len(asked), set(asked.values())) == (200, {2})  # once a crawl


@pytest.mark.slow
def test_each_trap_ends_with_its_reason(siege):
    ends = siege.traps.ends()
    expected = {trap["name"]: tuple(trap["ends"]) for trap in siege.table["traps"]}
    assert {trap["name"]: ends.get(trap["url"]) for trap in siege.table["traps"]} == expected
    assert siege.traps.outcome is RunOutcome.FINISHED


@pytest.mark.slow
def test_each_source_of_the_hostile_site_ends_with_its_reason(siege):
    base = f"http://{siege.table['sites']['hostile']}:{siege.table['port']}"
    ends = siege.hostile.ends()
    expected = {name: tuple(end) for name, end in siege.table["sources"].items()}
    assert {name: ends.get(f"{base}{name}") for name in expected} == expected
    assert siege.hostile.outcome is RunOutcome.FINISHED
    assert len(siege.asked("hostile")) < 300


@pytest.mark.slow
def test_every_endless_space_ends(siege):
    spaces = Counter(entry["space"] for entry in siege.asked("endless"))
    assert len([space for space in spaces if space]) >= 6  # others did not even look like articles
    assert all(spaces[space] <= SPACE_LIMIT for space in siege.table["spaces"])
    assert ("refused", "budget") in siege.endless.ends().values()
    assert siege.endless.outcome is RunOutcome.FINISHED


@pytest.mark.slow
def test_every_address_has_an_outcome(siege):
    for crawl in (siege.alone, siege.healthy, siege.traps, siege.hostile, siege.endless):
        assert all(entry.outcome is not None and str(entry.outcome) != "interrupted" for entry in crawl.entries)


@pytest.mark.slow
def test_no_forbidden_address_is_asked(siege):
    assert siege.heard["canary"] == []


@pytest.mark.slow
def test_no_crawl_needs_much_memory(siege):
    for crawl in (siege.alone, siege.healthy, siege.traps, siege.hostile, siege.endless):
        assert crawl.memory_mb <= MEMORY_LIMIT_MB


@pytest.mark.slow
def test_nothing_disallowed_is_asked(siege):
    asked = {(entry["host"], entry["path"]) for entry in siege.heard["log"]}
    assert not [path for _, path in asked if path.startswith(("/private", "/honeypot"))]
    forbidden = [trap for trap in siege.table["traps"] if trap["ends"][1] in ("robots-txt", "robots-unreachable")]
    hosts = {trap["url"].split("/")[2].split(":")[0]: trap for trap in forbidden}
    paths = {path for host, path in asked if host in hosts and hosts[host]["name"] != "a redirect to what is forbidden"}
    assert paths == {"/robots.txt"}


@pytest.mark.slow
def test_delays_are_kept(siege):
    # When a request arrives is not when it was sent: a busy machine hands some over late, so that the next seems early.
    healthy = [entry["at"] for entry in siege.asked("healthy")]
    spans = [later - earlier for earlier, later in zip(healthy, healthy[SPAN:], strict=False)]
    assert min(spans) >= 0.8 * SPAN * HEALTHY_DELAY_S
    resting = [entry["at"] for entry in siege.asked("resting")][1:]  # robots.txt had to be read first
    assert min(later - earlier for earlier, later in pairwise(resting)) >= 0.8 * siege.table["crawl_delay_s"]


@pytest.mark.slow
def test_retry_after_is_kept(siege):
    asked = siege.asked("resting")
    assert [entry["path"] for entry in asked[:2]] == ["/robots.txt", "/robots.txt"]
    assert asked[1]["at"] - asked[0]["at"] >= siege.table["rest_s"] - 0.05
    first, second = (number for number, entry in enumerate(asked) if entry["path"] == "/page/2")
    assert asked[first + 1]["at"] - asked[first]["at"] >= siege.table["rest_s"] - 0.05  # of the whole host
    assert second > first
    assert Counter(str(entry.outcome) for entry in siege.traps.entries if "/page/" in entry.url) == {"new": 5}
