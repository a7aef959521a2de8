"""``evaluate`` as it is promised to the outside: one document, a table, a plot, sentences, exit codes."""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.evaluation.small import small_dataset
from visearch_desktop.cli.main import run


@dataclass
class Set:
    """A data set and where it is measured."""

    root: Path
    library: Path

    def words(self, *more: str) -> list[str]:
        return ["evaluate", str(self.root), "--library", str(self.library), *more]

    def document(self, capsys: pytest.CaptureFixture[str], *more: str, code: int = 0) -> dict[str, Any]:
        capsys.readouterr()
        assert run(self.words(*more, "--json")) == code
        document = json.loads(capsys.readouterr().out)
        assert isinstance(document, dict)
        return document


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Set:
    root = tmp_path_factory.mktemp("set")
    small_dataset(root)
    library = tmp_path_factory.mktemp("library")
    assert run(["evaluate", str(root), "--library", str(library), "--descriptor", "colour_histogram"]) == 0
    return Set(root, library)


def test_it_prints_one_document_with_a_row_for_each_method(small: Set, capsys: pytest.CaptureFixture[str]) -> None:
    document = small.document(capsys, "--descriptor", "colour_histogram, gist", "--descriptor", "densenet169_imagenet")
    rows = document.pop("rows")
    assert document == {"dataset": "small", "protocol": "standard", "photos": 13, "queries": 5}
    assert [row["descriptor"] for row in rows] == ["colour_histogram", "gist", "densenet169_imagenet"]
    for row in rows[:2]:
        wanted = {"refine", "index", "mAP", "mAP_macro", "mAP_by_group", "mP@10", "recall@1", "recall@10", "ndcg"}
        assert wanted | {"ms_per_photo", "ms_per_query", "bytes_per_photo"} <= set(row)
    assert set(rows[2]) == {"descriptor", "refine", "index", "unavailable"}


def test_for_people_it_prints_a_table(small: Set, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(small.words("--descriptor", "colour_histogram")) == 0
    first, heading, row = capsys.readouterr().out.splitlines()
    assert first == "small: 5 queries in 13 photos."
    assert heading.split()[:2] == ["descriptor", "mAP"]
    assert row.startswith("colour_histogram")


def test_it_draws_a_plot(small: Set, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(small.words("--descriptor", "colour_histogram", "--plot", str(tmp_path / "plot.png"))) == 0
    with Image.open(tmp_path / "plot.png") as plot:
        assert plot.size == (2000, 1280)


def test_nothing_measured_is_3(small: Set, capsys: pytest.CaptureFixture[str]) -> None:
    document = small.document(capsys, "--descriptor", "densenet169_imagenet", code=3)
    assert "not on this computer" in document["rows"][0]["unavailable"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--descriptor", "gst"], "Did you mean “gist”?"),
        (["--descriptor", "gist", "--refine", "verfy"], "Did you mean “verify”?"),
        (["--descriptor", "gist", "--index", "hnws"], "Did you mean “hnsw”?"),
        (["--protocol", "medum"], "protocol"),
        (["--plot", "/no/such/folder/plot.png"], "no folder for the plot"),
    ],
)
def test_wrong_words_are_a_sentence_and_2_before_anything_is_made(
    small: Set, capsys: pytest.CaptureFixture[str], data_folder: Path, words: list[str], said: str
) -> None:
    capsys.readouterr()
    assert run(["evaluate", str(small.root), *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert not list(data_folder.iterdir())


def test_a_missing_photo_is_a_sentence_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data_folder: Path
) -> None:
    small_dataset(tmp_path)
    (tmp_path / "images" / "view2.jpg").unlink()
    assert run(["evaluate", str(tmp_path), "--descriptor", "gist"]) == 3
    assert "view2.jpg" in capsys.readouterr().err
    assert run(["evaluate", str(tmp_path / "nowhere")]) == 3
    assert not list(data_folder.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_after_ctrl_c_the_table_so_far_is_printed_and_the_same_command_goes_on(
    small: Set, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from visearch_desktop.evaluation.finished import Finished

    keep = Finished.keep

    def interrupted(self: Finished, *row: Any) -> None:
        keep(self, *row)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Finished, "keep", interrupted)
    capsys.readouterr()
    words = ["--descriptor", "colour_histogram,edge_histogram,perceptual_hash"]
    assert run(small.words(*words)) == 130
    out, err = capsys.readouterr()
    assert [line.split()[0] for line in out.splitlines()[2:]] == ["colour_histogram", "edge_histogram"]
    assert "2 of 3 rows are finished and kept" in err
    monkeypatch.undo()
    assert len(small.document(capsys, *words)["rows"]) == 3
