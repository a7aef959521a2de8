"""A box on a picture finds the photos with a region that looks like it, and about where; the network looks once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.methods.networks.tiny import tiny_network
from tests.scenes import save, scene
from visearch_desktop.core.region import Region
from visearch_desktop.core.vectors import normalise
from visearch_desktop.methods.descriptors.build import build_descriptor
from visearch_desktop.methods.descriptors.regions.describing import RegionDescriber, learn, steps
from visearch_desktop.methods.descriptors.regions.photo_regions import PhotoRegions
from visearch_desktop.methods.indexes.regions import RegionIndex
from visearch_desktop.methods.local_features.rootsift import RootSift
from visearch_desktop.methods.networks.feature_map import FeatureMapper
from visearch_desktop.search.gallery import Neighbours
from visearch_desktop.search.intents import find_intent
from visearch_desktop.search.picture import OpenPicture
from visearch_desktop.search.pipeline import search
from visearch_desktop.search.prepared import PreparedQuery, prepare
from visearch_desktop.search.regions import Regions, look_alikes
from visearch_desktop.search.turned import turns

WIDTH, HEIGHT, THING = 384, 288, Region(192, 144, 192, 144)
"""The thing fills the query as it fills the lower right quarter of a photo, at half the size."""
MIDDLE = 2 * (THING.x + THING.width / 2), 2 * (THING.y + THING.height / 2)
"""The photos are said to be twice as large as they were looked at."""
PHOTOS, MANY = range(10, 16), 60


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> PhotoRegions:
    folder = tmp_path_factory.mktemp("networks") / "tiny"
    tiny_network(folder, "tiny")
    return PhotoRegions(folder, px=WIDTH)


@pytest.fixture(scope="module")
def thing() -> np.ndarray:
    """Coarse, so that a smaller picture of it looks the same to a small network."""
    cells = np.random.default_rng(3).integers(0, 256, (3, 4, 3)).astype(np.uint8)
    return np.kron(cells, np.ones((96, 96, 1), np.uint8))


@pytest.fixture(scope="module")
def regions(maker: PhotoRegions, thing: np.ndarray) -> Regions:
    """Six photos, of which the fourth shows the thing, and many others that are much like these."""
    pictures = [scene(seed, WIDTH, HEIGHT) for seed in PHOTOS]
    made = [maker.extract(picture) for picture in pictures]
    pictures[3][144:, 192:] = thing[::2, ::2]
    pooled = [*made[:3], maker.extract(pictures[3]), *made[4:]]
    rng = np.random.default_rng(0)
    pooled += [normalise(made[n % 6] * rng.uniform(0.8, 1.2, made[0].shape)) for n in range(MANY)]
    describer = RegionDescriber(maker, learn(np.concatenate(pooled)))
    index = RegionIndex(len(maker.windows), describer.dimension, steps(describer.dimension))
    index.add(np.stack([describer.rows(one) for one in pooled]), [*PHOTOS, *range(100, 100 + MANY)])
    return Regions(describer, index, lambda photo_ids: dict.fromkeys(photo_ids, (2 * WIDTH, 2 * HEIGHT)))


@pytest.fixture
def picture(thing: np.ndarray, tmp_path: Path) -> OpenPicture:
    return OpenPicture(save(thing, tmp_path / "query.png"))


def asked(picture: OpenPicture, region: Region | None = None, **ways: bool) -> PreparedQuery:
    options = {"rotations": False, "mirrored": False} | ways
    return prepare(picture, region, build_descriptor("colour_histogram", []), RootSift(), turns=turns(**options))


def test_the_photo_with_the_thing_stands_out_and_says_about_where(
    regions: Regions, picture: OpenPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = look_alikes(asked(picture), regions)
    assert found is not None
    assert len(found.ids) == len(PHOTOS) + MANY
    assert found.ids[found.evidence.argmax()] == 13
    monkeypatch.setattr("visearch_desktop.search.regions.STANDS_OUT", found.evidence.max())
    place = found.places(np.array([13, 10, 99]))
    assert set(place) == {13}
    assert place[13].contains(np.array([MIDDLE])).all()
    assert place[13].width <= 2 * WIDTH * 0.7
    monkeypatch.setattr("visearch_desktop.search.regions.STANDS_OUT", found.evidence.max() + 0.1)
    assert found.places(np.array([13, 10, 99])) == {}


def test_what_was_not_found_has_no_evidence(regions: Regions, picture: OpenPicture) -> None:
    found = look_alikes(asked(picture), regions)
    assert found is not None
    assert found.evidence_of(np.array([99, 13, 5])).tolist() == [0, found.evidence.max(), 0]
    assert (found.evidence >= 0).all()


def test_the_network_looks_at_a_picture_once_and_once_at_every_turn_of_it(
    regions: Regions, picture: OpenPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = look_alikes(asked(picture, rotations=True), regions)
    assert first is not None
    monkeypatch.setattr(FeatureMapper, "map", None)
    again = look_alikes(asked(picture, Region(40, 40, 150, 120), rotations=True), regions)
    assert again is not None
    assert not np.array_equal(first.evidence, again.evidence)


def test_a_turned_photo_is_found_where_turns_are_asked_for(regions: Regions, tmp_path: Path) -> None:
    lying = OpenPicture(save(np.rot90(scene(12, WIDTH, HEIGHT)).copy(), tmp_path / "lying.png"))
    as_it_is, turned = (look_alikes(asked(lying, rotations=ways), regions) for ways in (False, True))
    assert as_it_is is not None
    assert turned is not None
    assert turned.evidence_of(np.array([12])) > as_it_is.evidence_of(np.array([12]))


def test_a_query_that_cannot_be_read_finds_nothing(regions: Regions, picture: OpenPicture, tmp_path: Path) -> None:
    query = asked(picture)
    gone = OpenPicture(tmp_path / "gone.png")
    assert look_alikes(replace(query, see=gone.maps), regions) is None
    empty = Regions(regions.describer, RegionIndex(46, regions.describer.dimension, 1), dict)
    nothing = look_alikes(query, empty)
    assert nothing is not None
    assert nothing.evidence_of(np.array([13])).tolist() == [0]


def test_the_best_hits_tell_what_to_look_for_besides(regions: Regions, picture: OpenPicture) -> None:
    found = look_alikes(asked(picture), regions)
    assert found is not None
    wider = found.expanded([13])
    assert wider.ids.tolist() == found.ids.tolist()
    assert wider.ids[wider.evidence.argmax()] == 13
    assert not np.array_equal(wider.evidence, found.evidence)
    assert found.expanded([]) is found
    assert found.expanded([99]) is found


class Wall:
    """A gallery in which the photo with the thing is the least alike as a whole."""

    ids = np.array([*(number for number in PHOTOS if number != 13), *range(100, 100 + MANY), 13], dtype=np.int64)

    def size(self) -> int:
        return len(self.ids)

    def nearest(self, signature: np.ndarray, k: int) -> Neighbours:
        similar = np.linspace(0.9, 0.1, len(self.ids)).astype(np.float32)
        return Neighbours(self.ids[: k or None], similar[: k or None], similar)

    def features(self, photo_id: int) -> None:
        return None


def test_a_box_finds_what_is_unlike_as_a_whole_and_says_about_where(
    regions: Regions, picture: OpenPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    intent = replace(find_intent("same"), verify=3)
    box = Region(8, 8, WIDTH - 16, HEIGHT - 16)
    for name in ("regions.STANDS_OUT", "ranking.STANDS_OUT"):
        monkeypatch.setattr(f"visearch_desktop.search.{name}", 1.0)  # of so few photos, none stands out far
    for ranking in search(asked(picture, box), Wall(), intent, limit=5, regions=regions):
        first = ranking.hits[0]
        assert (first.photo_id, first.quad) == (13, None)
        assert first.estimated is not None
        assert first.estimated.contains(np.array([MIDDLE])).all()
        assert ranking.standing_out >= 1
        assert len(ranking.hits) == 5
    for region, asks in ((box, None), (None, regions)):
        *_, last = search(asked(picture, region), Wall(), intent, limit=5, regions=asks)
        assert [hit.photo_id for hit in last.hits] == [10, 11, 12, 14, 15]
        assert all(hit.estimated is None for hit in last.hits)
