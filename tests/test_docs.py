"""The documents keep what they promise: commands exist, links lead somewhere, examples run."""

from __future__ import annotations

import dataclasses
import doctest
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer.main

from newsarchive.archive.database import Database
from newsarchive.archive.revisions.comparison import content_digest
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.cli.main import app
from newsarchive.demo.content import load_content
from newsarchive.demo.site import Site
from newsarchive.demo.truth import expected
from newsarchive.inspection.fixtures import capture_of, fixtures
from newsarchive.model.article import Article
from newsarchive.model.capture import Capture, CaptureReference
from newsarchive.model.crawl_run import LedgerEntry, ResourceKind
from newsarchive.model.revision import Candidate
from newsarchive.parsers.normalize import normalize
from newsarchive.parsers.publisher import Publisher
from newsarchive.publishers.registry import read, read_by_file

TOP = Path(__file__).parent.parent
DOCS = sorted([*TOP.glob("*.md"), *(TOP / "docs").glob("*.md")])
FOR_USERS = [TOP / "README.md", TOP / "docs" / "guide.md"]
BASE = "http://127.0.0.1:8765"


def commands() -> Iterator[tuple[tuple[str, ...], set[str]]]:
    """Every command of the command line as its words, with its options."""

    def walk(command, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], set[str]]]:
        options = {option for parameter in command.params for option in [*parameter.opts, *parameter.secondary_opts]}
        yield words, options | {"--help", "-h"}
        for name, child in getattr(command, "commands", {}).items():
            yield from walk(child, (*words, name))

    return walk(typer.main.get_command(app), ())


COMMANDS = dict(commands())
GROUPS = {words[:-1] for words in COMMANDS}


@pytest.mark.parametrize("words", [words for words in COMMANDS if words and words not in GROUPS], ids=" ".join)
def test_every_command_is_in_the_documents_for_users(words):
    text = " ".join(file.read_text(encoding="utf-8") for file in FOR_USERS)
    assert f"newsarchive {' '.join(words)}" in text or (len(words) == 2 and f"`{' '.join(words)}`" in text)


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.name)
def test_every_command_line_in_a_document_can_be_typed(file):
    for line in re.findall(r"^    (newsarchive .*)$", file.read_text(encoding="utf-8"), re.M):
        words = shlex.split(line, comments=True)[1:]
        own = [word for word in words if not word.startswith("-")]
        command = next(tuple(own[:n]) for n in (2, 1, 0) if tuple(own[:n]) in COMMANDS)
        assert command, line
        assert command not in GROUPS, line
        options = {word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        assert options <= COMMANDS[command] | COMMANDS[()], line


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.name)
def test_every_link_to_a_file_leads_there(file):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", file.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (file.parent / target).exists(), target


def test_the_example_for_python_runs(tmp_path, monkeypatch):
    content = load_content()
    seed = next(a for a in expected(content)["articles"] if a["headline"].startswith("Future of peacekeeping"))
    url, now = BASE + seed["url"], datetime(2026, 11, 24, tzinfo=UTC)
    body = Site(content, BASE).answer(seed["url"]).body
    capture = Capture(requested_url=url, url=url, fetched_at=now, status=200, headers={}, body=body)
    article = read(capture, "thegreatlakeseye")
    assert isinstance(article, Article)
    article = normalize(article)
    reference = CaptureReference(warc_file=None, warc_offset=None, digest=None, fetched_at=now, status=200)
    with Database.open(tmp_path / "data" / "archive.db", create=True) as database:
        writer = ArchiveWriter(database)
        run = writer.begin_run(None, "urls", {}, now)
        candidate = Candidate(
            article=article, content_digest=content_digest(article), capture=reference, requested_url=url, run_id=run
        )
        entry = LedgerEntry(run_id=run, url=url, kind=ResourceKind.PAGE, queued_at=now)
        writer.store(Batch(queued=(entry,), pages=((candidate, entry),)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSARCHIVE_HOME", raising=False)
    failed, tried = doctest.testfile(str(TOP / "README.md"), module_relative=False)
    assert (failed, tried) == (0, 2)


def test_the_example_of_a_publisher_reads_its_pages_as_expected(tmp_path):
    document = (TOP / "docs" / "adding-a-publisher.md").read_text(encoding="utf-8")
    rules, wanted = (
        re.search(rf"^```{language}\n(.*?)^```", document, re.S | re.M)[1] for language in ("python", "json")
    )
    (tmp_path / "example.py").write_text(rules, encoding="utf-8")
    pages = fixtures(TOP / "tests" / "publishers" / "thegreatlakeseye")
    assert len(pages) == 3
    wanted = json.loads(wanted)
    for page in pages:
        capture = capture_of(page)
        assert (capture.url, capture.fetched_at.isoformat()) == tuple(wanted["capture"].values())
        article = read_by_file(capture, tmp_path / "example.py")
        assert isinstance(article, Article)
        fields = json.loads(json.dumps(dataclasses.asdict(normalize(article)), default=str))
        assert {name: fields[name] for name in wanted["article"]} == wanted["article"]
    generic = Publisher().read(capture_of(pages[0]))
    assert isinstance(generic, Article)
    assert generic.article_section is None  # else the document's rules would be of no use


def test_the_changelog_names_every_command():
    changelog = (TOP / "CHANGELOG.md").read_text(encoding="utf-8")
    named = set()
    for code in re.findall(r"`([a-z| ]+)`", " ".join(changelog.split())):
        *group, children = code.removeprefix("newsarchive ").split()
        named |= {(*group, child) for child in children.split("|")} if "|" in children else {(*group, children)}
    assert named >= {words for words in COMMANDS if words and words not in GROUPS}


def test_the_table_of_dependencies_is_complete():
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[^a-z0-9-]", name)[0] for name in project["dependencies"]}
    table = (TOP / "docs" / "architecture.md").read_text(encoding="utf-8").partition("## Dependencies")[2]
    first_cells = re.findall(r"^\| ([a-z0-9, -]+) \|", table, re.M)
    listed = {name.strip() for cell in first_cells for name in cell.split(",")} - {"package", "---"}
    assert declared == listed


def test_every_setting_is_in_the_guide():
    guide = (TOP / "docs" / "guide.md").read_text(encoding="utf-8")
    source = (TOP / "newsarchive" / "config.py").read_text(encoding="utf-8")
    for variable in set(re.findall(r'"(NEWSARCHIVE_[A-Z_]+)"', source)):
        assert f"`{variable}`" in guide
