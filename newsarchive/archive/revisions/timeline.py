"""Which state of an article's history a capture shows. Pure.

An article's states form a timeline, ordered by when their captures were made, not by when they reached the archive:
old WARCs may be imported after years of live crawling, and all captures may be read again by a better parser.
:func:`place` decides what a capture says about that timeline:

* **The text of the state before it**: nothing new, the state lasted until then. Fields that changed beside the text
  (a later date_modified, other keywords) stay as they were first read; the new capture is kept in its WARC.
* **The text of the state after it**: that state began earlier than known; its row now speaks of the earlier capture.
* **Another text**: a state of its own, numbered in the order of arrival. It is the latest only if no younger capture
  was seen, so a late arrival never hides what is known to have come after it.
* **The very capture a revision was read from, by another parser**: with the same text, the revision takes over the
  new reading's fields (a row always holds what its ``parser_version`` read from its capture); with another text, a
  revision of its own with the same capture, which tells it from an edit by the newsroom, and the latest if the old
  reading was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newsarchive.archive.revisions.comparison import compare
from newsarchive.model.crawl_run import Outcome
from newsarchive.model.revision import Candidate


@dataclass(slots=True, kw_only=True)
class State:
    """One revision of an article without its text: what it takes to place another beside it."""

    revision_id: int
    number: int
    seen_at: datetime
    content_digest: str
    parser_version: str
    warc_file: str | None
    warc_offset: int | None

    def is_read_from(self, candidate: Candidate) -> bool:
        """Whether the candidate was read from this revision's own capture."""
        capture = candidate.capture
        return (self.seen_at, self.warc_file, self.warc_offset) == (
            capture.fetched_at,
            capture.warc_file,
            capture.warc_offset,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What a capture says about an article's timeline."""

    outcome: Outcome
    shown: State | None
    """The known state it shows; None for one of its own."""
    rewrites: bool = False
    """Whether the shown state's row is to hold this capture and what was read from it."""
    is_latest: bool
    """Whether the state it shows becomes, or stays, the latest because of it."""


def place(candidate: Candidate, timeline: Sequence[State], latest: State | None, last_seen_at: datetime) -> Placement:
    """Where a capture belongs among the known states of its article; see the module.

    ``timeline`` is ordered by ``(seen_at, number)``, empty for an article the archive does not have; ``latest`` is its
    current state and ``last_seen_at`` the time of the youngest capture that showed any of them.
    """
    seen_at = candidate.capture.fetched_at
    earlier = [state for state in timeline if state.seen_at <= seen_at]
    before = earlier[-1] if earlier else None
    after = timeline[len(earlier)] if len(earlier) < len(timeline) else None
    reread_latest = before is not None and before is latest and before.is_read_from(candidate)
    is_latest = seen_at >= last_seen_at or reread_latest
    for state in reversed(earlier):
        if state is not before and state.seen_at != seen_at:
            break
        if compare(state.content_digest, candidate) is Outcome.UNCHANGED:
            reread = state.is_read_from(candidate) and state.parser_version != candidate.article.parser_version
            return Placement(outcome=Outcome.UNCHANGED, shown=state, rewrites=reread, is_latest=is_latest)
    if after is not None and compare(after.content_digest, candidate) is Outcome.UNCHANGED:
        return Placement(outcome=Outcome.UNCHANGED, shown=after, rewrites=True, is_latest=after is latest)
    return Placement(outcome=Outcome.CHANGED if timeline else Outcome.NEW, shown=None, is_latest=is_latest)
