"""A query tried turned and mirrored finds what lies on its side or is the wrong way, by whatever describes photos."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scenes import photo_folder, save, scene
from tests.search.shelf import Shelf
from visearch_desktop.core.region import Region
from visearch_desktop.core.vectors import Vector, normalise
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Source
from visearch_desktop.photos.decode import decode
from visearch_desktop.search.candidates import best_views
from visearch_desktop.search.gallery import Neighbours
from visearch_desktop.search.hits import Ranking
from visearch_desktop.search.intents import find_intent
from visearch_desktop.search.picture import OpenPicture
from visearch_desktop.search.pipeline import search
from visearch_desktop.search.prepared import prepare
from visearch_desktop.search.turned import Turn, TurnedPicture, turns

SAME = find_intent("same")


class Upright(Descriptor):
    """A grey thumbnail of 16 × 16: knows very well which way is up and which is left."""

    name = "upright"
    source = Source.PIXELS
    parameters = {}  # noqa: RUF012 - has none

    def describe(self, item: np.ndarray) -> Vector:
        small = cv2.resize(item.mean(axis=2), (16, 16), interpolation=cv2.INTER_AREA)
        return normalise((small - small.mean()).ravel())


class UprightShelf(Shelf):
    """The photos as thumbnails describe them."""

    def __init__(self, paths: list[Path]) -> None:
        super().__init__(paths)
        self.descriptor = Upright()
        self.vectors = np.stack([self.descriptor.describe(decode(path, 512).pixels) for path in paths])


@pytest.fixture(scope="module")
def shelf(folder: Path) -> UprightShelf:
    return UprightShelf(photo_folder(folder, 22, width=400, height=300))


def answer(shelf: Shelf, source: Path, region: Region | None = None, **wanted: bool) -> Ranking:
    query = prepare(
        OpenPicture(source), region, shelf.descriptor, shelf.extractor,
        turns=turns(**{"rotations": False, "mirrored": False} | wanted),
    )  # fmt: skip
    return list(search(query, shelf, SAME))[-1]


def first(shelf: Shelf, source: Path, region: Region | None = None, **wanted: bool) -> tuple[int, float]:
    query = prepare(
        OpenPicture(source), region, shelf.descriptor, shelf.extractor,
        turns=turns(**{"rotations": False, "mirrored": False} | wanted),
    )  # fmt: skip
    hit = next(search(query, shelf, SAME)).hits[0]
    return hit.photo_id, hit.similarity


def test_there_are_as_many_ways_to_look_at_a_picture_as_are_asked_for() -> None:
    assert turns(rotations=False, mirrored=False) == ()
    assert turns(rotations=True, mirrored=False) == (Turn(1), Turn(2), Turn(3))
    assert turns(rotations=False, mirrored=True) == (Turn(0, is_mirrored=True),)
    assert len(set(turns(rotations=True, mirrored=True)) | {Turn()}) == 8


@given(
    st.integers(0, 3), st.booleans(), st.integers(2, 9), st.integers(2, 9),
    st.tuples(*[st.floats(0, 1)] * 4),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_a_region_turns_with_its_pixels(
    quarters: int, is_mirrored: bool, width: int, height: int, shares: tuple[float, ...]
) -> None:
    turn = Turn(quarters, is_mirrored)
    left, top = int(shares[0] * (width - 1)), int(shares[1] * (height - 1))
    w, h = 1 + int(shares[2] * (width - left - 1)), 1 + int(shares[3] * (height - top - 1))
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[top : top + h, left : left + w] = 255
    seen = turn.pixels(pixels)
    assert turn.size(width, height) == (seen.shape[1], seen.shape[0])
    region = turn.region(Region(left, top, w, h), width, height)
    x, y = int(region.x), int(region.y)
    assert seen[y : y + int(region.height), x : x + int(region.width)].all()
    assert seen.sum() == pixels.sum()


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_copy_is_found_when_rotations_are_tried(shelf: UprightShelf, tmp_path: Path, quarters: int) -> None:
    copy = save(np.ascontiguousarray(np.rot90(scene(4, 400, 300), quarters)), tmp_path / "copy.png")
    assert first(shelf, copy)[1] < 0.8
    photo, similarity = first(shelf, copy, rotations=True)
    assert photo == 5
    assert similarity > 0.95
    assert first(shelf, copy, mirrored=True)[1] < 0.8


def test_a_mirrored_copy_is_found_and_verified_when_mirroring_is_tried(shelf: UprightShelf, tmp_path: Path) -> None:
    copy = save(np.ascontiguousarray(scene(7, 400, 300)[:, ::-1]), tmp_path / "copy.png")
    assert answer(shelf, copy, rotations=True).hits[0].inliers == 0, "another turn is no mirror"
    hit = answer(shelf, copy, mirrored=True).hits[0]
    assert hit.photo_id == 8
    assert hit.inliers >= 20
    corners = {(round(x / 400), round(y / 300)) for x, y in hit.quad}
    assert corners == {(0, 0), (0, 1), (1, 0), (1, 1)}, "all of the photo"


def test_a_copy_mirrored_and_turned_needs_both_and_is_verified_in_any_turn(shelf: UprightShelf, tmp_path: Path) -> None:
    copy = save(np.ascontiguousarray(np.rot90(scene(9, 400, 300)[:, ::-1])), tmp_path / "copy.png")
    hit = answer(shelf, copy, rotations=True, mirrored=True).hits[0]
    assert (hit.photo_id, hit.inliers >= 20) == (10, True)
    assert hit.similarity > 0.95


def test_a_region_is_turned_with_its_picture(shelf: UprightShelf, tmp_path: Path) -> None:
    """The photo lies on its side in the left half of a larger picture."""
    canvas = scene(300, 800, 400)
    canvas[:, :300] = np.rot90(scene(3, 400, 300))
    picture = save(canvas, tmp_path / "canvas.png")
    region = Region(0, 0, 300, 400)
    photo, similarity = first(shelf, picture, region, rotations=True)
    assert (photo, similarity > 0.95) == (4, True)
    assert first(shelf, picture, region)[1] < 0.8


def test_without_being_asked_nothing_is_turned(shelf: UprightShelf, folder: Path) -> None:
    query = prepare(OpenPicture(folder / "photo001.jpg"), None, shelf.descriptor, shelf.extractor)
    assert query.turned == ()
    assert query.views == (query,)


def test_what_local_features_describe_is_turned_too(folder: Path, tmp_path: Path) -> None:
    turned = TurnedPicture(OpenPicture(folder / "photo001.jpg"), Turn(1))
    assert turned.size == (300, 400)
    shelf = Shelf([folder / "photo001.jpg"])
    found = turned.features(shelf.extractor)
    assert (found.width, found.height) == (300, 400)
    assert len(found) > 100


def neighbours(**similar: float) -> Neighbours:
    names = sorted(similar, key=lambda name: (-similar[name], name))
    values = np.array([similar[name] for name in names], np.float32)
    return Neighbours(np.array([int(name[1:]) for name in names]), values, np.array([0.1, 0.3], np.float32))


def test_each_photo_counts_once_with_the_view_it_is_most_alike_to() -> None:
    plain, turned = neighbours(p1=0.9, p2=0.2, p3=0.5), neighbours(p1=0.3, p2=0.8, p3=0.5)
    found, views = best_views([plain, turned], 0)
    assert found.ids.tolist() == [1, 2, 3]
    assert found.similarities == pytest.approx([0.9, 0.8, 0.5])
    assert views.tolist() == [0, 1, 0]
    assert best_views([plain, turned], 2)[0].ids.tolist() == [1, 2]
    again, views = best_views([plain], 0)
    assert again is plain
    assert views.tolist() == [0, 0, 0]
