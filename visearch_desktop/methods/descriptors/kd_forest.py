"""A photo's local features as they are, looked up among those of all photos by a randomised k-d forest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.methods.descriptors.descriptor import ByteDescriptor, Source
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.rootsift import RootSift

MOST = 500


@register(
    name="kd_forest",
    kind="descriptor",
    source="Silpa-Anan and Hartley, CVPR 2008; Muja and Lowe, VISAPP 2009",
    title="Details, each by itself (k-d forest)",
    summary="Looks up each detail among all details of all photos; finds the same thing in another place and size, "
    "at 24 kB a photo and some tens of milliseconds a search.",
)
class KdForest(ByteDescriptor):
    """The 500 strongest local features, packed; compared by the index "kd_forest"."""

    name = "kd_forest"
    version = 1
    source = Source.LOCAL_FEATURES
    extractor = RootSift()
    index = "kd_forest"

    @property
    def parameters(self) -> Mapping[str, object]:
        """The features and how many of them."""
        return {"features": self.extractor.key, "most": MOST}

    @property
    def index_options(self) -> Mapping[str, Any]:
        """What unpacks the features, and how many are looked up."""
        return {"extractor": self.extractor, "most": MOST}

    def describe(self, item: LocalFeatures) -> NDArray[np.uint8]:
        """The strongest features as bytes, see :meth:`LocalFeatureExtractor.pack`; empty where there are none."""
        if not len(item):
            return np.empty(0, np.uint8)
        strongest = item.only(np.arange(min(MOST, len(item))))
        return np.frombuffer(self.extractor.pack(strongest), np.uint8)
