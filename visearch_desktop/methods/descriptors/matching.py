"""A photo's own local features as its signature: two photos are as alike as their details match, pair by pair."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from visearch_desktop.core.registry import REGISTRY, Method
from visearch_desktop.methods.descriptors.descriptor import ByteDescriptor, Signature, Source
from visearch_desktop.methods.local_features.build import build_extractor
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.methods.local_features.features import LocalFeatures

MOST = 400
MOST_OF_BITS = 300
"""Of ORB and AKAZE: the time of a pair goes with the length of the rows, and theirs are two to four times as long."""
GEOMETRY = "Philbin, Chum, Isard, Sivic, Zisserman, CVPR 2007"


class Matching(ByteDescriptor):
    """The strongest features of a photo, packed; the index "pairwise" matches the query's with every photo's.

    The slow reference that quick methods are measured against: nothing is aggregated, no photo is passed over.

    Args:
        extractor: what makes the features.
        most: how many of a photo's features are matched, the strongest.
    """

    source = Source.LOCAL_FEATURES
    index = "pairwise"
    extractor: LocalFeatureExtractor

    def __init__(self, extractor: LocalFeatureExtractor, most: int = MOST) -> None:
        self.name, self.extractor, self._most = f"matching_{extractor.name}", extractor, most

    @property
    def parameters(self) -> Mapping[str, object]:
        """The features and how many of them."""
        return {"features": self.extractor.key, "most": self._most}

    @property
    def index_options(self) -> Mapping[str, Any]:
        """What the index needs to read the signatures."""
        return {"extractor": self.extractor, "most": self._most}

    def describe(self, item: LocalFeatures) -> Signature:
        """(B,) uint8: the strongest features as bytes; empty where there are none."""
        if not len(item):
            return np.zeros(0, dtype=np.uint8)
        return self.unpack(self.extractor.pack(item.only(np.arange(min(self._most, len(item))))))


def _register(features: str, title: str, kinds: str, source: str, network: str = "", most: int = MOST) -> None:
    REGISTRY.add(
        Method(
            name=f"matching_{features}",
            kind="descriptor",
            build=_builder(features, most),
            source=f"{source}; {GEOMETRY}",
            title=f"Every pair of photos ({title})",
            summary=f"Matches {kinds} with those of every photo, one by one: sure, and far too slow for many photos.",
            network=network,
        )
    )


def _builder(features: str, most: int) -> Callable[..., Matching]:
    def build(**options: Any) -> Matching:
        return Matching(build_extractor(features, **options), most)

    return build


_register("sift", "SIFT", "blobs and the edges around them", "Lowe, IJCV 2004")
_register("rootsift", "RootSIFT", "blobs and the edges around them", "Arandjelović and Zisserman, CVPR 2012")
_register("orb", "ORB", "corners", "Rublee, Rabaud, Konolige, Bradski, ICCV 2011", most=MOST_OF_BITS)
_register("akaze", "AKAZE", "blobs with sharp edges", "Alcantarilla, Nuevo, Bartoli, BMVC 2013", most=MOST_OF_BITS)
_register("mser", "MSER", "areas that stand out", "Matas, Chum, Urban, Pajdla, BMVC 2002")
_register("harris_laplace", "Harris–Laplace", "corners of every size", "Mikolajczyk, Schmid, IJCV 2004")
_register("alike", "ALIKE", "details a network was taught", "Zhao et al., IEEE TMM 2022", network="alike_n")
