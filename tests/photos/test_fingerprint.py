from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from visearch_desktop.core.errors import PhotoError, Problem
from visearch_desktop.photos.fingerprint import fingerprint


def test_it_is_the_hash_of_the_whole_content_and_of_nothing_else(tmp_path: Path) -> None:
    content = os.urandom((1 << 20) + 12345)
    first, second, third = tmp_path / "a.jpg", tmp_path / "b.png", tmp_path / "c.jpg"
    first.write_bytes(content)
    second.write_bytes(content)
    third.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert fingerprint(first) == fingerprint(second) == hashlib.blake2b(content, digest_size=16).hexdigest()
    assert fingerprint(third) != fingerprint(first)


def test_an_empty_file_has_one_too(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    assert len(fingerprint(tmp_path / "empty.jpg")) == 32


def test_what_cannot_be_read_is_a_typed_error(tmp_path: Path) -> None:
    (tmp_path / "link.jpg").symlink_to("nowhere.jpg")
    for name, problem in (("gone.jpg", Problem.VANISHED), ("link.jpg", Problem.BROKEN_LINK), (".", Problem.NOT_A_FILE)):
        with pytest.raises(PhotoError) as caught:
            fingerprint(tmp_path / name)
        assert caught.value.problem is problem


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders on this system")
def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(PhotoError) as caught:
        fingerprint(tmp_path / "pipe.jpg")
    assert caught.value.problem is Problem.NOT_A_FILE
