"""What is exported is what was trained: in onnxruntime, in torch, and read again from the weights file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.scenes import scene

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from visearch_desktop.learning.exporting import export  # noqa: E402
from visearch_desktop.learning.student import Student, as_input  # noqa: E402
from visearch_desktop.methods.networks.checkpoint import read_checkpoint  # noqa: E402
from visearch_desktop.methods.networks.gem_network import Preprocessing, build_gem_network  # noqa: E402
from visearch_desktop.methods.networks.listing import find_network  # noqa: E402
from visearch_desktop.methods.networks.manifest import WEIGHTS, read_manifest  # noqa: E402
from visearch_desktop.methods.networks.running import NetworkRunner  # noqa: E402
from visearch_desktop.methods.networks.torch_runtime import read_whitening  # noqa: E402


@pytest.fixture(scope="module")
def trained() -> Student:
    torch.manual_seed(3)
    student = Student()
    with torch.inference_mode():  # statistics of real pictures
        for seed in range(12):
            student(as_input(scene(seed, 96, 96)[None], torch.device("cpu")))
    student.p.data.fill_(2.7)
    return student.eval()


@pytest.fixture(scope="module")
def folder(trained: Student, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("networks") / "small"
    export(trained, folder, "small", 320)
    return folder


@pytest.mark.parametrize("size", [(320, 240), (200, 310), (64, 64)])
def test_onnxruntime_and_torch_agree(trained: Student, folder: Path, size: tuple[int, int]) -> None:
    pixels = scene(20, *size)
    runner = NetworkRunner(folder)
    with torch.inference_mode():
        seen = trained(as_input(pixels[None], torch.device("cpu")))
    pooled, cells, vector = runner.outputs(pixels)
    assert float(vector @ seen.descriptor[0].numpy()) > 0.9999
    assert float(pooled @ seen.pooled[0].numpy()) > 0.9999
    assert cells.shape == tuple(seen.cells.shape[1:])
    assert np.corrcoef(cells.ravel(), seen.cells.numpy().ravel())[0, 1] > 0.9999
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(runner.vector(pixels), vector), "the store's code takes the last for the vector"
    assert np.array_equal(runner.pooled(pixels), pooled)


def test_the_weights_file_gives_the_same_network_to_the_store(trained: Student, folder: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest is not None
    entry = replace(find_network("mobilenet_v3_small"), mean=manifest.mean, std=manifest.std)
    found = read_checkpoint(folder / WEIGHTS, entry)
    assert found.p == pytest.approx([2.7])
    network = build_gem_network(
        found.backbone, found.p, Preprocessing(manifest.mean, manifest.std, 320), read_whitening(folder)
    )
    pixels = scene(21, 160, 128)
    with torch.inference_mode():
        _, vector = network(torch.from_numpy(pixels))
    assert float(vector.numpy() @ NetworkRunner(folder).vector(pixels)) > 0.9999


def test_all_of_it_is_small(folder: Path) -> None:
    sizes = {file.name: file.stat().st_size for file in folder.iterdir()}
    assert sizes["network.onnx"] < 2.5e6
    assert sum(sizes.values()) < 8e6


def test_a_manifest_says_what_comes_out(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest is not None
    assert (manifest.dimension, manifest.pooled_dimension, manifest.is_whitened) == (256, 576, True)
