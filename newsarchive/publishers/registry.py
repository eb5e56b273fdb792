"""Which publisher's rules read a page: the classes of this package and of the user's folder, found by name or host.

`read` is what the sandbox's child processes are given: picklable, with the classes loaded once a process.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
import sys
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from newsarchive import publishers
from newsarchive.errors import PublisherError
from newsarchive.model.article import Article, NotArticle
from newsarchive.model.capture import Capture
from newsarchive.parsers.page import Page
from newsarchive.parsers.publisher import Publisher
from newsarchive.urls import host

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class PublisherRegistry:
    """All known publishers. Make one with :meth:`load`."""

    def __init__(self, classes: Iterable[type[Publisher]]) -> None:
        self._generic = Publisher()
        self._by_name: dict[str, Publisher] = {}
        self._by_host: dict[str, Publisher] = {}
        for cls in classes:
            self._add(cls)

    @classmethod
    def load(cls, folder: Path | None = None) -> PublisherRegistry:
        """The publishers that come with the program, and those of ``folder``'s ``*.py`` files.

        Raises PublisherError, naming the file, for a module that does not load, a class without a proper name, and
        two classes that share a name or host.
        """
        modules = [
            importlib.import_module(f"{publishers.__name__}.{module.name}")
            for module in pkgutil.iter_modules(publishers.__path__)
            if module.name != "registry"
        ]
        if folder is not None:
            modules += [_loaded(file) for file in sorted(folder.glob("*.py")) if not file.name.startswith("_")]
        return cls(found for module in modules for found in _classes_of(module))

    def names(self) -> tuple[str, ...]:
        """Names of all registered publishers, sorted; ``generic`` is not among them."""
        return tuple(sorted(self._by_name))

    def named(self, name: str) -> Publisher:
        """The publisher of that name; ``generic`` is the base class. PublisherError for an unknown one."""
        if name == Publisher.name:
            return self._generic
        try:
            return self._by_name[name]
        except KeyError:
            known = ", ".join((*self.names(), Publisher.name))
            raise PublisherError(f"no publisher is named {name!r}; known: {known}") from None

    def for_host(self, name: str) -> Publisher | None:
        """The publisher that reads pages of a host, or of a domain it belongs to; None if only the generic rules do."""
        labels = name.split(".")
        names = (".".join(labels[start:]) for start in range(len(labels)))
        return next((self._by_host[name] for name in names if name in self._by_host), None)

    def for_capture(self, capture: Capture, publisher: str | None = None) -> Publisher:
        """Whose rules read the capture.

        The named publisher's, else the host's, where their ``url_pattern`` matches the page's address; else the generic
        ones. PublisherError for an unknown name.
        """
        candidates = [self.named(publisher)] if publisher else []
        try:
            labels = host(capture.url).split(".")
        except ValueError:
            labels = []
        names = (".".join(labels[start:]) for start in range(len(labels)))
        candidates += [self._by_host[name] for name in names if name in self._by_host]
        return next((found for found in candidates if found.matches(capture.url)), self._generic)

    def _add(self, cls: type[Publisher]) -> None:
        where = getattr(sys.modules.get(cls.__module__), "__file__", None) or cls.__module__
        if not _NAME.fullmatch(cls.name) or cls.name == Publisher.name:
            raise PublisherError(
                f"{where}: class {cls.__name__} needs a name of its own of lower-case letters, digits and hyphens, "
                f"not {cls.name!r}"
            )
        rules = cls()
        if cls.name in self._by_name:
            other = type(self._by_name[cls.name])
            raise PublisherError(f"{where}: the name {cls.name!r} is taken by {other.__module__}.{other.__name__}")
        self._by_name[cls.name] = rules
        for name in cls.hosts:
            if name in self._by_host:
                other = type(self._by_host[name])
                raise PublisherError(f"{where}: the host {name!r} is taken by {other.__module__}.{other.__name__}")
            self._by_host[name] = rules


def read(capture: Capture, publisher: str | None = None, folder: str | None = None) -> Article | NotArticle:
    """The article a capture holds, or why it holds none.

    ``publisher`` is the registered name whose rules come first, ``folder`` the user's publishers. PublisherError as of
    :meth:`PublisherRegistry.load` and :meth:`PublisherRegistry.named`.
    """
    return read_page(Page(capture), publisher, folder)


def read_page(page: Page, publisher: str | None = None, folder: str | None = None) -> Article | NotArticle:
    """What :func:`read` gives, of a capture that is open already because more is read of it."""
    return _registry(folder).for_capture(page.capture, publisher).read_page(page)


def read_by_file(capture: Capture, file: Path) -> Article | NotArticle:
    """The article by the rules of one publisher file, wherever it lies: by the first class in it that fits the address.

    Raises PublisherError if the file does not load.
    """
    return PublisherRegistry(_classes_of(_loaded(file))).for_capture(capture).read(capture)


@lru_cache(maxsize=4)
def _registry(folder: str | None) -> PublisherRegistry:
    return PublisherRegistry.load(Path(folder) if folder else None)


def _classes_of(module: ModuleType) -> list[type[Publisher]]:
    """The publishers a module defines. Rules of a former design (``valid_until``) are reached by their successor."""
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Publisher)
        and value.__module__ == module.__name__
        and value.valid_until is None
    ]


def _loaded(file: Path) -> ModuleType:
    name = f"newsarchive_user_publishers.{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise PublisherError(f"{file}: not a Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # the user's code may raise anything
        del sys.modules[name]
        raise PublisherError(f"{file}: does not load: {type(error).__name__}: {error}") from error
    return module
