"""An approximate index that stands in for comparing a query with every vector of a gallery, and its files."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.errors import IndexDamagedError
from visearch_desktop.core.sentences import sentence
from visearch_desktop.core.vectors import Vector
from visearch_desktop.library.control import Control
from visearch_desktop.methods.indexes import manifest
from visearch_desktop.methods.indexes.build import approximate_index
from visearch_desktop.methods.indexes.exact import ExactIndex
from visearch_desktop.methods.indexes.index import ApproximateIndex

log = logging.getLogger(__name__)

BATCH = 256
MOST_DEAD = 0.2


class StandIn:
    """One approximate index of one gallery; the gallery sees to it that only one thread changes it.

    Args:
        name: of the approximate index.
        key: of the descriptor.
        folder: where its files lie.
        above: it is wanted where there are more vectors than this.
    """

    def __init__(self, name: str, key: str, folder: Path, above: int) -> None:
        self.name, self._key, self._above = name, key, above
        self._path = folder / f"{hashlib.sha256(f'{key} {name}'.encode()).hexdigest()[:24]}.json"
        self._index: ApproximateIndex | None = None

    @property
    def is_there(self) -> bool:
        """Whether it can be asked."""
        return self._index is not None

    def is_wanted(self, exact: ExactIndex) -> bool:
        """Whether there are so many vectors that comparing with all of them is too slow."""
        return len(exact) > self._above

    @property
    def size_bytes(self) -> int:
        """Of its files."""
        return sum(file.stat().st_size for file in self._path.parent.glob(f"{self._path.stem}.*"))

    def propose(self, vector: Vector, k: int) -> NDArray[np.int64]:
        """At most ``k`` ids that are probably among the most alike."""
        assert self._index is not None
        return self._index.search(vector, k)[0]

    def open(self, exact: ExactIndex) -> str:
        """Load its files if it is wanted and they are sound; a sentence if they were not, else ""."""
        if self._index is not None or not self.is_wanted(exact):
            return ""
        try:
            self._index = approximate_index(self.name).load(self._path, self._key, exact.dimension)
        except FileNotFoundError:
            return ""
        except IndexDamagedError as error:
            log.warning("%s", error)
            self.delete()
            return sentence(error)
        self.follow(exact)
        return ""

    def prepare(self, exact: ExactIndex, control: Control) -> None:
        """Build it if it is not there, or has become slow.

        Raises:
            Cancelled: it is as it was.
        """
        if self._index is None or self._index.dead_share > MOST_DEAD:
            index = approximate_index(self.name)(exact.dimension)
            _add(index, exact, exact.ids(), control)
            self._index = index

    def follow(self, exact: ExactIndex) -> None:
        """Take in what came and went, if it is there."""
        if self._index is not None:
            have, wanted = self._index.ids(), exact.ids()
            self._index.remove(np.setdiff1d(have, wanted))
            _add(self._index, exact, np.setdiff1d(wanted, have), Control())

    def save(self, exact: ExactIndex) -> None:
        """Write it, in step with the vectors."""
        self.follow(exact)
        assert self._index is not None
        self._index.save(self._path, self._key)

    def delete(self) -> None:
        """Forget it and its files."""
        self._index = None
        manifest.delete(self._path)


def _add(index: ApproximateIndex, exact: ExactIndex, ids: NDArray[np.int64], control: Control) -> None:
    for start in range(0, len(ids), BATCH):
        control.check()
        chosen = ids[start : start + BATCH]
        index.add(exact.rows(chosen), chosen)
