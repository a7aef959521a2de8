"""Every action of the window: its place in the menus, its shortcut, its icon; and the method it calls."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup, QIcon, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from visearch_desktop.gui.theme.icons import icon
from visearch_desktop.gui.theme.palette import Theme
from visearch_desktop.search.intents import intents

if TYPE_CHECKING:
    from visearch_desktop.gui.window.commands import Commands


class When(Enum):
    """What an action needs to be of use."""

    ALWAYS = "always"
    PHOTO = "photo"  # a photo is selected
    GROUPED = "grouped"  # the selected photo is in a group
    VISUAL_GROUP = "visual group"  # the page shows visual groups, and a photo is selected
    QUERY = "query"  # something is looked for
    PHOTO_AND_QUERY = "photo and query"
    LIBRARY = "library"  # there is a folder


@dataclass(frozen=True, slots=True)
class ActionText:
    """One line of a menu; ``Commands`` has a method ``do_<name>``.

    Attributes:
        name: of the action; "" is a rule between two groups.
        title: English, translated when the menu is made.
        shortcut: portable text, several with "; ".
        local: the key is handled by the page that has the focus; the menu only shows it.
    """

    name: str = ""
    title: str = ""
    shortcut: str = ""
    icon: str = ""
    when: When = When.ALWAYS
    local: bool = False


_RULE = ActionText()

MENUS: dict[str, tuple[ActionText, ...]] = {
    "File": (
        ActionText("add_folder", "Add folder…", "Ctrl+O", "folder-plus"),
        ActionText("open_picture", "Search for a picture file…", "Ctrl+Shift+O", "search"),
        _RULE,
        ActionText("quit", "Quit", "Ctrl+Q"),
    ),
    "Edit": (
        ActionText("undo", "Undo", "Ctrl+Z", "undo-2"),
        _RULE,
        ActionText("copy", "Copy photo", "Ctrl+C", "copy", When.PHOTO),
        ActionText("copy_path", "Copy path", "Ctrl+Shift+C", "", When.PHOTO),
        ActionText("paste", "Search for the pasted picture", "Ctrl+V", "clipboard-paste"),
        _RULE,
        ActionText("settings", "Settings", "Ctrl+,", "settings"),
    ),
    "View": (
        ActionText("library", "All photos", "Ctrl+L", "images"),
        ActionText("recent", "Recently added", "Ctrl+Shift+L", "history"),
        ActionText("same", "Places and objects", "Ctrl+Shift+1", "map-pin", When.LIBRARY),
        ActionText("duplicates", "Near duplicates", "Ctrl+Shift+2", "copy", When.LIBRARY),
        ActionText("bursts", "Bursts", "Ctrl+Shift+3", "layers", When.LIBRARY),
        ActionText("results", "Results", "Ctrl+Return", "", When.QUERY),
        ActionText("problems", "Problems", "Ctrl+Shift+P", "triangle-alert"),
        _RULE,
        ActionText("back", "Back", "Alt+Left; Back", "chevron-left"),
        ActionText("forward", "Forward", "Alt+Right; Forward", "chevron-right"),
        _RULE,
        ActionText("details", "Details while browsing", "F9", "info"),
        ActionText("full_screen", "Full screen", "F11", "maximize"),
    ),
    "Search": (
        ActionText("field", "Go to the search field", "Ctrl+F", "search"),
        ActionText("region", "Draw a region", "R", "square-dashed", When.PHOTO),
        ActionText("whole_picture", "Search for the whole picture", "Shift+R", "", When.QUERY),
        ActionText("why_not_found", "Why was a photo not found?…", "Ctrl+Shift+F", "scan-search", When.QUERY),
        ActionText("clear", "Clear the search", "Ctrl+Shift+X", "x", When.QUERY),
    ),
    "Photo": (
        ActionText("open", "Open", "Return", "image", When.PHOTO, local=True),
        ActionText("more_like_this", "More like this", "S", "scan-search", When.PHOTO),
        ActionText("also_this", "Search for this, too", "Shift+S", "plus", When.PHOTO_AND_QUERY),
        ActionText("not_this", "Not this", "Shift+N", "ban", When.PHOTO_AND_QUERY),
        ActionText("compare", "Compare", "C", "columns-2", When.PHOTO_AND_QUERY),
        _RULE,
        ActionText("group", "These show the same…", "G", "layers", When.PHOTO),
        ActionText("ungroup", "Take out of its group", "Shift+G", "", When.GROUPED),
        ActionText("whole_group", "Show the whole group", "Shift+Return", "layout-grid", When.VISUAL_GROUP),
        ActionText("name_group", "Name the whole group…", "Ctrl+G", "", When.VISUAL_GROUP),
        _RULE,
        ActionText("show_in_folder", "Show in folder", "Ctrl+E", "folder-open", When.PHOTO),
        ActionText("open_with", "Open with the system's viewer", "Ctrl+Shift+E", "external-link", When.PHOTO),
    ),
    "Tools": (
        ActionText("look_again", "Look for new files", "F5", "refresh-cw", When.LIBRARY),
        ActionText("pause", "Pause indexing", "Ctrl+Shift+Space", "pause", When.LIBRARY),
        ActionText("jobs", "List of jobs", "Ctrl+J", "list"),
    ),
    "Help": (
        ActionText("help", "What happens to my photos", "F1", "shield-check"),
        ActionText("help_part", "Search for a part of a picture", "Shift+F1", "square-dashed"),
        ActionText("help_compare", "Compare a hit with the query", "Ctrl+F1", "columns-2"),
        ActionText("help_groups", "Groups and near duplicates", "Ctrl+Shift+F1", "layers"),
        ActionText("evaluation", "How good is it?", "Ctrl+Shift+H", "list"),
        ActionText("shortcuts", "All shortcuts", "?", "keyboard"),
        ActionText("about", "About Visearch Desktop"),
    ),
}


@dataclass(frozen=True, slots=True)
class Menus:
    """What the menu bar holds: actions by name, and the two groups of which one is checked."""

    actions: dict[str, QAction]
    themes: QActionGroup
    intents: QActionGroup


def build_menus(window: QMainWindow, commands: Commands) -> Menus:
    """Make the menu bar; each action calls ``commands.do_<name>``."""
    made: dict[str, QAction] = {}
    groups: dict[str, QActionGroup] = {}
    for title, entries in MENUS.items():
        menu = window.menuBar().addMenu(_tr(title))
        for entry in entries:
            if not entry.name:
                menu.addSeparator()
                continue
            made[entry.name] = action = _action(window, commands, entry)
            menu.addAction(action)
            window.addAction(action)
        if title == "View":
            groups[title] = _theme_menu(menu, commands)
        elif title == "Search":
            groups[title] = _intent_menu(window, menu, commands)
    return Menus(made, groups["View"], groups["Search"])


def _action(window: QMainWindow, commands: Commands, entry: ActionText) -> QAction:
    action = QAction(icon(entry.icon) if entry.icon else QIcon(), _tr(entry.title), window)
    action.setObjectName(entry.name)
    if entry.local:
        action.setText(f"{_tr(entry.title)}\t{_native(entry.shortcut)}")
    elif entry.shortcut:
        action.setShortcuts([QKeySequence(one) for one in entry.shortcut.split("; ")])
    action.triggered.connect(getattr(commands, f"do_{entry.name}"))
    return action


def _theme_menu(view: QMenu, commands: Commands) -> QActionGroup:
    menu = view.addMenu(icon("contrast"), _tr("Theme"))
    group = QActionGroup(menu)
    titles = {Theme.SYSTEM: "Like the system", Theme.LIGHT: "Light", Theme.DARK: "Dark"}
    for theme, title in titles.items():
        action = QAction(_tr(title), group, checkable=True)
        action.setData(theme)
        menu.addAction(action)
    group.triggered.connect(commands.on_theme_action)
    return group


def _intent_menu(window: QMainWindow, search: QMenu, commands: Commands) -> QActionGroup:
    search.addSeparator()
    menu = search.addMenu(_tr("Looking for"))
    group = QActionGroup(menu)
    for number, text in enumerate(intents(), start=1):
        action = QAction(text.title, group, checkable=True)
        action.setData(text.name)
        action.setToolTip(text.summary)
        action.setShortcut(QKeySequence(f"Ctrl+{number}"))
        menu.addAction(action)
        window.addAction(action)
    group.triggered.connect(commands.on_intent_action)
    return group


def shortcut_lines() -> list[tuple[str, list[tuple[str, str]]]]:
    """All shortcuts by menu, as (title, keys), for the sheet."""
    found = []
    for menu, entries in MENUS.items():
        lines = [(_tr(e.title), _native(e.shortcut.split("; ")[0])) for e in entries if e.shortcut]
        if menu == "Search":
            lines += [(text.title, _native(f"Ctrl+{n}")) for n, text in enumerate(intents(), start=1)]
        found.append((_tr(menu), lines))
    return found


def _native(shortcut: str) -> str:
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Actions", text)
