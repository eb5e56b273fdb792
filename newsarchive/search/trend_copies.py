"""Which articles a trend counts where near-copies of one text count once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from newsarchive.search.collapsing import kept_ids
from newsarchive.search.index import SearchIndex
from newsarchive.search.index_query import unscored
from newsarchive.search.syntax_tree import Query


def once_each(index: SearchIndex, query: Query, whole: Query) -> tuple[list[int], list[int]]:
    """Of each cluster one article: among what ``query`` finds, and among what ``whole`` finds, which holds all of that.

    Of the first the earliest copy that ``query`` finds, and that one stands for its cluster in the second as well; of
    other clusters the earliest of all. So what is found is part of what was archived, in each period and each group,
    also where the query finds a late copy only.
    """
    found = kept_ids(index, query)
    archived = kept_ids(index, whole)
    with index.view() as view:
        pages = [np.array(page, dtype=np.int64) for page in view.pages(unscored(view.asked(whole)), "cluster")]
    if not pages:
        return [], []
    article_ids, clusters = np.concatenate(pages, axis=1)

    def clusters_of(some: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        those: npt.NDArray[np.int64] = clusters[np.searchsorted(article_ids, some)]
        return those

    # An article that was indexed between the questions is in one answer only: it waits for the next trend.
    found, archived = (np.intersect1d(ids, article_ids, assume_unique=True) for ids in (found, archived))
    others = archived[~np.isin(clusters_of(archived), clusters_of(found))]
    together: list[int] = np.union1d(found, others).tolist()
    return found.tolist(), together
