"""An imported network as a teacher: from pixels to its last feature map and the GeM vector of it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from visearch_desktop.methods.networks.checkpoint import read_checkpoint
from visearch_desktop.methods.networks.gem_network import GEM_FLOOR
from visearch_desktop.methods.networks.listing import NetworkEntry

Described = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Feature map (D, h, w), not negative, and GeM vector (D,) of unit length."""

Describe = Callable[[Sequence[NDArray[np.uint8]]], list[Described]]
"""Of some pictures, each (h, w, 3) uint8 RGB."""

TOGETHER = 16
"""Pictures of one size that are described at once."""


class TeacherNetwork(nn.Module):
    """``pixels`` (n, h, w, 3) uint8 -> ``cells`` (n, D, h', w') and ``pooled`` (n, D)."""

    def __init__(self, weights: Path, entry: NetworkEntry) -> None:
        """Reads the weights.

        Args:
            weights: of an imported network.
            entry: what the list of networks says of it.
        Raises:
            WeightsError: they do not fit.
        """
        super().__init__()
        checkpoint = read_checkpoint(weights, entry)
        self.backbone = checkpoint.backbone
        self.p = float(checkpoint.p.flat[0])
        self.register_buffer("mean", torch.tensor(checkpoint.mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(checkpoint.std).view(1, 3, 1, 1))
        self.eval().requires_grad_(requires_grad=False)

    def as_input(self, pixels: torch.Tensor) -> torch.Tensor:
        """(n, h, w, 3) uint8 -> (n, 3, h, w) float, as the backbone expects it."""
        return (pixels.permute(0, 3, 1, 2).float() / 255 - self.get_buffer("mean")) / self.get_buffer("std")

    def pool(self, cells: torch.Tensor) -> torch.Tensor:
        """GeM of (n, D, h', w'): (n, D) unit rows."""
        pooled = cells.float().clamp(min=GEM_FLOOR).pow(self.p).mean(dim=(2, 3)).pow(1 / self.p)
        return functional.normalize(pooled, dim=1, eps=GEM_FLOOR)

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """See the class."""
        cells = self.backbone(self.as_input(pixels)).clamp(min=0)
        return cells, self.pool(cells)


def frozen_in_bfloat16(network: nn.Module, device: str) -> Callable[[torch.Tensor], tuple[torch.Tensor, ...]]:
    """A network of ``pixels`` (n, h, w, 3) uint8 that learns no more, in bfloat16: a fraction of the time.

    Args:
        network: its statistics are used, not renewed.
        device: "cpu" or "cuda".
    """
    network = network.eval().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    half = torch.autocast(device, torch.bfloat16, cache_enabled=False)
    with torch.no_grad(), half, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # what is to come after it needs a compiler
        warnings.simplefilter("ignore", torch.jit.TracerWarning)  # type: ignore[attr-defined]  # the order of layer sizes is always the same
        example = torch.zeros(2, 64, 64, 3, dtype=torch.uint8, device=device)
        frozen = torch.jit.freeze(torch.jit.trace(network, example, check_trace=False))  # type: ignore[no-untyped-call]

    def compute(pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
        with torch.no_grad(), half:
            found: tuple[torch.Tensor, ...] = frozen(pixels)
        return found

    return compute


def open_teacher(weights: Path, entry: NetworkEntry, device: str) -> Describe:
    """A teacher on a device.

    Args:
        weights: of an imported network.
        entry: see :class:`TeacherNetwork`.
        device: "cpu" or "cuda".
    """
    compute = frozen_in_bfloat16(TeacherNetwork(weights, entry), device)

    def describe(pictures: Sequence[NDArray[np.uint8]]) -> list[Described]:
        found: dict[int, Described] = {}
        for numbers in _of_one_size(pictures):
            given = torch.from_numpy(np.stack([pictures[number] for number in numbers])).to(device)
            cells, pooled = (output.float().cpu().numpy() for output in compute(given))
            found.update(zip(numbers, zip(cells, pooled, strict=True), strict=True))
        return [found[number] for number in range(len(pictures))]

    return describe


def _of_one_size(pictures: Sequence[NDArray[np.uint8]]) -> list[list[int]]:
    """Numbers of pictures that can be stacked, so many as are described at once."""
    by_shape: dict[tuple[int, ...], list[int]] = {}
    for number, picture in enumerate(pictures):
        by_shape.setdefault(picture.shape, []).append(number)
    return [numbers[at : at + TOGETHER] for numbers in by_shape.values() for at in range(0, len(numbers), TOGETHER)]
