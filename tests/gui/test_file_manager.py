from __future__ import annotations

import stat
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices

from visearch_desktop.gui.grid import file_manager
from visearch_desktop.gui.grid.file_manager import command_for, show_in_file_manager


def test_each_system_selects_the_file_in_its_own_way():
    photo = Path("/photos/At the sea, evening.jpg")
    assert command_for(photo, "win32") == ["explorer.exe", f"/select,{photo}"]
    assert command_for(photo, "darwin") == ["open", "-R", str(photo)]
    linux = command_for(photo, "linux")
    assert linux[0] == "dbus-send"
    assert "array:string:file:///photos/At%20the%20sea%2C%20evening.jpg" in linux, "a comma would end the file's name"


@pytest.mark.parametrize("program", ["exit 1", None])
def test_where_no_file_manager_answers_the_folder_is_opened(tmp_path, monkeypatch, qtbot, program):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    command = tmp_path / "ask"
    if program:
        command.write_text(f"#!/bin/sh\n{program}\n")
        command.chmod(command.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(file_manager, "command_for", lambda _path: [str(command)])
    show_in_file_manager(tmp_path / "photo.jpg")
    qtbot.waitUntil(lambda: opened == [str(tmp_path)])
    qtbot.waitUntil(lambda: not file_manager._RUNNING)
