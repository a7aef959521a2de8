"""``groups``: what belongs together, as a list and as a document."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.scenes import save, scene
from visearch_desktop.cli.main import run


@pytest.fixture
def library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Three copies of one photo, one of them mirrored, and another photo; indexed."""
    pixels, folder = scene(1, 400, 300), tmp_path / "photos"
    save(pixels, folder / "a.jpg")
    save(pixels[10:290, 10:390], folder / "b.jpg")
    save(np.ascontiguousarray(pixels[:, ::-1]), folder / "c.jpg")
    save(scene(2, 400, 300), folder / "other.jpg")
    assert run(["index", str(folder), "--workers", "1", "--library", str(tmp_path / "library")]) == 0
    capsys.readouterr()
    return tmp_path / "library"


def test_groups_are_listed_and_only_new_photos_are_looked_up(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["groups", "--kind", "duplicates", "--library", str(library)]
    assert run([*words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["kind"], document["looked"]) == ("duplicates", 4)
    (group,) = document["groups"]
    assert (group["name"], {Path(path).name for path in group["photos"]}) == ("", {"a.jpg", "b.jpg", "c.jpg"})
    assert {Path(file["path"]).name: (file["verdict"], file["change"]) for file in group["files"]} == {
        "a.jpg": ("keep", "best"), "b.jpg": ("decide", "cropped"), "c.jpg": ("decide", "mirrored"),
    }  # fmt: skip
    assert run(words) == 0
    out = capsys.readouterr().out
    assert out.startswith("1 group.\n3 photos:\n  keep   ")
    assert "other.jpg" not in out
    assert run([*words[:2], "bursts", *words[3:], "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"kind": "bursts", "groups": [], "looked": 0}


def test_an_unknown_kind_is_wrong_usage(library: Path) -> None:
    assert run(["groups", "--kind", "colours", "--library", str(library)]) == 2
