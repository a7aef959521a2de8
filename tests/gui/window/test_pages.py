"""Start, problems and settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from tests.gui.window.conftest import Library, problem
from visearch_desktop.gui.pages.problems_page import ProblemsPage
from visearch_desktop.gui.pages.settings_page import SettingsPage
from visearch_desktop.gui.pages.start_page import StartPage
from visearch_desktop.gui.window.main_window import MainWindow
from visearch_desktop.gui.window.places import Page
from visearch_desktop.library.rows import IndexProgress
from visearch_desktop.service import protocol as p

# --- start ------------------------------------------------------------------------------------------------------------


def test_the_start_page_offers_the_systems_pictures(qtbot, dressed, tmp_path: Path) -> None:
    pictures = tmp_path / "Pictures"
    pictures.mkdir()
    page = StartPage(pictures)
    qtbot.addWidget(page)
    assert page.add.text() == "Add “Pictures”"
    with qtbot.waitSignal(page.folder_chosen) as chosen:
        page.add.click()
    assert chosen.args == [pictures]
    with qtbot.waitSignal(page.choosing_asked):
        page.choose.click()


def test_without_a_folder_of_pictures_one_is_chosen(qtbot, dressed, monkeypatch) -> None:
    monkeypatch.setattr("visearch_desktop.gui.pages.start_page.pictures_folder", lambda: None)
    page = StartPage()
    qtbot.addWidget(page)
    assert page.choose.text() == "Choose a folder…"
    with qtbot.waitSignal(page.choosing_asked):
        page.choose.click()


def test_the_first_button_has_the_focus_at_the_start(qtbot, open_window, library: Library) -> None:
    library.folders = ()
    window = open_window(library)
    assert window.focusWidget() is window.pages.page(Page.START).add


# --- problems ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def problems(qtbot, window: MainWindow, library: Library) -> ProblemsPage:
    library.problems = [
        problem(1, "IMG_4410.HEIC"),
        problem(2, "pano.tif", "too_large"),
        problem(3, "a.jpg", "crashed"),
    ]
    library.tell()
    window.session.show_page(Page.PROBLEMS)
    page = window.pages.page(Page.PROBLEMS)
    qtbot.waitUntil(lambda: len(page.lines) == 3)
    return page


def test_each_unreadable_file_has_its_sentence(problems: ProblemsPage, window: MainWindow) -> None:
    assert problems.summary.text() == "3 of 63 files could not be read"
    assert problems.lines[0].accessibleName() == "IMG_4410.HEIC: The file ends early."
    assert problems.banners[0].isVisible()


def test_a_row_that_has_the_focus_names_its_actions(problems: ProblemsPage) -> None:
    first, second = problems.lines[:2]
    first.setFocus()
    assert first.named[0].isVisible()
    assert not first.quick[0].isVisible()
    QTest.keyClick(first, Qt.Key.Key_Down)
    assert second.hasFocus()
    assert second.named[0].isVisible()
    assert not first.named[0].isVisible()


def test_ignoring_a_file_can_be_undone(qtbot, problems: ProblemsPage, window: MainWindow, library: Library) -> None:
    problems.lines[0].quick[2].click()
    assert library.asked(p.IgnoreProblems)[0] == p.IgnoreProblems(library.asked(p.IgnoreProblems)[0].job, (1,), True)
    assert window.toast.text == "IMG_4410.HEIC is ignored from now on."
    window.toast.undo()
    assert library.asked(p.IgnoreProblems)[1].ignored is False


def test_an_ignored_file_leaves_the_list(qtbot, problems: ProblemsPage, library: Library) -> None:
    del library.problems[0]
    problems.lines[0].quick[2].click()
    qtbot.waitUntil(lambda: [line.row.file_id for line in problems.lines] == [2, 3])


def test_one_or_all_are_tried_again(problems: ProblemsPage, library: Library) -> None:
    problems.lines[1].quick[0].click()
    problems.retry_all.click()
    assert [request.file_ids for request in library.asked(p.RetryProblems)] == [(2,), (1, 2, 3)]


def test_the_list_is_copied_as_text(problems: ProblemsPage) -> None:
    problems.copy_list.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 3
    assert lines[0].split("\t") == ["/photos/IMG_4410.HEIC", "The file ends early.", "Copy it again."]


def test_a_missing_disk_is_looked_for_again(problems: ProblemsPage, library: Library) -> None:
    problems.banners[0].findChild(QPushButton).click()
    assert library.asked(p.Index)


def test_no_problems_is_said_too(qtbot, window: MainWindow) -> None:
    window.session.show_page(Page.PROBLEMS)
    page = window.pages.page(Page.PROBLEMS)
    qtbot.waitUntil(lambda: page.summary.text() == "Every file could be read")
    assert not page.retry_all.isEnabled()


# --- settings ---------------------------------------------------------------------------------------------------------


class Settings:
    """What the library answers to ``GetSettings``."""

    def __init__(self, library: Library) -> None:
        self.values = {
            "descriptor": "",
            "workers": 0,
            "device": "auto",
            "megapixel_limit": 250.0,
            "seconds_limit": 30.0,
        }
        self.networks = [
            p.NetworkRow("resnet101", "ResNet-101", "MIT", 178_000_000, 2048, "absent"),
            p.NetworkRow("resnet50", "ResNet-50", "BSD", 102_000_000, 2048, "present"),
        ]
        self.gone = (0, 0)
        library.answers[p.GetSettings] = lambda request: [self.answer(request.job)]
        library.answers[p.SetSetting] = self._set

    def answer(self, job: int) -> p.SettingsReady:
        descriptors = (
            p.Choice("resnet101", "ResNet-101", "Finds the same place.", "Its weights are not on this computer yet."),
            p.Choice("rootsift_vlad", "RootSIFT–VLAD", "Learned on your photos."),
            p.Choice("colour_histogram", "Colours", "The cheapest.", measured=p.Measured(0.123, None, 290)),
            p.Choice(
                "bow", "Bag of words", "Counts.", measured=p.Measured(0.31, 61.4, 1_240_000), is_recommended=False
            ),
            p.Choice("gist", "Layout", "Compares.", is_recommended=False),
        )
        devices = (p.Choice("auto", "The fastest", ""), p.Choice("cuda", "NVIDIA", "", "Not offered."))
        return p.SettingsReady(
            job, dict(self.values), {"descriptor": descriptors, "device": devices}, tuple(self.networks), *self.gone
        )

    def _set(self, request: p.SetSetting) -> list[object]:
        self.values[request.name] = request.value
        return [self.answer(request.job)]


@pytest.fixture
def stored(library: Library) -> Settings:
    return Settings(library)


@pytest.fixture
def settings(qtbot, stored: Settings, window: MainWindow) -> SettingsPage:
    window.session.show_page(Page.SETTINGS)
    page = window.pages.page(Page.SETTINGS)
    qtbot.waitUntil(lambda: bool(page.descriptors.buttons))
    return page


def test_a_descriptor_is_chosen_and_one_without_weights_is_not_offered(
    qtbot, settings: SettingsPage, library, stored
) -> None:
    buttons = settings.descriptors.buttons
    assert buttons["rootsift_vlad"].isChecked(), "the default is what the library uses"
    assert "resnet101" not in buttons
    buttons["colour_histogram"].click()
    assert (library.asked(p.SetSetting)[0].name, library.asked(p.SetSetting)[0].value) == (
        "descriptor",
        "colour_histogram",
    )
    qtbot.waitUntil(lambda: stored.values["descriptor"] == "colour_histogram")


def test_what_is_not_recommended_is_folded_until_it_is_asked_for_or_chosen(qtbot, settings, stored) -> None:
    buttons = settings.descriptors.buttons
    assert buttons["colour_histogram"].isVisible()
    assert not buttons["bow"].isVisible()
    settings.descriptors.more.click()
    assert buttons["bow"].isVisible()
    assert buttons["gist"].isVisible()
    buttons["bow"].click()
    settings.descriptors.more.click()
    qtbot.waitUntil(lambda: settings.descriptors.buttons["bow"].isVisible())
    assert settings.descriptors.buttons["bow"].isChecked()
    assert not settings.descriptors.buttons["gist"].isVisible()


def test_each_method_says_what_it_gives_and_costs_where_that_was_measured(settings: SettingsPage) -> None:
    buttons = settings.descriptors.buttons
    assert buttons["bow"].accessibleDescription() == "Counts. mAP 0.310, ms a photo 61, kB a photo 1,240"
    assert buttons["colour_histogram"].accessibleDescription().endswith("mAP 0.123, ms a photo –, kB a photo 0.29")
    assert buttons["rootsift_vlad"].accessibleDescription() == "Learned on your photos."


def test_numbers_are_stored_as_they_are_changed_and_not_when_they_are_shown(qtbot, settings, library, stored) -> None:
    assert settings.workers.text() == "one for each core"
    assert not library.asked(p.SetSetting)
    settings.megapixels.setValue(400)
    assert (library.asked(p.SetSetting)[0].name, library.asked(p.SetSetting)[0].value) == ("megapixel_limit", 400)


def test_waiting_for_mains_power_is_switched_on_and_off(qtbot, settings: SettingsPage, library, stored) -> None:
    assert not settings.mains.isChecked()
    settings.mains.click()
    qtbot.waitUntil(lambda: stored.values.get("only_on_mains") is True)
    settings.mains.click()
    qtbot.waitUntil(lambda: stored.values["only_on_mains"] is False)
    assert len(library.asked(p.SetSetting)) == 2


def test_a_device_that_is_not_there_cannot_be_chosen(settings: SettingsPage) -> None:
    at = settings.device.findData("cuda")
    assert not settings.device.model().item(at).isEnabled()


def test_a_network_is_fetched_with_progress_and_can_be_stopped(qtbot, settings: SettingsPage, library: Library) -> None:
    line = settings.networks.lines["resnet101"]
    assert not settings.networks.lines["resnet50"].fetch.isVisible()
    library.hold()
    line.fetch.click()
    job = library.asked(p.FetchNetwork)[0].job
    library.deliver(p.Progress(job, IndexProgress("network", 89_000_000, 178_000_000, "resnet101", 0.0, None)))
    assert line.state.text() == "89.0 MB of 178.0 MB"
    assert line.bar.isVisible()
    line.fetch.click()
    assert library.asked(p.Cancel)[0].other == job
    library.deliver(p.Finished(job, cancelled=True))
    assert not line.bar.isVisible()


def test_a_failed_download_is_said(qtbot, settings: SettingsPage, window: MainWindow, library: Library) -> None:
    sentence = "The server could not be reached."
    library.answers[p.FetchNetwork] = lambda request: [p.Failed(request.job, "DownloadError", sentence, "Try later.")]
    settings.networks.lines["resnet101"].fetch.click()
    qtbot.waitUntil(lambda: window.toast.text == f"{sentence} Try later.")


def test_a_network_is_taken_from_a_file(qtbot, settings: SettingsPage, library: Library, tmp_path: Path) -> None:
    settings.networks.import_file("resnet101", tmp_path / "weights.pth")
    assert library.asked(p.ImportNetwork)[0].file == tmp_path / "weights.pth"


def test_the_place_of_the_library_is_named(settings: SettingsPage) -> None:
    assert settings.place.text() == str(Path("/library"))


def test_data_of_photos_that_are_gone_is_removed_when_asked_for(
    qtbot, settings: SettingsPage, window: MainWindow, library: Library, stored: Settings
) -> None:
    assert not settings.purge.isEnabled()
    stored.gone = (12, 3_100_000)
    settings.refresh()
    qtbot.waitUntil(settings.purge.isEnabled)
    assert settings.purge.text() == "Remove data of photos that are gone: 12 photos, 3.1 MB"

    def purge(request: p.Purge) -> list[object]:
        stored.gone = (0, 0)
        return [p.Note(request.job, "The data of 12 photos is removed."), stored.answer(request.job)]

    library.answers[p.Purge] = purge
    settings.purge.click()
    qtbot.waitUntil(lambda: window.toast.text == "The data of 12 photos is removed.")
    qtbot.waitUntil(lambda: settings.purge.text() == "No data of photos that are gone")
    assert not settings.purge.isEnabled()


def test_in_a_small_window_a_problem_keeps_its_sentence(qtbot, problems: ProblemsPage, window: MainWindow) -> None:
    window.resize(800, 600)
    line = problems.lines[0]
    line.setFocus()
    qtbot.waitUntil(lambda: line.quick[0].isVisible())
    assert not line.named[0].isVisible()
    qtbot.waitUntil(lambda: "The file ends early." in [text.text() for text in line.findChildren(QLabel)])
