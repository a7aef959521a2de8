"""The first answer for a box, from what is at hand: none of its pixels is looked at, no photo compared as a whole."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from visearch_desktop.core.usual import Usual
from visearch_desktop.search.candidates import Candidates, with_looks
from visearch_desktop.search.details import InDetail, worth
from visearch_desktop.search.regions import LookAlikes


def quick_candidates(in_detail: Sequence[InDetail], looks: LookAlikes, k: int) -> Candidates | None:
    """The photos that share details with a box or have a region that looks like it, best first.

    They stand in the order that :func:`visearch_desktop.search.candidates.candidates` gives them, but for photos that
    it tells apart by how alike they are as a whole. That is not known; the likeness of the best region stands for it.

    Args:
        in_detail: what the local index found.
        looks: what the regions of the library found.
        k: how many photos are wanted; 0 or less is all of them.
    Returns:
        None where fewer than ``k`` are known.
    """
    ids = np.unique(np.concatenate([looks.ids, *(answer.found.ids for answer in in_detail)]))
    if not 0 < k <= len(ids):
        return None
    zeros = np.zeros(len(ids))
    found = Candidates(
        ids, looks.similarities_of(ids), zeros, zeros.astype(np.float32), Usual(), zeros.astype(np.int64),
        worth(in_detail, ids), looks.evidence_of(ids), {},
    )  # fmt: skip
    found = with_looks(found, in_detail, looks)
    return found.only(np.lexsort((found.ids, -found.scores)))
