"""The same data makes the same package, byte for byte, wherever it is made."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.api import Archive
from newsarchive.archive.database import Database
from newsarchive.archive.upkeep.copying import copy_archive
from newsarchive.config import Config
from newsarchive.export.selection import Selection

TOP = Path(__file__).parents[3]


PROGRAM = """
import os, sys
from pathlib import Path
os.umask(int(sys.argv[2], 8))
from newsarchive.api import Archive
from newsarchive.export.package.about import About
from newsarchive.export.selection import Selection
with Archive.open(sys.argv[3]) as archive:
    about = About.of(title="T", creators=("Doe, J.",))
    archive.package(Selection.of(query="ferry OR lake"), Path(sys.argv[1]), about=about)
"""


@pytest.mark.slow
def test_two_processes_in_different_surroundings_make_the_same_bytes(packaged_home, tmp_path):
    made = []
    for number, surroundings in enumerate(
        (
            {"PYTHONHASHSEED": "1", "TZ": "Asia/Kolkata", "LC_ALL": "C", "umask": "077"},
            {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C.UTF-8", "umask": "002"},
        )
    ):
        folder = tmp_path / f"a folder {number}"
        mask = surroundings.pop("umask")
        home = packaged_home(tmp_path / f"home-{number}")
        subprocess.run(
            [sys.executable, "-c", PROGRAM, str(folder), mask, str(home)],
            check=True,
            env={**os.environ, **surroundings},
            cwd=TOP,
        )
        made.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert made[0] == made[1]
    assert len(made[0]) == 10


def test_order_of_names_in_an_object_makes_no_difference(make_package, record, tmp_path):
    make_package(record(1, field_sources={"headline": "h1", "blocks": "dom"}))
    make_package(record(1, field_sources={"blocks": "dom", "headline": "h1"}), folder=tmp_path / "other")
    names = {path.name for path in (tmp_path / "other").iterdir()}
    assert all((tmp_path / "package" / n).read_bytes() == (tmp_path / "other" / n).read_bytes() for n in names)


@pytest.mark.postgresql
def test_an_archive_on_either_database_gives_the_same_bytes(packaged_home, tmp_path, postgresql_url):
    home = packaged_home(tmp_path / "home")
    with (
        Database.open(home / "archive.db") as database,
        Database.open(postgresql_url, create=True) as copied,
    ):
        copy_archive(database, copied)
    packages = []
    for number, target in enumerate((home / "archive.db", postgresql_url)):
        folder = tmp_path / f"package-{number}"
        with Archive.of(Config(home=tmp_path / f"home-{number}", database=target)) as archive:
            archive.package(Selection.of(query="ferry"), folder)
        packages.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert packages[0] == packages[1]
    assert len(packages[0]["articles.jsonl"].splitlines()) == 30
