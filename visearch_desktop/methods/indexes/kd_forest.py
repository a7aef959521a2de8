"""Randomised k-d forest on the local features of all photos: each feature of the query votes for the nearest ones.

Silpa-Anan, Hartley, "Optimised KD-trees for fast image descriptor matching", CVPR 2008; Muja, Lowe, "Fast approximate
nearest neighbors with automatic algorithm configuration", VISAPP 2009. Votes are weighed by distance relative to the
background as in McCann, Lowe, "Local naive Bayes nearest neighbor for image classification", CVPR 2012.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.methods.indexes.index import Ids, Similarities, best_first
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor

TREES = 4
CHECKS = 48
NEIGHBOURS = 10
MOST_ROWS = 1_000_000
SEED = 7
KD_TREE = 1  # FLANN_INDEX_KDTREE, which OpenCV's Python module does not name

Signature = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Forest:
    """The features of all photos, by ascending id.

    Attributes:
        ids: (P,) photos.
        counts: (P,) features of each.
        owner: (R,) the photo of each feature, as a position in ``ids``.
        rows: (R, D) the features; FLANN reads them wherever they lie, so they must stay alive.
        trees: FLANN's index of them; None where there are none.
    """

    ids: Ids
    counts: NDArray[np.int64]
    owner: NDArray[np.int64]
    rows: NDArray[np.float32]
    trees: Any


@register(
    name="kd_forest",
    kind="index",
    source="Silpa-Anan and Hartley, CVPR 2008; Muja and Lowe, VISAPP 2009; McCann and Lowe, CVPR 2012",
    title="k-d forest",
    summary="Looks up each detail of the query among all details of all photos, in trees; half a kilobyte each.",
)
class KdForestIndex:
    """Photos by the votes of local features; the trees are built by the first search after a change.

    The trees are grown from the features in the order of the photos' ids with a fixed seed, so the order of adding
    changes nothing. FLANN draws from OpenCV's generator of the thread that builds, and not at all when searching.

    Args:
        dimension: of no meaning: packed features differ in length.
        extractor: made the features, unpacks them and says how they are compared.
        most: so many features of a photo are used, the strongest; fewer in a library with over a million of them.
        most_rows: features in the forest; a million take half a gigabyte.
    """

    def __init__(
        self, dimension: int = 0, *, extractor: LocalFeatureExtractor, most: int = 500, most_rows: int = MOST_ROWS
    ) -> None:
        self.dimension = dimension
        self._extractor, self._most, self._most_rows = extractor, most, most_rows
        self._changing, self._searching = threading.Lock(), threading.Lock()
        self._packed: dict[int, Signature] = {}
        self._forest: _Forest | None = None

    def __len__(self) -> int:
        return len(self._packed)

    def ids(self) -> Ids:
        """(N,) ascending."""
        with self._changing:
            return np.array(sorted(self._packed), np.int64)

    def add(self, signatures: Sequence[Signature], ids: Ids) -> None:
        """Add N packed local features (uint8, each of its own length) under (N,) new ids.

        Raises:
            ValueError: an id is there already.
        """
        new = {int(photo_id): signature for photo_id, signature in zip(ids, signatures, strict=True)}
        with self._changing:
            if len(new) != len(ids) or new.keys() & self._packed.keys():
                raise ValueError("an id is added twice")
            self._packed = {**self._packed, **new}
            self._forest = None

    def remove(self, ids: Ids) -> None:
        """Take ids out; those that are not in it are passed over."""
        gone = set(map(int, ids))
        with self._changing:
            if gone & self._packed.keys():
                self._packed = {photo_id: packed for photo_id, packed in self._packed.items() if photo_id not in gone}
                self._forest = None

    def search(self, query: Signature, k: int) -> tuple[Ids, Similarities]:
        """The k photos with the most votes, 0 or less is all; 1 is the very same photo.

        A feature votes for the photos of its nearest neighbours, once for each, by how much nearer they are than the
        nearest that has no vote; a photo counts one vote for each of its features. The sum is divided by the root of
        the number of the query's features and of that of the photo's.
        """
        with self._searching:  # FLANN keeps its heap of branches between searches
            forest = self._grown()
            rows = self._rows(query, self._most)
            if forest.trees is None or not len(rows):
                return best_first(np.zeros(len(forest.ids), np.float32), forest.ids, k)
            nearest, votes = _neighbours(forest, rows)
        return best_first(_tally(forest, nearest, votes), forest.ids, k)

    def _rows(self, packed: Signature, most: int) -> NDArray[np.float32]:
        """(N, D) comparable local features, N <= most."""
        if not len(packed):
            return np.empty((0, 0), np.float32)
        features = self._extractor.unpack(packed.tobytes())
        return self._extractor.comparable(features.only(np.arange(min(most, len(features)))))

    def _grown(self) -> _Forest:
        """The forest of what is in it now; grown by whoever comes first."""
        with self._changing:
            packed, forest = self._packed, self._forest
        if forest is None:
            forest = self._grow(packed)
            with self._changing:
                if packed is self._packed:
                    self._forest = forest
        return forest

    def _grow(self, packed: dict[int, Signature]) -> _Forest:
        import cv2

        ids = np.array(sorted(packed), np.int64)
        most = min(self._most, max(1, self._most_rows // max(1, len(ids))))
        blocks = [self._rows(packed[photo_id], most) for photo_id in ids.tolist()]
        counts = np.array([len(block) for block in blocks], np.int64)
        owner = np.repeat(np.arange(len(ids)), counts)
        if not len(owner):
            return _Forest(ids, counts, owner, np.empty((0, 0), np.float32), None)
        rows = np.concatenate([block for block in blocks if len(block)])
        cv2.setRNGSeed(SEED)
        trees = cv2.flann.Index(rows, {"algorithm": KD_TREE, "trees": TREES})
        return _Forest(ids, counts, owner, rows, trees)


def _neighbours(forest: _Forest, rows: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """(N, k) the rows nearest to each of N features, nearest first, and their votes in 0…1."""
    count = min(NEIGHBOURS + 1, len(forest.rows))
    found, squared = forest.trees.knnSearch(rows, count, params={"checks": CHECKS})
    found, squared = found.astype(np.int64), np.maximum(squared, 0)
    voters = max(1, count - 1)
    background = squared[:, -1:]
    votes = np.where(background > 0, 1 - squared[:, :voters] / np.where(background > 0, background, 1), 1)
    return found[:, :voters], np.where(found[:, :voters] >= 0, votes, 0).astype(np.float32)


def _tally(forest: _Forest, nearest: NDArray[np.int64], votes: NDArray[np.float32]) -> Similarities:
    """(P,) similarities of all photos from (N, k) votes."""
    photos = len(forest.ids)
    voter = np.repeat(np.arange(len(nearest)), nearest.shape[1])
    row, vote = nearest.ravel(), votes.ravel()
    one_each = _best_of_each(voter * photos + forest.owner[row], vote)
    kept = one_each[_best_of_each(row[one_each], vote[one_each])]
    sums = np.bincount(forest.owner[row[kept]], weights=vote[kept], minlength=photos)
    return np.asarray(sums / np.sqrt(np.maximum(forest.counts, 1) * len(nearest)), np.float32)


def _best_of_each(group: NDArray[np.int64], vote: NDArray[np.float32]) -> NDArray[np.intp]:
    """Positions of the greatest vote of each group, the first of equal ones."""
    order = np.lexsort((-vote, group))
    first = np.r_[True, group[order][1:] != group[order][:-1]]
    return order[first]
