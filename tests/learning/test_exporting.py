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
from visearch_desktop.methods.networks import torch_runtime  # noqa: E402
from visearch_desktop.methods.networks.checkpoint import read_checkpoint  # noqa: E402
from visearch_desktop.methods.networks.gem_network import Preprocessing, build_gem_network  # noqa: E402
from visearch_desktop.methods.networks.input_size import fit_input  # noqa: E402
from visearch_desktop.methods.networks.listing import find_network  # noqa: E402
from visearch_desktop.methods.networks.manifest import GRAPH, MANIFEST, SHARED_WEIGHTS, read_manifest  # noqa: E402
from visearch_desktop.methods.networks.running import NetworkRunner  # noqa: E402


@pytest.fixture(scope="module")
def trained() -> Student:
    torch.manual_seed(3)
    student = Student()
    with torch.inference_mode():  # statistics of real pictures
        for seed in range(12):
            student(as_input(scene(seed, 96, 96)[None], torch.device("cpu")))
    student.p.data.fill_(3.7)
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
    pooled, _, vector = runner.outputs(fit_input(pixels, 320, enlarges=True))
    assert np.array_equal(runner.vector(pixels), vector), "the store's code takes the last for the vector"
    assert np.array_equal(runner.pooled(pixels), pooled)


def test_the_weights_file_gives_the_same_network_to_the_store(trained: Student, folder: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest is not None
    entry = replace(find_network("resnet18"), architecture=manifest.architecture, norm_eps=manifest.norm_eps)
    found = read_checkpoint(folder / SHARED_WEIGHTS, entry)
    assert found.p == pytest.approx([3.7])
    assert (found.mean, found.std) == (manifest.mean, manifest.std)
    network = build_gem_network(found.backbone, found.p, Preprocessing(found.mean, found.std, 320), found.whitening)
    pixels = scene(21, 160, 128)
    with torch.inference_mode():
        _, vector = network(torch.from_numpy(pixels))
    assert float(vector.numpy() @ NetworkRunner(folder).outputs(pixels)[-1]) > 0.99999, "the numbers are the same"


def test_torch_as_a_device_is_filled_from_the_file_that_the_graph_points_into(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = read_manifest(folder)
    assert manifest is not None
    entry = replace(find_network("resnet18"), architecture=manifest.architecture, norm_eps=manifest.norm_eps)
    monkeypatch.setattr(torch_runtime, "find_network", lambda _: entry)
    onnx, other = NetworkRunner(folder), NetworkRunner(folder, "torch-cpu")
    pixels = scene(22, 200, 150)
    assert float(onnx.vector(pixels) @ other.vector(pixels)) > 0.99999
    assert other.note == ""


def test_the_weights_are_on_the_disk_once_and_in_16_bits(trained: Student, folder: Path) -> None:
    sizes = {file.name: file.stat().st_size for file in folder.iterdir()}
    assert set(sizes) == {GRAPH, SHARED_WEIGHTS, MANIFEST}
    numbers = sum(value.numel() for value in trained.state_dict().values() if value.ndim > 1)
    assert 2 * numbers < sizes[SHARED_WEIGHTS] < 2.1 * numbers
    assert sum(sizes.values()) < 2.2 * numbers


def test_once_loaded_the_graph_costs_what_one_costs_that_has_all_in_itself(folder: Path) -> None:
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.optimized_model_filepath = str(folder.parent / "optimised.onnx")
    options.log_severity_level = 3
    ort.InferenceSession(str(folder / GRAPH), options, providers=["CPUExecutionProvider"])
    import onnx

    kinds = [node.op_type for node in onnx.load(options.optimized_model_filepath).graph.node]
    assert "BatchNormalization" not in kinds, "norms are joined with convolutions when the graph is loaded"
    assert kinds.count("Cast") == 1, "of the pixels; the weights are turned when the graph is loaded"


def test_a_manifest_says_what_comes_out(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest is not None
    assert (manifest.dimension, manifest.pooled_dimension, manifest.is_whitened) == (256, 512, True)
