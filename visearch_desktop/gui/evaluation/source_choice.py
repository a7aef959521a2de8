"""What methods are measured on: the tables that come with the program, a data set, or the person's own groups."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QFileDialog, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from visearch_desktop.gui.counts import photos
from visearch_desktop.gui.dates import number
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type, font
from visearch_desktop.gui.theme.surfaces import QUIET, ElidedLabel, button, label
from visearch_desktop.service.protocol import Source, SourceKind

_LEAST_IN_A_GROUP = 2


class SourceChoice(QWidget):
    """Three radio rows, each with a line of what it is now.

    Attributes:
        rows: the radio button of each kind.
        sets: the shipped tables, where there are several.
        browse: opens the dialog for a folder.

    Signals:
        chosen: another ``Source``.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._kind = SourceKind.SHIPPED
        self.rows: dict[SourceKind, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self.sets = QComboBox()
        self.sets.setAccessibleName(self.tr("Photos that we measured on"))
        self.sets.activated.connect(self._on_set)
        self.sets.hide()
        self.browse = button(self.tr("Choose…"), "folder-open")
        self.browse.setAccessibleName(self.tr("Choose the folder of a data set"))
        self.browse.clicked.connect(self.choose_folder)
        self._shipped = label(kind=Type.SMALL, role=QUIET)
        self._folder = ElidedLabel(label(kind=Type.SMALL, role=QUIET), Qt.TextElideMode.ElideMiddle)
        self._own = label(kind=Type.SMALL, role=QUIET)
        self._lay_out()
        self.show_groups({})
        self._show_folder()
        self.rows[self._kind].setChecked(True)

    def _lay_out(self) -> None:
        titles = {
            SourceKind.SHIPPED: self.tr("Measured by us"),
            SourceKind.FOLDER: self.tr("A data set on this computer…"),
            SourceKind.GROUPS: self.tr("My own groups"),
        }
        notes = {SourceKind.SHIPPED: self._shipped, SourceKind.FOLDER: self._folder, SourceKind.GROUPS: self._own}
        beside = {SourceKind.SHIPPED: self.sets, SourceKind.FOLDER: self.browse}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(metrics.SPACE_4)
        for kind, title in titles.items():
            one = self.rows[kind] = QRadioButton(title)
            one.setFont(font(Type.NAME))
            one.setMinimumHeight(metrics.BUTTON_HEIGHT)
            one.setObjectName(kind.value)
            self._group.addButton(one)
            row = QHBoxLayout()
            row.setSpacing(metrics.SPACE_12)
            row.addWidget(one)
            if kind in beside:
                row.addWidget(beside[kind])
            row.addWidget(notes[kind], 1)
            column.addLayout(row)
        self._group.buttonClicked.connect(self._on_clicked)

    # --- what it says -------------------------------------------------------------------------------------------------

    @property
    def source(self) -> Source:
        """What is chosen."""
        match self._kind:
            case SourceKind.FOLDER:
                return Source(SourceKind.FOLDER, path=self._path)
            case SourceKind.GROUPS:
                return Source(SourceKind.GROUPS)
        return Source(SourceKind.SHIPPED, self.sets.currentText() if self.sets.count() else "")

    def show_sets(self, names: tuple[str, ...], shown: str) -> None:
        """The tables that come with the program."""
        if names != tuple(self.sets.itemText(at) for at in range(self.sets.count())):
            self.sets.clear()
            self.sets.addItems(list(names))
        self.sets.setCurrentIndex(self.sets.findText(shown))
        self.sets.setVisible(len(names) > 1)
        note = self.tr("on the photos “{name}”").format(name=shown) if len(names) == 1 else ""
        self._shipped.setText(note)

    def show_groups(self, groups: dict[str, tuple[int, ...]]) -> None:
        """The groups that the person has made."""
        large = [ids for ids in groups.values() if len(ids) >= _LEAST_IN_A_GROUP]
        count = sum(map(len, large))
        counted = self.tr("1 group") if len(large) == 1 else self.tr("{n} groups").format(n=number(len(large)))
        text = f"{counted}, {photos(count)}" if large else self.tr("none yet")
        self._own.setText(text)
        self._describe(SourceKind.GROUPS, text)

    def _show_folder(self) -> None:
        self._folder.set_whole("" if self._path is None else str(self._path))
        self.browse.setText(self.tr("Choose…") if self._path is None else self.tr("Another…"))
        self._describe(SourceKind.FOLDER, self._folder.whole)

    def _describe(self, kind: SourceKind, text: str) -> None:
        self.rows[kind].setAccessibleDescription(text)

    # --- hands --------------------------------------------------------------------------------------------------------

    def choose(self, kind: SourceKind) -> None:
        """Choose one, as by a click."""
        self.rows[kind].setChecked(True)
        self._kind = kind
        if kind is SourceKind.FOLDER and self._path is None:
            self.choose_folder()
        self.chosen.emit(self.source)

    def take_folder(self, path: Path) -> None:
        """Measure on the data set in a folder."""
        self._path = path
        self._show_folder()
        self.choose(SourceKind.FOLDER)

    def choose_folder(self) -> None:
        """Open the system's dialog for a folder; does not wait for it."""
        dialog = QFileDialog(self, self.tr("The folder of a data set"), str(self._path or Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._on_folder_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_folder_chosen(self, chosen: str) -> None:
        if chosen:
            self.take_folder(Path(chosen))

    def _on_clicked(self, row: QRadioButton) -> None:
        kind = SourceKind(row.objectName())
        if kind is not self._kind or (kind is SourceKind.FOLDER and self._path is None):
            self.choose(kind)

    def _on_set(self, at: int) -> None:
        self.choose(SourceKind.SHIPPED)
