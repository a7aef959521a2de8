"""Takes what is dropped, pasted, typed or chosen, and asks the library accordingly."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.counts import number
from visearch_desktop.gui.window.drops import Dropped, PictureEncoder, name_of, taken
from visearch_desktop.gui.window.places import Page
from visearch_desktop.gui.window.session import Session
from visearch_desktop.library.rows import FolderRow, PhotoView
from visearch_desktop.search.query import QueryPicture
from visearch_desktop.service import protocol

MOST_PICTURES = 8
"""So many at once are searched for: each is one more search."""


class Intake(QObject):
    """Folders become part of the library, pictures become queries.

    Signals:
        said: a sentence and how to undo what it tells (or None), for the toast.
    """

    said = Signal(str, object)

    def __init__(self, client: LibraryClient, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client, self._session = client, session
        self._encoder = PictureEncoder(self)
        self._encoder.encoded.connect(self._on_encoded)
        self._adds_encoded = False

    def take_mime(self, mime: QMimeData, *, adds: bool = False) -> bool:
        """Take a drop, or what was pasted; False where there was nothing of use, which is said.

        With ``adds``, pictures are looked for beside what is looked for already.
        """
        return self.take(taken(mime), adds=adds)

    def add_mime(self, mime: QMimeData) -> None:
        """Look for what was pasted, beside what is looked for."""
        self.take_mime(mime, adds=True)

    def paste(self) -> None:
        """Take what the clipboard holds."""
        self.take_mime(QApplication.clipboard().mimeData())

    def take(self, dropped: Dropped, *, adds: bool = False) -> bool:
        """Add the folders, search for the pictures."""
        for folder in dropped.folders:
            self.add_folder(folder)
        if dropped.pictures:
            self._ask_files(dropped.pictures, adds=adds)
        elif dropped.encoded:
            name = name_of(dropped.address, self.tr("Picture"))
            self._ask(QueryPicture(encoded=dropped.encoded, name=name), adds=adds)
        elif dropped.image is not None:
            self._adds_encoded = adds
            self._encoder.encode(dropped.image, name_of(dropped.address, self.tr("Pasted picture")))
        elif dropped.text and Path(dropped.text).expanduser().exists():
            self.take_path(Path(dropped.text).expanduser(), adds=adds)
        elif not dropped.folders:
            self.said.emit(self._useless(dropped), None)
            return False
        return True

    def add_path(self, path: Path) -> None:
        """A path that was typed: a folder is added, a file searched for beside what is looked for."""
        self.take_path(path, adds=True)

    def take_path(self, path: Path, *, adds: bool = False) -> None:
        """A path that was typed or pasted: a folder is added, a file searched for."""
        if path.is_dir():
            self.add_folder(path)
        elif path.is_file():
            self._ask(QueryPicture(path=path.absolute(), name=path.name), adds=adds)
        else:
            self.said.emit(self.tr("There is no file “{path}”.").format(path=path), None)

    def _useless(self, dropped: Dropped) -> str:
        if dropped.address:
            return self.tr("Only the address came, not the picture. Copy the picture itself and paste it.")
        return self.tr("There is no picture in it.")

    def _ask_files(self, paths: tuple[Path, ...], *, adds: bool) -> None:
        self._ask(*(QueryPicture(path=path, name=path.name) for path in paths[:MOST_PICTURES]), adds=adds)
        if len(paths) > MOST_PICTURES:
            text = self.tr("Searching for the first {some} of {n} pictures.")
            self.said.emit(text.format(some=number(MOST_PICTURES), n=number(len(paths))), None)

    def _on_encoded(self, picture: QueryPicture) -> None:
        self._ask(picture, adds=self._adds_encoded)

    def _ask(self, *pictures: QueryPicture, adds: bool) -> None:
        overview = self._session.overview
        if overview is not None and not overview.folders:
            self.said.emit(self.tr("There are no photos to search yet. Add a folder first."), None)
            return
        (self._session.add if adds else self._session.ask)(*pictures)

    def wait(self) -> None:
        """Until no picture is being encoded."""
        self._encoder.wait()

    # --- folders ------------------------------------------------------------------------------------------------------

    def add_folder(self, path: Path) -> None:
        """Add a folder to the library; its photos come by and by."""
        self._client.send(lambda job: protocol.AddFolder(job, path), self._on_folder_report)

    def remove_folder(self, folder: FolderRow) -> None:
        """Take a folder out of the library; the toast offers to take that back."""
        if self._session.view.folder_id == folder.folder_id and self._session.page == Page.LIBRARY:
            self._session.show_view(PhotoView())
        self._client.send(lambda job: protocol.RemoveFolder(job, folder.folder_id), self._on_folder_report)
        text = self.tr("{name} is no longer searched. Its files stay where they are.").format(name=folder.name)
        self.said.emit(text, _Restore(self, folder.folder_id))

    def restore_folder(self, folder_id: int) -> None:
        """Undo :meth:`remove_folder`."""
        self._client.send(lambda job: protocol.RestoreFolder(job, folder_id), self._on_folder_report)

    def _on_folder_report(self, report: protocol.Report) -> None:
        if isinstance(report, protocol.Failed):
            self.said.emit(" ".join(part for part in (report.sentence, report.hint) if part), None)

    # --- choosing -----------------------------------------------------------------------------------------------------

    def choose_folder(self, parent: QWidget) -> None:
        """Open the system's dialog for a folder; does not wait for it."""
        dialog = self._dialog(parent, self.tr("Add a folder with photos"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._on_folder_chosen)
        dialog.open()

    def choose_picture(self, parent: QWidget) -> None:
        """Open the system's dialog for a picture; does not wait for it."""
        dialog = self._dialog(parent, self.tr("Search for a picture"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_picture_chosen)
        dialog.open()

    def _dialog(self, parent: QWidget, title: str) -> QFileDialog:
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        dialog = QFileDialog(parent, title, start)
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _on_folder_chosen(self, chosen: str) -> None:
        if chosen:
            self.add_folder(Path(chosen))

    def _on_picture_chosen(self, chosen: str) -> None:
        if chosen:
            self.take_path(Path(chosen))


class _Restore:
    """Puts a folder back that was removed."""

    def __init__(self, intake: Intake, folder_id: int) -> None:
        self._intake, self._folder_id = intake, folder_id

    def __call__(self) -> None:
        self._intake.restore_folder(self._folder_id)
