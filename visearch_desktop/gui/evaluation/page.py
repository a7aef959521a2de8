"""*How good is it?*: methods on photos whose answers are known: what they find, how long they take, what they store."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from visearch_desktop.gui.announce import announce
from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.counts import photos
from visearch_desktop.gui.dates import number
from visearch_desktop.gui.evaluation.halves import Halves
from visearch_desktop.gui.evaluation.lines import line_of, lines_of
from visearch_desktop.gui.evaluation.measuring_bar import MeasuringBar
from visearch_desktop.gui.evaluation.plot_view import LEAST_HEIGHT, PlotView
from visearch_desktop.gui.evaluation.source_choice import SourceChoice
from visearch_desktop.gui.evaluation.table import MethodsTable
from visearch_desktop.gui.grid.notice import Notice
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.surfaces import QUIET, label
from visearch_desktop.gui.window.session import Session
from visearch_desktop.library.rows import PhotoView
from visearch_desktop.service import protocol
from visearch_desktop.service.protocol import Source, SourceKind

if TYPE_CHECKING:
    from visearch_desktop.evaluation.rows import Row

LEAST_TABLE_HEIGHT = 220
_TABLE = 1  # its place in the stack


class EvaluationPage(QScrollArea):
    """Chooses what to measure on, measures, and shows what came of it.

    Attributes:
        sources: what is measured on.
        bar: *Measure*, progress, *Use this method*.
        table, plot: what came of it.
        notice: stands in their place where there is nothing to show.

    Signals:
        said: a sentence and how to undo what it tells (or None), for the toast.
    """

    said = Signal(str, object)

    def __init__(self, client: LibraryClient, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client, self._session = client, session
        self._known: dict[str, protocol.Choice] = {}
        self._rows: dict[object, Row] = {}
        self._asked: int | None = None
        self._shown: Source | None = None
        self._run: tuple[int, Source] | None = None
        self._descriptor = ""
        self.setAccessibleName(self.tr("How good is it?"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._build()
        self._connect()
        self._on_groups()
        self.refresh()

    def _build(self) -> None:
        page = QWidget()
        page.setBackgroundRole(QPalette.ColorRole.Base)
        page.setAutoFillBackground(True)
        self.sources = SourceChoice()
        self.bar = MeasuringBar()
        self.table = MethodsTable()
        self.table.setMinimumHeight(LEAST_TABLE_HEIGHT)
        self.plot = PlotView(self._client)
        self.notice = Notice("info")
        self.failure = label(role=QPalette.ColorRole.WindowText, wrap=True)
        self.failure.hide()
        both = Halves()
        both.addWidget(self.table)
        both.addWidget(self.plot)
        both.setSizes([3 * LEAST_TABLE_HEIGHT, LEAST_HEIGHT])
        both.setStretchFactor(0, 3)
        both.setStretchFactor(1, 2)
        shown = QWidget()
        inside = QVBoxLayout(shown)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(metrics.SPACE_8)
        inside.addWidget(self.bar)
        inside.addWidget(self.failure)
        inside.addWidget(both, 1)
        place = QWidget()
        place.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._stack = QStackedLayout(place)
        self._stack.addWidget(QWidget())  # before anything is known
        self._stack.addWidget(shown)
        self._stack.addWidget(self.notice)
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(metrics.SPACE_8)
        column.addWidget(label(self.tr("How good is it?"), Type.SECTION))
        about = self.tr(
            "Each method is asked for photos whose answers are known. mAP tells how far up the right ones come: "
            "1 is perfect, 0 finds nothing."
        )
        column.addWidget(label(about, role=QUIET, wrap=True))
        column.addWidget(self.sources)
        column.addWidget(place, 1)
        self.setWidget(page)
        self.setFocusProxy(self.sources.rows[SourceKind.SHIPPED])

    def _connect(self) -> None:
        self.sources.chosen.connect(self._on_source)
        self.bar.measured.connect(self._on_measure)
        self.bar.stopped.connect(self._on_stop)
        self.bar.used.connect(self._on_use)
        self.bar.all_asked.connect(self._on_all)
        self.table.line_changed.connect(self._show_use)
        self.table.lines.checked_changed.connect(self._show_checked)
        self._session.groups.changed.connect(self._on_groups)
        self._session.overview_changed.connect(self._show_in_use)

    # --- what is known ------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask for what is known of the chosen source, and which method is in use."""
        source = self.sources.source
        if source.kind is SourceKind.FOLDER and source.path is None:
            self._say_choose_folder()
            return
        self._asked = self._client.send(lambda job: protocol.GetEvaluation(job, source), self._on_known)
        self._client.send(protocol.GetSettings, self._on_settings)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _on_source(self, source: Source) -> None:
        self.failure.hide()
        self.refresh()

    def _on_groups(self) -> None:
        self.sources.show_groups(self._session.groups.all)
        if self.isVisible() and self.sources.source.kind is SourceKind.GROUPS and self._run is None:
            self.refresh()

    def _on_known(self, report: protocol.Report) -> None:
        if report.job != self._asked:
            return
        match report:
            case protocol.EvaluationReady():
                self._show_known(report)
            case protocol.Failed():
                again = (self.tr("Choose another folder…"), self.sources.choose_folder)
                is_folder = self.sources.source.kind is SourceKind.FOLDER
                self._say(report.sentence, report.hint, (again,) if is_folder else ())

    def _show_known(self, ready: protocol.EvaluationReady) -> None:
        if ready.source.kind is SourceKind.SHIPPED:
            self.sources.show_sets(ready.sets, ready.name)
        self._known = {method.value: method for method in ready.methods}
        self._rows = {row.asked: row for row in ready.rows}
        if not ready.name:
            self._say_nothing(ready.source.kind)
            return
        can_measure = ready.source.kind is not SourceKind.SHIPPED
        lines = lines_of(ready.methods, ready.rows, only_measured=not can_measure)
        checked = self.table.lines.checked if ready.source == self._shown else _worth_measuring(ready)
        self._shown = ready.source
        self.table.show_boxes(can_measure)
        self.table.lines.show_lines(lines, checked, can_measure=can_measure)
        self.bar.show_about(self._about(ready))
        if self._run is None:
            self.bar.show_idle(can_measure=can_measure)
        self._show_in_use()
        self._show_use()
        self.plot.show_rows(ready.rows)
        self.plot.setVisible(any(row.figures is not None for row in ready.rows))
        self._stack.setCurrentIndex(_TABLE)

    def _about(self, ready: protocol.EvaluationReady) -> str:
        text = self.tr("{questions} questions to {photos}")
        counted = text.format(questions=number(ready.queries), photos=photos(ready.photos))
        match ready.source.kind:
            case SourceKind.SHIPPED:
                return self.tr("{name}: {counted}, on our computer").format(name=ready.name, counted=counted)
            case SourceKind.FOLDER:
                return self.tr("{name}: {counted}").format(name=ready.name, counted=counted)
        return counted

    # --- nothing to show ----------------------------------------------------------------------------------------------

    def _say_nothing(self, kind: SourceKind) -> None:
        if kind is SourceKind.GROUPS:
            hint = self.tr("Select photos of one thing and choose “These show the same…” in their menu, or press G.")
            self._say(
                self.tr("You have made no groups of two or more photos yet."),
                hint,
                ((self.tr("Show all photos"), partial(self._session.show_view, PhotoView())),),
            )
        else:
            self._say(
                self.tr("This copy of the program came without a table of measurements."),
                self.tr("You can measure here, on a data set or on groups of your own."),
                ((self.tr("Choose a data set…"), self.sources.choose_folder),),
            )

    def _say_choose_folder(self) -> None:
        self._asked = None
        self._say(
            self.tr("Choose the folder of a data set."),
            self.tr("Oxford, Paris, their revisited versions, Holidays, UKBench, or a groundtruth.json of your own."),
            ((self.tr("Choose a folder…"), self.sources.choose_folder),),
        )

    def _say(self, sentence: str, hint: str, choices: tuple[object, ...]) -> None:
        self.notice.say(sentence, hint, choices)
        self._stack.setCurrentWidget(self.notice)

    # --- measuring ----------------------------------------------------------------------------------------------------

    def _on_all(self, is_all: bool) -> None:
        model = self.table.lines
        model.check([line.name for line in model.lines if is_all and model.is_checkable(line)])

    def _show_checked(self) -> None:
        self.bar.show_checked(len(self.table.lines.checked))

    def _on_measure(self) -> None:
        source, names = self.sources.source, self.table.lines.checked
        if self._run is not None or not names:
            return
        self.failure.hide()
        job = self._client.send(lambda job: protocol.RunEvaluation(job, source, names), self._on_run_report)
        self._run = (job, source)
        self.bar.begin()
        self.bar.stop.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_stop(self) -> None:
        if self._run is not None:
            other = self._run[0]
            self._client.send(lambda job: protocol.Cancel(job, other))
            self.bar.show_stopping()

    def _on_run_report(self, report: protocol.Report) -> None:
        if self._run is None or report.job != self._run[0]:
            return
        match report:
            case protocol.Measuring() if self.bar.stop.isEnabled():
                method = self._known.get(report.descriptor)
                self.bar.show_measuring(report, method.title if method is not None else report.descriptor)
            case protocol.EvaluationRow(row=row) if self._run[1] == self.sources.source:
                self._show_row(row)
            case protocol.Failed():
                self.failure.setText(f"{report.sentence} {report.hint}".strip())
                self.failure.show()
            case protocol.Finished():
                self._end(is_stopped=report.cancelled)

    def _show_row(self, row: Row) -> None:
        self._rows[row.asked] = row
        self.table.lines.show_line(line_of(row, self._known))
        self.plot.show_rows(tuple(self._rows.values()))
        self.plot.setVisible(any(one.figures is not None for one in self._rows.values()))
        self._show_use()

    def _end(self, *, is_stopped: bool) -> None:
        had_focus = self.bar.stop.hasFocus()
        self._run = None
        self.bar.show_idle(can_measure=self.sources.source.kind is not SourceKind.SHIPPED)
        if had_focus:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        text = self.tr("Measuring was stopped; what was measured stays.") if is_stopped else self.tr("All is measured.")
        announce(self, text)
        if is_stopped:
            self.said.emit(text, None)

    # --- the method in use --------------------------------------------------------------------------------------------

    def _show_in_use(self) -> None:
        overview = self._session.overview
        self.table.lines.show_in_use(overview.descriptor if overview is not None else "")
        self._show_use()

    def _show_use(self) -> None:
        line, overview = self.table.current_line(), self._session.overview
        in_use = overview.descriptor if overview is not None else ""
        is_here = line is not None and line.name in self._known and not self._known[line.name].unavailable
        can_use = is_here and line.is_method and line.name != in_use
        self.bar.use.setEnabled(bool(can_use))
        self.bar.use.setToolTip(
            self.tr("Photos are described by it from now on") if can_use else self.tr("Select another method first")
        )

    def _on_use(self) -> None:
        line = self.table.current_line()
        if line is None or not self.bar.use.isEnabled():
            return
        before, name = self._descriptor, line.name
        self.use(name)
        text = self.tr("Photos are described by “{title}” from now on.").format(title=line.title)
        self.said.emit(text, partial(self.use, before))

    def use(self, name: str) -> None:
        """Have the library describe photos by a method; "" is the best there is."""
        self._client.send(lambda job: protocol.SetSetting(job, "descriptor", name), self._on_settings)

    def _on_settings(self, report: protocol.Report) -> None:
        match report:
            case protocol.SettingsReady():
                self._descriptor = str(report.values.get("descriptor", ""))
            case protocol.Failed():
                self.said.emit(f"{report.sentence} {report.hint}".strip(), None)


def _worth_measuring(ready: protocol.EvaluationReady) -> list[str]:
    """What is recommended and was not measured; all that is recommended, where everything was."""
    offered = [method.value for method in ready.methods if method.is_recommended and not method.unavailable]
    measured = {row.asked.descriptor for row in ready.rows}
    return [name for name in offered if name not in measured] or offered
