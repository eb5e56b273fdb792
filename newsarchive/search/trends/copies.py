"""Which articles a trend counts where near-copies of one text count once."""

from __future__ import annotations

import numpy as np

from newsarchive.search.hits.collapsing import Numbers, copies_of, earliest
from newsarchive.search.index.folder import SearchIndex
from newsarchive.search.index.index_query import unscored
from newsarchive.search.language.syntax_tree import Query


def once_each(index: SearchIndex, query: Query, whole: Query) -> tuple[list[int], list[int]]:
    """Of each cluster one article: among what ``query`` finds, and among what ``whole`` finds, which holds all of that.

    Of the first the earliest copy that ``query`` finds, and that one stands for its cluster in the second as well; of
    other clusters the earliest of all. So what is found is part of what was archived, in each period and each group,
    also where the query finds a late copy only.
    """
    with index.view() as view:
        copies = copies_of(view, whole)
        hits = [ids for ids, *_ in view.pages(unscored(view.asked(query)))]
    article_ids, clusters, _ = copies
    found = earliest(copies[:, np.isin(article_ids, np.concatenate(hits))]) if hits else article_ids[:0]
    archived = earliest(copies)

    def clusters_of(some: Numbers) -> Numbers:
        those: Numbers = clusters[np.searchsorted(article_ids, some)]
        return those

    others = archived[~np.isin(clusters_of(archived), clusters_of(found))]
    together: list[int] = np.union1d(found, others).tolist()
    return found.tolist(), together
