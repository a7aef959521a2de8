"""An evaluation over a real library: figures, costs, rows that are kept, methods that cannot run."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.evaluation.small import HEIGHT, WIDTH, small_dataset
from tests.scenes import photo_folder, save, scene
from visearch_desktop.core import sentences
from visearch_desktop.core.errors import NoQueriesError, UnknownNameError
from visearch_desktop.evaluation.dataset import DataSet, QueryCase
from visearch_desktop.evaluation.finished import Finished
from visearch_desktop.evaluation.own_groups import own_groups
from visearch_desktop.evaluation.rows import EvaluationProgress, Row
from visearch_desktop.evaluation.run import evaluate, evaluation_library
from visearch_desktop.library.control import Control
from visearch_desktop.library.library import Library
from visearch_desktop.search.query import Query, QueryPicture

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass
class Measured:
    """A data set, its library, and three rows."""

    dataset: DataSet
    library: Library
    rows: list[Row]
    steps: list[EvaluationProgress]

    def again(self, *names: str, **options: Any) -> list[Row]:
        given: list[Row] = []
        rows = evaluate(self.dataset, self.library, names, ["none"], ["exact"], on_row=given.append, **options)
        assert rows == given
        return rows


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measured]:
    dataset = small_dataset(tmp_path_factory.mktemp("set"))
    steps: list[EvaluationProgress] = []
    with Library.open(tmp_path_factory.mktemp("library")) as library:
        rows = evaluate(
            dataset, library, ["colour_histogram", "rootsift_vlad"], ["none", "verify"], ["exact"],
            on_row=lambda row: None, on_progress=steps.append,
        )  # fmt: skip
        yield Measured(dataset, library, rows, steps)


def test_every_row_has_scores_and_costs(measured: Measured) -> None:
    names = ["colour_histogram", "colour_histogram", "rootsift_vlad", "rootsift_vlad"]
    assert [row.asked.descriptor for row in measured.rows] == names
    for row in measured.rows:
        found = row.figures
        assert found is not None, row.unavailable
        assert row.key.startswith(f"{row.asked.descriptor}@")
        assert 0 < found.headline <= 1
        assert set(found.mean_ap_by_group) == {"even", "odd"}
        assert found.ns_score is None
        assert found.recall_of_exact is None
        assert all(cost is not None and cost > 0 for cost in (found.ms_per_photo, found.ms_per_query))
    colour, verified, _, details = (row.figures for row in measured.rows)
    assert colour is not None
    assert colour.bytes_per_photo == 576
    assert verified is not None
    assert verified.bytes_per_photo > 576, "verification needs the local features as well"
    assert details is not None
    assert details.recall_at_1 == 1.0


def test_progress_names_the_row_and_comes_to_its_end(measured: Measured) -> None:
    assert {(step.number, step.total) for step in measured.steps} == {(1, 4), (2, 4), (3, 4), (4, 4)}
    assert [(step.step.done, step.step.total) for step in measured.steps][-1] == (5, 5)


@pytest.mark.shared_data
def test_figures_are_those_of_the_shared_scorer_on_a_batch(
    measured: Measured, shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scorer = shared.parent / "tools" / "score.py"
    if not scorer.exists():
        pytest.skip("needs ../shared/tools/score.py")
    score = importlib.util.module_from_spec(spec := importlib.util.spec_from_file_location("score", scorer))
    spec.loader.exec_module(score)
    from visearch_desktop.cli.asked import Asked as Question
    from visearch_desktop.cli.batch import Searching

    truth = score.load(measured.dataset.root / "groundtruth.json")
    for row in measured.rows:
        searching = Searching(
            measured.library, row.asked.descriptor, None, "same", 0, row.asked.refine == "verify"
        )  # fmt: skip
        questions = [
            Question(query.image, () if query.region is None else (query.region,)) for query in measured.dataset.queries
        ]
        answers = [searching.answer(question).document() for question in questions]
        wanted = score.rank_table(truth, measured.dataset.root, answers, False)
        got = row.document()
        for name in ("mAP", "mAP_macro", "mP@10", "recall@1", "recall@10", "ndcg"):
            assert got[name] == pytest.approx(wanted[name], abs=0.001), (row.asked, name)


def test_what_was_measured_is_not_measured_again(measured: Measured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Library, "search", lambda *_, **__: pytest.fail("searched"))
    monkeypatch.setattr(Library, "index", lambda *_, **__: pytest.fail("indexed"))
    (row,) = measured.again("colour_histogram")
    assert row == Row.from_document(measured.rows[0].document())
    assert row in Finished(measured.library.root).rows(measured.dataset.fingerprint)


def test_again_measures_anew(measured: Measured, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []
    search = Library.search

    def spy(self: Library, query: Query, **options: Any) -> Any:
        searched.append(options["descriptor"])
        return search(self, query, **options)

    monkeypatch.setattr(Library, "search", spy)
    (row,) = measured.again("colour_histogram", again=True)
    assert searched
    assert row.figures is not None
    assert measured.rows[0].figures is not None
    assert row.figures.mean_ap == measured.rows[0].figures.mean_ap


def test_an_approximate_index_is_held_against_the_exact_one(measured: Measured) -> None:
    rows = evaluate(
        measured.dataset, measured.library, ["rootsift_vlad", "perceptual_hash"], ["none"], ["hnsw"],
        on_row=lambda row: None,
    )  # fmt: skip
    found, refused = rows
    assert found.figures is not None, found.unavailable
    assert found.figures.recall_of_exact == 1.0, "a handful of photos is found whatever the index"
    exact = measured.rows[2].figures
    assert exact is not None
    assert found.figures.mean_ap == pytest.approx(exact.mean_ap)
    assert found.figures.bytes_per_photo > exact.bytes_per_photo
    assert "vectors" in refused.unavailable


def test_a_method_that_cannot_run_costs_its_row(measured: Measured, monkeypatch: pytest.MonkeyPatch) -> None:
    absent, there = measured.again("densenet169_imagenet", "colour_histogram")
    assert "not on this computer" in absent.unavailable
    assert there.figures is not None
    monkeypatch.setattr(Library, "costs", lambda *_, **__: 1 / 0)
    (row,) = measured.again("edge_histogram")
    assert row.unavailable == sentences.BUG
    monkeypatch.undo()
    (row,) = measured.again("edge_histogram")
    assert row.figures is not None, "a row without figures was not kept"


def test_after_a_cancel_finished_rows_stay_and_the_next_run_goes_on(measured: Measured) -> None:
    control = Control()

    def stop(_: Row) -> None:
        control.cancel()

    names = ["gist", "colour_histogram"]
    rows = evaluate(measured.dataset, measured.library, names, ["none"], ["exact"], on_row=stop, control=control)
    assert [row.asked.descriptor for row in rows] == ["gist"]
    assert [row.asked.descriptor for row in measured.again(*names)] == names
    control = Control()
    control.cancel()
    assert measured.again("gist", control=control) == []


@pytest.mark.parametrize("stage", ["scan", "learn", "evaluate"])
def test_a_cancel_in_the_middle_of_a_row_costs_that_row_only(measured: Measured, stage: str) -> None:
    control = Control()

    def stop(progress: EvaluationProgress) -> None:
        if progress.number == 2 and progress.step.stage == stage:
            control.cancel()

    name = {"scan": "colour_lab_chi2", "learn": "vlad", "evaluate": "colour_rgb_chi2"}[stage]
    rows = measured.again("colour_histogram", name, on_progress=stop, control=control)
    assert [row.asked.descriptor for row in rows] == ["colour_histogram"]
    kept = [row.asked.descriptor for row in Finished(measured.library.root).rows(measured.dataset.fingerprint)]
    assert name not in kept


def test_a_wrong_name_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    dataset = small_dataset(tmp_path / "set")
    with Library.open(tmp_path / "library") as library:
        for names, refines, indexes in ([["gistt"], ["none"], ["exact"]], [["gist"], ["x"], ["exact"]]):
            with pytest.raises(UnknownNameError):
                evaluate(dataset, library, names, refines, indexes, on_row=lambda row: None)
        assert library.folders() == ()


def test_a_query_that_cannot_be_read_finds_nothing_and_the_others_count(measured: Measured, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no photo")
    sound = measured.dataset.queries[0]
    cases = (QueryCase(image=broken, positives=sound.positives), QueryCase(sound.image, positives=sound.positives))
    dataset = DataSet("two", measured.dataset.root, measured.dataset.photos, cases)
    (row,) = evaluate(dataset, measured.library, ["rootsift_vlad"], ["none"], ["exact"], on_row=lambda row: None)
    assert row.figures is not None
    assert row.figures.recall_at_1 == 0.5


def test_only_photos_of_the_data_set_are_ranked(measured: Measured, tmp_path: Path) -> None:
    for copy in range(3):  # more alike to the queries than their answers are
        for place in range(4):
            save(scene(place, WIDTH, HEIGHT), tmp_path / "others" / f"{copy}-{place}.jpg", quality=80 - copy)
    with Library.open(tmp_path / "library") as library:
        library.add_folder(tmp_path / "others")
        (row,) = evaluate(
            measured.dataset, library, ["colour_histogram"], ["none"], ["exact"], on_row=lambda row: None
        )  # fmt: skip
        assert len(library.folders()) == 2
    alone = measured.rows[0].figures
    assert row.figures is not None
    assert alone is not None
    assert row.figures.mean_ap == alone.mean_ap


@pytest.mark.skipif(sys.platform == "win32", reason="links")
def test_of_a_set_made_of_links_nothing_else_is_indexed(measured: Measured, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    for photo in measured.dataset.photos[::2]:
        (tmp_path / "images" / photo.name).symlink_to(photo)
    linked = tuple(sorted((tmp_path / "images").iterdir()))
    cases = (QueryCase(linked[0], positives=frozenset(linked[1:])),)
    with Library.open(tmp_path / "library") as library:
        (row,) = evaluate(
            DataSet("links", tmp_path, linked, cases), library, ["colour_histogram"], ["none"], ["exact"],
            on_row=lambda row: None,
        )  # fmt: skip
        assert library.overview().photos == len(linked)
    assert row.figures is not None
    assert row.figures.mean_ap == 1.0


def test_a_set_has_a_library_of_its_own(tmp_path: Path, data_folder: Path) -> None:
    dataset = small_dataset(tmp_path)
    folder = evaluation_library(dataset)
    assert folder.parent == data_folder / "evaluation"
    assert folder.name == f"small-{dataset.fingerprint}"


def test_groups_of_a_person_are_queries_in_their_own_library(tmp_path: Path) -> None:
    photos = photo_folder(tmp_path / "photos", 4, width=WIDTH, height=HEIGHT)
    views = [save(scene(n, WIDTH, HEIGHT), tmp_path / "photos" / f"again{n}.jpg", quality=60) for n in range(2)]
    groups = {"door": [photos[0], views[0]], "tree": [photos[1], views[1]], "alone": [photos[2]]}
    dataset = own_groups(groups, [*photos, *views], "own groups")
    assert {query.label for query in dataset.queries} == {"door", "tree"}
    assert len(dataset.queries) == 4
    assert len(dataset.photos) == 6
    with Library.open(tmp_path / "library") as library:
        library.add_folder(tmp_path / "photos")
        (row,) = evaluate(dataset, library, ["colour_histogram"], ["none"], ["exact"], on_row=lambda row: None)
        assert [folder.path for folder in library.folders()] == [tmp_path / "photos"]
    assert row.figures is not None
    assert row.figures.headline == 1.0
    assert own_groups(groups, photos, "own groups").fingerprint == own_groups(groups, photos[::-1], "x").fingerprint


def test_what_is_only_measured_does_not_answer_for_a_default_that_has_still_to_describe(tmp_path: Path) -> None:
    photo_folder(tmp_path / "photos", 6, width=WIDTH, height=HEIGHT)
    photos = sorted((tmp_path / "photos").iterdir())
    with Library.open(tmp_path / "library") as library:
        library.index([tmp_path / "photos"], descriptor="rootsift_vlad")
        dataset = own_groups({"one": photos[:2]}, photos, "own groups")
        (row,) = evaluate(dataset, library, ["perceptual_hash"], ["none"], ["exact"], on_row=lambda row: None)
        assert row.figures is not None
        library.set_setting("descriptor", "edge_histogram")
        (*_, answer) = library.search(Query((QueryPicture(path=photos[0]),)), verify=False)
        assert answer.descriptor.startswith("rootsift_vlad")


def test_groups_of_single_photos_ask_nothing(tmp_path: Path) -> None:
    for groups in ({}, {"alone": [tmp_path / "a.jpg"]}, {"twice": [tmp_path / "a.jpg", tmp_path / "a.jpg"]}):
        with pytest.raises(NoQueriesError):
            own_groups(groups, [tmp_path / "a.jpg"], "own groups")


TOY = '''
"""How bright a photo is, in four by four fields."""
import numpy as np
from visearch_desktop.core.registry import register
from visearch_desktop.core.vectors import normalise
from visearch_desktop.methods.descriptors.descriptor import Descriptor


@register(name="toy", kind="descriptor", source="nobody, 2026", title="A toy", summary="Finds what is as bright.")
class Toy(Descriptor):
    name = "toy"
    working_px = 64
    parameters = {"fields": 4}

    def describe(self, item):
        height, width = item.shape[:2]
        fields = [item[r * height // 4 : (r + 1) * height // 4 or 1].mean() for r in range(4)]
        return normalise(np.asarray(fields) - np.mean(fields))
'''

USE_IT = """
import sys
from visearch_desktop.cli.main import run
from visearch_desktop.library.library import Library
from visearch_desktop.service.choices import settings_ready
from pathlib import Path
if __name__ == "__main__":
    assert run(["evaluate", sys.argv[1], "--library", sys.argv[2], "--descriptor", "toy", "--json"]) == 0
    with Library.open(Path(sys.argv[2])) as library:
        print([choice.title for choice in settings_ready(1, library).choices["descriptor"] if choice.value == "toy"])
"""


def test_a_new_descriptor_is_one_file(tmp_path: Path) -> None:
    """A copy of the program with that file in it: the command line, the evaluation and the settings know it."""
    import shutil

    unwanted = shutil.ignore_patterns("__pycache__", "gui")
    shutil.copytree(
        CHECKOUT / "visearch_desktop", tmp_path / "visearch_desktop", ignore=unwanted, copy_function=os.link
    )
    (tmp_path / "resources").symlink_to(CHECKOUT / "resources")
    (tmp_path / "visearch_desktop" / "methods" / "descriptors" / "toy.py").write_text(TOY)
    (tmp_path / "use.py").write_text(USE_IT)
    small_dataset(tmp_path / "set")
    words = [sys.executable, "use.py", tmp_path / "set", tmp_path / "library"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    document, choices = done.stdout.strip().splitlines()
    (row,) = json.loads(document)["rows"]
    assert row["descriptor"] == "toy"
    assert 0 < row["mAP"] <= 1
    assert choices == "['A toy']"
