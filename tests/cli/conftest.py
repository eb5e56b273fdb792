from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from newsarchive.archive.database import Database
from newsarchive.archive.upkeep.copying import copy_archive
from newsarchive.cli.main import main
from newsarchive.demo.server import serve_sample


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def newsarchive(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """The command line in this process: for all that does not crawl."""

    def run(*arguments: str, home: Path | None = None) -> Result:
        monkeypatch.setattr(sys, "argv", ["newsarchive", *(["--home", str(home)] if home else []), *arguments])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        return Result(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture(scope="session")
def command() -> Callable[..., Result]:
    """The command line in a process of its own: for what crawls."""

    def run(*arguments: str, home: Path, stdin: str = "") -> Result:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSARCHIVE_")}
        done = subprocess.run(
            [sys.executable, "-m", "newsarchive", "--home", str(home), *arguments],
            input=stdin,
            env={**environment, "NEWSARCHIVE_DELAY": "0"},
            capture_output=True,
            text=True,
            timeout=120,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def crawled(made_once: Callable[[str, Callable[[Path], None]], Path], command: Callable[..., Result]) -> Path:
    """A home with the sample site's articles. Read only: see ``home`` for one to change."""

    def crawl(home: Path) -> None:
        with serve_sample() as server:
            add = ["site", "add", f"{server.base_url}/", "--name", "sample", "--publisher", "thegreatlakeseye"]
            added = command(*add, "--no-check", home=home)
            assert added.code == 0, added.err
            address = f"127.0.0.1:{server.server_port}"
            done = command("crawl", "sample", "--allow-address", address, home=home)
            assert done.code == 0, done.err

    return made_once("crawled", crawl)


@pytest.fixture(scope="module")
def crawled_on(module_target: Path | str, crawled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The crawled home on either database. A module whose commands should run on both lets it take ``crawled``'s place.

    What they are told of the database stands in the home's settings.
    """
    if isinstance(module_target, Path):
        return crawled
    home = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(crawled, home, ignore=shutil.ignore_patterns("archive.db*"))
    with Database.open(crawled / "archive.db") as source, Database.open(module_target, create=True) as target:
        copy_archive(source, target)
    (home / "newsarchive.toml").write_text(f"database = {json.dumps(module_target)}\n", encoding="utf-8")
    return home


@pytest.fixture
def home(crawled: Path, tmp_path: Path) -> Path:
    """A copy of the crawled home, to break."""
    return Path(shutil.copytree(crawled, tmp_path / "home"))
