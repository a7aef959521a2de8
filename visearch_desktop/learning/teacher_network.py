"""An imported network as a teacher: from pixels to its last feature map and the GeM vector of it."""

from __future__ import annotations

from collections.abc import Callable
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
from visearch_desktop.methods.networks.input_size import fit_input
from visearch_desktop.methods.networks.listing import NetworkEntry
from visearch_desktop.methods.networks.running import load_onnx

Described = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Feature map (D, h, w), not negative, and GeM vector (D,) of unit length."""

Describe = Callable[[NDArray[np.uint8]], Described]
"""Of (h, w, 3) uint8 RGB."""

CHUNK_PX = 480
"""A side that no teacher's picture has: what is larger is made smaller first."""


class TeacherNetwork(nn.Module):
    """``pixels`` (h, w, 3) uint8 -> ``cells`` (D, h', w') and ``pooled`` (D,)."""

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
        picture = (pixels.permute(2, 0, 1).unsqueeze(0).float() / 255 - mean) / std
        cells = self.backbone(picture)[0].clamp(min=0)
        pooled = cells.clamp(min=GEM_FLOOR).pow(self.p).mean(dim=(1, 2)).pow(1 / self.p)
        return cells, functional.normalize(pooled, dim=0, eps=GEM_FLOOR)


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

        def by_onnx(pixels: NDArray[np.uint8]) -> Described:
            cells, pooled = compute(fit_input(pixels, CHUNK_PX))
            return cells, pooled

        return by_onnx
    network = network.to(device)

    def by_torch(pixels: NDArray[np.uint8]) -> Described:
        with torch.inference_mode():
            cells, pooled = network(torch.from_numpy(fit_input(pixels, CHUNK_PX)).to(device))
        return cells.cpu().numpy(), pooled.cpu().numpy()

    return by_torch
