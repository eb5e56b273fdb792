"""The view of sites says which go through a browser."""

from alembic import op

revision = "0011"
down_revision = "0010"

_SITES = """
    SELECT
        site.name,
        site.title,
        site.home_url,
        site.publisher,
        site.added_at,
        (SELECT COUNT(*) FROM article WHERE article.site_id = site.id) AS articles,
        site.is_rendered
    FROM site
"""


def upgrade() -> None:
    """Make the view anew."""
    op.execute("DROP VIEW sites")
    op.execute(f"CREATE VIEW sites AS {_SITES}")
