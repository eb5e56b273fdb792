"""How far an index has followed its archive, and what it takes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from newsarchive.archive.reader import ArchiveReader
from newsarchive.search.index.document import FORMAT
from newsarchive.search.index.folder import SearchIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatus:
    """The state of an index."""

    documents: int
    """One an article."""
    watermark: int
    """The highest sequence number of the archive's revisions that it has followed; 0 if none."""
    behind: int
    """How many revisions the archive has learnt since."""
    format: int
    bytes: int
    """On disk."""


def index_status(index: SearchIndex, reader: ArchiveReader) -> IndexStatus:
    """The state of an open index; it does not catch up. Raises SearchIndexError if it cannot be read."""
    with index.view() as view:
        documents = view.searcher.num_docs
    watermark = index.watermark
    size = 0
    for file in index.path.rglob("*"):
        with suppress(FileNotFoundError):  # merged into another while we looked
            size += file.stat().st_size
    return IndexStatus(
        documents=documents,
        watermark=watermark,
        behind=reader.count_revisions_after(watermark),
        format=FORMAT,
        bytes=size,
    )
