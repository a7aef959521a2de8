"""Networks as descriptors: raw, whitened by the library, or with a whitening of their own."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from tests.scenes import scene
from visearch_desktop.methods.descriptors.build import build_descriptor, default_descriptor
from visearch_desktop.methods.descriptors.descriptor import Source
from visearch_desktop.methods.networks.store import NetworkStore

SMALL = "mobilenet_v3_small"
Folders = tuple[Path, ...]


@pytest.fixture
def folders(imported: NetworkStore) -> Folders:
    return imported.folders


def vectors(folders: Folders, count: int, start: int = 0) -> list[np.ndarray]:
    raw = build_descriptor(f"{SMALL}_raw", folders)
    return [raw.describe(scene(seed, 96, 64)) for seed in range(start, start + count)]


def test_a_network_without_a_whitening_is_a_base_and_a_learned_half(folders: Folders) -> None:
    whole = build_descriptor(SMALL, folders)
    assert whole.source is Source.BASE
    assert whole.learns
    assert not whole.is_ready
    assert whole.base is not None
    assert whole.base.name == f"{SMALL}_raw"
    assert whole.base.source is Source.PIXELS
    assert whole.base.key == build_descriptor(f"{SMALL}_raw", folders).key
    with pytest.raises(TypeError):
        _ = whole.key


def test_a_present_network_is_the_default(folders: Folders) -> None:
    assert default_descriptor(folders) == SMALL


def test_the_library_teaches_a_whitening_that_tells_photos_apart(folders: Folders) -> None:
    rows = vectors(folders, 40)
    whole = build_descriptor(SMALL, folders)
    trained = whole.with_model(whole.train(rows))
    assert trained.is_ready
    assert not whole.is_ready
    fresh = np.stack(vectors(folders, 10, 100))
    white = trained.describe_all(list(fresh))
    assert np.mean(white @ white.T) < np.mean(fresh @ fresh.T) - 0.1
    assert np.linalg.norm(white, axis=1) == pytest.approx(np.ones(10), abs=1e-4)
    assert trained.describe(fresh[3]) == pytest.approx(white[3], abs=1e-6)


def test_few_photos_are_left_as_they_are_and_one_is_enough_to_begin(folders: Folders) -> None:
    rows = vectors(folders, 3)
    whole = build_descriptor(SMALL, folders)
    trained = whole.with_model(whole.train(rows[:1]))
    assert np.array_equal(trained.describe(rows[2]), rows[2])


def test_another_model_means_another_key_and_the_same_model_the_same(folders: Folders) -> None:
    rows = vectors(folders, 45)
    whole = build_descriptor(SMALL, folders)
    one, two = (whole.with_model(whole.train(part)) for part in (rows[:40], rows))
    again = build_descriptor(SMALL, folders).with_model(whole.train(rows[:40]))
    assert one.key != two.key
    assert one.key == again.key
    assert one.key.startswith(f"{SMALL}@1/")


def test_a_photo_without_a_vector_stays_without(folders: Folders) -> None:
    whole = build_descriptor(SMALL, folders)
    trained = whole.with_model(whole.train(vectors(folders, 30)))
    assert not trained.describe(np.zeros(576, np.float32)).any()


def test_descriptors_travel_to_other_processes(folders: Folders) -> None:
    raw = build_descriptor(f"{SMALL}_raw", folders)
    pixels = scene(5, 96, 64)
    here = raw.describe(pixels)
    copy = pickle.loads(pickle.dumps(raw))
    assert copy.key == raw.key
    assert copy.describe(pixels) == pytest.approx(here, abs=1e-6)


def test_the_key_changes_with_weights_and_scales(folders: Folders, classifier_file: Path, tmp_path: Path) -> None:
    other = NetworkStore([tmp_path])
    other.import_file(SMALL, classifier_file, scales=(1.0, 0.5))
    assert build_descriptor(f"{SMALL}_raw", other.folders).key != build_descriptor(f"{SMALL}_raw", folders).key


def test_a_network_with_its_own_whitening_is_described_in_one_step(
    cirtorch_state: dict[str, object],
    tmp_path: Path,
) -> None:
    torch = pytest.importorskip("torch")
    torch.save(cirtorch_state, tmp_path / "c.pth")
    store = NetworkStore([tmp_path / "networks"])
    store.import_file("resnet18", tmp_path / "c.pth")
    whole = build_descriptor("resnet18", store.folders)
    assert whole.source is Source.PIXELS
    assert whole.is_ready
    raw = build_descriptor("resnet18_raw", store.folders)
    assert raw.key != whole.key
    pixels = scene(1, 96, 64)
    assert abs(float(whole.describe(pixels) @ raw.describe(pixels))) < 0.9
