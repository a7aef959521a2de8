"""A whole picture is compared with photos part by part, wherever each part is in the other one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.methods.networks.tiny import tiny_network
from tests.scenes import save, scene
from visearch_desktop.core.vectors import normalise
from visearch_desktop.methods.descriptors.build import build_descriptor
from visearch_desktop.methods.descriptors.regions.describing import RegionDescriber, learn
from visearch_desktop.methods.descriptors.regions.photo_regions import PhotoRegions
from visearch_desktop.methods.local_features.rootsift import RootSift
from visearch_desktop.search.candidates import candidates, with_parts
from visearch_desktop.search.confidence import calibration_in_parts
from visearch_desktop.search.evidence import LEAST_BACKGROUND, VERIFIED_LEAD
from visearch_desktop.search.gallery import Neighbours
from visearch_desktop.search.hits import Confidence
from visearch_desktop.search.intents import find_intent
from visearch_desktop.search.parts import Parts, alike_in_parts, cross_similarities
from visearch_desktop.search.picture import OpenPicture
from visearch_desktop.search.pipeline import search
from visearch_desktop.search.prepared import PreparedQuery, prepare

WIDTH, HEIGHT, SEED = 384, 288, 13
IDS = list(range(10, 40))
SWAPPED = 20
"""The photo in which left and right half of the query have changed places."""


def asked(path: Path, photo_id: int | None = None) -> PreparedQuery:
    query = prepare(OpenPicture(path), None, build_descriptor("colour_histogram", []), RootSift())
    return replace(query, photo_id=photo_id)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """Of thirty photos."""
    folder = tmp_path_factory.mktemp("networks") / "tiny"
    tiny_network(folder, "tiny")
    maker = PhotoRegions(folder, px=WIDTH)
    pictures = {photo_id: scene(100 + photo_id, WIDTH, HEIGHT) for photo_id in IDS}
    pictures[SWAPPED] = np.roll(scene(SEED, WIDTH, HEIGHT), WIDTH // 2, axis=1)
    pooled = {photo_id: maker.extract(picture) for photo_id, picture in pictures.items()}
    describer = RegionDescriber(maker, learn(np.concatenate(list(pooled.values())), 32))
    stored = {photo_id: describer.parts_of(one) for photo_id, one in pooled.items()}

    def of(photo_ids: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        known = [photo_id for photo_id in photo_ids if photo_id in stored]
        return np.array(known, np.int64), np.array([stored[one] for one in known])

    return Parts(describer, of, np.array(list(stored.values())))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return save(scene(SEED, WIDTH, HEIGHT), tmp_path / "query.png")


def test_parts_count_wherever_they_are_and_both_ways() -> None:
    rng = np.random.default_rng(0)
    query = normalise(rng.standard_normal((9, 16)))
    photos = np.stack([rng.permutation(query), np.repeat(query[:1], 9, axis=0), -query])
    same, one_part, opposite = cross_similarities(query, photos)
    assert same == pytest.approx(1, abs=1e-6)
    assert one_part < 0.75  # every part of the photo is in the query, but not the other way round
    assert opposite < one_part
    assert cross_similarities(photos[1], query[None])[0] == pytest.approx(one_part)


def test_the_photo_whose_halves_changed_places_stands_out(parts: Parts, path: Path) -> None:
    alike = alike_in_parts(asked(path), parts, np.array([*IDS, 99]))
    assert alike is not None
    assert alike.ids.tolist() == IDS
    assert alike.ids[alike.spreads.argmax()] == SWAPPED
    assert alike.spreads.max() > 2
    assert abs(np.median(alike.spreads)) < 0.2


def test_a_photo_of_the_library_is_not_looked_at_again(parts: Parts, path: Path) -> None:
    alike = alike_in_parts(replace(asked(path, IDS[3]), pool=None), parts, np.array(IDS))  # type: ignore[arg-type]
    assert alike is not None
    assert alike.ids[alike.spreads.argmax()] == IDS[3]


def test_the_network_looks_at_another_picture_once(parts: Parts, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    query = asked(path)
    first = alike_in_parts(query, parts, np.array(IDS))
    monkeypatch.setattr(PhotoRegions, "extract", None)
    again = alike_in_parts(query, parts, np.array(IDS))
    assert first is not None
    assert again is not None
    assert np.array_equal(first.spreads, again.spreads)


def test_nothing_is_known_of_pictures_that_cannot_be_read_and_of_other_photos(parts: Parts, path: Path) -> None:
    query = asked(path)
    gone = OpenPicture(path.with_name("gone.png"))
    assert alike_in_parts(replace(query, pool=gone.pooled), parts, np.array(IDS)) is None
    assert alike_in_parts(query, parts, np.array([1, 2])) is None
    assert alike_in_parts(query, replace(parts, sample=parts.sample[:0]), np.array(IDS)) is None


class Wall:
    """A gallery in which the photo with the swapped halves is the least alike as a whole."""

    ids = np.array([*(photo_id for photo_id in IDS if photo_id != SWAPPED), 99, SWAPPED], dtype=np.int64)

    def size(self) -> int:
        return len(self.ids)

    def nearest(self, signature: np.ndarray, k: int) -> Neighbours:
        similar = np.linspace(0.6, 0.5, len(self.ids)).astype(np.float32)
        return Neighbours(self.ids[: k or None], similar[: k or None], similar)

    def features(self, photo_id: int) -> None:
        return None


def test_a_whole_picture_finds_what_is_unlike_as_a_whole_but_alike_in_parts(parts: Parts, path: Path) -> None:
    query = asked(path)
    for ranking in search(query, Wall(), find_intent("same"), limit=5, parts=parts):
        assert ranking.hits[0].photo_id == SWAPPED
        assert len(ranking.hits) == 5
    for intent, known in (("same", None), ("similar", parts)):
        *_, last = search(query, Wall(), find_intent(intent), limit=5, parts=known)
        assert [hit.photo_id for hit in last.hits] == Wall.ids[:5].tolist()


def test_photos_whose_parts_are_not_known_yet_stay_among_the_others(parts: Parts, path: Path) -> None:
    *_, last = search(asked(path), Wall(), find_intent("same"), limit=0, parts=parts)
    places = {hit.photo_id: hit.rank for hit in last.hits}
    assert len(places) == len(Wall.ids)
    assert 1 < places[99] < len(places)


@pytest.mark.parametrize(("least", "count"), [(2.0, 1), (1000.0, 0)])
def test_what_looks_alike_part_by_part_is_shown_and_what_only_looks_alike_as_a_whole_is_not(
    parts: Parts, path: Path, monkeypatch: pytest.MonkeyPatch, least: float, count: int
) -> None:
    monkeypatch.setattr("visearch_desktop.search.ranking.STANDS_OUT", least)
    *_, last = search(asked(path), Wall(), find_intent("same"), limit=0, parts=parts)
    assert last.standing_out == count


def test_of_a_few_photos_none_is_said_to_stand_out(parts: Parts, path: Path) -> None:
    for count, is_known in ((LEAST_BACKGROUND - 1, False), (LEAST_BACKGROUND, True)):
        alike = alike_in_parts(asked(path), replace(parts, sample=parts.sample[:count]), np.array(IDS))
        assert alike is not None
        assert alike.is_usual_known == is_known
        found = with_parts(candidates(asked(path), Wall(), 0), alike)
        assert np.isnan(found.looks[found.ids == SWAPPED]).item() != is_known


def test_no_photo_comes_before_a_verified_one_for_being_alike(parts: Parts, path: Path) -> None:
    alike = alike_in_parts(asked(path), replace(parts, sample=np.repeat(parts.sample[:1], 30, axis=0)), np.array(IDS))
    assert alike is not None
    assert alike.spreads.max() > 100  # all that is usual is the same
    assert with_parts(candidates(asked(path), Wall(), 0), alike).scores.max() < VERIFIED_LEAD


def test_words_for_whole_pictures_go_by_their_parts() -> None:
    words = calibration_in_parts("visearch_v1@1/x")
    assert words is not None
    assert words.word(40, 20, 8.0) is Confidence.SURE
    assert words.word(40, 20, 4.0) is Confidence.LIKELY
    assert words.word(14, 0, 3.0) is Confidence.MAYBE  # agree at the edge, and look no more alike than many do
    assert words.word(0, 0, words.likely_refused, was_tried=True) is Confidence.LIKELY
    assert calibration_in_parts("gist@1/x") is None
