"""Values that the two databases keep in different ways: instants, JSON, words, row numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Enum, Integer, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

ROW_ID = BigInteger().with_variant(Integer, "sqlite")
"""SQLite's own row number, which only a column declared INTEGER is; 64 bits on both."""


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware in, aware UTC out; naive is refused with ValueError, because nobody knows what it means.

    On SQLite text, ``2024-05-03 10:00:00`` or with six digits of a second behind it, so that text order is time order
    and ``datetime(seen_at, '+1 day')`` works; on PostgreSQL ``TIMESTAMP WITH TIME ZONE``.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:  # noqa: D102
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401, D102 (text or time)
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        if dialect.name != "sqlite":
            return value
        return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat(" ")[: -len("+00:00")]

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, D102
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value + "+00:00")
        instant: datetime = value.astimezone(UTC)
        return instant


class Json(TypeDecorator[Any]):
    """JSON: text on SQLite, ``JSONB`` on PostgreSQL; None is NULL.

    No variant of ``JSON``, for that would import the dialect of PostgreSQL, four megabytes, for archives in files.
    """

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:  # noqa: D102
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON(none_as_null=True))
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB(none_as_null=True))


def word(enumeration: type[StrEnum]) -> TypeEngine[Any]:
    """A StrEnum stored by its value, as text: readable, and a new member needs no migration."""
    return Enum(enumeration, native_enum=False, length=16, values_callable=lambda members: [m.value for m in members])
