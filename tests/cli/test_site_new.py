"""``newsarchive site new``: what it writes works as it is, and nothing is half-written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.demo.server import serve_sample
from newsarchive.inspection.fixtures import differences, fixtures
from newsarchive.publishers.registry import PublisherRegistry

TOP = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory, command):
    """A folder with the publisher of the sample site, and what the command said."""
    folder = tmp_path_factory.mktemp("publishers")
    with serve_sample() as server:
        address = f"127.0.0.1:{server.server_port}"
        arguments = ["--name", "lakeshore", "--folder", str(folder), "--allow-address", address]
        result = command("site", "new", f"{server.base_url}/", *arguments, home=folder / "home")
    assert result.code == 0, result.err
    return folder, result


def test_it_loads_and_its_pages_are_read_as_expected_at_once(made):
    folder, _ = made
    publisher = PublisherRegistry.load(folder).named("lakeshore")
    assert (publisher.title, publisher.hosts) == ("Lakeshore Courier", ("127.0.0.1",))
    pages = fixtures(folder / "tests")
    assert len(pages) == 3
    for page in pages:
        assert differences(page, folder) == []
        expected = json.loads((page / "expected.json").read_text(encoding="utf-8"))["article"]
        assert publisher.matches(expected["url"])
        assert expected["parser_version"] == "lakeshore/1+2"


def test_the_test_beside_it_runs_and_passes(made, tmp_path):
    folder, _ = made
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder)]
    done = subprocess.run([*command, str(folder / "tests")], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout.splitlines()[-1][:8]) == (0, "3 passed"), done.stdout


def test_it_passes_formatting_lint_and_types(made):
    folder, _ = made
    files = [str(folder / "lakeshore.py"), str(folder / "tests" / "test_publishers.py")]
    project = str(TOP / "pyproject.toml")
    for tool in (["ruff", "check", "--config"], ["ruff", "format", "--check", "--config"], ["mypy", "--config-file"]):
        done = subprocess.run([sys.executable, "-m", *tool, project, *files], cwd=TOP, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_it_says_what_it_wrote_and_what_to_do_next(made):
    folder, result = made
    wrote = [line.removeprefix("wrote ") for line in result.out.splitlines() if line.startswith("wrote ")]
    assert wrote[0] == str(folder / "lakeshore.py")
    assert len(wrote) == 5
    for step in (f"export NEWSARCHIVE_PUBLISHERS={folder}", "newsarchive site check http://", f"pytest {folder}/tests"):
        assert step in result.out
    assert result.err.startswith("fetched 3 pages named by ")
    assert not (folder / "home").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["http://127.0.0.1/", "--name", "lakeshore"],
            "lakeshore.py exists: edit it, take another --name, or overwrite",
        ),
        (["http://127.0.0.1/", "--name", "other"], "pages of 127.0.0.1 are read by the publisher 'lakeshore' already"),
        (["https://thegreatlakeseye.com/"], "the name 'thegreatlakeseye' is taken by another publisher"),
        (["https://www.thegreatlakeseye.com/", "--name", "eye"], "read by the publisher 'thegreatlakeseye' already"),
        (["https://a.example/", "--name", "A B"], "'A B' is no publisher's name"),
        (["mailto:desk@a.example"], "is not the address of a web page"),
        (["https://a.example/", "--pages", "0"], "--pages"),
    ],
)
def test_what_is_taken_or_makes_no_sense_is_said_before_anything_is_fetched(newsarchive, made, arguments, said):
    folder, _ = made
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if "__pycache__" not in path.parts}
    result = newsarchive("site", "new", *arguments, "--folder", str(folder))
    assert result.code != 0
    assert (result.out, len(result.err.splitlines())) == ("", 1)
    assert said in result.err
    after = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if "__pycache__" not in path.parts}
    assert {path for path in after if path.is_file()} == {path for path in before if path.is_file()}


@pytest.mark.slow
def test_force_makes_it_anew_and_an_article_brings_others_of_its_site(command, made, tmp_path):
    folder = tmp_path / "publishers"
    with serve_sample() as server:
        address = f"127.0.0.1:{server.server_port}"
        article = next(path for path in server.site.paths if "ferry-umoja-maiden-trip" in path)
        arguments = ["--name", "lake", "--folder", str(folder), "--pages", "2", "--allow-address", address]
        for force in ([], ["--force"]):
            done = command("site", "new", f"{server.base_url}{article}", *arguments, *force, home=tmp_path)
            assert done.code == 0, done.err
            pages = fixtures(folder / "tests" / "lake")
            assert len(pages) == 2
            assert any(page.name.startswith("ferry-umoja-maiden-trip") for page in pages)
            (pages[0] / "expected.json").write_text("{}")
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


@pytest.mark.slow
def test_nothing_is_written_where_no_article_is_found(command, site, tmp_path):
    site.answers["/"] = (200, {}, b"<p>nothing to see")
    folder = tmp_path / "publishers"
    arguments = ["--folder", str(folder), "--allow-address", site.address]
    result = command("site", "new", site.url(), *arguments, home=tmp_path / "home")
    assert (result.code, result.out) == (1, "")
    assert "names none that can be found" in result.err
    assert list(tmp_path.iterdir()) == []
