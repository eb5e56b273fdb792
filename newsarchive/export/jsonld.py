"""JSON-LD: each record as a schema.org NewsArticle (https://schema.org/NewsArticle), one object a line.

Only what is known is said. What schema.org has no word for stays out, and is in the other formats.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from newsarchive.export.jsonl import jsonl_lines

CONTEXT = "https://schema.org"

_SAME_MEANING = {
    "headline": "headline",
    "alternative_headline": "alternativeHeadline",
    "description": "description",
    "article_section": "articleSection",
    "keywords": "keywords",
    "in_language": "inLanguage",
    "is_accessible_for_free": "isAccessibleForFree",
    "article_body": "articleBody",
    "revision": "version",
}
"""Fields whose value schema.org takes as it is."""


def jsonld_lines(records: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """One line for each record. Raises ExportError for a text that cannot be written as UTF-8."""
    return jsonl_lines(map(news_article, records))


def news_article(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record, of all fields or some, as a NewsArticle.

    >>> news_article({"headline": "A lake rises", "authors": ["Ann Lee"], "date_published": None, "keywords": []})
    {'@context': 'https://schema.org', '@type': 'NewsArticle', 'headline': 'A lake rises', 'author': \
[{'@type': 'Person', 'name': 'Ann Lee'}]}
    """
    known = {name: value for name, value in record.items() if value not in (None, [], "", {})}
    article: dict[str, Any] = {"@context": CONTEXT, "@type": "NewsArticle"}
    if "canonical_url" in known:
        article["@id"] = known["canonical_url"]
        article["mainEntityOfPage"] = known["canonical_url"]
    if "url" in known:
        article["url"] = known["url"]
    for name, word in _SAME_MEANING.items():
        if name in known:
            article[word] = known[name]
    if "authors" in known:
        # The archive does not tell an agency's name from a person's; nor do most sites' own NewsArticles.
        article["author"] = [{"@type": "Person", "name": name} for name in known["authors"]]
    if "publisher" in known:
        article["publisher"] = {"@type": "NewsMediaOrganization", "name": known["publisher"]}
    if "date_published" in known:
        article["datePublished"] = _date(known["date_published"], known.get("date_precision"))
    if "date_modified" in known:
        article["dateModified"] = known["date_modified"]
    if "images" in known:
        article["image"] = [_image(image) for image in known["images"]]
    if "related_links" in known:
        article["citation"] = [_citation(link) for link in known["related_links"]]
    if "content_digest" in known:
        article["identifier"] = {
            "@type": "PropertyValue",
            "propertyID": "sha256",
            "value": known["content_digest"].removeprefix("sha256:"),
        }
    return article


def _date(moment: str, precision: str | None) -> str:
    """A day of which no time is known stays a day."""
    return moment[: len("2023-05-17")] if precision == "day" else moment


def _image(image: Mapping[str, Any]) -> dict[str, Any]:
    members = {
        "@type": "ImageObject",
        "contentUrl": image["url"],
        "caption": image["caption"],
        "creditText": image["credit"],
        "description": image["alt"],
        "width": image["width_px"],
        "height": image["height_px"],
        "representativeOfPage": image["is_main"] or None,
    }
    return {name: value for name, value in members.items() if value is not None}


def _citation(link: Mapping[str, Any]) -> dict[str, Any]:
    work = {"@type": "CreativeWork", "url": link["url"]}
    return {**work, "name": link["text"]} if link["text"] else work
