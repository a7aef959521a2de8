from __future__ import annotations

import contextlib
import os
import pickle
import sys
import threading
from pathlib import Path

import pytest

from visearch_desktop.core.errors import FolderError, PhotoError, Problem
from visearch_desktop.photos.walk import FoundFile, is_excluded, walk


def touch(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def names(folder: Path, *excludes: str) -> list[str]:
    return [f.path.relative_to(folder).as_posix() for f in walk(folder, excludes) if isinstance(f, FoundFile)]


def problems(folder: Path) -> dict[str, Problem]:
    return {f.path.relative_to(folder).as_posix(): f.problem for f in walk(folder) if isinstance(f, PhotoError)}


def test_photos_are_found_in_all_folders_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b/2.jpg", "b/10.HEIC", "a.png", "c/d/e/deep.TIF", "z.nef", "notes.txt", "film.mp4", "b/readme"):
        touch(tmp_path / name)
    assert names(tmp_path) == ["a.png", "b/10.HEIC", "b/2.jpg", "c/d/e/deep.TIF", "z.nef"]


def test_a_found_file_says_its_size_and_time_and_crosses_a_process_border(tmp_path: Path) -> None:
    path = touch(tmp_path / "a.jpg", b"12345")
    os.utime(path, ns=(1, 1_700_000_000_123_456_789))
    (found,) = walk(tmp_path)
    assert isinstance(found, FoundFile)
    assert (found.path, found.size_bytes) == (path, 5)
    assert found.mtime_ns == path.stat().st_mtime_ns
    assert pickle.loads(pickle.dumps(found)) == found


def test_hidden_files_and_folders_and_the_systems_own_are_passed_over(tmp_path: Path) -> None:
    for name in (".hidden.jpg", "._a.jpg", ".cache/a.jpg", "@eaDir/a.jpg", "$RECYCLE.BIN/a.jpg", "seen.jpg"):
        touch(tmp_path / name)
    assert names(tmp_path) == ["seen.jpg"]


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("*.png", ["a/trash/1.jpg", "a/x.jpg", "b/trash/2.jpg"]),
        ("trash", ["a/x.jpg", "b/y.png"]),
        ("TRASH/", ["a/x.jpg", "b/y.png"]),
        ("a/trash", ["a/x.jpg", "b/trash/2.jpg", "b/y.png"]),
        ("a/*", ["b/trash/2.jpg", "b/y.png"]),
        ("", ["a/trash/1.jpg", "a/x.jpg", "b/trash/2.jpg", "b/y.png"]),
    ],
)
def test_exclude_patterns_match_names_and_relative_paths(tmp_path: Path, pattern: str, left: list[str]) -> None:
    for name in ("a/x.jpg", "a/trash/1.jpg", "b/trash/2.jpg", "b/y.png"):
        touch(tmp_path / name)
    assert names(tmp_path, pattern) == left
    for name in ("a/x.jpg", "a/trash/1.jpg", "b/trash/2.jpg", "b/y.png"):
        assert is_excluded(Path(name), [pattern]) == (name not in left)


def test_a_folder_named_like_a_photo_is_entered(tmp_path: Path) -> None:
    touch(tmp_path / "folder.jpg" / "inside.jpg")
    assert names(tmp_path) == ["folder.jpg/inside.jpg"]
    assert problems(tmp_path) == {}


@pytest.mark.parametrize(
    "name",
    [
        "line one\nline two.jpg",
        "  two  spaces .jpg",
        "-rf.jpg",
        "🏖️ 👨‍👩‍👧.jpg",
        "cafe\u0301.jpg",
        "a#b?c=d%20e.jpg",
        "a" * 246 + ".jpg",
    ],
)
def test_any_name_will_do(tmp_path: Path, name: str) -> None:
    touch(tmp_path / name)
    assert len(names(tmp_path)) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="names are Unicode on this system")
def test_names_that_are_not_utf8_are_found_and_cross_a_process_border(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jpg")).write_bytes(b"x")
    (found,) = walk(tmp_path)
    assert os.fsencode(pickle.loads(pickle.dumps(found)).path.name) == b"caf\xe9.jpg"


def test_links_that_lead_in_circles_end(tmp_path: Path) -> None:
    touch(tmp_path / "sub" / "a.jpg")
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "sub" / "up").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to("sub")
    assert names(tmp_path) == ["sub/a.jpg"]


def test_a_linked_folder_from_elsewhere_is_entered_once(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    touch(elsewhere / "a.jpg")
    (elsewhere / "back").symlink_to(elsewhere)
    root.mkdir()
    (root / "one").symlink_to(elsewhere)
    (root / "two").symlink_to(elsewhere)
    assert names(root) == ["one/a.jpg"]


def test_a_linked_file_counts_and_a_broken_link_is_a_problem(tmp_path: Path) -> None:
    target = touch(tmp_path / "a.jpg")
    (tmp_path / "b.jpg").symlink_to(target)
    (tmp_path / "dangling.jpg").symlink_to("nowhere.jpg")
    (tmp_path / "x.jpg").symlink_to("y.jpg")
    (tmp_path / "y.jpg").symlink_to("x.jpg")
    (tmp_path / "dangling.txt").symlink_to("nowhere.txt")
    assert names(tmp_path) == ["a.jpg", "b.jpg"]
    assert problems(tmp_path) == dict.fromkeys(("dangling.jpg", "x.jpg", "y.jpg"), Problem.BROKEN_LINK)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders on this system")
def test_a_pipe_is_a_problem_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    found: dict[str, Problem] = {}
    thread = threading.Thread(target=lambda: found.update(problems(tmp_path)), daemon=True)
    thread.start()
    thread.join(timeout=20)
    assert found == {"pipe.jpg": Problem.NOT_A_FILE}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_folder_that_may_not_be_read_is_a_problem_and_the_rest_goes_on(tmp_path: Path) -> None:
    touch(tmp_path / "locked" / "a.jpg")
    touch(tmp_path / "open.jpg")
    (tmp_path / "locked").chmod(0)
    try:
        assert problems(tmp_path) == {"locked": Problem.NO_PERMISSION}
        assert names(tmp_path) == ["open.jpg"]
    finally:
        (tmp_path / "locked").chmod(0o700)


def test_a_folder_that_goes_away_during_the_walk_is_a_problem(tmp_path: Path) -> None:
    touch(tmp_path / "a.jpg")
    touch(tmp_path / "b" / "b.jpg")
    walking = walk(tmp_path)
    assert isinstance(next(walking), FoundFile)
    (tmp_path / "b" / "b.jpg").unlink()
    (tmp_path / "b").rmdir()
    assert [f.problem for f in walking if isinstance(f, PhotoError)] in ([Problem.VANISHED], [])


def test_a_tree_deeper_than_the_call_stack_is_walked(tmp_path: Path) -> None:
    with contextlib.chdir(tmp_path):
        for _ in range(300):
            Path("d").mkdir()
            os.chdir("d")
        Path("a.jpg").write_bytes(b"x")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(250)
    try:
        assert len(names(tmp_path)) == 1
    finally:
        sys.setrecursionlimit(limit)


@pytest.mark.parametrize(("name", "reason"), [("missing", "missing"), ("file.jpg", "not_a_folder")])
def test_a_root_that_cannot_be_walked_is_said_so(tmp_path: Path, name: str, reason: str) -> None:
    touch(tmp_path / "file.jpg")
    with pytest.raises(FolderError) as caught:
        list(walk(tmp_path / name))
    assert caught.value.reason == reason
