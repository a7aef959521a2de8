"""Groups are made, methods are measured on them and on a data set, and the plot is drawn, over a real library."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenes import save, scene, similarity_transform, warped
from tests.service.scripted import Heard
from visearch_desktop.library.library import Library
from visearch_desktop.service import evaluations
from visearch_desktop.service import protocol as p
from visearch_desktop.service.process import Service
from visearch_desktop.service.protocol import Source, SourceKind

SIZE = (320, 240)
OWN = Source(SourceKind.GROUPS)
COLOURS = p.PlotColours("#fbfbfc", "#1a1c1e", "#dcdfe2", "#0b65a3")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two scenes, each seen three times, and two more; with a ground truth beside them."""
    folder = tmp_path_factory.mktemp("set")
    queries = []
    for number in range(2):
        names = [f"s{number}_{view}.png" for view in range(3)]
        for view, name in enumerate(names):
            seen = warped(scene(number, *SIZE), similarity_transform(0.9, 4.0 * view, 8 * view, 4), *SIZE)
            save(seen, folder / name)
        queries += [{"image": one, "positive": [other for other in names if other != one]} for one in names]
    for number in (7, 8):
        save(scene(number, *SIZE), folder / f"other{number}.png")
    (folder / "groundtruth.json").write_text(json.dumps({"queries": queries}))
    return folder


@pytest.fixture(scope="module")
def indexed(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that knows them; copied by those who use it."""
    root = tmp_path_factory.mktemp("indexed") / "library"
    with Library.open(root, network_folders=[root / "networks"]) as library:
        library.index([pictures], workers=1)
    return root


@pytest.fixture
def service(tmp_path: Path, indexed: Path, heard: Heard) -> Iterator[Service]:
    """With the pictures in its library."""
    shutil.copytree(indexed, tmp_path / "library")
    service = Service(Library.open(tmp_path / "library"), heard.send)
    yield service
    service.close()


def ask(service: Service, heard: Heard, request: p.Request) -> list[p.Report]:
    service.take(request)
    heard.wait_finished(request.job)
    return heard.of(request.job)


def ids(service: Service, heard: Heard, job: int) -> dict[str, int]:
    page = ask(service, heard, p.GetPage(job, evaluations.PhotoView(), 0, 100))[0]
    return {row.name: row.photo_id for row in page.rows}


def label(service: Service, heard: Heard) -> dict[str, int]:
    """Label the two scenes."""
    known = ids(service, heard, 10)
    for job, number in ((11, 0), (12, 1)):
        chosen = tuple(photo_id for name, photo_id in known.items() if name.startswith(f"s{number}_"))
        ask(service, heard, p.LabelPhotos(job, chosen, f"Scene {number}"))
    return known


def rows_of(reports: list[p.Report]) -> dict[str, p.EvaluationRow]:
    return {report.row.asked.descriptor: report for report in reports if isinstance(report, p.EvaluationRow)}


# --- groups -----------------------------------------------------------------------------------------------------------


def test_photos_are_labelled_unlabelled_and_each_can_be_undone(service: Service, heard: Heard) -> None:
    known = label(service, heard)
    groups = ask(service, heard, p.GetLabels(20))[0].labels
    assert {name: len(photos) for name, photos in groups.items()} == {"Scene 0": 3, "Scene 1": 3}
    one = known["s0_0.png"]
    taken = ask(service, heard, p.LabelPhotos(21, (one, known["other7.png"]), ""))[0]
    assert taken.before == {one: "Scene 0", known["other7.png"]: ""}
    assert len(taken.labels["Scene 0"]) == 2
    assert ask(service, heard, p.RestoreLabels(22, taken.before))[0].labels == groups


def test_a_name_that_is_too_long_is_refused_in_a_sentence(service: Service, heard: Heard) -> None:
    failed = ask(service, heard, p.LabelPhotos(2, (1,), "x" * 500))[0]
    assert isinstance(failed, p.Failed)
    assert "100 letters" in failed.sentence


# --- measuring --------------------------------------------------------------------------------------------------------


def test_methods_are_measured_on_own_groups_and_known_the_next_time(service: Service, heard: Heard) -> None:
    used = ask(service, heard, p.GetOverview(1))[0].overview.descriptor
    empty = ask(service, heard, p.GetEvaluation(2, OWN))[0]
    assert (empty.name, empty.rows) == ("", ())
    label(service, heard)
    before = ask(service, heard, p.GetEvaluation(3, OWN))[0]
    assert (before.photos, before.queries, before.groups, before.rows) == (8, 6, 2, ())
    reports = ask(service, heard, p.RunEvaluation(4, OWN, ("colour_histogram", "rootsift_vlad")))
    rows = rows_of(reports)
    assert list(rows) == ["colour_histogram", "rootsift_vlad"]
    assert rows["rootsift_vlad"].row.figures.mean_ap > 0.95, "the same scene is found"
    assert rows["colour_histogram"].row.figures.bytes_per_photo > 0
    assert any(isinstance(report, p.Measuring) for report in reports)
    assert {r.progress.stage for r in reports if isinstance(r, p.Progress)} == {evaluations.STAGE}
    after = ask(service, heard, p.GetEvaluation(5, OWN))[0]
    assert {row.asked.descriptor for row in after.rows} == set(rows)
    overview = ask(service, heard, p.GetOverview(6))[0].overview
    assert overview.descriptor == used, "measuring a method does not take it into use"


def test_a_data_set_is_measured_on_in_a_library_of_its_own(
    service: Service, heard: Heard, pictures: Path, data_folder: Path
) -> None:
    source = Source(SourceKind.FOLDER, path=pictures)
    known = ask(service, heard, p.GetEvaluation(2, source))[0]
    assert (known.photos, known.queries, known.rows) == (8, 6, ())
    rows = rows_of(ask(service, heard, p.RunEvaluation(3, source, ("colour_histogram",))))
    assert 0 < rows["colour_histogram"].row.figures.mean_ap <= 1
    assert list((data_folder / "evaluation").iterdir())
    again = ask(service, heard, p.GetEvaluation(4, source))[0]
    assert [row.asked.descriptor for row in again.rows] == ["colour_histogram"]


def test_what_cannot_be_measured_on_is_said_before_any_work(
    service: Service, heard: Heard, tmp_path: Path, pictures: Path
) -> None:
    (tmp_path / "empty").mkdir()
    lost = tmp_path / "lost"
    lost.mkdir()
    (lost / "groundtruth.json").write_text((pictures / "groundtruth.json").read_text())
    wrong = [
        p.GetEvaluation(2, Source(SourceKind.FOLDER, path=tmp_path / "empty")),
        p.GetEvaluation(3, Source(SourceKind.FOLDER, path=lost)),
        p.GetEvaluation(4, Source(SourceKind.FOLDER)),
        p.RunEvaluation(5, Source(SourceKind.FOLDER, path=lost), ("colour_histogram",)),
        p.RunEvaluation(6, Source(SourceKind.SHIPPED), ("colour_histogram",)),
        p.RunEvaluation(7, Source(SourceKind.FOLDER, path=pictures), ()),
        p.RunEvaluation(8, Source(SourceKind.FOLDER, path=pictures), ("colour_histogrm",)),
    ]
    for request in wrong:
        reports = ask(service, heard, request)
        assert [type(report) for report in reports] == [p.Failed, p.Finished], request
        assert reports[0].kind not in {"TypeError", "AttributeError", "KeyError"}
    assert "colour_histogram" in heard.of(8)[0].hint + heard.of(8)[0].sentence
    assert "photos of the data set are missing" in heard.of(3)[0].sentence


def test_measuring_is_cancelled_and_searching_goes_on_meanwhile(service: Service, heard: Heard) -> None:
    label(service, heard)
    service.take(p.RunEvaluation(2, OWN, ("rootsift_vlad", "vlad", "bow", "fisher")))
    heard.wait(lambda report: isinstance(report, p.Measuring))
    photo = p.QueryPicture(photo_id=1)
    found = ask(service, heard, p.Search(3, p.Query((photo,))))
    assert any(isinstance(report, p.RankingReady) for report in found)
    service.take(p.Cancel(4, 2))
    assert heard.wait_finished(2).cancelled


# --- the table that comes with the program, and the plot --------------------------------------------------------------


def test_the_programs_own_table_offers_every_method_and_says_what_cannot_run(service: Service, heard: Heard) -> None:
    ready = ask(service, heard, p.GetEvaluation(2, Source(SourceKind.SHIPPED)))[0]
    methods = {method.value: method for method in ready.methods}
    assert {"rootsift_vlad", "colour_histogram", "bow"} <= set(methods)
    assert methods["resnet50"].unavailable
    assert "visual_words" not in methods, "a step of others is no method"
    assert (ready.name in ready.sets) == bool(ready.sets)


def test_the_plot_is_a_png_of_the_size_asked_for(service: Service, heard: Heard) -> None:
    from visearch_desktop.evaluation.rows import Asked, Figures, Row

    rows = tuple(
        Row(Asked(name), Figures(quality, None, ms_per_photo=9.0, bytes_per_photo=size))
        for name, quality, size in (("gist", 0.3, 640), ("vlad", 0.6, 4096))
    )
    drawn = ask(service, heard, p.DrawPlot(2, rows, 400, 200, 2.0, COLOURS))[0].encoded
    assert drawn.startswith(b"\x89PNG")
    assert [int.from_bytes(drawn[at : at + 4], "big") for at in (16, 20)] == [800, 400]
    empty = (Row(Asked("gist"), unavailable="No."),)
    assert ask(service, heard, p.DrawPlot(3, empty, 400, 200, 1.0, COLOURS))[0].encoded == b""
