"""SearchIndex: a tantivy index in a folder, a read model that follows the archive.

The archive numbers its revisions; the highest number among the index's documents is the watermark up to which it has
followed, so both are on disk together or not at all. Whoever finds the archive ahead takes tantivy's writer lock and
catches up; who finds the lock taken leaves it to its holder. Deleting the folder loses nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import tantivy

from newsarchive.archive.reader import ArchiveReader
from newsarchive.errors import SearchIndexError
from newsarchive.search.index.document import FORMAT, document, schema
from newsarchive.search.index.index_query import index_query, unscored
from newsarchive.search.index.ranking import Found, Order, find_page
from newsarchive.search.index.read_only_folder import can_be_written, stand_in
from newsarchive.search.index.view import View
from newsarchive.search.language.syntax_tree import Field, Query, wanted_words

FORMAT_FILE = "newsarchive-index"
"""In the index's folder; holds its format as a number."""
ARCHIVE_FILE = "newsarchive-archive"
"""In the index's folder; holds the id of the archive it follows."""

_HEAP_BYTES = 100_000_000  # of the writer: full, it writes a segment
_BATCH = 10_000  # documents a commit
_SCORED = (None, Field.HEADLINE, Field.BODY)
_REBUILD = "`newsarchive index rebuild` makes it anew from the archive"
_CANNOT = (
    "nothing can be written there: copy the home to a place that can be written, and name it with NEWSARCHIVE_HOME"
)


class SearchIndex:
    """The index in one folder. Threads may share one; several processes may open the same folder."""

    def __init__(self, path: Path, index: tantivy.Index, read_from: TemporaryDirectory[str] | None = None) -> None:
        self.path = path
        self._read_from = read_from
        self._schema = schema()
        self._index = index
        self._state: tuple[int, int] | None = None

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> Self:
        """Open the index in a folder; with ``create`` an empty one if there is none.

        Where nothing can be written the index is searched as it is at this moment.

        Raises SearchIndexError if there is none, it cannot be read, or it is of another format.
        """
        with _named_errors(path):
            if not path.exists() or not any(path.iterdir()):
                if not create:
                    raise SearchIndexError(f"there is no search index in {path}: {_REBUILD}")
                if not can_be_written(path):
                    raise SearchIndexError(f"there is no search index in {path}, and {_CANNOT}")
                path.mkdir(parents=True, exist_ok=True)
                (path / FORMAT_FILE).write_text(f"{FORMAT}\n", encoding="ascii")
            _check_format(path)
            read_from = None if can_be_written(path) else stand_in(path)
            index = tantivy.Index(schema(), str(path) if read_from is None else read_from.name)
            index.config_reader("manual")
            return cls(path, index, read_from)

    @classmethod
    def rebuild(cls, path: Path, reader: ArchiveReader, progress: Callable[[int], object] | None = None) -> int:
        """Make the index in a folder anew, whatever it holds now; how many articles are indexed.

        The old one is searched until the new one takes its place. Raises SearchIndexError if another process writes to
        the index or rebuilds it, or the folder cannot be written.
        """
        building = path.with_name(f"{path.name}.rebuilding")
        old = path.with_name(f"{path.name}.old")
        with _named_errors(path), _no_other_writer(building):
            shutil.rmtree(building, ignore_errors=True)  # of a rebuild that was killed
        with cls.open(building, create=True) as index:
            count = index.catch_up(reader, progress)
        with _named_errors(path), _no_other_writer(path):
            shutil.rmtree(old, ignore_errors=True)
            if path.exists():
                path.rename(old)
            building.rename(path)  # killed before this line, the next who opens the index makes it
        shutil.rmtree(old, ignore_errors=True)
        return count

    def close(self) -> None:
        """End the use of it. Nothing is lost without: what is indexed is on disk."""
        self._state = None
        if self._read_from is not None:
            self._read_from.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Following the archive

    @property
    def watermark(self) -> int:
        """The highest sequence number of the archive's revisions that is indexed; 0 if none is."""
        return self._highest("sequence")

    def catch_up(self, reader: ArchiveReader, progress: Callable[[int], object] | None = None) -> int:
        """Index what the archive has learnt since; how many articles that were.

        0 also if another process or thread is at it. ``progress`` is called with the number so far. Killed or
        interrupted, the next call goes on from the last batch.

        Raises SearchIndexError if the index cannot be written, or is of another or a later archive.
        """
        self.check_archive(reader)
        if not self._is_behind(reader):
            return 0
        if self._read_from is not None:
            raise SearchIndexError(f"the search index in {self.path} lacks what the archive learnt last, and {_CANNOT}")
        with _named_errors(self.path):
            try:
                writer = self._index.writer(_HEAP_BYTES, 1)
            except ValueError as error:
                if _is_locked(error):
                    return 0
                raise
            try:
                return self._follow(writer, reader, progress)
            finally:
                writer.wait_merging_threads()  # and give back the lock

    def check_archive(self, reader: ArchiveReader) -> None:
        """Raise SearchIndexError if the index is another archive's; an empty one takes the first that comes."""
        file = self.path / ARCHIVE_FILE
        archive_id = reader.archive_id()
        with _named_errors(self.path):
            if not file.exists() and not self.watermark:
                file.write_text(archive_id, encoding="ascii")
            elif not file.exists() or file.read_text(encoding="ascii", errors="replace") != archive_id:
                raise SearchIndexError(f"the search index in {self.path} is of another archive: {_REBUILD}")

    def _is_behind(self, reader: ArchiveReader) -> bool:
        watermark = self.watermark
        # From the watermark itself on, because an archive that does not know it was put back to an earlier state.
        if watermark and reader.next_sequence(watermark - 1) is None:
            raise SearchIndexError(f"the search index in {self.path} is of a later state of the archive: {_REBUILD}")
        return reader.next_sequence(watermark) is not None

    def _follow(
        self, writer: tantivy.IndexWriter, reader: ArchiveReader, progress: Callable[[int], object] | None
    ) -> int:
        count = 0
        seen = indexed = self.watermark  # again, because it may have moved before the lock was ours
        highest_id = self._highest("article_id")
        article_id = 0

        def add(row: Any, sequence: int) -> None:  # noqa: ANN401 (a row)
            nonlocal highest_id
            if row.article_id <= highest_id:  # a document of a new article replaces none
                writer.delete_documents_by_term("article_id", row.article_id)
            highest_id = max(highest_id, row.article_id)
            writer.add_document(document(row, sequence))

        for row in reader.iter_rows_after(seen):
            seen = row.sequence
            article_id = row.article_id
            if seen != row.latest_revision_id:
                continue  # the latest comes later, or came before and is indexed
            add(row, seen)
            indexed = seen
            count += 1
            if count % _BATCH == 0:
                writer.commit()
                if progress is not None:
                    progress(count)
        if seen > indexed:  # move the watermark past revisions that were not indexed
            add(reader.latest_row(article_id), seen)
        writer.commit()
        if progress is not None:
            progress(count)
        return count

    # Finding

    @contextmanager
    def view(self) -> Iterator[View]:
        """The index as it is on disk now; whatever tantivy cannot do in the block raises SearchIndexError."""
        with _named_errors(self.path):
            yield View(self._schema, self._searcher())

    def find(
        self,
        query: Query,
        *,
        limit: int = 20,
        offset: int = 0,
        order: str = Order.RELEVANCE,
        after: str | None = None,
        collapse: bool = False,
    ) -> Found:
        """What a query finds: ``limit`` articles, ``offset`` behind the start or the cursor ``after``.

        With ``collapse`` of each cluster of near-copies the one that is placed best. ``limit`` 0: only the total.

        Raises SearchIndexError if the index cannot be read, CursorError if the cursor is of another query, ValueError
        if limit, offset or order make no sense.
        """
        if limit < 0 or offset < 0:
            raise ValueError(f"limit {limit} and offset {offset} must not be negative")
        chosen = Order(order)
        if chosen is Order.RELEVANCE and not any(words.field in _SCORED for words in wanted_words(query)):
            chosen = Order.NEWEST
        with self.view() as view:
            return find_page(
                view,
                view.asked(query),
                chosen,
                identity=query,
                limit=limit,
                offset=offset,
                after=after,
                collapse=collapse,
            )

    def article_ids(self, query: Query) -> Iterator[int]:
        """The ids of all articles a query finds, rising, as the index is now; streamed at constant memory."""
        with self.view() as view:
            pages = view.pages(unscored(view.asked(query)))
        while True:
            with _named_errors(self.path):
                page = next(pages, None)
            if page is None:
                return
            yield from page[0]

    def aggregate(
        self, query: Query, aggregations: Mapping[str, Any], *, article_ids: Sequence[int] | None = None
    ) -> dict[str, Any]:
        """Count over the columns of what a query finds: tantivy's aggregations in, its answer out, by their names.

        With ``article_ids`` only these articles of it. Counts are exact if each ``terms`` has a ``size`` and a
        ``segment_size`` no smaller than its column has values.

        Raises SearchIndexError if the index cannot be read, or cannot answer.
        """
        searcher = self._searcher()
        asked = unscored(index_query(self._schema, query, searcher))
        with _named_errors(self.path):
            if article_ids is not None:
                chosen = unscored(tantivy.Query.term_set_query(self._schema, "article_id", article_ids))
                asked = tantivy.Query.boolean_query([(tantivy.Occur.Must, asked), (tantivy.Occur.Must, chosen)])
            answer: dict[str, Any] = searcher.aggregate(asked, dict(aggregations))
        return answer

    def _highest(self, column: str) -> int:
        with _named_errors(self.path):
            found = self._searcher().aggregate(tantivy.Query.all_query(), {"highest": {"max": {"field": column}}})
        return int(found["highest"]["value"] or 0)

    def _searcher(self) -> tantivy.Searcher:
        """A view of the index as it is on disk now."""
        with _named_errors(self.path):
            status = (self.path / "meta.json").stat()
            state = (status.st_ino, status.st_mtime_ns)
            if state != self._state:  # someone has committed, perhaps in another process
                self._index.reload()
                self._state = state
            return self._index.searcher()


def _check_format(path: Path) -> None:
    try:
        found = int((path / FORMAT_FILE).read_text(encoding="ascii"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise SearchIndexError(f"{path} holds no search index of newsarchive: {_REBUILD}") from None
    if found != FORMAT:
        raise SearchIndexError(f"the search index in {path} is of format {found}, not {FORMAT}: {_REBUILD}")


@contextmanager
def _no_other_writer(path: Path) -> Iterator[None]:
    """Keep others from writing to the index in a folder, if there is one that could be written to."""
    writer: tantivy.IndexWriter | None = None
    if path.exists():
        try:
            writer = tantivy.Index.open(str(path)).writer(num_threads=1)
        except ValueError as error:
            if _is_locked(error):
                raise SearchIndexError(
                    f"another process writes to the search index in {path}: try again when it is done"
                ) from None
            # It is broken: then nobody writes to it.
    try:
        yield
    finally:
        if writer is not None:
            writer.wait_merging_threads()


def _is_locked(error: ValueError) -> bool:
    return "LockBusy" in str(error)


@contextmanager
def _named_errors(path: Path) -> Iterator[None]:
    """Make an error of the index or the file system one of ours. tantivy knows only ValueError."""
    try:
        yield
    except OSError as error:
        raise SearchIndexError(f"the search index in {path} cannot be used: {error.strerror or error}") from error
    except ValueError as error:
        if "max expansions" in str(error):
            raise SearchIndexError(
                "a * behind several words, as in foo-ba*, stands for too many words: write more letters in front of it"
            ) from None
        reason = " ".join(str(error).split())[:200]
        raise SearchIndexError(f"the search index in {path} cannot be used ({reason}): {_REBUILD}") from error
