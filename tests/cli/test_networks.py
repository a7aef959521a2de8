"""``networks``: listed, imported, used by the next index run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scenes import photo_folder
from visearch_desktop.cli.main import run
from visearch_desktop.methods.networks.listing import listed_networks

BUNDLED = [entry.name for entry in listed_networks() if entry.is_bundled]
"""The program's own network, where it has one: it is present from the start, and the default."""


def states(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    capsys.readouterr()
    assert run(["networks", "list", "--json"]) == 0
    return {entry["name"]: entry["state"] for entry in json.loads(capsys.readouterr().out)}


def test_every_listed_network_is_listed_with_its_licence_and_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["networks", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert len(listed) > 10
    assert {entry["name"] for entry in listed if entry["describes"] == "details"} == {"alike_n"}
    for entry in listed:
        assert entry["licence"]
        assert entry["citation"]
        assert entry["url"] or entry["needs"] or entry["name"] in BUNDLED
    assert run(["networks", "list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(listed)


@pytest.mark.torch
def test_a_file_that_holds_no_weights_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "holiday.pth"
    file.write_bytes(b"no weights at all")
    assert run(["networks", "import", "resnet18", str(file)]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert "“holiday.pth” cannot be used as the network “resnet18”" in err
    assert "Traceback" not in err
    assert {state for name, state in states(capsys).items() if name not in BUNDLED} == {"absent"}


@pytest.mark.torch
@pytest.mark.shared_data
def test_an_imported_network_describes_the_photos_indexed_after_it(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = str(tmp_path / "lib")
    weights = shared / "weights" / "densenet169_features_fp16.pth"
    assert run(["networks", "import", "densenet169_imagenet", str(weights), "--library", library]) == 0
    assert "densenet169_imagenet is ready" in capsys.readouterr().out
    assert states(capsys)["densenet169_imagenet"] == "present"
    photos = photo_folder(tmp_path / "photos", 6, width=320, height=240)
    assert run(["index", "--library", library, str(photos[0].parent), "--json"]) == 0
    capsys.readouterr()
    assert run(["search", "--library", library, str(photos[2]), "--json", "-n", "1"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["results"][0]["path"] == str(photos[2])
    assert answer["query"]["descriptor"].startswith("densenet169_imagenet@")


@pytest.mark.torch
@pytest.mark.shared_data
def test_a_network_for_details_is_imported_and_is_not_what_photos_are_described_with(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = str(tmp_path / "lib")
    weights = str(shared / "weights" / "alike-n.pth")
    assert run(["networks", "import", "alike_n", weights, "--library", library]) == 0
    assert capsys.readouterr().out == "alike_n is ready: 128 numbers a detail.\n"
    assert states(capsys)["alike_n"] == "present"
    assert run(["networks", "import", "alike_n", weights, "--whiten", str(tmp_path), "--library", library]) == 2
    assert "no whitening" in capsys.readouterr().err
    photos = photo_folder(tmp_path / "photos", 3, width=320, height=240)
    assert run(["index", "--library", library, str(photos[0].parent)]) == 0
    capsys.readouterr()
    assert run(["search", "--library", library, str(photos[2]), "--json", "-n", "1"]) == 0
    descriptor = json.loads(capsys.readouterr().out)["query"]["descriptor"]
    assert descriptor.startswith(f"{next(iter(BUNDLED), 'rootsift_vlad')}@")
