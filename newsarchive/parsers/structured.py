"""JSON-LD out of ``<script>`` blocks as newsrooms really write them: commented out, escaped, with bare line breaks.

A block is read with orjson, then with the lenient standard parser, then repaired. Everything is bounded, because a page
decides how large and how deep its JSON is.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import json_repair
import orjson

Node = Mapping[str, Any]

MAX_BLOCK_CHARS = 2_000_000
"""A longer block is not read."""
MAX_REPAIRED_CHARS = 100_000
"""A longer block is not repaired: the repairer takes some 20 ms for that much."""
MAX_BLOCKS = 60
MAX_NODES = 500
MAX_DEPTH = 6
"""How deep lists and graphs may be nested."""

_CONTAINERS = ("@graph", "mainEntity", "mainEntityOfPage")


def json_ld_nodes(blocks: Iterable[str]) -> tuple[Node, ...]:
    """The nodes of all blocks in order: lists and ``@graph`` opened, ``mainEntity`` after what contains it.

    Unreadable blocks are left out. A node keeps its nested values; a reference (``{"@id": …}``) to a node of the page
    is for :func:`dereferenced`.

    >>> [node["@type"] for node in json_ld_nodes(['{"@graph": [{"@type": "WebPage"}, {"@type": "NewsArticle"}]}'])]
    ['WebPage', 'NewsArticle']
    """
    nodes: list[Node] = []
    for number, block in enumerate(blocks):
        if number == MAX_BLOCKS:
            break
        for node in _opened(_loaded(block), MAX_DEPTH):
            nodes.append(node)
            if len(nodes) == MAX_NODES:
                return tuple(nodes)
    return tuple(nodes)


def types_of(node: Node) -> tuple[str, ...]:
    """The node's types without namespace, as written: ``NewsArticle``."""
    given = node.get("@type")
    listed = given if isinstance(given, list) else [given]
    return tuple(name.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in listed if isinstance(name, str))


def as_list(value: Any) -> list[Any]:  # noqa: ANN401 (a JSON value)
    """JSON-LD lets one value stand for a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def dereferenced(value: Any, nodes: tuple[Node, ...]) -> Any:  # noqa: ANN401 (a JSON value)
    """The page's node that a bare ``{"@id": …}`` refers to, or the value itself."""
    if isinstance(value, dict) and "@id" in value and "name" not in value:
        for node in nodes:
            if node.get("@id") == value["@id"] and "name" in node:
                return node
    return value


def _opened(value: Any, depth: int) -> Iterator[Node]:  # noqa: ANN401 (a JSON value)
    if depth == 0:
        return
    if isinstance(value, list):
        for item in value:
            yield from _opened(item, depth - 1)
    elif isinstance(value, dict):
        if "@type" in value or "@id" in value:
            yield value
        for key in _CONTAINERS:
            if isinstance(value.get(key), (dict, list)):
                yield from _opened(value[key], depth - 1)


def _loaded(block: str) -> Any:  # noqa: ANN401 (a JSON value)
    """The JSON value of a block, or None if nothing can be made of it."""
    if not block or len(block) > MAX_BLOCK_CHARS:
        return None
    try:
        return orjson.loads(block)
    except orjson.JSONDecodeError:
        pass
    text = _unwrapped(block)
    if not text:
        return None
    for candidate in (text, html.unescape(text)) if "&" in text else (text,):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    if len(text) > MAX_REPAIRED_CHARS:
        return None
    try:
        return json_repair.loads(text, skip_json_loads=True)
    except (ValueError, RecursionError, IndexError, KeyError, TypeError):
        return None


def _unwrapped(block: str) -> str:
    """The block without the comment or CDATA marks that hid scripts from old browsers, and without a last ``;``."""
    text = block.strip().lstrip("\ufeff")
    for opening in ("<!--", "//<![CDATA[", "// <![CDATA[", "/*<![CDATA[*/", "<![CDATA["):
        text = text.removeprefix(opening).lstrip()
    for closing in ("//]]>", "// ]]>", "/*]]>*/", "]]>", "//-->", "-->"):
        text = text.removesuffix(closing).rstrip()
    return text.rstrip("; \t\r\n")
