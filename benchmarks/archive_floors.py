"""What ``benchmarks/archive.py`` measures beside the archive: the least each of its steps can cost, and SQLite FTS5.

Floors are the same work without an archive around it: rows into SQLite by ``executemany``, documents into a bare
tantivy index, hashes of all runs of five words.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Sequence
from pathlib import Path

import orjson
import tantivy

from newsarchive.model.article import Article

HITS = 10
HEAP_BYTES = 100_000_000

_ROW = (
    "url, site, headline, description, article_section, keywords, authors, date_published, in_language, images, "
    "related_links, field_sources, article_body"
)


class RawSqlite:
    """One table of rows as long as ours, on a file, one transaction a batch."""

    name = "raw sqlite3"

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "raw.db", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(f"CREATE TABLE article (id INTEGER PRIMARY KEY, {_ROW})")
        self._insert = f"INSERT INTO article ({_ROW}) VALUES ({', '.join('?' * 13)})"

    def add(self, articles: Sequence[Article]) -> None:
        """Insert a batch."""
        self._connection.execute("BEGIN")
        self._connection.executemany(self._insert, map(_row, articles))
        self._connection.execute("COMMIT")

    def flush(self) -> None:
        """All is in the log."""

    def close(self) -> None:
        """Move the log into the file."""
        self._connection.close()


def _row(article: Article) -> tuple[object, ...]:
    image, link = article.images[0], article.related_links[0]
    return (
        article.url,
        article.site,
        article.headline,
        article.description,
        article.article_section,
        orjson.dumps(article.keywords),
        orjson.dumps(article.authors),
        article.date_published and article.date_published.isoformat(" "),
        article.in_language,
        orjson.dumps([{"url": image.url, "alt": image.alt, "is_main": True}]),
        orjson.dumps([{"url": link.url, "text": link.text, "rel": "related"}]),
        orjson.dumps(article.field_sources),
        article.article_body,
    )


class Shingles:
    """A hash of every run of five words; every sixteenth is kept, as an index of near-copies would."""

    name = "shingle hashing"
    kept = 0

    def add(self, articles: Sequence[Article]) -> None:
        """Hash a batch."""
        for article in articles:
            words = article.article_body.lower().split()
            hashes = [zlib.crc32(" ".join(words[start : start + 5]).encode()) for start in range(len(words) - 4)]
            self.kept += len({value for value in hashes if value % 16 == 0})

    def flush(self) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing to do."""


class BareTantivy:
    """tantivy with its own tokenizer, bodies stored, as its documentation shows it."""

    name = "bare tantivy"

    def __init__(self, folder: Path) -> None:
        path = folder / "bare-tantivy"
        path.mkdir(exist_ok=True)
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("id", stored=True, indexed=True)
        builder.add_text_field("headline", stored=True)
        builder.add_text_field("body", stored=True)
        builder.add_text_field("section", tokenizer_name="raw", fast=True)
        builder.add_text_field("site", tokenizer_name="raw", fast=True)
        builder.add_integer_field("month", indexed=True, fast=True)
        builder.add_integer_field("published", indexed=True, fast=True)
        self.schema = builder.build()
        self._index = tantivy.Index(self.schema, str(path))
        self._writer = self._index.writer(HEAP_BYTES, 1)
        self._count = 0

    def add(self, articles: Sequence[Article]) -> None:
        """Index a batch."""
        for article in articles:
            self._count += 1
            document = tantivy.Document()
            document.add_integer("id", self._count)
            document.add_text("headline", article.headline or "")
            document.add_text("body", article.article_body)
            document.add_text("section", article.article_section or "")
            document.add_text("site", article.site or "")
            if article.date_published is not None:
                document.add_integer("published", int(article.date_published.timestamp()))
                document.add_integer("month", article.date_published.year * 100 + article.date_published.month)
            self._writer.add_document(document)

    def flush(self) -> None:
        """Commit, and wait for merges in the background."""
        self._writer.commit()
        self._writer.wait_merging_threads()
        self._writer = self._index.writer(HEAP_BYTES, 1)

    def close(self) -> None:
        """Be ready to be searched."""
        self._index.reload()

    def search(self, terms: Sequence[str], *, kind: str, section: str = "", year: int = 0) -> int:
        """The best hits with documents and snippets; how many there are in all."""
        searcher = self._index.searcher()
        query = self._query(terms, kind)
        if kind == "field and dates":
            dates = tantivy.Query.range_query(
                self.schema, "month", tantivy.FieldType.Integer, lower_bound=year * 100, upper_bound=year * 100 + 99
            )
            in_section = tantivy.Query.term_query(self.schema, "section", section)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, part) for part in (query, dates, in_section)])
        if kind == "newest first":
            result = searcher.search(query, limit=HITS, order_by_field="published", order=tantivy.Order.Desc)
        else:
            result = searcher.search(query, limit=HITS)
        snippets = tantivy.SnippetGenerator.create(searcher, query, self.schema, "body")
        for _, address in result.hits:
            snippets.snippet_from_doc(searcher.doc(address)).to_html()
        return int(result.count)

    def facets(self, terms: Sequence[str]) -> None:
        """Counts by section, site and month."""
        names = {name: {"terms": {"field": name, "size": 10}} for name in ("section", "site", "month")}
        self._index.searcher().aggregate(self._query(terms, "word"), names)

    def trend(self, terms: Sequence[str]) -> None:
        """Counts by month."""
        self._index.searcher().aggregate(
            self._query(terms, "word"), {"month": {"terms": {"field": "month", "size": 1000}}}
        )

    def _query(self, terms: Sequence[str], kind: str) -> tantivy.Query:
        if kind == "phrase":
            return tantivy.Query.phrase_query(self.schema, "body", list(terms))
        if kind == "prefix":
            return tantivy.Query.fuzzy_term_query(self.schema, "body", terms[0], distance=0, prefix=True)
        words = [tantivy.Query.term_query(self.schema, "body", term) for term in terms]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, word) for word in words])


class Fts5:
    """SQLite's own full text, bodies in its table."""

    name = "SQLite FTS5"

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "fts5.db", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS article USING fts5"
            "(headline, body, section UNINDEXED, published UNINDEXED, site UNINDEXED)"
        )

    def add(self, articles: Sequence[Article]) -> None:
        """Insert a batch."""
        self._connection.execute("BEGIN")
        self._connection.executemany(
            "INSERT INTO article VALUES (?, ?, ?, ?, ?)",
            (
                (
                    a.headline,
                    a.article_body,
                    a.article_section,
                    a.date_published and a.date_published.isoformat(),
                    a.site,
                )
                for a in articles
            ),
        )
        self._connection.execute("COMMIT")

    def flush(self) -> None:
        """All is in the log."""

    def close(self) -> None:
        """Move the log into the file."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def search(self, terms: Sequence[str], *, kind: str, section: str = "", year: int = 0) -> int:
        """The best hits with snippets; how many there are in all."""
        match = _fts5_match(terms, kind)
        where, values = "article MATCH ?", [match]
        if kind == "field and dates":
            where += " AND section = ? AND published BETWEEN ? AND ?"
            values += [section, f"{year}", f"{year + 1}"]
        order = "published DESC" if kind == "newest first" else "rank"
        self._connection.execute(
            f"SELECT headline, snippet(article, 1, '<b>', '</b>', '…', 30) FROM article WHERE {where} "
            f"ORDER BY {order} LIMIT {HITS}",
            values,
        ).fetchall()
        (count,) = self._connection.execute(f"SELECT count(*) FROM article WHERE {where}", values).fetchone()
        return int(count)

    def facets(self, terms: Sequence[str]) -> None:
        """Counts by section, site and month."""
        for value in ("section", "site", "substr(published, 1, 7)"):
            self._connection.execute(
                f"SELECT {value}, count(*) FROM article WHERE article MATCH ? GROUP BY 1 ORDER BY 2 DESC LIMIT 10",
                [_fts5_match(terms, "word")],
            ).fetchall()

    def trend(self, terms: Sequence[str]) -> None:
        """Counts by month."""
        self._connection.execute(
            "SELECT substr(published, 1, 7), count(*) FROM article WHERE article MATCH ? GROUP BY 1",
            [_fts5_match(terms, "word")],
        ).fetchall()


def _fts5_match(terms: Sequence[str], kind: str) -> str:
    if kind == "phrase":
        return f'"{" ".join(terms)}"'
    if kind == "prefix":
        return f'"{terms[0]}"*'
    return " ".join(f'"{term}"' for term in terms)
