"""What holds for every registered descriptor, those of tomorrow too."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.scenes import scene
from visearch_desktop.core.errors import NetworkMissingError, UnknownNameError
from visearch_desktop.core.registry import Method, load_all
from visearch_desktop.methods.descriptors.build import build_descriptor, default_descriptor, descriptor_names
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Source
from visearch_desktop.methods.indexes.build import build_index
from visearch_desktop.methods.networks.listing import describing_networks

METHODS = load_all().methods("descriptor")
NETWORKS = {entry.name for entry in describing_networks()}
OTHERS = [method.name for method in METHODS if not method.network]
WHOLE = [method.name for method in METHODS if not (method.network or method.is_step)]
SCENES = 8


@cache
def pictured(seed: int) -> np.ndarray:
    return scene(seed, 200, 150)


def signature(descriptor: Descriptor, pixels: np.ndarray) -> np.ndarray:
    """By the way it goes in a library: bases are described first, and everything is stored in between."""
    item: Any = pixels
    if descriptor.source is Source.LOCAL_FEATURES:
        extractor = descriptor.extractor
        assert extractor is not None
        item = extractor.unpack(extractor.pack(extractor.extract(pixels, pixels.shape[1], pixels.shape[0])))
    elif descriptor.source is Source.BASE:
        assert descriptor.base is not None
        item = signature(descriptor.base, pixels)
    made = descriptor.describe(item)
    stored = descriptor.unpack(descriptor.pack(made))
    assert (stored.shape, stored.dtype, stored.any()) == (made.shape, made.dtype, made.any())
    return stored


@cache
def ready(name: str) -> Descriptor:
    """A descriptor by name that has learned what it must from a few scenes."""
    return grounded(build_descriptor(name, []))


def grounded(descriptor: Descriptor) -> Descriptor:
    if descriptor.base is not None:
        base = grounded(descriptor.base)
        descriptor = descriptor if base is descriptor.base else descriptor.with_base(base)
    if descriptor.is_ready:
        return descriptor
    return descriptor.with_model(descriptor.train([_sample(descriptor, seed) for seed in range(SCENES)]))


def _sample(descriptor: Descriptor, seed: int) -> Any:
    pixels = pictured(seed)
    if descriptor.source is Source.BASE:
        assert descriptor.base is not None
        return signature(descriptor.base, pixels)
    assert descriptor.extractor is not None
    return descriptor.extractor.extract(pixels, pixels.shape[1], pixels.shape[0])


def searched(descriptor: Descriptor, query: np.ndarray, gallery: list[np.ndarray]) -> tuple[list[int], np.ndarray]:
    """The places in the gallery, best first, and their similarities, by the descriptor's own index."""
    index = build_index(descriptor.index, len(gallery[0]), descriptor.index_options)
    index.add(gallery, np.arange(len(gallery)))
    ids, similarities = index.search(query, 0)
    return ids.tolist(), similarities


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


@pytest.mark.parametrize("name", OTHERS)
def test_keys_are_the_same_each_time(name: str, tmp_path: Path) -> None:
    one, two = build_descriptor(name, [tmp_path]), build_descriptor(name, [tmp_path])
    if not one.is_ready:
        pytest.skip("it has no key before it has learned")
    assert one.key == two.key
    assert one.key.startswith(f"{name}@{one.version}/")


@pytest.mark.parametrize("name", WHOLE)
def test_a_photo_is_most_alike_itself(name: str) -> None:
    descriptor = ready(name)
    gallery = [signature(descriptor, pictured(seed)) for seed in range(SCENES)]
    for seed in range(3):
        places, similarities = searched(descriptor, gallery[seed], gallery)
        assert places[0] == seed
        assert similarities[0] == pytest.approx(1, abs=0.01)
        assert sorted(places) == list(range(SCENES))
        assert (np.diff(similarities) <= 0).all()


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (64, 48)])
def test_no_picture_is_too_poor_to_describe(name: str, shape: tuple[int, int]) -> None:
    descriptor = ready(name)
    rich = signature(descriptor, pictured(0))
    for value in (0, 128, 255):
        poor = signature(descriptor, np.full((*shape, 3), value, np.uint8))
        assert poor.ndim == 1
        assert np.isfinite(poor).all()
        if descriptor.index == "exact":
            assert poor.dtype == np.float32
            assert np.linalg.norm(poor) == pytest.approx(1, abs=1e-4) or not poor.any()
        places, similarities = searched(descriptor, poor, [poor, rich])
        assert sorted(places) == [0, 1]
        assert np.isfinite(similarities).all()
        assert similarities[places.index(0)] == pytest.approx(1 if poor.any() else 0, abs=0.01)
        assert similarities[places.index(1)] < 0.9


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_a_network_without_weights_says_so(name: str, tmp_path: Path) -> None:
    for variant in (name, f"{name}_raw"):
        with pytest.raises(NetworkMissingError) as caught:
            build_descriptor(variant, [tmp_path])
        assert caught.value.name == name


def test_listing_all_methods_imports_nothing_heavy() -> None:
    code = (
        "import sys; from visearch_desktop.core.registry import load_all; load_all(); "
        "heavy = ('torch', 'torchvision', 'cv2', 'onnxruntime', 'onnx', 'httpx', 'hnswlib', 'faiss', 'sklearn'); "
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
