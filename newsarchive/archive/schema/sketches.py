"""Tables by which near-copies are found; see :mod:`newsarchive.archive.near_copies.sketches`."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Named, Table, TypedColumns

from newsarchive.archive.schema.column_types import ROW_ID
from newsarchive.archive.schema.metadata import METADATA


class SketchColumns(TypedColumns):
    """What of a revision's text its near-copies are recognized by; texts too short for that have none."""

    article_id: Named[int] = Column(ROW_ID, ForeignKey("article.id"), primary_key=True)
    number: Named[int] = Column(Integer, primary_key=True)
    """Of the revision."""
    minima: Named[bytes] = Column(LargeBinary)


class SketchBandColumns(TypedColumns):
    """One of the keys under which a sketch is found, see ``near_copies.sketches``: near-copies have one in common."""

    band: Named[int] = Column(Integer, primary_key=True)
    article_id: Named[int] = Column(ROW_ID, primary_key=True)
    number: Named[int] = Column(Integer, primary_key=True)
    witness: Named[int] = Column(Integer)


SKETCH = Table("sketch", METADATA, SketchColumns, sqlite_with_rowid=False)
SKETCH_BAND = Table("sketch_band", METADATA, SketchBandColumns, sqlite_with_rowid=False)
