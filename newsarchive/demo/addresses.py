"""Where the sample's pages are: the one place that makes their paths, for the site, its templates and its truth."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from newsarchive.demo.content import Content, Picture, SampleArticle


def listing_path(listing: Mapping[str, Any], page: int) -> str:
    """Path and query of a listing's page, counted from 1."""
    return str(listing["path"]) if page == 1 else str(listing["more"]).format(n=page)


def image_path(content: Content, picture: Picture) -> str:
    """Where an article's image is."""
    return f"{content.site['images']}{picture.file}"


def tag_path(tag: str) -> str:
    """Where the articles of a keyword are listed."""
    return f"/tag/{slug(tag)}/"


def author_path(name: str) -> str:
    """Where the articles of an author are listed."""
    return f"/author/{slug(name)}/"


def print_path(article: SampleArticle) -> str:
    """Where the print view of an article is: some systems keep its path, others know it by another name."""
    return f"/print{article.path}" if article.markup == "wordpress" else f"/print/{article.slug}"


def amp_path(article: SampleArticle) -> str:
    """Where the AMP twin of an article is."""
    return f"{article.path}amp/"


def slug(text: str) -> str:
    """A part of a path made of a name.

    >>> slug("Aimée Uwase")
    'aimee-uwase'
    >>> slug("中文")
    '%E4%B8%AD%E6%96%87'
    """
    plain = unicodedata.normalize("NFKD", text.lower())
    words = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).split()
    return quote("-".join(words))
