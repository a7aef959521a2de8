"""Files of the local index that are off: nothing is answered from them, and what was cut short is as if never begun."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pytest

from tests.methods.indexes.local.made import KEY, asked, assert_same_photo, filled, photo, photos
from visearch_desktop.core.errors import IndexDamagedError
from visearch_desktop.methods.indexes.local import local_index
from visearch_desktop.methods.indexes.local.local_index import LocalIndex


@pytest.fixture(autouse=True)
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_index, "SEALED", 6)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two segments, one of them with a dead photo, and a journal with five photos and a removal."""
    index = filled(tmp_path, range(16))
    index.remove([3])
    index.append(photos([16]), [16])
    index.close()
    assert len(list(tmp_path.iterdir())) >= 4
    return tmp_path


def test_any_damaged_byte_is_noticed(folder: Path) -> None:
    rng = np.random.default_rng(3)
    for file in sorted(folder.iterdir()):
        whole = file.read_bytes()
        for place in [0, len(whole) - 1, *rng.integers(0, len(whole), 8).tolist()]:
            file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
            with pytest.raises(IndexDamagedError):
                LocalIndex.open(folder, KEY)
        file.write_bytes(whole)
    assert len(LocalIndex.open(folder, KEY)) == 16


def test_damage_that_left_the_time_of_a_file_as_it_was_is_found_by_a_check(folder: Path) -> None:
    file = min(folder.glob("*.segment"))
    facts, whole = file.stat(), file.read_bytes()
    place = whole.index(photo(2).bits[:1].tobytes())
    file.write_bytes(whole[:place] + b"\0\0" + whole[place + 2 :])
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    index = LocalIndex.open(folder, KEY)
    with pytest.raises(IndexDamagedError, match="checksum"):
        index.check()


def test_copied_files_are_taken_after_a_look_at_every_byte(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    copy = tmp_path_factory.mktemp("copy")
    for file in folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    assert len(LocalIndex.open(copy, KEY)) == 16


@pytest.mark.parametrize("suffix", [".segment", ".journal"])
@pytest.mark.parametrize("left", [0, 10, 1000])
def test_a_file_that_is_missing_or_was_cut_is_damage_or_lacks_only_the_end(
    folder: Path, suffix: str, left: int
) -> None:
    file = next(folder.glob(f"*{suffix}"))
    whole = file.read_bytes()
    file.write_bytes(whole[:left])
    if suffix == ".journal":
        index = LocalIndex.open(folder, KEY)
        assert set(index.ids().tolist()) <= set(range(17))
    else:
        with pytest.raises(IndexDamagedError):
            LocalIndex.open(folder, KEY)
    file.unlink(missing_ok=True)
    with pytest.raises(IndexDamagedError):
        LocalIndex.open(folder, KEY)


def test_a_record_that_was_cut_short_was_never_written(tmp_path: Path) -> None:
    index = filled(tmp_path, range(2))
    journal = next(tmp_path.glob("*.journal"))
    before = journal.stat().st_size
    index.append([photo(2, 3)], [2])
    whole = journal.read_bytes()
    for end in (*range(before, len(whole), 7), len(whole) - 1):
        journal.write_bytes(whole[:end])
        index = LocalIndex.open(tmp_path, KEY)
        assert index.ids().tolist() == [0, 1]
        index.append([photo(7)], [7])
        index = LocalIndex.open(tmp_path, KEY)
        assert index.ids().tolist() == [0, 1, 7]
        assert_same_photo(index.features_of(7), photo(7))
    journal.write_bytes(whole + b"\0" * 100)  # space that a file system gave, and a crash left empty
    assert LocalIndex.open(tmp_path, KEY).ids().tolist() == [0, 1, 2]


def test_another_format_in_a_sound_manifest_is_not_taken(folder: Path) -> None:
    path = folder / "local.json"
    stored = json.loads(path.read_text())
    del stored["sha256"]
    stored["format"] = "local-0"
    stored["sha256"] = hashlib.sha256(json.dumps(stored, sort_keys=True).encode()).hexdigest()
    path.write_text(json.dumps(stored))
    with pytest.raises(IndexDamagedError, match="format"):
        LocalIndex.open(folder, KEY)


def test_an_index_is_made_anew_in_place_of_a_damaged_one(folder: Path) -> None:
    next(folder.glob("*.segment")).write_bytes(b"damaged")
    (folder / "local.json").write_bytes(b"{")
    index = LocalIndex.create(folder, KEY)
    assert len(index) == 0
    index.append(photos(range(9)), range(9))
    index = LocalIndex.open(folder, KEY)
    assert index.search(asked(4), 1).ids.tolist() == [4]
    assert len(list(folder.iterdir())) == 3


def test_nothing_strange_stays_in_the_folder(folder: Path) -> None:
    for name in ("000000099.segment", "000000098.new", "local.json.new", "000000097.journal"):
        (folder / name).write_bytes(b"half")
    before = len(LocalIndex.open(folder, KEY))
    assert before == 16
    assert not {"000000099.segment", "000000098.new", "local.json.new"} & {file.name for file in folder.iterdir()}


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = filled(tmp_path, range(4))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            index.append([photo(4)], [4])
        with pytest.raises(OSError, match="No space"):
            index.remove([1])
    assert index.ids().tolist() == [0, 1, 2, 3]
    index.append([photo(5)], [5])
    assert index.ids().tolist() == LocalIndex.open(tmp_path, KEY).ids().tolist() == [0, 1, 2, 3, 5]
