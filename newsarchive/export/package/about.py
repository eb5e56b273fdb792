"""About: what only the author of a data set knows, and nobody makes up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from newsarchive.errors import ExportError

MAX_LENGTH = 5_000
"""Characters of any of the texts: a long abstract. What is longer is a file given by mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Creator:
    """A person or an organization."""

    name: str
    """Of a person ``Family, Given``, as libraries have it."""

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a creator as it is typed. Raises ExportError."""
        return cls(name=_line(text, "creator"))

    @property
    def person(self) -> tuple[str, str] | None:
        """Family name and given name; None of an organization, whose name has no comma.

        >>> Creator(name="Doe, Jane").person
        ('Doe', 'Jane')
        """
        family, comma, given = (part.strip() for part in self.name.partition(","))
        return (family, given) if comma and family and given else None

    @property
    def shown(self) -> str:
        """The name as it is spoken: ``Jane Doe``."""
        return f"{self.person[1]} {self.person[0]}" if self.person else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the author says of a data set. What was not said is None and is said to be missing."""

    title: str | None = None
    description: str | None = None
    """Why it was made and what it holds, in a few sentences; Markdown."""
    creators: tuple[Creator, ...] = ()
    license: str | None = None
    """A name of https://spdx.org/licenses/ or a web address."""

    @classmethod
    def of(
        cls,
        *,
        title: str | None = None,
        description: str | None = None,
        creators: tuple[str, ...] = (),
        license: str | None = None,
    ) -> Self:
        """Check what the author typed. Raises ExportError for an empty or much too long text."""
        return cls(
            title=None if title is None else _line(title, "title"),
            description=None if description is None else _text(description, "description"),
            creators=tuple(map(Creator.of, creators)),
            license=None if license is None else _line(license, "license"),
        )

    @property
    def license_url(self) -> str | None:
        """Where the license can be read."""
        if self.license is None or urlsplit(self.license).scheme in ("http", "https"):
            return self.license
        return f"https://spdx.org/licenses/{self.license}.html" if _is_spdx(self.license) else None


def _is_spdx(text: str) -> bool:
    """Whether a text can be a short name of SPDX, like ``CC-BY-4.0``."""
    return text.isascii() and all(character.isalnum() or character in "-.+" for character in text)


def _text(text: str, name: str) -> str:
    text = text.strip()
    if not text:
        raise ExportError(f"the {name} is empty; leave it out or say something")
    if len(text) > MAX_LENGTH:
        raise ExportError(f"the {name} is longer than {MAX_LENGTH:,} characters; the data set's page can say the rest")
    if any(not character.isprintable() and character not in "\n\t" for character in text):
        raise ExportError(f"the {name} holds control characters")
    return text


def _line(text: str, name: str) -> str:
    return " ".join(_text(text, name).split())
