"""What a descriptor costs: time of a photo, bytes of a photo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest

from tests.library.indexed import photos
from visearch_desktop.catalogue import features
from visearch_desktop.core.errors import NothingToSearchError
from visearch_desktop.library.control import Cancelled, Control
from visearch_desktop.library.library import Library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("photos")
    photos(folder, 4)
    with Library.open(tmp_path_factory.mktemp("library")) as opened:
        opened.index([folder], descriptor="colour_histogram", workers=1)
        opened.index(descriptor="rootsift_vlad", workers=1)
        yield opened


def files(library: Library) -> list[Path]:
    return sorted(library.folders()[0].path.iterdir())


def test_bytes_are_those_of_the_signature_of_the_details_and_of_the_index(library: Library) -> None:
    plain = library.costs("rootsift_vlad", files(library), verified=False)
    assert plain.bytes_per_photo == 2 * 256 * 64, "numbers of two bytes; four photos are too few to whiten"
    verified = library.costs("rootsift_vlad", [], verified=True).bytes_per_photo - plain.bytes_per_photo
    stored = features.mean_bytes(library._catalogue, library._descriptors.extractor.key)
    local_index = sum(file.stat().st_size for file in library.paths.local_index.iterdir()) / 4
    assert min(stored, local_index) > 1000
    assert verified == pytest.approx(stored + local_index)
    assert library.costs("rootsift_vlad", [], verified=False, index="hnsw").bytes_per_photo > plain.bytes_per_photo


def test_time_is_measured_and_opencv_has_its_threads_back(library: Library) -> None:
    before = cv2.getNumThreads()
    cost = library.costs("rootsift_vlad", files(library))
    assert cost.ms_per_photo is not None
    assert cost.ms_per_photo > 0
    assert cv2.getNumThreads() == before


def test_photos_that_cannot_be_read_are_passed_over(library: Library, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"")
    assert library.costs("colour_histogram", [broken]).ms_per_photo is None
    assert library.costs("colour_histogram", [broken, *files(library)]).ms_per_photo is not None


def test_a_cancel_stops_between_photos(library: Library) -> None:
    control = Control()
    control.cancel()
    with pytest.raises(Cancelled):
        library.costs("colour_histogram", files(library), control=control)


def test_what_describes_no_photo_costs_nothing_yet(library: Library) -> None:
    assert library.descriptor_key("vlad_sift") == ""
    assert library.descriptor_key("edge_histogram").startswith("edge_histogram@")
    for name in ("vlad_sift", "edge_histogram"):
        with pytest.raises(NothingToSearchError):
            library.costs(name, files(library))
