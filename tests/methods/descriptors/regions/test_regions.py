"""Any region of a picture is described from its feature map as if the network had pooled just that region."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.methods.networks.tiny import tiny_network
from tests.scenes import scene
from visearch_desktop.core.errors import NetworkMissingError, RegionError
from visearch_desktop.core.region import Region
from visearch_desktop.core.vectors import normalise
from visearch_desktop.methods.descriptors.build import build_descriptor
from visearch_desktop.methods.descriptors.gem import GemDescriptor
from visearch_desktop.methods.descriptors.library_whitening import LibraryWhitened
from visearch_desktop.methods.descriptors.regions.describing import RegionDescriber, learn, quantised
from visearch_desktop.methods.descriptors.regions.grid import grid, window_of, window_region
from visearch_desktop.methods.descriptors.regions.photo_regions import PhotoRegions, regions_of
from visearch_desktop.methods.descriptors.regions.pooling import PooledMap
from visearch_desktop.methods.networks.feature_map import FeatureMapper
from visearch_desktop.methods.networks.gem_network import GEM_FLOOR
from visearch_desktop.methods.networks.manifest import GRAPH
from visearch_desktop.methods.networks.running import NetworkRunner

RNG = np.random.default_rng(0)
CELLS = RNG.exponential(size=(12, 7, 9)).astype(np.float32)


def directly(cells: np.ndarray, p: np.ndarray | float, rows: slice, columns: slice) -> np.ndarray:
    inside = cells[:, rows, columns].reshape(len(cells), -1).astype(np.float64)
    powers = np.broadcast_to(np.asarray(p, dtype=np.float64), (len(cells),))
    return normalise((inside ** powers[:, None]).mean(axis=1) ** (1 / powers))


@given(
    st.tuples(st.integers(0, 6), st.integers(0, 8), st.integers(1, 7), st.integers(1, 9)),
    st.sampled_from([1.0, 2.6, 3.0]),
)
def test_a_region_from_the_table_of_sums_is_the_region_pooled_directly(
    box: tuple[int, int, int, int], p: float
) -> None:
    top, left, height, width = box
    bottom, right = min(7, top + height), min(9, left + width)
    window = np.array([left / 9, top / 7, right / 9, bottom / 7])
    found = PooledMap(CELLS, p).pool(window)[0]
    assert np.allclose(found, directly(CELLS, p, slice(top, bottom), slice(left, right)), atol=1e-5)


def test_each_channel_may_have_its_own_exponent() -> None:
    p = np.linspace(1, 5, len(CELLS))
    found = PooledMap(CELLS, p).pool(np.array([0, 0, 1, 1.0]))[0]
    assert np.allclose(found, directly(CELLS, p, slice(None), slice(None)), atol=1e-5)


def test_a_place_that_is_partly_inside_counts_as_much_as_is_inside() -> None:
    cells = np.array([[[1.0, 3.0]], [[2.0, 2.0]]])
    found = PooledMap(cells, 1.0).pool(np.array([0.25, 0, 0.75, 1]))[0]  # half of each
    assert np.allclose(found, normalise(np.array([2.0, 2.0])))
    found = PooledMap(cells, 1.0).pool(np.array([0, 0, 0.75, 1]))[0]  # the first, and half of the second
    assert np.allclose(found, normalise(np.array([2.5 / 1.5, 2.0])))


def test_windows_in_another_order_give_the_same_vectors_in_that_order() -> None:
    windows, pooled = grid(), PooledMap(CELLS)
    order = RNG.permutation(len(windows))
    assert np.array_equal(pooled.pool(windows)[order], pooled.pool(windows[order]))
    assert np.array_equal(pooled.pool(windows)[7], pooled.pool(windows[7])[0])


def test_a_map_of_one_place_and_an_empty_one_give_vectors_without_holes() -> None:
    one = PooledMap(CELLS[:, :1, :1]).pool(grid())
    assert np.allclose(one, one[0])
    nothing = PooledMap(np.full((5, 3, 3), GEM_FLOOR)).pool(grid())
    assert np.isfinite(nothing).all()
    assert np.allclose(nothing, nothing[0])
    thin = PooledMap(CELLS).pool(np.array([0.5, 0.5, 0.5, 0.5]))
    assert np.isfinite(thin).all()


def test_the_windows_cover_the_photo_and_stay_inside_it() -> None:
    windows = grid((1, 2, 3))
    assert len(windows) == 14
    assert windows[0].tolist() == [0, 0, 1, 1]
    assert windows.min() == 0
    assert windows.max() == 1
    for level in (windows[1:5], windows[5:]):
        points = RNG.random((200, 2))
        inside = (points[:, None] >= level[:, :2]) & (points[:, None] <= level[:, 2:])
        assert inside.all(axis=2).any(axis=1).all()
    assert window_region(windows[4], 300, 200).as_tuple() == pytest.approx((100, 200 / 3, 200, 400 / 3))
    assert window_of(window_region(windows[4], 300, 200), 300, 200) == pytest.approx(windows[4])


def test_a_region_outside_of_the_picture_is_refused() -> None:
    with pytest.raises(RegionError):
        window_of(Region(400, 0, 50, 50), 300, 200)


def test_four_bits_lose_hardly_anything() -> None:
    vectors = normalise(RNG.normal(size=(500, 128)))
    kept = normalise(quantised(vectors).astype(np.float32))
    assert quantised(vectors).dtype == np.int8
    assert (kept * vectors).sum(axis=1).min() > 0.97
    assert not quantised(np.zeros((1, 128), np.float32)).any()


@pytest.fixture
def maker(tmp_path: Path) -> PhotoRegions:
    tiny_network(tmp_path / "tiny", "tiny")
    return PhotoRegions(tmp_path / "tiny", px=256)


def test_the_region_of_all_is_what_the_network_pools(maker: PhotoRegions, tmp_path: Path) -> None:
    pixels = scene(3, 256, 192)
    pooled = NetworkRunner(tmp_path / "tiny").pooled(pixels)
    assert np.allclose(maker.extract(pixels)[0], pooled, atol=1e-4)
    assert np.allclose(maker.unpack(maker.pack(maker.extract(pixels)))[0], pooled, atol=1e-3)


def test_photos_are_seen_larger_than_the_whole_picture_and_there_must_be_a_network(tmp_path: Path) -> None:
    tiny_network(tmp_path / "tiny", "tiny")
    assert PhotoRegions(tmp_path / "tiny").working_px == 448
    with pytest.raises(NetworkMissingError):
        PhotoRegions(tmp_path / "nothing")


def test_regions_are_made_by_the_network_of_a_descriptor_if_it_has_one(tmp_path: Path) -> None:
    tiny_network(tmp_path / "tiny", "tiny")
    network = GemDescriptor("tiny_raw", NetworkRunner(tmp_path / "tiny"), whitened=False)
    for descriptor in (network, LibraryWhitened("tiny", network)):
        made = regions_of(descriptor)
        assert made is not None
        assert made.folder == tmp_path / "tiny"
    assert regions_of(build_descriptor("colour_histogram", [])) is None
    graph = tmp_path / "tiny" / GRAPH
    graph.write_bytes(graph.read_bytes().replace(b"cells", b"sells"))
    assert regions_of(network) is None  # it shows no map


def test_a_window_of_the_query_is_nearest_to_the_same_window_of_the_photo(maker: PhotoRegions) -> None:
    photos = [scene(seed, 256, 192) for seed in range(6)]
    pooled = [maker.extract(photo) for photo in photos]
    describer = RegionDescriber(maker, learn(np.concatenate(pooled)))
    rows = np.stack([describer.rows(one) for one in pooled])
    assert rows.shape == (6, len(grid()), 24)
    assert len(describer.pack(rows[3])) == len(grid()) * 24 // 2
    assert np.array_equal(describer.unpack(describer.pack(rows[3])), rows[3])
    seen = [PooledMap(maker.mapper.map(photos[2]), maker.p)]
    query = describer.query(seen, window_region(grid()[9], 256, 192), 256, 192)
    likeness = rows.astype(np.float32) @ query
    assert np.unravel_index(likeness.argmax(), likeness.shape) == (2, 9)


def test_a_query_is_seen_smaller_than_photos_and_no_pass_is_made_for_another_box(
    maker: PhotoRegions, monkeypatch: pytest.MonkeyPatch
) -> None:
    describer = RegionDescriber(maker, learn(maker.extract(scene(1, 256, 192)), 8))
    seen = maker.look_as_query(scene(3, 256, 192))
    assert [(one.width, one.height) for one in seen] == [(5, 4), (10, 8)]
    monkeypatch.setattr(FeatureMapper, "map", None)
    left, right = (describer.query(seen, Region(x, 20, 90, 90), 256, 192) for x in (10, 150))
    assert np.linalg.norm(left) == pytest.approx(1, abs=1e-5)
    assert left @ right < 0.999
    whole = describer.query(seen, None, 256, 192)
    assert np.array_equal(whole, describer.query(seen, Region(0, 0, 256, 192), 256, 192))


def test_what_was_learned_is_part_of_the_key(maker: PhotoRegions) -> None:
    sample = np.random.default_rng(1).random((200, 24)).astype(np.float32)
    one = RegionDescriber(maker, learn(sample, 8)).key
    assert one == RegionDescriber(maker, learn(sample, 8)).key
    assert one != RegionDescriber(maker, learn(sample[:100], 8)).key
    assert one != RegionDescriber(maker, learn(sample, 7)).key
    assert one != maker.key
