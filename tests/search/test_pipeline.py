"""A search answers at once, then better; it can be stopped, and it says when there is nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.scenes import photo_folder, save, scene, similarity_transform, warped
from tests.search.shelf import Shelf
from visearch_desktop.core.errors import PhotoError, RegionError
from visearch_desktop.core.geometry import project_region
from visearch_desktop.core.region import Region
from visearch_desktop.methods.matching.verdict import Verdict
from visearch_desktop.search.hits import Confidence, Ranking, Stage
from visearch_desktop.search.intents import find_intent
from visearch_desktop.search.picture import OpenPicture
from visearch_desktop.search.pipeline import search
from visearch_desktop.search.prepared import PreparedQuery, prepare

SAME = find_intent("same")
COUNT = 24
SEEN = similarity_transform(0.7, 15, 220, 60)


@pytest.fixture(scope="module")
def shelf(folder: Path) -> Shelf:
    """24 photos; number 21 shows scene 5 (photo 6) within scene 200, number 22 is plain, 23 a pixel, 24 is 22 again."""
    paths = photo_folder(folder, 20)
    seen = warped(scene(5), SEEN, 800, 600, scene(200, 800, 600))
    paths.append(save(seen, folder / "seen.jpg"))
    paths.append(save(np.full((480, 640, 3), 120, np.uint8), folder / "plain.png"))
    paths.append(save(np.zeros((1, 1, 3), np.uint8), folder / "pixel.png"))
    paths.append(save(np.full((480, 640, 3), 120, np.uint8), folder / "plain again.png"))
    return Shelf(paths)


def asked(shelf: Shelf, source: Path | bytes, region: Region | None = None) -> PreparedQuery:
    return prepare(OpenPicture(source), region, shelf.descriptor, shelf.extractor)


def answer(shelf: Shelf, query: PreparedQuery, **options) -> Ranking:
    return list(search(query, shelf, SAME, **options))[-1]


def test_the_first_ranking_comes_before_verification_and_the_verified_one_replaces_it(shelf, folder):
    first, verified = search(asked(shelf, folder / "photo005.jpg"), shelf, SAME)
    assert (first.stage, verified.stage) == (Stage.FIRST, Stage.VERIFIED)
    assert first.hits[0].photo_id == verified.hits[0].photo_id == 6
    assert {hit.verdict for hit in first.hits} == {None}
    assert (first.verified, first.query_details) == (0, -1)
    assert verified.verified == verified.searched == first.searched == COUNT
    assert verified.query_details > 300
    assert verified.query_sizes == ((640, 480),)
    assert verified.elapsed_ms >= first.elapsed_ms > 0


def test_what_is_there_twice_is_found_twice_and_nothing_else_is_worth_showing(shelf, folder):
    found = answer(shelf, asked(shelf, folder / "photo005.jpg"))
    assert [hit.photo_id for hit in found.hits[:2]] == [6, 21]
    assert found.hits[0].confidence is Confidence.SURE
    assert found.hits[1].confidence is not Confidence.MAYBE
    assert all(hit.quad is not None and hit.inliers >= 20 for hit in found.hits[:2])
    assert all(hit.quad is None and hit.inliers == 0 for hit in found.hits[2:])
    assert found.standing_out == 2


def test_ranks_count_from_one_and_scores_descend(shelf, folder):
    for ranking in search(asked(shelf, folder / "photo007.jpg"), shelf, SAME, limit=0):
        assert [hit.rank for hit in ranking.hits] == list(range(1, COUNT + 1))
        scores = [hit.score for hit in ranking.hits]
        assert scores == sorted(scores, reverse=True)
        assert sorted(hit.photo_id for hit in ranking.hits) == list(range(1, COUNT + 1))


def test_equal_photos_come_in_the_order_of_their_numbers(shelf, folder):
    hits = answer(shelf, asked(shelf, folder / "photo001.jpg"), limit=0).hits
    places = [hit.photo_id for hit in hits if hit.photo_id in (22, 23, 24)]
    assert places == [22, 23, 24], "three photos without a single detail are equally unlike"


def test_as_many_hits_come_as_were_asked_for(shelf, folder):
    query = asked(shelf, folder / "photo003.jpg")
    for limit, count in ((1, 1), (5, 5), (1000, COUNT), (0, COUNT), (-1, COUNT)):
        assert [len(ranking.hits) for ranking in search(query, shelf, SAME, limit=limit)] == [count, count]


def test_a_region_finds_what_is_in_it_and_where(shelf, folder):
    """Of the photo that shows two scenes, only the part with scene 5."""
    found = answer(shelf, asked(shelf, folder / "seen.jpg", Region(230, 120, 250, 220)))
    assert {hit.photo_id for hit in found.hits[:2]} == {21, 6}
    assert Confidence.MAYBE not in {hit.confidence for hit in found.hits[:2]}
    (hit,) = [hit for hit in found.hits if hit.photo_id == 6]
    true = project_region(np.linalg.inv(SEEN), Region(230, 120, 250, 220))
    assert np.abs(np.array(hit.quad) - true).max() < 5
    assert hit.inliers >= 20
    assert found.standing_out == 2


def test_a_thing_that_is_nowhere_is_not_found(shelf, tmp_path):
    nothing_found = 0
    for seed in range(990, 998):
        found = answer(shelf, asked(shelf, save(scene(seed), tmp_path / f"unknown{seed}.jpg")))
        assert {hit.confidence for hit in found.hits} == {Confidence.MAYBE}
        nothing_found += found.standing_out == 0
    assert nothing_found >= 7, "circles and letters look alike in all of these scenes"


@pytest.mark.parametrize("shape", [(1, 1), (480, 640)])
def test_a_picture_without_details_is_no_error_and_finds_nothing(shelf, tmp_path, shape):
    plain = save(np.full((*shape, 3), 77, np.uint8), tmp_path / "plain.png")
    found = answer(shelf, asked(shelf, plain))
    assert found.standing_out == 0
    assert found.query_details == 0
    assert len(found.hits) == COUNT
    assert {hit.verdict for hit in found.hits} == {Verdict.TOO_FEW_DETAILS}


def test_without_verification_there_is_one_ranking(shelf, folder):
    query = asked(shelf, folder / "photo002.jpg")
    assert [ranking.stage for ranking in search(query, shelf, SAME, verify=False)] == [Stage.FIRST]
    assert [ranking.stage for ranking in search(query, shelf, find_intent("similar"))] == [Stage.FIRST]


def test_only_the_best_candidates_are_verified(shelf, folder):
    told: list[tuple[int, int]] = []
    few = replace(SAME, verify=4)
    *_, found = search(
        asked(shelf, folder / "photo002.jpg"), shelf, few, limit=0, on_verifying=lambda *t: told.append(t)
    )
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert found.verified == sum(hit.verdict is not None for hit in found.hits) == 4
    assert len(found.hits) == COUNT


def test_a_photo_whose_details_are_not_known_yet_stays_in_the_ranking(shelf, folder, monkeypatch):
    monkeypatch.setattr(shelf, "stored", {k: blob for k, blob in shelf.stored.items() if k != 21})
    found = answer(shelf, asked(shelf, folder / "photo005.jpg"))
    assert found.verified == COUNT - 1
    (hit,) = [hit for hit in found.hits if hit.photo_id == 21]
    assert hit.verdict is None


@pytest.mark.parametrize("stop_after", [0, 1, 7])
def test_a_cancelled_search_stops_between_two_photos(shelf, folder, stop_after):
    done: list[int] = []
    rankings = list(
        search(
            asked(shelf, folder / "photo002.jpg"), shelf, SAME,
            cancelled=lambda: len(done) >= stop_after, on_verifying=lambda one, _: done.append(one),
        )
    )  # fmt: skip
    assert [ranking.stage for ranking in rankings] == ([Stage.FIRST] if stop_after else [])
    assert len(done) == stop_after


def test_the_same_query_gives_the_same_answer(shelf, folder):
    one, other = (answer(shelf, asked(shelf, folder / "photo008.jpg"), limit=0) for _ in range(2))
    assert one.hits == other.hits


def test_the_bytes_of_a_file_find_what_the_file_finds(shelf, folder):
    path = folder / "photo004.jpg"
    assert answer(shelf, asked(shelf, path)).hits == answer(shelf, asked(shelf, path.read_bytes())).hits


def test_an_empty_gallery_gives_empty_rankings(shelf, folder, monkeypatch):
    monkeypatch.setattr(shelf, "ids", shelf.ids[:0])
    monkeypatch.setattr(shelf, "vectors", shelf.vectors[:0])
    for ranking in search(asked(shelf, folder / "photo001.jpg"), shelf, SAME):
        assert (ranking.hits, ranking.standing_out, ranking.searched) == ((), 0, 0)


@pytest.mark.parametrize("region", [Region(700, 10, 50, 50), Region(0, 0, 4, 100), Region(float("nan"), 0, 50, 50)])
def test_a_region_outside_of_the_picture_or_too_small_is_refused(shelf, folder, region):
    with pytest.raises(RegionError):
        asked(shelf, folder / "photo001.jpg", region)


def test_a_region_half_outside_is_clipped(shelf, folder):
    assert asked(shelf, folder / "photo001.jpg", Region(-50, 200, 200, 900)).region == Region(0, 200, 150, 280)


def test_a_query_that_cannot_be_read_says_so(shelf, tmp_path):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"this is no picture")
    with pytest.raises(PhotoError):
        asked(shelf, broken)
    with pytest.raises(PhotoError):
        asked(shelf, b"")


def test_three_photos_can_be_searched(tmp_path):
    shelf = Shelf(photo_folder(tmp_path, 3))
    found = answer(shelf, asked(shelf, tmp_path / "photo001.jpg"))
    assert found.hits[0].photo_id == 2
    assert found.hits[0].confidence is Confidence.SURE
    assert found.standing_out == 1
