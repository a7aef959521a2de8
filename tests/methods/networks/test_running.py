"""The exported network gives torch's numbers, on any picture, in any process, on devices that prove themselves."""

from __future__ import annotations

import multiprocessing
import pickle
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.scenes import scene
from visearch_desktop.core.errors import ChecksumError, NetworkMissingError, SelfTestError, UnknownNameError
from visearch_desktop.methods.networks import running
from visearch_desktop.methods.networks.devices import CPU, Device, available_devices, candidates, find_device
from visearch_desktop.methods.networks.input_size import fit_input, input_size
from visearch_desktop.methods.networks.manifest import GRAPH, MANIFEST, read_manifest
from visearch_desktop.methods.networks.running import NetworkRunner, load_on, self_test
from visearch_desktop.methods.networks.store import NetworkStore

torch = pytest.importorskip("torch")

SMALL = "mobilenet_v3_small"


@pytest.fixture
def folder(imported: NetworkStore) -> Path:
    return imported.folder(SMALL)


def test_onnxruntime_and_torch_agree_at_every_shape(folder: Path) -> None:
    onnx, other = NetworkRunner(folder), NetworkRunner(folder, "torch-cpu")
    for width, height in ((512, 384), (384, 512), (333, 201), (40, 500)):
        pixels = scene(width, width, height)
        assert float(onnx.vector(pixels) @ other.vector(pixels)) > 0.99999
    assert onnx.note == other.note == ""


def test_a_checkpoint_with_its_own_whitening_runs_alike_on_both(
    cirtorch_state: dict[str, Any], tmp_path: Path, picture: np.ndarray
) -> None:
    torch.save(cirtorch_state, tmp_path / "c.pth")
    store = NetworkStore([tmp_path / "networks"])
    done = store.import_file("resnet18", tmp_path / "c.pth", scales=(1.0, 0.7071))
    assert done.manifest.whitening
    assert done.manifest.mean == (0.4, 0.5, 0.6)
    onnx = NetworkRunner(store.folder("resnet18"))
    other = NetworkRunner(store.folder("resnet18"), "torch-cpu")
    assert onnx.vector(picture) == pytest.approx(other.vector(picture), abs=1e-4)
    assert onnx.pooled(picture) == pytest.approx(other.pooled(picture), abs=1e-4)
    assert abs(float(onnx.vector(picture) @ onnx.pooled(picture))) < 0.9


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (7, 9), (31, 33), (700, 900)])
def test_any_picture_gives_a_finite_unit_vector(folder: Path, shape: tuple[int, int]) -> None:
    for value in (0, 255):
        vector = NetworkRunner(folder).pooled(np.full((*shape, 3), value, np.uint8))
        assert np.isfinite(vector).all()
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((4000, 3000), (512, 384)),
        ((300, 200), (300, 200)),
        ((1, 1), (32, 32)),
        ((5000, 1), (512, 32)),
        ((20, 400), (32, 400)),
    ],
)
def test_pictures_are_shrunk_in_shape_and_never_thinner_than_32_px(
    size: tuple[int, int], shown: tuple[int, int]
) -> None:
    assert input_size(*size, 512) == shown
    assert fit_input(np.zeros((size[1], size[0], 3), np.uint8), 512).shape == (shown[1], shown[0], 3)


def test_a_picture_that_fits_is_not_copied(picture: np.ndarray) -> None:
    assert fit_input(picture, 512) is picture


def test_a_network_that_enlarges_sees_a_small_copy_as_large_as_the_photo() -> None:
    assert input_size(100, 75, 512, enlarges=True) == input_size(4000, 3000, 512, enlarges=True) == (512, 384)
    assert fit_input(np.zeros((75, 100, 3), np.uint8), 512, enlarges=True).shape == (384, 512, 3)


def describe_in_another_process(runner: NetworkRunner, pixels: np.ndarray, answer: Any) -> None:
    answer.send(runner.pooled(pixels))
    answer.close()


def test_a_runner_that_has_run_can_be_sent_to_a_spawned_process(folder: Path, picture: np.ndarray) -> None:
    runner = NetworkRunner(folder)
    here = runner.pooled(picture)
    assert pickle.loads(pickle.dumps(runner)).pooled(picture) == pytest.approx(here, abs=1e-6)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    worker = context.Process(target=describe_in_another_process, args=(runner, picture, theirs))
    worker.start()
    theirs.close()
    there = ours.recv()
    worker.join()
    ours.close()
    assert there == pytest.approx(here, abs=1e-6)


def test_the_number_of_threads_changes_nothing_but_last_digits(folder: Path, picture: np.ndarray) -> None:
    one, two = NetworkRunner(folder, threads=1), NetworkRunner(folder, threads=2)
    assert one.pooled(picture) == pytest.approx(two.pooled(picture), abs=1e-5)


def test_a_device_that_gives_other_numbers_is_not_trusted_and_the_processor_takes_over(
    folder: Path, picture: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(where: Path, manifest: Any, device: Device, threads: int) -> running.Compute:
        good = load_on(where, manifest, CPU, threads)
        if device == CPU:
            return good
        return lambda pixels: tuple(np.roll(output, 7) for output in good(pixels))

    expected = NetworkRunner(folder).pooled(picture)
    monkeypatch.setattr(running, "load_on", faulty)
    runner = NetworkRunner(folder, "cuda")
    assert runner.pooled(picture) == pytest.approx(expected, abs=1e-6)
    assert "self-test" in runner.note
    assert "The processor is used." in runner.note


def test_a_device_that_is_not_there_gives_way_to_the_processor(folder: Path, picture: np.ndarray) -> None:
    absent = next(name for name in ("mps", "torch-cuda") if find_device(name) not in available_devices())
    runner = NetworkRunner(folder, absent)
    assert np.isfinite(runner.pooled(picture)).all()
    assert runner.note


def test_automatic_choice_ends_at_the_processor(folder: Path, picture: np.ndarray) -> None:
    assert candidates("auto")[-1] == candidates("cpu")[-1] == CPU
    assert candidates("mps")[-1] == CPU
    assert float(NetworkRunner(folder, "auto").pooled(picture) @ NetworkRunner(folder).pooled(picture)) > 0.999


def test_the_self_test_tells_the_similarity_it_found(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest is not None
    compute = load_on(folder, manifest, CPU, 1)
    assert self_test(manifest, compute, CPU) > 0.9999
    turned = replace(manifest, known=tuple(row[::-1] for row in manifest.known))
    with pytest.raises(SelfTestError) as caught:
        self_test(turned, compute, CPU)
    assert caught.value.similarity < 0.999


def test_a_damaged_graph_is_never_loaded(folder: Path, tmp_path: Path, picture: np.ndarray) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / SMALL))
    graph = bytearray((copy / GRAPH).read_bytes())
    graph[len(graph) // 2] ^= 0xFF
    (copy / GRAPH).write_bytes(graph)
    with pytest.raises(ChecksumError):
        NetworkRunner(copy).pooled(picture)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 99}', '{"format": 1, "known": 3}'])
def test_a_damaged_record_means_that_the_network_is_not_here(folder: Path, tmp_path: Path, text: str) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / SMALL))
    (copy / MANIFEST).write_text(text)
    with pytest.raises(NetworkMissingError):
        NetworkRunner(copy)


def test_the_processor_is_always_available_and_unknown_devices_are_not() -> None:
    assert available_devices()[0] == CPU
    with pytest.raises(UnknownNameError):
        find_device("quantum")
