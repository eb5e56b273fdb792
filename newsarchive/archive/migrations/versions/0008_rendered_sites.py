"""Sites whose pages go through a browser."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column; so far none does."""
    op.add_column("site", sa.Column("is_rendered", sa.Boolean, nullable=False, server_default=sa.false()))
