"""The draft of a publisher file, made from what the generic rules read of some of its pages."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from newsarchive.errors import PublisherError
from newsarchive.inspection.address_pattern import address_pattern
from newsarchive.inspection.findings import shortened
from newsarchive.inspection.report import FieldReport, inspect
from newsarchive.inspection.sample import Sample
from newsarchive.model.article import Article, DatePrecision
from newsarchive.urls import host, registrable_domain, site_name

MIN_AGREEING = 3
"""Pages in one language, from which it is taken for the publisher's only one."""
MAX_TITLE_CHARS = 80
MAX_HOSTS = 3

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LINE_CHARS = 120
_PIECE_CHARS = 90
_ZONE = re.compile(r"(?:Z|UTC|GMT|[+-]\d\d:?\d\d)$")
_EXAMPLES = {
    "headline": "h1",
    "alternative_headline": ".subtitle",
    "description": ".standfirst",
    "article_section": ".breadcrumb a:last-child",
    "keywords": ".tags a",
    "authors": ".byline a",
    "date_published": "time",
}
"""A selector to begin with, for each field that ``Publisher.selectors`` may name."""
_SOURCE = '''"""Rules for {what}: say here what is particular to its pages."""

from collections.abc import Mapping
from typing import ClassVar

from newsarchive.parsers.publisher import Publisher


class {class_name}(Publisher):
    """Reads ``{example}``."""

    name = "{name}"
    version = 1
{attributes}

    # Where a generic rule is wrong, take away the "# " and write the selector that is right. What a selector does not
    # find is left to the generic rule. Behind each stands what the generic rules found on {pages}.
    selectors: ClassVar[Mapping[str, str]] = {{
{selectors}
    }}
'''


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A publisher file that has not been written yet."""

    name: str
    module: str
    """The file's name without ``.py``."""
    hosts: tuple[str, ...]
    source: str
    """Python, formatted, that loads as it is."""


def draft_publisher(
    samples: Sequence[Sample], home_url: str, *, name: str | None = None, article_urls: Iterable[str] = ()
) -> Draft:
    """A publisher file from its pages, at least one of them an article.

    ``article_urls`` are further addresses that are known to be articles', to learn their form from. Raises
    PublisherError for a name that is none.
    """
    name = name or site_name(home_url)
    check_name(name)
    articles = [sample.result for sample in samples if isinstance(sample.result, Article)]
    title = _title(articles)
    hosts = _hosts([article.url for article in articles])
    address = urlsplit(articles[0].url)
    path = f"{address.path}?{address.query}" if address.query else address.path
    source = _SOURCE.format(
        what=f"{_plain(title or name)} ({_plain(shortened(home_url, 50))})",
        class_name=_class_name(title or "") or _class_name(name) or "Site",
        example=_plain(shortened(path, 80)),
        name=name,
        attributes="\n".join(_attributes(articles, title, hosts, _pattern(articles, article_urls))),
        pages=_count(len(articles), "page"),
        selectors="\n".join(_selectors(inspect(samples).fields, len(articles))),
    )
    return Draft(name=name, module=module_name(name), hosts=hosts, source=source)


def check_name(name: str) -> None:
    """Raise PublisherError for what cannot be a publisher's name."""
    if not _NAME.fullmatch(name) or name == "generic":
        raise PublisherError(
            f"{name!r} is no publisher's name; give one of lower-case letters, digits and hyphens with --name"
        )


def page_names(urls: Iterable[str]) -> tuple[str, ...]:
    """A folder name for each page, after its address, each of them once.

    >>> page_names(["https://example.com/news/the-lake-rises.html", "https://example.com/post?s=Lake--falls_1", "x:/"])
    ('the-lake-rises', 'lake-falls-1', 'page')
    """
    names: list[str] = []
    for url in urls:
        address = urlsplit(url)
        last = address.query.rpartition("=")[2] or address.path.rstrip("/").rpartition("/")[2]
        ascii_only = re.sub(r"%[0-9A-Fa-f]{2}|\.\w{1,5}$", "-", last)
        words = "-".join(re.findall(r"[a-z0-9]+", ascii_only.lower()))[:40].strip("-") or "page"
        name, number = words, 1
        while name in names:
            number += 1
            name = f"{words}-{number}"
        names.append(name)
    return tuple(names)


def _attributes(
    articles: Sequence[Article], title: str | None, hosts: Sequence[str], pattern: str | None
) -> Iterable[str]:
    yield f"    title = {_string(title)}" if title else '    # title = "…"  # these pages do not say it'
    listed = ", ".join(map(_string, hosts))
    yield (
        f"    hosts: ClassVar[tuple[str, ...]] = ({listed},)"
        if len(hosts) == 1
        else (f"    hosts: ClassVar[tuple[str, ...]] = ({listed})")
    )
    if pattern is None:
        yield '    # url_pattern = r"/news/\\d+"  # these have too many forms; if left out, any fits'
    else:
        yield from _raw(pattern)
    language = _language(articles)
    if language:
        line = f"language = {_string(language)}"
        known = len(articles) >= MIN_AGREEING
        yield f"    {line}" if known else f"    # {line}  # if it writes in no other; else by page"
    yield f"    # {_timezone(articles)}"


def _language(articles: Sequence[Article]) -> str | None:
    """The one language of all articles, with its region if all have the same; None if they differ or one has none."""
    languages = {article.in_language or "" for article in articles}
    if len(languages) > 1:
        languages = {language.partition("-")[0] for language in languages}
    return languages.pop() or None if len(languages) == 1 else None


def _timezone(articles: Sequence[Article]) -> str:
    times = [
        article.date_published_raw
        for article in articles
        if article.date_published_raw and article.date_precision is not DatePrecision.DAY
    ]
    without = [_plain(shortened(raw, 40)) for raw in times if not _ZONE.search(raw.strip())]
    if without:
        return f'timezone = "Africa/Kigali"  # of times without one, like {without[0]}; UTC if left out'
    if times:
        return f'timezone = "Africa/Kigali"  # not needed: times state it, like {_plain(shortened(times[0], 40))}'
    return 'timezone = "Africa/Kigali"  # of times that name none; UTC if left out'


def _selectors(fields: Iterable[FieldReport], total: int) -> Iterable[str]:
    for report in fields:
        if report.field in _EXAMPLES:
            rules = ", ".join(f"{rule} {count}" for rule, count in report.rules.items())
            found = f"{report.articles or 'none'} of {total}{f': {shortened(rules)}' if rules else ''}"
            yield f'        # "{report.field}": "{_EXAMPLES[report.field]}",  # {found}'


def _title(articles: Sequence[Article]) -> str | None:
    titles = Counter(article.publisher for article in articles if article.publisher)
    title = titles.most_common(1)[0][0] if titles else None
    return title if title and len(title) <= MAX_TITLE_CHARS and title.isprintable() else None


def _hosts(urls: Iterable[str]) -> tuple[str, ...]:
    """The hosts of the pages; a domain's main one, with or without ``www.``, stands for all of the domain."""
    found: dict[str, None] = {}
    for url in urls:
        name, domain = host(url), registrable_domain(url)
        found.setdefault(domain if name in (domain, f"www.{domain}") else name)
    kept = [name for name in found if not any(name.endswith(f".{other}") for other in found)]
    return tuple(kept[:MAX_HOSTS])


def _pattern(articles: Sequence[Article], article_urls: Iterable[str]) -> str | None:
    """The form of its articles' addresses, if one fits all pages that were read."""
    urls = [article.url for article in articles]
    pattern = address_pattern([*urls, *article_urls])
    return pattern if pattern and all(re.search(pattern, url) for url in urls) else None


def module_name(name: str) -> str:
    """The name of the file of a publisher of that name, without ``.py``: one that Python can import."""
    module = name.replace("-", "_")
    return module if module.isidentifier() and not keyword.iskeyword(module) else f"site_{module}"


def _class_name(text: str) -> str:
    """Words run together, or an empty string where there are none of ASCII letters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", plain.replace("'", ""))
    name = "".join(f"{word[0].upper()}{word[1:]}" for word in words)[:60]
    if name in ("Publisher", "Mapping", "ClassVar", "None", "True", "False"):
        return f"The{name}"
    return f"Site{name}" if name[:1].isdecimal() else name


def _plain(text: str) -> str:
    """Text for a docstring or a comment."""
    return re.sub(r"[\"\\`{}]", "", "".join(character for character in text if character.isprintable())).strip()


def _string(text: str) -> str:
    """A string as ruff writes it: with the quotes that need the fewer backslashes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return f"{quote}{escaped}{quote}"


def _raw(pattern: str) -> Iterable[str]:
    """``url_pattern = r"…"``, in several pieces if it is long: one an alternative."""
    line = f'    url_pattern = r"{pattern}"'
    if len(line) <= _LINE_CHARS:  # the formatter would join what fits
        yield line
        return
    yield "    url_pattern = ("
    for alternative in re.split(r"(?<=\(\?:)(?=/)|(?=\|/)", pattern):
        piece = alternative
        while piece:
            end = _PIECE_CHARS
            while piece[:end].endswith("\\"):  # a raw string cannot end so
                end -= 1
            yield f'        r"{piece[:end]}"'
            piece = piece[end:]
    yield "    )"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
