"""A PostgreSQL server that goes away in the middle of a crawl: restarted, stopped for a while, killed.

The server is one of our own, from the binaries of the system, so that no other test loses its own.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from newsarchive.api import Archive
from newsarchive.archive.upkeep.verification import verify_database
from newsarchive.config import Config
from newsarchive.inspection.capture_references import verify_captures
from newsarchive.model.crawl_run import Outcome

pytestmark = pytest.mark.slow

ARTICLES = 60
PATIENCE_S = 240.0
TEXT = "Session {} of the council of the lake towns decided that the ferry to the islands will run, ice or no ice."


def binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda file: int(file.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("pg_ctl")
    return Path(on_path).parent if on_path else None


@dataclass
class Server:
    """A server in a folder."""

    folder: Path
    bin: Path
    port: int
    user: str | None
    """Whom it runs as, None: who runs the tests. It refuses to be root's."""

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def run(self, *command: str) -> None:
        done = subprocess.run(
            [str(self.bin / command[0]), "-D", str(self.folder / "data"), *command[1:]],
            user=self.user,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,  # no pipe: the server would keep it open
            stderr=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == 0, (command, self.said())

    def said(self) -> str:
        log = self.folder / "log"
        return log.read_text()[-2000:] if log.exists() else ""

    def make(self) -> None:
        self.run("initdb", "-U", "postgres", "--auth", "trust", "--encoding", "UTF8", "--no-locale")

    def start(self) -> None:
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder}"
        self.run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-w", "-m", "fast", "stop")

    def kill(self) -> None:
        """kill -9 of the server and all it started, as if the machine had died."""
        pid = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for process in (pid, *map(int, children)):
            os.kill(process, signal.SIGKILL)
        while Path(f"/proc/{pid}").exists() and "zombie" not in Path(f"/proc/{pid}/status").read_text():
            time.sleep(0.05)
        # a process that nobody has waited for yet counts as alive to the next server
        for lock in (self.folder / "data" / "postmaster.pid", *self.folder.glob(".s.PGSQL.*")):
            lock.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    found = binaries()
    if found is None:
        pytest.skip("no PostgreSQL server is installed here (Debian: apt install postgresql)")
    user = None
    folder = tmp_path_factory.mktemp("server")
    if os.geteuid() == 0:
        try:
            user = "postgres"
            owner = pwd.getpwnam(user)
        except KeyError:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
        folder = Path("/var/tmp") / f"newsarchive-{os.getpid()}"  # where another user gets to
        folder.mkdir()
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(folder, found, port, user)
    server.make()
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


class NewsSite(ThreadingHTTPServer):
    """A home page and its articles on loopback."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []

    def handle_error(self, *_: object) -> None:
        pass


class _Handler(BaseHTTPRequestHandler):
    server: NewsSite

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        number = self.path.rpartition("-")[2].removesuffix(".html")
        if self.path == "/":
            links = "".join(f'<h2><a href="/2024/05/03/news-{n}.html">News {n}</a></h2>' for n in range(ARTICLES))
            body = f"<html><title>News</title><body>{links}</body></html>"
        elif number.isdigit():
            text = "".join(f"<p>{TEXT.format(f'{number} {part}')}</p>" for part in ("one", "two", "three"))
            body = f'<html><title>News {number}</title><meta property="og:type" content="article">'
            body += f"<body><article><h1>News {number} of the lake</h1>{text}</article></body></html>"
        else:
            self.send_error(404)
            return
        data = body.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def news() -> Iterator[NewsSite]:
    site = NewsSite()
    Thread(target=site.serve_forever, args=(0.02,), daemon=True).start()
    yield site
    site.shutdown()


def start(home: Path, url: str, *arguments: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSARCHIVE_")}
    return subprocess.Popen(
        [sys.executable, "-m", "newsarchive", "--home", str(home), "--database", url, *arguments],
        env={**environment, "NEWSARCHIVE_DELAY": "0.1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def restart(server: Server) -> None:
    server.stop()
    server.start()


def stop_for_a_while(server: Server) -> None:
    server.stop()
    time.sleep(10)
    server.start()


def kill(server: Server) -> None:
    server.kill()
    server.start()


@pytest.mark.parametrize("disturb", [restart, stop_for_a_while, kill])
def test_a_crawl_goes_on_or_says_why_not_and_the_next_one_does(own_server, news, tmp_path, disturb):
    name = f"lake-{disturb.__name__.replace('_', '-')}"
    address = f"127.0.0.1:{news.server_port}"
    options = ("--allow-address", address)
    added = start(tmp_path, own_server.url, "site", "add", f"http://{address}/", "--name", name, "--no-check")
    out, _ = added.communicate(timeout=PATIENCE_S)
    assert added.returncode == 0, out
    crawl = start(tmp_path, own_server.url, "-v", "crawl", name, *options)
    deadline = time.monotonic() + PATIENCE_S
    while len(news.asked) < ARTICLES // 3:
        assert crawl.poll() is None, crawl.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    config = Config(home=tmp_path, database=own_server.url)

    def acknowledged() -> set[str]:
        """Addresses that ended well, by the ledger."""
        with Archive.of(config) as archive:
            runs = archive.reader.runs(name)
            entries = [entry for run in runs for entry in archive.reader.ledger(run.id)]
            return {entry.url for entry in entries if entry.outcome is Outcome.NEW}

    before = acknowledged()
    assert crawl.poll() is None
    assert len(before) < ARTICLES
    disturb(own_server)
    out, _ = crawl.communicate(timeout=PATIENCE_S)
    assert "Traceback" not in out, out
    if disturb is stop_for_a_while:  # one that is back before the next batch may go unnoticed
        assert "cannot be reached" in out, out
    if crawl.returncode != 0:
        assert out.splitlines()[-1].startswith("newsarchive: ")
        again = start(tmp_path, own_server.url, "crawl", name, *options)
        text, _ = again.communicate(timeout=PATIENCE_S)
        assert again.returncode == 0, text
    assert before <= acknowledged()
    with Archive.of(config) as archive:
        mine = [r.article.canonical_url for r in archive.latest() if f":{news.server_port}/" in r.article.url]
        assert len(mine) == len(set(mine)) == ARTICLES
        assert all(entry.outcome for run in archive.reader.runs(name) for entry in archive.reader.ledger(run.id))
        assert list(verify_database(archive.database)) == []
        of_mine = [p for p in verify_captures(archive.database, config.captures_path, deep=True) if name in p.where]
        assert of_mine == []
