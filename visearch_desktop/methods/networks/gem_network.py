"""The whole computation of a GeM network as one torch module: preprocessing, convolutions, pooling, whitening, scales.

Radenović, Tolias, Chum: Fine-tuning CNN Image Retrieval with No Human Annotation, TPAMI 2018.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.vectors import Vector

if TYPE_CHECKING:
    import torch

GEM_FLOOR = 1e-6
WITHOUT_WHITENING: tuple[str, ...] = ("pooled",)
WITH_WHITENING: tuple[str, ...] = ("pooled", "vector")
WHOLE_POWERS = (1.0, 2.0, 3.0, 4.0)


@dataclass(frozen=True, slots=True)
class AffineWhitening:
    """A whitening as one layer: ``weight @ x + bias``, then unit length.

    Attributes:
        weight: (d, D) float32.
        bias: (d,) float32.
        per_scale: whether each scale is whitened before they are combined (a layer trained in the network), or their
            combination is (learned afterwards on the vectors).
    """

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    per_scale: bool

    @classmethod
    def of_projection(cls, mean: Vector, projection: NDArray[np.float32]) -> AffineWhitening:
        """From a mean (D,) and a projection (D, d), applied to what all scales gave."""
        weight = np.ascontiguousarray(projection.T, dtype=np.float32)
        return cls(weight, np.asarray(-(weight @ mean), dtype=np.float32), per_scale=False)


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """What happens before and between the layers; with the weights it decides every number that comes out."""

    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    input_px: int
    scales: tuple[float, ...] = (1.0,)


def build_gem_network(
    backbone: torch.nn.Module, p: NDArray[np.float32], preprocessing: Preprocessing, whitening: AffineWhitening | None
) -> torch.nn.Module:
    """A module from ``pixels`` (h, w, 3) uint8 to ``pooled`` (D,) and, with a whitening, ``vector`` (d,).

    Args:
        backbone: (1, 3, h, w) float -> (1, D, h', w') float, not negative.
        p: (1,) or (D,): the exponent of the generalised mean, one for all channels or one each.
        preprocessing: see there.
        whitening: see there.
    """
    import torch
    from torch.nn import functional

    whole = int(p.flat[0]) if p.size == 1 and float(p.flat[0]) in WHOLE_POWERS else 0

    class GemNetwork(torch.nn.Module):
        """See :func:`build_gem_network`."""

        gain: torch.Tensor
        shift: torch.Tensor
        p: torch.Tensor
        weight: torch.Tensor
        bias: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.backbone = backbone
            std = torch.tensor(preprocessing.std).view(1, 3, 1, 1)
            self.register_buffer("gain", 1 / (255 * std))
            self.register_buffer("shift", torch.tensor(preprocessing.mean).view(1, 3, 1, 1) / std)
            self.register_buffer("p", torch.tensor(p, dtype=torch.float32).flatten())
            if whitening is not None:
                self.register_buffer("weight", torch.tensor(whitening.weight))
                self.register_buffer("bias", torch.tensor(whitening.bias))

        def pool(self, picture: torch.Tensor) -> torch.Tensor:
            cells = self.backbone(picture)[0].clamp(min=GEM_FLOOR)
            powered = _power(cells, whole) if whole else cells.pow(self.p.view(-1, 1, 1))
            return functional.normalize(powered.mean(dim=(1, 2)).pow(1.0 / self.p), dim=0, eps=GEM_FLOOR)

        def whiten(self, vector: torch.Tensor) -> torch.Tensor:
            return functional.normalize(self.weight @ vector + self.bias, dim=0, eps=GEM_FLOOR)

        def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
            picture = pixels.permute(2, 0, 1).unsqueeze(0).to(torch.float32) * self.gain - self.shift
            sizes = [picture if scale == 1.0 else _scaled(picture, scale) for scale in preprocessing.scales]
            vectors = [self.pool(size) for size in sizes]
            pooled = _combined(vectors, self.p)
            if whitening is None:
                return (pooled,)
            if whitening.per_scale:
                return pooled, _combined([self.whiten(vector) for vector in vectors], None)
            return pooled, self.whiten(pooled)

    return GemNetwork().eval()


def _power(cells: torch.Tensor, whole: int) -> torch.Tensor:
    """A whole power by multiplying: a third of MobileNetV2's time would go into general powers."""
    powered = cells
    for _ in range(whole - 1):
        powered = powered * cells
    return powered


def _scaled(picture: torch.Tensor, scale: float) -> torch.Tensor:
    from torch.nn import functional

    return functional.interpolate(picture, scale_factor=scale, mode="bilinear", align_corners=False)


def _combined(vectors: list[torch.Tensor], p: torch.Tensor | None) -> torch.Tensor:
    """The generalised mean over scales, as over places; the plain mean where p is None (after whitening)."""
    import torch
    from torch.nn import functional

    if len(vectors) == 1:
        return vectors[0]
    stacked = torch.stack(vectors)
    mean = stacked.mean(dim=0) if p is None else stacked.pow(p).mean(dim=0).pow(1.0 / p)
    return functional.normalize(mean, dim=0, eps=GEM_FLOOR)
