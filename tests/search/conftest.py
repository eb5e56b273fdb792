"""A small real archive, and what fills it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.revisions.comparison import content_digest
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.model.article import Article, Block, BlockKind
from newsarchive.model.capture import CaptureReference
from newsarchive.model.crawl_run import LedgerEntry, ResourceKind
from newsarchive.model.revision import Candidate
from newsarchive.model.site import Site
from newsarchive.search.hits.searcher import Searcher
from newsarchive.search.index.folder import SearchIndex

START = datetime(2024, 5, 3, 10, tzinfo=UTC)
SITES = ("example", "great-lakes")


class Room:
    """An archive on either database, its index in a folder, and what a test does with them."""

    def __init__(self, target: Path | str, folder: Path) -> None:
        self.database = Database.open(target, create=True)
        self.writer = ArchiveWriter(self.database)
        for name in SITES:
            self.add_site(name)
        self.reader = ArchiveReader(self.database)
        self.index = SearchIndex.open(folder / "index", create=True)

    def add_site(self, name: str) -> None:
        self.writer.add_site(Site(name=name, home_url=f"https://{name}.test/", added_at=START))

    def store(self, slug: str, *texts: str, site: str = "example", at: float = 0, **fields: Any) -> int:
        """Store an article of ``https://<site>.test/<slug>`` fetched after ``at`` hours; its id."""
        url = str(fields.pop("url", f"https://{site}.test/{slug}"))
        blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=text) for text in texts)
        article = Article(
            **{"url": url, "canonical_url": url, "site": site, "headline": slug, "blocks": blocks, **fields}
        )
        moment = START + timedelta(hours=at)
        capture = CaptureReference(warc_file=None, warc_offset=None, digest=None, fetched_at=moment, status=200)
        run_id = self.writer.begin_run(site, "site", {}, moment)
        candidate = Candidate(
            article=article,
            content_digest=content_digest(article),
            capture=capture,
            requested_url=url,
            run_id=run_id,
        )
        entry = LedgerEntry(run_id=run_id, url=url, kind=ResourceKind.PAGE, queued_at=moment, finished_at=moment)
        self.writer.store(Batch(pages=((candidate, entry),)))
        return self.reader.article_id_of(url)

    def find(self, query: str, order: str | None = None) -> list[str | None]:
        """Headlines of what a query finds in the archive as it is now, in alphabetical order unless one is given."""
        self.index.catch_up(self.reader)
        result = Searcher(self.reader, self.index).search(query, limit=100, order=order or "relevance")
        assert result.total == len(result.hits)
        found = [hit.revision.article.headline for hit in result.hits]
        return found if order else sorted(found)

    def set_clusters(self, clusters: Mapping[int, int]) -> None:
        """Give articles their clusters by id, as whoever finds near-copies does, and index them."""
        numbered = text("UPDATE revision SET id = :number WHERE article_id = :id AND id = :old")
        latest = text("UPDATE article SET cluster_id = :cluster, latest_revision_id = :number WHERE id = :id")
        with self.database.write() as connection:
            for article_id, cluster in clusters.items():
                number = connection.execute(
                    text("UPDATE numbering SET last_revision_id = last_revision_id + 1 RETURNING last_revision_id")
                ).scalar_one()
                old = connection.execute(
                    text("SELECT latest_revision_id FROM article WHERE id = :id"), {"id": article_id}
                ).scalar_one()
                values = {"id": article_id, "cluster": cluster, "number": number, "old": old}
                connection.execute(numbered, values)
                connection.execute(latest, values)
        self.index.catch_up(self.reader)

    def close(self) -> None:
        self.index.close()
        self.database.close()


@pytest.fixture
def room(target: Path | str, tmp_path: Path) -> Iterator[Room]:
    with closing(Room(target, tmp_path)) as room:
        yield room


@pytest.fixture(scope="module")
def shared_room(module_target: Path | str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """One for tests that only ask."""
    with closing(Room(module_target, tmp_path_factory.mktemp("shared"))) as room:
        yield room


@pytest.fixture
def reader(room: Room) -> ArchiveReader:
    return room.reader


@pytest.fixture
def index(room: Room) -> SearchIndex:
    return room.index


@pytest.fixture
def store(room: Room) -> Callable[..., int]:
    return room.store


@pytest.fixture
def find(room: Room) -> Callable[..., list[str | None]]:
    return room.find


def _store_news(store: Callable[..., int]) -> None:
    def day(*parts: int) -> datetime:
        return datetime(*parts, tzinfo=UTC)

    store("peace", "Gen Kazura spoke on peacekeeping.", "It was in Kigali.", date_published=day(2023, 5, 17, 9))
    store("trade", "The free trade area, and free of tariffs.", date_published=day(2023, 5, 31, 23, 59, 59))
    store(
        "été",
        "Le président à l’Élysée.",
        site="great-lakes",
        in_language="fr",
        article_section="Arts & Culture",
        keywords=("Free trade", "Area"),
        authors=("François Müller", "Ann Lee"),
        date_published=day(2023, 6, 1),
    )
    store("北京", "北京市政府今天宣布。", in_language="zh-Hant-TW", description="A standfirst on peace")
    store("old", "From before 1970: U.S. foo-bar.", date_published=day(1962, 7, 1), alternative_headline="Kigali")


@pytest.fixture
def news(store: Callable[..., int]) -> None:
    """Five articles, in four languages and of six decades."""
    _store_news(store)


@pytest.fixture(scope="module")
def find_news(shared_room: Room) -> Callable[..., list[str | None]]:
    """``find_news(query, order)``: what a query finds among the same five, for tests that only ask."""
    _store_news(shared_room.store)
    return shared_room.find
