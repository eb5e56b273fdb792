"""The article's identity: the address the page gives for itself where that is credible, else its own without tracking.

A wrong canonical address is worse than none: it merges articles. Templates that print the home page, the section or the
script's name (``/post`` for every ``/post?s=…``) as canonical are common, so each claim is checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from newsarchive.parsers.found import Found
from newsarchive.parsers.links.next_page import is_later_part
from newsarchive.parsers.metadata import article_node
from newsarchive.parsers.page import Page
from newsarchive.urls import identity_url, same_site

_WORD = re.compile(r"\w{3,}")


def find_canonical_url(page: Page) -> Found[str]:
    """The address that stands for the article, normalized. Always found: the last resort is the page's own."""
    try:
        own = identity_url(page.url)
    except ValueError:  # a file read from disk, or a capture of another scheme
        return Found(page.url, "url")
    for claim, source in _claims(page):
        identity = identity_url(claim)
        if identity != own and not _is_credible(identity, own):
            continue
        if identity != own and is_later_part(page, identity):
            break  # many templates name the first part on all; it would swallow the others
        return Found(identity, source)
    return Found(own, "url")


def _claims(page: Page) -> Iterator[tuple[str, str]]:
    for element in page.links.get("canonical", ()):
        address = page.resolve(element.get("href"))
        if address:
            yield address, "canonical"
    address = page.resolve(page.meta_first("og:url"))
    if address:
        yield address, "og"
    node = page.once(article_node)
    if node is not None:
        whole = node.get("mainEntityOfPage")
        for value in (node.get("url"), whole.get("@id") if isinstance(whole, dict) else whole):
            address = page.resolve(value) if isinstance(value, str) else None
            if address:
                yield address, "json-ld"


def _is_credible(claim: str, own: str) -> bool:
    """Whether ``claim`` may be another address of the very page at ``own``; both are identity URLs."""
    if not same_site(claim, own):
        return False
    theirs, ours = urlsplit(claim), urlsplit(own)
    if (theirs.path.rstrip("/"), theirs.query) == (ours.path.rstrip("/"), ours.query):
        return True
    if not theirs.query and not _is_specific(theirs.path):
        # The home page, a section, or a script that shows all articles.
        return False
    if theirs.path == ours.path:
        # Parameters dropped from a path that names the article by itself, or changed.
        return not theirs.query or bool(_words(theirs.query) & _words(ours.query)) or not ours.query
    shared = _words(f"{theirs.path} {theirs.query}") & _words(f"{ours.path} {ours.query}")
    return bool(shared) or not _is_specific(ours.path)


def _is_specific(path: str) -> bool:
    """Whether a path's last segment names one article: a slug of several words, a number, a long word."""
    last = path.rstrip("/").rpartition("/")[2]
    stem = last.rpartition(".")[0] or last
    return bool(re.search(r"\d{3}|[^\W_][-_+%][^\W_]", stem)) or len(unquote(stem)) >= 16


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(unquote(text))} - {
        "html",
        "php",
        "amp",
        "aspx",
        "htm",
        "www",
        "index",
    }
