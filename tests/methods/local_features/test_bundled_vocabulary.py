"""The visual words in the box: sound, quick to find, checked when they are read, and made by a recipe that goes on."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scenes import save, scene
from visearch_desktop.core.errors import VocabularyDamagedError
from visearch_desktop.core.paths import resource
from visearch_desktop.core.sentences import sentence
from visearch_desktop.methods.local_features import bundled_vocabulary as module
from visearch_desktop.methods.local_features.bundled_vocabulary import (
    FOLDER,
    RECORD,
    WORDS,
    BundledVocabulary,
    bundled_vocabulary,
    read_record,
    read_vocabulary,
    write_vocabulary,
)
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.rootsift import STEP, RootSift
from visearch_desktop.methods.local_features.visual_word_rows import BITS
from visearch_desktop.methods.local_features.vocabulary import nearest_words, unit_rows
from visearch_desktop.photos.decode import decode

CHECKOUT = Path(__file__).resolve().parents[3]
MOST_BYTES = 4_000_000
PROJECTION = np.linalg.qr(np.random.default_rng(0).standard_normal((128, BITS)))[0].astype(np.float32)
ROOTSIFT = RootSift()
SHARE_NEAREST = 0.985
"""Of features of places-develop 0.994; the card has it for features of the pool."""


def some_levels(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 8, (count, 128), dtype=np.uint8)


def some_rows(count: int, seed: int = 1) -> np.ndarray:
    return unit_rows(some_levels(count, seed))


def small(sizes: list[int], seed: int = 0) -> BundledVocabulary:
    return BundledVocabulary(some_rows(sum(sizes), seed), np.array(sizes), PROJECTION)


def features_of(path: Path) -> LocalFeatures:
    photo = decode(path, ROOTSIFT.working_px)
    return ROOTSIFT.extract(photo.pixels, photo.width, photo.height)


@pytest.fixture(scope="module")
def real_rows() -> np.ndarray:
    """Features of photos that taught nothing."""
    folder = CHECKOUT.parent / "shared" / "data" / "places-develop" / "images"
    photos = [features_of(path) for path in sorted(folder.iterdir())[::120]]
    return np.concatenate([ROOTSIFT.comparable(photo) for photo in photos])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small vocabulary in files."""
    write_vocabulary(tmp_path, some_levels(40), STEP, np.array([10, 25, 5]), PROJECTION, "rootsift")
    return tmp_path


# --- what is in the box -----------------------------------------------------------------------------------------------


def test_the_words_in_the_box_are_many_and_small() -> None:
    record, words = read_record(), bundled_vocabulary()
    assert 20_000 <= len(words) <= 65_536
    assert (record.words, record.cells, record.numbers) == (len(words), len(words.sizes), words.words.shape[1])
    held = resource(FOLDER)
    assert sum(len(held.joinpath(name).read_bytes()) for name in (WORDS, RECORD)) <= MOST_BYTES
    assert record.sha256 in held.joinpath("CARD.md").read_text(encoding="utf-8")


def test_the_word_of_a_word_is_itself() -> None:
    words = bundled_vocabulary()
    some = np.arange(0, len(words), 37)
    found, squared = words.assign(words.words[some])
    assert np.array_equal(found[:, 0], some)
    assert squared == pytest.approx(0, abs=1e-5)


def test_the_directions_of_the_bits_are_at_right_angles() -> None:
    projection = bundled_vocabulary().projection
    assert projection.T @ projection == pytest.approx(np.eye(BITS), abs=1e-4)


@pytest.mark.shared_data
def test_real_features_find_their_nearest_word_and_nearly_the_nearest_distance(real_rows) -> None:
    words = bundled_vocabulary()
    some = real_rows[::4]
    exact, nearest = nearest_words(some, words.words)
    found, squared = words.assign(some)
    assert (found == exact).mean() >= SHARE_NEAREST
    assert squared.mean() <= 1.01 * nearest.mean()


@pytest.mark.shared_data
def test_features_of_one_word_differ_in_many_bits_and_a_noised_copy_in_few(real_rows) -> None:
    words = bundled_vocabulary()
    found = words.assign(real_rows)[0][:, 0]
    signed = words.signatures(real_rows, found)
    rng = np.random.default_rng(0)
    noised = real_rows + 0.01 * rng.standard_normal(real_rows.shape).astype(np.float32)
    copies = _differing(signed, words.signatures(noised, found))
    order = np.argsort(found, kind="stable")
    same = np.flatnonzero(found[order][1:] == found[order][:-1])
    others = _differing(signed[order[same]], signed[order[same + 1]])
    assert np.quantile(copies, 0.95) <= 12
    assert np.median(others) >= 26
    assert np.unpackbits(signed, axis=1).mean(axis=0) == pytest.approx(np.full(BITS, 0.5), abs=0.06)


def _differing(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.bitwise_count(one ^ other).sum(axis=1)


def test_reading_needs_numpy_alone() -> None:
    code = (
        "import sys; from visearch_desktop.methods.local_features.bundled_vocabulary import bundled_vocabulary as b; "
        "b(); print([name for name in ('torch', 'cv2', 'faiss', 'hnswlib', 'onnxruntime') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=CHECKOUT)
    assert done.stdout.strip() == "[]"


# --- finding words ----------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(0, 12), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_looking_into_every_cell_is_exact(sizes: list[int], count: int, each: int) -> None:
    words, rows = small(sizes), some_rows(count)
    found, squared = words.assign(rows, each, probes=len(sizes))
    exact, nearest = nearest_words(rows, words.words, each)
    assert np.array_equal(found, exact)
    assert squared == pytest.approx(nearest, abs=1e-5)


def test_where_the_cells_hold_fewer_words_the_farthest_is_repeated() -> None:
    words = small([1, 1, 1])
    found, squared = words.assign(some_rows(5), 3, probes=1)
    assert (found[:, 1:] == found[:, :1]).all()
    assert (squared[:, 1:] == squared[:, :1]).all()


def test_distances_are_those_to_the_words_found_nearest_first() -> None:
    words, rows = small([30, 20, 50]), some_rows(40)
    found, squared = words.assign(rows, 3, probes=2)
    assert squared == pytest.approx(((rows[:, None] - words.words[found]) ** 2).sum(axis=2), abs=1e-5)
    assert (np.diff(squared, axis=1) >= 0).all()


def test_blocks_and_neighbours_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    words, rows = small([30] * 20), some_rows(300)
    whole = words.assign(rows, 2, probes=4)[0]
    assert np.array_equal(words.assign(rows[::-1], 2, probes=4)[0][::-1], whole)
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 7)
    assert np.array_equal(words.assign(rows, 2, probes=4)[0], whole)


def test_of_equal_words_the_first_is_taken() -> None:
    rows = some_rows(3)
    words = BundledVocabulary(np.concatenate([rows, rows]), np.array([3, 3]), PROJECTION)
    assert words.assign(rows, probes=2)[0][:, 0].tolist() == [0, 1, 2]


def test_no_features_have_no_words_and_no_bits() -> None:
    words = small([4, 4])
    found, squared = words.assign(np.zeros((0, 128), np.float32), 3)
    assert found.shape == squared.shape == (0, 3)
    assert words.signatures(np.zeros((0, 128), np.float32), found[:, 0]).shape == (0, 8)


def test_bits_say_on_which_side_of_the_word_a_feature_lies() -> None:
    words = small([4, 4])
    number = np.array([5])
    beside = words.words[number] + 0.1 * words.projection[:, 9] - 0.1 * words.projection[:, 10]
    bits = np.unpackbits(words.signatures(beside, number), axis=1, bitorder="little")[0]
    assert (bits[9], bits[10]) == (1, 0)


def test_nothing_in_it_can_be_changed() -> None:
    words = small([4, 4])
    for array in (words.words, words.projection):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 1


@pytest.mark.parametrize("sizes", [[], [3, 4], [8, 0], [9]])
def test_words_that_do_not_fill_their_cells_are_refused(sizes: list[int]) -> None:
    with pytest.raises(ValueError, match="cells"):
        BundledVocabulary(some_rows(8), np.array(sizes, dtype=np.int64), PROJECTION)


# --- files ------------------------------------------------------------------------------------------------------------


def test_what_was_written_is_read(folder: Path) -> None:
    words = read_vocabulary(folder)
    assert words.words == pytest.approx(some_levels(40) * STEP)
    assert words.sizes.tolist() == [10, 25, 5]
    assert np.array_equal(words.projection, PROJECTION)
    assert read_record(folder).features == "rootsift"


def test_the_same_words_are_the_same_file(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    write_vocabulary(other, some_levels(40), STEP, np.array([10, 25, 5]), PROJECTION, "rootsift")
    assert (other / WORDS).read_bytes() == (folder / WORDS).read_bytes()


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("name", [WORDS, RECORD])
@pytest.mark.parametrize("harm", [Path.unlink, halve, lambda path: path.write_bytes(b""), flip], ids=str)
def test_a_damaged_file_is_one_sentence(name: str, harm, folder: Path) -> None:
    harm(folder / name)
    with pytest.raises(VocabularyDamagedError) as caught:
        read_vocabulary(folder)
    said = sentence(caught.value)
    assert said.startswith("The visual words that come with the program cannot be used")
    assert "\n" not in said


@pytest.mark.parametrize("content", [b"no zip", b""])
def test_a_wrong_file_with_the_right_checksum_is_damaged_too(content: bytes, folder: Path) -> None:
    (folder / WORDS).write_bytes(content)
    record = json.loads((folder / RECORD).read_text())
    (folder / RECORD).write_text(json.dumps({**record, "sha256": hashlib.sha256(content).hexdigest()}))
    with pytest.raises(VocabularyDamagedError):
        read_vocabulary(folder)


@pytest.mark.parametrize("change", [{"format": 2}, {"sha256": "0" * 64}])
def test_words_that_are_not_what_the_record_says_are_refused(change: dict[str, object], folder: Path) -> None:
    record = json.loads((folder / RECORD).read_text())
    (folder / RECORD).write_text(json.dumps({**record, **change}))
    with pytest.raises(VocabularyDamagedError):
        read_vocabulary(folder)


# --- the recipe -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def recipe() -> ModuleType:
    spec = importlib.util.spec_from_file_location("recipe", CHECKOUT / "packaging" / "bundled_vocabulary.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture(scope="module")
def extracted(recipe: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Features of a few scenes, one of which is held out."""
    scratch = tmp_path_factory.mktemp("scratch")
    with tarfile.open(scratch / "pool.tar", "w") as tar:
        for seed in range(5):
            tar.add(save(scene(seed, 200, 150), scratch / "photos" / f"{seed}.jpg"), f"pool/{seed}.jpg")
    recipe.SHARD_PHOTOS = 2
    recipe.extract(scratch / "pool.tar", scratch, 1)
    return scratch


def test_extraction_goes_on_where_it_stopped(recipe: ModuleType, extracted: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "again"
    shutil.copytree(extracted, scratch)
    shards = sorted((scratch / "features-x1").glob("*.npz"))
    assert len(shards) == 3
    shards[1].unlink()
    kept = shards[0].stat().st_mtime_ns
    recipe.extract(scratch / "pool.tar", scratch, 1)
    assert shards[0].stat().st_mtime_ns == kept
    for held_out in (False, True):
        once, again = (recipe.read_features(folder, 1, held_out=held_out) for folder in (extracted, scratch))
        assert np.array_equal(once, again)


def test_a_photo_that_is_held_out_teaches_nothing(recipe: ModuleType, extracted: Path) -> None:
    first = features_of(extracted / "photos" / "0.jpg").descriptors
    assert np.array_equal(recipe.read_features(extracted, 1, held_out=True), first)
    taught = recipe.read_features(extracted, 1, held_out=False)
    assert np.array_equal(taught[: len(features_of(extracted / "photos" / "1.jpg"))],
                          features_of(extracted / "photos" / "1.jpg").descriptors)  # fmt: skip


def test_a_run_that_was_stopped_gives_the_same_words(
    recipe: ModuleType, extracted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipe, "ALL_ROUNDS", 2)
    folders = []
    for name in ("once", "twice"):
        scratch = tmp_path / name
        shutil.copytree(extracted, scratch)
        if name == "twice":
            monkeypatch.setattr(recipe, "ALL_ROUNDS", 1)
            recipe.learn(scratch, 1, 64, 0, 0)
            monkeypatch.setattr(recipe, "ALL_ROUNDS", 2)
        recipe.learn(scratch, 1, 64, 0, 0)
        recipe.write(scratch, 1, 64, scratch / "out", 0)
        folders.append(scratch / "out")
    assert (folders[0] / WORDS).read_bytes() == (folders[1] / WORDS).read_bytes()
    assert len(read_vocabulary(folders[0])) == 64


def test_moving_words_brings_them_nearer(recipe: ModuleType, extracted: Path) -> None:
    levels = recipe.read_features(extracted, 1, held_out=False)
    words, _ = recipe.begin(levels, 64, 0)
    distances = []
    for _ in range(3):
        words, distance = recipe.moved(levels, BundledVocabulary(*recipe.in_cells(words, 16, 0), PROJECTION), 0)
        distances.append(distance)
    assert distances[2] < distances[1] < distances[0]
