"""Views of everything an archive holds, so that no query needs the tables."""

from alembic import op

revision = "0004"
down_revision = "0003"

_LATEST = "FROM article JOIN revision ON revision.id = article.latest_revision_id"

_VIEWS = {
    "sites": """
        SELECT
            site.name,
            site.title,
            site.home_url,
            site.publisher,
            site.added_at,
            (SELECT COUNT(*) FROM article WHERE article.site_id = site.id) AS articles
        FROM site
    """,
    "sources": """
        SELECT
            site.name AS site,
            source.url,
            source.kind,
            source.title,
            source.entries,
            source.last_read_at,
            source.last_status
        FROM source
        JOIN site ON site.id = source.site_id
    """,
    "crawl_runs": """
        SELECT
            crawl_run.id AS run_id,
            site.name AS site,
            crawl_run.spider,
            crawl_run.arguments,
            crawl_run.started_at,
            crawl_run.finished_at,
            crawl_run.outcome,
            crawl_run.reason,
            (SELECT COUNT(*) FROM ledger WHERE ledger.run_id = crawl_run.id) AS entries
        FROM crawl_run
        LEFT JOIN site ON site.id = crawl_run.site_id
    """,
    "ledger_entries": """
        SELECT
            ledger.run_id,
            site.name AS site,
            ledger.url,
            ledger.kind,
            ledger.found_on,
            ledger.queued_at,
            ledger.outcome,
            ledger.reason,
            ledger.detail,
            ledger.status,
            ledger.finished_at,
            ledger.warc_file,
            ledger.warc_offset,
            ledger.digest AS warc_payload_digest
        FROM ledger
        JOIN crawl_run ON crawl_run.id = ledger.run_id
        LEFT JOIN site ON site.id = crawl_run.site_id
    """,
    "article_addresses": """
        SELECT address.article_id, address.url FROM address
    """,
    "clusters": """
        SELECT
            several.cluster_id,
            several.articles,
            several.sites,
            (
                SELECT MIN(revision.date_published) {latest} WHERE article.cluster_id = several.cluster_id
            ) AS first_published,
            (
                SELECT article.id {latest} WHERE article.cluster_id = several.cluster_id
                ORDER BY revision.date_published IS NULL, revision.date_published, article.first_seen_at, article.id
                LIMIT 1
            ) AS earliest_article_id
        FROM (
            SELECT cluster_id, COUNT(*) AS articles, COUNT(DISTINCT site_id) AS sites
            FROM article
            GROUP BY cluster_id
            HAVING COUNT(*) > 1
        ) AS several
    """,
    "article_authors": """
        SELECT article.id AS article_id, item.{position} AS position, {text} AS author
        {latest} {cross} {each_text}(revision.authors) {item}
    """,
    "article_keywords": """
        SELECT article.id AS article_id, item.{position} AS position, {text} AS keyword
        {latest} {cross} {each_text}(revision.keywords) {item}
    """,
    "images": """
        SELECT
            article.id AS article_id,
            item.{position} AS position,
            {member_url} AS url,
            {member_caption} AS caption,
            {member_credit} AS credit,
            {member_alt} AS alt,
            {member_width_px} AS width_px,
            {member_height_px} AS height_px,
            {member_is_main} AS is_main
        {latest} {cross} {each}(revision.images) {item}
    """,
    "related_links": """
        SELECT
            article.id AS article_id,
            item.{position} AS position,
            {member_url} AS url,
            {member_text} AS text,
            {member_rel} AS rel
        {latest} {cross} {each}(revision.related_links) {item}
    """,
}

# Not ->>, which SQLite has since 3.38: an older tool could not open the file at all. Not json_extract either, which
# some versions (3.40 is one) allow in no view while trusted_schema is off, as careful tools have it.
_SQLITE = {
    "position": "key + 1",
    "text": "item.value",
    "cross": "CROSS JOIN",
    "each": "json_each",
    "each_text": "json_each",
    "item": "AS item",
    **{
        f"member_{name}": f"(SELECT value FROM json_each(item.value) AS member WHERE member.key = '{name}')"  # noqa: S608
        for name in ("url", "text", "rel", "caption", "credit", "alt", "width_px", "height_px")
    },
    "member_is_main": (
        "COALESCE((SELECT member.value FROM json_each(item.value) AS member WHERE member.key = 'is_main'), 0)"
    ),
}
_POSTGRESQL = {
    "position": "position",
    "text": "item.value",
    "cross": "CROSS JOIN LATERAL",
    "each": "jsonb_array_elements",
    "each_text": "jsonb_array_elements_text",
    "item": "WITH ORDINALITY AS item (value, position)",
    **{f"member_{name}": f"(item.value ->> '{name}')" for name in ("url", "text", "rel", "caption", "credit", "alt")},
    **{f"member_{name}": f"(item.value ->> '{name}')::integer" for name in ("width_px", "height_px")},
    "member_is_main": "COALESCE((item.value ->> 'is_main')::boolean, FALSE)",
}


def upgrade() -> None:
    """Make the views."""
    pieces = _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE
    for name, query in _VIEWS.items():
        op.get_bind().exec_driver_sql(f"CREATE VIEW {name} AS {query.format(latest=_LATEST, **pieces)}")
