"""A few dominant colours with their shares, compared by the earth mover's distance, in three colour spaces.

Y. Rubner, C. Tomasi, L. J. Guibas, "The Earth Mover's Distance as a Metric for Image Retrieval", IJCV 2000. Clusters
are split where they spread most, as in X. Wu, "Efficient Statistical Computations for Optimal Color Quantization",
Graphics Gems II, 1991, and then settled by k-means: no chance is in it, and a turned photo gives the same colours.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import REGISTRY, Method
from visearch_desktop.core.vectors import Vector
from visearch_desktop.methods.descriptors.colour_spaces import SPACES, ColourSpace
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Source

COLOURS = 12
LEVELS = 16  # of each channel, where pixels of nearly one colour are gathered before they are clustered
LEAST_SPREAD = 1.0  # squared distance; a cluster that spreads less is one colour
ROUNDS = 8


class DominantColours(Descriptor):
    """Up to 12 colours of a photo, largest share first: 12 × (share, x, y, z), flat; unused ones are zero.

    Args:
        space: in which colours are points.
    """

    version = 1
    source = Source.PIXELS
    working_px = 256
    index = "exact_emd"

    def __init__(self, space: ColourSpace) -> None:
        self.name = f"colour_{space.name}_emd"
        self._space = space

    @property
    def parameters(self) -> Mapping[str, object]:
        """What decides on the colours."""
        return {
            "space": self._space.name,
            "colours": COLOURS,
            "levels": LEVELS,
            "least_spread": LEAST_SPREAD,
            "rounds": ROUNDS,
            "working_px": self.working_px,
        }

    def describe(self, item: NDArray[np.uint8]) -> Vector:
        """(48,) float32 of (h, w, 3) uint8 RGB pixels; the shares sum to 1."""
        colours, shares = gathered(item)
        points = self._space.points(colours).astype(np.float64)
        labels = settled(points, shares, split(points, shares))
        clusters = np.zeros((COLOURS, 4))
        clusters[:, 0] = np.bincount(labels, shares, COLOURS)
        clusters[:, 1:] = _centres(points, shares, labels)
        return clusters[np.lexsort((*clusters[:, :0:-1].T, -clusters[:, 0]))].ravel().astype(np.float32)

    def pack(self, signature: Vector) -> bytes:
        """Little-endian float16, 96 bytes."""
        return signature.astype("<f2").tobytes()

    def unpack(self, blob: bytes) -> Vector:
        """(48,) float32; the shares sum to 1 again."""
        clusters = np.frombuffer(blob, "<f2").astype(np.float32).reshape(-1, 4)
        clusters[:, 0] /= clusters[:, 0].sum() or 1.0
        return clusters.ravel()


def gathered(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pixels of nearly one colour as one: their mean RGB, (N, 3) of 0…1, and their shares, (N,)."""
    rgb = np.ascontiguousarray(pixels).reshape(-1, 3)
    steps = (rgb // (256 // LEVELS)).astype(np.int32)
    places = (steps[:, 0] * LEVELS + steps[:, 1]) * LEVELS + steps[:, 2]
    counts = np.bincount(places, minlength=LEVELS**3)
    filled = np.flatnonzero(counts)
    sums = [np.bincount(places, rgb[:, channel], LEVELS**3)[filled] for channel in range(3)]
    return np.stack(sums, axis=1) / (255.0 * counts[filled, None]), counts[filled] / len(rgb)


def split(points: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.intp]:
    """(N,) labels below 12: again and again the cluster that spreads most is cut at its mean, across its widest axis.

    Args:
        points: (N, 3).
        shares: (N,) their weights.
    """
    labels = np.zeros(len(points), np.intp)
    for new in range(1, COLOURS):
        weights = np.bincount(labels, shares, new)
        means = _centres(points, shares, labels)[:new]
        spreads = np.stack(
            [np.bincount(labels, shares * (points[:, axis] - means[labels, axis]) ** 2, new) for axis in range(3)]
        )
        can_be_cut = spreads.sum(axis=0) > LEAST_SPREAD * weights
        if not can_be_cut.any():
            break
        widest = int(np.where(can_be_cut, spreads.sum(axis=0), 0).argmax())
        axis = int(spreads[:, widest].argmax())
        labels[(labels == widest) & (points[:, axis] > means[widest, axis])] = new
    return labels


def settled(points: NDArray[np.float64], shares: NDArray[np.float64], labels: NDArray[np.intp]) -> NDArray[np.intp]:
    """(N,) labels after a few rounds of k-means from the labels given; a cluster that empties stays so."""
    for _ in range(ROUNDS):
        centres = _centres(points, shares, labels)
        centres[np.bincount(labels, minlength=COLOURS) == 0] = np.inf
        apart = ((points[:, None] - centres) ** 2).sum(axis=2)
        nearest = apart.argmin(axis=1)
        if np.array_equal(nearest, labels):
            break
        labels = nearest
    return labels


def _centres(points: NDArray[np.float64], shares: NDArray[np.float64], labels: NDArray[np.intp]) -> NDArray[np.float64]:
    """(12, 3) weighted means of the clusters, zero for those without points."""
    weights = np.bincount(labels, shares, COLOURS)
    sums = np.stack([np.bincount(labels, shares * points[:, axis], COLOURS) for axis in range(3)], axis=1)
    return np.asarray(sums / np.where(weights > 0, weights, 1.0)[:, None])


for _space in SPACES:
    REGISTRY.add(
        Method(
            name=f"colour_{_space.name}_emd",
            kind="descriptor",
            build=partial(DominantColours, _space),
            source="Y. Rubner, C. Tomasi, L. J. Guibas: The Earth Mover's Distance as a Metric for Image Retrieval, "
            "IJCV 2000",
            title=f"Colours ({_space.title}, earth mover)",
            summary=f"The dominant colours in {_space.title}, compared by how far they would have to change; near "
            "colours count as near.",
        )
    )
