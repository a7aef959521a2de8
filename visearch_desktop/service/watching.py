"""Keeps watch over the library's folders while the window is open."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from visearch_desktop.library.watching import FolderWatcher
from visearch_desktop.service.lanes import Send
from visearch_desktop.service.protocol import Note

if TYPE_CHECKING:
    from visearch_desktop.library.library import Library

log = logging.getLogger(__name__)


class Watching:
    """Watches the folders that are in the library; beginning to watch a large tree may take seconds, but not ours."""

    def __init__(self, library: Library, on_changed: Callable[[], None], send: Send) -> None:
        self._library, self._send = library, send
        self._told: set[str] = set()
        self._watcher = FolderWatcher(lambda _folder_id: on_changed())
        self._pool = ThreadPoolExecutor(1, "watching")

    def follow(self) -> None:
        """Watch the folders there are now."""
        self._pool.submit(self._follow)

    def close(self) -> None:
        """Stop; afterwards nothing is called back any more."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._watcher.close()

    def _follow(self) -> None:
        try:
            notes = self._watcher.watch({folder.folder_id: folder.path for folder in self._library.folders()})
        except Exception:
            log.exception("the folders cannot be watched")
            return
        for note in notes:
            if note not in self._told:
                self._told.add(note)
                self._send(Note(0, note))
