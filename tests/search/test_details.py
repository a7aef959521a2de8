"""What shares details with a picture, or with a box on it, is found: small, and in a picture that is another one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.scenes import photo_folder, save, scene, similarity_transform, warped
from tests.search.shelf import Shelf, ShelfIndex
from visearch_desktop.core.geometry import project_region
from visearch_desktop.core.region import Region
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.search.details import look_up
from visearch_desktop.search.evidence import VERIFIED_LEAD
from visearch_desktop.search.hits import Ranking
from visearch_desktop.search.intents import find_intent
from visearch_desktop.search.picture import OpenPicture
from visearch_desktop.search.pipeline import search
from visearch_desktop.search.prepared import PreparedQuery, prepare
from visearch_desktop.search.turned import turns

SAME = replace(find_intent("same"), verify=2)  # a small library must not be verified whole
BOX = Region(160, 120, 320, 240)
SMALL = similarity_transform(0.5, 20, 1100, 300)
MIRROR = np.array([[-1.0, 0, 640], [0, 1, 0], [0, 0, 1]])
THING, MIRRORED = 13, 14


@pytest.fixture(scope="module")
def paths(folder: Path) -> list[Path]:
    """Twelve scenes; the middle of scene 5, small, in another one; and the same mirrored in a third."""
    found = photo_folder(folder, 12)
    middle = np.full_like(scene(5), 0)
    middle[120:360, 160:480] = 1
    for name, transform, seed in (("small", SMALL, 300), ("mirrored", SMALL @ MIRROR, 301)):
        whole = warped(scene(5), transform, 1600, 1200, scene(seed, 1600, 1200))
        mask = warped(middle, transform, 1600, 1200, np.zeros((1200, 1600, 3), np.uint8))
        found.append(save(np.where(mask > 0, whole, scene(seed, 1600, 1200)), folder / f"{name}.jpg"))
    return found


def asked(shelf: Shelf, path: Path, region: Region | None = BOX, *, mirrored: bool = False) -> PreparedQuery:
    ways = turns(rotations=False, mirrored=mirrored)
    return prepare(OpenPicture(path), region, shelf.descriptor, shelf.extractor, turns=ways)


def rankings(query: PreparedQuery, shelf: Shelf, objects: ShelfIndex | None, limit: int = 20) -> list[Ranking]:
    return list(search(query, shelf, SAME, objects=objects, limit=limit))


@pytest.mark.parametrize(("region", "error_px"), [(BOX, 8), (None, 30)])
def test_a_small_thing_is_found_at_once_and_verified_where_it_is(
    paths: list[Path], shelf: Shelf, objects: ShelfIndex, region: Region | None, error_px: float
) -> None:
    query = asked(shelf, paths[5], region)
    *_, before = rankings(query, shelf, None, limit=2)
    assert THING not in [hit.photo_id for hit in before.hits]
    first, last = rankings(query, shelf, objects, limit=2)
    for ranking in (first, last):
        assert [hit.photo_id for hit in ranking.hits] == [6, THING]
    assert [hit.inliers >= 12 for hit in last.hits] == [True, True]
    hit = last.hits[1]
    assert hit.quad is not None
    assert np.abs(np.array(hit.quad) - project_region(SMALL, region or Region(0, 0, 640, 480))).max() < error_px


def test_only_the_features_inside_the_box_count(paths: list[Path], shelf: Shelf, objects: ShelfIndex) -> None:
    *_, last = rankings(asked(shelf, paths[5], Region(0, 0, 640, 100)), shelf, objects)
    assert [hit.photo_id for hit in last.hits if hit.quad is not None] == [6]


def test_a_small_box_on_a_large_picture_is_looked_at_closely_after_the_first_answer(
    paths: list[Path], shelf: Shelf, objects: ShelfIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Region] = []
    closer = OpenPicture._closer

    def noted(picture: OpenPicture, extractor: LocalFeatureExtractor, region: Region) -> LocalFeatures:
        if extractor is objects.asked:
            looked.append(region)
        return closer(picture, extractor, region)

    monkeypatch.setattr(OpenPicture, "_closer", noted)
    box = Region(1120, 400, 140, 110)
    answers = search(asked(shelf, paths[THING - 1], box), shelf, SAME, objects=objects, limit=2)
    next(answers)
    assert looked == []
    *_, last = answers
    assert set(looked) == {box}
    assert {hit.photo_id for hit in last.hits if hit.quad is not None} == {THING, 6}
    alone = asked(shelf, paths[THING - 1], box)
    assert len(look_up(alone, objects)[0].features) > len(look_up(alone, objects, closely=False)[0].features)


def test_a_picture_that_was_got_ready_is_neither_decoded_nor_looked_up_again_for_a_box(
    paths: list[Path], shelf: Shelf, objects: ShelfIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = OpenPicture(paths[5])
    usual = asked(shelf, paths[5]).ask(objects, False)
    picture.get_ready(objects, None)
    monkeypatch.setattr(objects.details, "ask", None)
    monkeypatch.setattr(objects.asked, "extract", None)
    ready = picture.asked(objects, BOX, closely=False)
    assert np.array_equal(ready.rows.bits, usual.rows.bits)
    assert len(ready.features) == len(usual.features) > 50


def test_mirrored_things_are_found_where_that_is_asked_for(
    paths: list[Path], shelf: Shelf, objects: ShelfIndex
) -> None:
    for mirrored, wanted in ((False, {6, THING}), (True, {6, THING, MIRRORED})):
        *_, last = rankings(asked(shelf, paths[5], mirrored=mirrored), shelf, objects)
        assert {hit.photo_id for hit in last.hits if hit.quad is not None} == wanted


def test_every_photo_comes_once_and_as_many_as_were_asked_for(
    paths: list[Path], shelf: Shelf, objects: ShelfIndex
) -> None:
    for limit, count in ((0, 14), (3, 3), (1, 1)):
        for ranking in rankings(asked(shelf, paths[5]), shelf, objects, limit):
            ids = [hit.photo_id for hit in ranking.hits]
            assert len(ids) == len(set(ids)) == count
            scores = [hit.score for hit in ranking.hits]
            assert scores == sorted(scores, reverse=True)


def test_without_details_the_answer_is_as_ever(
    paths: list[Path], shelf: Shelf, objects: ShelfIndex, tmp_path: Path
) -> None:
    plain = save(np.full((480, 640, 3), 90, np.uint8), tmp_path / "plain.png")
    for query in (asked(shelf, plain, None), asked(shelf, plain)):
        *_, with_index = rankings(query, shelf, objects)
        *_, without = rankings(query, shelf, None)
        assert [(hit.photo_id, hit.score) for hit in with_index.hits] == [
            (hit.photo_id, hit.score) for hit in without.hits
        ]


def test_an_intent_that_asks_for_no_details_gets_none(paths: list[Path], shelf: Shelf, objects: ShelfIndex) -> None:
    query, alone = asked(shelf, paths[5]), replace(SAME, details=False)
    *_, found = search(query, shelf, alone, objects=objects, limit=2)
    assert THING not in [hit.photo_id for hit in found.hits]


def test_a_photo_of_the_library_is_not_decoded_for_its_details(
    paths: list[Path], shelf: Shelf, objects: ShelfIndex, tmp_path: Path
) -> None:
    """What the index keeps of it is asked with; so it answers for a photo on a missing drive, too."""
    known = shelf.features(6)
    assert known is not None
    picture = OpenPicture(tmp_path / "missing drive" / "photo005.jpg", {shelf.extractor.key: known})
    query = prepare(picture, None, shelf.descriptor, shelf.extractor, shelf.vectors[5])
    *_, unknown = rankings(query, shelf, objects, limit=2)
    assert THING not in [hit.photo_id for hit in unknown.hits]
    *_, last = rankings(replace(query, photo_id=6), shelf, objects, limit=2)
    assert [hit.photo_id for hit in last.hits] == [6, THING]
    assert last.hits[1].inliers >= 12


def test_a_photo_that_is_verified_comes_before_all_others(paths: list[Path], shelf: Shelf, objects: ShelfIndex) -> None:
    for region in (BOX, None):
        *_, last = rankings(asked(shelf, paths[5], region), shelf, objects, limit=0)
        located = [hit.quad is not None for hit in last.hits]
        assert located == sorted(located, reverse=True)


def test_what_agrees_at_the_edge_of_a_box_alone_does_not_lead(
    paths: list[Path], shelf: Shelf, objects: ShelfIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visearch_desktop.search.checking.middle_inliers", lambda *_: 0)
    for region, leads in ((BOX, False), (None, True)):
        *_, last = rankings(asked(shelf, paths[5], region), shelf, objects)
        located = [hit for hit in last.hits if hit.quad is not None]
        assert {hit.photo_id for hit in located} == {6, THING}
        assert [hit.score >= VERIFIED_LEAD for hit in located] == [leads, leads]


def test_a_picture_that_cannot_be_read_any_more_is_answered_without_the_index(
    paths: list[Path], shelf: Shelf, objects: ShelfIndex, tmp_path: Path
) -> None:
    known = shelf.features(6)
    assert known is not None
    picture = OpenPicture(tmp_path / "missing drive" / "photo005.jpg", {shelf.extractor.key: known})
    query = prepare(picture, BOX, shelf.descriptor, shelf.extractor)
    *_, last = rankings(query, shelf, objects)
    assert last.hits[0].photo_id == 6
    assert last.hits[0].quad is not None
