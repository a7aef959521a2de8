"""Settings, their choices and the networks, over a real library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenes import photo_folder
from tests.service.scripted import Heard
from visearch_desktop.library.library import Library
from visearch_desktop.methods.networks.listing import listed_networks
from visearch_desktop.service import protocol as p
from visearch_desktop.service.process import Service


@pytest.fixture
def service(tmp_path: Path, heard: Heard) -> Iterator[Service]:
    service = Service(Library.open(tmp_path / "library"), heard.send)
    yield service
    service.close()


def settings(service: Service, heard: Heard, request: p.Request) -> p.SettingsReady:
    service.take(request)
    heard.wait_finished(request.job)
    (ready,) = [report for report in heard.of(request.job) if isinstance(report, p.SettingsReady)]
    return ready


def test_settings_come_with_what_each_can_be(service: Service, heard: Heard) -> None:
    ready = settings(service, heard, p.GetSettings(1))
    assert {"descriptor", "device", "theme", "workers"} <= set(ready.values)
    descriptors = {choice.value: choice for choice in ready.choices["descriptor"]}
    assert descriptors["rootsift_vlad"].unavailable == ""
    assert descriptors["resnet50"].unavailable
    assert not [name for name in descriptors if name.endswith("_raw")]
    assert [choice.value for choice in ready.choices["device"]][:2] == ["auto", "cpu"]
    assert all(choice.title for choices in ready.choices.values() for choice in choices)
    bundled = {entry.name for entry in listed_networks() if entry.is_bundled}
    assert {row.name for row in ready.networks if row.state == "present"} == bundled
    assert {row.state for row in ready.networks if row.name not in bundled} == {"absent"}
    assert not [name for name in bundled if descriptors[name].unavailable]
    assert {row.name for row in ready.networks if row.kind == "local_features"} == {"alike_n"}


def test_another_descriptor_is_stored_and_the_photos_are_described_by_it(
    service: Service, heard: Heard, tmp_path: Path
) -> None:
    service.take(p.AddFolder(1, photo_folder(tmp_path / "photos", 4, width=320, height=240)[0].parent))
    heard.wait_finished(1)
    ready = settings(service, heard, p.SetSetting(2, "descriptor", "colour_histogram"))
    assert ready.values["descriptor"] == "colour_histogram"
    heard.wait_finished(0)
    service.take(p.GetOverview(3))
    heard.wait_finished(3)
    overview = heard.of(3)[0].overview
    assert (overview.descriptor, overview.looked) == ("colour_histogram", 4)


@pytest.mark.parametrize(("name", "value"), [("no_such_setting", 1), ("workers", "many"), ("theme", "plaid")])
def test_a_setting_that_makes_no_sense_is_refused_in_a_sentence(
    service: Service, heard: Heard, name: str, value: object
) -> None:
    service.take(p.SetSetting(1, name, value))
    heard.wait_finished(1)
    failed = heard.of(1)[0]
    assert isinstance(failed, p.Failed)
    assert name in failed.sentence


def test_a_network_that_cannot_be_had_is_refused_in_a_sentence(service: Service, heard: Heard, tmp_path: Path) -> None:
    (tmp_path / "weights.pth").write_bytes(b"no weights")
    service.take(p.ImportNetwork(1, "resnet50", tmp_path / "weights.pth"))
    service.take(p.FetchNetwork(2, "no_such_network"))
    for job in (1, 2):
        heard.wait_finished(job)
        assert [type(report) for report in heard.of(job)] == [p.Failed, p.Finished]
    assert "weights.pth" in heard.of(1)[0].sentence
    assert "resnet" not in heard.of(2)[0].sentence


def test_a_removed_folder_leaves_the_pages_and_comes_back_with_what_is_known(
    service: Service, heard: Heard, tmp_path: Path
) -> None:
    folder = photo_folder(tmp_path / "photos", 3, width=320, height=240)[0].parent
    service.take(p.AddFolder(1, folder))
    heard.wait_finished(1)
    folder_id = heard.all(p.FolderAdded)[0].folder_id
    service.take(p.RemoveFolder(2, folder_id))
    heard.wait_finished(2)
    service.take(p.GetOverview(3))
    heard.wait_finished(3)
    assert heard.of(3)[0].overview.photos == 0
    service.take(p.AddFolder(4, folder))
    heard.wait_finished(4)
    service.take(p.GetOverview(5))
    heard.wait_finished(5)
    assert (heard.of(5)[0].overview.photos, heard.of(5)[0].overview.looked) == (3, 3)


def test_a_restored_folder_is_as_it_was_though_its_drive_is_gone(tmp_path: Path, heard: Heard) -> None:
    folder = photo_folder(tmp_path / "photos", 2, width=320, height=240)[0].parent
    photo_folder(folder / "rejects", 1, first_seed=9, width=320, height=240)
    library = Library.open(tmp_path / "library")
    folder_id = library.add_folder(folder, ["rejects"]).folder_id
    service = Service(library, heard.send)
    try:
        service.take(p.Index(1))
        heard.wait_finished(1)
        service.take(p.RemoveFolder(2, folder_id))
        heard.wait_finished(2)
        folder.rename(tmp_path / "unplugged")
        service.take(p.RestoreFolder(3, folder_id))
        heard.wait_finished(3)
        assert not [report for report in heard.of(3) if isinstance(report, p.Failed)]
        service.take(p.GetOverview(4))
        heard.wait_finished(4)
        overview = heard.of(4)[0].overview
        (row,) = overview.folders
        assert (overview.photos, row.folder_id, row.excludes, row.is_offline) == (2, folder_id, ("rejects",), True)
    finally:
        service.close()


def test_what_is_kept_of_photos_that_are_gone_is_counted_and_purged(
    service: Service, heard: Heard, tmp_path: Path
) -> None:
    paths = photo_folder(tmp_path / "photos", 3, width=320, height=240)
    service.take(p.AddFolder(1, paths[0].parent))
    heard.wait_finished(1)
    assert settings(service, heard, p.GetSettings(2)).gone_photos == 0
    paths[0].unlink()
    service.take(p.Index(3))
    heard.wait_finished(3)
    before = settings(service, heard, p.GetSettings(4))
    assert before.gone_photos == 1
    assert before.gone_bytes > 1000
    after = settings(service, heard, p.Purge(5))
    assert (after.gone_photos, after.gone_bytes) == (0, 0)
    (note,) = [report.text for report in heard.of(5) if isinstance(report, p.Note)]
    assert note.startswith("The data of 1 photo that is gone is removed.")
    service.take(p.GetOverview(6))
    heard.wait_finished(6)
    assert heard.of(6)[0].overview.photos == 2


def test_a_photo_put_into_a_watched_folder_is_found_by_itself(service: Service, heard: Heard, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    photo_folder(folder, 2, width=320, height=240)
    service.take(p.AddFolder(1, folder))
    heard.wait_finished(1)
    photo_folder(folder / "new", 1, first_seed=50, width=320, height=240)
    heard.wait(lambda r: isinstance(r, p.LibraryChanged) and r.overview.photos == 3)
