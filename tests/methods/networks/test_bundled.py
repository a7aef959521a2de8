"""The network in the box: there without a download, preferred last, verified, never removed; and this program's own."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.methods.networks.tiny import tiny_network
from visearch_desktop.core.errors import ChecksumError, NetworkDamagedError, NetworkMissingError, UsageError
from visearch_desktop.core.paths import bundled_networks_folder
from visearch_desktop.core.sentences import sentence
from visearch_desktop.methods.descriptors import build, gem
from visearch_desktop.methods.descriptors.build import default_descriptor
from visearch_desktop.methods.networks import listing
from visearch_desktop.methods.networks import store as store_module
from visearch_desktop.methods.networks.listing import NetworkEntry, listed_networks
from visearch_desktop.methods.networks.manifest import (
    GRAPH,
    MANIFEST,
    SHARED_WEIGHTS,
    known_pictures,
    read_manifest,
)
from visearch_desktop.methods.networks.running import NetworkRunner
from visearch_desktop.methods.networks.store import NetworkStore

NAME = "visearch_v1"
ROOT = Path(__file__).resolve().parents[3]
OWN = [entry for entry in listed_networks() if entry.is_bundled]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("onnx")
    folder = tmp_path_factory.mktemp("made") / NAME
    tiny_network(folder, NAME)
    return folder


@pytest.fixture
def box(tmp_path: Path, made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the program's own networks lie for this test, with a tiny one in it that is listed last."""
    folder = tmp_path / "box"
    shutil.copytree(made, folder / NAME)
    list_networks(monkeypatch, folder)
    return folder


def list_networks(monkeypatch: pytest.MonkeyPatch, box: Path, **other: object) -> None:
    manifest = read_manifest(box / NAME)
    assert manifest is not None
    known = next(entry for entry in listed_networks() if entry.name == "mobilenet_v3_small")
    entry = replace(known, name=NAME, url="", hash_prefix="", is_bundled=True, sha256=manifest.sha256, **other)
    entries = (*(one for one in listed_networks() if not one.is_bundled), entry)
    for module in (listing, store_module, build, gem):
        monkeypatch.setattr(module, "bundled_networks_folder", lambda: box, raising=False)
        monkeypatch.setattr(module, "listed_networks", lambda: entries, raising=False)
        monkeypatch.setattr(
            module, "find_network", lambda name: {one.name: one for one in entries}[name], raising=False
        )
        monkeypatch.setattr(
            module, "describing_networks", lambda: tuple(one for one in entries if one.kind == "descriptor"),
            raising=False,
        )  # fmt: skip


def test_it_is_present_without_being_imported_and_the_default_only_where_no_other_network_is(
    box: Path, made: Path, tmp_path: Path
) -> None:
    folders = [tmp_path / "own", box]
    store = NetworkStore(folders)
    assert store.state(NAME).state == "present"
    assert store.folder(NAME) == box / NAME
    assert store.damaged() == ()
    assert default_descriptor(folders) == NAME
    assert default_descriptor(folders[:1]) == "rootsift_vlad", "of folders that it is not in it is not a part"
    shutil.copytree(made, tmp_path / "own" / "vgg16")
    assert default_descriptor(folders) == "vgg16", "whoever took a network in wants to use it"


def test_it_can_be_neither_removed_nor_fetched(box: Path) -> None:
    store = NetworkStore([box.parent / "own", box])
    with pytest.raises(UsageError, match="part of the program and cannot be removed"):
        store.remove(NAME)
    with pytest.raises(UsageError, match="part of the program: there is nothing to download"):
        store.fetch(NAME)
    assert store.state(NAME).state == "present"


def test_an_import_under_its_name_goes_before_it_and_can_be_removed(box: Path, made: Path, tmp_path: Path) -> None:
    store = NetworkStore([tmp_path / "own", box])
    shutil.copytree(made, tmp_path / "own" / NAME)
    assert store.folder(NAME) == tmp_path / "own" / NAME
    store.remove(NAME)
    assert store.folder(NAME) == box / NAME


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0x10
    file.write_bytes(data)


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def other_number(file: Path) -> None:
    record = json.loads(file.read_text())
    record["input_px"] += 64
    file.write_text(json.dumps(record))


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        *((name, harm) for name in (GRAPH, SHARED_WEIGHTS) for harm in (cut, flip, Path.unlink, emptied)),
        (MANIFEST, cut), (MANIFEST, Path.unlink), (MANIFEST, other_number),
    ],
)  # fmt: skip
def test_a_damaged_one_is_said_in_a_sentence_and_something_else_describes(
    box: Path, name: str, damage: Callable[[Path], object]
) -> None:
    store = NetworkStore([box.parent / "own", box])
    assert store.state(NAME).state == "present"
    damage(box / NAME / name)
    assert store.state(NAME).state == "damaged"
    assert NAME in [state.entry.name for state in store.list()]
    assert default_descriptor(store.folders) == "rootsift_vlad"
    (error,) = store.damaged()
    assert sentence(error) == (
        "The program's own network “visearch_v1” is damaged and is not used: install the program again."
    )
    with pytest.raises(NetworkDamagedError):
        gem.build_network_descriptor(NAME, store.folders)


def test_lines_that_end_otherwise_are_no_damage(box: Path) -> None:
    record = box / NAME / MANIFEST
    record.write_bytes(record.read_bytes().replace(b"\n", b"\r\n"))
    assert NetworkStore([box]).state(NAME).state == "present"


@pytest.mark.parametrize("name", [GRAPH, SHARED_WEIGHTS])
def test_what_is_damaged_while_the_program_runs_is_not_loaded(box: Path, name: str) -> None:
    runner = NetworkRunner(box / NAME)
    flip(box / NAME / name)
    with pytest.raises(ChecksumError):
        runner.vector(known_pictures()[0])


def test_its_numbers_are_on_the_disk_once(box: Path) -> None:
    sizes = {file.name: file.stat().st_size for file in (box / NAME).iterdir()}
    assert set(sizes) == {GRAPH, SHARED_WEIGHTS, MANIFEST}
    assert sizes[GRAPH] < 3000 < sizes[SHARED_WEIGHTS]


@pytest.mark.parametrize("name", ["plain", "my photos (ä, ß, 写真)"])
def test_it_runs_from_a_folder_of_any_name_that_cannot_be_written_to(box: Path, tmp_path: Path, name: str) -> None:
    place = tmp_path / name / NAME
    shutil.copytree(box / NAME, place)
    place.chmod(0o555)
    for file in place.iterdir():
        file.chmod(0o444)
    pixels = known_pictures()[0]
    assert np.array_equal(NetworkRunner(place).vector(pixels), NetworkRunner(box / NAME).vector(pixels))


def test_it_runs_where_its_files_are_links_into_another_folder(box: Path, tmp_path: Path) -> None:
    place = tmp_path / NAME
    place.mkdir()
    for file in (box / NAME).iterdir():
        (place / file.name).symlink_to(file)
    pixels = known_pictures()[0]
    assert np.array_equal(NetworkRunner(place).vector(pixels), NetworkRunner(box / NAME).vector(pixels))


def test_a_store_elsewhere_does_not_offer_it(box: Path, tmp_path: Path) -> None:
    store = NetworkStore([tmp_path / "own"])
    assert NAME not in [state.entry.name for state in store.list()]
    with pytest.raises(NetworkMissingError):
        store.folder(NAME)


def test_without_its_folder_it_is_not_listed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(listing, "bundled_networks_folder", lambda: tmp_path)
    assert not any(entry.is_bundled for entry in listed_networks.__wrapped__())
    (tmp_path / NAME).mkdir()
    assert [entry.name for entry in listed_networks.__wrapped__() if entry.is_bundled] == [NAME]


@pytest.mark.parametrize("again", [False, True])
def test_the_list_decides_whether_the_librarys_photos_whiten_it_once_more(
    box: Path, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    list_networks(monkeypatch, box, library_whitening=again)
    built = gem.build_network_descriptor(NAME, [box])
    assert built.name == NAME
    assert built.learns == again
    if again:
        assert built.base is not None
        alone = gem.build_network_descriptor(NAME, [box], ending=gem.OWN)
        assert (built.base.name, built.base.key) == (f"{NAME}_own", alone.key)


def test_the_wheel_takes_all_resources_along_and_nothing_is_kept_out_of_them() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["force-include"]["resources"] == "visearch_desktop/resources"
    assert not {"exclude", "artifacts"} & set(wheel)
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert not [
        line for line in ignored if line.rstrip("/").endswith((".onnx", ".safetensors", ".npz", ".json", "networks"))
    ]
    assert bundled_networks_folder() == ROOT / "resources" / "networks"


@pytest.mark.parametrize("entry", OWN, ids=lambda entry: entry.name)
def test_the_one_in_this_program_is_small_sound_and_as_listed(entry: NetworkEntry) -> None:
    folder = bundled_networks_folder() / entry.name
    assert NetworkStore([bundled_networks_folder()]).state(entry.name).state == "present"
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 8_000_000
    manifest = read_manifest(folder)
    assert manifest is not None
    assert manifest.sha256 == entry.sha256
    assert (manifest.name, manifest.described_by) == (entry.name, entry.name)
    names = ("architecture", "whitening", "dimension", "input_px", "scales", "mean", "std", "padding", "norm_eps")
    assert {name: getattr(manifest, name) for name in names} == {name: getattr(entry, name) for name in names}
    assert manifest.dimension <= 256
    assert "## Data" in (folder / "CARD.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("entry", OWN, ids=lambda entry: entry.name)
def test_the_one_in_this_program_gives_the_numbers_of_torch(entry: NetworkEntry) -> None:
    pytest.importorskip("torch")
    from tests.scenes import scene

    folder = bundled_networks_folder() / entry.name
    onnx, other = NetworkRunner(folder), NetworkRunner(folder, "torch-cpu")
    for size in ((512, 384), (200, 310)):
        pixels = scene(8, *size)
        assert float(onnx.vector(pixels) @ other.vector(pixels)) >= 0.9999
    assert onnx.note == other.note == ""
