"""The headline: chosen among everything that claims to be it, by what independent places agree on.

The first ``<h1>`` is right on three pages of four and so is each of JSON-LD, ``og:title`` and ``<title>``, but on
different ones: an ``<h1>`` may be the logo, ``og:title`` a version for search engines or with the site's name
behind it, JSON-LD a shorter one. Each wording's signals are weighed; the heaviest one is the headline.

The weights in ``model.json`` are a conditional logit that ``benchmarks/train_headline.py`` fits on pages with a known
headline.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from newsarchive.parsers.found import Found
from newsarchive.parsers.headline.claims import Candidate, candidates_of, claims_of
from newsarchive.parsers.headline.signals import MAX_HEAD_LINES, SHOWN, is_headed, longest_shown, signals_of
from newsarchive.parsers.page import Page
from newsarchive.parsers.text import letters, one_line

Weights = Mapping[str, float]
"""What each signal adds to the logarithm of a wording's odds, by the signal's name."""


def find_headline(page: Page) -> Found[str] | None:
    """The headline a reader sees, without kicker and site name; None if the page has none."""
    candidates = candidates_of(page)
    if candidates:
        best = _heaviest(page, candidates, packaged_weights())
        return Found(best.text, best.source)
    for hints in page.capture.hints:
        if hints.headline and one_line(hints.headline):
            return Found(one_line(hints.headline), hints.source.value)
    return None


def _heaviest(page: Page, candidates: Sequence[Candidate], weights: Weights) -> Candidate:
    """The candidate whose signals weigh most, the first of equals."""
    given = weights.get
    scores = [
        sum([given(name, 0.0) * strength for name, strength in signals.items()])
        for signals in signals_of(page, candidates)
    ]
    most = max(scores)
    best = scores.index(most)
    plus = given(SHOWN, 0.0)
    # Who readers see is asked only where it can decide: it takes a look at all of the page.
    if any(
        score + plus >= most and number != best and not is_headed(candidates[number])
        for number, score in enumerate(scores)
    ):
        shown = longest_shown(page, candidates)
        if shown is not None:
            scores[candidates.index(shown)] += plus
            best = scores.index(max(scores))
    return candidates[best]


def headline_position(page: Page) -> int | None:
    """The index of the outline's piece that is the headline, else of the first ``<h1>``; None if there is neither.

    On a page without ``<h1>`` it may also be a piece one of whose lines is the headline.
    """
    headline = page.once(find_headline)
    key = letters(headline.value) if headline else ""
    pieces = page.outline.pieces
    if key:
        least, most = len(key) // 2, 2 * len(key) + 40  # compatibility forms have other lengths
        for piece in pieces:
            text = piece.text
            if least <= len(text) < most:
                first = text[0].lower()  # refuses most pieces at less cost than their letters
                if (first == key[0] or not (first.isascii() and first.isalnum())) and letters(text) == key:
                    return piece.index
    for piece in pieces:
        if piece.box.tag == "h1":
            return piece.index
    for piece in pieces:
        if key and "\n" in piece.text and any(letters(line) == key for line in piece.text.split("\n")[:MAX_HEAD_LINES]):
            return piece.index
    return None


def headline_claims(page: Page) -> Iterator[tuple[str, str]]:
    """Each place that may hold the headline, as its text and its source's name; headings in document order."""
    for claim in page.once(claims_of):
        yield claim.text, claim.source


@cache
def packaged_weights() -> Weights:
    """The weights in the file beside this module, read once a process."""
    text = files("newsarchive.parsers.headline").joinpath("model.json").read_text(encoding="utf-8")
    return {str(name): float(weight) for name, weight in json.loads(text)["weights"].items()}


def weights_text(weights: Weights) -> str:
    """The file of such weights, a signal a line."""
    lines = ",\n".join(f"{json.dumps(name)}: {weights[name]}" for name in sorted(weights))
    return f'{{"weights": {{\n{lines}\n}}}}\n'
