"""What the window keeps between two runs, in a file of the user's data folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings

from visearch_desktop.core.paths import user_data_folder
from visearch_desktop.gui.theme.palette import Theme

if TYPE_CHECKING:
    from visearch_desktop.gui.window.places import Page


class Remembered:
    """Geometry, theme, which panels are open, how large pictures are.

    Never in the system's registry, so that tests and copies stay apart.
    """

    def __init__(self) -> None:
        self._file = QSettings(str(user_data_folder() / "window.ini"), QSettings.Format.IniFormat)

    @property
    def geometry(self) -> QByteArray:
        """Of the window; empty at first."""
        return QByteArray(self._file.value("window/geometry", QByteArray()))

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._file.setValue("window/geometry", value)

    @property
    def theme(self) -> Theme:
        """The person's choice."""
        stored = str(self._file.value("window/theme", Theme.SYSTEM.value))
        return Theme(stored) if stored in set(Theme) else Theme.SYSTEM

    @theme.setter
    def theme(self, value: Theme) -> None:
        self._file.setValue("window/theme", value.value)

    @property
    def shows_details(self) -> bool:
        """Whether the details panel is open while browsing."""
        return str(self._file.value("window/details", "false")) == "true"

    @shows_details.setter
    def shows_details(self, value: bool) -> None:
        self._file.setValue("window/details", "true" if value else "false")

    @property
    def intent(self) -> str:
        """What was looked for last."""
        return str(self._file.value("search/intent", "same"))

    @intent.setter
    def intent(self, value: str) -> None:
        self._file.setValue("search/intent", value)

    def picture_size(self, page: Page) -> int | None:
        """The smallest picture's width in the grid of a page, px; None where it was never changed."""
        stored = str(self._file.value(f"pictures/{page.value}", ""))
        return int(stored) if stored.isdecimal() else None

    def set_picture_size(self, page: Page, width: int) -> None:
        """Keep it."""
        self._file.setValue(f"pictures/{page.value}", str(width))

    def save(self) -> None:
        """Write to the file now."""
        self._file.sync()
