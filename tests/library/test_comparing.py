"""A comparison finds a thing mirrored, and as often as it is there, in the pixels of the pictures as they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.library.indexed import last_ranking
from tests.scenes import save, scene, similarity_transform, warped
from visearch_desktop.core.region import Region
from visearch_desktop.library.comparing import compare
from visearch_desktop.library.library import Library
from visearch_desktop.library.rows import Comparison
from visearch_desktop.methods.local_features.rootsift import RootSift
from visearch_desktop.search.picture import OpenPicture
from visearch_desktop.search.query import QueryPicture

ROOTSIFT = RootSift()
WIDTH, HEIGHT = 640, 480


def compared(tmp_path: Path, query: np.ndarray, photo: np.ndarray, region: Region | None = None) -> Comparison:
    one, other = save(query, tmp_path / "query.png"), save(photo, tmp_path / "photo.png")
    return compare(OpenPicture(one), region, OpenPicture(other), 7, ROOTSIFT, 0.5)


def through(homography: tuple[float, ...], x: float, y: float) -> tuple[float, float]:
    moved = np.reshape(homography, (3, 3)) @ [x, y, 1]
    return moved[0] / moved[2], moved[1] / moved[2]


@pytest.mark.parametrize("region", [None, Region(30, 60, 360, 300)])
def test_a_mirrored_thing_is_found_in_the_pixels_of_the_query_as_it_is(tmp_path: Path, region: Region | None) -> None:
    query = scene(81)
    put = similarity_transform(0.7, 10, 220, 60)
    found = compared(tmp_path, query, warped(query[:, ::-1], put, 800, 600, scene(82, 800, 600)), region)
    assert found.is_mirrored
    assert found.verdict == "verified"
    assert found.turned_deg == pytest.approx(10, abs=2)
    assert found.scaled == pytest.approx(0.7, abs=0.03)
    assert found.homography is not None
    for x, y in ((100, 100), (300, 320)):
        there = put @ [WIDTH - x, y, 1]
        assert through(found.homography, x, y) == pytest.approx(there[:2], abs=4)
    for (x, y), point, agrees in zip(found.query_points, found.photo_points, found.agrees, strict=True):
        if agrees:
            assert through(found.homography, x, y) == pytest.approx(point, abs=6)
    box = region or Region(0, 0, WIDTH, HEIGHT)
    assert found.quad is not None
    assert found.quad[0] == pytest.approx(through(found.homography, box.x, box.y), abs=1e-6)


def test_what_is_not_mirrored_is_not_called_so(tmp_path: Path) -> None:
    query = scene(83)
    found = compared(tmp_path, query, warped(query, similarity_transform(0.7, 10, 220, 60), 800, 600))
    assert found.verdict == "verified"
    assert not found.is_mirrored
    nothing = compared(tmp_path, query, scene(89))
    assert (nothing.verdict == "verified", nothing.is_mirrored, nothing.instances) == (False, False, ())


def test_every_place_has_its_own_matches(tmp_path: Path) -> None:
    query, seen = scene(85), scene(86, 900, 500)
    for place in (similarity_transform(0.5, 0, 40, 40), similarity_transform(0.5, -30, 500, 240)):
        seen = warped(query, place, 900, 500, seen)
    found = compared(tmp_path, query, seen)
    assert len(found.instances) == 2
    assert (found.homography, found.quad) == (found.instances[0].homography, found.instances[0].quad)
    for one in found.instances:
        assert len(one.matches) == one.inliers
        for place in one.matches:
            assert found.agrees[place]
            x, y = found.query_points[place]
            assert through(one.homography, x, y) == pytest.approx(found.photo_points[place], abs=6)
    assert sum(found.agrees) == sum(one.inliers for one in found.instances)


@pytest.mark.parametrize("size", [0.35, 0.5])
def test_a_box_round_a_small_thing_is_compared_as_closely_as_it_was_found(tmp_path: Path, size: float) -> None:
    box, there = Region(160, 120, 320, 240), similarity_transform(size, 20, 1100, 300)
    inside = np.zeros_like(scene(5))
    inside[120:360, 160:480] = 1
    ground, wide = scene(300, 1600, 1200), (1600, 1200)
    mask = warped(inside, there, *wide, np.zeros_like(ground)) > 0
    query = save(scene(5), tmp_path / "query.png")
    save(np.where(mask, warped(scene(5), there, *wide, ground), ground), tmp_path / "photos" / "small.png")
    with Library.open(tmp_path / "library", network_folders=(tmp_path / "none",)) as library:
        library.index([tmp_path / "photos"], workers=1)
        picture = QueryPicture(path=query, region=box)
        hit = last_ranking(library, picture).hits[0]
        found = library.compare(picture, hit.photo_id)
    assert hit.quad is not None
    assert found.quad is not None, "what a search says is shown"
    assert found.quad == pytest.approx(np.array(hit.quad), abs=12)
    coarse = compare(OpenPicture(query), box, OpenPicture(tmp_path / "photos" / "small.png"), 1, ROOTSIFT, 0.0)
    assert coarse.quad is None or coarse.inliers < found.inliers, "or nothing is tested here"
