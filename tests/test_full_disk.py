"""A disk that gets full in the middle of a crawl: it says so and ends, and with room again the next one goes on."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.api import Archive
from newsarchive.config import Config
from newsarchive.demo.server import serve_sample
from newsarchive.inspection.capture_references import verify_captures

pytestmark = pytest.mark.slow

LARGEST_FILE = 60_000
"""Bytes: the captures reach it when some pages are stored, and the archive's log not much later."""


def run(home: Path, *arguments: str, largest_file: int | None = None) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSARCHIVE_")}
    return subprocess.run(
        [sys.executable, "-m", "newsarchive", "--home", str(home), *arguments],
        env={**environment, "NEWSARCHIVE_DELAY": "0"},
        capture_output=True,
        text=True,
        preexec_fn=limit,
    )


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of its own with 700 kB; gives what makes it larger."""
    home = tmp_path / "home"
    home.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", str(home)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a disk, and not everywhere")
    yield home, lambda: subprocess.run(["mount", "-o", "remount,size=64m", str(home)], check=True)
    subprocess.run(["umount", str(home)], check=True)


def fill_and_go_on(home, *, make_room=None, largest_file=None):
    with serve_sample() as server:
        url, address = f"{server.base_url}/", f"127.0.0.1:{server.server_port}"
        added = run(home, "site", "add", url, "--name", "sample", "--publisher", "thegreatlakeseye", "--no-check")
        assert added.returncode == 0, added.stderr
        crawl = ("crawl", "sample", "--allow-address", address)
        full = run(home, *crawl, largest_file=largest_file)
        assert full.returncode == 1
        assert full.stderr.splitlines()[-1].endswith("check the disk's space and health")
        assert "Traceback" not in full.stderr
        if make_room is not None:
            make_room()
        with Archive.of(Config(home=home)) as archive:
            stored = {revision.article.canonical_url for revision in archive.latest()}
        again = run(home, *crawl)
        assert again.returncode == 0, again.stderr
        with Archive.of(Config(home=home)) as archive:
            latest = [revision.article.canonical_url for revision in archive.latest()]
            assert len(latest) == len(set(latest)) == 49
            assert stored <= set(latest)
            captures = Config(home=home).captures_path
            assert list(verify_captures(archive.database, captures, deep=True)) == []


def test_a_disk_without_room(small_disk):
    home, make_room = small_disk
    fill_and_go_on(home, make_room=make_room)


def test_files_that_may_not_grow(tmp_path):
    fill_and_go_on(tmp_path / "home", largest_file=LARGEST_FILE)
