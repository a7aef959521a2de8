"""Showing a file in the system's file manager, with the file selected where the system can."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices


def command_for(path: Path, platform: str = sys.platform) -> list[str]:
    """The command that shows a file in its folder, for a value of ``sys.platform``."""
    if platform == "win32":
        return ["explorer.exe", f"/select,{path}"]
    if platform == "darwin":
        return ["open", "-R", str(path)]
    url = bytes(QUrl.fromLocalFile(str(path)).toEncoded().data()).decode().replace(",", "%2C")
    place, interface = "/org/freedesktop/FileManager1", "org.freedesktop.FileManager1"
    message = ["--type=method_call", "--print-reply", place, f"{interface}.ShowItems", f"array:string:{url}", "string:"]
    return ["dbus-send", "--session", f"--dest={interface}", *message]


def show_in_file_manager(path: Path) -> None:
    """Show a file in its folder; where no file manager answers, open the folder. Does not wait."""
    process = QProcess()

    def open_folder() -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

    def on_finished(code: int, _status: QProcess.ExitStatus) -> None:
        _RUNNING.discard(process)
        if code and sys.platform != "win32":  # explorer says 1 where all went well
            open_folder()

    def on_error(error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            _RUNNING.discard(process)
            open_folder()

    process.finished.connect(on_finished)
    process.errorOccurred.connect(on_error)
    _RUNNING.add(process)
    program, *arguments = command_for(path)
    process.start(program, arguments)


_RUNNING: set[QProcess] = set()
