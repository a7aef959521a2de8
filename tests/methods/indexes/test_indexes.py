"""Neighbours, exact and approximate, while vectors come and go."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from visearch_desktop.core.errors import IndexDamagedError
from visearch_desktop.core.vectors import Vectors, normalise
from visearch_desktop.methods.indexes import manifest
from visearch_desktop.methods.indexes.exact import ExactIndex
from visearch_desktop.methods.indexes.hnsw import HnswIndex
from visearch_desktop.methods.indexes.index import Index

KEY = "gem@1/0123456789abcdef"
KINDS = pytest.mark.parametrize("kind", [ExactIndex, HnswIndex])


def clustered(count: int, dimension: int = 32, seed: int = 0) -> Vectors:
    """Unit rows around a tenth as many centres."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(max(1, count // 10), dimension))
    return normalise(centres[rng.integers(0, len(centres), count)] + 0.5 * rng.normal(size=(count, dimension)))


def filled(kind: type[ExactIndex | HnswIndex], vectors: Vectors) -> ExactIndex | HnswIndex:
    index = kind(vectors.shape[1])
    index.add(vectors, np.arange(len(vectors)) + 100)
    return index


@KINDS
def test_a_vector_is_its_own_nearest_neighbour(kind: type[ExactIndex]) -> None:
    vectors = clustered(500)
    index = filled(kind, vectors)
    for row in range(0, 500, 50):
        ids, similarities = index.search(vectors[row], 5)
        assert (ids[0], len(ids)) == (row + 100, 5)
        assert similarities[0] == pytest.approx(1, abs=1e-5)
        assert (np.diff(similarities) <= 0).all()


def test_exact_search_ranks_everything_as_sorting_by_dot_product_does() -> None:
    vectors = clustered(300)
    ids, similarities = filled(ExactIndex, vectors).search(vectors[7], 0)
    products = vectors @ vectors[7]
    assert ids.tolist() == (np.argsort(-products, kind="stable") + 100).tolist()
    assert similarities == pytest.approx(np.sort(products)[::-1])


def test_equal_similarities_come_by_ascending_id_whatever_the_order_of_adding() -> None:
    same = np.tile(clustered(1), (20, 1))
    index = ExactIndex(32)
    index.add(same, np.random.default_rng(1).permutation(20))
    assert index.search(same[0], 6)[0].tolist() == [0, 1, 2, 3, 4, 5]


@KINDS
def test_removed_vectors_are_not_found_and_may_come_back(kind: type[ExactIndex]) -> None:
    vectors = clustered(200)
    index = filled(kind, vectors)
    index.remove(np.array([103, 104, 999]))
    assert len(index) == 198
    assert not {103, 104} & set(index.search(vectors[3], 50)[0].tolist())
    index.add(vectors[3:4], np.array([103]))
    assert index.search(vectors[3], 1)[0].tolist() == [103]
    assert index.ids().tolist() == [n for n in range(100, 300) if n != 104]


@KINDS
def test_a_returned_id_may_have_another_vector(kind: type[ExactIndex]) -> None:
    vectors = clustered(60)
    index = filled(kind, vectors[:50])
    index.remove(np.array([100]))
    index.add(vectors[55:56], np.array([100]))
    assert index.search(vectors[55], 1)[0].tolist() == [100]


@KINDS
def test_it_grows_beyond_its_first_room(kind: type[ExactIndex]) -> None:
    vectors = clustered(2500, 8)
    index = kind(8)
    for begin in range(0, 2500, 500):
        index.add(vectors[begin : begin + 500], np.arange(begin, begin + 500))
    assert len(index) == 2500
    assert index.search(vectors[2400], 3)[1][0] == pytest.approx(1, abs=1e-5)


@KINDS
def test_an_empty_index_finds_nothing(kind: type[ExactIndex]) -> None:
    ids, similarities = kind(32).search(clustered(1)[0], 10)
    assert (ids.tolist(), similarities.tolist()) == ([], [])


@KINDS
def test_more_neighbours_than_there_are_gives_all(kind: type[ExactIndex]) -> None:
    vectors = clustered(30)
    assert sorted(filled(kind, vectors).search(vectors[0], 1000)[0].tolist()) == list(range(100, 130))


@KINDS
def test_adding_an_id_twice_or_the_wrong_length_is_refused(kind: type[ExactIndex]) -> None:
    index: Index = filled(kind, clustered(10))
    with pytest.raises(ValueError, match="twice"):
        index.add(clustered(1), np.array([105]))
    with pytest.raises(ValueError, match="twice"):
        index.add(clustered(2), np.array([1, 1]))
    with pytest.raises(ValueError, match="is not"):
        index.add(clustered(1, 16), np.array([1]))
    assert len(index) == 10


def test_the_graph_finds_nearly_all_that_exact_search_finds() -> None:
    vectors = clustered(3000)
    exact, graph = filled(ExactIndex, vectors), filled(HnswIndex, vectors)
    shares = []
    for query in clustered(40, seed=5):
        wanted = set(exact.search(query, 50)[0].tolist())
        shares.append(len(wanted & set(graph.search(query, 50)[0].tolist())) / 50)
    assert np.mean(shares) > 0.97


def test_the_same_vectors_give_the_same_graph(tmp_path: Path) -> None:
    for name in ("one", "two"):
        filled(HnswIndex, clustered(400)).save(tmp_path / f"{name}.json", KEY)
    one, two = (next(tmp_path.glob(f"{name}.*.graph")) for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    index = filled(HnswIndex, clustered(300))
    index.remove(np.array([110, 120]))
    path = tmp_path / "gem.json"
    index.save(path, KEY)
    return path


def test_a_saved_graph_comes_back_with_what_was_removed_from_it(saved: Path) -> None:
    vectors = clustered(300)
    index = HnswIndex.load(saved, KEY, 32)
    assert index.ids().tolist() == [n for n in range(100, 400) if n not in {110, 120}]
    assert 110 not in index.search(vectors[10], 298)[0]
    index.add(vectors[10:11], np.array([110]))
    assert index.search(vectors[10], 1)[0].tolist() == [110]


def test_saving_again_replaces_all_old_files(saved: Path) -> None:
    before = {file.name for file in saved.parent.iterdir()}
    filled(HnswIndex, clustered(50)).save(saved, KEY)
    after = {file.name for file in saved.parent.iterdir()}
    assert len(before) == len(after) == 3
    assert before & after == {"gem.json"}
    assert len(HnswIndex.load(saved, KEY, 32)) == 50


def test_any_damaged_byte_of_any_file_is_noticed(saved: Path) -> None:
    rng = np.random.default_rng(3)
    for file in sorted(saved.parent.iterdir()):
        whole = file.read_bytes()
        for position in [0, len(whole) - 1, *rng.integers(0, len(whole), 12).tolist()]:
            file.write_bytes(whole[:position] + bytes([whole[position] ^ 0x41]) + whole[position + 1 :])
            with pytest.raises(IndexDamagedError):
                HnswIndex.load(saved, KEY, 32)
        file.write_bytes(whole)
    assert len(HnswIndex.load(saved, KEY, 32)) == 298


@pytest.mark.parametrize("damage", [lambda whole: b"", lambda whole: whole[:-1], lambda whole: whole + b"\0"])
def test_a_shortened_or_lengthened_file_is_noticed(saved: Path, damage: object) -> None:
    for file in sorted(saved.parent.iterdir()):
        whole = file.read_bytes()
        file.write_bytes(damage(whole))  # type: ignore[operator]
        with pytest.raises(IndexDamagedError):
            HnswIndex.load(saved, KEY, 32)
        file.write_bytes(whole)


def test_a_missing_part_is_damage_but_a_missing_manifest_is_no_index(saved: Path) -> None:
    next(saved.parent.glob("*.ids")).unlink()
    with pytest.raises(IndexDamagedError):
        HnswIndex.load(saved, KEY, 32)
    saved.unlink()
    with pytest.raises(FileNotFoundError):
        HnswIndex.load(saved, KEY, 32)


def test_an_index_of_another_descriptor_is_not_taken(saved: Path) -> None:
    for key, dimension in ((f"{KEY}0", 32), (KEY, 33)):
        with pytest.raises(IndexDamagedError):
            HnswIndex.load(saved, key, dimension)


def test_a_well_formed_manifest_of_another_format_is_not_taken(saved: Path) -> None:
    stored = json.loads(saved.read_text())
    del stored["sha256"]
    stored["format"] = "hnsw-2"
    import hashlib

    stored["sha256"] = hashlib.sha256(json.dumps(stored, sort_keys=True).encode()).hexdigest()
    saved.write_text(json.dumps(stored))
    with pytest.raises(IndexDamagedError, match="format"):
        HnswIndex.load(saved, KEY, 32)


def test_a_crash_while_saving_leaves_the_old_index(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
            filled(HnswIndex, clustered(77, seed=9)).save(saved, KEY)
        monkeypatch.setattr(Path, "replace", real)
        assert len(HnswIndex.load(saved, KEY, 32)) == 298
    filled(HnswIndex, clustered(77, seed=9)).save(saved, KEY)
    assert len(list(saved.parent.iterdir())) == 3


def test_deleting_takes_all_files_of_that_index_and_no_other(saved: Path) -> None:
    filled(HnswIndex, clustered(20)).save(saved.with_name("gem2.json"), KEY)
    manifest.delete(saved)
    assert {file.name.split(".")[0] for file in saved.parent.iterdir()} == {"gem2"}
