"""Visits out of and into their rows; and articles that were seen again without being fetched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from newsarchive.archive.chunks import chunks
from newsarchive.archive.database import Database
from newsarchive.archive.numbering import Numbering
from newsarchive.archive.rows import storable
from newsarchive.archive.schema.articles import ADDRESS, ARTICLE, REVISION
from newsarchive.archive.schema.crawls import VISIT, url_key
from newsarchive.model.crawl_run import Outcome
from newsarchive.model.visit import Visit


def visits_to(connection: Connection, urls: Iterable[str]) -> dict[str, Visit]:
    """The last answers of these addresses, by address; those that have none are missing."""
    found: dict[str, Visit] = {}
    for chunk in chunks(urls):
        by_key = {url_key(storable(url)): url for url in chunk}
        for row in connection.execute(_VISITS, {"keys": list(by_key)}):
            url = by_key[bytes(row.url_key)]
            found[url] = Visit(url=url, **{name: getattr(row, name) for name in _COLUMNS})
    return found


def write_visits(database: Database, connection: Connection, visits: Sequence[Visit]) -> None:
    """Keep the last answers, and move last-seen of the articles behind those that were unmodified."""
    if not visits:
        return
    # before the rows of visits, as where pages are stored: two crawls must not hold one each and wait for the other's
    _touch(connection, [visit for visit in visits if visit.is_article and visit.is_unmodified])
    upsert = database.upsert(VISIT)
    new = upsert.excluded
    kept: dict[str, Any] = {name: new[name] for name in _COLUMNS if name not in ("first_asked_at", "changed_at")}
    kept["changed_at"] = func.coalesce(new.changed_at, VISIT.c.changed_at)
    rows = {url_key(storable(visit.url)): _columns(visit) for visit in visits}
    connection.execute(
        upsert.on_conflict_do_update(index_elements=[VISIT.c.url_key], set_=kept),
        [{"url_key": key, **rows[key]} for key in sorted(rows)],
    )


def _touch(connection: Connection, visits: Sequence[Visit]) -> None:
    """Move last-seen, as the same page fetched again would have.

    Not where a younger capture, from another address, showed another state since: the body this address stands by is
    older than that.
    """
    if not visits:
        return
    Numbering(connection)  # waits for its turn, as all do who write articles
    ids: dict[str, int] = {}
    for chunk in chunks(storable(visit.url) for visit in visits):
        for url, number in ((ADDRESS.c.url, ADDRESS.c.article_id), (ARTICLE.c.canonical_url, ARTICLE.c.id)):
            ids.update(connection.execute(select(url, number).where(url.in_(chunk))).all())
    rows = [
        {"article": article_id, "at": visit.asked_at, "body": visit.fetched_at}
        for visit in visits
        if (article_id := ids.get(storable(visit.url))) is not None
    ]
    if rows:
        connection.execute(_SEEN_AGAIN, rows)


def _columns(visit: Visit) -> dict[str, Any]:
    columns = {name: getattr(visit, name) for name in _COLUMNS}
    for name, value in columns.items():
        if type(value) is str:
            columns[name] = storable(value)
    if visit.outcome is Outcome.CHANGED:
        columns["changed_at"] = visit.asked_at
    return columns


_COLUMNS = tuple(name for name in VISIT.columns.keys() if name != "url_key")  # noqa: SIM118
_VISITS = select(VISIT).where(VISIT.c.url_key.in_(bindparam("keys", expanding=True)))
_LATEST_SEEN_AT = select(REVISION.c.seen_at).where(REVISION.c.id == ARTICLE.c.latest_revision_id).scalar_subquery()
_SEEN_AGAIN = (
    update(ARTICLE)
    .where(
        ARTICLE.c.id == bindparam("article"),
        ARTICLE.c.last_seen_at < bindparam("at"),
        bindparam("body") >= _LATEST_SEEN_AT,
    )
    .values(last_seen_at=bindparam("at"))
)
