"""What holds for every registered descriptor, those of tomorrow too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from visearch_desktop.core.errors import NetworkMissingError, UnknownNameError
from visearch_desktop.core.registry import Method, load_all
from visearch_desktop.methods.descriptors.build import build_descriptor, default_descriptor, descriptor_names
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Source
from visearch_desktop.methods.networks.listing import describing_networks

METHODS = load_all().methods("descriptor")
NETWORKS = {entry.name for entry in describing_networks()}
OTHERS = [method.name for method in METHODS if method.name.removesuffix("_raw") not in NETWORKS]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_every_descriptor_says_what_it_is_and_where_it_comes_from(method: Method) -> None:
    assert method.name == method.name.lower()
    assert method.title
    assert method.summary.endswith(".")
    assert any(year.isdigit() and len(year) == 4 for year in method.source.replace(",", " ").replace(":", " ").split())


@pytest.mark.parametrize("name", OTHERS)
def test_every_descriptor_has_a_docstring_a_name_and_a_source(name: str, tmp_path: Path) -> None:
    descriptor = build_descriptor(name, [tmp_path])
    assert isinstance(descriptor, Descriptor)
    assert type(descriptor).__doc__
    assert descriptor.name == name
    assert descriptor.source in set(Source)
    assert descriptor.working_px >= 32
    assert descriptor.is_ready != descriptor.learns


@pytest.mark.parametrize("name", [name for name in OTHERS if name != "rootsift_vlad"])
def test_keys_are_the_same_each_time(name: str, tmp_path: Path) -> None:
    one, two = build_descriptor(name, [tmp_path]), build_descriptor(name, [tmp_path])
    assert one.key == two.key
    assert one.key.startswith(f"{name}@{one.version}/")


@pytest.mark.parametrize("name", [name for name in OTHERS if name != "rootsift_vlad"])
@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (64, 48)])
def test_no_picture_is_too_poor_to_describe(name: str, shape: tuple[int, int], tmp_path: Path) -> None:
    descriptor = build_descriptor(name, [tmp_path])
    assert descriptor.source is Source.PIXELS
    for value in (0, 128, 255):
        vector = descriptor.describe(np.full((*shape, 3), value, np.uint8))
        assert vector.dtype == np.float32
        assert vector.ndim == 1
        assert np.isfinite(vector).all()
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4) or not vector.any()


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_a_network_without_weights_says_so(name: str, tmp_path: Path) -> None:
    for variant in (name, f"{name}_raw"):
        with pytest.raises(NetworkMissingError) as caught:
            build_descriptor(variant, [tmp_path])
        assert caught.value.name == name


def test_listing_all_methods_imports_nothing_heavy() -> None:
    code = (
        "import sys; from visearch_desktop.core.registry import load_all; load_all(); "
        "heavy = ('torch', 'torchvision', 'cv2', 'onnxruntime', 'onnx', 'httpx', 'hnswlib'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_can_be_chosen_leaves_out_the_raw_halves() -> None:
    names = descriptor_names()
    assert {"colour_histogram", "rootsift_vlad"} | NETWORKS <= set(names)
    assert not any(name.endswith("_raw") for name in names)


def test_without_networks_the_default_needs_no_download(tmp_path: Path) -> None:
    assert default_descriptor([tmp_path]) == "rootsift_vlad"


def test_an_unknown_descriptor_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError):
        build_descriptor("no_such_descriptor", [tmp_path])
