"""SIGKILL at any moment: nothing is corrupt, nothing that was written is lost, and the end is the same."""

from __future__ import annotations

from pathlib import Path

from tests.library.indexed import photos
from tests.library.killing import contents, index, killed_at_random

COUNT = 30


def test_a_library_killed_again_and_again_ends_like_one_that_never_was(tmp_path: Path) -> None:
    """``tests/benchmarks/kill.py`` does the same with ten moments and real photos."""
    photos(tmp_path / "photos", COUNT)
    whole = index(tmp_path / "photos", tmp_path / "whole")
    assert (whole.was_killed, whole.photos) == (False, COUNT)
    states = list(killed_at_random(tmp_path / "photos", tmp_path / "killed", 5, 0.7 * whole.after_s))
    assert any(state.was_killed for state in states)
    assert all(state.errors == [] for state in states)
    assert [state.photos for state in states] == sorted(state.photos for state in states)
    assert [state.described for state in states] == sorted(state.described for state in states)
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")
