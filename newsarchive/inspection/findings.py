"""What looks wrong in what was read of a site's pages. Each suspicion is for a person to look at, none is a proof."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsarchive.inspection.sample import Sample
from newsarchive.model.article import Article, BlockKind, DatePrecision, LinkRel
from newsarchive.parsers.text import letters
from newsarchive.urls import site_name

MIN_PARAGRAPHS = 3
"""An article with fewer is a stub, a picture story, or its text was not found."""
SAME_MOMENT = timedelta(minutes=2)
"""A date this near to the fetch is more likely the page's clock than the article's."""
MIN_REPEATED = 3
"""Pages of one author, one section or one day are no news below that number."""
MOST = 0.6
"""Share of the pages that are most of them."""
MAX_PARAGRAPHS_NAMED = 5
"""Repeated paragraphs that are named, those on most pages first."""
MAX_QUOTED_CHARS = 60

_SEPARATORS = "|-–—·•:»«/~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something suspicious."""

    kind: str
    """A short code, the same for all findings of its kind: ``repeated``, ``site-name``, ``no-date`` …"""
    field: str
    message: str
    """One line for a person, without the addresses."""
    urls: tuple[str, ...]
    """The pages it was seen on, never empty."""


Page = tuple[Sample, Article]


def suspicions(samples: Sequence[Sample]) -> tuple[Finding, ...]:
    """All findings, those of the headline first. An article that was read twice counts once."""
    pages = list(_each_once(samples))
    found = (
        *_site_name(pages),
        *_repeated(pages),
        *_authors(pages),
        *_dates(pages),
        *_language(pages),
        *_short(pages),
        *_paragraphs(pages),
        *_canonical(pages),
    )
    return tuple(found)


def shortened(text: str, limit: int = MAX_QUOTED_CHARS) -> str:
    """A line of at most ``limit`` characters, cut between words if that is possible.

    >>> shortened("The lake rises after a week of rain", 20)
    'The lake rises …'
    """
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    at_word = head.rpartition(" ")[0]
    return f"{at_word} …" if len(at_word) > limit // 2 else f"{head}…"


def _each_once(samples: Sequence[Sample]) -> Iterator[Page]:
    seen: set[tuple[str, str | None]] = set()
    for sample in samples:
        if isinstance(sample.result, Article):
            key = (sample.result.canonical_url, sample.result.headline)
            if key not in seen:
                seen.add(key)
                yield sample, sample.result


def _on(pages: Sequence[Page], kind: str, field: str, message: str) -> Iterator[Finding]:
    """One finding for pages that share it; none for no page."""
    if pages:
        yield Finding(kind=kind, field=field, message=message, urls=tuple(sample.url for sample, _ in pages))


def _share(some: Sequence[Page], pages: Sequence[Page]) -> str:
    return f"{len(some)} of {len(pages)} articles"


# what most pages have in common


def _repeated(pages: Sequence[Page]) -> Iterator[Finding]:
    for field, value in _OWN.items():
        groups: dict[Hashable, list[Page]] = defaultdict(list)
        for page in pages:
            if (own := value(page)) is not None:
                groups[own].append(page)
        for own, group in groups.items():
            if len(group) >= (2 if field == "headline" else MIN_REPEATED) and len(group) >= MOST * len(pages):
                message = f"the same on {_share(group, pages)}: {shortened(str(own))}"
                yield from _on(group, "repeated", field, message)


def _date(page: Page) -> str | None:
    """A date that no two articles share: one of a day only is suspicious if it is the day of the visit."""
    sample, article = page
    if article.date_published is None:
        return None
    if article.date_precision is not DatePrecision.DAY:
        return f"{article.date_published:%Y-%m-%d %H:%M:%S} UTC"
    day = article.date_published.date()
    is_printed = article.field_sources.get("date_published") == "text"  # machines are told the article's own
    return f"{day}, the day of the visit" if is_printed and day == sample.fetched_at.date() else None


def _main_image(page: Page) -> str | None:
    return next((image.url for image in page[1].images if image.is_main), None)


def _related(page: Page) -> str | None:
    return " · ".join(link.text for link in page[1].related_links if link.rel is LinkRel.RELATED) or None


_OWN: dict[str, Callable[[Page], Hashable | None]] = {
    "headline": lambda page: page[1].headline,
    "alternative_headline": lambda page: page[1].alternative_headline,
    "description": lambda page: page[1].description,
    "keywords": lambda page: ", ".join(page[1].keywords) or None,
    "authors": lambda page: ", ".join(page[1].authors) or None,
    "date_published": _date,
    "images": _main_image,
    "related_links": _related,
}
"""What should be each article's own."""


def _paragraphs(pages: Sequence[Page]) -> Iterator[Finding]:
    """The same paragraph on several pages: an appeal, a notice, a teaser taken for the text."""
    places: dict[str, list[tuple[Page, str]]] = defaultdict(list)
    for page in pages:
        texts = [block.text for block in page[1].blocks if block.kind is not BlockKind.HEADING]
        for text in dict.fromkeys(texts):
            place = "first" if text == texts[0] else "last" if text == texts[-1] else "inner"
            places[text].append((page, place))
    shown = 0
    for text, found in sorted(places.items(), key=lambda item: -len(item[1])):
        outer = {place for _, place in found if place != "inner"}
        if len(found) < (2 if outer else MIN_REPEATED) or shown == MAX_PARAGRAPHS_NAMED:
            continue
        shown += 1
        group = [page for page, _ in found]
        place = " or ".join(sorted(outer)) or "inner"
        message = f"{place} paragraph the same on {_share(group, pages)}: {shortened(text)}"
        yield from _on(group, "repeated-paragraph", "blocks", message)


def _canonical(pages: Sequence[Page]) -> Iterator[Finding]:
    groups: dict[str, list[Page]] = defaultdict(list)
    for page in pages:
        groups[page[1].canonical_url].append(page)
    for url, group in groups.items():
        message = f"{url} is named by {len(group)} different articles, which would be stored as one"
        yield from _on(group if len(group) > 1 else [], "canonical", "canonical_url", message)


# what is wrong with one page


def _site_name(pages: Sequence[Page]) -> Iterator[Finding]:
    """A headline "… | The Example": at an end behind a separator, or on most pages."""
    holding = [page for page in pages if _has_name(page[1], anywhere=True)]
    if len(holding) < max(2, MOST * len(pages)):
        holding = [page for page in pages if _has_name(page[1], anywhere=False)]
    if holding:
        example = shortened(holding[0][1].headline or "")
        yield from _on(holding, "site-name", "headline", f"names the site on {_share(holding, pages)}: {example}")


def _has_name(article: Article, *, anywhere: bool) -> bool:
    headline = (article.headline or "").casefold()
    name = (article.publisher or "").casefold().strip()
    if len(name) < 3 or name not in headline or name == headline:
        return False
    if anywhere:
        return True
    before, _, after = headline.rpartition(name)
    if not after.strip():
        return before.rstrip().endswith(tuple(_SEPARATORS))
    before, _, after = headline.partition(name)
    return not before.strip() and after.lstrip().startswith(tuple(_SEPARATORS))


def _authors(pages: Sequence[Page]) -> Iterator[Finding]:
    def is_publisher(page: Page) -> bool:
        sample, article = page
        names = {letters(article.publisher or ""), letters(site_name(sample.url))} - {""}
        return any(letters(author) in names for author in article.authors)

    found = [page for page in pages if is_publisher(page)]
    yield from _on(found, "publisher-as-author", "authors", f"the publisher's own name on {_share(found, pages)}")
    odd = [page for page in pages if any(re.search(r"[@\d]|://", author) for author in page[1].authors)]
    names = shortened(", ".join(odd[0][1].authors)) if odd else ""
    yield from _on(odd, "no-name", "authors", f"hardly a name on {_share(odd, pages)}: {names}")


def _dates(pages: Sequence[Page]) -> Iterator[Finding]:
    missing = [page for page in pages if page[1].date_published is None and page[1].date_published_raw is None]
    yield from _on(missing, "no-date", "date_published", f"no date on {_share(missing, pages)}")
    for page in pages:
        sample, article = page
        if article.date_published is None and article.date_published_raw is not None:
            message = f"cannot be read, or lies in the future: {shortened(article.date_published_raw)}"
            yield from _on([page], "unusable-date", "date_published", message)
        elif article.date_published is not None and article.date_published > sample.fetched_at + SAME_MOMENT:
            yield from _on(
                [page], "future-date", "date_published", f"in the future: {article.date_published:%Y-%m-%d %H:%M} UTC"
            )
    for field, value in _MOMENTS.items():
        now = [page for page in pages if _is_now(page[0].fetched_at, value(page[1]))]
        yield from _on(now, "fetch-time", field, f"the moment of the fetch on {_share(now, pages)}")


_MOMENTS: dict[str, Callable[[Article], datetime | None]] = {
    "date_published": lambda article: None if article.date_precision is DatePrecision.DAY else article.date_published,
    "date_modified": lambda article: article.date_modified,
}


def _is_now(fetched_at: datetime, moment: datetime | None) -> bool:
    return moment is not None and abs(moment - fetched_at) <= SAME_MOMENT


def _language(pages: Sequence[Page]) -> Iterator[Finding]:
    groups: dict[tuple[str, str], list[Page]] = defaultdict(list)
    for page in pages:
        declared, language = page[0].declared_language, page[1].in_language
        if declared and language and declared.split("-")[0] != language.split("-")[0]:
            groups[declared, language].append(page)
    for (declared, language), group in groups.items():
        message = f"declared {declared}, but read as {language}, on {_share(group, pages)}"
        yield from _on(group, "language", "in_language", message)


def _short(pages: Sequence[Page]) -> Iterator[Finding]:
    def paragraphs(article: Article) -> int:
        kinds = (BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.LIST_ITEM)
        return sum(block.text.count("\n") + 1 for block in article.blocks if block.kind in kinds)

    found = [page for page in pages if paragraphs(page[1]) < MIN_PARAGRAPHS]
    yield from _on(found, "short", "blocks", f"fewer than {MIN_PARAGRAPHS} paragraphs on {_share(found, pages)}")
