"""The convolutions that are built here: their shapes and sizes."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from visearch_desktop.methods.networks.backbones import CHANNELS, build_backbone  # noqa: E402


@pytest.mark.parametrize("size", [(64, 96), (50, 33), (32, 32)])
def test_a_cell_of_the_compact_network_stands_for_32_px_and_is_not_negative(size: tuple[int, int]) -> None:
    torch.manual_seed(0)
    with torch.inference_mode():
        cells = build_backbone("compact_resnet", 1e-3)(torch.randn(2, 3, *size))
    assert tuple(cells.shape) == (2, CHANNELS["compact_resnet"], -(-size[0] // 32), -(-size[1] // 32))
    assert float(cells.min()) == 0
    assert float(cells.max()) > 0


def test_the_compact_network_is_two_stems_six_residual_blocks_and_a_head_of_plain_convolutions() -> None:
    backbone = build_backbone("compact_resnet", 1e-3)
    kinds = [type(layer).__name__ for layer in backbone]
    assert kinds == ["Sequential"] * 2 + ["BasicBlock"] * 6 + ["Sequential"]
    assert sum(weights.numel() for weights in backbone.parameters()) == 2_838_800
    assert {module.groups for module in backbone.modules() if isinstance(module, torch.nn.Conv2d)} == {1}
    assert {module.eps for module in backbone.modules() if isinstance(module, torch.nn.BatchNorm2d)} == {1e-3}
