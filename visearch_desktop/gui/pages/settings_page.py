"""The settings: how photos are described, the networks, how hard the computer works, limits, look, place."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.counts import photos, size
from visearch_desktop.gui.pages.choice_list import ChoiceList
from visearch_desktop.gui.pages.networks_table import NetworksTable
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.palette import Theme
from visearch_desktop.gui.theme.surfaces import QUIET, button, label, link_button
from visearch_desktop.gui.window.places import Page
from visearch_desktop.gui.window.session import Session
from visearch_desktop.service import protocol

_WIDTH, _LABEL_WIDTH = 760, 180


class SettingsPage(QScrollArea):
    """Every change is stored at once; nothing is confirmed.

    Signals:
        theme_chosen: how the window should look.
        said: a sentence, and None, for the toast.
        folder_shown: a folder to show in the file manager.
    """

    theme_chosen = Signal(object)
    said = Signal(str, object)
    folder_shown = Signal(object)

    def __init__(self, client: LibraryClient, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client, self._session = client, session
        self._is_filling = False
        self.setAccessibleName(self.tr("Settings"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        page.setBackgroundRole(QPalette.ColorRole.Base)
        page.setAutoFillBackground(True)
        row = QHBoxLayout(page)
        row.setContentsMargins(24, 16, 24, 32)
        inside = self._inside = QWidget()
        inside.setMaximumWidth(_WIDTH)
        inside.hide()  # until the library has said what is set
        self._column = QVBoxLayout(inside)
        self._column.setSpacing(metrics.SPACE_12)
        row.addWidget(inside, 100)
        row.addStretch(1)
        self._build(theme)
        self.setWidget(page)
        self.refresh()

    def _build(self, theme: Theme) -> None:
        self._column.addWidget(label(self.tr("Settings"), Type.SECTION))
        self._head(self.tr("How photos are described"))
        self.descriptors = ChoiceList(self.tr("Descriptor"))
        self.descriptors.chosen.connect(self._on_descriptor)
        self._column.addWidget(self.descriptors)
        self._column.addLayout(self._below_descriptors())
        self._head(self.tr("Networks"))
        self.networks = NetworksTable(self._client)
        self.networks.answered.connect(self._show)
        self.networks.failed.connect(self._on_failed)
        self._column.addWidget(self.networks)
        self._head(self.tr("Work"))
        self.workers = self._number(0, 256, "workers", "")
        self.workers.setSpecialValueText(self.tr("one for each core"))
        self.device = QComboBox()
        self.device.setMinimumWidth(200)
        self.device.activated.connect(self._on_device)
        self.mains = QCheckBox(self.tr("On mains power only"))
        self.mains.toggled.connect(self._on_mains)
        self._rows(
            (self.tr("Photos at the same time"), self.workers),
            (self.tr("Networks run on"), self.device),
            (self.tr("Look at new photos"), self.mains),
        )
        self.mains.setAccessibleName(self.tr("Look at new photos on mains power only"))
        self._head(self.tr("Photos"))
        self.megapixels = self._number(1, 2000, "megapixel_limit", self.tr(" megapixels"))
        self.seconds = self._number(1, 3600, "seconds_limit", self.tr(" seconds"))
        self._rows(
            (self.tr("Largest photo read"), self.megapixels), (self.tr("Longest time to read one"), self.seconds)
        )
        self._head(self.tr("Look"))
        self.theme = QComboBox()
        self.theme.setMinimumWidth(200)
        titles = {Theme.SYSTEM: self.tr("Like the system"), Theme.LIGHT: self.tr("Light"), Theme.DARK: self.tr("Dark")}
        for one, title in titles.items():
            self.theme.addItem(title, one)
        self.theme.setCurrentIndex(self.theme.findData(theme))
        self.theme.activated.connect(self._on_theme)
        self._rows((self.tr("Theme"), self.theme))
        self._head(self.tr("Library"))
        self.place = label(wrap=True)
        self.place.setMinimumWidth(_WIDTH - _LABEL_WIDTH - metrics.SPACE_32)
        self.place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        show = button(self.tr("Show"), "folder-open")
        show.clicked.connect(self._on_show_place)
        self.purge = button("", "trash-2")
        self.purge.clicked.connect(self._on_purge)
        self._rows((self.tr("Place"), self.place), ("", show), ("", self.purge))
        hint = self.tr(
            "Thumbnails and search data are all in this folder; photos are not. Another place: start with "
            "--library and a folder."
        )
        self._column.addWidget(label(hint, Type.SMALL, QUIET, wrap=True))
        self._column.addStretch(1)

    def _below_descriptors(self) -> QHBoxLayout:
        more = self.tr("Each network of the list below that is on this computer can be chosen, too.")
        table = link_button(self.tr("How good is each?"))
        table.clicked.connect(partial(self._session.show_page, Page.EVALUATION))
        row = QHBoxLayout()
        row.setSpacing(metrics.SPACE_12)
        row.addWidget(label(more, Type.SMALL, QUIET, wrap=True), 1)
        row.addWidget(table)
        return row

    def _head(self, title: str) -> None:
        self._column.addSpacing(metrics.SPACE_12)
        self._column.addWidget(label(title, Type.STRONG))

    def _rows(self, *rows: tuple[str, QWidget]) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(metrics.SPACE_16)
        form.setVerticalSpacing(metrics.SPACE_8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        for text, field in rows:
            name = label(text)
            name.setMinimumSize(_LABEL_WIDTH, metrics.BUTTON_HEIGHT)
            field.setMinimumHeight(metrics.BUTTON_HEIGHT)
            name.setBuddy(field)
            field.setAccessibleName(text)
            form.addRow(name, field)
        self._column.addLayout(form)

    def _number(self, least: int, most: int, name: str, suffix: str) -> QSpinBox:
        box = QSpinBox()
        box.setRange(least, most)
        box.setSuffix(suffix)
        box.setMinimumWidth(200)
        box.setObjectName(name)
        box.setKeyboardTracking(False)
        box.setGroupSeparatorShown(True)
        box.valueChanged.connect(self._on_number)
        return box

    # --- from the library ---------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask for the settings as they are."""
        self._client.send(protocol.GetSettings, self._on_settings)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.place.setText(str(self._session.root or ""))
        self.refresh()

    def _on_settings(self, report: protocol.Report) -> None:
        match report:
            case protocol.SettingsReady():
                self._show(report)
            case protocol.Failed():
                self._on_failed(report)

    def _on_changed(self, report: protocol.Report) -> None:
        """A setting that was refused shows again what is set."""
        self._on_settings(report)
        if isinstance(report, protocol.Failed):
            self.refresh()

    def _on_failed(self, report: protocol.Failed) -> None:
        self.said.emit(f"{report.sentence} {report.hint}".strip(), None)

    def _show(self, settings: protocol.SettingsReady) -> None:
        self._is_filling = True
        values = settings.values
        overview = self._session.overview
        descriptor = str(values.get("descriptor") or (overview.descriptor if overview else ""))
        choices = settings.choices.get("descriptor", ())
        self.descriptors.show_choices(
            tuple(c for c in choices if not c.unavailable or c.value == descriptor), descriptor
        )
        self.networks.show_networks(settings.networks)
        for box in (self.workers, self.megapixels, self.seconds):
            box.setValue(int(values.get(box.objectName(), box.minimum())))
        self.mains.setChecked(bool(values.get("only_on_mains", False)))
        self._show_devices(settings.choices.get("device", ()), str(values.get("device", "")))
        self._show_gone(settings.gone_photos, settings.gone_bytes)
        self._is_filling = False
        self._inside.show()

    def _show_devices(self, choices: tuple[protocol.Choice, ...], value: str) -> None:
        self.device.clear()
        for choice in choices:
            self.device.addItem(choice.title, choice.value)
            at = self.device.count() - 1
            self.device.setItemData(at, choice.unavailable or choice.summary, Qt.ItemDataRole.ToolTipRole)
            self.device.model().item(at).setEnabled(not choice.unavailable)
        self.device.setCurrentIndex(max(0, self.device.findData(value)))

    def _show_gone(self, count: int, size_bytes: int) -> None:
        text = self.tr("Remove data of photos that are gone: {photos}, {size}")
        nothing = self.tr("No data of photos that are gone")
        self.purge.setText(text.format(photos=photos(count), size=size(size_bytes)) if count else nothing)
        self.purge.setAccessibleName(self.purge.text())
        self.purge.setEnabled(count > 0)

    # --- hands --------------------------------------------------------------------------------------------------------

    def _set(self, name: str, value: Any) -> None:
        if not self._is_filling:
            self._client.send(lambda job: protocol.SetSetting(job, name, value), self._on_changed)

    def _on_descriptor(self, name: str) -> None:
        self._set("descriptor", name)

    def _on_number(self, value: int) -> None:
        self._set(self.sender().objectName(), value)

    def _on_device(self, at: int) -> None:
        self._set("device", self.device.itemData(at))

    def _on_mains(self, is_on: bool) -> None:
        self._set("only_on_mains", is_on)

    def _on_purge(self) -> None:
        self.purge.setEnabled(False)
        self._client.send(protocol.Purge, self._on_changed)

    def _on_theme(self, at: int) -> None:
        self.theme_chosen.emit(Theme(self.theme.itemData(at)))

    def _on_show_place(self) -> None:
        if self._session.root is not None:
            self.folder_shown.emit(Path(self._session.root))
