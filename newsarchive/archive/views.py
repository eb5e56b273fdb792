"""The views of an archive: what each column means. Their SQL is in the migrations; tests hold that the two agree.

Tables may change with any version of the program; views only gain columns, at their end.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a view."""

    name: str
    type: str
    """``text``, ``integer``, ``boolean`` (0 and 1 on SQLite), ``time`` (UTC; text like ``2023-05-17 09:30:15`` on
    SQLite) or ``JSON`` (text on SQLite)."""
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A view with a stable name."""

    name: str
    row: str
    """What one row is."""
    columns: tuple[Column, ...]


@lru_cache(maxsize=1)
def views() -> tuple[View, ...]:
    """All views, the ones people start with first."""
    return tuple(
        View(
            name=name,
            row=row,
            columns=tuple(Column(name=column, type=kind, meaning=meaning) for column, kind, meaning in columns),
        )
        for name, row, columns in _VIEWS
    )


_STATE = (
    ("url", "text", "Address the page was finally fetched from."),
    ("canonical_url", "text", "The article's identity: one article, one canonical address."),
    ("site", "text", "Short name of the site it was first fetched for; NULL: of no registered site."),
    ("publisher", "text", "The publisher's title as the page gives it."),
    ("headline", "text", "The headline."),
    ("alternative_headline", "text", "A kicker, subtitle or second headline of the page's own."),
    ("description", "text", "The standfirst or summary the page gives for itself."),
    ("article_section", "text", "One section a reader would recognize."),
    ("keywords", "JSON", "List of keywords; a row each: `article_keywords`."),
    ("authors", "JSON", "List of names; a row each: `article_authors`."),
    ("date_published", "time", "When it was published; NULL if the page does not say."),
    ("date_published_raw", "text", "The text `date_published` was read from."),
    ("date_precision", "text", "How much of the date was stated: `second`, `minute` or `day`."),
    ("date_modified", "time", "When the page says it was last changed."),
    ("in_language", "text", "BCP 47 code, like `en` or `pt-BR`."),
    ("is_accessible_for_free", "boolean", "False behind a paywall; NULL if the page says nothing of it."),
    ("article_body", "text", "The text, a blank line between two paragraphs; empty if there is none."),
    ("images", "JSON", "List of pictures; a row each: `images`."),
    ("related_links", "JSON", "List of links; a row each: `related_links`."),
    ("field_sources", "JSON", "Field to the rule that gave it."),
    ("revision", "integer", "Number of the revision: 1, 2, 3 … in the order the archive learnt of them."),
    ("seen_at", "time", "When the capture this revision was read from was fetched."),
    ("first_seen_at", "time", "When the article was first fetched, in any state."),
    ("last_seen_at", "time", "When the article was last fetched, changed or not."),
    ("content_digest", "text", "`sha256:` over headline and text: equal means the same text."),
    ("warc_file", "text", "WARC below `captures/` with the bytes; NULL if they were not kept."),
    ("warc_offset", "integer", "Byte offset of the record in that file."),
    ("warc_payload_digest", "text", "The record's WARC-Payload-Digest."),
    ("status", "integer", "HTTP status code."),
    ("parser_version", "text", "Which parser read it, like `generic/1`."),
    ("run_id", "integer", "The crawl run that fetched it: `crawl_runs`."),
    ("next_page_url", "text", "Where an article of several pages goes on."),
    ("revision_count", "integer", "How many revisions the article has."),
    ("cluster_id", "integer", "The same for near-copies: the lowest article number among them."),
)
_OF_ARTICLE = ("article_id", "integer", "The article: `articles.id`.")
_POSITION = ("position", "integer", "1, 2, 3 … in the order of the page.")

_VIEWS: tuple[tuple[str, str, tuple[tuple[str, str, str], ...]], ...] = (
    ("articles", "an article, in its latest revision", (("id", "integer", "Number of the article."), *_STATE)),
    (
        "article_revisions",
        "a revision of an article, the latest ones too",
        (
            ("id", "integer", "Number of the article."),
            ("is_latest", "boolean", "Whether the article is in this state now."),
            *_STATE,
        ),
    ),
    (
        "article_authors",
        "an author of an article, in its latest revision",
        (_OF_ARTICLE, _POSITION, ("author", "text", 'Name, without "By" and without roles.')),
    ),
    (
        "article_keywords",
        "a keyword of an article, in its latest revision",
        (_OF_ARTICLE, _POSITION, ("keyword", "text", "As the page writes it.")),
    ),
    (
        "images",
        "a picture of an article, in its latest revision",
        (
            _OF_ARTICLE,
            _POSITION,
            ("url", "text", "Absolute address."),
            ("caption", "text", "The caption under it."),
            ("credit", "text", "Photographer or agency."),
            ("alt", "text", "The alternative text of the markup."),
            ("width_px", "integer", "Width as the markup states it, not measured."),
            ("height_px", "integer", "Height as the markup states it, not measured."),
            ("is_main", "boolean", "True of at most one: the picture a teaser would show."),
        ),
    ),
    (
        "related_links",
        "a link out of an article, in its latest revision",
        (
            _OF_ARTICLE,
            _POSITION,
            ("url", "text", "Absolute address."),
            ("text", "text", "The link's text."),
            ("rel", "text", "`related` if the newsroom points at another article, `inline` in the running text."),
        ),
    ),
    (
        "article_addresses",
        "an address other than the canonical one that led to an article",
        (_OF_ARTICLE, ("url", "text", "Asked for, or answered after redirects.")),
    ),
    (
        "clusters",
        "two or more articles whose texts are near-copies of each other",
        (
            ("cluster_id", "integer", "As in `articles`."),
            ("articles", "integer", "How many articles."),
            ("sites", "integer", "On how many registered sites."),
            ("first_published", "time", "The earliest publication date among them; NULL if none is known."),
            ("earliest_article_id", "integer", "The article of that date; without dates the one first seen."),
        ),
    ),
    (
        "sites",
        "a registered site",
        (
            ("name", "text", "Short name, as in `articles.site`."),
            ("title", "text", "The publisher's title as the site gives it now."),
            ("home_url", "text", "Home page."),
            ("publisher", "text", "The publisher file chosen for it; NULL: by its host."),
            ("added_at", "time", "When it was registered."),
            ("articles", "integer", "How many articles were first fetched for it."),
            ("is_rendered", "boolean", "Whether its pages go through a browser."),
        ),
    ),
    (
        "sources",
        "a feed, sitemap or section page of a site",
        (
            ("site", "text", "Short name of the site."),
            ("url", "text", "Its address."),
            ("kind", "text", "`feed`, `sitemap`, `section` …"),
            ("title", "text", "Its title."),
            ("entries", "integer", "Article addresses it named when last read."),
            ("last_read_at", "time", "When that was."),
            ("last_status", "integer", "HTTP status code of that time."),
        ),
    ),
    (
        "crawl_runs",
        "a crawl",
        (
            ("run_id", "integer", "Number of the run."),
            ("site", "text", "Short name of the site; NULL for a list of addresses."),
            ("spider", "text", "`site`, `backfill` or `urls`."),
            ("arguments", "JSON", "What was asked of it."),
            ("started_at", "time", "When it began."),
            ("finished_at", "time", "When it ended; NULL while it runs."),
            ("outcome", "text", "`finished`, `stopped`, `failed` or `interrupted`; NULL while it runs."),
            ("reason", "text", "Why, in a short code."),
            ("entries", "integer", "Addresses it queued: rows of `ledger_entries`."),
            ("not_due", "integer", "Known pages it left alone, for they were not due; NULL: not counted."),
        ),
    ),
    (
        "ledger_entries",
        "an address a crawl queued, and what became of it",
        (
            ("run_id", "integer", "The run: `crawl_runs`."),
            ("site", "text", "Short name of the run's site."),
            ("url", "text", "As it was queued."),
            ("kind", "text", "`page`, `home`, `section`, `feed`, `sitemap` or `robots`."),
            ("found_on", "text", "The feed, sitemap or page that named it; NULL for a start address."),
            ("queued_at", "time", "When it was queued."),
            ("outcome", "text", "`new`, `changed`, `unchanged` … as in the guide; NULL while it waits."),
            ("reason", "text", "A short code, like `robots-txt` or `http-404`."),
            ("detail", "text", "What was seen, for a person."),
            ("status", "integer", "HTTP status code of the last answer."),
            ("finished_at", "time", "When its outcome was known."),
            ("warc_file", "text", "WARC below `captures/` with the bytes."),
            ("warc_offset", "integer", "Byte offset of the record in that file."),
            ("warc_payload_digest", "text", "The record's WARC-Payload-Digest."),
            ("announced_at", "time", "When the page was published, as feeds or news sitemaps said."),
            ("reaches_back_to", "time", "Since when a feed or news sitemap names all that was published."),
        ),
    ),
)
