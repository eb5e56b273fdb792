"""The sample as a stranger sees it: pages, links, feeds and sitemaps, read with lxml and no code of ours."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag, urljoin

import lxml.html
import pytest
from lxml import etree
from w3lib.encoding import html_to_unicode

from newsarchive.demo.content import load_content
from newsarchive.demo.site import Answer, Site
from newsarchive.demo.traps import IGNORED_PARAMETERS
from newsarchive.demo.truth import expected

BASE = "http://127.0.0.1:8765"


@dataclass
class Visitor:
    """Looks at the sample's pages without a network."""

    site: Site
    base: str = BASE

    def answer(self, path: str) -> Answer:
        return self.site.answer(path)

    def html(self, path: str) -> str:
        answer = self.answer(path)
        return html_to_unicode(answer.content_type, answer.body)[1]

    def tree(self, path: str) -> lxml.html.HtmlElement:
        return lxml.html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*>", "", self.html(path)))

    def xml(self, path: str) -> etree._Element:
        body = self.answer(path).body
        return etree.fromstring(gzip.decompress(body) if path.endswith(".gz") else body)

    def links(self, path: str) -> Iterator[str]:
        """Paths of the site a page links to, in ``<a>`` and ``<link>``."""
        for href in self.tree(path).xpath("//a/@href | //link/@href"):
            address = urldefrag(urljoin(BASE + path, href)).url
            if address.startswith(BASE + "/"):
                yield address.removeprefix(BASE)

    @staticmethod
    def without_ignored(path: str) -> str:
        """A path without the parameters that lead to the same page."""
        path, _, query = path.partition("?")
        kept = [pair for pair in query.split("&") if pair and pair.split("=")[0] not in IGNORED_PARAMETERS]
        return f"{path}?{'&'.join(kept)}" if kept else path


@pytest.fixture(scope="session")
def visitor() -> Visitor:
    return Visitor(Site(load_content(), BASE))


@pytest.fixture(scope="session")
def truth() -> dict[str, Any]:
    return expected(load_content())
