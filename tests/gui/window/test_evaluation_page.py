"""*How good is it?*: sources, check marks, measuring with stop, the table, the plot, and taking a method into use."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.gui.window.conftest import Library
from visearch_desktop.evaluation.rows import Asked, Figures, Row
from visearch_desktop.gui.evaluation.model import IN_USE, LINE
from visearch_desktop.gui.evaluation.page import EvaluationPage
from visearch_desktop.gui.theme.palette import Theme
from visearch_desktop.gui.window.main_window import MainWindow
from visearch_desktop.gui.window.places import Page
from visearch_desktop.service import protocol as p
from visearch_desktop.service.protocol import Source, SourceKind

NOT_HERE = "Its weights are not on this computer yet."


def row(name: str, quality: float, ms: float | None = 12.3, size: float = 4096, **asked: str) -> Row:
    figures = Figures(
        mean_ap=quality, mean_ap_macro=None, recall_at_1=quality / 4, recall_at_10=quality / 2, ms_per_photo=ms,
        ms_per_query=1.5, bytes_per_photo=size,
    )  # fmt: skip
    return Row(Asked(name, **asked), figures, f"{name}@1/0")


class Measured:
    """What the library answers about evaluations."""

    def __init__(self, library: Library) -> None:
        self.methods = (
            p.Choice("bow", "Bag of words", "Counts visual words.", is_recommended=False),
            p.Choice("resnet", "ResNet", "A network.", NOT_HERE),
            p.Choice("rootsift_vlad", "Details", "Learned on your photos."),
            p.Choice("colour_histogram", "Colours", "The cheapest."),
        )
        self.sets = {
            "develop": (row("bow", 0.3), row("rootsift_vlad", 0.5)),
            "test": (
                row("bow", 0.31, ms=200, size=90_000),
                row("rootsift_vlad", 0.52),
                row("rootsift_vlad", 0.61, refine="verify"),
                row("colour_histogram", 0.12, ms=None, size=300),
            ),
        }
        self.own: tuple[Row, ...] = ()
        self.groups = {"Bridge": (5, 6), "Lighthouse": (7, 8, 9), "Alone": (1,)}
        self.failure: p.Failed | None = None
        self.plots: list[p.DrawPlot] = []
        self.descriptor = ""
        library.answers[p.GetEvaluation] = self._known
        library.answers[p.DrawPlot] = self._plot
        library.answers[p.GetLabels] = lambda request: [p.LabelsReady(request.job, dict(self.groups))]
        library.answers[p.GetSettings] = lambda request: [self._settings(request.job)]
        library.answers[p.SetSetting] = self._set

    def _known(self, request: p.GetEvaluation) -> list[object]:
        job, source = request.job, request.source
        if self.failure is not None:
            return [p.Failed(job, self.failure.kind, self.failure.sentence, self.failure.hint)]
        if source.kind is SourceKind.SHIPPED:
            if not self.sets:
                return [p.EvaluationReady(job, source, "", 0, 0, (), self.methods)]
            name = source.name or list(self.sets)[-1]
            return [p.EvaluationReady(job, source, name, 300, 210, self.sets[name], self.methods, tuple(self.sets))]
        if not self.groups:
            return [p.EvaluationReady(job, source, "", 0, 0, (), self.methods)]
        return [p.EvaluationReady(job, source, "own groups", 60, 5, self.own, self.methods, groups=2)]

    def _plot(self, request: p.DrawPlot) -> list[object]:
        self.plots.append(request)
        image = QImage(
            round(request.width * request.ratio), round(request.height * request.ratio), QImage.Format.Format_RGB32
        )
        image.fill(QColor(request.colours.background))
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")
        return [p.PlotReady(request.job, bytes(buffer.data().data()))]

    def _settings(self, job: int) -> p.SettingsReady:
        return p.SettingsReady(job, {"descriptor": self.descriptor}, {}, ())

    def _set(self, request: p.SetSetting) -> list[object]:
        self.descriptor = request.value
        return [self._settings(request.job)]


@pytest.fixture
def measured(library: Library) -> Measured:
    return Measured(library)


@pytest.fixture
def page(qtbot, measured: Measured, window: MainWindow) -> EvaluationPage:
    window.menus.actions["evaluation"].trigger()
    made = window.pages.page(Page.EVALUATION)
    qtbot.waitUntil(lambda: made.table.model().rowCount() > 0)
    return made


def names(page: EvaluationPage) -> list[str]:
    """The lines as they are sorted."""
    model = page.table.model()
    return [model.index(at, 0).data(LINE).detail for at in range(model.rowCount())]


def own_groups(qtbot, page: EvaluationPage) -> None:
    page.sources.rows[SourceKind.GROUPS].click()
    qtbot.waitUntil(lambda: page.bar.measure.isVisible())


# --- the table that comes with the program ----------------------------------------------------------------------------


def test_our_own_table_is_shown_first_best_on_top(page: EvaluationPage) -> None:
    assert names(page) == ["rootsift_vlad · verify", "rootsift_vlad", "bow", "colour_histogram"]
    assert page.bar.summary.whole == "test: 210 questions to 300 photos, on our computer"
    assert not page.bar.measure.isVisible(), "what was measured elsewhere is not measured here"
    first = [page.table.model().index(1, column).data() for column in range(7)]
    assert first == ["Details", "0.520", "0.130", "0.260", "12.3", "1.5", "4.1"]


def test_the_other_photos_that_we_measured_on_are_chosen(qtbot, page: EvaluationPage) -> None:
    page.sources.sets.setCurrentIndex(0)
    page.sources.sets.activated.emit(0)
    qtbot.waitUntil(lambda: names(page) == ["rootsift_vlad", "bow"])


def test_every_column_sorts_the_best_to_the_top_and_then_the_other_way_what_is_unknown_last(
    page: EvaluationPage,
) -> None:
    header = page.table.horizontalHeader()

    def click(section: int) -> list[str]:
        at = header.sectionViewportPosition(section) + header.sectionSize(section) // 2
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=header.rect().center().__class__(at, 10))
        return names(page)

    assert click(6)[0] == "colour_histogram", "few bytes are good"
    assert click(6)[0] == "bow"
    assert click(4)[-1] == "colour_histogram", "its time is not known"
    assert click(4)[-1] == "colour_histogram"
    assert click(2)[0] == "rootsift_vlad · verify"
    assert click(0)[0] == "bow", "by title"


def test_a_program_without_a_table_says_so_and_offers_one_thing(qtbot, measured: Measured, window: MainWindow) -> None:
    measured.sets = {}
    window.session.show_page(Page.EVALUATION)
    page = window.pages.page(Page.EVALUATION)
    qtbot.waitUntil(lambda: page.notice.isVisible())
    assert page.notice.sentence == "This copy of the program came without a table of measurements."


def test_back_leads_where_the_window_was(page: EvaluationPage, window: MainWindow) -> None:
    assert window.page is Page.EVALUATION
    window.session.back()
    assert window.page is Page.LIBRARY
    window.session.forward()
    assert window.page is Page.EVALUATION


def test_in_a_small_window_names_keep_their_room_and_columns_come_back(qtbot, page: EvaluationPage, window) -> None:
    window.resize(800, 600)
    qtbot.waitUntil(lambda: page.table.isColumnHidden(2))
    assert page.table.columnWidth(0) >= 200
    assert not page.table.isColumnHidden(1)
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: not any(page.table.isColumnHidden(column) for column in range(7)))


# --- the plot ---------------------------------------------------------------------------------------------------------


def test_the_plot_is_drawn_sharp_in_the_colours_of_the_theme(
    qtbot, page: EvaluationPage, measured: Measured, window: MainWindow
) -> None:
    qtbot.waitUntil(lambda: page.plot.drawn is not None)
    first = measured.plots[-1]
    assert (first.width, first.height) == (page.plot.width(), page.plot.height())
    assert first.ratio == page.plot.devicePixelRatioF()
    assert len(first.rows) == 4
    window.set_theme(Theme.DARK)
    QApplication.setPalette(QApplication.palette())
    qtbot.waitUntil(lambda: measured.plots[-1].colours.background != first.colours.background)
    window.set_theme(Theme.LIGHT)


# --- groups of one's own ----------------------------------------------------------------------------------------------


def test_own_groups_are_counted_and_one_photo_is_no_group(page: EvaluationPage, qtbot) -> None:
    own_groups(qtbot, page)
    assert page.sources.rows[SourceKind.GROUPS].accessibleDescription() == "2 groups, 5 photos"
    assert names(page) == ["rootsift_vlad", "colour_histogram", "bow", "resnet"], "recommended, others, not here"
    assert page.table.lines.checked == ("rootsift_vlad", "colour_histogram")
    assert not page.plot.isVisible()


def test_a_method_that_cannot_run_says_why_and_cannot_be_checked(page: EvaluationPage, qtbot) -> None:
    own_groups(qtbot, page)
    page.bar.all.click()
    assert page.table.lines.checked == ("rootsift_vlad", "colour_histogram", "bow")
    index = page.table.model().index(3, 0)
    assert NOT_HERE in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert index.data(Qt.ItemDataRole.CheckStateRole) is None


def test_space_and_a_click_on_the_box_check_a_method(page: EvaluationPage, qtbot) -> None:
    own_groups(qtbot, page)
    page.bar.none.click()
    assert not page.bar.measure.isEnabled()
    page.table.setFocus()
    page.table.selectRow(2)
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    assert page.table.lines.checked == ("bow",)
    assert page.bar.measure.text() == "Measure 1 method"
    cell = page.table.visualRect(page.table.model().index(0, 0))
    QTest.mouseClick(
        page.table.viewport(), Qt.MouseButton.LeftButton, pos=cell.topLeft() + cell.center().__class__(16, 20)
    )
    assert page.table.lines.checked == ("rootsift_vlad", "bow")


def test_rows_come_one_by_one_and_stay_when_it_is_stopped(page: EvaluationPage, qtbot, library: Library) -> None:
    own_groups(qtbot, page)
    library.hold()
    page.bar.measure.click()
    (asked,) = library.asked(p.RunEvaluation)
    assert (asked.source, asked.descriptors) == (Source(SourceKind.GROUPS), ("rootsift_vlad", "colour_histogram"))
    library.deliver(p.Measuring(asked.job, "rootsift_vlad", 1, 2, 0.25, 118.0))
    assert page.bar.summary.whole == "Measuring Details · method 1 of 2 · about 2 minutes left"
    library.deliver(p.EvaluationRow(asked.job, row("rootsift_vlad", 0.7)))
    assert page.table.model().index(0, 1).data() == "0.700"
    assert page.table.lines.checked == ("colour_histogram",)
    page.bar.stop.click()
    assert library.asked(p.Cancel)[-1].other == asked.job
    library.deliver(p.Finished(asked.job, cancelled=True))
    assert not page.bar.stop.isVisible()
    assert page.bar.measure.isVisible()
    assert page.table.model().index(0, 1).data() == "0.700"


def test_a_method_that_failed_has_its_reason_in_its_row(page: EvaluationPage, qtbot, library: Library) -> None:
    own_groups(qtbot, page)
    library.hold()
    page.bar.measure.click()
    job = library.asked(p.RunEvaluation)[-1].job
    library.deliver(p.EvaluationRow(job, Row(Asked("colour_histogram"), unavailable="There is no room on the disk.")))
    line = next(line for line in page.table.lines.lines if line.name == "colour_histogram")
    assert line.unavailable == "There is no room on the disk."
    library.deliver(p.Failed(job, "LibraryInUseError", "This library is open elsewhere.", "Close it there."))
    library.deliver(p.Finished(job))
    assert page.failure.isVisible()
    assert page.failure.text() == "This library is open elsewhere. Close it there."


def test_rows_of_a_run_on_another_source_do_not_mix_with_what_is_shown(page, qtbot, library, measured) -> None:
    own_groups(qtbot, page)
    library.hold()
    page.bar.measure.click()
    job = library.asked(p.RunEvaluation)[-1].job
    library.forget()
    page.sources.rows[SourceKind.SHIPPED].click()
    qtbot.waitUntil(lambda: page.table.model().index(1, 1).data() == "0.520")
    assert page.bar.stop.isVisible()
    before = names(page)
    library.deliver(p.EvaluationRow(job, row("rootsift_vlad", 0.99)))
    assert names(page) == before
    assert page.table.model().index(1, 1).data() == "0.520"


def test_what_was_checked_stays_checked_on_the_way_there_and_back(page: EvaluationPage, qtbot, window) -> None:
    own_groups(qtbot, page)
    page.table.lines.check(["bow"])
    window.session.back()
    window.session.forward()
    qtbot.wait(50)
    assert page.table.lines.checked == ("bow",)


def test_without_groups_the_page_says_how_to_make_one(page: EvaluationPage, qtbot, measured: Measured, library) -> None:
    measured.groups = {}
    page.sources.rows[SourceKind.GROUPS].click()
    qtbot.waitUntil(lambda: page.notice.isVisible())
    assert page.notice.sentence == "You have made no groups of two or more photos yet."


# --- a data set -------------------------------------------------------------------------------------------------------


def test_a_data_set_that_cannot_be_measured_on_says_why_in_place(
    page, qtbot, measured, library, tmp_path: Path
) -> None:
    measured.failure = p.Failed(0, "MissingPhotosError", "3 photos are missing.", "Copy them again.")
    page.sources.take_folder(tmp_path)
    qtbot.waitUntil(lambda: page.notice.isVisible())
    assert page.notice.accessibleName() == "3 photos are missing. Copy them again."
    assert library.asked(p.GetEvaluation)[-1].source == Source(SourceKind.FOLDER, path=tmp_path)
    measured.failure = None
    page.sources.take_folder(tmp_path)
    qtbot.waitUntil(lambda: not page.notice.isVisible())


# --- the method in use ------------------------------------------------------------------------------------------------


def test_the_method_in_use_is_marked_and_another_can_be_taken_and_that_be_undone(
    page: EvaluationPage, qtbot, measured: Measured, window: MainWindow
) -> None:
    model = page.table.model()
    assert [model.index(at, 0).data(IN_USE) for at in range(4)] == [False, True, False, False]
    page.table.select("rootsift_vlad")
    assert not page.bar.use.isEnabled(), "it is in use"
    page.table.selectRow(0)
    assert not page.bar.use.isEnabled(), "a step after a method is no method of its own"
    page.table.select("bow")
    page.bar.use.click()
    qtbot.waitUntil(lambda: measured.descriptor == "bow")
    assert window.toast.text == "Photos are described by “Bag of words” from now on."
    window.menus.actions["undo"].trigger()
    qtbot.waitUntil(lambda: measured.descriptor == "")
