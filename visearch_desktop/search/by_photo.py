"""Values that are known of some photos, for any photos."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.floating[Any])


def of_photos(known: NDArray[np.int64], values: NDArray[Number], ids: NDArray[np.int64]) -> NDArray[Number]:
    """(M,) the value of each photo; 0 for those that are not known.

    Args:
        known: (N,) ids, in any order.
        values: (N,) of these.
        ids: (M,) of any photos.
    """
    if not len(known):
        return np.zeros(len(ids), dtype=values.dtype)
    order = np.argsort(known)
    at = np.minimum(np.searchsorted(known[order], ids), len(known) - 1)
    return np.where(known[order][at] == ids, values[order][at], values.dtype.type(0))
