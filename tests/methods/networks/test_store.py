"""Networks are fetched, imported, found in folders in order; a failed import leaves what was there."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.methods.networks.server import Site, serving
from tests.scenes import save, scene
from visearch_desktop.core.errors import (
    ChecksumError,
    DownloadError,
    LibraryNotWritableError,
    MissingExtraError,
    NetworkMissingError,
    UnknownNameError,
    UsageError,
    WeightsError,
)
from visearch_desktop.core.paths import bundled_networks_folder
from visearch_desktop.core.sentences import hint, sentence
from visearch_desktop.methods.networks import store as store_module
from visearch_desktop.methods.networks.download import partial_file
from visearch_desktop.methods.networks.hashing import file_sha256
from visearch_desktop.methods.networks.listing import find_network, listed_networks
from visearch_desktop.methods.networks.manifest import known_pictures, read_manifest
from visearch_desktop.methods.networks.running import NetworkRunner
from visearch_desktop.methods.networks.store import NetworkStore, default_folders
from visearch_desktop.methods.networks.tensor_file import write_tensors

torch = pytest.importorskip("torch")

SMALL = "mobilenet_v3_small"


@pytest.fixture
def store(tmp_path: Path) -> NetworkStore:
    return NetworkStore([tmp_path / "networks"])


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch, classifier_file: Path) -> Any:
    """Makes MobileNetV3 small be published by a server of this machine."""

    def publish(site: Site, sha256: str = file_sha256(classifier_file)) -> None:
        entry = replace(find_network(SMALL), url=site.url, sha256=sha256)
        monkeypatch.setattr(store_module, "find_network", lambda name: entry)

    return publish


def test_an_empty_store_lists_every_network_as_absent(store: NetworkStore) -> None:
    states = store.list()
    assert [state.entry for state in states] == [entry for entry in listed_networks() if not entry.is_bundled]
    assert {state.state for state in states} == {"absent"}
    assert not store.folders[0].exists()


def test_a_network_that_is_not_here_is_asked_for_with_a_hint(store: NetworkStore) -> None:
    with pytest.raises(NetworkMissingError) as caught:
        store.weights(SMALL)
    assert f"networks fetch {SMALL}" in hint(caught.value)
    with pytest.raises(UnknownNameError):
        store.weights("no_such_network")


def test_an_imported_network_is_present_and_records_what_it_was_made_of(
    imported: NetworkStore, classifier_file: Path
) -> None:
    state = imported.state(SMALL)
    assert state.state == "present"
    assert state.manifest is not None
    assert state.manifest.weights_sha256 == file_sha256(classifier_file)
    assert not state.manifest.is_published
    assert not state.manifest.is_whitened
    assert state.manifest.dimension == 576
    assert imported.weights(SMALL).read_bytes() == classifier_file.read_bytes()
    assert [path.name for path in imported.folders[0].iterdir()] == [SMALL]


def test_a_file_of_safetensors_is_imported_under_the_same_layers(
    store: NetworkStore, classifier_file: Path, imported: NetworkStore, tmp_path: Path
) -> None:
    state = torch.load(classifier_file, weights_only=True)
    file = tmp_path / "w.safetensors"
    write_tensors(file, {key: value.numpy() for key, value in state.items()}, {})
    store.import_file(SMALL, file)
    pixels = known_pictures()[0]
    wanted = NetworkRunner(imported.folder(SMALL)).vector(pixels)
    for device in ("cpu", "torch-cpu"):
        runner = NetworkRunner(store.folder(SMALL), device)
        assert float(runner.vector(pixels) @ wanted) > 0.9999
        assert runner.note == ""


def test_an_unpublished_file_that_fits_is_taken_and_it_is_said(store: NetworkStore, classifier_file: Path) -> None:
    (note,) = store.import_file(SMALL, classifier_file).notes
    assert "not the published file" in note


def test_the_first_folder_that_has_a_network_wins(imported: NetworkStore, tmp_path: Path) -> None:
    shared = imported.folders[0]
    assert NetworkStore([tmp_path / "own", shared]).folder(SMALL) == shared / SMALL
    shutil.copytree(shared / SMALL, tmp_path / "own" / SMALL)
    assert NetworkStore([tmp_path / "own", shared]).folder(SMALL) == tmp_path / "own" / SMALL


def test_the_default_folders_are_the_users_the_librarys_and_last_the_programs(
    data_folder: Path, tmp_path: Path
) -> None:
    assert default_folders(tmp_path) == (data_folder / "networks", tmp_path / "networks", bundled_networks_folder())


def test_a_failed_import_leaves_the_earlier_one_and_no_litter(
    imported: NetworkStore, tmp_path: Path, cirtorch_state: dict[str, Any]
) -> None:
    store = NetworkStore([tmp_path / "networks"])
    shutil.copytree(imported.folders[0], store.folders[0])
    before = read_manifest(store.folder(SMALL))
    wrong = tmp_path / "wrong.pth"
    torch.save(cirtorch_state, wrong)
    for file in (wrong, tmp_path / "missing.pth"):
        with pytest.raises(WeightsError):
            store.import_file(SMALL, file)
    assert read_manifest(store.folder(SMALL)) == before
    assert [path.name for path in store.folders[0].iterdir()] == [SMALL]


def test_importing_again_replaces_and_removing_removes(store: NetworkStore, classifier_file: Path) -> None:
    store.import_file(SMALL, classifier_file)
    store.import_file(SMALL, classifier_file, scales=(1.0, 0.5))
    manifest = store.state(SMALL).manifest
    assert manifest is not None
    assert manifest.scales == (1.0, 0.5)
    store.remove(SMALL)
    assert store.state(SMALL).state == "absent"


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path, classifier_file: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(LibraryNotWritableError):
        NetworkStore([tmp_path / "file"]).import_file(SMALL, classifier_file)


def test_without_torch_importing_says_what_is_missing_and_an_exported_network_runs(
    imported: NetworkStore, classifier_file: Path, monkeypatch: pytest.MonkeyPatch, picture: np.ndarray
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setitem(sys.modules, "torchvision", None)
    for attempt in (lambda: imported.import_file(SMALL, classifier_file), lambda: imported.fetch(SMALL)):
        with pytest.raises(MissingExtraError) as caught:
            attempt()
        assert "“torch”" in sentence(caught.value)
    vector = NetworkRunner(imported.folder(SMALL)).vector(picture)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_a_network_is_fetched_checked_and_imported(store: NetworkStore, published: Any, classifier_file: Path) -> None:
    seen: list[tuple[int, int]] = []
    with serving(classifier_file.read_bytes()) as site:
        published(site)
        assert store.fetch(SMALL, lambda done, total: seen.append((done, total))) is not None
    assert seen[-1] == (classifier_file.stat().st_size,) * 2
    assert store.find(SMALL) is not None
    assert list((store.folders[0] / "downloads").iterdir()) == []


def test_a_fetch_that_is_cut_is_partial_and_goes_on(store: NetworkStore, published: Any, classifier_file: Path) -> None:
    with serving(classifier_file.read_bytes()) as site:
        published(site)
        site.cut_after = 500_000
        with pytest.raises(DownloadError):
            store.fetch(SMALL)
        assert store.state(SMALL).state == "partial"
        site.cut_after = None
        store.fetch(SMALL)
        assert site.ranges[-1].startswith("bytes=")
    assert store.find(SMALL) is not None


def test_a_cancelled_fetch_is_no_error_and_stays_partial(
    store: NetworkStore, published: Any, classifier_file: Path
) -> None:
    with serving(classifier_file.read_bytes()) as site:
        published(site)
        assert store.fetch(SMALL, cancelled=lambda: True) is None
    assert store.state(SMALL).state == "partial"


def test_a_file_with_another_checksum_is_refused_and_thrown_away(
    store: NetworkStore, published: Any, classifier_file: Path
) -> None:
    with serving(b"x" * 1000 + classifier_file.read_bytes()[1000:]) as site:
        published(site)
        with pytest.raises(ChecksumError) as caught:
            store.fetch(SMALL)
    assert "is not the published file" in sentence(caught.value)
    assert store.state(SMALL).state == "absent"
    downloads = store.folders[0] / "downloads"
    assert list(downloads.iterdir()) == []
    assert not partial_file(downloads / "weights-0123.pth").exists()


def test_a_network_published_nowhere_is_not_fetched_but_asked_for(store: NetworkStore) -> None:
    with pytest.raises(UsageError) as caught:
        store.fetch("mobilenet_v2_tf")
    assert "networks import mobilenet_v2_tf FILE" in sentence(caught.value)
    assert "import it" in store.state("mobilenet_v2_tf").needs


def photos(folder: Path, count: int) -> Path:
    for seed in range(count):
        save(scene(seed, 96, 64), folder / f"{seed}.jpg")
    return folder


def test_a_whitening_is_learned_on_a_folder_of_photos(
    store: NetworkStore, classifier_file: Path, tmp_path: Path, picture: np.ndarray
) -> None:
    folder = photos(tmp_path / "photos", 60)
    (folder / "broken.jpg").write_bytes(b"no photo")
    seen: list[tuple[int, int]] = []
    done = store.import_file(SMALL, classifier_file, whiten=folder, progress=lambda *now: seen.append(now))
    assert done.manifest.whitening == "folder"
    assert any("60 photos" in note for note in done.notes)
    assert seen[-1][1] == 61
    runner = NetworkRunner(store.folder(SMALL))
    assert np.linalg.norm(runner.vector(picture)) == pytest.approx(1, abs=1e-5)
    spread = np.stack([runner.vector(scene(seed, 96, 64)) for seed in range(100, 120)])
    plain = np.stack([runner.pooled(scene(seed, 96, 64)) for seed in range(100, 120)])
    assert np.mean(spread @ spread.T) < np.mean(plain @ plain.T) - 0.2


def test_too_few_photos_for_a_whitening_are_refused(store: NetworkStore, classifier_file: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        store.import_file(SMALL, classifier_file, whiten=photos(tmp_path / "photos", 3))
    assert "at least 50 photos" in sentence(caught.value)
    assert store.find(SMALL) is None
