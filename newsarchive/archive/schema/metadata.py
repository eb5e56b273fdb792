"""What the tables share: the version they are of, the names of their constraints, the collection they are in."""

from __future__ import annotations

from sqlalchemy import MetaData

HEAD = "0014"
"""The migration this program was written for: the newest file of ``migrations/versions``."""

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name a later migration can call it by, the same on both databases."""

METADATA = MetaData(naming_convention=NAMING_CONVENTION)
"""Has the tables of the modules that are imported; ``schema.tables`` imports all."""
