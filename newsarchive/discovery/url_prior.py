"""What addresses of news sites are like in general: how likely one is an article's before anything is known of its site.

Points are natural log odds, set by hand and checked on addresses of 980 hosts (docs); no rule names a host.
"""

from __future__ import annotations

from newsarchive.discovery import url_words
from newsarchive.discovery.url_shape import Kind, Part, UrlShape

Reason = tuple[float, str]
"""Points and what they are for."""

_BASE = -1.2
_DATE_KINDS = (Kind.DATE, Kind.YEAR, Kind.MONTH, Kind.DAY)


def article_prior(shape: UrlShape) -> tuple[float, list[Reason]]:
    """Log odds that an address of this shape is an article's, and what they are made of."""
    reasons: list[Reason] = []
    if shape.is_home:
        reasons.append((-8.0, "a front page"))
    if shape.extension in url_words.FILE_EXTENSIONS:
        reasons.append((-12.0, f"a .{shape.extension} file"))
    elif shape.extension in ("html", "htm", "shtml", "ghtml", "ece", "jhtml"):
        reasons.append((0.6, f".{shape.extension}"))
    reasons += _of_name(shape)
    reasons += _of_path(shape)
    reasons += _of_query(shape)
    return _BASE + sum(points for points, _ in reasons), reasons


def _of_name(shape: UrlShape) -> list[Reason]:
    """The part that would name the article: the one with the most words, an ID if there is none."""
    parts = [*shape.segments, *(part for name, part in shape.query if name in url_words.ARTICLE_PARAMETERS)]
    names = [part for part in parts if part.kind not in _DATE_KINDS and not _is_listed(part)]
    reasons: list[Reason] = []
    words = max((part.words for part in names if part.kind in (Kind.SLUG, Kind.SLUG_ID, Kind.PAIR)), default=0)
    if words >= 3:
        reasons.append(({3: 1.2, 4: 2.0}.get(words, 2.7), f"a name of {words} words"))
    elif words == 2:
        reasons.append((0.2, "a name of two words"))
    if any(part.kind in (Kind.ID, Kind.SLUG_ID) for part in names):
        reasons.append((1.6, "a long number or code"))
    return reasons


def _of_path(shape: UrlShape) -> list[Reason]:
    reasons: list[Reason] = []
    segments = shape.segments
    if shape.host.partition(".")[0] in url_words.ACCOUNT_HOSTS and shape.host.count(".") >= 2:
        reasons.append((-2.5, "a host for customers or files"))
    if not segments:
        return reasons
    last = segments[-1]
    if any(part.kind in _DATE_KINDS for part in segments[:-1]) and last.kind not in _DATE_KINDS:
        reasons.append((1.3, "below a date"))
    if last.kind in _DATE_KINDS and any(part.kind in (Kind.YEAR, Kind.DATE) for part in segments):
        if any(part.kind in (Kind.SLUG, Kind.SLUG_ID, Kind.ID) for part in segments):
            reasons.append((0.5, "a date"))
        else:
            reasons.append((-3.0, "ends in a date: an archive or calendar"))
    for index, part in enumerate(segments):
        near = len(segments) - 1 - index <= 1  # itself, or the parent of the last part
        if part.text in url_words.LISTING:
            reasons.append((-3.0 if near else -1.5, f"/{part.text}/ lists pages"))
        elif part.text in url_words.SERVICE:
            reasons.append((-3.5 if near else -2.0, f"/{part.text}/ is for customers"))
        elif part.text in url_words.CALENDAR:
            reasons.append((-2.5 if near else -1.0, f"/{part.text}/ goes by days"))
        elif part.text in url_words.VARIANT:
            reasons.append((-3.5 if near else -1.0, f"/{part.text}/ is another view of a page"))
        elif part.text in url_words.PAGING and index + 1 < len(segments) and segments[index + 1].kind is Kind.NUMBER:
            reasons.append((-5.0, "a further page of a list"))
        elif part.kind is Kind.WORD_NUMBER and part.text.rstrip("0123456789").rstrip("-_") in url_words.PAGING:
            reasons.append((-4.0, "a further page of a list"))
    if any(part.text in url_words.ARTICLE for part in segments[:-1]) and last.kind not in (Kind.WORD, Kind.NOTHING):
        reasons.append((0.8, "below a name of articles"))
    if last.kind is Kind.WORD and not shape.query:
        reasons.append((-1.0, "a single word"))
    return reasons


def _of_query(shape: UrlShape) -> list[Reason]:
    reasons: list[Reason] = []
    for name, part in shape.query:
        if name in url_words.VARIANT_PARAMETERS:
            reasons.append((-4.5, f"?{name}= is another view of a page"))
        elif name in url_words.CALENDAR_PARAMETERS or part.kind is Kind.DATE:
            reasons.append((-3.0, f"?{name}= chooses a day"))
        elif name in url_words.SEARCH_PARAMETERS:
            reasons.append((-4.0, f"?{name}= searches"))
        elif name in url_words.LISTING_PARAMETERS:
            reasons.append((-2.0, f"?{name}= arranges a list"))
        elif name in url_words.PAGING_PARAMETERS and part.kind is Kind.NUMBER and len(part.text) <= 3:
            reasons.append((-3.0, f"?{name}= is a further page"))
        elif name in url_words.ARTICLE_PARAMETERS and part.kind is Kind.NUMBER and len(part.text) >= 2:
            reasons.append((1.0, f"?{name}= is a number"))
    return reasons


def _is_listed(part: Part) -> bool:
    return part.text in url_words.LISTING or part.text in url_words.SERVICE or part.text in url_words.CALENDAR
