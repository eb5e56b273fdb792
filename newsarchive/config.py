"""The user's settings: where the archive lives and how a crawl behaves.

Each comes from, first found wins: a command-line option, an environment variable ``NEWSARCHIVE_…``, a line of
``newsarchive.toml`` in the archive home, the default below. Nothing is read at import.
"""

from __future__ import annotations

import ipaddress
import os
import re
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from newsarchive.errors import ConfigError
from newsarchive.model.revisit_times import RevisitTimes

SETTINGS_FILE = "newsarchive.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings, checked. Make one with :meth:`load`.

    >>> Config.load({"NEWSARCHIVE_DELAY": "2.5"}).delay_s
    2.5
    """

    home: Path = Path("data")
    """``NEWSARCHIVE_HOME``: folder of archive.db, captures/ and index/."""
    database: Path | str = field(default="", repr=False)
    """``NEWSARCHIVE_DATABASE``: a SQLite file, or as str the URL of a PostgreSQL database. ``archive.db`` in the home
    if nothing is said. Not in the repr: a URL may hold a password."""
    contact: str | None = None
    """``NEWSARCHIVE_CONTACT``: an e-mail or web address that goes into the user agent, for site owners."""
    delay_s: float = 1.0
    """``NEWSARCHIVE_DELAY``: pause between two requests to one host; AutoThrottle and Crawl-delay lengthen it."""
    proxy: str | None = None
    """``NEWSARCHIVE_PROXY``: ``http://host:port`` all requests go through, robots.txt too. The environment's
    ``http_proxy`` is not used: behind a proxy the address guard sees only the proxy."""
    ca_file: Path | None = None
    """``NEWSARCHIVE_CA_FILE``: PEM file of certificate authorities trusted besides the system's."""
    allow_addresses: tuple[str, ...] = ()
    """``NEWSARCHIVE_ALLOW_ADDRESSES``: ``host:port`` (or ``host`` for all its ports), separated by commas or white
    space; loopback or intranet addresses a crawl may connect to."""
    revisit: RevisitTimes = field(default_factory=RevisitTimes)
    """``NEWSARCHIVE_REVISIT``: when known pages are looked at again, like ``1d:1h 7d:1d 30d:7d +50%``."""
    browser: Path | None = None
    """``NEWSARCHIVE_BROWSER``: the Chromium that pages are rendered with; None: the one on the PATH."""
    obey: tuple[str, ...] = ()
    """``NEWSARCHIVE_OBEY``: of ``noarchive``, ``noindex`` and ``tdm`` those that keep a page out of the archive when
    its owner declares them. The others are only recorded; see docs/politeness.md."""
    daily_budget: int = 50_000
    """``NEWSARCHIVE_DAILY_BUDGET``: requests to one host in one day (UTC), over all crawls. The default is what a day
    holds at the usual pace of one in a second and a half or so; it is there for when something goes wrong."""
    publishers: Path | None = None
    """``NEWSARCHIVE_PUBLISHERS``: a folder with publisher files of your own."""
    alert_command: tuple[str, ...] = ()
    """``NEWSARCHIVE_ALERT_COMMAND``: the words of a command that gets each alert as JSON on its stdin. No shell."""
    alert_webhook: str | None = field(default=None, repr=False)
    """``NEWSARCHIVE_ALERT_WEBHOOK``: https address that alerts are posted to. Not in the repr: such addresses are
    secrets."""

    def __post_init__(self) -> None:
        if not self.database:
            object.__setattr__(self, "database", self.home / "archive.db")

    @property
    def captures_path(self) -> Path:
        """The folder of WARC files."""
        return self.home / "captures"

    @property
    def index_path(self) -> Path:
        """The folder of the full-text index."""
        return self.home / "index"

    @classmethod
    def load(cls, environment: Mapping[str, str], **options: Any) -> Self:  # noqa: ANN401 (values of any option)
        """Settings from the environment and the home's settings file; ``options`` that are not None win.

        Raises ConfigError for a value that makes no sense, naming where it came from.
        """
        given = {name: value for name, value in options.items() if value is not None and value != ()}
        home = Path(given.get("home") or environment.get("NEWSARCHIVE_HOME") or "data")
        values: dict[str, Any] = {"home": home}
        for name, (option, variable, read) in _READERS.items():
            if name in given:
                values[name] = _checked(option, read, given[name])
            elif environment.get(variable):
                values[name] = _checked(variable, read, environment[variable])
        file = home / SETTINGS_FILE
        for name, value in _settings_file(file).items():
            if name not in _READERS:
                raise ConfigError(f"{file}: unknown setting {name!r}; known: {', '.join(sorted(_READERS))}")
            if name not in values:
                values[name] = _checked(f"{file}: {name}", _READERS[name][2], value)
        return cls(**values)


def read_database(value: object) -> Path | str:
    """A SQLite file as Path, or the URL of a PostgreSQL database as str.

    Raises ValueError for anything else, without repeating it: a mistyped URL may hold a password.

    >>> read_database("postgresql://news@db.example:5432/archive")
    'postgresql://news@db.example:5432/archive'
    """
    text = value.strip() if isinstance(value, str) else str(value) if isinstance(value, Path) else ""
    if not text or "\0" in text:
        raise ValueError("name a file, or a database like postgresql://user:password@host:5432/name")
    if not re.match(r"[a-z][a-z0-9+.-]+:", text, re.IGNORECASE):  # one letter is a drive of Windows
        return Path(text)
    if not _is_postgresql(text):
        raise ValueError("the database's address is not like postgresql://user:password@host:5432/name")
    return text


def _is_postgresql(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # ValueError if it is no number, as where a password holds a slash or an @
    except ValueError:
        return False
    is_whole = parts.netloc or parts.path.startswith("/")
    return bool(parts.scheme in ("postgresql", "postgres") and "://" in url and is_whole and parts.path.strip("/"))


def _settings_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}") from error


def _checked(where: str, read: Any, value: Any) -> Any:  # noqa: ANN401 (one function for all settings' types)
    try:
        return read(value)
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{where}: {error}") from error


def _seconds(value: object) -> float:
    try:
        seconds = float(str(value))
    except ValueError:
        raise ValueError(f"{value!r} is not a number of seconds") from None
    if not 0 <= seconds <= 3600:
        raise ValueError(f"{value!r} is not between 0 and 3600 seconds")
    return seconds


def _requests(value: object) -> int:
    text = str(value)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:12]) <= 10**9:
        raise ValueError(f"{value!r} is not a number of requests, 1 or more")
    return int(text)


def _words(value: object) -> tuple[str, ...]:
    words = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(words, list | tuple) or not {*words} <= {"noarchive", "noindex", "tdm"}:
        raise ValueError(f"{value!r} is not a list of noarchive, noindex and tdm")
    return tuple(dict.fromkeys(words))


def _proxy(value: object) -> str:
    parts = urlsplit(str(value))
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError(f"{value!r} is not a proxy address like http://127.0.0.1:8090")
    return str(value)


def _contact(value: object) -> str:
    text = str(value).strip()
    if not text.isprintable() or len(text) > 200 or ("@" not in text and "://" not in text):
        raise ValueError(f"{value!r} is neither an e-mail address nor a web address")
    return text


def _certificates(value: object) -> Path:
    path = Path(str(value))
    try:
        is_pem = b"-----BEGIN " in path.read_bytes()
    except OSError as error:
        raise ValueError(f"{str(path)!r} cannot be read: {error.strerror}") from None
    if not is_pem:
        raise ValueError(f"{str(path)!r} holds no certificates in PEM (-----BEGIN CERTIFICATE-----)")
    return path


def _command(value: object) -> tuple[str, ...]:
    try:
        words = shlex.split(value) if isinstance(value, str) else value
    except ValueError as error:
        raise ValueError(f"the command cannot be split into words: {str(error).lower()}") from None
    if isinstance(words, list | tuple) and words and words[0]:
        command = tuple(word for word in words if isinstance(word, str) and "\0" not in word)
        if len(command) == len(words):
            return command
    raise ValueError('a command is a list of words, like ["mail", "-s", "news", "me@example.org"]')


def _webhook(value: object) -> str:
    parts = urlsplit(str(value))
    try:
        is_usable = parts.scheme == "https" and bool(parts.hostname) and str(value).isprintable() and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or not str(value).isascii() or " " in str(value):
        raise ValueError("a webhook is an address like https://chat.example.org/hooks/abc")  # a secret: not repeated
    return str(value)


def _folder(value: object) -> Path:
    path = Path(str(value))
    if not path.is_dir():
        raise ValueError(f"{str(path)!r} is no folder")
    return path


def _program(value: object) -> Path:
    path = Path(str(value))
    if not path.is_file() or not os.access(path, os.X_OK):
        raise ValueError(f"{str(path)!r} is no program")
    return path


def _addresses(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        entries = value.replace(",", " ").split()
    elif isinstance(value, list | tuple):
        entries = [str(entry) for entry in value]
    else:
        raise ValueError(f"{value!r} is not a list like ['127.0.0.1:8000']")
    for entry in entries:
        host, _, port = entry.rpartition(":") if not _is_ip(entry) else (entry, "", "")
        if (
            (host and not port.isdigit() and not _is_ip(entry))
            or "/" in entry
            or (port.isdigit() and int(port) > 65535)
        ):
            raise ValueError(f"{entry!r} is not HOST:PORT, like 127.0.0.1:8000")
    return tuple(entries)


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


_READERS: dict[str, tuple[str, str, Any]] = {
    "database": ("--database", "NEWSARCHIVE_DATABASE", read_database),
    "contact": ("--contact", "NEWSARCHIVE_CONTACT", _contact),
    "delay_s": ("--delay", "NEWSARCHIVE_DELAY", _seconds),
    "proxy": ("--proxy", "NEWSARCHIVE_PROXY", _proxy),
    "ca_file": ("--ca-file", "NEWSARCHIVE_CA_FILE", _certificates),
    "allow_addresses": ("--allow-address", "NEWSARCHIVE_ALLOW_ADDRESSES", _addresses),
    "revisit": ("revisit", "NEWSARCHIVE_REVISIT", lambda value: RevisitTimes.parse(str(value))),
    "browser": ("browser", "NEWSARCHIVE_BROWSER", _program),
    "obey": ("obey", "NEWSARCHIVE_OBEY", _words),
    "daily_budget": ("daily_budget", "NEWSARCHIVE_DAILY_BUDGET", _requests),
    "publishers": ("publishers", "NEWSARCHIVE_PUBLISHERS", _folder),
    "alert_command": ("alert_command", "NEWSARCHIVE_ALERT_COMMAND", _command),
    "alert_webhook": ("alert_webhook", "NEWSARCHIVE_ALERT_WEBHOOK", _webhook),
}
"""By field: how messages call it when it comes from the command line, its variable, and what reads its value."""
