"""What a worker makes of one file."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.library.indexed import photos
from visearch_desktop.core.errors import PhotoError, Problem
from visearch_desktop.library.looking import WORK, Looker, LookTask, Setup, Wanted, start
from visearch_desktop.library.worker import load
from visearch_desktop.methods.local_features.rootsift import RootSift
from visearch_desktop.photos.decode import Limits, decode
from visearch_desktop.photos.fingerprint import fingerprint

SETUP = Setup(("colour_histogram",), (), "cpu", ("rootsift",), Limits())
ALL = Wanted(True, ("colour_histogram",), features=("rootsift",))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return photos(tmp_path, 1)[0]


@pytest.fixture
def looker() -> Looker:
    threads = cv2.getNumThreads()
    work = start(SETUP)
    cv2.setNumThreads(threads)
    assert isinstance(work.__self__, Looker)  # type: ignore[attr-defined]
    return work.__self__  # type: ignore[attr-defined]


def test_the_pool_finds_it_by_its_name() -> None:
    assert load(WORK) is start


def test_a_worker_uses_one_thread() -> None:
    threads = cv2.getNumThreads()
    cv2.setNumThreads(3)
    start(SETUP)
    assert cv2.getNumThreads() == 1
    cv2.setNumThreads(threads)


def test_all_that_is_wanted_comes_from_one_look(looker: Looker, path: Path) -> None:
    look = looker.look(LookTask(1, path, ALL))
    assert look.content_hash == fingerprint(path)
    assert look.metadata is not None
    assert (look.metadata.width, look.metadata.height) == (400, 300)
    assert max(decode(look.thumbnail, None).pixels.shape) == 384
    ((key, blob),) = look.vectors
    assert key.startswith("colour_histogram@")
    assert np.linalg.norm(np.frombuffer(blob, "<f2")) == pytest.approx(1, abs=0.01)
    ((key, count, packed),) = look.features
    assert key == RootSift().key
    assert len(RootSift().unpack(packed)) == count > 100


def test_nothing_is_made_that_is_not_wanted(looker: Looker, path: Path) -> None:
    look = looker.look(LookTask(1, path, Wanted()))
    assert (look.thumbnail, look.vectors, look.features) == (b"", (), ())


def test_the_same_numbers_come_whatever_else_is_wanted(looker: Looker, path: Path) -> None:
    together = looker.look(LookTask(1, path, ALL))
    assert looker.look(LookTask(1, path, Wanted(features=("rootsift",)))).features == together.features
    assert looker.look(LookTask(1, path, Wanted(descriptors=("colour_histogram",)))).vectors == together.vectors
    assert looker.look(LookTask(1, path, Wanted(thumbnail=True))).thumbnail == together.thumbnail


def test_a_known_content_is_not_decoded(looker: Looker, path: Path) -> None:
    look = looker.look(LookTask(1, path, ALL, complete=frozenset({fingerprint(path)})))
    assert (look.content_hash, look.metadata, look.thumbnail) == (fingerprint(path), None, b"")


def test_a_file_that_is_another_one_by_now_is_not_taken_for_what_it_was(looker: Looker, path: Path) -> None:
    assert looker.look(LookTask(1, path, ALL, content_hash="of another content")).content_hash == fingerprint(path)


def test_what_cannot_be_read_is_a_photo_error(looker: Looker, tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    with pytest.raises(PhotoError) as caught:
        looker.look(LookTask(1, tmp_path / "empty.jpg", ALL))
    assert caught.value.problem is Problem.EMPTY
