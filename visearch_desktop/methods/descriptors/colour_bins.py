"""Joint colour histograms, compared by the chi-square distance or by their intersection, in three colour spaces."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import REGISTRY, Method
from visearch_desktop.core.vectors import Vector, to_bytes
from visearch_desktop.methods.descriptors.colour_spaces import SPACES, ColourSpace
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Source

CHI_SQUARE = (
    "J. Puzicha, T. Hofmann, J. M. Buhmann: Non-parametric Similarity Measures for Unsupervised Texture Segmentation "
    "and Image Retrieval, CVPR 1997"
)
COMPARISONS = {
    "chi2": ("chi-square", CHI_SQUARE),
    "intersection": ("intersection", "M. J. Swain, D. H. Ballard: Color Indexing, IJCV 1991"),
}


class ColourBins(Descriptor):
    """The share of each colour in a photo; the shares sum to 1.

    Args:
        space: in which colours are counted.
        comparison: "chi2" or "intersection".
    """

    version = 1
    source = Source.PIXELS
    working_px = 256

    def __init__(self, space: ColourSpace, comparison: str) -> None:
        self.name = f"colour_{space.name}_{comparison}"
        self.index = f"exact_{comparison}"
        self._space = space

    @property
    def parameters(self) -> Mapping[str, object]:
        """The bins and the size of the picture."""
        return {
            "space": self._space.name,
            "bins": self._space.bins,
            "ranges": self._space.ranges,
            "working_px": self.working_px,
        }

    def describe(self, item: NDArray[np.uint8]) -> Vector:
        """(D,) float32 that sum to 1, of (h, w, 3) uint8 RGB pixels."""
        return self._space.histogram(item)

    def pack(self, signature: Vector) -> bytes:
        """Square roots as float16: those of small shares keep their digits."""
        return to_bytes(np.sqrt(signature))

    def unpack(self, blob: bytes) -> Vector:
        """The shares, which sum to 1 again."""
        shares = np.square(np.frombuffer(blob, "<f2").astype(np.float64))
        return np.asarray(shares / max(shares.sum(), np.finfo(np.float64).tiny), np.float32)


for _space in SPACES:
    for _comparison, (_called, _paper) in COMPARISONS.items():
        REGISTRY.add(
            Method(
                name=f"colour_{_space.name}_{_comparison}",
                kind="descriptor",
                build=partial(ColourBins, _space, _comparison),
                source=_paper,
                title=f"Colours ({_space.title}, {_called})",
                summary=f"How much there is of each colour in {_space.title}, compared by {_called}; very cheap.",
            )
        )
