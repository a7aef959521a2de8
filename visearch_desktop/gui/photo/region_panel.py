"""The panel beside the photo: the region in numbers, how much there is to go on, and the keys."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QPushButton, QSpinBox, QVBoxLayout, QWidget

from visearch_desktop.core.region import LEAST_REGION_PX, Region
from visearch_desktop.gui import dates
from visearch_desktop.gui.photo.several_boxes import SeveralBoxes
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.metrics import BUTTON_HEIGHT, DETAILS_WIDTH, FIELD_HEIGHT, SPACE_8, SPACE_12, SPACE_16
from visearch_desktop.gui.theme.surfaces import QUIET, Surface, button, column_below_a_rule, label
from visearch_desktop.search.query import Query

FEW_DETAILS, PLENTY = 25, 80
NUMBERS = ("left", "top", "width", "height")


class RegionPanel(Surface):
    """Shows and edits the region's four numbers, and how it goes with others.

    Signals:
        region_edited: the region typed by the person.
        cleared: the whole photo is wanted again, or one box less.
        box_wanted: one more box.
        minus_chosen: whether photos are not to show what is in the box.
        together_chosen: whether all that is looked for must appear.
    """

    region_edited = Signal(object)
    cleared = Signal()
    box_wanted = Signal()
    minus_chosen = Signal(bool)
    together_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Edge.LeftEdge, parent=parent)
        self.setFixedWidth(DETAILS_WIDTH)
        self._size = (0, 0)
        self._region: Region | None = None
        self.fields = {name: self._field(name) for name in NUMBERS}
        self.clear_button = QPushButton(self.tr("Clear"), self, flat=True)
        self.clear_button.clicked.connect(self.cleared)
        self.add_button = button(self.tr("Add a box"), "plus", parent=self)
        self.add_button.setToolTip(self.tr("Look for one more thing of this photo (Shift + drag)"))
        self.add_button.clicked.connect(self.box_wanted)
        self.minus = QCheckBox(self.tr("Not this"), self)
        self.minus.setToolTip(self.tr("Leave out photos that show what is in the box"))
        self.minus.toggled.connect(self.minus_chosen)
        self.several = SeveralBoxes(self)
        self.several.chosen.connect(self.together_chosen)
        self.summary = label("", Type.SMALL, QUIET, wrap=True, parent=self)
        self.minus.hide()
        self._build()
        self._show_region(None)

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
        layout.setSpacing(SPACE_12)
        heading = QHBoxLayout()
        title = label(self.tr("Region"), Type.SECTION)
        title.setMinimumHeight(BUTTON_HEIGHT)  # nothing moves when the buttons come
        heading.addWidget(title, 1)
        heading.addWidget(self.clear_button)
        heading.addWidget(self.add_button)
        layout.addLayout(heading)
        self.numbers = QWidget(self)
        grid = QGridLayout(self.numbers)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACE_8)
        titles = (self.tr("Left"), self.tr("Top"), self.tr("Width"), self.tr("Height"))
        for place, (name, title) in enumerate(zip(NUMBERS, titles, strict=True)):
            buddy = label(title, Type.SMALL, QUIET)
            buddy.setBuddy(self.fields[name])
            self.fields[name].setAccessibleName(title)
            grid.addWidget(buddy, place % 2, 2 * (place // 2))
            grid.addWidget(self.fields[name], place % 2, 2 * (place // 2) + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        layout.addWidget(self.numbers)
        layout.addWidget(self.summary)
        layout.addWidget(self.minus)
        layout.addWidget(self.several)
        self.keys = self._make_keys()
        layout.addWidget(self.keys)
        layout.addStretch(1)
        self._height_with_keys = layout.sizeHint().height() + self.fontMetrics().height()  # the summary has two lines

    def _make_keys(self) -> QWidget:
        keys = QWidget(self)
        column_below_a_rule(keys, self.tr("Keys")).addLayout(self._lines_of_keys())
        return keys

    def _make_room(self) -> None:
        """Where there is little room, the choices have it: the keys go first, then the numbers."""
        choices = [widget for widget in (self.minus, self.several) if not widget.isHidden()]
        needed = self._height_with_keys + sum(widget.sizeHint().height() + SPACE_12 for widget in choices)
        self.keys.setVisible(self.height() >= needed)
        without_keys = needed - self.keys.sizeHint().height() - SPACE_12
        self.numbers.setVisible(self.height() >= without_keys)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._make_room()
        super().resizeEvent(event)

    def _lines_of_keys(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(SPACE_8 // 2)
        grid.setHorizontalSpacing(SPACE_12)
        rows = (
            ("← ↑ → ↓", self.tr("move by 1 px")),
            (self.tr("Shift + arrows"), self.tr("move by 10 px")),
            (self.tr("Ctrl + arrows"), self.tr("resize")),
            (self.tr("Shift + drag"), self.tr("one more box")),
            ("N", self.tr("next box")),
            (self.tr("Esc"), self.tr("clear the box")),
            (self.tr("Enter"), self.tr("show all answers")),
        )
        for line, (keys, meaning) in enumerate(rows):
            grid.addWidget(label(keys, Type.SMALL), line, 0)
            grid.addWidget(label(meaning, Type.SMALL, QUIET), line, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _field(self, name: str) -> QSpinBox:
        field = QSpinBox(self)
        field.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        field.setFixedHeight(FIELD_HEIGHT)
        field.setRange(0, 10**6)
        field.setKeyboardTracking(False)
        field.setGroupSeparatorShown(False)
        field.setObjectName(f"region_{name}")
        field.valueChanged.connect(self._on_edited)
        return field

    def set_query(self, query: Query, *, is_minus: bool | None) -> None:
        """Show how the box goes with the rest of the query; emits nothing.

        Args:
            query: what is looked for.
            is_minus: whether photos are not to show the box; None where it is no part of the query.
        """
        with QSignalBlocker(self.minus):
            self.minus.setChecked(bool(is_minus))
        self.minus.setVisible(is_minus is not None and len(query.pictures) > 1)
        self.several.show_query(query)
        self._make_room()

    def set_size(self, width: int, height: int) -> None:
        """The photo's upright full size: what the numbers may be; how much there is to go on is to be counted anew."""
        self._size = (width, height)
        self._show_region(self._region)

    def set_region(self, region: Region | None) -> None:
        """Show a region; emits nothing."""
        if region != self._region:
            self._show_region(region)

    def _show_region(self, region: Region | None) -> None:
        self._region = region
        self.clear_button.setVisible(region is not None)
        self.add_button.setVisible(region is not None)
        numbers = region.as_tuple() if region else (0.0, 0.0, float(self._size[0]), float(self._size[1]))
        for name, number in zip(NUMBERS, (numbers[0], numbers[1], numbers[2], numbers[3]), strict=True):
            with QSignalBlocker(self.fields[name]):
                self.fields[name].setValue(round(number))
        self.set_details(None, region)

    def _on_edited(self) -> None:
        width, height = self._size
        if min(width, height) < LEAST_REGION_PX:
            return
        left, top, wide, high = (self.fields[name].value() for name in NUMBERS)
        left, top = min(left, width - LEAST_REGION_PX), min(top, height - LEAST_REGION_PX)
        wide = min(max(wide, LEAST_REGION_PX), width - left)
        high = min(max(high, LEAST_REGION_PX), height - top)
        region = Region(float(left), float(top), float(wide), float(high))
        self.set_region(region)
        self.region_edited.emit(region)

    def set_details(self, details: int | None, region: Region | None) -> None:
        """Say how much of the photo the region is, and how many details there are to go on (None: not counted yet)."""
        width, height = self._size
        words = [] if region is not None else [self.tr("Drag a box round what you look for.")]
        if region is not None and width and height:
            share = max(1, round(100 * region.area / (width * height)))
            words.append(self.tr("%1\N{NO-BREAK SPACE}% of the photo.").replace("%1", str(share)))
        if details is not None:
            words.append(self._going(details))
        self.summary.setText(" ".join(words))

    def _going(self, details: int) -> str:
        count = dates.number(details)
        if details < FEW_DETAILS and self._region is None:
            return self.tr("The photo is almost plain; only its look can be compared.")
        if details == 1:
            return self.tr("The region has too little to hold on to: 1 detail. Draw it larger.")
        if details < FEW_DETAILS:
            return self.tr("The region has too little to hold on to: %1 details. Draw it larger.").replace("%1", count)
        if details < PLENTY:
            return self.tr("Enough to go on: %1 details.").replace("%1", count)
        return self.tr("Plenty to go on: %1 details.").replace("%1", count)
