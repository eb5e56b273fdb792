"""All tables, for what goes through the whole archive: copies, verification, migrations."""

from __future__ import annotations

from newsarchive.archive.schema import articles, crawls, schedules, sites, sketches  # noqa: F401 (fill METADATA)
from newsarchive.archive.schema.metadata import METADATA

__all__ = ["METADATA", "TABLES"]

TABLES = tuple(METADATA.sorted_tables)
"""Every table behind those that its rows point at."""
