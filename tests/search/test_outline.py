"""The thing in a box: a turned thing in a loose box is outlined, a box that fits stays, and one corner says nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.scenes import save, scene, similarity_transform, warped
from tests.search.shelf import Shelf, ShelfIndex
from visearch_desktop.core.geometry import as_quad, is_convex, project, project_quad, quad_area
from visearch_desktop.core.region import Quad, Region
from visearch_desktop.methods.indexes.local.local_index import LocalIndex
from visearch_desktop.methods.indexes.local.rows import photo_rows, query_rows
from visearch_desktop.methods.local_features.bundled_vocabulary import bundled_vocabulary
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.rootsift import RootSift
from visearch_desktop.search.intents import find_intent
from visearch_desktop.search.object_search import search_objects
from visearch_desktop.search.outline import tight_outline
from visearch_desktop.search.picture import OpenPicture
from visearch_desktop.search.pipeline import search
from visearch_desktop.search.prepared import prepare
from visearch_desktop.search.seen_again import evidence

BOX = Region(100, 60, 400, 300)
UPRIGHT = BOX.quad()


def turned(degrees: float, width: float = 260, height: float = 180) -> Quad:
    """A rectangle turned clockwise, as large as fits into the box."""
    turn = similarity_transform(1, degrees, 0, 0)
    corners = project(turn, np.array([[-width, -height], [width, -height], [width, height], [-width, height]]) / 2)
    corners *= (np.array([BOX.width, BOX.height]) / np.ptp(corners, axis=0)).min()
    return as_quad(corners + np.array([BOX.x + BOX.width / 2, BOX.y + BOX.height / 2]))


def box_of(quad: Quad) -> Region:
    (left, top), (right, bottom) = np.min(quad, axis=0).tolist(), np.max(quad, axis=0).tolist()
    return Region(left, top, right - left, bottom - top)


def inside(quad: Quad, points: np.ndarray) -> np.ndarray:
    corners = np.array(quad)
    sides, there = np.roll(corners, -1, axis=0) - corners, points[:, None] - corners
    return np.asarray(np.all(sides[:, 0] * there[..., 1] >= sides[:, 1] * there[..., 0], axis=1))


def overlap(one: Quad, two: Quad) -> float:
    """Intersection over union, counted on a grid."""
    points = np.stack(np.meshgrid(np.arange(0, 700, 2), np.arange(0, 500, 2)), axis=-1).reshape(-1, 2) + 0.5
    a, b = inside(one, points), inside(two, points)
    return float((a & b).sum() / (a | b).sum())


def judged(thing: Quad, seed: int = 0, count: int = 900) -> tuple[np.ndarray, np.ndarray]:
    """Details all over the box; one in four on the thing is seen again, one in a hundred beside it."""
    rng = np.random.default_rng(seed)
    box = box_of(thing)
    points = rng.random((count, 2)) * (box.width, box.height) + (box.x, box.y)
    seen = rng.random(count) < np.where(inside(thing, points), 0.25, 0.01)
    return points, np.where(seen, 3.3, -0.1)


@pytest.mark.parametrize("degrees", [-50, -30, -15, 15, 25, 40, 60])
def test_a_turned_thing_in_an_upright_box_is_outlined(degrees: float) -> None:
    thing = turned(degrees)
    points, worth = judged(thing)
    found = tight_outline(points, worth, box_of(thing))
    assert overlap(found, thing) > 0.85
    assert overlap(box_of(thing).quad(), thing) < 0.8
    assert is_convex(found)
    assert quad_area(found) > 0
    nearest = np.hypot(*(np.array(found) - np.array(box_of(thing).quad())[0]).T).argmin()
    assert nearest == 0


@pytest.mark.parametrize("seed", range(5))
def test_a_box_that_fits_stays_as_it_is(seed: int) -> None:
    points, worth = judged(UPRIGHT, seed)
    assert tight_outline(points, worth, BOX) == UPRIGHT


@pytest.mark.parametrize("centre", [(140, 90), (460, 90), (460, 330), (140, 330)])
def test_a_cluster_in_one_corner_says_nothing_of_the_rest(centre: tuple[float, float]) -> None:
    rng = np.random.default_rng(1)
    cluster = rng.normal(0, 14, (60, 2)) + centre
    rest = rng.random((800, 2)) * (BOX.width, BOX.height) + (BOX.x, BOX.y)
    worth = np.concatenate([np.full(60, 3.3), np.full(800, -0.1)])
    assert tight_outline(np.concatenate([cluster, rest]), worth, BOX) == UPRIGHT


def test_without_evidence_the_box_stays() -> None:
    points, worth = judged(turned(30))
    box = box_of(turned(30))
    nothing = np.zeros((0, 2)), np.zeros(0)
    few = np.flatnonzero(worth > 0)[:5]
    beside = points + 2000
    for places, told in (nothing, (points, worth * 0), (points[few], worth[few]), (beside, worth)):
        assert tight_outline(places, told, box) == box.quad()


def keypoints(points: np.ndarray, sizes: np.ndarray, angles: np.ndarray) -> LocalFeatures:
    none = np.zeros((len(points), 0), np.uint8)
    return LocalFeatures(points.astype(np.float32), sizes.astype(np.float32), angles.astype(np.float32), none, 640, 480)


def test_only_a_keypoint_in_its_place_of_its_size_and_turned_rightly_is_seen_again() -> None:
    way = similarity_transform(0.5, 90, 400, 20)
    points = np.array([[100, 100], [200, 100], [100, 200], [200, 200], [150, 150], [300, 100]])
    sizes, angles = np.full(6, 12.0), np.array([0, 45, 300, 10, 20, 30])
    there, sizes_there, angles_there = project(way, points), sizes * 0.5, (angles + 90) % 360
    there[1] += (8, 0)
    sizes_there[2] *= 2
    angles_there[3] = (angles_there[3] + 60) % 360
    query, photo = keypoints(points, sizes, angles), keypoints(there[:5], sizes_there[:5], angles_there[:5])
    told = evidence(query, photo, way, 1024, points[:5])
    assert (told > 0).tolist() == [True, False, False, False, True, False]
    assert np.all(told[[1, 2, 3, 5]] < 0)


def test_a_photo_cannot_tell_what_lies_outside_or_is_too_small_in_it() -> None:
    points = np.array([[50, 50], [100, 100], [150, 50], [600, 100]])
    sizes = np.array([12, 12, 3, 12.0])
    way = similarity_transform(0.5, 0, 350, 0)
    empty = keypoints(np.zeros((0, 2)), np.zeros(0), np.zeros(0))
    told = evidence(keypoints(points, sizes, np.zeros(4)), empty, way, 1024, points)
    assert np.all(told[:2] < 0)
    assert np.all(told[2:] == 0)


# --- in a search ------------------------------------------------------------------------------------------------------

SIFT = RootSift(working_px=1024, most=1500)
WIDTH, HEIGHT = 640, 480
THING = scene(0, 420, 300)
WAYS = {1: similarity_transform(0.7, -20, 200, 160), 2: similarity_transform(0.6, 70, 420, 60)}
"""How the thing's pixels come into photos 1 and 2."""


def searched(folder: Path, into_query: np.ndarray, region: Region) -> dict[int, Quad]:
    """Quads in photos 1 and 2; photo 3 is the query itself, and is in the index too."""
    query = warped(THING, into_query, WIDTH, HEIGHT, scene(50, WIDTH, HEIGHT))
    photos = [warped(THING, way, WIDTH, HEIGHT, scene(60 + number, WIDTH, HEIGHT)) for number, way in WAYS.items()]
    index = LocalIndex.create(folder, SIFT.key)
    extracted = [SIFT.extract(pixels, WIDTH, HEIGHT) for pixels in (*photos, query)]
    index.append([photo_rows(features, bundled_vocabulary()) for features in extracted], [*WAYS, 3])
    rows = query_rows(extracted[-1].inside(region), bundled_vocabulary())
    _, hits = search_objects(index, rows, (WIDTH, HEIGHT), SIFT.working_px, region, k=0)
    index.close()
    quads = {hit.photo_id: hit.verification.quad for hit in hits if hit.verification is not None}
    return {number: quad for number, quad in quads.items() if quad is not None}


def test_the_hits_of_a_turned_thing_are_outlined_not_its_box(tmp_path: Path) -> None:
    into_query = similarity_transform(0.8, 30, 200, 50)
    corners = Region(0, 0, 420, 300).quad()
    region = box_of(project_quad(into_query, corners))
    quads = searched(tmp_path, into_query, region)
    for number, way in WAYS.items():
        true = project_quad(way, corners)
        assert overlap(project_quad(way @ np.linalg.inv(into_query), region.quad()), true) < 0.7
        assert overlap(quads[number], true) > 0.85


def test_a_search_of_a_library_outlines_it_as_well(tmp_path: Path) -> None:
    into_query = similarity_transform(0.8, 30, 200, 50)
    corners = Region(0, 0, 420, 300).quad()
    pictures = [warped(THING, into_query, WIDTH, HEIGHT, scene(50, WIDTH, HEIGHT))]
    pictures += [warped(THING, way, WIDTH, HEIGHT, scene(60 + number, WIDTH, HEIGHT)) for number, way in WAYS.items()]
    paths = [save(pixels, tmp_path / f"{number}.png") for number, pixels in enumerate(pictures)]
    shelf, objects = Shelf(paths), ShelfIndex(LocalIndex.create(tmp_path / "index", "key"), paths)
    region = box_of(project_quad(into_query, corners))
    query = prepare(OpenPicture(paths[0]), region, shelf.descriptor, shelf.extractor)
    *_, last = search(query, shelf, find_intent("same"), objects=objects)
    quads = {hit.photo_id: hit.quad for hit in last.hits}
    for number, way in WAYS.items():
        quad = quads[number + 1]
        assert quad is not None
        assert overlap(quad, project_quad(way, corners)) > 0.85


def test_the_hits_of_an_upright_thing_have_the_box_that_was_drawn(tmp_path: Path) -> None:
    quads = searched(tmp_path, similarity_transform(1, 0, 120, 80), Region(120, 80, 420, 300))
    for number, way in WAYS.items():
        true = project_quad(way, Region(0, 0, 420, 300).quad())
        assert np.abs(np.array(quads[number]) - np.array(true)).max() < 6
