"""The map of features is had from networks that give it, and from those that keep it inside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.methods.networks.tiny import CELL_PX, FILTERS, NUMBERS, _write_graph, tiny_network
from tests.scenes import scene
from visearch_desktop.core.errors import SelfTestError
from visearch_desktop.methods.networks import feature_map
from visearch_desktop.methods.networks.devices import CPU
from visearch_desktop.methods.networks.feature_map import FeatureMapper, own_whitening, with_output
from visearch_desktop.methods.networks.manifest import GRAPH, WHITENING
from visearch_desktop.methods.networks.running import load_onnx
from visearch_desktop.methods.networks.tensor_file import write_tensors

PIXELS = scene(3, 256, 192)


def test_the_map_of_a_network_that_gives_it_pools_to_its_vector(tmp_path: Path) -> None:
    tiny_network(tmp_path / "tiny", "tiny")
    found = FeatureMapper(tmp_path / "tiny", 256).map(PIXELS)
    assert found.shape == (FILTERS, 192 // CELL_PX, 256 // CELL_PX)
    assert (found > 0).all()
    pooled = load_onnx(tmp_path / "tiny" / GRAPH, CPU, threads=1)(PIXELS)[0]
    mean = found.mean(axis=(1, 2))
    assert np.allclose(mean / np.linalg.norm(mean), pooled, atol=1e-4)


def test_the_map_of_a_network_that_keeps_it_inside_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    filters = rng.normal(size=(FILTERS, 3, CELL_PX, CELL_PX)).astype(np.float32)
    folder = tmp_path / "ünlike it"
    folder.mkdir()
    _write_graph(folder / GRAPH, filters, rng.normal(size=(NUMBERS, FILTERS)).astype(np.float32))
    given = FeatureMapper(folder, 256).map(PIXELS)
    monkeypatch.setattr(feature_map, "CELLS", "no such output")
    with pytest.raises(SelfTestError):
        FeatureMapper(folder, 256).map(PIXELS)
    monkeypatch.setattr(feature_map, "INSIDE", "seen")  # before what is negative is cut off
    assert np.array_equal(FeatureMapper(folder, 256).map(PIXELS), given)


def test_an_output_is_added_as_the_format_has_it(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    tiny_network(tmp_path / "tiny", "tiny")
    name = "x" * 300  # a length of two bytes
    model = onnx.load_from_string(with_output((tmp_path / "tiny" / GRAPH).read_bytes(), name))
    assert [output.name for output in model.graph.output] == ["pooled", "cells", "vector", name]


def test_a_network_brings_its_whitening_along_or_has_none(tmp_path: Path) -> None:
    manifest = tiny_network(tmp_path / "tiny", "tiny")
    assert own_whitening(tmp_path / "tiny", manifest) is None
    weight, bias = np.ones((2, 3), np.float16), np.full(2, 0.5, np.float32)
    write_tensors(tmp_path / "tiny" / manifest.weights_file, {"whiten.weight": weight, "whiten.bias": bias}, {})
    found = own_whitening(tmp_path / "tiny", manifest)
    assert found is not None
    assert (found.weight.tolist(), found.bias.tolist()) == ([[1.0] * 3] * 2, [0.5, 0.5])
    np.savez(tmp_path / "tiny" / WHITENING, weight=np.zeros((1, 3)), bias=np.zeros(1), per_scale=np.array(False))
    beside = own_whitening(tmp_path / "tiny", manifest)
    assert beside is not None
    assert beside.weight.shape == (1, 3)
