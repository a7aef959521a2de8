"""Errors survive a process border and become whole sentences."""

from __future__ import annotations

import inspect
import pickle
from pathlib import Path

import pytest

from visearch_desktop.core import errors
from visearch_desktop.core.errors import PhotoError, Problem, VisearchError
from visearch_desktop.core.sentences import BUG, exit_code, hint, problem_hint, problem_sentence, sentence

SAMPLES: dict[str, object] = {
    "message": "That makes no sense.",
    "path": Path("/photos/a.jpg"), "problem": Problem.DAMAGED, "facts": {"detail": "x"}, "reason": "missing",
    "pid": 4121, "known": ("rootsift_vlad", "colour_histogram"), "region": (1.0, 2.0, 3.0, 4.0), "size": (640, 480),
    "least_px": 8, "similarity": 0.5, "count": 3,
}  # fmt: skip


def every_error() -> list[VisearchError]:
    classes = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, VisearchError)]
    return [
        c(*(SAMPLES.get(n, n) for n in list(inspect.signature(c).parameters)))
        for c in classes[:]
        if c is not VisearchError
    ]


@pytest.mark.parametrize("error", every_error(), ids=lambda e: type(e).__name__)
def test_an_error_arrives_whole_on_the_other_side_of_a_process_border(error: VisearchError) -> None:
    arrived = pickle.loads(pickle.dumps(error))
    assert type(arrived) is type(error)
    assert vars(arrived) == vars(error)


@pytest.mark.parametrize("error", every_error(), ids=lambda e: type(e).__name__)
def test_every_error_has_a_sentence_of_its_own(error: VisearchError) -> None:
    said = sentence(error)
    assert said != BUG
    assert said[-1] in ".…?"
    assert "\n" not in said
    assert exit_code(error) in {2, 3}


def test_what_is_not_ours_is_a_bug() -> None:
    assert sentence(KeyError("x")) == BUG
    assert hint(KeyError("x")) == ""
    assert exit_code(KeyError("x")) == 1


@pytest.mark.parametrize("problem", list(Problem))
def test_every_problem_has_a_sentence_and_a_hint(problem: Problem) -> None:
    assert problem_sentence(problem, {}).endswith(".")
    assert problem_hint(problem).endswith(".")


def test_the_catalogue_may_hold_a_problem_that_this_version_does_not_know() -> None:
    assert "haunted" in problem_sentence("haunted", {})
    assert problem_hint("haunted") == ""


def test_a_truncated_file_says_how_much_of_it_is_there() -> None:
    said = sentence(PhotoError(Path("a.jpg"), Problem.TRUNCATED, {"have_bytes": 1_200_000, "want_bytes": 3_400_000}))
    assert "1.2 MB of 3.4 MB" in said


def test_a_wrong_name_is_answered_with_the_nearest_right_one() -> None:
    said = sentence(errors.UnknownNameError("descriptor", "rootsift_vald", ("colour_histogram", "rootsift_vlad")))
    assert "Did you mean “rootsift_vlad”?" in said
