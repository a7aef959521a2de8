"""Weights files of every layout, with random numbers in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.scenes import scene
from visearch_desktop.methods.networks.alike_network import WIDTHS, build_alike
from visearch_desktop.methods.networks.backbones import build_backbone, import_torchvision
from visearch_desktop.methods.networks.store import NetworkStore


@pytest.fixture(scope="session")
def classifier_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plain torchvision state dict of MobileNetV3 small, classifier and all.

    The weights are random, but the norms know real activations: without that all pictures give nearly one vector.
    """
    torch = pytest.importorskip("torch")

    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "classifier.pth"
    model = import_torchvision().models.mobilenet_v3_small(weights=None)
    pictures = np.stack([scene(seed, 128, 96) for seed in range(16)]).transpose(0, 3, 1, 2)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None
    with torch.inference_mode():
        model.train()(torch.from_numpy(pictures / 127.5 - 1).float())
    torch.save(model.state_dict(), path)
    return path


@pytest.fixture(scope="session")
def cirtorch_state() -> dict[str, Any]:
    """What a cirtorch checkpoint of ResNet-18 with an end-to-end whitening holds."""
    torch = pytest.importorskip("torch")

    torch.manual_seed(1)
    features = build_backbone("resnet18", 1e-5).state_dict()
    state: dict[str, Any] = {f"features.{key}": value for key, value in features.items()}
    state["pool.p"] = torch.tensor([2.9])
    state["whiten.weight"] = torch.randn(512, 512) / 20
    state["whiten.bias"] = torch.randn(512) / 20
    meta = {
        "architecture": "resnet18",
        "local_whitening": False,
        "pooling": "gem",
        "regional": False,
        "whitening": True,
        "mean": [0.4, 0.5, 0.6],
        "std": [0.2, 0.25, 0.3],
        "outputdim": 512,
    }
    return {"meta": meta, "state_dict": state}


@pytest.fixture(scope="session")
def imported(classifier_file: Path, tmp_path_factory: pytest.TempPathFactory) -> NetworkStore:
    """A store with MobileNetV3 small in it; tests must leave it as it is."""
    store = NetworkStore([tmp_path_factory.mktemp("networks")])
    store.import_file("mobilenet_v3_small", classifier_file)
    return store


@pytest.fixture(scope="session")
def alike_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state dict of an ALIKE with random weights, whose norms know real activations."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(2)
    path = tmp_path_factory.mktemp("weights") / "alike.pth"
    network = build_alike(WIDTHS["alike_n"])
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None
    with torch.inference_mode():
        for seed in range(4):
            network.train()(torch.from_numpy(scene(seed, 128, 96)))
    torch.save(network.state_dict(), path)
    return path


@pytest.fixture(scope="session")
def with_alike(alike_file: Path, tmp_path_factory: pytest.TempPathFactory) -> NetworkStore:
    """A store with a random ALIKE in it; tests must leave it as it is."""
    store = NetworkStore([tmp_path_factory.mktemp("networks")])
    store.import_file("alike_n", alike_file)
    return store


@pytest.fixture
def picture() -> np.ndarray:
    """Some pixels, 300 × 220."""
    return np.random.default_rng(3).integers(0, 256, (220, 300, 3), dtype=np.uint8)
