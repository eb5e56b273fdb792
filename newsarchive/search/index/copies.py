"""Near-copies among what a query finds: how many clusters, how many copies, which copy is the earliest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import tantivy

from newsarchive.search.index.index_query import unscored
from newsarchive.search.index.view import View, both


def cluster_count(view: View, asked: tantivy.Query) -> int:
    """How many clusters there are among the hits; an article without near-copies is one of its own."""
    # By rising cluster, so that nothing is held but the page, and no cluster is in two.
    return sum(len({cluster for cluster, _ in page}) for page in view.rising(unscored(asked), "cluster"))


def copy_counts(view: View, asked: tantivy.Query, clusters: Sequence[int]) -> Mapping[int, int]:
    """How many hits there are in each of these clusters; those without any are left out."""
    if not clusters:
        return {}
    found = view.searcher.aggregate(
        both(unscored(asked), view.any_of("cluster", clusters)),
        {"clusters": {"terms": {"field": "cluster", "size": len(clusters), "segment_size": len(clusters)}}},
    )
    return {int(bucket["key"]): int(bucket["doc_count"]) for bucket in found["clusters"]["buckets"]}


def shown_clusters(view: View, asked: tantivy.Query, clusters: Sequence[int]) -> set[int]:
    """Which of these clusters have a hit."""
    return set(copy_counts(view, asked, clusters))


def earliest_copies(view: View, clusters: Sequence[int]) -> Mapping[int, int]:
    """For each of these clusters its earliest known copy of all that are indexed; not for one of a single article."""
    counts = copy_counts(view, tantivy.Query.all_query(), clusters)
    return {cluster: _earliest(view, cluster) for cluster, count in counts.items() if count > 1}


def _earliest(view: View, cluster: int) -> int:
    members = view.any_of("cluster", [cluster])
    for column in ("published", "article_id"):  # the first without a date comes behind all that have one
        ((value, address),) = view.searcher.search(
            members, limit=1, count=False, order_by_field=column, order=tantivy.Order.Asc
        ).hits
        if value is not None:
            break
    article_id: int = view.column("article_id", [address])[0]
    return article_id
