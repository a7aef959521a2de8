"""The features of a query picture and what an index is asked with for any of them: words are looked up once for each.

While a box is dragged over a picture most features that are in it were in it before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.indexes.local.rows import QueryRows
from visearch_desktop.methods.local_features.features import LocalFeatures


class AskedFeatures:
    """May be used by any thread.

    Args:
        features: all of the picture.
        ask: gives the rows of some of them, in their order, each by itself.
    """

    def __init__(self, features: LocalFeatures, ask: Callable[[LocalFeatures], QueryRows]) -> None:
        self.features, self._ask = features, ask
        self._place = np.full(len(features), -1, dtype=np.int64)
        self._known = ask(features.only(np.zeros(0, np.intp)))
        self._looking = threading.Lock()

    def rows(self, chosen: NDArray[np.intp]) -> QueryRows:
        """What the index is asked with for features at (Q,) places, in that order."""
        with self._looking:
            new = chosen[self._place[chosen] < 0]
            if len(new):
                found = self._ask(self.features.only(new))
                self._place[new] = len(self._known) + np.arange(len(new))
                self._known = self._known.with_more(found)
            return self._known.only(self._place[chosen])
