"""A teacher that sees every view itself: its inner layers teach the student's inner layers, its cells the student's.

What it says is of the very pixels that the student sees, so that nothing of it is beyond the student. Romero et al.:
FitNets: Hints for Thin Deep Nets, ICLR 2015. Beyer et al.: Knowledge Distillation: A Good Teacher Is Patient and
Consistent, CVPR 2022.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from visearch_desktop.learning.student import inner_maps
from visearch_desktop.learning.teacher_network import TeacherNetwork, frozen_in_bfloat16
from visearch_desktop.learning.teachers import Lesson
from visearch_desktop.methods.networks.gem_network import GEM_FLOOR
from visearch_desktop.methods.networks.listing import NetworkEntry


class Hints(NamedTuple):
    """What the teacher says of n views.

    Attributes:
        inner: (n, d, h / s, w / s) for each stride s of :data:`student.INNER_STRIDES`.
        cells: (n, 128, h / 32, w / 32), in the basis of its lesson.
        descriptor: (n, 256) unit rows, whitened by half.
    """

    inner: tuple[torch.Tensor, ...]
    cells: torch.Tensor
    descriptor: torch.Tensor


class _Inside(nn.Module):
    """``pixels`` (n, h, w, 3) uint8 -> inner maps, cells and GeM vector."""

    def __init__(self, network: TeacherNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """See the class."""
        inner, cells = inner_maps(self.network.backbone.children(), self.network.as_input(pixels))
        cells = cells.clamp(min=0)
        return *inner, cells, self.network.pool(cells)


class HintTeacher:
    """An imported network on a device, frozen.

    Attributes:
        lesson: what it said of the photos.
        inner_channels: of the inner maps.
    """

    def __init__(self, weights: Path, entry: NetworkEntry, lesson: Lesson, device: torch.device) -> None:
        """Reads the weights.

        Args:
            weights: of an imported network.
            entry: what the list of networks says of it.
            lesson: what it said of the photos; its basis and whitening are used for the views.
            device: where it computes.
        """
        self.lesson, self._device = lesson, device
        self._compute = frozen_in_bfloat16(_Inside(TeacherNetwork(weights, entry)), device.type)
        self._cell_mean, self._cell_projection = (torch.from_numpy(part).to(device) for part in lesson.basis)
        self._mean, self._projection = (torch.from_numpy(part).to(device) for part in lesson.whitening)
        self.inner_channels = tuple(one.shape[1] for one in self.see(np.zeros((2, 64, 64, 3), np.uint8)).inner)

    def see(self, pixels: NDArray[np.uint8]) -> Hints:
        """What it says of (n, h, w, 3) uint8."""
        with torch.no_grad():
            *inner, cells, pooled = (one.float() for one in self._compute(torch.from_numpy(pixels).to(self._device)))
            reduced = torch.einsum("ndhw,dc->nchw", cells - self._cell_mean.view(1, -1, 1, 1), self._cell_projection)
            descriptor = functional.normalize((pooled - self._mean) @ self._projection, dim=1, eps=GEM_FLOOR)
        return Hints(tuple(inner), reduced, descriptor)
