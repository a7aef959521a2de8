"""``train-bundled``: from photos to a network with its card; stopped, it goes on; without torch it says so."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.learning.made import made_photos
from tests.scenes import scene
from visearch_desktop.cli.main import run
from visearch_desktop.core.errors import MissingExtraError, UsageError
from visearch_desktop.methods.networks import backbones


def words(folder: Path, *more: str) -> list[str]:
    return [
        "train-bundled", "--photos", str(folder / "photos"), "--teacher", "mobilenet_v3_small", "--out",
        str(folder / "run"), "--batch", "4", *more,
    ]  # fmt: skip


@pytest.mark.parametrize("more", [[], ["--steps", "1", "--minutes", "1"], ["--steps", "0"], ["--minutes", "0"]])
def test_one_length_is_needed(more: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words(tmp_path, *more)) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_without_torch_it_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(what: str) -> None:
        raise MissingExtraError(what, "torch")

    monkeypatch.setattr(backbones, "require_torch", missing)
    assert run(words(tmp_path, "--steps", "1")) != 0
    assert "torch" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


@pytest.mark.torch
def test_an_unknown_architecture_is_answered_with_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words(tmp_path, "--steps", "1", "--architecture", "mobilenet_v3_smal")) == 2
    assert "“mobilenet_v3_small”" in capsys.readouterr().err


@pytest.mark.torch
def test_from_photos_to_a_network_that_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    torch = pytest.importorskip("torch")
    from visearch_desktop.learning import run as whole_run
    from visearch_desktop.learning import training
    from visearch_desktop.methods.networks.running import NetworkRunner
    from visearch_desktop.methods.networks.store import NetworkStore, default_folders

    assert run(words(tmp_path, "--steps", "1")) == 2
    assert "There are no photos" in capsys.readouterr().err
    made_photos(tmp_path / "photos", 6)
    assert run(words(tmp_path, "--steps", "1")) == 3
    assert "not on this computer" in capsys.readouterr().err
    torch.manual_seed(1)
    teacher = backbones.build_backbone("mobilenet_v3_small", 1e-3).train()
    with torch.inference_mode():  # without statistics nothing but zeros would come out
        for _ in range(60):
            teacher(torch.randn(4, 3, 64, 64))
    torch.save(teacher.state_dict(), tmp_path / "teacher.pth")
    NetworkStore(default_folders()).import_file("mobilenet_v3_small", tmp_path / "teacher.pth")

    monkeypatch.setattr(whole_run, "PAIRS", 8)
    monkeypatch.setattr(training, "faster_in_bfloat16", lambda *_: False)
    assert run(words(tmp_path, "--steps", "12", "--name", "tiny")) == 0
    assert "tiny is ready: 256 numbers" in capsys.readouterr().out
    for name in ("tiny", "tiny-pairs"):
        folder = tmp_path / "run" / "networks" / name
        assert np.linalg.norm(NetworkRunner(folder).vector(scene(1, 96, 64))) == pytest.approx(1, abs=1e-4)
        card = (folder / "CARD.md").read_text(encoding="utf-8")
        assert "mobilenet_v3_small" in card
        assert "6 photos without labels" in card
        assert "12 steps" in card
    assert json.loads((tmp_path / "run" / "recipe.json").read_text())["photos"] == 4

    assert run(words(tmp_path, "--steps", "12", "--seed", "1")) == 2
    assert "seed" in capsys.readouterr().err

    finished = tmp_path / "run" / "networks" / "tiny"
    further = [*words(tmp_path, "--steps", "2", "--hints", "mobilenet_v3_small", "--name", "further"), "--begin-as"]
    further[further.index(str(tmp_path / "run"))] = str(tmp_path / "second")
    assert run([*further, str(finished)]) == 0
    card = (tmp_path / "second" / "networks" / "further" / "CARD.md").read_text(encoding="utf-8")
    assert "the weights of an earlier run" in card
    assert "12 steps" in card, "of the earlier run, too"


@pytest.mark.torch
def test_a_run_begins_with_the_weights_of_a_finished_network(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from visearch_desktop.learning.exporting import export
    from visearch_desktop.learning.student import Student

    one, other = Student(), Student()
    with torch.no_grad():
        one.p.fill_(2.5)
    export(one, tmp_path / "finished", "finished", 320)
    other.begin_as(tmp_path / "finished")
    pictures = torch.rand(2, 3, 64, 64)
    with torch.inference_mode():
        assert torch.allclose(one.eval()(pictures).pooled, other.eval()(pictures).pooled, atol=2e-3)
    with pytest.raises(UsageError, match="holds no finished network"):
        Student("mobilenet_v3_small").begin_as(tmp_path / "finished")
    with pytest.raises(UsageError, match="holds no finished network"):
        other.begin_as(tmp_path / "nowhere")
