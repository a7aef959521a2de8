"""The compact network: convolutions of torchvision from random weights, GeM with a learned exponent, one linear layer.

The computation is that of :mod:`visearch_desktop.methods.networks.gem_network`, for batches and with gradients.
Radenović, Tolias, Chum: Fine-tuning CNN Image Retrieval with No Human Annotation, TPAMI 2018.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from visearch_desktop.core.errors import UsageError
from visearch_desktop.learning.recipe import ARCHITECTURE
from visearch_desktop.methods.networks.backbones import CHANNELS, build_backbone
from visearch_desktop.methods.networks.gem_network import GEM_FLOOR
from visearch_desktop.methods.networks.manifest import SHARED_WEIGHTS
from visearch_desktop.methods.networks.tensor_file import read_tensors

NORM_EPS, NORM_MOMENTUM = 1e-3, 0.05
DIMENSION = 256
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
CELL_PX = 32
INNER_STRIDES = (4, 8, 16)
FIRST_P, LEAST_P, MOST_P = 3.0, 3.0, 8.0
"""Of GeM. Views are small, and an exponent learned freely on their few cells becomes too low for whole photos: trained
down to 1.2, a student found more with 3 or 4 (``packaging/bundled_network.py select --p``)."""


class Seen(NamedTuple):
    """What the student makes of n pictures.

    Attributes:
        cells: (n, D, h / 32, w / 32) feature map.
        pooled: (n, D) unit rows.
        projected: (n, 256) after the linear layer.
        descriptor: (n, 256) unit rows.
        inner: (n, d, h / s, w / s) for each stride s of :data:`INNER_STRIDES`: the last layer of that size.
    """

    cells: torch.Tensor
    pooled: torch.Tensor
    projected: torch.Tensor
    descriptor: torch.Tensor
    inner: tuple[torch.Tensor, ...]


class Student(nn.Module):
    """See the module; ``forward`` takes (n, 3, h, w) of :func:`as_input`."""

    def __init__(self, architecture: str = ARCHITECTURE, dimension: int = DIMENSION) -> None:
        """Random weights, of torch's own generator.

        Args:
            architecture: a key of :data:`CHANNELS`.
            dimension: numbers in the descriptor.
        """
        super().__init__()
        self.architecture = architecture
        self.features = build_backbone(architecture, NORM_EPS).train()
        for module in self.features.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = NORM_MOMENTUM
            elif isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out")
        self.p = nn.Parameter(torch.tensor([FIRST_P]))
        self.whiten = nn.Linear(CHANNELS[architecture], dimension)

    @property
    def channels(self) -> int:
        """Of the feature map."""
        return CHANNELS[self.architecture]

    @property
    def inner_channels(self) -> tuple[int, ...]:
        """Of the inner maps."""
        was_training = self.training
        with torch.no_grad():
            inner, _ = inner_maps(self.eval().features, torch.zeros(1, 3, 2 * CELL_PX, 2 * CELL_PX))
        self.train(was_training)
        return tuple(one.shape[1] for one in inner)

    def begin_as(self, finished: Path) -> None:
        """Take the weights of a network that was finished by an earlier run, but for the last layer.

        Raises:
            UsageError: the folder holds no such network, or one of another architecture.
        """
        try:
            tables, _ = read_tensors(finished / SHARED_WEIGHTS)
            mine = {name.removeprefix("features."): torch.from_numpy(table.astype(np.float32))
                    for name, table in tables.items() if name.startswith("features.")}  # fmt: skip
            missing, unknown = self.features.load_state_dict(mine, strict=False)
            if unknown or any(not name.endswith("num_batches_tracked") for name in missing):
                raise ValueError("other layers")
        except (OSError, ValueError, RuntimeError) as error:
            sentence = f"“{finished}” holds no finished network of the architecture “{self.architecture}”."
            raise UsageError(sentence) from error
        with torch.no_grad():
            self.p.copy_(torch.from_numpy(tables["pool.p"].copy()))

    def forward(self, pictures: torch.Tensor) -> Seen:
        """See the class."""
        inner, cells = inner_maps(self.features, pictures)
        cells = cells.float()
        with torch.autocast(cells.device.type, enabled=False):
            p = self.p.clamp(LEAST_P, MOST_P)
            mean = cells.clamp(min=GEM_FLOOR).pow(p.view(1, -1, 1, 1)).mean(dim=(2, 3))
            pooled = functional.normalize(mean.pow(1.0 / p), dim=1, eps=GEM_FLOOR)
            projected = self.whiten(pooled)
            return Seen(cells, pooled, projected, functional.normalize(projected, dim=1, eps=GEM_FLOOR), inner)


class Heads(nn.Module):
    """What leads from the student's numbers to those of the teachers; needed for training alone."""

    def __init__(self, student: Student, descriptor: int, cells: int, inner: Sequence[int] = ()) -> None:
        """Random weights.

        Args:
            student: whose numbers come in; on the processor.
            descriptor: numbers in the teachers' descriptors together.
            cells: numbers in a cell of the teachers' maps together.
            inner: channels of the inner maps of the teacher that gives hints.
        """
        super().__init__()
        self.evened = nn.BatchNorm1d(student.channels)
        self.descriptor = nn.Linear(student.channels, descriptor)
        self.cells = nn.Conv2d(student.channels, cells, 1)
        channels = student.inner_channels if inner else ()
        self.inner = nn.ModuleList([nn.Conv2d(own, theirs, 1) for own, theirs in zip(channels, inner, strict=True)])
        self.evened_hints = nn.ModuleList([nn.BatchNorm2d(theirs, affine=False) for theirs in inner])

    def described(self, seen: Seen) -> torch.Tensor:
        """(n, descriptor): what the teachers would say, one after the other."""
        made: torch.Tensor = self.descriptor(self.evened(seen.pooled))
        return made


def inner_maps(layers: Iterable[nn.Module], pictures: torch.Tensor) -> tuple[tuple[torch.Tensor, ...], torch.Tensor]:
    """What the last layer of each of :data:`INNER_STRIDES` gives, and what the very last one does.

    Args:
        layers: that halve a picture step by step, down to cells of 32 pixels.
        pictures: (n, 3, h, w).
    """
    by_width, now = dict[int, torch.Tensor](), pictures
    for layer in layers:
        now = layer(now)
        by_width[int(now.shape[3])] = now
    *inner, _ = list(by_width.values())[-1 - len(INNER_STRIDES) :]
    return tuple(inner), now


def as_input(pixels: NDArray[np.uint8], device: torch.device) -> torch.Tensor:
    """(n, h, w, 3) uint8 RGB -> (n, 3, h, w) float32 in the layout that convolutions like best."""
    given = torch.from_numpy(pixels).to(device, non_blocking=True).permute(0, 3, 1, 2).float()
    mean = torch.tensor(MEAN, device=device).view(1, 3, 1, 1)
    std = torch.tensor(STD, device=device).view(1, 3, 1, 1)
    return ((given / 255 - mean) / std).contiguous(memory_format=torch.channels_last)
