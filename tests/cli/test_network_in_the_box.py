"""From a clean checkout without a connection: the program's own network describes, or something else where it is
damaged."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.methods.networks.box import NAME, Box, make_box
from tests.scenes import photo_folder
from visearch_desktop.methods.networks.manifest import SHARED_WEIGHTS

pytest.importorskip("onnx")

DAMAGE = "The program's own network “visearch_v1” is damaged and is not used: install the program again."


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Box:
    return make_box(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return photo_folder(tmp_path_factory.mktemp("photos"), 6, width=320, height=240)


def indexed(box: Box, photos: list[Path]) -> subprocess.CompletedProcess[str]:
    done = box.run("index", photos[0].parent, "--workers", "1")
    assert done.returncode == 0, done.stderr
    return done


def found(box: Box, photo: Path) -> tuple[str, str, str]:
    """What a search for a photo used, what it found first, and what it said."""
    done = box.run("search", photo, "--json", "-n", "2")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    return answer["query"]["descriptor"].partition("@")[0], answer["results"][0]["path"], done.stderr


def test_it_is_what_describes_photos_and_neither_torch_nor_a_connection_is_needed(box: Box, photos: list[Path]) -> None:
    indexed(box, photos)
    copy = box.root / "query.jpg"
    copy.write_bytes(photos[2].read_bytes() + b"another file")
    assert found(box, copy) == (NAME, str(photos[2]), "")
    assert box.told() == []


def test_the_guard_of_these_tests_tells_on_both(box: Box) -> None:
    box.python("-c", "import socket; socket.create_connection(('127.0.0.1', 9))")
    box.python("-c", "import torch")
    told = box.told()
    (box.root / "told").unlink()
    assert "socket.getaddrinfo" in told[0]
    assert told[-1] == "torch is imported"


def test_a_damaged_one_costs_a_sentence_and_the_other_descriptor_takes_over(box: Box, photos: list[Path]) -> None:
    indexed(box, photos)
    graph = box.network / "network.onnx"
    sound = graph.read_bytes()
    graph.write_bytes(sound[:-7])
    try:
        used, first, said = found(box, photos[4])
        assert (used, first) == ("colour_histogram", str(photos[4])), "what there is until the next indexing"
        assert said == DAMAGE + "\n"
        assert indexed(box, photos).stderr.count("damaged") == 1
        assert found(box, photos[4])[:2] == ("rootsift_vlad", str(photos[4]))
        asked = box.run("search", photos[4], "--descriptor", NAME)
        assert asked.returncode == 3
        assert "Traceback" not in asked.stderr
        assert json.loads(box.run("networks", "list", "--json").stdout)[-2]["state"] == "damaged"
        checks = json.loads(box.run("doctor", "--json").stdout)["checks"]
        assert [check["found"] for check in checks if check["name"] == "network"] == [DAMAGE]
    finally:
        graph.write_bytes(sound)
    assert found(box, photos[4]) == (NAME, str(photos[4]), "")


def test_damaged_weights_cost_the_same_sentence(box: Box, photos: list[Path]) -> None:
    indexed(box, photos)
    weights = box.network / SHARED_WEIGHTS
    sound = weights.read_bytes()
    weights.write_bytes(sound[:-2] + b"\0\0")
    try:
        used, first, said = found(box, photos[3])
        assert used != NAME
        assert (first, said) == (str(photos[3]), DAMAGE + "\n")
    finally:
        weights.write_bytes(sound)
    assert found(box, photos[3]) == (NAME, str(photos[3]), "")


def test_a_library_from_before_is_searched_as_before_until_the_network_has_described_it(
    box: Box, photos: list[Path]
) -> None:
    aside = box.root / "aside"
    box.network.rename(aside)
    library = ("--library", box.root / "old")
    try:
        assert box.run(*library, "index", photos[0].parent, "--workers", "1").returncode == 0
    finally:
        aside.rename(box.network)

    def used() -> str:
        answer = json.loads(box.run(*library, "search", photos[1], "--json").stdout)
        assert len(answer["results"]) == len(photos)
        return answer["query"]["descriptor"].partition("@")[0]

    assert used() == "rootsift_vlad"
    assert box.run(*library, "index", photos[0].parent, "--workers", "1").returncode == 0
    assert used() == NAME
