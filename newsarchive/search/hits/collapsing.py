"""Which article of each cluster of near-copies is kept where every cluster counts once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from newsarchive.search.index.folder import SearchIndex
from newsarchive.search.index.index_query import unscored
from newsarchive.search.index.view import View
from newsarchive.search.language.syntax_tree import Query

Numbers = npt.NDArray[np.int64]

_UNDATED = np.iinfo(np.int64).max  # behind all dates


def kept_ids(index: SearchIndex, query: Query) -> Numbers:
    """Of each cluster among the hits the id of the earliest known copy, rising; see :func:`earliest`."""
    with index.view() as view:
        copies = copies_of(view, query)
    return earliest(copies)


def copies_of(view: View, query: Query) -> Numbers:
    """Three rows of numbers, a column for each article a query finds, by rising id: id, cluster, publication key."""
    pages: list[Numbers] = [np.empty((3, 0), dtype=np.int64)]
    for ids, clusters, published in view.pages(unscored(view.asked(query)), "cluster", "published"):
        keys = [_UNDATED if key is None else key for key in published]
        pages.append(np.array((ids, clusters, keys), dtype=np.int64))
    return np.concatenate(pages, axis=1)


def earliest(copies: Numbers) -> Numbers:
    """The id of the earliest of each cluster, rising, out of the rows of :func:`copies_of`. Pure.

    The earliest is the one with the earliest publication date; among those without a date, which come last, the one the
    archive has known for longest.
    """
    article_ids, cluster_ids, published_keys = copies
    # Ids rise already, and both sorts keep the order of what is equal.
    by_date = np.argsort(published_keys, kind="stable")
    by_cluster = by_date[np.argsort(cluster_ids[by_date], kind="stable")]
    in_order = cluster_ids[by_cluster]
    is_first = np.ones(len(in_order), dtype=bool)
    is_first[1:] = in_order[1:] != in_order[:-1]
    kept: Numbers = np.sort(article_ids[by_cluster[is_first]])
    return kept
