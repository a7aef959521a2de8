"""What the menu's actions do: one method ``do_<name>`` for each line of ``actions.MENUS``."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from visearch_desktop import __version__
from visearch_desktop.gui.pages.help_page import read_help
from visearch_desktop.gui.theme.palette import Theme
from visearch_desktop.gui.window import parts
from visearch_desktop.gui.window.actions import When
from visearch_desktop.gui.window.photo_commands import PhotoCommands
from visearch_desktop.gui.window.places import Page
from visearch_desktop.library.rows import GroupKind, PhotoView
from visearch_desktop.service import protocol


class Commands(PhotoCommands):
    """Carries out actions on a window's session, client and pages; those on photos are in ``PhotoCommands``."""

    def is_possible(self, when: When) -> bool:
        """Whether actions that need this make sense now."""
        overview = self._session.overview
        has_photo, has_query = self._photo_id() is not None, bool(self._session.query.pictures)
        return {
            When.ALWAYS: True,
            When.PHOTO: has_photo,
            When.GROUPED: has_photo and bool(self._session.groups.of([self._photo_id()])),
            When.VISUAL_GROUP: has_photo
            and self._window.page == Page.LIBRARY
            and self._session.view.groups is not None,
            When.QUERY: has_query,
            When.PHOTO_AND_QUERY: has_photo and has_query,
            When.LIBRARY: overview is not None and bool(overview.folders),
        }[when]

    # --- file and edit ------------------------------------------------------------------------------------------------

    def do_add_folder(self) -> None:
        """Choose a folder to add."""
        self._window.intake.choose_folder(self._window)

    def do_open_picture(self) -> None:
        """Choose a picture file to search for."""
        self._window.intake.choose_picture(self._window)

    def do_quit(self) -> None:
        """Close the window."""
        self._window.window().close()

    def do_undo(self) -> None:
        """Take back what the last message told."""
        self._window.toast.undo()

    def do_paste(self) -> None:
        """Search for what the clipboard holds."""
        self._window.intake.paste()

    def do_settings(self) -> None:
        """Show the settings."""
        self._session.show_page(Page.SETTINGS)

    # --- view ---------------------------------------------------------------------------------------------------------

    def do_library(self) -> None:
        """All photos."""
        self._session.show_view(PhotoView())

    def do_recent(self) -> None:
        """The photos added last."""
        self._session.show_view(PhotoView(recent=True))

    def do_same(self) -> None:
        """Groups of photos of the same place or object."""
        self._session.show_view(PhotoView(groups=GroupKind.SAME))

    def do_duplicates(self) -> None:
        """Groups of copies."""
        self._session.show_view(PhotoView(groups=GroupKind.DUPLICATES))

    def do_bursts(self) -> None:
        """Groups of photos that were taken within moments."""
        self._session.show_view(PhotoView(groups=GroupKind.BURSTS))

    def do_results(self) -> None:
        """Back to the answers."""
        self._session.show_results()

    def do_problems(self) -> None:
        """Show what could not be read."""
        self._session.show_page(Page.PROBLEMS)

    def do_back(self) -> None:
        """To the place before."""
        self._session.back()

    def do_forward(self) -> None:
        """To the place after."""
        self._session.forward()

    def do_details(self) -> None:
        """Open or close the details panel while browsing."""
        self._window.toggle_details()

    def do_full_screen(self) -> None:
        """All of the screen, or a window again."""
        whole = self._window.window()
        if whole.isFullScreen():
            whole.showNormal()
        else:
            whole.showFullScreen()

    def set_theme(self, theme: Theme) -> None:
        """Look like the system, light or dark; remembered."""
        self._window.set_theme(theme)

    def on_theme_action(self, action: QAction) -> None:
        """A line of the theme menu."""
        self.set_theme(Theme(action.data()))

    # --- search -------------------------------------------------------------------------------------------------------

    def do_field(self) -> None:
        """Focus on the search field."""
        self._window.query_bar.field.setFocus()
        self._window.query_bar.field.selectAll()

    def do_region(self) -> None:
        """Open the region tool: on the selected photo, else on the query's picture."""
        if self._session.page == Page.PHOTO:
            self._window.panes.focus_page()
        elif self._session.page == Page.COMPARE or self._session.selected is None:
            picture = self._session.part_for(self._session.compared)
            if picture is not None:
                self._session.open_picture(picture)
        else:
            self._session.open_photo(self._session.selected)

    def do_whole_picture(self) -> None:
        """Take the region away."""
        pictures = self._session.query.pictures
        drawn = [index for index, picture in enumerate(pictures) if picture.region is not None]
        index = parts.index_of(self._session.query, self._session.shown)
        if drawn:
            self._session.set_region(index if index in drawn else drawn[0], None)

    def do_why_not_found(self) -> None:
        """Choose a photo that was not found, and follow it through the search."""
        from visearch_desktop.gui.compare.page import ComparePage

        page = self._window.pages.page(Page.COMPARE)
        assert isinstance(page, ComparePage)
        page.choose_missing()

    def do_clear(self) -> None:
        """Look for nothing."""
        self._session.clear()

    def on_intent_action(self, action: QAction) -> None:
        """A line of the menu "Looking for"."""
        self._session.set_intent(action.data())

    # --- tools and help -----------------------------------------------------------------------------------------------

    def do_look_again(self) -> None:
        """Look for new files."""
        self._client.send(protocol.Index)

    def do_pause(self) -> None:
        """Hold indexing, or let it go on."""
        self._window.jobs.pause(not self._window.jobs.is_paused)

    def do_jobs(self) -> None:
        """Show the list of jobs."""
        self._window.show_jobs()

    def do_help(self) -> None:
        """What happens to the photos."""
        self._window.show_sheet(self.tr("What happens to my photos"), _promises(self))

    def do_help_part(self) -> None:
        """How a part of a picture is looked for."""
        self._window.show_sheet(*read_help("search_for_a_part"))

    def do_help_groups(self) -> None:
        """What groups are, and what may go to the trash."""
        self._window.show_sheet(*read_help("groups"))

    def do_help_compare(self) -> None:
        """What the compare page shows."""
        self._window.show_sheet(*read_help("compare"))

    def do_evaluation(self) -> None:
        """Show how good the methods are."""
        self._session.show_page(Page.EVALUATION)

    def do_shortcuts(self) -> None:
        """All shortcuts."""
        self._window.show_shortcuts()

    def do_about(self) -> None:
        """Which version this is."""
        title = self.tr("Visearch Desktop {version}").format(version=__version__)
        words = self.tr("Find a thing, a place or an idea again in your own photos.")
        icons = self.tr("Icons: Lucide, ISC licence.")
        self._window.show_sheet(title, [("", words), ("", icons)])


def _promises(of: QObject) -> list[tuple[str, str]]:
    return [
        (of.tr("Nothing leaves this computer."), of.tr("No account, no upload. It works without a network.")),
        (
            of.tr("Photos are only read."),
            of.tr("They stay where they are, byte for byte, unless you move duplicates to the trash yourself."),
        ),
        (
            of.tr("One folder to remove."),
            of.tr(
                "Thumbnails and search data are kept together, in the place that Settings names. Removing that "
                "folder removes everything the program knows."
            ),
        ),
    ]
