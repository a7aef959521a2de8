"""Exact search by the earth mover's distance: what it costs to turn one photo's colours into another's.

A signature is a few dominant colours with their shares. Y. Rubner, C. Tomasi, L. J. Guibas, "The Earth Mover's Distance
as a Metric for Image Retrieval", IJCV 2000; its section 5 has the bound that spares most of the comparisons.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.methods.indexes.exact import ExactIndex
from visearch_desktop.methods.indexes.index import Ids, Similarities, best_first

POINT = 4  # numbers: a share and three coordinates
SCALE = 20.0
"""The distance at which the similarity has fallen to 1/e; black to white is 100."""

BATCH = 256
SLACK = 0.01  # of a distance: for the rounding of the bound and of the solver


@register(
    name="exact_emd",
    kind="index",
    source="Y. Rubner, C. Tomasi, L. J. Guibas: The Earth Mover's Distance as a Metric for Image Retrieval, IJCV 2000",
    title="Exact, earth mover",
    summary="Compares the query's main colours with those of every photo by the work of turning one into the other.",
)
class ExactEmdIndex(ExactIndex):
    """Signatures of n points (share, x, y, z), flat; the shares sum to 1, unused points have none and come last.

    Their similarity is exp(−EMD / 20).
    """

    def compare(self, query: NDArray[Any], signatures: NDArray[Any]) -> Similarities:
        """(N,) similarities of a (4n,) query with (N, 4n) signatures; 0 for those without points."""
        distances = np.array([earth_movers_distance(query, other) for other in signatures], np.float64)
        return np.exp(-distances / SCALE).astype(np.float32)

    def search(self, query: NDArray[Any], k: int) -> tuple[Ids, Similarities]:
        """The k most alike, exactly; 0 or less is all.

        Two sets of points are no nearer than their centres of mass. So photos are compared in the order of that bound,
        until the bound of the next one is beyond the k-th distance found.
        """
        ids, signatures = self._filled()
        if k <= 0 or k >= len(ids) or not query.any():
            return super().search(query, k)
        bounds = np.linalg.norm(_centres(signatures) - _centres(query[None]), axis=1)
        order = np.argsort(bounds, kind="stable")
        highest = np.exp(-np.maximum(bounds[order] - SLACK, 0) / SCALE)  # similarity that each may still have
        found = np.empty(0, np.float32)
        while len(found) < len(order):
            if len(found) >= k and highest[len(found)] < np.partition(found, len(found) - k)[len(found) - k]:
                break
            batch = order[len(found) : len(found) + max(BATCH, k - len(found))]
            found = np.concatenate([found, self.compare(query, signatures[batch])])
        return best_first(found, ids[order[: len(found)]], k)


def earth_movers_distance(one: NDArray[Any], other: NDArray[Any]) -> float:
    """The least work that moves the shares of one signature onto the points of the other; Euclidean between points.

    Args:
        one: (4n,) as :class:`ExactEmdIndex` says.
        other: (4m,), likewise.

    Returns:
        The distance; inf where either has no points.
    """
    import cv2

    mine, theirs = _points(one), _points(other)
    if not len(mine) or not len(theirs):
        return float("inf")
    return float(cv2.EMD(mine, theirs, cv2.DIST_L2)[0])


def _points(signature: NDArray[Any]) -> NDArray[np.float32]:
    """(m, 4) the points that have a share."""
    points = signature.astype(np.float32, copy=False).reshape(-1, POINT)
    return np.ascontiguousarray(points[: np.count_nonzero(points[:, 0])])


def _centres(signatures: NDArray[Any]) -> NDArray[np.float32]:
    """(N, 3) centres of mass of (N, 4n) signatures."""
    points = signatures.reshape(len(signatures), -1, POINT)
    return np.asarray(np.einsum("np,npc->nc", points[:, :, 0], points[:, :, 1:]))
