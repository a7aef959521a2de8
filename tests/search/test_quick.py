"""The first answer for a box comes without looking at its pixels or comparing photos as a whole, in the same order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.scenes import photo_folder
from tests.search.shelf import Shelf, ShelfIndex
from visearch_desktop.core.region import Region
from visearch_desktop.search import pipeline, ranking
from visearch_desktop.search.candidates import candidates
from visearch_desktop.search.details import look_up
from visearch_desktop.search.gallery import Neighbours
from visearch_desktop.search.hits import Ranking, Stage
from visearch_desktop.search.intents import find_intent
from visearch_desktop.search.picture import OpenPicture
from visearch_desktop.search.prepared import PreparedQuery, prepare
from visearch_desktop.search.quick import quick_candidates
from visearch_desktop.search.regions import LookAlikes

SAME = replace(find_intent("same"), verify=3)
BOX = Region(120, 90, 400, 300)
COUNT = 10
KNOWN = np.arange(2, 9, dtype=np.int64)
"""Photos that have a region like the box."""


class Looks(LookAlikes):
    """What regions look like, made up; it has no index."""

    def places(self, photo_ids: np.ndarray) -> dict[int, Region]:
        return {}

    def expanded(self, photo_ids: Sequence[int]) -> LookAlikes:
        return self


@pytest.fixture(scope="module")
def paths(folder: Path) -> list[Path]:
    return photo_folder(folder, COUNT)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> LookAlikes:
    evidence = np.random.default_rng(1).uniform(0, 3, len(KNOWN))
    found = Looks(None, (), KNOWN, evidence, np.linspace(0.3, 0.5, len(KNOWN)).astype(np.float32), KNOWN)  # type: ignore[arg-type]
    monkeypatch.setattr(pipeline, "look_alikes", lambda *_: found)
    return found


def asked(shelf: Shelf, path: Path) -> PreparedQuery:
    return prepare(OpenPicture(path), BOX, shelf.descriptor, shelf.extractor)


def rankings(query: PreparedQuery, shelf: Shelf, objects: ShelfIndex, limit: int) -> list[Ranking]:
    return list(pipeline.search(query, shelf, SAME, objects=objects, regions=object(), limit=limit))  # type: ignore[arg-type]


def test_photos_that_details_or_regions_name_come_in_the_order_of_all(
    shelf: Shelf, objects: ShelfIndex, paths: list[Path], looks: LookAlikes
) -> None:
    query = asked(shelf, paths[5])
    in_detail = look_up(query, objects)
    quick = quick_candidates(in_detail, looks, 5)
    assert quick is not None
    every = candidates(query, shelf, 0, in_detail, looks)
    with_evidence = [one for one in every.ids.tolist() if one in set(KNOWN.tolist()) | {6}]
    assert [one for one in quick.ids.tolist() if one in with_evidence] == with_evidence
    assert quick.ids[0] == 6
    for name in ("details", "looks"):
        known = dict(zip(every.ids.tolist(), getattr(every, name).tolist(), strict=True))
        assert getattr(quick, name).tolist() == [known[one] for one in quick.ids.tolist()]


def test_where_too_few_are_named_or_all_are_wanted_every_photo_is_compared(
    shelf: Shelf, objects: ShelfIndex, paths: list[Path], looks: LookAlikes
) -> None:
    in_detail = look_up(asked(shelf, paths[5]), objects)
    assert quick_candidates(in_detail, looks, 0) is None
    assert quick_candidates(in_detail, looks, COUNT + 1) is None
    assert quick_candidates((), looks, len(KNOWN)) is not None
    assert quick_candidates((), looks, len(KNOWN) + 1) is None


def test_the_box_is_described_after_the_first_answer_and_the_verified_one_is_as_if_it_had_been_before(
    shelf: Shelf, objects: ShelfIndex, paths: list[Path], looks: LookAlikes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "LEAST_BACKGROUND", COUNT)
    query, described = asked(shelf, paths[5]), []

    def describe() -> np.ndarray:
        described.append(True)
        return asked(shelf, paths[5]).signature

    answers = pipeline.search(
        replace(query, describe=describe), shelf, SAME, objects=objects, regions=object(), limit=5  # type: ignore[arg-type]
    )  # fmt: skip
    first = next(answers)
    assert (first.stage, described, first.hits[0].photo_id) == (Stage.FIRST, [], 6)
    *_, verified = answers
    assert described
    monkeypatch.setattr(pipeline, "quick_candidates", lambda *_: None)
    *_, slowly = rankings(query, shelf, objects, 5)
    assert verified.hits == slowly.hits
    assert verified.standing_out == slowly.standing_out


def test_nothing_is_compared_while_a_box_is_dragged_unless_all_photos_are_to_be_ranked(
    shelf: Shelf, objects: ShelfIndex, paths: list[Path], looks: LookAlikes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "LEAST_BACKGROUND", COUNT)
    compared: list[int] = []
    nearest = shelf.nearest

    def noted(vector: np.ndarray, k: int) -> Neighbours:
        compared.append(k)
        return nearest(vector, k)

    monkeypatch.setattr(shelf, "nearest", noted)
    for limit, compares in ((5, []), (0, [0])):
        (only,) = pipeline.search(
            asked(shelf, paths[5]), shelf, SAME, objects=objects, regions=object(), limit=limit, verify=False  # type: ignore[arg-type]
        )  # fmt: skip
        assert (len(only.hits), compared) == (limit or COUNT, compares)


@pytest.mark.parametrize("steps", [0, 1])
def test_a_cancelled_search_stops_between_its_first_steps(
    shelf: Shelf, objects: ShelfIndex, paths: list[Path], looks: LookAlikes, steps: int
) -> None:
    asks = iter([False] * steps + [True] * 100)
    query = asked(shelf, paths[5])
    answers = pipeline.search(
        query, shelf, SAME, objects=objects, regions=object(), cancelled=lambda: next(asks)  # type: ignore[arg-type]
    )  # fmt: skip
    assert list(answers) == []
