"""What addresses of news sites are like: how likely one is an article's before anything is known of its site.

Points are natural log odds, set by hand and checked on the addresses and links of 980 hosts; no rule names a host.
"""

from __future__ import annotations

import itertools

from newsarchive.discovery import url_words
from newsarchive.discovery.url_shape import DATES, Kind, Part, UrlShape

Reason = tuple[float, str]
"""Points and what they are for."""

_BASE = -1.2
_FUNCTIONS = url_words.LISTING | url_words.SERVICE | url_words.CALENDAR


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
    values = [part for name, part in shape.query if not name or name in url_words.ARTICLE_PARAMETERS]
    names = [part for part in (*shape.segments, *values) if part.kind not in DATES and part.text not in _FUNCTIONS]
    reasons: list[Reason] = []
    words = max(
        (part.words for part in names if part.kind in (Kind.PAIR, Kind.SLUG, Kind.LONG_SLUG, Kind.SLUG_ID)), default=0
    )
    if words >= 3:
        reasons.append(({3: 1.2, 4: 2.0}.get(words, 2.7), f"a name of {words} words"))
    elif words == 2:
        reasons.append((0.2, "a name of two words"))
    if any(part.kind in (Kind.ID, Kind.SLUG_ID) for part in names):
        reasons.append((1.6, "a long number or code"))
    elif any(part.kind is Kind.WORD_NUMBER and _word_of(part) in url_words.ARTICLE for part in names):
        reasons.append((1.6, "a numbered article"))
    elif any(part.kind is Kind.ID and part.text.isdecimal() for _, part in shape.query):
        reasons.append((1.4, "a parameter with a long number"))
    return reasons


def _of_path(shape: UrlShape) -> list[Reason]:
    reasons: list[Reason] = []
    segments = shape.segments
    if shape.host.partition(".")[0] in url_words.ACCOUNT_HOSTS and shape.host.count(".") >= 2:
        reasons.append((-2.5, "a host for customers or files"))
    if segments and segments[-1].text in url_words.FRONT_PAGES:  # "/2023/05/17/two-dead-in-flood/index.html"
        segments = segments[:-1]
    if not segments:
        return reasons
    last = segments[-1]
    if last.kind not in DATES:
        if any(part.kind in DATES for part in segments):
            reasons.append((1.3, "below a date"))
    elif any(part.kind in (Kind.SLUG, Kind.LONG_SLUG, Kind.SLUG_ID, Kind.ID) for part in segments):
        reasons.append((0.5, "a date"))
    elif any(part.kind in (Kind.YEAR, Kind.DATE) for part in segments):
        reasons.append((-3.0, "ends in a date: an archive or calendar"))
    for above, part in zip(range(len(segments) - 1, -1, -1), segments, strict=True):
        reason = _of_word(part, above, last)
        if reason is not None:
            reasons.append(reason)
    if any(a.text in url_words.PAGING and b.kind is Kind.NUMBER for a, b in itertools.pairwise(segments)):
        reasons.append((-5.0, "a further page of a list"))
    if len(segments) > 1 and last.kind is Kind.NUMBER and len(last.text) <= 2 and segments[-2].words >= 3:
        reasons.append((-2.5, "a further page of an article"))
    if any(part.text in url_words.ARTICLE for part in segments[:-1]) and last.kind not in (Kind.WORD, Kind.NOTHING):
        reasons.append((0.8, "below a name of articles"))
    if last.kind is Kind.WORD and not shape.query:
        reasons.append((-1.0, "a single word"))
    return reasons


def _of_word(part: Part, above: int, last: Part) -> Reason | None:
    """What a word ``above`` so many others says of the whole: the last and the one before it say most."""
    near = above <= 1
    has_name = above > 0 and (last.kind in (Kind.ID, Kind.SLUG_ID) or last.words >= 4)
    if part.text in url_words.LISTING:
        # "/archive/flood-kills-two-12345" may be an article; so may "/topics/", but a tag can have many words, too.
        points = -2.0 if near and last.kind in (Kind.ID, Kind.SLUG_ID) else -3.0 if near else -1.5
        return points, f"/{part.text}/ lists pages"
    if part.text in url_words.SERVICE:  # "/legal/", "/weather/", "/games/" are sections of some
        return -1.0 if has_name else -3.5 if near else -2.0, f"/{part.text}/ is for customers"
    if part.text in url_words.CALENDAR:
        return -1.0 if has_name or not near else -2.5, f"/{part.text}/ goes by days"
    if part.text in url_words.VARIANT:
        return -4.5 if near else -1.0, f"/{part.text}/ is another view of a page"
    if part.text[-1:].isdecimal() and _word_of(part) in url_words.PAGING:  # "page-2", "comment-page-1"
        return -4.0, "a further page of a list"
    return None


def _word_of(part: Part) -> str:
    return part.text.rstrip("0123456789").rstrip("-_.")


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
            reasons.append((1.3, f"?{name}= is a number"))
    return reasons
