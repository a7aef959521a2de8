"""``index`` and ``search`` as they are promised to the outside: documents, exit codes, sentences."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.scenes import photo_folder, save, scene, similarity_transform, warped
from visearch_desktop.cli.main import run


@dataclass
class Shelf:
    """A folder of photos and the library they are indexed in."""

    photos: list[Path]
    library: Path
    report: dict[str, Any]

    def search(self, capsys: pytest.CaptureFixture[str], *words: str | Path, code: int = 0) -> Any:
        capsys.readouterr()
        assert run(["search", *map(str, words), "--library", str(self.library), "--json"]) == code
        return json.loads(capsys.readouterr().out)


def program(*words: str | Path, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "visearch_desktop", *words], capture_output=True, check=False, **options
    )


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Eight photos, one of them twice, and two files that are none; indexed by the program itself."""
    folder = tmp_path_factory.mktemp("photos")
    photos = photo_folder(folder, 8, width=400, height=300)
    shutil.copy(photos[3], folder / "sub-copy of photo003.jpg")
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "page.jpg").write_bytes(b"<!DOCTYPE html><html></html>")
    library = tmp_path_factory.mktemp("library")
    done = program("--library", library, "index", folder, "--json")
    assert done.returncode == 0, done.stderr.decode()
    return Shelf(photos, library, json.loads(done.stdout))


def test_index_prints_one_document_with_everything_it_did(shelf: Shelf) -> None:
    report = shelf.report
    folder = str(shelf.photos[0].parent)
    assert set(report) == {"folders", "photos", "added", "updated", "removed", "problems", "seconds", "stages"}
    assert report["folders"] == [folder]
    assert (report["added"], report["updated"], report["removed"]) == (9, 0, 0)
    reasons = {problem["path"]: problem["reason"] for problem in report["problems"]}
    assert set(reasons) == {f"{folder}/empty.jpg", f"{folder}/page.jpg"}
    assert "empty" in reasons[f"{folder}/empty.jpg"]
    assert set(report["stages"]) == {"scan", "decode", "describe", "index"}
    assert report["seconds"] > 0


def test_indexing_again_finds_nothing_to_do(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["--library", str(shelf.library), "index", str(shelf.photos[0].parent), "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["photos"] == shelf.report["photos"]
    assert (again["added"], again["updated"], again["removed"]) == (0, 0, 0)
    assert len(again["problems"]) == 2


def test_a_library_photo_finds_itself_and_its_copy_first(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    answer = shelf.search(capsys, shelf.photos[3], "-n", "0")
    assert set(answer) == {"query", "elapsed_ms", "results"}
    results = answer["results"]
    assert [result["rank"] for result in results] == list(range(1, 10)), "every file of the library, once"
    assert {Path(result["path"]).name for result in results[:2]} == {"photo003.jpg", "sub-copy of photo003.jpg"}
    assert all(Path(result["path"]).is_absolute() for result in results)
    for result in results:
        assert set(result) == {"path", "rank", "score", "similarity", "inliers", "quad", "confidence"}
        assert result["confidence"] in {"sure", "likely", "maybe"}
        assert (result["quad"] is None) == (result["inliers"] == 0)
    assert results[0]["confidence"] == "sure"
    assert [result["score"] for result in results] == sorted((r["score"] for r in results), reverse=True)


def test_a_region_of_a_turned_picture_is_located_in_upright_pixels(
    shelf: Shelf, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    turned = similarity_transform(0.8, 20, 120, 20)
    query = save(warped(scene(5, 400, 300), turned, 420, 420), tmp_path / "turned.png")
    answer = shelf.search(capsys, query, "--region", "100,100,200,180", "-n", "1")
    (best,) = answer["results"]
    assert Path(best["path"]) == shelf.photos[5]
    assert answer["query"]["region"] == [100, 100, 200, 180]
    assert answer["query"]["image"] == str(query)
    import numpy as np

    corners = np.array([[100, 100, 1], [300, 100, 1], [300, 280, 1], [100, 280, 1]]) @ np.linalg.inv(turned).T
    assert np.abs(np.array(best["quad"]) - corners[:, :2]).max() < 4


def test_without_verification_nothing_is_located(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    results = shelf.search(capsys, shelf.photos[0], "--no-verify")["results"]
    assert results
    assert {(result["inliers"], result["quad"]) for result in results} == {(0, None)}


def test_n_is_how_many_files_are_printed(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(shelf.search(capsys, shelf.photos[3], "-n", "1")["results"]) == 1
    assert len(shelf.search(capsys, shelf.photos[0], "-n", "5")["results"]) == 5


def test_a_batch_is_answered_in_order_and_a_bad_query_costs_itself_only(
    shelf: Shelf, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"")
    queries = tmp_path / "queries.json"
    queries.write_text(
        json.dumps(
            [
                {"image": str(shelf.photos[1]), "region": None},
                {"image": "bad.jpg"},
                {"image": str(shelf.photos[2]), "region": [20, 20, 200, 200]},
                {"image": str(shelf.photos[2]), "region": [5000, 20, 200, 200]},
            ]
        )
    )
    answers = shelf.search(capsys, "--batch", queries, "-n", "2")
    assert [len(answer["results"]) for answer in answers] == [2, 0, 2, 0]
    assert Path(answers[0]["results"][0]["path"]) == shelf.photos[1]
    assert Path(answers[2]["results"][0]["path"]) == shelf.photos[2]
    assert answers[1]["query"]["image"] == str(tmp_path / "bad.jpg")
    assert "empty" in answers[1]["error"]
    assert "region" in answers[3]["error"]


def test_a_batch_of_which_nothing_can_be_read_exits_with_3(
    shelf: Shelf, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    queries = tmp_path / "queries.json"
    queries.write_text('[{"image": "nowhere.jpg"}, {"image": "."}]')
    answers = shelf.search(capsys, "--batch", queries, code=3)
    assert all(answer["error"] and answer["results"] == [] for answer in answers)
    queries.write_text("[]")
    assert shelf.search(capsys, "--batch", queries) == []


@pytest.mark.parametrize(
    ("words", "code"), [(["nowhere.jpg"], 3), (["{empty}"], 3), (["{photo}", "--region", "900,0,50,50"], 2)]
)
def test_a_query_that_cannot_be_answered_is_one_sentence(
    shelf: Shelf, capsys: pytest.CaptureFixture[str], words: list[str], code: int
) -> None:
    words = [word.format(empty=shelf.photos[0].with_name("empty.jpg"), photo=shelf.photos[0]) for word in words]
    capsys.readouterr()
    assert run(["search", "--library", str(shelf.library), "--json", *words]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert 1 <= len(err.strip().splitlines()) <= 2, err


def test_a_search_for_people_says_what_was_found(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["search", "--library", str(shelf.library), str(shelf.photos[6]), "-n", "3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert "sure" in lines[1]
    assert lines[1].endswith(str(shelf.photos[6]))


def test_a_library_with_nothing_in_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = photo_folder(tmp_path, 1, width=64, height=64)[0]
    assert run(["search", "--library", str(tmp_path / "lib"), str(query)]) == 3
    assert "index" in capsys.readouterr().err


def test_folders_that_cannot_be_read_are_3_if_none_is_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo_folder(tmp_path / "good", 1, width=64, height=64)
    (tmp_path / "file.txt").write_text("no folder")
    library = str(tmp_path / "lib")
    assert run(["index", "--library", library, str(tmp_path / "missing"), str(tmp_path / "file.txt")]) == 3
    capsys.readouterr()
    assert run(["index", "--library", library, str(tmp_path / "missing"), str(tmp_path / "good"), "--json"]) == 0
    out, err = capsys.readouterr()
    assert [Path(p["path"]).name for p in json.loads(out)["problems"]] == ["missing"]
    assert "does not exist" in err


def test_files_of_which_none_is_a_photo_are_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "bad"
    folder.mkdir()
    assert run(["index", "--library", str(tmp_path / "lib"), str(folder)]) == 0, "an empty folder is no failure"
    (folder / "a.jpg").write_bytes(b"")
    capsys.readouterr()
    assert run(["index", "--library", str(tmp_path / "lib"), str(folder)]) == 3
    assert "a.jpg: The file is empty" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="names there are always text")
def test_a_name_that_is_not_text_is_printed_all_the_same(tmp_path: Path) -> None:
    photo = photo_folder(tmp_path / "photos", 1, width=320, height=240)[0]
    odd = os.fsencode(photo.parent) + b"/caf\xe9.jpg"
    photo.rename(os.fsdecode(odd))
    (photo.parent / os.fsdecode(b"b\xffd.jpg")).write_bytes(b"")
    done = program("index", "--library", tmp_path / "lib", photo.parent, "--descriptor", "colour_histogram", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["problems"][0]["path"].endswith("b\\xffd.jpg")
    words = ["search", "--library", str(tmp_path / "lib"), "--descriptor", "colour_histogram"]
    env = os.environ | {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    plain = subprocess.run(
        [sys.executable, "-m", "visearch_desktop", *words, odd], capture_output=True, env=env, check=False
    )
    assert plain.returncode == 0, plain.stderr
    assert b"caf\\xe9.jpg" in plain.stdout
    found = program(*words, odd, "--json")
    assert json.loads(found.stdout)["results"][0]["path"].endswith("caf\\xe9.jpg")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_stops_cleanly_and_the_same_command_goes_on(tmp_path: Path) -> None:
    photo_folder(tmp_path / "photos", 30, width=640, height=480)
    words = [sys.executable, "-m", "visearch_desktop", "index", "--library", tmp_path / "lib", tmp_path / "photos"]
    running = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert running.stderr is not None
    while (line := running.stderr.readline()) and not line.startswith("First look"):
        pass
    os.killpg(running.pid, signal.SIGINT)  # what a terminal does: to the workers as well
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert "Traceback" not in err
    assert "What was done is kept" in err
    done = program("index", "--library", tmp_path / "lib", tmp_path / "photos", "--json")
    assert json.loads(done.stdout)["photos"] == 30
    assert "Traceback" not in done.stderr.decode()


def test_a_library_in_use_is_one_sentence(shelf: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from visearch_desktop.library.library import Library

    library = Library.open(tmp_path / "lib")
    try:
        done = program("search", "--library", tmp_path / "lib", shelf.photos[0])
    finally:
        library.close()
    assert done.returncode == 3
    assert f"(process {os.getpid()})" in done.stderr.decode()
    assert done.stdout == b""


def test_copies_that_are_turned_or_mirrored_are_found_when_asked_for(
    shelf: Shelf, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    turned = scene(2, 400, 300).transpose(1, 0, 2)  # at the other side of a mirror, and on its side
    copy = save(np.ascontiguousarray(turned), tmp_path / "copy.png")
    plain = shelf.search(capsys, copy)
    assert plain["results"][0]["inliers"] < 20, "at most a few details, by chance"
    answer = shelf.search(capsys, copy, "--rotations", "--mirrored")
    assert answer["results"][0]["path"] == str(shelf.photos[2])
    assert answer["results"][0]["inliers"] >= 20
    assert (answer["query"]["rotations"], answer["query"]["mirrored"]) == (True, True)
    batch = tmp_path / "batch.json"
    batch.write_text(json.dumps([{"image": str(copy), "region": [20, 20, 250, 350]}]))
    (answer,) = shelf.search(capsys, "--batch", batch, "--mirrored")
    assert answer["results"][0]["path"] == str(shelf.photos[2])
    assert answer["results"][0]["inliers"] >= 20


def test_several_pictures_and_what_is_not_wanted_are_one_query(
    shelf: Shelf, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    third, fifth = shelf.photos[3], shelf.photos[5]
    answer = shelf.search(capsys, third, "--also", fifth, "--any")
    assert {result["path"] for result in answer["results"][:3]} == {
        str(third), str(fifth), str(third.parent / "sub-copy of photo003.jpg")
    }  # fmt: skip
    assert {result["part"] for result in answer["results"][:3]} == {0, 1}
    assert (answer["query"]["also"], answer["query"]["together"]) == ([str(fifth)], "any")
    without = shelf.search(capsys, third, "--also", fifth, "--any", "--not", third)
    assert without["results"][0]["path"] == str(fifth)
    assert str(third) not in {result["path"] for result in without["results"]}
    batch = tmp_path / "batch.json"
    entry = {"image": str(third), "also": [str(fifth)], "not": [str(third)], "together": "any"}
    batch.write_text(json.dumps([entry]))
    (same,) = shelf.search(capsys, "--batch", batch)
    assert (same["query"], same["results"]) == (without["query"], without["results"])


def test_several_regions_of_a_picture_must_all_be_there_and_each_is_located(
    shelf: Shelf, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    left, right = [10, 20, 180, 250], [210, 20, 180, 250]
    words = [",".join(map(str, region)) for region in (left, right)]
    answer = shelf.search(capsys, shelf.photos[2], "--region", words[0], "--region", words[1])
    best = answer["results"][0]
    assert (best["path"], best["confidence"]) == (str(shelf.photos[2]), "sure")
    (other,) = best["others"]
    places = {best["part"]: best["quad"], other["part"]: other["quad"]}
    assert np.allclose(places[0][0], left[:2], atol=4)
    assert np.allclose(places[1][0], right[:2], atol=4)
    assert (answer["query"]["region"], answer["query"]["regions"]) == (None, [left, right])
    without = shelf.search(capsys, shelf.photos[2], "--region", words[0], "--not-region", words[1])
    assert str(shelf.photos[2]) not in {result["path"] for result in without["results"]}
    assert (without["query"]["region"], without["query"]["not_regions"]) == (left, [right])


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"region": [0, 0, 9, 9], "regions": [[0, 0, 9, 9]]}, "both “region” and “regions”"),
        ({"regions": [[1, 2, 3]]}, "not a list of four numbers"),
        ({"also": "one.jpg"}, "“also” of query 1 is not a list"),
        ({"not": [1]}, "“not” of query 1 is not a list of paths"),
        ({"together": "some"}, "neither “all” nor “any”"),
    ],
)
def test_a_batch_that_makes_no_sense_is_refused_in_a_sentence(
    entry: dict[str, Any], words: str, shelf: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = tmp_path / "batch.json"
    batch.write_text(json.dumps([{"image": "a.jpg"} | entry]))
    assert run(["search", "--library", str(shelf.library), "--batch", str(batch)]) == 2
    assert words in capsys.readouterr().err
