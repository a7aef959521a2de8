"""Boxes that are derived from what photos have in common, and queries that are asked where nothing is right."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.benchmarks import absent, boxes, small_boxes
from tests.benchmarks.boxes import Box, Overlap
from tests.scenes import save, scene, similarity_transform, warped
from visearch_desktop.core.region import Region

IDENTITY = np.eye(3)


def project(homography: NDArray[np.float64], corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points brought over by a homography."""
    brought = np.column_stack([corners, np.ones(len(corners))]) @ homography.T
    return brought[:, :2] / brought[:, 2:]


def grid(x: float, y: float, side: int = 40, step: int = 8) -> NDArray[np.float32]:
    """Points in a square."""
    return np.array([(x + i, y + j) for i in range(0, side, step) for j in range(0, side, step)], np.float32)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path, NDArray[np.float64]]:
    """A photo, one that shows it turned, smaller and moved, one that has nothing in common, and the true homography."""
    folder = tmp_path_factory.mktemp("pair")
    homography = similarity_transform(0.7, 25, 190, 20)
    whole = scene(1)
    other = warped(whole, homography, 640, 480, scene(2))
    photos = [save(pixels, folder / f"{i}.jpg", 95) for i, pixels in enumerate([whole, other, scene(3)])]
    return photos[0], photos[1], photos[2], homography


def test_a_box_is_brought_over_to_where_the_photo_shows_it(pair: tuple[Path, Path, Path, NDArray[np.float64]]) -> None:
    query, turned, stranger, homography = pair
    found = boxes.boxes_of(query, [turned, stranger], [0.03, 0.1])
    assert [list(box.quads) for box in found] == [[turned.name], [turned.name]]
    for box, share in zip(found, [0.03, 0.1], strict=True):
        assert box.region.area == pytest.approx(share * 640 * 480, rel=0.02)
        true = project(homography, np.array(box.region.quad()))
        assert np.abs(box.quads[turned.name] - true).max() < 2


def test_photos_without_anything_in_common_have_no_overlap(pair: tuple[Path, Path, Path, NDArray[np.float64]]) -> None:
    query, _, stranger, _ = pair
    assert boxes.overlap(boxes.see(query), boxes.see(stranger)) is None
    assert boxes.boxes_of(query, [stranger], [0.03]) == []


def test_a_picture_of_one_colour_has_no_box(tmp_path: Path) -> None:
    plain = save(np.full((480, 640, 3), 127, np.uint8), tmp_path / "plain.jpg")
    assert boxes.boxes_of(plain, [plain], [0.1]) == []


def test_a_box_that_more_photos_show_comes_before_a_denser_one() -> None:
    dense, common = grid(100, 100, step=4), grid(400, 300)
    overlaps = {
        "one": Overlap(np.concatenate([dense, common]), IDENTITY, 640, 480),
        "two": Overlap(common, IDENTITY, 640, 480),
    }
    box = boxes.choose_box(640, 480, overlaps, 0.03)
    assert box is not None
    assert set(box.quads) == {"one", "two"}
    assert box.region.contains(common).all()


def test_of_boxes_that_as_many_photos_show_the_densest_is_taken() -> None:
    dense, sparse = grid(20, 20, step=4), grid(400, 300)
    box = boxes.choose_box(640, 480, {"one": Overlap(np.concatenate([sparse, dense]), IDENTITY, 640, 480)}, 0.03)
    assert box is not None
    assert box.region.contains(dense).all()
    assert min(box.region.x, box.region.y) >= 0


def test_a_photo_shows_a_box_only_where_enough_matches_lie_in_it() -> None:
    few = Overlap(grid(100, 100)[: boxes.LEAST_IN_BOX - 1], IDENTITY, 640, 480)
    assert boxes.choose_box(640, 480, {"few": few}, 0.03) is None


@pytest.mark.parametrize(
    ("homography", "is_shown"),
    [
        (IDENTITY, True),
        (similarity_transform(1, 0, -105, 0), True),  # 0.05 of it is cut off
        (similarity_transform(1, 0, -150, 0), False),  # half of it is
        (similarity_transform(0.1, 0, 0, 0), False),  # 10 px are left of it
        (np.array([[1, 0, 0], [0, 1, 0], [-0.0067, 0, 1]]), False),  # the horizon runs through it
    ],
)
def test_a_photo_shows_a_box_only_where_it_lies_in_it_and_is_large_enough(
    homography: NDArray[np.float64], is_shown: bool
) -> None:
    quad = boxes.shown(Region(100, 100, 100, 100), Overlap(grid(100, 100), homography, 640, 480))
    assert (quad is not None) == is_shown


def test_photos_that_are_not_known_to_show_the_box_are_neither_right_nor_wrong() -> None:
    query = {"image": "images/q.jpg", "region": None, "positive": ["images/a.jpg", "images/b.jpg"],
             "junk": ["images/c.jpg"], "class": "k", "group": "covers"}  # fmt: skip
    box = Box(Region(10, 20, 64, 48), {"b.jpg": np.zeros((4, 2))})
    derived = small_boxes.boxed(query, box)
    assert derived["region"] == [10, 20, 64, 48]
    assert derived["positive"] == ["images/b.jpg"]
    assert derived["junk"] == ["images/a.jpg", "images/c.jpg"]
    assert (derived["class"], derived["group"]) == ("k", "covers")
    assert query["region"] is None


def queries(*classes: str) -> list[dict[str, object]]:
    """A query for each name, with a right photo of its own."""
    return [
        {"image": f"images/{i}.jpg", "region": None, "positive": [f"images/p{i}.jpg"], "class": name}
        for i, name in enumerate(classes)
    ]


def test_queries_are_chosen_from_all_classes_alike() -> None:
    chosen = absent.spread(queries("b", "b", "b", "a", "c", "c"), 4)
    assert [(query["class"], query["image"]) for query in chosen] == [
        ("a", "images/3.jpg"), ("b", "images/0.jpg"), ("c", "images/4.jpg"), ("b", "images/1.jpg"),
    ]  # fmt: skip


def test_every_class_is_missing_from_one_library_with_all_its_photos() -> None:
    asked = queries("a", "b", "c", "d", "a")
    passes = absent.dealt(asked, 3)
    assert sorted(name for names in passes for name in names) == ["a", "b", "c", "d"]
    assert absent.photos_of(asked, {"a"}) == {"images/0.jpg", "images/p0.jpg", "images/4.jpg", "images/p4.jpg"}


def test_hits_that_are_called_sure_are_told_with_their_query(tmp_path: Path) -> None:
    hit = {"path": "/photos/x.jpg", "inliers": 40, "similarity": 0.5, "quad": None, "confidence": "sure"}
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps([{"results": [hit, hit | {"confidence": "maybe"}]}, {"results": []}]), "utf-8")
    told = absent.false_sure(queries("a", "b"), answers)
    assert [(row["query"], row["photo"], row["inliers"]) for row in told] == [("images/0.jpg", "x.jpg", 40)]


@pytest.mark.shared_data
def test_each_share_of_the_picture_is_scored_by_itself(tmp_path: Path) -> None:
    asked = [
        {"image": f"/p/{i}.jpg", "region": None, "positive": ["/p/right.jpg"], "junk": [], "share": share}
        for i, share in enumerate([0.03, 0.1, 0.5, 1.0])
    ]
    right, wrong = {"path": "/p/right.jpg"}, {"path": "/p/wrong.jpg"}
    answers = [{"results": hits} for hits in ([right, wrong], [wrong, right], [right], [wrong])]
    row = small_boxes.table(asked, answers, tmp_path)
    assert row == {"<5% (1)": 1.0, "5-15% (1)": 0.25, "<15% (2)": 0.625, "larger (1)": 1.0, "whole (1)": 0.0}
