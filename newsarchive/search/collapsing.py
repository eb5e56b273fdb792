"""Which article of each cluster of near-copies is kept where every cluster counts once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from newsarchive.search.index import SearchIndex
from newsarchive.search.index_query import unscored
from newsarchive.search.syntax_tree import Query

_UNDATED = np.iinfo(np.int64).max  # behind all dates


def kept_ids(index: SearchIndex, query: Query) -> npt.NDArray[np.int64]:
    """Of each cluster among the hits the id of the earliest known copy, rising.

    The earliest is the one with the earliest publication date; among those without a date, which come last, the one the
    archive has known for longest. Three numbers a hit are held in memory, and for a moment as many again.
    """
    pages: list[npt.NDArray[np.int64]] = []
    with index.view() as view:
        for ids, clusters, published in view.pages(unscored(view.asked(query)), "cluster", "published"):
            keys = [_UNDATED if key is None else key for key in published]
            pages.append(np.array((ids, clusters, keys), dtype=np.int64))
    if not pages:
        return np.empty(0, dtype=np.int64)
    article_ids, cluster_ids, published_keys = np.concatenate(pages, axis=1)
    pages.clear()
    # Ids rise already, and both sorts keep the order of what is equal.
    by_date = np.argsort(published_keys, kind="stable")
    by_cluster = by_date[np.argsort(cluster_ids[by_date], kind="stable")]
    in_order = cluster_ids[by_cluster]
    is_first = np.ones(len(in_order), dtype=bool)
    is_first[1:] = in_order[1:] != in_order[:-1]
    kept: npt.NDArray[np.int64] = np.sort(article_ids[by_cluster[is_first]])
    return kept
