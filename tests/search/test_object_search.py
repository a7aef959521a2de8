"""Object search from the local index alone: photos that show the thing come first, with its outline in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.scenes import scene, similarity_transform, warped
from visearch_desktop.core.geometry import project_region
from visearch_desktop.core.region import Region
from visearch_desktop.methods.indexes.local.local_index import LocalIndex
from visearch_desktop.methods.indexes.local.rows import photo_rows, query_rows
from visearch_desktop.methods.local_features.bundled_vocabulary import bundled_vocabulary
from visearch_desktop.methods.local_features.rootsift import RootSift
from visearch_desktop.methods.matching.verdict import Verdict
from visearch_desktop.search.object_search import ObjectHit, search_objects

WIDTH, HEIGHT = 640, 480
REGION = Region(150, 100, 300, 260)
SIFT = RootSift(working_px=1024, most=1500)
WAYS = {
    1: similarity_transform(0.45, 35, 300, 60),
    2: similarity_transform(1.1, -10, -80, 60),
    3: similarity_transform(0.5, 180, 560, 420),
    4: np.array([[0.8, 0.1, 20], [-0.05, 0.7, 60], [0.0003, 0.0002, 1]]),
}
"""How the query's pixels come into photos 1 to 4."""
OTHERS = [11, 12, 13]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LocalIndex:
    found = LocalIndex.create(tmp_path_factory.mktemp("index"), SIFT.key)
    x, y, right, bottom = int(REGION.x), int(REGION.y), int(REGION.right), int(REGION.bottom)
    photos = []
    for number, way in WAYS.items():
        cut = similarity_transform(1, 0, x, y)  # only what is in the region is pasted
        photos.append(warped(scene(0)[y:bottom, x:right], way @ cut, WIDTH, HEIGHT, scene(100 + number)))
    photos += [scene(number, WIDTH, HEIGHT) for number in OTHERS]
    rows = [photo_rows(SIFT.extract(pixels, WIDTH, HEIGHT), bundled_vocabulary()) for pixels in photos]
    found.append(rows, [*WAYS, *OTHERS])
    return found


def rankings(index: LocalIndex, seed: int = 0, **options: object) -> list[tuple[ObjectHit, ...]]:
    inside = SIFT.extract(scene(seed), WIDTH, HEIGHT).inside(REGION)
    query = query_rows(inside, bundled_vocabulary())
    return list(search_objects(index, query, (WIDTH, HEIGHT), SIFT.working_px, REGION, **options))


def test_photos_of_the_thing_come_first_with_its_outline(index: LocalIndex) -> None:
    first, verified = rankings(index, k=0)
    assert {hit.photo_id for hit in first[:4]} == set(WAYS)
    assert {hit.photo_id for hit in verified[:4]} == set(WAYS)
    for hit in verified[:4]:
        assert hit.verification is not None
        assert hit.verification.quad is not None
        outline = project_region(WAYS[hit.photo_id], REGION)
        assert np.abs(np.array(hit.verification.quad) - np.array(outline)).max() < 6
    assert all(hit.inliers == 0 for hit in verified[4:])
    assert [hit.inliers for hit in verified] == sorted((hit.inliers for hit in verified), reverse=True)


def test_a_thing_that_no_photo_shows_is_verified_in_none(index: LocalIndex) -> None:
    _, verified = rankings(index, seed=50, k=0)
    assert all(hit.verification is None or hit.verification.verdict is not Verdict.VERIFIED for hit in verified)


def test_only_as_many_as_wanted_are_given_and_verified(index: LocalIndex) -> None:
    first, verified = rankings(index, k=3, verify=2)
    assert len(first) == len(verified) == 3
    assert sum(hit.verification is not None for hit in verified) == 2
    assert len(rankings(index, verify=0)) == 1


def test_a_search_that_is_cancelled_gives_no_more(index: LocalIndex) -> None:
    answers = iter([False, False, True])
    assert len(rankings(index, cancelled=lambda: next(answers))) == 1


def test_nothing_to_ask_with_finds_nothing(index: LocalIndex, tmp_path: Path) -> None:
    nothing = query_rows(SIFT.extract(np.full((40, 40, 3), 90, np.uint8), 40, 40), bundled_vocabulary())
    assert list(search_objects(index, nothing, (40, 40), SIFT.working_px)) == [(), ()]
    empty = LocalIndex.open(tmp_path, SIFT.key)
    assert rankings(empty) == [(), ()]
