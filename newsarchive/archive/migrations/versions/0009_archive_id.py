"""A name of its own for every archive, by which its search index knows it again."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column, and draw a name."""
    op.add_column("numbering", sa.Column("archive_id", sa.String(32), nullable=False, server_default=sa.text("''")))
    numbering = sa.table("numbering", sa.column("archive_id", sa.String))
    op.execute(numbering.update().values(archive_id=uuid4().hex))
