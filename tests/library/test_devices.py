"""Networks run on the device that was chosen, or it is said why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.library.indexed import last_ranking, photos
from tests.methods.conftest import classifier_file, imported  # noqa: F401 - fixtures
from visearch_desktop.library.library import Library
from visearch_desktop.methods.networks.devices import available_devices, find_device
from visearch_desktop.methods.networks.store import NetworkStore
from visearch_desktop.search.query import QueryPicture

NETWORK = "mobilenet_v3_small"

pytest.importorskip("torch")


def absent_device() -> str:
    return next(name for name in ("mps", "directml") if find_device(name) not in available_devices())


def test_a_chosen_device_that_is_not_there_is_said_by_indexing_and_searching_and_changed_without_a_restart(
    tmp_path: Path,
    imported: NetworkStore,  # noqa: F811
) -> None:
    paths = photos(tmp_path / "photos", 3)
    picture = QueryPicture(encoded=paths[0].read_bytes())  # not a file of the library: it has to be described
    with Library.open(tmp_path / "library", network_folders=imported.folders) as library:
        library.set_setting("device", absent_device())
        report = library.index([tmp_path / "photos"], descriptor=NETWORK, workers=1)
        assert len(report.notes) == 1
        assert "The processor is used." in report.notes[0]
        assert library.device_notes() == ()
        last_ranking(library, picture, descriptor=NETWORK)
        assert library.device_notes() == report.notes
        library.set_setting("device", "cpu")
        last_ranking(library, picture, descriptor=NETWORK)
        assert library.device_notes() == ()
        assert library.index(workers=1).notes == ()


@pytest.mark.parametrize("name", ["torch-cpu", "coreml"])
def test_every_device_that_is_offered_can_be_chosen(tmp_path: Path, name: str) -> None:
    with Library.open(tmp_path / "library") as library:
        library.set_setting("device", name)
        assert library.settings()["device"] == name
