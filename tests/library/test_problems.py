from __future__ import annotations

from pathlib import Path

import pytest

from tests.library.disk import BAD, index, write
from visearch_desktop.catalogue import files
from visearch_desktop.catalogue import problems as problem_table
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.core.errors import PhotoError, Problem
from visearch_desktop.library.folders import add_folder, remove_folder
from visearch_desktop.library.problems import ignore_problems, problem_rows, retry_problems
from visearch_desktop.library.scanning import scan


@pytest.fixture
def folder_id(catalogue: Catalogue, photos: Path) -> int:
    write(photos / "good.jpg", "good")
    write(photos / "bad.jpg", BAD)
    write(photos / "worse.jpg", BAD)
    found = add_folder(catalogue, catalogue.path.parent, photos).folder_id
    index(catalogue, found)
    return found


def test_a_problem_is_told_in_whole_sentences(catalogue: Catalogue, photos: Path, folder_id: int) -> None:
    row = problem_rows(catalogue)[0]
    assert (row.path, row.name, row.folder) == (photos / "bad.jpg", "bad.jpg", "photos")
    assert row.problem == Problem.NOT_AN_IMAGE
    assert row.sentence == "It is not an image: it is text with the name of a photo."
    assert row.hint
    assert row.since.startswith("20")


def test_every_kind_of_problem_has_its_sentence_with_its_facts(
    catalogue: Catalogue, photos: Path, folder_id: int
) -> None:
    facts: dict[Problem, dict[str, str | int | float]] = {
        Problem.TOO_LARGE: {"megapixels": 412.3, "limit": 250.0},
        Problem.TRUNCATED: {"have_bytes": 1_200_000, "want_bytes": 3_400_000},
        Problem.TIMED_OUT: {"seconds": 30.0},
    }
    expected = {Problem.TOO_LARGE: "412", Problem.TRUNCATED: "1.2 MB of 3.4 MB", Problem.TIMED_OUT: "30 seconds"}
    for problem in Problem:
        files.record_problems(catalogue, [(1, PhotoError(photos / "bad.jpg", problem, facts.get(problem)))])
        row = next(row for row in problem_rows(catalogue) if row.file_id == 1)
        assert row.problem == problem
        assert expected.get(problem, "") in row.sentence


def test_an_ignored_problem_is_listed_apart_until_it_is_taken_back(catalogue: Catalogue, folder_id: int) -> None:
    bad, worse = problem_rows(catalogue)
    ignore_problems(catalogue, [bad.file_id], True)
    assert problem_rows(catalogue) == (worse,)
    assert problem_rows(catalogue, ignored=True) == (bad,)
    assert problem_table.count_problems(catalogue) == 1
    index(catalogue, folder_id)
    assert problem_rows(catalogue) == (worse,), "from now on"
    ignore_problems(catalogue, [bad.file_id], False)
    assert problem_rows(catalogue) == (bad, worse)


def test_an_ignored_file_that_was_mended_becomes_a_photo(catalogue: Catalogue, photos: Path, folder_id: int) -> None:
    ignore_problems(catalogue, [row.file_id for row in problem_rows(catalogue)], True)
    write(photos / "bad.jpg", "good after all", second=1_700_000_100)
    _, recorded = index(catalogue, folder_id)
    assert recorded.added == 1
    assert [row.name for row in problem_rows(catalogue, ignored=True)] == ["worse.jpg"]


def test_files_are_tried_again_when_asked(catalogue: Catalogue, folder_id: int) -> None:
    bad, _ = problem_rows(catalogue)
    retry_problems(catalogue, [bad.file_id])
    assert [file.file_id for file in scan(catalogue, folder_id).unread] == [bad.file_id]


def test_the_problems_of_a_removed_folder_are_not_listed(catalogue: Catalogue, folder_id: int) -> None:
    remove_folder(catalogue, folder_id)
    assert problem_rows(catalogue) == ()
    assert problem_table.count_problems(catalogue) == 0
