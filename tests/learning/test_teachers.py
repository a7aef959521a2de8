"""What teachers say is computed once, goes on after a kill, and is not taken for what was said of other photos."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.learning.made import made_cache, silent

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from visearch_desktop.core.errors import NetworkMissingError  # noqa: E402
from visearch_desktop.learning import teachers  # noqa: E402
from visearch_desktop.learning.photos import PhotoCache  # noqa: E402
from visearch_desktop.learning.teachers import ask_teachers, whole_photos  # noqa: E402
from visearch_desktop.methods.networks.store import NetworkStore  # noqa: E402


class MadeStore(NetworkStore):
    """Has every network."""

    def weights(self, name: str) -> Path:
        return Path(name)


class Killed(BaseException):
    """What a kill is to the process that it meets."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pictures were shown, by call; the teacher answers with colours."""
    shown: list[int] = []

    def describe(pictures: Sequence[NDArray[np.uint8]]) -> list[Any]:
        shown.append(len(pictures))
        cells = [p.reshape(p.shape[0] // 32, 32, -1, 32, 3).mean(axis=(1, 3)).transpose(2, 0, 1) for p in pictures]
        return [(each.astype(np.float32), each.mean(axis=(1, 2)).astype(np.float32) / 255) for each in cells]

    monkeypatch.setattr(teachers, "open_teacher", lambda *_: describe)
    monkeypatch.setattr(teachers, "find_network", lambda name: name)
    monkeypatch.setattr(teachers, "KEPT_EVERY", 4)
    return shown


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> PhotoCache:
    return made_cache(tmp_path_factory.mktemp("photos"))


STORE = MadeStore([Path("nowhere")])


def test_a_kill_costs_only_what_was_not_kept_yet(photos: PhotoCache, asked: list[int], tmp_path: Path) -> None:
    whole = ask_teachers(["a", "b"], photos, tmp_path / "whole", STORE, silent)

    def kill(_name: str, done: int, _total: int) -> None:
        if done == 12:
            raise Killed

    with pytest.raises(Killed):
        ask_teachers(["a", "b"], photos, tmp_path / "parts", STORE, kill)
    asked.clear()
    resumed = ask_teachers(["a", "b"], photos, tmp_path / "parts", STORE, silent)
    assert asked[0] + asked[1] == len(photos) - 8, "eight of the first teacher's photos were kept"
    assert np.array_equal(whole_photos(resumed), whole_photos(whole))
    for one, other in zip(resumed, whole, strict=True):
        assert np.array_equal(one.maps, other.maps)
        assert np.array_equal(one.sizes, other.sizes)


def test_what_is_done_is_not_asked_again(photos: PhotoCache, asked: list[int], tmp_path: Path) -> None:
    ask_teachers(["a"], photos, tmp_path, STORE, silent)
    asked.clear()
    lessons = ask_teachers(["a"], photos, tmp_path, STORE, silent)
    assert not asked
    assert np.linalg.norm(whole_photos(lessons), axis=-1) == pytest.approx(1, abs=1e-5)


def test_other_photos_are_described_anew(photos: PhotoCache, asked: list[int], tmp_path: Path) -> None:
    ask_teachers(["a"], photos, tmp_path / "teachers", STORE, silent)
    asked.clear()
    fewer = made_cache(tmp_path / "fewer", 5)
    assert len(whole_photos(ask_teachers(["a"], fewer, tmp_path / "teachers", STORE, silent))) == 5
    assert sum(asked) == 5 + 5, "for the directions and for the answers"


def test_a_teacher_that_is_not_here_is_said_before_any_work(photos: PhotoCache, tmp_path: Path) -> None:
    with pytest.raises(NetworkMissingError):
        ask_teachers(["resnet18"], photos, tmp_path / "teachers", NetworkStore([tmp_path]), silent)
    assert not (tmp_path / "teachers").exists()
