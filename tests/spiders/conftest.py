"""Crawls of a site on the test server by the command line, one after the other into one home."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from newsarchive.api import Archive


@dataclass
class Crawls:
    """What is done with one registered site."""

    site: Any
    """The test server."""
    home: Path
    name: str
    """Short name of the site."""
    settings: dict[str, str] = field(default_factory=dict)
    """Of the environment, beside those that every crawl has."""
    process: subprocess.Popen[str] | None = None
    """The command that was started last."""

    def command(self, *arguments: str) -> subprocess.Popen[str]:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "newsarchive", "--home", str(self.home), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "NEWSARCHIVE_DELAY": "0", **self.settings},
        )
        return self.process

    def start(self, *options: str) -> subprocess.Popen[str]:
        """A crawl that goes on by itself; requests are counted anew."""
        self.site.requests.clear()
        return self.command("crawl", self.name, "--allow-address", self.site.address, *options)

    def crawl(self, *options: str) -> dict[str, Any]:
        """A whole crawl: its record."""
        process = self.start("--json", *options)
        out, err = process.communicate(timeout=600)
        assert process.returncode == 0, err
        record: dict[str, Any] = json.loads(out)
        return record

    def kill_when_archived(self, number: int) -> None:
        """Kill the command that runs as soon as so many articles are in the archive."""
        assert self.process is not None
        deadline = time.monotonic() + 60
        while len(self.archived()) < number and time.monotonic() < deadline:
            time.sleep(0.1)
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def archived(self) -> set[str]:
        """Paths of the articles in the archive."""
        with Archive.open(self.home) as archive:
            return {revision.article.url.removeprefix(self.site.url("")) for revision in archive.latest()}


@pytest.fixture
def crawls(site: Any, tmp_path: Path) -> Callable[[str], Crawls]:
    """``crawls(name)``: the test server is registered under that name, and can be crawled."""

    def register(name: str) -> Crawls:
        crawls = Crawls(site, tmp_path / "home", name)
        crawls.command("site", "add", site.url("/"), "--name", name, "--no-check").communicate(timeout=60)
        return crawls

    return register
