"""How much there is of each colour: the cheapest descriptor, blind to shape."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.core.vectors import Vector, normalise
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Source

HUES, SATURATIONS, VALUES = 12, 6, 4


@register(
    name="colour_histogram",
    kind="descriptor",
    source="M. J. Swain, D. H. Ballard: Color Indexing, IJCV 1991; square roots: R. Arandjelović, A. Zisserman, "
    "Three things everyone should know to improve object retrieval, CVPR 2012",
    title="Colours",
    summary="How much there is of each colour; finds the same colours, not the same things. The cheapest.",
)
class ColourHistogram(Descriptor):
    """288 bins of hue, saturation and value, square-rooted: the dot product of two is their Hellinger similarity."""

    name = "colour_histogram"
    version = 1
    source = Source.PIXELS
    working_px = 256

    @property
    def parameters(self) -> Mapping[str, object]:
        """The bins and the size of the picture."""
        return {"bins": [HUES, SATURATIONS, VALUES], "working_px": self.working_px}

    def describe(self, item: NDArray[np.uint8]) -> Vector:
        """(288,) of (h, w, 3) uint8 RGB pixels."""
        import cv2

        hsv = cv2.cvtColor(np.ascontiguousarray(item), cv2.COLOR_RGB2HSV)
        counts = cv2.calcHist([hsv], [0, 1, 2], None, [HUES, SATURATIONS, VALUES], [0, 180, 0, 256, 0, 256])
        return normalise(np.sqrt(counts.ravel()))
