"""The page of an empty library: one sentence, one action, and what happens to the photos."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QStandardPaths, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from visearch_desktop.gui.pages.start_drawing import StartDrawing
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.surfaces import QUIET, Icon, button, label
from visearch_desktop.gui.theme.tokens import tokens

_WIDTH, _HEIGHT, _TARGET_HEIGHT = 720, 544, 432


class DropTarget(QFrame):
    """A dashed frame; its line is the accent while something is held over the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_offered = False

    def paintEvent(self, event: QPaintEvent) -> None:
        of = tokens(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(of.accent if self.is_offered else of.control, 2 if self.is_offered else 1)
        pen.setDashPattern([3 / pen.widthF(), 3 / pen.widthF()])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.setBrush(of.soft if self.is_offered else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 12, 12)


class StartPage(QScrollArea):
    """Shown while the library has no folder.

    Signals:
        folder_chosen: a folder to add.
        choosing_asked: the person wants to choose one.
    """

    folder_chosen = Signal(Path)
    choosing_asked = Signal()

    def __init__(self, pictures: Path | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures or pictures_folder()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Start"))
        page = QWidget()
        page.setBackgroundRole(QPalette.ColorRole.Base)
        page.setAutoFillBackground(True)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._target = self._make_target()
        column.addWidget(self._target, 1)
        column.addSpacing(metrics.SPACE_24)
        column.addLayout(self._promises())
        outer = QGridLayout(page)
        outer.setContentsMargins(24, 24, 24, 24)
        outer.setColumnStretch(0, 1)
        outer.setColumnStretch(1, 100)
        outer.setColumnStretch(2, 1)
        outer.setRowStretch(0, 1)
        outer.setRowStretch(1, 100)
        outer.setRowStretch(2, 1)
        holder = QWidget()
        holder.setLayout(column)
        holder.setMaximumSize(_WIDTH, _HEIGHT)
        outer.addWidget(holder, 1, 1)
        self.setWidget(page)
        self.setFocusProxy(self.add)

    def show_offered(self, is_offered: bool) -> None:
        """Whether something that can be dropped is held over the window."""
        self._target.is_offered = is_offered
        self._target.update()

    # --- pieces -------------------------------------------------------------------------------------------------------

    def _make_target(self) -> DropTarget:
        target = DropTarget()
        target.setMaximumHeight(_TARGET_HEIGHT)
        centre = Qt.AlignmentFlag.AlignHCenter
        column = QVBoxLayout(target)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(0)
        column.addStretch(1)
        column.addWidget(StartDrawing(), 0, centre)
        column.addSpacing(36)
        sentence = label(self.tr("Show it once. Find every photo that has it."), Type.START, wrap=True)
        sentence.setAlignment(centre)
        column.addWidget(sentence)
        column.addSpacing(metrics.SPACE_12)
        second = self.tr("Add the folders that hold your photos. You can search as soon as the first ones are in.")
        hint = label(second, role=QUIET, wrap=True)
        hint.setAlignment(centre)
        column.addWidget(hint)
        column.addSpacing(metrics.SPACE_24)
        column.addLayout(self._buttons())
        column.addSpacing(metrics.SPACE_12)
        below = label(self._below_buttons(), Type.SMALL, QUIET, wrap=True)
        below.setAlignment(centre)
        column.addWidget(below)
        column.addStretch(1)
        return target

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(metrics.SPACE_12)
        row.addStretch(1)
        if self._pictures is not None:
            self.add = button(self.tr("Add “{name}”").format(name=self._pictures.name), "folder-open", primary=True)
            self.add.clicked.connect(self._on_add)
            self.choose = button(self.tr("Choose another folder…"))
        else:
            self.add = self.choose = button(self.tr("Choose a folder…"), "folder-open", primary=True)
        self.choose.clicked.connect(self.choosing_asked)
        for one in dict.fromkeys((self.add, self.choose)):
            one.setMinimumHeight(metrics.LARGE_BUTTON_HEIGHT)
            row.addWidget(one)
        row.addStretch(1)
        return row

    def _below_buttons(self) -> str:
        if self._pictures is None:
            return self.tr("Or drop folders here.")
        return self.tr("The {name} folder in your home. Or drop folders here.").format(name=self._pictures.name)

    def _promises(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(metrics.SPACE_8)
        column.addWidget(label(self.tr("What happens to my photos"), Type.SMALL_STRONG, QUIET))
        row = QHBoxLayout()
        row.setSpacing(metrics.SPACE_24)
        for drawing, title, text in (
            (
                "shield-check",
                self.tr("Nothing leaves this computer"),
                self.tr("No account, no upload. It works without a network."),
            ),
            ("lock", self.tr("Photos are only read"), self.tr("They stay where they are, byte for byte.")),
            (
                "hard-drive",
                self.tr("One folder to remove"),
                self.tr("Thumbnails and search data stay together in one place."),
            ),
        ):
            row.addLayout(_promise(drawing, title, text), 1)
        column.addLayout(row)
        return column

    def _on_add(self) -> None:
        if self._pictures is not None:
            self.folder_chosen.emit(self._pictures)


def _promise(drawing: str, title: str, text: str) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(metrics.SPACE_8)
    grid.setVerticalSpacing(2)
    grid.addWidget(Icon(drawing), 0, 0, Qt.AlignmentFlag.AlignVCenter)
    grid.addWidget(label(title, Type.STRONG, wrap=True), 0, 1)
    grid.addWidget(label(text, Type.SMALL, QUIET, wrap=True), 1, 1)
    grid.setColumnStretch(1, 1)
    grid.setRowStretch(2, 1)
    return grid


def pictures_folder() -> Path | None:
    """The system's folder of pictures, where there is one of its own (not the home folder)."""
    named = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    path = Path(named) if named else None
    return path if path is not None and path.is_dir() and path != Path.home() else None
