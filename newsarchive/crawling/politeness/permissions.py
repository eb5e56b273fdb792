"""What a page says of its being archived or mined: X-Robots-Tag, robots meta tags, TDM reservations.

Read from the head of a response and the first part of its document. Who obeys what is the user's decision
(``Config.obey``); robots.txt is another matter and always obeyed. The words:

- ``noarchive``, ``noindex`` (and ``none``, which is noindex and nofollow):
  https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag
- ``tdm``, a reservation of rights to text and data mining, as Article 4(3) of Directive (EU) 2019/790 asks for in a
  form that machines read: https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240202/
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from newsarchive.crawling.politeness.user_agent import PRODUCT_TOKEN

NOARCHIVE, NOINDEX, TDM = "noarchive", "noindex", "tdm"
WORDS = (NOARCHIVE, NOINDEX, TDM)
"""What can be obeyed."""
REASONS = {NOARCHIVE: "noarchive", NOINDEX: "noindex", TDM: "tdm-reservation"}
"""The ledger's reason for a page that was left because of it."""

MAX_HEAD_BYTES = 100_000
"""How far into a document meta tags are looked for: they stand in its head."""
MAX_TDMREP_BYTES = 500 * 1024
"""As for robots.txt."""
MAX_RULES = 1_000
MAX_POLICY = 200
"""Characters of a policy's address that are kept."""

_META = re.compile(rb"<meta\s([^<>]{1,1000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?<![a-z-])([a-z-]++)\s*+=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_AGENT = re.compile(r"(?<![\sA-Za-z0-9_.-])\s*+([A-Za-z0-9_.-]++)\s*+:(?!//)\s*(.*)", re.DOTALL)
_WITH_VALUE = ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview")


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """What was declared."""

    words: frozenset[str] = frozenset()
    """Of `WORDS`."""
    tdm_policy: str | None = None
    """Address of the terms under which mining is allowed; None where none is named."""

    def forbidden_by(self, obeyed: Iterable[str]) -> str | None:
        """The first of the obeyed words that was declared; None: nothing stands against keeping the page."""
        return next((word for word in obeyed if word in self.words), None)

    def __str__(self) -> str:
        """For the ledger: ``declares noarchive, tdm (policy: …)``; empty where nothing was declared."""
        if not self.words:
            return ""
        policy = f" (policy: {self.tdm_policy})" if self.tdm_policy else ""
        return f"declares {', '.join(sorted(self.words))}{policy}"


def declared(headers: Mapping[str, str], head: bytes) -> Permissions:
    """What a response declares in its headers (names in lower case) and in the first bytes of its document.

    >>> str(declared({"x-robots-tag": "noarchive"}, b'<meta name="tdm-reservation" content="1">'))
    'declares noarchive, tdm'
    """
    words = _robots_words(headers.get("x-robots-tag", ""))
    reserved, policy = headers.get("tdm-reservation"), headers.get("tdm-policy")
    for name, content in _metas(head[:MAX_HEAD_BYTES]):
        if name in ("robots", PRODUCT_TOKEN):
            words |= _directives(content)
        elif name == "tdm-reservation":
            reserved = content
        elif name == "tdm-policy":
            policy = content
    if reserved is not None and reserved.strip() == "1":
        words |= {TDM}
    return Permissions(words=frozenset(words), tdm_policy=_policy(policy) if TDM in words else None)


def read_tdmrep(body: bytes) -> tuple[tuple[str, bool], ...]:
    """The rules of ``/.well-known/tdmrep.json``: patterns of paths, as robots.txt has them, and whether they reserve.

    Empty for anything that is no such file.
    """
    try:
        rules = json.loads(body[:MAX_TDMREP_BYTES])
    except (ValueError, RecursionError):
        return ()
    entries = [rule for rule in rules[:MAX_RULES] if isinstance(rule, dict)] if isinstance(rules, list) else []
    return tuple(
        (rule["location"], rule.get("tdm-reservation") in (1, "1"))
        for rule in entries
        if isinstance(rule.get("location"), str) and len(rule["location"]) <= MAX_POLICY
    )


def reserves(rules: Iterable[tuple[str, bool]], url: str) -> bool:
    """Whether these rules reserve the address; the longest pattern that fits decides."""
    parts = urlsplit(url)
    path = f"{parts.path or '/'}?{parts.query}".rstrip("?")
    fitting = [(len(pattern), reserved) for pattern, reserved in rules if _fits(pattern, path)]
    return max(fitting, default=(0, False))[1]


def _fits(pattern: str, path: str) -> bool:
    """Whether a path begins as the pattern says: ``*`` is anything, ``$`` at the end the end. In linear time."""
    pieces = pattern.removesuffix("$").split("*")
    if not path.startswith(pieces[0]):
        return False
    place = len(pieces[0])
    for number, piece in enumerate(pieces[1:], start=2):
        if number == len(pieces) and pattern.endswith("$"):
            return len(path) - len(piece) >= place and path.endswith(piece)
        found = path.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return not pattern.endswith("$") or place == len(path)


def _robots_words(field: str) -> set[str]:
    """``noindex, otherbot: noarchive, nofollow``: after a robot's name all is meant for that robot."""
    words: set[str] = set()
    is_ours = True
    for text in field.split(","):
        named = _AGENT.fullmatch(text)
        if named is not None and named.group(1).lower() not in _WITH_VALUE:
            is_ours = named.group(1).lower() == PRODUCT_TOKEN
        if is_ours:
            words |= _directives(text if named is None else named.group(2))
    return words


def _directives(text: str) -> set[str]:
    words: set[str] = set()
    for piece in text.lower().split(","):
        name = piece.strip()
        if name in ("none", NOINDEX):
            words.add(NOINDEX)
        elif name == NOARCHIVE:
            words.add(NOARCHIVE)
    return words


def _metas(head: bytes) -> Iterable[tuple[str, str]]:
    for match in _META.finditer(head):
        attributes: dict[str, str] = {}
        for name, *values in _ATTRIBUTE.findall(match.group(1).decode("latin-1")):
            attributes.setdefault(name.lower(), unescape("".join(values)))
        if "name" in attributes and "content" in attributes:
            yield attributes["name"].strip().lower(), attributes["content"]


def _policy(address: str | None) -> str | None:
    address = "".join(filter(str.isprintable, (address or "").strip()))[:MAX_POLICY]
    return address if address.startswith(("http://", "https://", "/")) else None
