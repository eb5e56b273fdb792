"""The judgment on a site's rules: which fields came out of its pages, by which rules, and what is suspicious. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from newsarchive.inspection.findings import Finding, suspicions
from newsarchive.inspection.sample import Sample
from newsarchive.model.article import Article, DatePrecision, LinkRel, NotArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReport:
    """What became of one field."""

    field: str
    articles: int
    """How many articles have it."""
    rules: Mapping[str, int]
    """How many articles each rule gave it for, the most frequent first; none is noted of images and links."""
    least: int | None
    most: int | None
    """Of fields that hold several things the fewest and the most on one article; None for the others."""
    example: str | None
    """Of the first article that has it, whole; None if none has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A page that holds no article."""

    url: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What came of a site's pages."""

    pages: int
    articles: int
    parser_versions: tuple[str, ...]
    fields: tuple[FieldReport, ...]
    """In the order of the article's fields; all of them, also those no page has."""
    findings: tuple[Finding, ...]
    refusals: tuple[Refusal, ...]


def inspect(samples: Sequence[Sample]) -> Inspection:
    """Judge what was read of a site's pages. Deterministic; the order of the pages decides which is the example."""
    articles = [sample.result for sample in samples if isinstance(sample.result, Article)]
    return Inspection(
        pages=len(samples),
        articles=len(articles),
        parser_versions=tuple(sorted({article.parser_version for article in articles})),
        fields=tuple(_field(name, text, articles) for name, text in _TEXTS.items()),
        findings=suspicions(samples),
        refusals=tuple(
            Refusal(url=sample.url, reason=sample.result.reason, detail=sample.result.detail)
            for sample in samples
            if isinstance(sample.result, NotArticle)
        ),
    )


def _field(name: str, text: Callable[[Article], str | None], articles: Sequence[Article]) -> FieldReport:
    having = [article for article in articles if text(article)]
    rules = Counter(article.field_sources[name] for article in having if name in article.field_sources)
    sizes = [len(value) for article in articles if isinstance(value := getattr(article, name), tuple)]
    return FieldReport(
        field=name,
        articles=len(having),
        rules=dict(sorted(rules.items(), key=lambda rule: (-rule[1], rule[0]))),
        least=min(sizes, default=None),
        most=max(sizes, default=None),
        example=text(having[0]) if having else None,
    )


def _date(moment: datetime | None, precision: DatePrecision | None = None) -> str | None:
    if moment is None:
        return None
    return f"{moment:%Y-%m-%d}" if precision is DatePrecision.DAY else f"{moment:%Y-%m-%d %H:%M} UTC"


def _image(article: Article) -> str | None:
    return next((image.url for image in sorted(article.images, key=lambda image: not image.is_main)), None)


def _link(article: Article) -> str | None:
    links = sorted(article.related_links, key=lambda link: link.rel is not LinkRel.RELATED)
    return next((f"{link.rel}: {link.text}" for link in links), None)


_FREE = {True: "yes", False: "no", None: None}
_TEXTS: Mapping[str, Callable[[Article], str | None]] = {
    "headline": lambda article: article.headline,
    "alternative_headline": lambda article: article.alternative_headline,
    "description": lambda article: article.description,
    "article_section": lambda article: article.article_section,
    "keywords": lambda article: ", ".join(article.keywords),
    "authors": lambda article: ", ".join(article.authors),
    "date_published": lambda article: _date(article.date_published, article.date_precision),
    "date_modified": lambda article: _date(article.date_modified),
    "in_language": lambda article: article.in_language,
    "is_accessible_for_free": lambda article: _FREE[article.is_accessible_for_free],
    "blocks": lambda article: next((block.text for block in article.blocks), None),
    "images": _image,
    "related_links": _link,
}
"""How each field reads in a line; None or empty if the article does not have it."""
