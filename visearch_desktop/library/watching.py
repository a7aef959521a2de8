"""Noticing, while the program runs, that something changed in a folder, or that its drive came or went."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from visearch_desktop.photos.walk import is_photo_name

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers.api import BaseObserver, ObservedWatch

_TELLING = {"created", "deleted", "modified", "moved", "closed"}
"""Kinds of events that change what a folder holds; reading a photo makes others, which must not start a scan."""


@dataclass(slots=True)
class _Watched:
    """One folder.

    Attributes:
        watch: what the system watches; None where it cannot, or while the folder is not there.
        is_there: when last looked.
        next_scan: when it is looked through anyway, for lack of a watch.
        first_change, last_change: of the changes that were not told yet; 0 for none.
    """

    path: Path
    watch: ObservedWatch | None = None
    is_there: bool = False
    next_scan: float = 0.0
    first_change: float = 0.0
    last_change: float = 0.0


class FolderWatcher:
    """Calls back, from a thread of its own, some time after a folder changed.

    Changes that come close together are told as one. The system's own thread only puts numbers into a queue: it holds
    locks of its own while it does, and waiting for ours there could be for ever.
    """

    def __init__(
        self,
        on_changed: Callable[[int], None],
        *,
        quiet_s: float = 2.0,
        longest_s: float = 20.0,
        look_s: float = 10.0,
        poll_s: float = 300.0,
    ) -> None:
        """Begin, with no folders yet.

        Args:
            on_changed: given the number of a folder; must not raise.
            quiet_s: a folder is told of when nothing has changed in it for so long,
            longest_s: or when its first change is so long ago.
            look_s: how often to look whether the folders are there at all.
            poll_s: how often to have a folder looked through that the system cannot watch.
        """
        self._on_changed = on_changed
        self._quiet_s, self._longest_s, self._look_s, self._poll_s = quiet_s, longest_s, look_s, poll_s
        self._folders: dict[int, _Watched] = {}
        self._lock = threading.Lock()
        self._changes: SimpleQueue[int | None] = SimpleQueue()
        self._is_closed = False
        self._observer = _new_observer()
        self._thread = threading.Thread(target=self._run, name="folder watcher", daemon=True)
        self._thread.start()

    def watch(self, folders: Mapping[int, Path]) -> list[str]:
        """Watch these folders and no others.

        Args:
            folders: path by number.
        Returns:
            A sentence for each that the system cannot watch; such are looked through now and then.
        """
        with self._lock:
            for folder_id in [number for number, known in self._folders.items() if folders.get(number) != known.path]:
                self._unwatch(self._folders.pop(folder_id))
            for folder_id in folders.keys() - self._folders.keys():
                self._folders[folder_id] = watched = _Watched(folders[folder_id])
                watched.is_there = watched.path.is_dir()
                self._begin(folder_id, watched)
            unwatched = [known.path for known in self._folders.values() if known.is_there and known.watch is None]
        self._changes.put(None)
        return [
            f"The system cannot watch “{path.name or path}”: changes in it are noticed only every "
            f"{self._poll_s / 60:.0f} minutes."
            for path in unwatched
        ]

    def close(self) -> None:
        """Stop; afterwards nothing is called back any more. A second call does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        self._changes.put(None)
        if threading.current_thread() is not self._thread:
            self._thread.join()
        self._observer.stop()
        self._observer.join()

    def _begin(self, folder_id: int, watched: _Watched) -> None:
        """Have the system watch a folder that is there; look through it now and then if it cannot."""
        if not watched.is_there:
            return
        try:
            handler = _handler(folder_id, self._changes)
            watched.watch = self._observer.schedule(handler, str(watched.path), recursive=True)
        except OSError:
            watched.next_scan = time.monotonic() + self._poll_s

    def _unwatch(self, watched: _Watched) -> None:
        if watched.watch is not None:
            self._observer.unschedule(watched.watch)
            watched.watch = None

    def _run(self) -> None:
        next_look = time.monotonic() + self._look_s
        while not self._is_closed:
            now = time.monotonic()
            with self._lock:
                if now >= next_look:
                    self._look(now)
                    next_look = now + self._look_s
                due = [folder_id for folder_id, watched in self._folders.items() if self._due(watched) <= now]
                for folder_id in due:
                    self._folders[folder_id].first_change = self._folders[folder_id].last_change = 0.0
                    self._folders[folder_id].next_scan = now + self._poll_s
                nearest = min([next_look, *(self._due(watched) for watched in self._folders.values())])
            for folder_id in due:
                if not self._is_closed:
                    self._on_changed(folder_id)
            self._await_change(nearest)

    def _await_change(self, until: float) -> None:
        try:
            changed = self._changes.get(timeout=max(0.0, until - time.monotonic()))
        except Empty:
            return
        with self._lock:
            watched = self._folders.get(changed) if changed is not None else None
            if watched is not None:
                watched.last_change = time.monotonic()
                watched.first_change = watched.first_change or watched.last_change

    def _due(self, watched: _Watched) -> float:
        """When this folder is to be told of next, on the monotonic clock."""
        if watched.last_change:
            return min(watched.last_change + self._quiet_s, watched.first_change + self._longest_s)
        return watched.next_scan if watched.is_there and watched.watch is None else float("inf")

    def _look(self, now: float) -> None:
        """Notice folders that came or went; each is due at once."""
        for folder_id, watched in self._folders.items():
            is_there = watched.path.is_dir()
            if is_there != watched.is_there:
                watched.is_there = is_there
                self._unwatch(watched)
                self._begin(folder_id, watched)
                watched.first_change = watched.last_change = now - max(self._longest_s, self._quiet_s)


def _new_observer() -> BaseObserver:
    from watchdog.observers import Observer

    observer = Observer()
    observer.start()
    return observer


def _handler(folder_id: int, changes: SimpleQueue[int | None]) -> FileSystemEventHandler:
    from watchdog.events import FileSystemEventHandler

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            if event.event_type in _TELLING and _tells(event):
                changes.put(folder_id)

    return Handler()


def _tells(event: FileSystemEvent) -> bool:
    """Whether an event is about a photo, or about a folder that may hold some."""
    if event.is_directory:
        return event.event_type != "modified"
    paths = (os.fsdecode(path) for path in (event.src_path, event.dest_path) if path)
    return any(is_photo_name(PurePath(path)) for path in paths)
