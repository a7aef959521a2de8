"""Which way the edges run, in the whole photo and in its parts.

W. T. Freeman, M. Roth, "Orientation Histograms for Hand Gesture Recognition", 1995; the parts that overlap and are
larger and smaller are those of D. K. Park, Y. S. Jeon, C. S. Won, "Efficient Use of Local Edge Histogram Descriptor",
2000 (MPEG-7).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.core.vectors import Vector, normalise
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Source

CELLS, DIRECTIONS = 4, 8
LEAST_STEP = 4.0  # grey levels a px: below is noise


@register(
    name="edge_histogram",
    kind="descriptor",
    source="W. T. Freeman, M. Roth: Orientation Histograms for Hand Gesture Recognition, 1995; D. K. Park, Y. S. Jeon, "
    "C. S. Won: Efficient Use of Local Edge Histogram Descriptor, 2000",
    title="Edge directions",
    summary="Which way the edges run in each part of the photo; finds the same layout, blind to colours. Very cheap.",
)
class EdgeHistogram(Descriptor):
    """Strength of the edges by 8 directions in 30 parts: the whole, 4 rows, 4 columns, 5 quarters, 4 × 4 cells.

    Square-rooted, so that the dot product of two is a Hellinger similarity.
    """

    name = "edge_histogram"
    version = 1
    source = Source.PIXELS
    working_px = 256

    @property
    def parameters(self) -> Mapping[str, object]:
        """Cells, directions, what is noise, and the size of the picture."""
        return {
            "cells": CELLS,
            "directions": DIRECTIONS,
            "least_step": LEAST_STEP,
            "working_px": self.working_px,
        }

    def describe(self, item: NDArray[np.uint8]) -> Vector:
        """(240,) of (h, w, 3) uint8 RGB pixels; all zero where there are no edges."""
        local = cell_histograms(item)
        rows, columns, whole = local.sum(axis=1), local.sum(axis=0), local.sum(axis=(0, 1))
        quarters = [local[y : y + 2, x : x + 2].sum(axis=(0, 1)) for y, x in ((0, 0), (0, 2), (2, 0), (2, 2), (1, 1))]
        parts = np.concatenate([whole[None], rows, columns, quarters, local.reshape(-1, DIRECTIONS)])
        return normalise(np.sqrt(parts.ravel()))


def cell_histograms(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(4, 4, 8) summed strength of the edges in each cell by direction; one between two directions counts to both.

    The directions are 0°, 22.5°, … 157.5° of the brightness gradient: an edge and its negative are the same.

    Args:
        pixels: (h, w, 3) uint8 RGB.
    """
    import cv2

    grey = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY)
    x, y = (cv2.Sobel(grey, cv2.CV_32F, *order, scale=1 / 8) for order in ((1, 0), (0, 1)))
    strength, angle = cv2.cartToPolar(x, y)
    strength[strength < LEAST_STEP] = 0.0
    place = angle * (DIRECTIONS / np.pi)
    below = np.floor(place)
    upper = strength * (place - below)
    height, width = grey.shape
    cell = (np.arange(height) * CELLS // height)[:, None] * CELLS + (np.arange(width) * CELLS // width)[None]
    low = cell * DIRECTIONS + below.astype(np.int64) % DIRECTIONS
    high = cell * DIRECTIONS + (below.astype(np.int64) + 1) % DIRECTIONS
    size = CELLS * CELLS * DIRECTIONS
    counts = np.bincount(low.ravel(), (strength - upper).ravel(), size) + np.bincount(high.ravel(), upper.ravel(), size)
    return np.asarray(np.maximum(counts, 0.0)).reshape(CELLS, CELLS, DIRECTIONS)
