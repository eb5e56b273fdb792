"""``datasheet.md``: what one must know of a data set before using it, for people.

Its questions are those of Gebru et al., "Datasheets for Datasets" (https://doi.org/10.1145/3458723). What an archive
knows is answered from it; what only the author knows is left to the author, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsarchive.archive.schema.metadata import HEAD
from newsarchive.export.package.citation import bibtex, plain_citation
from newsarchive.export.package.collection import collection
from newsarchive.export.package.composition import composition, fields
from newsarchive.export.package.contents import Contents
from newsarchive.export.package.markdown import code, counted, escaped, fenced, share, table


def datasheet(contents: Contents) -> str:
    """The document."""
    parts = [
        *_head(contents),
        *_purpose(contents),
        *composition(contents),
        *collection(contents),
        *_processing(contents),
        *_uses(contents),
        *fields(contents),
        *_sharing(contents),
    ]
    return "\n\n".join(parts) + "\n"


def _head(contents: Contents) -> Iterator[str]:
    yield f"# {escaped(contents.title)}"
    yield escaped(contents.summary)
    rows = [("version", code(contents.version)), ("data as of", contents.date), ("SHA-256", code(contents.digest))]
    if contents.about.creators:
        rows.insert(0, ("by", "; ".join(escaped(creator.shown) for creator in contents.about.creators)))
    rows.append(("license", _license(contents)))
    yield table(("", ""), rows)
    yield "## How to cite"
    yield escaped(plain_citation(contents))
    yield fenced(bibtex(contents), "bibtex")
    yield (
        "The version is the day of the youngest capture and the beginning of the digest of "
        f"{code(contents.files[0].path)}. The same archive, query and program give the same bytes: whoever has the "
        "same digest has the same data."
    )


def _license(contents: Contents) -> str:
    about = contents.about
    if about.license is None:
        return "not stated by the author"
    return escaped(about.license) if about.license_url is None else f"<{about.license_url}>"


def _purpose(contents: Contents) -> Iterator[str]:
    yield "## Why it was made"
    if contents.about.description is not None:
        yield contents.about.description
    else:
        yield (
            "*Not stated. For which question, by whom and with which funding was it made? Only the author knows: "
            "`newsarchive export … --package … --description TEXT` puts the answer here.*"
        )


def _processing(contents: Contents) -> Iterator[str]:
    facts = contents.facts
    yield "## How it was processed"
    yield (
        "Every response was kept in a WARC file before it was read. A parser then took headline, text, date and so "
        "on from the page; nothing was guessed: what neither the page nor its feed or sitemap says is null. The "
        "field `field_sources` names the rule that gave each value. Texts are in Unicode NFC; advertising, teasers, "
        "comments, captions and bylines are not part of the text. No article was removed because it looks like "
        "another; near-copies have the same `cluster_id`."
    )
    rows = [(code(name), count, share(count, facts.records)) for name, count in facts.parsers.items()]
    yield table(("read by", "records", "share"), rows, right=("records", "share"))
    yield (
        "A parser's number rises when its output can change. What it read can be read again from the captures. Made by "
        f"newsarchive {contents.newsarchive_version}, from an archive of schema {HEAD}."
    )


def _uses(contents: Contents) -> Iterator[str]:
    facts = contents.facts
    yield "## What to mind when using it"
    minds = [
        "It holds what the sites listed or linked when they were crawled, and no more: it is no sample of all that "
        "was published. Compare counts over time or between sites only after a look at the crawls above; "
        "`counts.csv` has how many articles the archive holds beside how many are in here.",
    ]
    day_only = facts.precisions.get("day", 0)
    if day_only:
        minds.append(
            f"{day_only:,} of {facts.articles:,} articles have a date without a time (`date_precision` is `day`): they "
            "stand at midnight UTC, which says nothing of the hour."
        )
    if facts.clusters < facts.articles:
        minds.append(
            f"{facts.articles - facts.clusters:,} articles are near-copies of others (wire copies, reprints). To count "
            "each story once, keep one article of each `cluster_id`."
        )
    if facts.revised and not contents.selection.every_revision:
        minds.append(
            f"{counted(facts.revised, 'article')} changed after they were first seen; here they are in their latest "
            "state (`revision_count` says how many there are)."
        )
    minds += [
        "Languages are as the page declares them or as the text was recognized; sections and authors are the sites' "
        "own words, not harmonized.",
        "Articles name people, not all of them public persons. Consider what your law and your ethics board ask for.",
    ]
    yield "\n".join(f"- {mind}" for mind in minds)


def _sharing(contents: Contents) -> Iterator[str]:
    yield "## Sharing it"
    if contents.has_text:
        yield (
            "**The texts belong to their publishers.** Whether they may be passed on, the law of your country and "
            "your institution say. `newsarchive export … --package … --no-text` makes the same package with "
            "addresses, metadata and digests only; `newsarchive rehydrate` fetches the texts again and says which "
            "are still the same."
        )
    else:
        yield (
            "It holds addresses, metadata and digests, not the texts: those belong to their publishers. "
            "`newsarchive rehydrate FOLDER` fetches them from the sites, as politely as any crawl, and says of each "
            "article whether its text is still the one of which `content_digest` is the digest. Headlines and the "
            "words of links are kept, as names of articles."
        )
    yield "To check that nothing is missing or changed, in this folder:"
    yield "    sha256sum -c SHA256SUMS\n    frictionless validate datapackage.json"
    yield (
        "*Who keeps it, whom to write to, and whether it will be updated: not stated. Say so where you publish it; an "
        "edit of this file changes its checksum.*"
    )
