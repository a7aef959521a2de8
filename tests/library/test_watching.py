from __future__ import annotations

import errno
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue

import pytest
from watchdog.observers.api import BaseObserver

from tests.library.disk import write
from visearch_desktop.library.watching import FolderWatcher

LONG = 10.0


class Changes:
    """What a watcher told."""

    def __init__(self) -> None:
        self.queue: Queue[int] = Queue()

    def wait(self) -> int:
        return self.queue.get(timeout=LONG)

    def none_within(self, seconds: float) -> bool:
        try:
            self.queue.get(timeout=seconds)
        except Empty:
            return True
        return False


@pytest.fixture
def changes() -> Changes:
    return Changes()


@pytest.fixture
def watcher(changes: Changes) -> Iterator[FolderWatcher]:
    opened = FolderWatcher(changes.queue.put, quiet_s=0.15, longest_s=0.6, look_s=0.2, poll_s=LONG * 10)
    yield opened
    opened.close()
    opened.close()


def test_a_new_photo_is_noticed_in_its_folder(watcher: FolderWatcher, changes: Changes, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "deep").mkdir(parents=True)
    assert watcher.watch({1: tmp_path / "one", 2: tmp_path / "two"}) == []
    write(tmp_path / "two" / "deep" / "a.jpg", "A")
    assert changes.wait() == 2
    assert changes.none_within(0.4), "many events of one change are told once"


@pytest.mark.parametrize("change", ["delete", "rename", "write over", "rename its folder", "move a folder in"])
def test_whatever_happens_to_photos_is_noticed(
    watcher: FolderWatcher, changes: Changes, photos: Path, tmp_path: Path, change: str
) -> None:
    path = write(photos / "sub" / "a.jpg", "A")
    write(tmp_path / "elsewhere" / "b.jpg", "B")
    watcher.watch({7: photos})
    match change:
        case "delete":
            path.unlink()
        case "rename":
            path.rename(photos / "b.jpg")
        case "write over":
            path.write_bytes(b"B")
        case "rename its folder":
            (photos / "sub").rename(photos / "other")
        case _:
            (tmp_path / "elsewhere").rename(photos / "elsewhere")
    assert changes.wait() == 7


def test_reading_photos_and_writing_other_files_is_no_change(
    watcher: FolderWatcher, changes: Changes, photos: Path
) -> None:
    path = write(photos / "a.jpg", "A")
    watcher.watch({1: photos})
    for _ in range(3):
        path.read_bytes()
    write(photos / "notes.txt", "no photo")
    write(photos / "._a.jpg", "not a photo either")
    assert changes.none_within(0.5)


def test_changes_that_never_stop_are_told_all_the_same(watcher: FolderWatcher, changes: Changes, photos: Path) -> None:
    watcher.watch({1: photos})
    end = time.monotonic() + LONG
    number = 0
    while changes.queue.empty() and time.monotonic() < end:
        write(photos / f"{number}.jpg", "A")
        number += 1
        time.sleep(0.02)
    assert changes.wait() == 1


def test_a_drive_that_goes_and_comes_back_is_noticed_and_watched_again(
    watcher: FolderWatcher, changes: Changes, photos: Path
) -> None:
    watcher.watch({1: photos})
    photos.rename(photos.with_name("unplugged"))
    assert changes.wait() == 1
    while not changes.none_within(0.6):
        pass
    photos.with_name("unplugged").rename(photos)
    assert changes.wait() == 1
    while not changes.none_within(0.6):
        pass
    write(photos / "a.jpg", "A")
    assert changes.wait() == 1


def test_a_folder_that_is_no_longer_watched_is_silent(watcher: FolderWatcher, changes: Changes, photos: Path) -> None:
    watcher.watch({1: photos})
    watcher.watch({})
    write(photos / "a.jpg", "A")
    assert changes.none_within(0.5)


def test_where_the_system_has_no_watches_left_the_folder_is_looked_through_now_and_then(
    changes: Changes, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def schedule(*args: object, **kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "inotify watch limit reached")

    monkeypatch.setattr(BaseObserver, "schedule", schedule)
    watcher = FolderWatcher(changes.queue.put, poll_s=0.2)
    try:
        (note,) = watcher.watch({1: photos})
        assert photos.name in note
        assert [changes.wait(), changes.wait()] == [1, 1]
    finally:
        watcher.close()
