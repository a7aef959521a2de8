from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from visearch_desktop.core.errors import LibraryInUseError, LibraryNotWritableError
from visearch_desktop.core.sentences import sentence
from visearch_desktop.library.lock import LibraryLock

HOLDER = """
import sys
from pathlib import Path
from visearch_desktop.library.lock import LibraryLock
lock = LibraryLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def holder(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_told_who_holds_the_library(tmp_path: Path) -> None:
    with holder(tmp_path / "lock") as process:
        with pytest.raises(LibraryInUseError) as refused:
            LibraryLock(tmp_path / "lock")
        assert refused.value.pid == process.pid
        assert refused.value.path == tmp_path
        assert str(process.pid) in sentence(refused.value)
        process.communicate("")
    LibraryLock(tmp_path / "lock").release()


def test_one_process_cannot_open_a_library_twice_either(tmp_path: Path) -> None:
    lock = LibraryLock(tmp_path / "lock")
    with pytest.raises(LibraryInUseError) as refused:
        LibraryLock(tmp_path / "lock")
    assert refused.value.pid == os.getpid()
    lock.release()
    lock.release()
    LibraryLock(tmp_path / "lock").release()


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_killed_process_leaves_the_library_free(tmp_path: Path) -> None:
    with holder(tmp_path / "lock") as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    LibraryLock(tmp_path / "lock").release()


def test_a_library_that_cannot_be_written_to_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "library").write_text("a file is in the way")
    with pytest.raises(LibraryNotWritableError):
        LibraryLock(tmp_path / "library" / "lock")
