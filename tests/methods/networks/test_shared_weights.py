"""Real ImageNet weights through the import path: they see what is in a photo."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from visearch_desktop.core.errors import WeightsError
from visearch_desktop.core.sentences import sentence
from visearch_desktop.methods.descriptors.build import build_descriptor
from visearch_desktop.methods.networks.running import NetworkRunner
from visearch_desktop.methods.networks.store import NetworkStore
from visearch_desktop.photos.decode import decode

pytest.importorskip("torch")
pytestmark = pytest.mark.shared_data

FILES = {
    "mobilenet_v2_tf": "mobilenet_v2_imagenet_from_tf2ptq.pth",
    "densenet169_imagenet": "densenet169_features_fp16.pth",
}


@pytest.mark.parametrize("name", FILES)
def test_a_real_network_is_the_published_one_and_finds_the_same_place_again(
    name: str, shared: Path, tmp_path: Path
) -> None:
    store = NetworkStore([tmp_path])
    done = store.import_file(name, shared / "weights" / FILES[name])
    assert done.notes == ()
    assert done.manifest.is_published
    root = shared / "places-develop"
    queries = json.loads((root / "groundtruth.json").read_text())["queries"]
    chosen = [query for query in queries if query["group"] == "places" and not query["region"]][::12][:6]
    raw = build_descriptor(f"{name}_raw", store.folders)

    def described(photo: str) -> np.ndarray:
        return raw.describe(decode(root / photo, 320).pixels)

    asked = np.stack([described(query["image"]) for query in chosen])
    answers = np.stack([described(query["positive"][0]) for query in chosen])
    assert len({query["class"] for query in chosen}) > 3
    right = np.argmax(asked @ answers.T, axis=1) == np.arange(len(chosen))
    assert right.mean() > 0.8


def test_a_published_file_under_another_name_brings_its_own_preprocessing(shared: Path, tmp_path: Path) -> None:
    store = NetworkStore([tmp_path])
    file = shared / "weights" / FILES["mobilenet_v2_tf"]
    done = store.import_file("mobilenet_v2", file)
    assert "“mobilenet_v2_tf”" in done.notes[0]
    assert done.manifest.padding == "tensorflow"
    assert done.manifest.mean == (0.5, 0.5, 0.5)
    onnx, torch = NetworkRunner(tmp_path / "mobilenet_v2"), NetworkRunner(tmp_path / "mobilenet_v2", "torch-cpu")
    pixels = decode(min((shared / "places-develop" / "images").iterdir()), 320).pixels
    assert float(onnx.vector(pixels) @ torch.vector(pixels)) > 0.9999
    with pytest.raises(WeightsError) as caught:
        store.import_file("resnet50", file)
    assert "“mobilenet_v2_tf”" in sentence(caught.value)
