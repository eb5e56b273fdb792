"""``newsarchive site new``: a publisher file and its fixtures from live pages of a site, ready to edit."""

from __future__ import annotations

import shlex
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsarchive import publishers
from newsarchive.cli import terminal
from newsarchive.cli.options import AllowAddress, CaFile, Contact, Delay, Proxy
from newsarchive.cli.settings import config_from, log_level_from
from newsarchive.cli.site import address_of
from newsarchive.cli.site_check import fetched
from newsarchive.config import Config
from newsarchive.errors import ConfigError, HomeError, ParseError, PublisherError
from newsarchive.urls import host, site_name

if TYPE_CHECKING:
    from newsarchive.crawling.samples import Sampling
    from newsarchive.inspection.draft import Draft
    from newsarchive.inspection.placing import Build

PAGES = 3

_TEST = '''"""The pages in the folders beside this file are read as their expected.json says."""

from pathlib import Path

import pytest

from newsarchive.inspection.fixtures import differences, fixtures

HERE = Path(__file__).parent


@pytest.mark.parametrize("page", fixtures(HERE), ids=lambda page: str(page.relative_to(HERE)))
def test_page_is_read_as_expected(page: Path) -> None:
    """A difference is a line that names the field."""
    assert differences(page, publishers=HERE.parent) == []
'''
_TEST_NAME = "test_publishers.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a publisher goes."""

    folder: Path
    """Of the publisher files."""
    tests: Path
    """Of the fixtures, a folder a publisher."""
    is_ours: bool
    """Whether it is the program's own folder, in a checkout."""


def new(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The site's home page, or an article of it.")],
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Short name; default: from the host.")] = None,
    pages: Annotated[int, typer.Option(min=1, max=20, metavar="N", help="How many articles become fixtures.")] = PAGES,
    folder: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where to write; default: NEWSARCHIVE_PUBLISHERS, else this checkout."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the publisher of that name, fixtures too.")] = False,
    allow_address: AllowAddress = None,
    proxy: Proxy = None,
    ca_file: CaFile = None,
    delay: Delay = None,
    contact: Contact = None,
) -> None:
    """Write a publisher file and fixtures from live articles. Ready to edit."""
    from newsarchive.inspection.draft import check_name, draft_publisher

    config = config_from(
        context,
        delay_s=delay,
        allow_addresses=tuple(allow_address or ()),
        proxy=proxy,
        ca_file=ca_file,
        contact=contact,
    )
    home_url = address_of(url)
    if home_url is None:
        raise ConfigError(f"{url!r} is not the address of a web page, like https://example.org/")
    place = _place(folder or config.publishers)
    name = name or site_name(home_url)
    check_name(name)
    _check_free(place, name, host(home_url), force=force)  # before anything is fetched
    sampling = fetched(config, home_url, pages, "generic", alone=False, log_level=log_level_from(context))
    if not any(_is_article(sampling, number) for number in range(len(sampling.samples))):
        raise ParseError(
            f"none of the pages of {home_url} holds an article; newsarchive site check {home_url} says why",
            url=home_url,
            reason="no-articles",
        )
    draft = draft_publisher(sampling.samples, sampling.home_url, name=name, article_urls=sampling.article_urls)
    for one in draft.hosts:
        _check_free(place, name, one, force=force)
    written = _write(place, draft, sampling, force=force)
    _say_what_next(config, place, draft, written, sampling)


def _place(folder: Path | None) -> _Place:
    ours = Path(publishers.__file__).parent
    tests = ours.parents[1] / "tests" / "publishers"
    if folder is None or folder.resolve() == ours.resolve():
        if not tests.is_dir():
            raise ConfigError("say where to write: --folder DIR, or NEWSARCHIVE_PUBLISHERS for good")
        return _Place(folder=ours, tests=tests, is_ours=True)
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"--folder: {folder} is no folder")
    return _Place(folder=folder, tests=folder / "tests", is_ours=False)


def _file(place: _Place, module: str) -> Path:
    return place.folder / f"{module}.py"


def _check_free(place: _Place, name: str, host_name: str, *, force: bool) -> None:
    """Raise PublisherError if the name or the host belongs to another publisher, or to this one without ``--force``."""
    from newsarchive.inspection.draft import module_name
    from newsarchive.publishers.registry import PublisherRegistry

    file, fixtures = _file(place, module_name(name)), place.tests / name
    for path in (file, fixtures):
        if path.exists() and not force:
            raise PublisherError(f"{path} exists: edit it, take another --name, or overwrite it with --force")
    registry = PublisherRegistry.load(place.folder if place.folder.is_dir() and not place.is_ours else None)
    if name in registry.names() and not file.exists():
        raise PublisherError(f"the name {name!r} is taken by another publisher; take another with --name")
    other = registry.for_host(host_name)
    if other is not None and other.name != name:
        raise PublisherError(
            f"pages of {host_name} are read by the publisher {other.name!r} already: edit its file,"
            f" {_where(type(other).__module__)}"
        )


def _where(module: str) -> str:
    import sys

    return getattr(sys.modules.get(module), "__file__", None) or module


def _is_article(sampling: Sampling, number: int) -> bool:
    from newsarchive.model.article import Article

    return isinstance(sampling.samples[number].result, Article)


def _write(place: _Place, draft: Draft, sampling: Sampling, *, force: bool) -> list[Path]:
    """Write all files, or none; their paths. What the new rules read becomes what is expected."""
    from newsarchive.inspection.draft import page_names
    from newsarchive.inspection.fixtures import write_fixture
    from newsarchive.inspection.placing import place as placed
    from newsarchive.model.article import Article
    from newsarchive.parsers.normalize import normalize
    from newsarchive.parsers.sandbox import Sandbox
    from newsarchive.publishers.registry import read_by_file

    captures = [capture for number, capture in enumerate(sampling.captures) if _is_article(sampling, number)]
    names = page_names(capture.url for capture in captures)
    pages = []
    with tempfile.TemporaryDirectory() as scratch, Sandbox(workers=1) as sandbox:
        trial = Path(scratch) / f"{draft.module}.py"
        trial.write_text(draft.source, encoding="utf-8")
        for name, capture in zip(names, captures, strict=True):
            article = sandbox.submit(read_by_file, capture, trial).result()
            assert isinstance(article, Article)  # the draft has no rule that could refuse a page
            pages.append((name, capture, sandbox.submit(normalize, article).result()))

    def build_fixtures(folder: Path) -> None:
        for name, capture, article in pages:
            write_fixture(folder / name, capture, article)

    file, fixtures, test = _file(place, draft.module), place.tests / draft.name, place.tests / _TEST_NAME
    targets: dict[Path, Build] = {
        file: lambda path: path.write_text(draft.source, encoding="utf-8"),
        fixtures: build_fixtures,
    }
    if not place.is_ours and not test.exists():
        targets[test] = lambda path: path.write_text(_TEST, encoding="utf-8")
    try:
        placed(targets, replacing=force)
    except FileExistsError as error:
        raise PublisherError(f"{error} exists: it was made meanwhile; nothing was written") from error
    except OSError as error:
        raise HomeError(f"{error.filename} cannot be written: {error.strerror}; nothing was written") from error
    return [file, *(fixtures / name for name in names), *(path for path in targets if path == test)]


def _say_what_next(config: Config, place: _Place, draft: Draft, written: list[Path], sampling: Sampling) -> None:
    out = terminal.out()
    for path in written:
        out.print(f"wrote {path}{'/page.html.gz, expected.json' if path.is_dir() else ''}")
    own = not place.is_ours and (config.publishers is None or config.publishers.resolve() != place.folder.resolve())
    target = sampling.samples[0].url
    steps = [
        *([f"export NEWSARCHIVE_PUBLISHERS={shlex.quote(str(place.folder.resolve()))}"] if own else []),
        f"newsarchive site check {shlex.quote(sampling.home_url)}    # what the rules find, and what is suspicious",
        f"newsarchive parse {shlex.quote(target)}    # one page, to set beside your browser",
        f"edit {written[0]}: a selector where a rule is wrong",
        "correct each expected.json by looking at its page, not by copying what the program reads",
        f"pytest {place.tests if not place.is_ours else 'tests/publishers'}",
    ]
    out.print("\nnext", style="bold")
    for number, step in enumerate(steps, start=1):
        out.print(f"  {number}. {step}")
