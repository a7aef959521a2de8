"""A library knows what the regions of its photos look like, as the catalogue says, however photos come and go."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from tests.library.indexed import HEIGHT, WIDTH, last_ranking, names
from tests.methods.networks.tiny import tiny_network
from tests.scenes import save, scene
from visearch_desktop.catalogue import features, files, folders
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.files import FileRead, SeenFile
from visearch_desktop.catalogue.photos import hashes_of
from visearch_desktop.core.region import Region
from visearch_desktop.core.vectors import normalise
from visearch_desktop.library import regions
from visearch_desktop.library.control import Cancelled, Control
from visearch_desktop.library.descriptors import Descriptors
from visearch_desktop.library.folders import remove_folder, restore_folder
from visearch_desktop.library.library import Library
from visearch_desktop.library.regions import LibraryRegions
from visearch_desktop.methods.descriptors.regions.photo_regions import PhotoRegions
from visearch_desktop.photos.metadata import Metadata
from visearch_desktop.search.query import QueryPicture

COUNT, ENOUGH = 6, 4
NETWORK = "mobilenet_v2_tf"
NOWHERE = Metadata(WIDTH, HEIGHT, 1, "", "", "", "", None, None, None)
REGION = 9


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("networks")
    tiny_network(folder / NETWORK, NETWORK)
    return folder


@pytest.fixture(scope="module")
def pooled(networks: Path) -> dict[int, bytes]:
    maker = PhotoRegions(networks / NETWORK)
    return {number: maker.pack(maker.extract(scene(number, WIDTH, HEIGHT))) for number in range(1, COUNT + 1)}


@pytest.fixture
def full(tmp_path: Path, catalogue: Catalogue) -> Catalogue:
    """A catalogue with six photos."""
    folder = folders.insert_folder(catalogue, tmp_path / "photos", ())
    files.insert_new(catalogue, folder, [SeenFile(f"{n}.jpg".encode(), 1, 1) for n in range(COUNT)])
    unread = files.unread_files(catalogue, folder)
    files.record_reads(catalogue, [FileRead(one.file_id, f"content {one.file_id}", NOWHERE) for one in unread])
    return catalogue


@pytest.fixture(autouse=True)
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regions, "ENOUGH_PHOTOS", ENOUGH)


def opened(catalogue: Catalogue, networks: Path) -> LibraryRegions:
    return LibraryRegions(catalogue, Descriptors(catalogue, [networks]))


def hand_over(catalogue: Catalogue, held: LibraryRegions, pooled: dict[int, bytes], numbers: Iterable[int]) -> None:
    """As the writer of a run does."""
    maker = held.maker()
    assert maker is not None
    hashes = hashes_of(catalogue, numbers)
    with catalogue.transaction():
        found = held.shorten(maker.key, [(hashes[number], 46, pooled[number]) for number in numbers])
        features.put_many(catalogue, maker.key, found)
    held.changed()


def found(held: LibraryRegions, pooled: bytes) -> list[int]:
    """Photos by what is in one region of a photo, best first."""
    asked = held.to_ask()
    if asked is None:
        return []
    rows = asked.describer.rows(asked.describer.maker.unpack(pooled))
    return asked.index.search(normalise(rows[REGION].astype(np.float32)), 0)[0].tolist()


def test_a_small_library_learns_at_the_end_of_a_run_and_again_when_it_has_grown(
    full: Catalogue, networks: Path, pooled: dict[int, bytes]
) -> None:
    held = opened(full, networks)
    assert held.to_ask() is None
    hand_over(full, held, pooled, [1, 2])
    held.learn(Control(), at_end=False)
    assert held.to_ask() is None
    held.learn(Control(), at_end=True)
    assert set(found(held, pooled[2])) == {1, 2}
    assert held.bytes_per_photo() == len(pooled[1])
    one = held.to_ask()
    hand_over(full, held, pooled, [3])
    held.learn(Control(), at_end=True)
    other = held.to_ask()
    assert one is not None
    assert other is not None
    assert one.describer.key != other.describer.key
    assert found(held, pooled[3])[0] == 3
    assert found(opened(full, networks), pooled[3]) == found(held, pooled[3])


def test_what_enough_photos_taught_is_kept_and_the_long_vectors_are_not(
    full: Catalogue, networks: Path, pooled: dict[int, bytes]
) -> None:
    held = opened(full, networks)
    hand_over(full, held, pooled, [1, 2, 3, 4])
    held.learn(Control(), at_end=False)
    asked = held.to_ask()
    assert asked is not None
    hand_over(full, held, pooled, [5, 6])
    held.learn(Control(), at_end=True)
    maker = asked.describer.maker
    assert features.waiting(full, maker.key) == dict.fromkeys(range(1, 7), False)
    assert features.missing(full, maker.key) == []
    assert held.bytes_per_photo() == len(maker.windows) * asked.describer.dimension / 2
    for number in range(1, COUNT + 1):
        assert found(held, pooled[number])[0] == number
        assert found(opened(full, networks), pooled[number])[0] == number
    again = held.to_ask()
    assert again is not None
    assert again.describer.key == asked.describer.key


def test_short_rows_are_the_same_whether_a_photo_came_before_learning_or_after(
    full: Catalogue, networks: Path, pooled: dict[int, bytes]
) -> None:
    held = opened(full, networks)
    hand_over(full, held, pooled, [1, 2, 3, 4])
    held.learn(Control(), at_end=False)
    asked = held.to_ask()
    assert asked is not None
    before = features.get_many(full, asked.describer.key, [1, 2])
    hand_over(full, held, pooled, [1, 2])  # looked at again
    assert features.get_many(full, asked.describer.key, [1, 2]) == before


def test_photos_of_a_removed_folder_are_not_found_until_it_is_restored(
    full: Catalogue, networks: Path, pooled: dict[int, bytes]
) -> None:
    held = opened(full, networks)
    hand_over(full, held, pooled, [1, 2, 3, 4])
    held.learn(Control(), at_end=True)
    (folder,) = folders.list_folders(full)
    for change, count in ((remove_folder, 0), (restore_folder, 4)):
        change(full, folder.folder_id)
        held.changed()
        assert len(found(held, pooled[1])) == count


def test_a_stop_in_the_middle_of_learning_loses_nothing(
    full: Catalogue, networks: Path, pooled: dict[int, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = opened(full, networks)
    hand_over(full, held, pooled, [1, 2, 3, 4])
    control = Control()
    control.cancel()
    with pytest.raises(Cancelled):
        held.learn(control, at_end=True)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(regions.features, "put_many", killed)
        with pytest.raises(KeyboardInterrupt):
            held.learn(Control(), at_end=True)
    assert held.to_ask() is None
    held = opened(full, networks)
    held.learn(Control(), at_end=True)
    assert found(held, pooled[4])[0] == 4


@pytest.mark.parametrize(("count", "sampled"), [(3, 500), (COUNT, 500), (COUNT, 2)])
def test_parts_of_any_photos_whether_rows_are_short_yet_or_not(
    full: Catalogue,
    networks: Path,
    pooled: dict[int, bytes],
    monkeypatch: pytest.MonkeyPatch,
    count: int,
    sampled: int,
) -> None:
    monkeypatch.setattr(regions, "USUAL_OF", sampled)
    held = opened(full, networks)
    assert held.parts() is None
    hand_over(full, held, pooled, range(1, count + 1))
    held.learn(Control(), at_end=True)
    parts = held.parts()
    assert parts is not None
    assert parts is held.parts()
    assert len(parts.sample) == min(count, sampled)
    ids, vectors = parts.of([2, 99, 1])
    assert sorted(ids.tolist()) == [1, 2]
    for photo_id, halves in zip(ids.tolist(), vectors, strict=True):
        own = parts.describer.parts_of(parts.describer.maker.unpack(pooled[photo_id]))
        assert (halves * own).sum(axis=1).min() > 0.98  # but for rounding
    assert parts.of([])[0].tolist() == []
    (folder,) = folders.list_folders(full)
    remove_folder(full, folder.folder_id)
    held.changed()
    gone = held.parts()
    assert gone is not None
    assert len(gone.sample) == 0


def test_without_a_network_there_are_no_regions(full: Catalogue, tmp_path: Path) -> None:
    held = opened(full, tmp_path / "nothing")
    assert held.maker() is None
    assert held.bytes_per_photo() == 0
    assert held.to_ask() is None
    assert held.parts() is None
    held.learn(Control(), at_end=True)
    assert held.shorten("rootsift@1/0", [("content 1", 3, b"abc")]) == [("content 1", 3, b"abc")]


@pytest.mark.slow
def test_a_run_looks_at_the_regions_of_every_photo_once(
    tmp_path: Path, networks: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regions, "ENOUGH_PHOTOS", COUNT)
    for number in range(1, COUNT + 1):
        save(scene(number, WIDTH, HEIGHT), photos / f"{number}.png")
    with Library.open(tmp_path / "library", network_folders=[networks]) as library:
        for count in (COUNT, COUNT + 1):
            report = library.index([photos], workers=1)
            assert report.notes == ()
            asked = library._regions.to_ask()
            assert asked is not None
            assert len(asked.index) == count
            box = QueryPicture(path=photos / f"{count}.png", region=Region(100, 80, 200, 150))
            assert names(library, last_ranking(library, box))[0] == f"{count}.png"
            save(scene(count + 1, WIDTH, HEIGHT), photos / f"{count + 1}.png")
