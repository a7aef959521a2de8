"""ALIKE finds the same details in a photo taken from elsewhere, in the photo's own pixels."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scenes import scene, warped
from visearch_desktop.core.errors import NetworkMissingError, WeightsError
from visearch_desktop.methods.local_features import alike
from visearch_desktop.methods.local_features.alike import Alike
from visearch_desktop.methods.local_features.build import build_extractor
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.methods.matching.tentative import tentative_matches
from visearch_desktop.methods.matching.verdict import Verdict
from visearch_desktop.methods.matching.verify import verify
from visearch_desktop.methods.networks.running import NetworkRunner
from visearch_desktop.methods.networks.store import NetworkStore
from visearch_desktop.photos.decode import decode

SHARED_WEIGHTS = "weights/alike-n.pth"


@pytest.fixture(scope="module")
def untrained(with_alike: NetworkStore) -> LocalFeatureExtractor:
    return build_extractor("alike", with_alike.folders)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> LocalFeatureExtractor:
    """With the published weights; only in tests marked ``shared_data``."""
    pytest.importorskip("torch")
    shared = Path(__file__).resolve().parents[4] / "shared" / "data"
    store = NetworkStore([tmp_path_factory.mktemp("networks")])
    assert store.import_file("alike_n", shared / SHARED_WEIGHTS).manifest.is_published
    return build_extractor("alike", store.folders)


def photos(shared: Path, count: int) -> list[np.ndarray]:
    files = sorted((shared / "places-develop" / "images").iterdir())
    return [decode(path, 640).pixels for path in files[:: len(files) // count][:count]]


def tilted(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A homography as of a step to the side, and the picture seen through it."""
    height, width = pixels.shape[:2]
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * [width, height]
    moved = corners + np.array([[0.06, 0.02], [-0.02, 0.1], [-0.08, -0.05], [0.03, -0.02]]) * [width, height]
    homography = cv2.getPerspectiveTransform(corners.astype(np.float32), moved.astype(np.float32))
    return homography, warped(pixels, homography, width, height)


def test_peaks_are_the_highest_around_them_best_first() -> None:
    scores = np.zeros((40, 60), np.float32)
    scores[10, 20], scores[10, 22], scores[30, 50], scores[20, 5] = 0.7, 0.6, 0.9, 0.1
    scores[2, 30] = scores[39, 30] = 0.95
    assert alike.peaks(scores, 10).tolist() == [[50, 30], [20, 10]], "too near, too weak, or at the border: left out"
    assert alike.peaks(scores, 1).tolist() == [[50, 30]]


@settings(max_examples=40, deadline=None)
@given(height=st.integers(1, 40), width=st.integers(1, 40), levels=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_no_two_peaks_are_within_the_radius_of_each_other(height: int, width: int, levels: int, seed: int) -> None:
    scores = np.random.default_rng(seed).integers(0, levels + 1, (height, width)).astype(np.float32) / levels
    found = alike.peaks(scores, 1000)
    apart = np.abs(found[:, None] - found[None]).max(axis=2) + 1000 * np.eye(len(found))
    assert (apart > alike.RADIUS_PX).all()
    assert (np.diff(scores[found[:, 1], found[:, 0]]) <= 0).all()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_peak_is_refined_to_the_softmax_weighted_mean_of_the_places_around_it(seed: int) -> None:
    weights = np.random.default_rng(seed).uniform(0.01, 1, (5, 5))
    scores = np.zeros((20, 30), np.float32)
    scores[8:13, 18:23] = alike.TEMPERATURE * np.log(weights)
    places = np.arange(-2, 3)
    expected = [weights.sum(axis=0) @ places, weights.sum(axis=1) @ places] / weights.sum()
    (offset,) = alike.offsets(scores, np.array([[20, 10]]))
    assert offset == pytest.approx(expected, abs=1e-4)


class OnePeak:
    """A network that sees one detail, in the middle of the pixel 50, 30 of a picture of 160 × 96."""

    manifest = SimpleNamespace(input_px=640)

    def outputs(self, pixels: np.ndarray) -> tuple[np.ndarray, ...]:
        assert pixels.shape == (96, 160, 3)
        scores = np.zeros((96, 160), np.float32)
        scores[30, 50] = 0.9
        levels = [np.ones((32, -(-96 // stride), -(-160 // stride)), np.float32) for stride in (1, 2, 8, 32)]
        return scores, *levels, np.eye(128, dtype=np.float32)


def test_keypoints_are_given_in_full_size_pixels_with_centres_at_one_half() -> None:
    found = Alike(OnePeak()).extract(np.zeros((90, 150, 3), np.uint8), 300, 180)
    assert found.points.tolist() == [[101, 61]]
    assert found.sizes.tolist() == [64]
    assert (found.width, found.height) == (300, 180)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (7, 9), (33, 65), (500, 700)])
def test_no_picture_is_an_error_and_all_details_lie_inside(
    untrained: LocalFeatureExtractor, shape: tuple[int, int]
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    for pixels in (noise, np.full_like(noise, 90)):
        found = untrained.extract(pixels, 3 * shape[1], 2 * shape[0])
        assert found.points.shape == (len(found), 2)
        assert found.descriptors.shape == (len(found), 128)
        assert (found.points >= 0).all()
        assert (found.points <= [3 * shape[1], 2 * shape[0]]).all()
        assert untrained.comparable(found).shape == (len(found), 128)
        assert len(untrained.unpack(untrained.pack(found))) == len(found) <= 1000


def test_comparable_rows_are_unit_vectors_close_to_the_unquantised_ones() -> None:
    rows = np.random.default_rng(0).normal(size=(500, 128)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    levels = alike.quantised(rows)
    back = levels.astype(np.float32) - alike.ZERO_LEVEL
    back /= np.linalg.norm(back, axis=1, keepdims=True)
    assert (back * rows).sum(axis=1).min() > 0.999
    assert (alike.quantised(-rows) == 256 - levels.astype(int)).all(), "as far below zero as above"


def test_packed_features_come_back_and_no_others_are_taken(untrained: LocalFeatureExtractor) -> None:
    found = untrained.extract(scene(1), 1280, 960)
    blob = untrained.pack(found)
    back = untrained.unpack(blob)
    assert np.array_equal(back.descriptors, found.descriptors)
    assert back.points == pytest.approx(found.points, abs=0.02)
    assert back.sizes == pytest.approx(np.full(len(found), 64), rel=0.03), "32 px at half size"
    assert not back.angles_deg.any()
    assert len(blob) < 135 * len(found)
    other = build_extractor("rootsift")
    with pytest.raises(ValueError, match="local features"):
        untrained.unpack(other.pack(other.extract(scene(1), 640, 480)))


def test_the_key_changes_with_the_weights_and_everything_else(
    with_alike: NetworkStore, alike_file: Path, tmp_path: Path
) -> None:
    torch = pytest.importorskip("torch")
    state = torch.load(alike_file, weights_only=True)
    state["convhead2.weight"] += 0.01
    torch.save(state, tmp_path / "other.pth")
    other = NetworkStore([tmp_path / "networks"])
    other.import_file("alike_n", tmp_path / "other.pth")
    folders = (with_alike.folders, with_alike.folders, other.folders)
    one, same, changed = (build_extractor("alike", some) for some in folders)
    fewer = Alike(NetworkRunner(with_alike.folder("alike_n")), most=500)
    assert one.key == same.key
    assert one.key.startswith("alike@1/")
    assert len({one.key, changed.key, fewer.key}) == 3


def test_an_extractor_that_has_run_travels_to_other_processes(untrained: LocalFeatureExtractor) -> None:
    pixels = scene(2, 320, 240)
    here = untrained.pack(untrained.extract(pixels, 320, 240))
    copy = pickle.loads(pickle.dumps(untrained))
    assert copy.key == untrained.key
    assert copy.pack(copy.extract(pixels, 320, 240)) == here


def test_once_imported_it_runs_without_torch(with_alike: NetworkStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setitem(sys.modules, "torchvision", None)
    assert len(build_extractor("alike", with_alike.folders).extract(scene(2, 320, 240), 320, 240)) > 0


def test_without_weights_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(NetworkMissingError) as caught:
        build_extractor("alike", [tmp_path])
    assert caught.value.name == "alike_n"


@pytest.mark.shared_data
def test_the_smaller_published_network_is_not_taken_for_this_one(shared: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    with pytest.raises(WeightsError):
        NetworkStore([tmp_path]).import_file("alike_n", shared / "weights" / "alike-t.pth")


@pytest.mark.shared_data
def test_a_corner_is_found_where_it_is_at_full_and_at_half_size(trained: LocalFeatureExtractor) -> None:
    photo = np.full((400, 600, 3), 230, np.uint8)
    photo[150:250, 200:320] = 20
    for pixels in (photo, cv2.resize(photo, (300, 200), interpolation=cv2.INTER_AREA)):
        found = trained.extract(pixels, 600, 400)
        assert np.linalg.norm(found.points - [200, 150], axis=1).min() < 2


@pytest.mark.shared_data
@pytest.mark.parametrize("shape", [(1, 1), (64, 64), (480, 640), (100, 333)])
def test_a_photo_of_one_colour_has_no_details(trained: LocalFeatureExtractor, shape: tuple[int, int]) -> None:
    for value in (0, 90, 255):
        assert len(trained.extract(np.full((*shape, 3), value, np.uint8), shape[1], shape[0])) == 0


@pytest.mark.shared_data
def test_under_a_known_homography_most_mutual_matches_are_within_3_px(
    trained: LocalFeatureExtractor, shared: Path
) -> None:
    right = []
    for pixels in photos(shared, 4):
        height, width = pixels.shape[:2]
        homography, seen = tilted(pixels)
        one, other = trained.extract(pixels, width, height), trained.extract(seen, width, height)
        matches = tentative_matches(trained.comparable(one), trained.comparable(other), ratio=2.0)
        points = one.points[matches[:, 0]].astype(np.float64)
        moved = cv2.perspectiveTransform(points[None], homography)[0]
        off = np.linalg.norm(moved - other.points[matches[:, 1]], axis=1)
        right.append((off < 3).mean())
        verified = verify(one, other, trained)
        assert verified.verdict is Verdict.VERIFIED
        assert verified.inliers > 60
    assert np.mean(right) > 0.9


@pytest.mark.shared_data
def test_a_dark_photo_is_recognised_and_other_photos_are_not(trained: LocalFeatureExtractor, shared: Path) -> None:
    several = photos(shared, 5)
    dark = (255 * (several[0] / 255) ** 2 * 0.5).astype(np.uint8)
    query = trained.extract(dark, dark.shape[1], dark.shape[0])
    found = [verify(query, trained.extract(some, some.shape[1], some.shape[0]), trained) for some in several]
    assert [each.verdict is Verdict.VERIFIED for each in found] == [True, False, False, False, False]
    assert found[0].inliers > 100 > 10 > max(each.inliers for each in found[1:])
