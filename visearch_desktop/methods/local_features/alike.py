"""ALIKE: a network that has learned where details are and how to tell them apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.core.vectors import descriptor_key, normalise
from visearch_desktop.methods.local_features import packing
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.keypoints import none
from visearch_desktop.methods.networks.alike_maps import AlikeMaps, pad_to_multiple
from visearch_desktop.methods.networks.input_size import fit_input
from visearch_desktop.methods.networks.running import NetworkRunner
from visearch_desktop.methods.networks.store import NetworkStore, default_folders

NETWORK = "alike_n"
NUMBERS = 128
LEAST_SCORE = 0.2
RADIUS_PX = 2
"""Two keypoints are farther apart than this, and one is refined within it."""
TEMPERATURE = 0.1
BORDER_PX = 4
SIZE_PX = 32.0
"""All keypoints have one size, the stride of the coarsest feature map: the network tells neither scale nor turn."""
STEP = 0.5 / 127
"""One level of a quantised descriptor: 8 bits reach ±0.5, which hardly a number of these unit vectors exceeds."""
ZERO_LEVEL = 128


class Alike:
    """Keypoints are the peaks of the network's score map, descriptors are sampled there (Zhao et al., 2022).

    Args:
        runner: of an imported network for local features.
        most: how many keypoints are kept.
    """

    name = "alike"

    def __init__(self, runner: NetworkRunner, most: int = 1000) -> None:
        self._runner, self._most = runner, most

    @property
    def key(self) -> str:
        """See :class:`LocalFeatureExtractor`."""
        facts = {
            "network": self._runner.manifest.facts(whitened=False),
            "most": self._most,
            "least": LEAST_SCORE,
            "radius": RADIUS_PX,
            "temperature": TEMPERATURE,
            "border": BORDER_PX,
            "size": SIZE_PX,
            "step": STEP,
        }
        return descriptor_key("alike", 1, facts)

    @property
    def working_px(self) -> int:
        """Longest side the photo is decoded to before it comes here."""
        return self._runner.manifest.input_px

    def extract(self, pixels: NDArray[np.uint8], width: int, height: int) -> LocalFeatures:
        """See :class:`LocalFeatureExtractor`; the descriptors are (N, 128) levels, see :func:`quantised`."""
        fitted = fit_input(pixels, self.working_px)
        maps = AlikeMaps.of_outputs(self._runner.outputs(pad_to_multiple(fitted)))
        found = peaks(maps.scores[: fitted.shape[0], : fitted.shape[1]], self._most)
        if len(found) == 0:
            return none(width, height, NUMBERS)
        points = found + offsets(maps.scores, found)
        scale = np.array([width / fitted.shape[1], height / fitted.shape[0]], dtype=np.float32)
        return LocalFeatures(
            points=((points + 0.5) * scale).astype(np.float32),
            sizes=np.full(len(points), SIZE_PX * float(scale.mean()), dtype=np.float32),
            angles_deg=np.zeros(len(points), dtype=np.float32),
            descriptors=quantised(maps.descriptors(points)),
            width=width,
            height=height,
        )

    def pack(self, features: LocalFeatures) -> bytes:
        """See :mod:`packing`: about 130 bytes a keypoint."""
        return packing.pack(features, bits=8)

    def unpack(self, blob: bytes) -> LocalFeatures:
        """Raises: ValueError: the blob was not made by :meth:`pack`."""
        return packing.unpack(blob, bits=8, numbers=NUMBERS)

    def comparable(self, features: LocalFeatures) -> NDArray[np.float32]:
        """(N, 128) float32 unit rows."""
        return normalise(features.descriptors.astype(np.float32) - ZERO_LEVEL)


@register(
    name="alike",
    kind="local_features",
    source="Zhao, Wu, Miao, Chen, Chen, Li, IEEE Transactions on Multimedia 2022, arXiv:2112.02906",
    title="ALIKE, learned details",
    summary="Finds corners and marks as a network has learned to, even in bad light; not in turned photos.",
    network=NETWORK,
)
def build_alike(network_folders: Sequence[Path] = (), device: str = "cpu", threads: int = 1) -> Alike:
    """ALIKE on the imported network.

    Args:
        network_folders: where networks are looked for, in order; none given: the default place.
        device: see :mod:`visearch_desktop.methods.networks.devices`.
        threads: of the processor, for one photo.
    Raises:
        NetworkMissingError: its weights are not on this computer.
    """
    folder = NetworkStore(network_folders or default_folders()).folder(NETWORK)
    return Alike(NetworkRunner(folder, device, threads))


def peaks(scores: NDArray[np.float32], most: int) -> NDArray[np.intp]:
    """(N, 2) x and y of the pixels with the highest score around them, the best first, equal ones in reading order.

    Args:
        scores: (h, w), 0…1.
        most: how many are kept.
    """
    import cv2

    window = np.ones((2 * RADIUS_PX + 1, 2 * RADIUS_PX + 1), dtype=np.uint8)
    highest = cv2.dilate(scores, window)
    inside = np.zeros(scores.shape, dtype=np.bool_)
    inside[BORDER_PX:-BORDER_PX, BORDER_PX:-BORDER_PX] = True
    y, x = np.nonzero((scores >= highest) & (scores > LEAST_SCORE) & inside)
    order = np.argsort(-scores[y, x], kind="stable")
    y, x = y[order], x[order]
    ranks = np.zeros(scores.shape, dtype=np.float32)  # of equal neighbours, only the first stays
    ranks[y, x] = np.arange(len(x), 0, -1)
    alone = ranks[y, x] >= cv2.dilate(ranks, window)[y, x]
    return np.asarray(np.column_stack([x, y])[alone][:most], dtype=np.intp)


def offsets(scores: NDArray[np.float32], found: NDArray[np.intp]) -> NDArray[np.float32]:
    """(N, 2) from each pixel to the peak between the pixels: the softmax-weighted mean of the places around it.

    Args:
        scores: (h, w).
        found: (N, 2) x and y, none nearer to the border than the radius.
    """
    reach = np.arange(-RADIUS_PX, RADIUS_PX + 1)
    patches = scores[found[:, 1, None, None] + reach[:, None], found[:, 0, None, None] + reach]
    weights = np.exp((patches - patches.max(axis=(1, 2), keepdims=True)) / TEMPERATURE)
    total = weights.sum(axis=(1, 2))
    x, y = (weights.sum(axis=1) @ reach) / total, (weights.sum(axis=2) @ reach) / total
    return np.column_stack([x, y]).astype(np.float32)


def quantised(rows: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(N, D) unit rows as levels 1…255, where 128 is zero."""
    return np.asarray(np.clip(np.rint(rows / STEP) + ZERO_LEVEL, 1, 255), dtype=np.uint8)
