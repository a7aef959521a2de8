"""The row above a comparison: back, the modes, what each of them can be told, and the zoom."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QComboBox, QHBoxLayout, QPushButton, QWidget

from visearch_desktop.gui import dates
from visearch_desktop.gui.compare.blinking import DELAYS_MS
from visearch_desktop.gui.compare.matches import Matches
from visearch_desktop.gui.compare.modes import NEED_A_PERSPECTIVE, Mode
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.metrics import SPACE_4, SPACE_8, SPACE_16, TOOL_ROW_HEIGHT
from visearch_desktop.gui.theme.surfaces import QUIET, Surface, button, icon_button, label

STEP = 1.5
NO_ROOM = (False, False, False)
MODE_ICONS = {
    Mode.LINES: "spline",
    Mode.BLINK: "layers",
    Mode.SWIPE: "columns-2",
    Mode.DIFFERENCE: "contrast",
    Mode.HEAT: "flame",
}


class ToolRow(Surface):
    """Switches of the compare page.

    Signals:
        mode_chosen: a mode.
        shown_changed: which matches are to be drawn.
        blink_chosen: by itself, so many ms each; 0: by hand.
        zoom_asked: by a factor; 0 fits.
    """

    mode_chosen = Signal(object)
    shown_changed = Signal()
    blink_chosen = Signal(int)
    zoom_asked = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Edge.BottomEdge, parent=parent)
        self.setMinimumHeight(TOOL_ROW_HEIGHT)
        self.mode = Mode.LINES
        self._interrupted: Mode | None = None
        self.back = button(self.tr("Results"), "chevron-left", parent=self)
        self.back.setFlat(True)
        self.back.setToolTip(self.tr("Back to the results (Esc)"))
        self._make_modes()
        self.agreeing, self.tentative = QCheckBox(self, checked=True), QCheckBox(self, checked=True)
        self.points = QCheckBox(self.tr("Points only"), self)
        self.points.setToolTip(self.tr("Where the details are, without lines (P)"))
        self.showing = label("", Type.SMALL, QUIET, parent=self)
        self.delay = self._make_delay()
        self.flips = QCheckBox(self.tr("Show mirrored"), self, checked=True)
        self.flips.setToolTip(self.tr("Turn the photo over, so that it looks like the query (M)"))
        self.smaller = icon_button("minus", self.tr("Zoom out"), "-")
        self.fit = button(self.tr("Fit"), parent=self)
        self.fit.setToolTip(self.tr("Fit (0)"))
        self.larger = icon_button("plus", self.tr("Zoom in"), "+")
        self.together = QCheckBox(self.tr("Zoom together"), self, checked=True)
        self._lay_out()
        self._connect()
        self.show_mirrored(False)

    def _make_modes(self) -> None:
        words = {
            Mode.LINES: (self.tr("Lines"), self.tr("Lines between the details that match")),
            Mode.BLINK: (self.tr("Blink"), self.tr("Hold B, or press on the photo, to lay the query over it")),
            Mode.SWIPE: (self.tr("Swipe"), self.tr("Drag across the photo, or Shift and an arrow, to uncover it")),
            Mode.DIFFERENCE: (self.tr("Difference"), self.tr("Black where both are the same")),
            Mode.HEAT: (self.tr("Heat map"), self.tr("Bright where the photo looks like the query")),
        }
        self._group = QButtonGroup(self)
        self._titles = {mode: title for mode, (title, _) in words.items()}
        self._tips = {mode: f"{tip} ({number})" for number, (mode, (_, tip)) in enumerate(words.items(), start=1)}
        self.mode_buttons: dict[Mode, QPushButton] = {}
        for mode, (title, _) in words.items():
            made = self.mode_buttons[mode] = button(title, MODE_ICONS[mode], parent=self)
            made.setCheckable(True)
            made.setToolTip(self._tips[mode])
            made.setAccessibleName(title)
            self._group.addButton(made)
        self.mode_buttons[Mode.LINES].setChecked(True)

    def _make_delay(self) -> QComboBox:
        made = QComboBox(self)
        titles = (
            self.tr("While B is held"),
            self.tr("Every half second"),
            self.tr("Every second"),
            self.tr("Every 2 seconds"),
        )
        for delay, title in zip(DELAYS_MS, titles, strict=True):
            made.addItem(title, delay)
        made.setAccessibleName(self.tr("When the query comes and goes"))
        return made

    def _lay_out(self) -> None:
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_8, 0, SPACE_16, 0)
        row.setSpacing(SPACE_8)
        row.addWidget(self.back)
        segment = QHBoxLayout()
        segment.setSpacing(SPACE_4)
        for one in self.mode_buttons.values():
            segment.addWidget(one)
        row.addLayout(segment)
        for widget in (self.agreeing, self.tentative, self.points, self.showing, self.delay):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.flips, self.smaller, self.fit, self.larger, self.together):
            row.addWidget(widget)

    def _connect(self) -> None:
        self._group.buttonClicked.connect(self._on_mode)
        for box in (self.agreeing, self.tentative, self.points):
            box.toggled.connect(self.shown_changed)
        self.delay.currentIndexChanged.connect(self._on_delay)
        self.smaller.clicked.connect(self._on_smaller)
        self.larger.clicked.connect(self._on_larger)
        self.fit.clicked.connect(self._on_fit)

    # --- what it shows --------------------------------------------------------------------------------------------

    def show_matches(self, matches: Matches) -> None:
        """Count what agrees and what does not, and say how many of them are drawn."""
        self.agreeing.setText(self.tr("%1 agreeing").replace("%1", dates.number(matches.agreeing_total)))
        self.tentative.setText(self.tr("%1 tentative").replace("%1", dates.number(matches.tentative_total)))
        agreeing = len(matches.agreeing) if self.agreeing.isChecked() else 0
        tentative = len(matches.tentative) if self.tentative.isChecked() else 0
        text = self.tr("showing %1 and %2").replace("%1", str(agreeing)).replace("%2", str(tentative))
        self.showing.setText(text)
        self._show_what_fits()

    def show_zoom(self, zoom: float) -> None:
        """On the button that fits: so many times as large as that."""
        times = self.tr("{}×").format(dates.fraction(zoom, 1))
        self.fit.setText(self.tr("Fit") if zoom <= 1.001 else times)

    def show_mirrored(self, is_mirrored: bool) -> None:
        """Offer to show the photo as it is only where it is shown otherwise."""
        self.flips.setVisible(is_mirrored)
        self._show_what_fits()

    def allow_perspective(self, is_there: bool) -> None:
        """What lays the query over the hit can be chosen only where something was verified, and comes back there."""
        for mode in NEED_A_PERSPECTIVE:
            one = self.mode_buttons[mode]
            one.setEnabled(is_there)
            one.setToolTip(self._tips[mode] if is_there else self.tr("Only where details agree in one perspective"))
        if not is_there and self.mode in NEED_A_PERSPECTIVE:
            interrupted = self.mode
            self.mode_buttons[Mode.LINES].click()
            self._interrupted = interrupted
        elif is_there and self._interrupted is not None:
            self.mode_buttons[self._interrupted].click()

    def choose(self, number: int) -> None:
        """The mode of that number, from 1, if it can be chosen."""
        chosen = list(self.mode_buttons.values())[number - 1]
        if chosen.isEnabled():
            chosen.click()

    def _on_mode(self, pressed: QPushButton) -> None:
        self.mode = next(mode for mode, one in self.mode_buttons.items() if one is pressed)
        self._interrupted = None
        self._show_what_fits()
        self.mode_chosen.emit(self.mode)

    def _show_what_fits(self) -> None:
        """Each mode has its own switches; where there is little room, what is least missed goes first."""
        for box in (self.agreeing, self.tentative, self.points):
            box.setVisible(self.mode is Mode.LINES)
        self.delay.setVisible(self.mode is Mode.BLINK)
        for has_titles, has_counts, has_all in ((True, True, True), (True, False, True), (False, False, True), NO_ROOM):
            for mode, one in self.mode_buttons.items():
                one.setText(self._titles[mode] if has_titles else "")
            self.showing.setVisible(has_counts and self.mode is Mode.LINES)
            self.points.setVisible(has_all and self.mode is Mode.LINES)
            self.together.setVisible(has_all)
            if self._row.sizeHint().width() <= self.width():
                break

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._show_what_fits()
        super().resizeEvent(event)

    # --- slots ----------------------------------------------------------------------------------------------------

    def _on_delay(self, index: int) -> None:
        self.blink_chosen.emit(DELAYS_MS[index])

    def _on_smaller(self) -> None:
        self.zoom_asked.emit(1 / STEP)

    def _on_larger(self) -> None:
        self.zoom_asked.emit(STEP)

    def _on_fit(self) -> None:
        self.zoom_asked.emit(0.0)
