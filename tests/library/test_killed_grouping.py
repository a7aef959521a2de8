"""Looking for groups is killed, held and stopped at any moment: nothing is corrupt, nothing is done twice."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.library.indexed import HEIGHT, WIDTH
from tests.scenes import save, scene
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.core.paths import LibraryPaths
from visearch_desktop.library import grouping
from visearch_desktop.library.control import Control
from visearch_desktop.library.library import Library
from visearch_desktop.library.rows import GroupKind, IndexProgress

SCENES = 8
GROUP_ONE_BY_ONE = """
import sys
from pathlib import Path
from visearch_desktop.library import grouping
from visearch_desktop.library.library import Library
grouping.BATCH = 1
with Library.open(Path(sys.argv[1])) as library:
    library.group(on_progress=lambda progress: print(progress.done, flush=True))
"""


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos and a smaller copy of each; a closed library, not looked through for groups."""
    folder = tmp_path_factory.mktemp("indexed")
    for seed in range(SCENES):
        save(scene(seed, WIDTH, HEIGHT), folder / "photos" / f"{seed}.jpg")
        save(scene(seed, WIDTH, HEIGHT)[::2, ::2], folder / "photos" / f"{seed} small.png")
    with Library.open(folder / "library") as library:
        library.index([folder / "photos"], workers=1)
    return folder / "library"


def groups(library: Library) -> list[set[str]]:
    return [
        {library.paths_of(one)[0].name for one in group.photo_ids}
        for group in library.visual_groups(GroupKind.DUPLICATES)
    ]


def kill_after(library: Path, photos: int) -> None:
    """Run it in a process of its own, and kill that as soon as it says that so many photos are done."""
    command = [sys.executable, "-c", GROUP_ONE_BY_ONE, str(library)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) >= photos:
            process.send_signal(signal.SIGKILL)
            break
    process.communicate()


def test_killed_again_and_again_it_ends_as_if_it_never_was(tmp_path: Path, indexed: Path) -> None:
    shutil.copytree(indexed, tmp_path / "library")
    paths = LibraryPaths.of(tmp_path / "library")
    for photos in (1, 5):
        kill_after(tmp_path / "library", photos)
        with closing(Catalogue.open(paths.catalogue, paths.backups)) as catalogue:
            assert catalogue.check_integrity() == []
    with Library.open(tmp_path / "library") as library:
        assert library.group().looked < 2 * SCENES
        assert groups(library) == [{f"{seed}.jpg", f"{seed} small.png"} for seed in range(SCENES)]


def test_a_run_that_is_held_waits_and_goes_on(tmp_path: Path, indexed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "BATCH", 1)
    shutil.copytree(indexed, tmp_path / "library")
    control, held, counts = Control(), threading.Event(), []

    def hold_once(progress: IndexProgress) -> None:
        counts.append(progress.done)
        if not held.is_set():
            control.pause()
            held.set()

    with Library.open(tmp_path / "library") as library:
        run = threading.Thread(target=lambda: library.group(on_progress=hold_once, control=control))
        run.start()
        assert held.wait(20)
        run.join(0.5)
        assert run.is_alive()
        assert len(counts) == 1
        control.resume()
        run.join(20)
        assert not run.is_alive()
        assert len(groups(library)) == SCENES


def test_new_photos_leave_the_other_groups_as_they_are(tmp_path: Path, indexed: Path) -> None:
    shutil.copytree(indexed, tmp_path / "library")
    with Library.open(tmp_path / "library") as library:
        library.group()
        before = {group.group_id: group.photo_ids for group in library.visual_groups(GroupKind.DUPLICATES)}
        save(scene(3, WIDTH, HEIGHT)[20:, 20:], tmp_path / "more" / "again.jpg")
        library.index([tmp_path / "more"], workers=1)
        assert library.group().looked == 1
        after = {group.group_id: group.photo_ids for group in library.visual_groups(GroupKind.DUPLICATES)}
    assert after.keys() == before.keys()
    (grown,) = (number for number in after if after[number] != before[number])
    assert set(before[grown]) < set(after[grown])
