"""A heat map is hot where the thing is, cold elsewhere, and there is none without a network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.methods.networks.tiny import tiny_network
from tests.scenes import save, scene
from visearch_desktop.core.errors import RegionError
from visearch_desktop.core.region import Region
from visearch_desktop.library.heat_maps import HeatMaps
from visearch_desktop.methods.descriptors.build import build_descriptor
from visearch_desktop.methods.descriptors.descriptor import Descriptor
from visearch_desktop.methods.descriptors.gem import GemDescriptor
from visearch_desktop.methods.descriptors.library_whitening import LibraryWhitened
from visearch_desktop.methods.networks.running import NetworkRunner
from visearch_desktop.search.picture import OpenPicture

LEFT, TOP, SIDE = 256, 128, 128
"""Where the thing is in the photo, on the grid of the network's places."""


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> GemDescriptor:
    folder = tmp_path_factory.mktemp("networks") / "tiny"
    tiny_network(folder, "tiny")
    return GemDescriptor("tiny_raw", NetworkRunner(folder), whitened=False)


@pytest.fixture(scope="module")
def whitened(network: GemDescriptor) -> Descriptor:
    learner = LibraryWhitened("tiny", network)
    vectors = np.stack([network.describe(scene(seed, 256, 192)) for seed in range(24)])
    return learner.with_model(learner.train(vectors))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> tuple[OpenPicture, OpenPicture, OpenPicture]:
    """The thing, a photo with it, a photo without."""
    folder = tmp_path_factory.mktemp("pictures")
    thing, ground = scene(31, SIDE, SIDE), scene(32, 512, 384)
    photo = ground.copy()
    photo[TOP : TOP + SIDE, LEFT : LEFT + SIDE] = thing
    made = [save(one, folder / f"{n}.png") for n, one in enumerate((thing, photo, ground))]
    return OpenPicture(made[0]), OpenPicture(made[1]), OpenPicture(made[2])


@pytest.mark.parametrize("kind", ["network", "whitened"])
def test_it_is_hottest_where_the_thing_is(
    kind: str, pictures: tuple[OpenPicture, ...], request: pytest.FixtureRequest
) -> None:
    thing, photo, ground = pictures
    descriptor = request.getfixturevalue(kind)
    maps = HeatMaps(1)
    found, without = maps.make(descriptor, thing, None, photo), maps.make(descriptor, thing, None, ground)
    assert found is not None
    assert without is not None
    assert (found.width, found.height, len(found.heat)) == (32, 24, 32 * 24)
    heat = np.frombuffer(found.heat, np.uint8).reshape(24, 32)
    y, x = (axis.mean() for axis in np.nonzero(heat >= 0.9 * heat.max()))
    assert LEFT <= 16 * x < LEFT + SIDE
    assert TOP <= 16 * y < TOP + SIDE
    inside = heat[TOP // 16 : (TOP + SIDE) // 16, LEFT // 16 : (LEFT + SIDE) // 16]
    assert inside.mean() > 2 * heat.mean()
    assert heat.mean() > np.frombuffer(without.heat, np.uint8).mean()


def test_a_region_is_what_is_looked_for(whitened: Descriptor, pictures: tuple[OpenPicture, ...]) -> None:
    thing, photo, _ = pictures
    region = Region(LEFT, TOP, SIDE, SIDE)
    of_region, of_all = (HeatMaps(1).make(whitened, photo, box, photo) for box in (region, None))
    assert of_region is not None
    assert of_region == HeatMaps(1).make(whitened, thing, None, photo)
    assert of_region != of_all
    with pytest.raises(RegionError):
        HeatMaps(1).make(whitened, photo, Region(5000, 5000, 10, 10), photo)


def test_there_is_none_without_a_network(pictures: tuple[OpenPicture, ...]) -> None:
    assert HeatMaps(1).make(build_descriptor("colour_histogram", []), pictures[0], None, pictures[1]) is None


def test_plain_pictures_are_cold_and_no_error(network: GemDescriptor, tmp_path: Path) -> None:
    grey = OpenPicture(save(np.full((64, 64, 3), 127, np.uint8), tmp_path / "grey.png"))
    tiny = OpenPicture(save(np.full((1, 1, 3), 9, np.uint8), tmp_path / "tiny.png"))
    for query, photo in ((grey, grey), (grey, tiny), (tiny, grey)):
        assert HeatMaps(1).make(network, query, None, photo) is not None
