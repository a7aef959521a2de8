"""The row above the table: which set, what to measure, *Measure*; while it goes on, how far it is, and *Stop*."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from visearch_desktop.gui.announce import announce
from visearch_desktop.gui.counts import time_left
from visearch_desktop.gui.dates import number
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.surfaces import QUIET, ElidedLabel, button, label, link_button
from visearch_desktop.gui.window.status_line import ProgressBar
from visearch_desktop.service import protocol


class MeasuringBar(QWidget):
    """Says and starts.

    Attributes:
        summary: what the table is about, or how far measuring has come.
        all, none: check all methods, or none.
        use: takes the selected method into use.
        measure, stop: begin and end.

    Signals:
        measured, stopped, used: the person wants that.
        all_asked: the person wants all methods checked (True), or none.
    """

    measured = Signal()
    stopped = Signal()
    used = Signal()
    all_asked = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._about = ""
        self._title = ""
        self.bar = ProgressBar()
        self.summary = ElidedLabel(label(kind=Type.BASE, role=QUIET))
        self.all = link_button(self.tr("All"))
        self.all.setAccessibleName(self.tr("Check all methods"))
        self.none = link_button(self.tr("None"))
        self.none.setAccessibleName(self.tr("Check no method"))
        self.use = button(self.tr("Use this method"), "check")
        self.measure = button(self.tr("Measure"), "play", primary=True)
        self.stop = button(self.tr("Stop"), "x")
        self.all.clicked.connect(lambda: self.all_asked.emit(True))
        self.none.clicked.connect(lambda: self.all_asked.emit(False))
        self.use.clicked.connect(self.used)
        self.measure.clicked.connect(self.measured)
        self.stop.clicked.connect(self.stopped)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(metrics.SPACE_8)
        row.addWidget(self.bar)
        row.addWidget(self.summary, 1)
        for part in (self.all, self.none, self.use, self.measure, self.stop):
            row.addWidget(part)
        self.show_idle(can_measure=False)

    def show_about(self, text: str) -> None:
        """What the table is about."""
        self._about = text
        if not self.stop.isVisibleTo(self):
            self.summary.set_whole(text)

    def show_checked(self, count: int) -> None:
        """How many methods are to be measured."""
        several = self.tr("Measure {n} methods").format(n=number(count))
        self.measure.setText(
            self.tr("Measure") if count == 0 else self.tr("Measure 1 method") if count == 1 else several
        )
        self.measure.setEnabled(count > 0)

    def show_idle(self, *, can_measure: bool) -> None:
        """Nothing is being measured."""
        self.bar.hide()
        self.stop.hide()
        for part in (self.all, self.none, self.measure):
            part.setVisible(can_measure)
        self.summary.set_whole(self._about)

    def begin(self) -> None:
        """Measuring begins: nothing is known of it yet."""
        self.bar.show_progress(0, 0)
        self.bar.show()
        self.stop.setEnabled(True)
        self.stop.show()
        for part in (self.all, self.none, self.measure):
            part.hide()
        self.summary.set_whole(self.tr("Getting ready…"))
        announce(self, self.tr("Measuring has begun."))

    def show_measuring(self, report: protocol.Measuring, title: str) -> None:
        """So far it has come."""
        self.bar.show_progress(round(report.share * 1000), 1000)
        parts = [self.tr("Measuring {title}").format(title=title)]
        if report.total > 1:
            of_total = self.tr("method {n} of {total}")
            parts.append(of_total.format(n=number(report.number), total=number(report.total)))
        if report.seconds_left is not None:
            parts.append(time_left(report.seconds_left))
        self.summary.set_whole(" · ".join(parts))

    def show_stopping(self) -> None:
        """The person has said stop."""
        self.stop.setEnabled(False)
        self.summary.set_whole(self.tr("Stopping…"))
