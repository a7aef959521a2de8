"""What is recorded about an imported network, beside its files: enough to run and to check it without torch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.networks.alike_maps import proof
from visearch_desktop.methods.networks.listing import DESCRIPTOR, LOCAL_FEATURES

FORMAT = 1
MANIFEST, GRAPH, WEIGHTS, WHITENING = "network.json", "network.onnx", "weights.pth", "whitening.npz"
SHARED_WEIGHTS = "weights.safetensors"
"""In place of :data:`WEIGHTS` and :data:`WHITENING`, where the graph has no large tables but points into this file."""


@dataclass(frozen=True, slots=True)
class NetworkManifest:
    """The record of one imported network.

    Attributes:
        name: the network's, as listed and imported.
        described_by: the listed network whose preprocessing is used; the same name, or the one whose published file
            this is.
        architecture: of the convolutions.
        weights_sha256: of the file of weights, which is the one that was imported.
        graph_sha256: of the ONNX file.
        is_published: whether the weights are the published file.
        p: the exponent of GeM, one or one a channel.
        mean: see :class:`NetworkEntry`, as are ``std``, ``input_px``, ``scales``, ``padding`` and ``norm_eps``.
        whitening: "" for none, else where it comes from: "inside", "meta" or "folder".
        whitening_sha256: of its numbers.
        pooled_dimension: numbers before whitening.
        dimension: numbers in the final vector.
        known: what comes of the pictures of :func:`known_pictures`, by :func:`known_numbers`.
        kind: see :class:`NetworkEntry`.
        weights_file: name of the file of weights: :data:`WEIGHTS` or :data:`SHARED_WEIGHTS`.
        enlarges: whether photos smaller than ``input_px`` are made as large: so a thing looks the same in a small copy.
    """

    name: str
    described_by: str
    architecture: str
    weights_sha256: str
    graph_sha256: str
    is_published: bool
    p: tuple[float, ...]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    input_px: int
    scales: tuple[float, ...]
    padding: str
    norm_eps: float
    whitening: str
    whitening_sha256: str
    pooled_dimension: int
    dimension: int
    known: tuple[tuple[float, ...], ...]
    kind: str = DESCRIPTOR
    weights_file: str = WEIGHTS
    enlarges: bool = False
    format: int = FORMAT

    @property
    def is_whitened(self) -> bool:
        """Whether the network carries its own whitening."""
        return bool(self.whitening)

    @property
    def shares_weights(self) -> bool:
        """Whether graph and torch use the same file of weights."""
        return self.weights_file == SHARED_WEIGHTS

    @property
    def checksums(self) -> dict[str, str]:
        """SHA-256 of the files, by name, that it takes to run the network without torch."""
        return {GRAPH: self.graph_sha256} | ({SHARED_WEIGHTS: self.weights_sha256} if self.shares_weights else {})

    def facts(self, *, whitened: bool) -> dict[str, object]:
        """Everything that decides the vectors, JSON-able, for the descriptor's key."""
        names = ("architecture", "weights_sha256", "p", "mean", "std", "input_px", "scales", "padding", "norm_eps")
        facts: dict[str, object] = {name: getattr(self, name) for name in names}
        enlarged = {"enlarges": True} if self.enlarges else {}
        return {**facts, **enlarged, "whitening": self.whitening_sha256 if whitened else ""}

    @property
    def sha256(self) -> str:
        """Of all that is recorded, however the file lays it out; of a bundled network, the list knows it."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def write(self, folder: Path) -> None:
        """As ``network.json`` in the network's folder."""
        (folder / MANIFEST).write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")


def read_manifest(folder: Path) -> NetworkManifest | None:
    """The manifest in a network's folder; None where there is none of this format or a file it needs is missing."""
    try:
        record: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if record.get("format") != FORMAT:
            return None
        known = tuple(tuple(row) for row in record.pop("known"))
        lists: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in record.items()
        }
        manifest = NetworkManifest(**lists, known=known)
        return manifest if all((folder / name).is_file() for name in manifest.checksums) else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def known_pictures() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Two small pictures made from formulas, so that every device can be asked for vectors that are known."""
    pictures = []
    for height, width, waves in ((160, 224, 7), (224, 128, 11)):
        y, x = np.mgrid[0:height, 0:width].astype(np.float64)
        planes = [
            np.sin(x * waves / 40) * np.cos(y * waves / 55),
            np.sign(np.sin((x + 2 * y) * waves / 90)) * (y / height),
            np.cos(np.hypot(x - width / 3, y - height / 2) * waves / 30),
        ]
        pictures.append(np.stack([(127.5 + 120 * plane).round().astype(np.uint8) for plane in planes], axis=-1))
    first, second = pictures
    return first, second


def known_numbers(kind: str, outputs: Sequence[NDArray[np.float32]]) -> NDArray[np.float64]:
    """The numbers, of all that a network gives for a known picture, that are recorded and compared.

    Args:
        kind: of the network.
        outputs: what it gives.
    """
    return proof(outputs) if kind == LOCAL_FEATURES else np.asarray(outputs[-1], dtype=np.float64)
