"""Body text that a page does not show but carries for its scripts: JSON-LD ``articleBody``, or HTML inside JSON.

Single-page sites send an empty shell and the article as a string in a ``<script>``. It is looked for only where the
page itself shows next to no text, so other pages do not pay for it.
"""

from __future__ import annotations

import html
import json
import re

import lxml.html
from lxml import etree

from newsarchive.parsers.outline.pieces import Outline
from newsarchive.parsers.outline.walk import outline_of
from newsarchive.parsers.page import Page

MAX_SCRIPT_CHARS = 3_000_000
"""A longer script is not searched."""
MIN_HTML_CHARS = 400
"""A shorter string is no article."""
MIN_PARAGRAPHS = 3
_NESTED = 3
"""How often a string may be JSON inside JSON."""

# An unclosed string is matched, too: else the search would begin anew at each escaped quote in it.
_STRING = re.compile(r'"((?:[^"\\]|\\.)*+)("?)', re.DOTALL)
_PARAGRAPH = re.compile(r"<p[\s>]|<br\s*/?>", re.IGNORECASE)
_HINT = re.compile(r"(?:<|\\u003c|&lt;)(?:p[\s>\\]|p&gt;|br)", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})[^<>]{0,1000}>")
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,6}|lt|gt|amp|quot|nbsp|rsquo|lsquo|ldquo|rdquo);")
_BREAKING = frozenset(("p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "tr", "section"))


def told_text(page: Page) -> str:
    """The longest articleBody of the page's JSON-LD as plain text with its line breaks; empty if there is none."""
    texts = [node.get("articleBody") for node in page.json_ld]
    return max((_plain(text) for text in texts if isinstance(text, str)), key=len, default="")


def paragraphs_of(text: str) -> tuple[str, ...]:
    """Plain text cut at blank lines, or at line breaks if it has no blank line."""
    parts = re.split(r"\n[ \t\r\f\v\xa0]*\n", text) if re.search(r"\n[ \t\r\f\v\xa0]*\n", text) else text.split("\n")
    lines = (" ".join(part.split()) for part in parts)
    return tuple(line for line in lines if line)


def scripted_outline(page: Page) -> Outline | None:
    """The outline of the longest piece of HTML with some paragraphs in the page's scripts; None if there is none."""
    best = ""
    for script in page.elements("script"):
        source = script.text
        if source and MIN_HTML_CHARS < len(source) <= MAX_SCRIPT_CHARS and _HINT.search(source):
            best = max(best, _longest_html(source, _NESTED), key=len)
    if not best:
        return None
    try:
        return outline_of(lxml.html.document_fromstring(f"<html><body>{best}</body></html>"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _longest_html(source: str, depth: int) -> str:
    best = ""
    for match in _STRING.finditer(source):
        raw = match[1]
        if not match[2] or len(raw) <= max(MIN_HTML_CHARS, len(best)) or not _HINT.search(raw):
            continue
        try:
            value = json.loads(f'"{raw}"', strict=False)
        except ValueError:
            continue
        if depth > 1 and '"' in value and value.lstrip()[:1] in "{[0123456789abcdef":
            inner = _longest_html(value, depth - 1)
            if inner:
                best = max(best, inner, key=len)
                continue
        if len(_PARAGRAPH.findall(value)) >= MIN_PARAGRAPHS:
            best = max(best, value, key=len)
    return best


def _plain(text: str) -> str:
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(lambda match: "\n\n" if match[2].lower() in _BREAKING else "", text)
    return text.strip()
