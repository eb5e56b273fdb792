"""What each field of the export record means, for descriptors that travel with the data.

The texts are those of docs/data-dictionary.md; a test holds that the two agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple


class Kind(StrEnum):
    """What a value is, by the name the data dictionary has for it."""

    INTEGER = "integer"
    STRING = "string"
    TIME = "time"
    BOOLEAN = "boolean"
    STRINGS = "list of strings"
    OBJECTS = "list of objects"
    OBJECT = "object"


class Meaning(NamedTuple):
    """One line of the data dictionary."""

    name: str
    kind: Kind
    text: str
    """Markdown."""
    required: bool = False
    """Whether it is never null."""
    members: tuple[str, ...] = ()
    """Of an object, or of each of a list of objects; the data dictionary has them in tables of their own."""

    @property
    def standing_alone(self) -> str:
        """The text where no table of members follows."""
        return self.text.replace("members below", f"members: {', '.join(f'`{name}`' for name in self.members)}")


@lru_cache(maxsize=1)
def meanings() -> Mapping[str, Meaning]:
    """Every field of the export record by its name."""
    return {meaning.name: meaning for meaning in _MEANINGS}


_MEANINGS = (
    Meaning(
        "id",
        Kind.INTEGER,
        "Number of the article in this archive; the same for all its revisions.",
        required=True,
    ),
    Meaning("url", Kind.STRING, "Address the page was finally fetched from.", required=True),
    Meaning(
        "canonical_url",
        Kind.STRING,
        "The article's identity: the canonical address the page gives, if it is credible, else `url` "
        "without tracking parameters.",
        required=True,
    ),
    Meaning("site", Kind.STRING, "Short name the site is registered under, like `thegreatlakeseye`."),
    Meaning("publisher", Kind.STRING, "The publisher's title, like `The Great Lakes Eye`."),
    Meaning("headline", Kind.STRING, "The headline as the page shows it."),
    Meaning("alternative_headline", Kind.STRING, "A kicker, subtitle or second headline of the page's own."),
    Meaning(
        "description",
        Kind.STRING,
        "The standfirst or summary the page gives for itself, never one made from the text.",
    ),
    Meaning("article_section", Kind.STRING, "One section a reader would recognize, like `International`."),
    Meaning("keywords", Kind.STRINGS, "Keywords or tags, in the order of the page.", required=True),
    Meaning(
        "authors",
        Kind.STRINGS,
        "Names of people, or of an agency if it signs, in the order of the byline.",
        required=True,
    ),
    Meaning(
        "date_published",
        Kind.TIME,
        "When the article was published. For a date without a time midnight UTC of that day: see `date_precision`.",
    ),
    Meaning(
        "date_published_raw",
        Kind.STRING,
        "The text `date_published` was read from, also where it could not be read or lies ahead. Of a "
        "moment stated in UTC that the page also writes on another, local day: the latter, and the source "
        "names both (`json-ld+text`).",
    ),
    Meaning("date_precision", Kind.STRING, "How much of the date was stated: `second`, `minute` or `day`."),
    Meaning("date_modified", Kind.TIME, "When the page says it was last changed."),
    Meaning("in_language", Kind.STRING, "Language as a BCP 47 code, like `en` or `pt-BR`."),
    Meaning("is_accessible_for_free", Kind.BOOLEAN, "False behind a paywall."),
    Meaning(
        "blocks",
        Kind.OBJECTS,
        "The article's own text, piece by piece in reading order; members below.",
        required=True,
        members=("kind", "text"),
    ),
    Meaning(
        "article_body",
        Kind.STRING,
        "The texts of all blocks, a blank line between two. Empty if there is none.",
        required=True,
    ),
    Meaning(
        "images",
        Kind.OBJECTS,
        "Pictures that belong to the article; members below.",
        required=True,
        members=("url", "caption", "credit", "alt", "width_px", "height_px", "is_main"),
    ),
    Meaning(
        "related_links",
        Kind.OBJECTS,
        "Links out of the article, in page order; members below.",
        required=True,
        members=("url", "text", "rel"),
    ),
    Meaning(
        "field_sources",
        Kind.OBJECT,
        "Field name to the rule that gave it: `json-ld`, `og`, `meta`, `h1`, `feed`, `publisher` … Ends in "
        "`+repaired` where the page's text was UTF-8 read as another encoding and put right; the capture "
        "has it as it was. Only fields that are set.",
        required=True,
    ),
    Meaning(
        "revision",
        Kind.INTEGER,
        "Number of this revision: 1 for the first state of the article that was seen, then 2, 3 …",
        required=True,
    ),
    Meaning("first_seen_at", Kind.TIME, "When the archive first fetched the article, in any state.", required=True),
    Meaning("last_seen_at", Kind.TIME, "When the archive last fetched the article, changed or not.", required=True),
    Meaning(
        "content_digest",
        Kind.STRING,
        "`sha256:` and 64 hexadecimal digits over the normalized headline and blocks: equal means the same text.",
        required=True,
    ),
    Meaning(
        "capture",
        Kind.OBJECT,
        "Where the bytes of this revision are kept; members below.",
        required=True,
        members=("warc_file", "warc_offset", "digest", "fetched_at", "status"),
    ),
    Meaning(
        "parser_version",
        Kind.STRING,
        "Which parser read it, like `generic/1`; a new number when its output can change.",
        required=True,
    ),
    Meaning("run_id", Kind.INTEGER, "Number of the crawl run that fetched it."),
    Meaning(
        "next_page_url",
        Kind.STRING,
        "Where the same article goes on, if the site splits it over several pages: every part is an article"
        " of its own in the archive. Never the next story.",
    ),
    Meaning("revision_count", Kind.INTEGER, "How many states of the article the archive holds.", required=True),
    Meaning(
        "cluster_id",
        Kind.INTEGER,
        "The lowest `id` among the article and its near-copies (wire copies, reprints): all of them have "
        "the same. Its own `id` if there is no other.",
        required=True,
    ),
)
