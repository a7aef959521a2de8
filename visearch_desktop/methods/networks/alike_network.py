"""ALIKE as one torch module: pixels go in, a map of scores and what descriptors are sampled from come out.

Zhao, Wu, Miao, Chen, Chen, Li: ALIKE: Accurate and Lightweight Keypoint Detection and Descriptor Extraction, IEEE
Transactions on Multimedia 2022, arXiv:2112.02906. The paper enlarges four feature maps to the photo's size and makes
score and descriptor of every pixel from all four by one 1 × 1 convolution. That convolution is linear, so that here the
score is computed on each map before it is enlarged, and the descriptor only where a keypoint is, by :mod:`alike_maps`:
the same numbers for a third of the multiplications.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from visearch_desktop.methods.networks.checkpoint import load_strictly, load_table
from visearch_desktop.methods.networks.listing import NetworkEntry

if TYPE_CHECKING:
    import torch

OUTPUTS = ("scores", "level1", "level2", "level3", "level4", "head")
WIDTHS = {"alike_n": (16, 32, 64, 128)}
"""Architectures, and the channels of their four blocks; a descriptor has as many numbers as the last."""
POOLED = (1, 2, 4, 4)
"""By how much each block sees its input pooled; the maps are at strides 1, 2, 8 and 32."""


def read_alike(path: Path, entry: NetworkEntry) -> torch.nn.Module:
    """The network of a weights file: a plain state dict under the authors' names.

    Raises:
        WeightsError: the file is damaged, holds more than numbers, or does not fit the architecture.
    """
    network = build_alike(WIDTHS[entry.architecture], entry.norm_eps)
    load_strictly(path, entry, network, load_table(path, entry.name))
    return network


def build_alike(widths: tuple[int, int, int, int], norm_eps: float = 1e-5) -> torch.nn.Module:
    """A module from ``pixels`` (h, w, 3) uint8, sides multiples of 32, to :data:`OUTPUTS`.

    ``scores`` is (h, w), 0…1. ``level1`` … ``level4`` are (D / 4, h / s, w / s) at strides s of 1, 2, 8, 32. ``head``
    is (D, D): times the four levels at a place, it is the descriptor there.

    Args:
        widths: channels of the four blocks.
        norm_eps: of every BatchNorm layer.
    """
    import torch
    from torch import nn
    from torch.nn import functional

    class Alike(nn.Module):
        """See :func:`build_alike`; the names are those of the published weights."""

        def __init__(self) -> None:
            super().__init__()
            dimension = widths[-1]
            self.block1 = _block(3, widths[0], norm_eps, residual=False)
            self.block2, self.block3, self.block4 = (
                _block(widths[k], widths[k + 1], norm_eps, residual=True) for k in range(3)
            )
            self.conv1, self.conv2, self.conv3, self.conv4 = (
                nn.Conv2d(width, dimension // 4, 1, bias=False) for width in widths
            )
            self.convhead2 = nn.Conv2d(dimension, dimension + 1, 1, bias=False)

        def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
            seen = pixels.permute(2, 0, 1).unsqueeze(0).to(torch.float32) / 255
            blocks = (self.block1, self.block2, self.block3, self.block4)
            narrow = (self.conv1, self.conv2, self.conv3, self.conv4)
            weights = self.convhead2.weight.detach()
            score_weights = weights[-1:].chunk(4, dim=1)
            levels, logits, stride = [], torch.zeros(1), 1
            for block, conv, pooled, share in zip(blocks, narrow, POOLED, score_weights, strict=True):
                stride *= pooled
                seen = block(functional.max_pool2d(seen, pooled) if pooled > 1 else seen)
                level = functional.relu(conv(seen))
                levels.append(level[0])
                logits = logits + _enlarged(functional.conv2d(level, share), stride)
            return torch.sigmoid(logits)[0, 0], *levels, weights[:-1, :, 0, 0]

    return Alike().eval()


def _enlarged(scores: torch.Tensor, stride: int) -> torch.Tensor:
    from torch.nn import functional

    if stride == 1:
        return scores
    return functional.interpolate(scores, scale_factor=float(stride), mode="bilinear", align_corners=True)


def _block(inputs: int, outputs: int, norm_eps: float, *, residual: bool) -> torch.nn.Module:
    """Two 3 × 3 convolutions; beside them, in a residual block, a 1 × 1 convolution of the same input."""
    from torch import nn
    from torch.nn import functional

    class Block(nn.Module):
        """See :func:`_block`."""

        def __init__(self) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(outputs, eps=norm_eps)
            self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(outputs, eps=norm_eps)
            if residual:
                self.downsample = nn.Conv2d(inputs, outputs, 1)

        def forward(self, seen: torch.Tensor) -> torch.Tensor:
            inner = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(seen)))))
            return functional.relu(inner + self.downsample(seen) if residual else inner)

    return Block()
