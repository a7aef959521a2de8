"""A batch is decided by its step; pairs are used; processes make the same batches."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from tests.learning.made import PHOTOS, SMALL, made_cache, silent
from visearch_desktop.core.errors import UsageError
from visearch_desktop.learning.batches import BatchMaker, Pair, batches
from visearch_desktop.learning.photos import PhotoCache, open_photos


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> PhotoCache:
    return made_cache(tmp_path_factory.mktemp("photos"))


def test_the_cache_holds_the_photos_in_the_order_of_their_names(photos: PhotoCache) -> None:
    assert len(photos) == PHOTOS
    assert list(photos.names) == sorted(photos.names)
    assert photos[1].shape == (96, 128, 3)
    assert photos.shape(0) == (128, 96)


def test_a_folder_without_photos_is_a_sentence(tmp_path: Path) -> None:
    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(UsageError, match="no photos"):
            open_photos([folder], tmp_path / "run", silent)


def test_a_tar_is_read_like_a_folder(photos: PhotoCache, tmp_path: Path) -> None:
    import tarfile

    with tarfile.open(tmp_path / "photos.tar", "w") as tar:
        for file in sorted((photos.folder.parent / "photos").iterdir(), reverse=True):
            tar.add(file, file.name)
    assert open_photos([tmp_path / "photos.tar"], tmp_path / "run", silent).digest == photos.digest


def test_a_batch_is_the_same_for_the_same_step_and_another_for_another(photos: PhotoCache) -> None:
    maker = BatchMaker(photos, SMALL)
    one, again, other = maker.make(3), BatchMaker(photos, SMALL).make(3), maker.make(4)
    assert np.array_equal(one.pixels, again.pixels)
    assert np.array_equal(one.places, again.places)
    assert one.pixels.shape != other.pixels.shape or not np.array_equal(one.pixels, other.pixels)
    assert not np.array_equal(one.pixels, BatchMaker(photos, replace(SMALL, seed=1)).make(3).pixels)


def test_every_photo_comes_once_in_a_round(photos: PhotoCache) -> None:
    maker = BatchMaker(photos, SMALL)
    seen = np.concatenate([maker.make(step).photos[:8] for step in range(2)])
    assert sorted(seen) == list(range(PHOTOS))


def test_verified_pairs_give_the_second_view_in_both_directions(photos: PhotoCache) -> None:
    maker = BatchMaker(photos, replace(SMALL, pairs=1.0), [Pair(2, 5, np.eye(3))])
    partners = {}
    for step in range(2):
        batch = maker.make(step)
        partners.update(zip(batch.photos[:8].tolist(), batch.photos[8:].tolist(), strict=True))
    assert partners[2] == 5
    assert partners[5] == 2
    assert all(one == other for one, other in partners.items() if one not in (2, 5))


def test_a_process_makes_the_same_batches(photos: PhotoCache) -> None:
    maker = BatchMaker(photos, SMALL)
    here, there = batches(maker, 7, photos.folder, 0), batches(maker, 7, photos.folder, 1)
    for one, other in zip(islice(here, 2), islice(there, 2), strict=True):
        assert np.array_equal(one.pixels, other.pixels)
    there.close()
