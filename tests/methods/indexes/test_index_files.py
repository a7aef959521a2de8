"""Files of approximate indexes: they come back as they were, and nothing that is off is ever searched."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from tests.methods.indexes.clusters import APPROXIMATE, KEY, LEARNED, Build, clustered, filled
from visearch_desktop.core.errors import IndexDamagedError
from visearch_desktop.methods.indexes import manifest
from visearch_desktop.methods.indexes.hnsw import HnswIndex
from visearch_desktop.methods.indexes.index import ApproximateIndex
from visearch_desktop.methods.indexes.lsh import LshIndex
from visearch_desktop.methods.indexes.pq import PqIndex

EVERY = pytest.mark.parametrize("build", APPROXIMATE.values(), ids=APPROXIMATE)
FAISS = pytest.mark.parametrize("build", [LshIndex, *LEARNED.values()], ids=["lsh", *LEARNED])


@pytest.fixture
def kind(build: Build) -> type[ApproximateIndex]:
    return type(build(32))


@pytest.fixture
def saved(tmp_path: Path, build: Build) -> Path:
    index = filled(build, clustered(300))
    index.remove(np.array([110, 120]))
    path = tmp_path / "gem.json"
    index.save(path, KEY)
    return path


def rewritten(path: Path, **changes: object) -> None:
    """Change a manifest so that its own checksum is right."""
    stored = {**json.loads(path.read_text()), **changes}
    del stored["sha256"]
    stored["sha256"] = hashlib.sha256(json.dumps(stored, sort_keys=True).encode()).hexdigest()
    path.write_text(json.dumps(stored))


@EVERY
def test_the_same_vectors_give_the_same_files_however_they_came(build: Build, tmp_path: Path) -> None:
    vectors = clustered(600)
    filled(build, vectors).save(tmp_path / "one.json", KEY)
    index = build(32)
    for start in range(0, 600, 37):
        index.add(vectors[start : start + 37], np.arange(start, min(600, start + 37)) + 100)
    index.save(tmp_path / "two.json", KEY)
    one, two = (json.loads((tmp_path / f"{name}.json").read_text())["files"] for name in ("one", "two"))
    assert {part: entry["sha256"] for part, entry in one.items()} == {
        part: entry["sha256"] for part, entry in two.items()
    }


@EVERY
def test_a_saved_index_answers_as_before(saved: Path, build: Build, kind: type[ApproximateIndex]) -> None:
    vectors = clustered(300)
    before = filled(build, vectors)
    before.remove(np.array([110, 120]))
    index = kind.load(saved, KEY, 32)
    assert index.ids().tolist() == [n for n in range(100, 400) if n not in {110, 120}]
    assert len(index) == 298
    for query in clustered(20, seed=4):
        for was, now in zip(before.search(query, 30), index.search(query, 30), strict=True):
            np.testing.assert_array_equal(was, now)
    assert 110 not in index.search(vectors[10], 298)[0]
    index.add(vectors[10:11], np.array([110]))
    assert index.search(vectors[10], 1)[0].tolist() == [110]


@pytest.mark.parametrize("build", LEARNED.values(), ids=LEARNED)
def test_what_was_saved_before_learning_learns_as_if_it_had_never_been_away(build: Build, tmp_path: Path) -> None:
    vectors = clustered(400)
    filled(build, vectors[:200]).save(tmp_path / "half.json", KEY)
    index = type(build(32)).load(tmp_path / "half.json", KEY, 32)
    index.add(vectors[200:], np.arange(300, 500))
    ids, similarities = index.search(vectors[7], 40)
    straight = filled(build, vectors).search(vectors[7], 40)
    np.testing.assert_array_equal(ids, straight[0])
    np.testing.assert_array_equal(similarities, straight[1])


@EVERY
def test_saving_again_replaces_all_old_files(saved: Path, build: Build, kind: type[ApproximateIndex]) -> None:
    before = {file.name for file in saved.parent.iterdir()}
    filled(build, clustered(50)).save(saved, KEY)
    after = {file.name for file in saved.parent.iterdir()}
    assert len(before) == len(after) == 3
    assert before & after == {"gem.json"}
    assert len(kind.load(saved, KEY, 32)) == 50


@EVERY
def test_any_damaged_byte_of_any_file_is_noticed(saved: Path, kind: type[ApproximateIndex]) -> None:
    rng = np.random.default_rng(3)
    for file in sorted(saved.parent.iterdir()):
        whole = file.read_bytes()
        for position in [0, len(whole) - 1, *rng.integers(0, len(whole), 12).tolist()]:
            file.write_bytes(whole[:position] + bytes([whole[position] ^ 0x41]) + whole[position + 1 :])
            with pytest.raises(IndexDamagedError):
                kind.load(saved, KEY, 32)
        for damaged in (b"", whole[:-1], whole + b"\0"):
            file.write_bytes(damaged)
            with pytest.raises(IndexDamagedError):
                kind.load(saved, KEY, 32)
        file.write_bytes(whole)
    assert len(kind.load(saved, KEY, 32)) == 298


@EVERY
def test_files_that_changed_places_are_noticed(saved: Path, kind: type[ApproximateIndex]) -> None:
    one, two = (file for file in saved.parent.iterdir() if file != saved)
    content = one.read_bytes(), two.read_bytes()
    two.write_bytes(content[0])
    one.write_bytes(content[1])
    with pytest.raises(IndexDamagedError):
        kind.load(saved, KEY, 32)


@EVERY
def test_a_missing_part_is_damage_but_a_missing_manifest_is_no_index(saved: Path, kind: type[ApproximateIndex]) -> None:
    next(saved.parent.glob("*.ids")).unlink()
    with pytest.raises(IndexDamagedError):
        kind.load(saved, KEY, 32)
    saved.unlink()
    with pytest.raises(FileNotFoundError):
        kind.load(saved, KEY, 32)


@EVERY
def test_an_index_of_another_descriptor_is_not_taken(saved: Path, kind: type[ApproximateIndex]) -> None:
    for key, dimension in ((f"{KEY}0", 32), (KEY, 33)):
        with pytest.raises(IndexDamagedError, match="another descriptor"):
            kind.load(saved, key, dimension)


@EVERY
def test_another_format_or_count_in_a_sound_manifest_is_not_taken(saved: Path, kind: type[ApproximateIndex]) -> None:
    rewritten(saved, count=297)
    with pytest.raises(IndexDamagedError, match="count"):
        kind.load(saved, KEY, 32)
    rewritten(saved, count=298, format=f"{json.loads(saved.read_text())['format']}0")
    with pytest.raises(IndexDamagedError, match="format"):
        kind.load(saved, KEY, 32)


def test_the_files_of_one_method_are_no_other_methods(tmp_path: Path) -> None:
    filled(LshIndex, clustered(30)).save(tmp_path / "gem.json", KEY)
    with pytest.raises(IndexDamagedError, match="format"):
        PqIndex.load(tmp_path / "gem.json", KEY, 32)


@FAISS
@pytest.mark.parametrize(
    "facts", [{}, {"parameters": {}, "trained": 1}, {"parameters": {"colour": 3}, "trained": True}]
)
def test_facts_that_make_no_index_are_damage(
    saved: Path, kind: type[ApproximateIndex], facts: dict[str, object]
) -> None:
    if facts.get("parameters") == {}:  # the defaults are an index, but not of this dimension
        facts = {**facts, "parameters": None}
    rewritten(saved, facts={"dimension": 32, **facts})
    with pytest.raises(IndexDamagedError):
        kind.load(saved, KEY, 32)


@FAISS
@pytest.mark.parametrize("keep", [0, 3, 40, 0.5, 0.99])
def test_what_faiss_cannot_read_is_damage_even_under_a_sound_manifest(
    saved: Path, kind: type[ApproximateIndex], keep: float
) -> None:
    stored, files = manifest.read(saved)
    parts = {name: file.read_bytes() for name, file in files.items()}
    parts["faiss"] = parts["faiss"][: int(keep if keep >= 1 else keep * len(parts["faiss"]))]
    manifest.write(
        saved, stored, {name: lambda file, part=part: file.write_bytes(part) for name, part in parts.items()}
    )
    with pytest.raises(IndexDamagedError):
        kind.load(saved, KEY, 32)


@EVERY
def test_a_crash_while_saving_leaves_the_old_index(
    saved: Path, build: Build, kind: type[ApproximateIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each of the renames."""
    real = Path.replace
    for survives in range(3):
        left = survives

        def crash(self: Path, target: Path) -> Path:
            nonlocal left
            if left == 0:
                raise KeyboardInterrupt
            left -= 1
            return real(self, target)

        monkeypatch.setattr(Path, "replace", crash)
        with pytest.raises(KeyboardInterrupt):
            filled(build, clustered(77, seed=9)).save(saved, KEY)
        monkeypatch.setattr(Path, "replace", real)
        assert len(kind.load(saved, KEY, 32)) == 298
    filled(build, clustered(77, seed=9)).save(saved, KEY)
    assert len(list(saved.parent.iterdir())) == 3


@pytest.mark.parametrize("build", [HnswIndex])
def test_deleting_takes_all_files_of_that_index_and_no_other(saved: Path) -> None:
    filled(HnswIndex, clustered(20)).save(saved.with_name("gem2.json"), KEY)
    manifest.delete(saved)
    assert {file.name.split(".")[0] for file in saved.parent.iterdir()} == {"gem2"}
