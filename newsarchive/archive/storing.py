"""Pages into rows: what one batch of read pages changes, worked out in memory, then written in a few statements."""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from newsarchive.archive.chunks import chunks
from newsarchive.archive.database import Database
from newsarchive.archive.near_copies.clustering import Clustering, NewText, move
from newsarchive.archive.near_copies.sketches import sketch
from newsarchive.archive.numbering import Numbering
from newsarchive.archive.revisions.timeline import Placement, State, place
from newsarchive.archive.rows import revision_columns, storable
from newsarchive.archive.schema.articles import ADDRESS, ARTICLE, REVISION
from newsarchive.archive.schema.sites import SITE
from newsarchive.errors import UnknownSiteError
from newsarchive.model.crawl_run import Outcome
from newsarchive.model.revision import Candidate
from newsarchive.urls import MAX_URL_LENGTH


@dataclass(slots=True, kw_only=True)
class _History:
    """An article and its states, as the transaction will leave them."""

    article_id: int
    cluster_id: int
    site_id: int | None
    first_seen_at: datetime
    last_seen_at: datetime
    states: list[State] = field(default_factory=list)
    """Ordered by ``(seen_at, number)``."""
    latest: State | None = None
    is_new: bool = False


class PageStore:
    """The pages of one transaction. Make it, :meth:`add` each page in order, then :meth:`flush`."""

    def __init__(self, database: Database, connection: Connection, candidates: Sequence[Candidate]) -> None:
        """Take the write lock and load what the archive knows of these pages.

        Raises UnknownSiteError if one names a site that is not registered.
        """
        self._database = database
        self._connection = connection
        self._numbering = Numbering(connection)
        self._site_ids = self._load_site_ids({c.article.site for c in candidates if c.article.site is not None})
        self._histories = self._load_histories({storable(c.article.canonical_url) for c in candidates})
        self._touched: dict[int, _History] = {}
        self._new_urls: dict[int, str] = {}
        self._added: dict[int, dict[str, Any]] = {}
        """Rows of new revisions by their id."""
        self._rewritten: list[tuple[int, dict[str, Any]]] = []
        """Old id of a revision that is in the database, and its changed columns with the new id."""
        self._addresses: dict[str, int] = {}

    def add(self, candidate: Candidate) -> Outcome:
        """Compare a page with the archive, and with the pages added before it.

        New, changed or unchanged; refused if its canonical URL is longer than an index of either database takes.
        Raises ValueError if its blocks are not normalized.
        """
        article = candidate.article
        url = storable(article.canonical_url)
        if len(url.encode()) > MAX_URL_LENGTH:
            return Outcome.REFUSED
        seen_at = candidate.capture.fetched_at
        history = self._histories.get(url)
        if history is None:
            article_id = self._numbering.next_article_id()
            history = _History(
                article_id=article_id,
                cluster_id=article_id,
                site_id=None,
                first_seen_at=seen_at,
                last_seen_at=seen_at,
                is_new=True,
            )
            self._histories[url] = history
            self._new_urls[history.article_id] = url
        placement = place(candidate, history.states, history.latest, history.last_seen_at)
        self._apply(history, placement, candidate)
        if history.site_id is None and article.site is not None:
            history.site_id = self._site_ids[article.site]
        history.first_seen_at = min(history.first_seen_at, seen_at)
        history.last_seen_at = max(history.last_seen_at, seen_at)
        self._touched[history.article_id] = history
        for address in (storable(article.url), storable(candidate.requested_url)):
            if address != url and len(address.encode()) <= MAX_URL_LENGTH:
                self._addresses[address] = history.article_id
        return placement.outcome

    def _apply(self, history: _History, placement: Placement, candidate: Candidate) -> None:
        state = placement.shown
        if state is None:
            columns = revision_columns(candidate)
            state = State(
                revision_id=self._numbering.next_revision_id(),
                number=len(history.states) + 1,
                **{name: columns[name] for name in _STATE_COLUMNS},
            )
            self._added[state.revision_id] = {
                "id": state.revision_id,
                "article_id": history.article_id,
                "number": state.number,
                **columns,
            }
            insort(history.states, state, key=_moment)
        elif placement.rewrites:
            columns = revision_columns(candidate)
            history.states.remove(state)
            self._renumber(state, columns)
            for name in _STATE_COLUMNS:
                setattr(state, name, columns[name])
            insort(history.states, state, key=_moment)
        elif placement.is_latest and state is not history.latest:
            self._renumber(state, {})  # So that who follows the sequence learns of it.
        if placement.is_latest:
            history.latest = state

    def _renumber(self, state: State, columns: dict[str, Any]) -> None:
        pending = self._added.get(state.revision_id)
        if pending is not None:
            pending.update(columns)
            return
        old_id = state.revision_id
        state.revision_id = self._numbering.next_revision_id()
        self._rewritten.append((old_id, {"id": state.revision_id, **columns}))

    def flush(self) -> None:
        """Write what :meth:`add` worked out; the transaction is the caller's."""
        run = self._connection.execute
        clusters = self._clusters()
        new: list[dict[str, Any]] = []
        known: list[dict[str, Any]] = []
        for article_id, history in self._touched.items():
            columns = _article_columns(history)
            if history.is_new:
                new.append({"id": article_id, "canonical_url": self._new_urls[article_id], **columns})
            else:
                known.append({"article_id": article_id, **columns})
        if new:
            run(_ADD_ARTICLES, new)
        for old_id, columns in self._rewritten:  # rare, and in order: one may be rewritten twice
            run(update(REVISION).where(REVISION.c.id == old_id).values(columns))
        if self._added:
            run(_ADD_REVISIONS, list(self._added.values()))
        if known:
            run(_UPDATE_ARTICLES, known)
        clusters.write()
        if self._addresses:
            upsert = self._database.upsert(ADDRESS)
            run(
                upsert.on_conflict_do_update(
                    index_elements=[ADDRESS.c.url],
                    set_={"article_id": upsert.excluded.article_id},
                    where=ADDRESS.c.article_id != upsert.excluded.article_id,
                ),
                [{"url": url, "article_id": article_id} for url, article_id in sorted(self._addresses.items())],
            )
        self._numbering.save()

    def _clusters(self) -> Clustering:
        """Let the new revisions' texts join the clusters of their near-copies.

        Only they can: a revision that is rewritten keeps its text.
        """
        texts = []
        for row in self._added.values():
            found = sketch(row["article_body"])
            if found is not None:
                cluster_id = self._touched[row["article_id"]].cluster_id
                texts.append(
                    NewText(article_id=row["article_id"], number=row["number"], cluster_id=cluster_id, sketch=found)
                )
        clusters = Clustering(self._connection, texts)
        moved = clusters.moved
        if moved:
            for history in self._touched.values():
                if history.cluster_id in moved:
                    history.cluster_id = moved[history.cluster_id]
                    if history.latest is not None:
                        self._renumber(history.latest, {})
            move(self._connection, moved, self._numbering.next_revision_id, except_for=self._touched)
        return clusters

    def _load_site_ids(self, names: set[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for chunk in chunks(sorted(names)):
            rows = self._connection.execute(select(SITE.c.name, SITE.c.id).where(SITE.c.name.in_(chunk)))
            found.update((row.name, row.id) for row in rows)
        for name in names - found.keys():
            raise UnknownSiteError(f"no site is registered as {name!r}: add it with `newsarchive site add URL`")
        return found

    def _load_histories(self, urls: set[str]) -> dict[str, _History]:
        histories: dict[str, _History] = {}
        for chunk in chunks(sorted(urls)):
            for row in self._connection.execute(_HISTORIES, {"urls": chunk}):
                history = histories.get(row.canonical_url)
                if history is None:
                    history = histories[row.canonical_url] = _History(
                        article_id=row.id,
                        cluster_id=row.cluster_id,
                        site_id=row.site_id,
                        first_seen_at=row.first_seen_at,
                        last_seen_at=row.last_seen_at,
                    )
                state = State(
                    revision_id=row.revision_id,
                    number=row.number,
                    **{name: getattr(row, name) for name in _STATE_COLUMNS},
                )
                history.states.append(state)
                if row.revision_id == row.latest_revision_id:
                    history.latest = state
        return histories


_STATE_COLUMNS = ("seen_at", "content_digest", "parser_version", "warc_file", "warc_offset")

# Built once: building a statement takes SQLAlchemy longer than a batch takes SQLite to look up.
_ADD_ARTICLES = insert(ARTICLE)
_ADD_REVISIONS = insert(REVISION)
_UPDATE_ARTICLES = update(ARTICLE).where(ARTICLE.c.id == bindparam("article_id"))
_HISTORIES = (
    select(
        ARTICLE.c.id,
        ARTICLE.c.canonical_url,
        ARTICLE.c.cluster_id,
        ARTICLE.c.site_id,
        ARTICLE.c.first_seen_at,
        ARTICLE.c.last_seen_at,
        ARTICLE.c.latest_revision_id,
        REVISION.c.id.label("revision_id"),
        REVISION.c.number,
        REVISION.c.seen_at,
        REVISION.c.content_digest,
        REVISION.c.parser_version,
        REVISION.c.warc_file,
        REVISION.c.warc_offset,
    )
    .join(REVISION, REVISION.c.article_id == ARTICLE.c.id)
    .where(ARTICLE.c.canonical_url.in_(bindparam("urls", expanding=True)))
    .order_by(ARTICLE.c.id, REVISION.c.seen_at, REVISION.c.number)
)


def _moment(state: State) -> tuple[datetime, int]:
    return state.seen_at, state.number


def _article_columns(history: _History) -> dict[str, Any]:
    assert history.latest is not None  # an article's first page is its latest state
    return {
        "cluster_id": history.cluster_id,
        "site_id": history.site_id,
        "first_seen_at": history.first_seen_at,
        "last_seen_at": history.last_seen_at,
        "revision_count": len(history.states),
        "latest_revision_id": history.latest.revision_id,
    }
