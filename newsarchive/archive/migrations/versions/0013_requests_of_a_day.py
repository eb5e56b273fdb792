"""How often hosts were asked on their last day, for all crawls.

The day of the migration begins with zero: what it had before, the ledgers tell, but for robots.txt, redirects, second
tries and what the scripts of rendered pages asked for.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_Time = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Add the columns. A host that was asked need not have asked for a rest."""
    with op.batch_alter_table("host", table_kwargs={"sqlite_with_rowid": False}) as host:
        host.alter_column("rests_until", existing_type=_Time, nullable=True)
        host.add_column(sa.Column("asked_on", sa.Date))
        host.add_column(sa.Column("asked", sa.Integer, nullable=False, server_default="0"))
