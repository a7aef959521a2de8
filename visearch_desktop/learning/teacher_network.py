"""An imported network as a teacher: from pixels to its last feature map and the GeM vector of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from visearch_desktop.methods.networks.checkpoint import read_checkpoint
from visearch_desktop.methods.networks.devices import CPU
from visearch_desktop.methods.networks.export import export_onnx
from visearch_desktop.methods.networks.gem_network import GEM_FLOOR
from visearch_desktop.methods.networks.listing import NetworkEntry
from visearch_desktop.methods.networks.running import load_onnx

Described = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Feature map (D, h, w), not negative, and GeM vector (D,) of unit length."""

Describe = Callable[[Sequence[NDArray[np.uint8]]], list[Described]]
"""Of some pictures, each (h, w, 3) uint8 RGB."""

TOGETHER = 64
"""Pictures of one size that a graphics card is given at once."""


class TeacherNetwork(nn.Module):
    """``pixels`` (h, w, 3) uint8 -> ``cells`` (D, h', w') and ``pooled`` (D,); or n of each."""

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

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """See the class."""
        mean, std = self.get_buffer("mean"), self.get_buffer("std")
        pictures = pixels if pixels.ndim == 4 else pixels.unsqueeze(0)
        cells = self.backbone((pictures.permute(0, 3, 1, 2).float() / 255 - mean) / std).clamp(min=0)
        pooled = cells.clamp(min=GEM_FLOOR).pow(self.p).mean(dim=(2, 3)).pow(1 / self.p)
        pooled = functional.normalize(pooled, dim=1, eps=GEM_FLOOR)
        return (cells, pooled) if pixels.ndim == 4 else (cells[0], pooled[0])


def open_teacher(weights: Path, entry: NetworkEntry, device: str, threads: int, folder: Path) -> Describe:
    """A teacher on a device: in onnxruntime on the processor, which is the faster there, else in torch.

    Args:
        weights: of an imported network.
        entry: see :class:`TeacherNetwork`.
        device: "cpu" or "cuda".
        threads: of the processor.
        folder: where the graph is kept.
    """
    network = TeacherNetwork(weights, entry)
    if device == "cpu":
        graph = folder / "graph.onnx"
        export_onnx(network, graph, ("cells", "pooled"))
        compute = load_onnx(graph, CPU, threads)

        def by_onnx(pictures: Sequence[NDArray[np.uint8]]) -> list[Described]:
            return [(cells, pooled) for cells, pooled in map(compute, pictures)]

        return by_onnx
    network = network.to(device)

    def by_torch(pictures: Sequence[NDArray[np.uint8]]) -> list[Described]:
        found: dict[int, Described] = {}
        for numbers in _of_one_size(pictures):
            given = torch.from_numpy(np.stack([pictures[number] for number in numbers])).to(device)
            with torch.inference_mode():
                cells, pooled = (output.cpu().numpy() for output in network(given))
            found.update(zip(numbers, zip(cells, pooled, strict=True), strict=True))
        return [found[number] for number in range(len(pictures))]

    return by_torch


def _of_one_size(pictures: Sequence[NDArray[np.uint8]]) -> list[list[int]]:
    """Numbers of pictures that can be stacked, so many as a graphics card is given at once."""
    by_shape: dict[tuple[int, ...], list[int]] = {}
    for number, picture in enumerate(pictures):
        by_shape.setdefault(picture.shape, []).append(number)
    return [numbers[at : at + TOGETHER] for numbers in by_shape.values() for at in range(0, len(numbers), TOGETHER)]
