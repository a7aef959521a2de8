"""The collection of files that break programs, each against what its manifest expects."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import SHARED
from visearch_desktop.core.errors import PhotoError
from visearch_desktop.core.sentences import sentence
from visearch_desktop.photos.decode import Photo, decode, read_metadata
from visearch_desktop.photos.fingerprint import fingerprint
from visearch_desktop.photos.walk import FoundFile, walk

pytestmark = pytest.mark.shared_data

MANIFEST = SHARED / "nasty" / "manifest.json"
ENTRIES: dict[str, Any] = json.loads(MANIFEST.read_text(encoding="utf-8")) if MANIFEST.is_file() else {}
FILES: list[dict[str, Any]] = ENTRIES.get("files", [])
ORIENTED = [entry["name"] for entry in FILES if entry.get("group") == "orientation"]
LOOKALIKES = [(entry["name"], entry["looks_like"]) for entry in FILES if "looks_like" in entry]


def outcome(path: Path, longest_px: int | None = 512) -> Photo | PhotoError:
    try:
        return decode(path, longest_px)
    except PhotoError as error:
        return error


def difference(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a.astype(int) - b.astype(int)).mean())


def create(folder: Path, nasty: Path) -> None:
    """All of the collection in a folder: the files under the names they should have, links, a pipe, a locked file."""
    for entry in FILES:
        if not (entry.get("linux_only") and sys.platform != "linux"):
            name = bytes.fromhex(entry.get("create_as_hex", "")) or os.fsencode(entry.get("create_as", entry["name"]))
            path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
            path.parent.mkdir(exist_ok=True)
            shutil.copyfile(nasty / entry["name"], path)
    for entry in ENTRIES["create"]:
        path = folder / entry["name"]
        match entry["create"]:
            case "symlink":
                path.symlink_to(entry["target"])
            case "fifo":
                os.mkfifo(path)
            case "unreadable":
                shutil.copyfile(nasty / entry["copy_of"], path)
                path.chmod(int(entry["mode"], 8))
            case "empty_directory":
                path.mkdir()


@pytest.mark.parametrize("entry", FILES, ids=[entry["name"] for entry in FILES])
def test_each_file_comes_out_as_its_manifest_expects(entry: dict[str, Any], shared: Path) -> None:
    found = outcome(shared / "nasty" / entry["name"])
    if entry["expect"] == "problem":
        assert isinstance(found, PhotoError)
        assert (entry["reason"] or "") in sentence(found).lower()
        return
    assert isinstance(found, Photo)
    assert (found.width, found.height) == (entry["width"], entry["height"])
    assert max(found.pixels.shape) == max(3, min(512, max(found.width, found.height)))
    assert found.pixels.dtype == np.uint8
    assert read_metadata(shared / "nasty" / entry["name"]) == found.metadata


def test_the_created_folder_is_walked_to_its_end_and_each_entry_accounted_for(shared: Path, tmp_path: Path) -> None:
    create(tmp_path, shared / "nasty")
    found = list(walk(tmp_path))
    files = {os.fsencode(f.path.relative_to(tmp_path)): f for f in found if isinstance(f, FoundFile)}
    problems = {f.path.name for f in found if isinstance(f, PhotoError)}
    assert problems == {"loop_a.jpg", "loop_b.jpg", "dangling.jpg", "pipe.jpg"}
    for entry in FILES:
        name = bytes.fromhex(entry.get("create_as_hex", "")) or os.fsencode(entry.get("create_as", entry["name"]))
        assert (name in files) == (name != b".hidden.jpg")
    assert len(files) == len(FILES) - 1 + 2  # the hidden one; a linked photo and a locked one
    for file in files.values():
        if file.path.name != "no_permission.jpg" or os.geteuid() == 0:
            assert len(fingerprint(file.path)) == 32


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_locked_file_is_a_problem(shared: Path, tmp_path: Path) -> None:
    create(tmp_path, shared / "nasty")
    assert isinstance(outcome(tmp_path / "no_permission.jpg"), PhotoError)


@pytest.mark.parametrize("name", ORIENTED)
def test_all_orientations_come_out_alike(name: str, shared: Path) -> None:
    reference = decode(shared / "nasty" / "exif_orientation_1.jpg", None).pixels
    photo = decode(shared / "nasty" / name, None)
    if photo.width != reference.shape[1]:
        reference = decode(shared / "nasty" / "exif_orientation_1.jpg", photo.width).pixels
    assert difference(photo.pixels, reference) < 6


@pytest.mark.parametrize(("name", "reference"), LOOKALIKES)
def test_colours_come_out_like_their_reference(name: str, reference: str, shared: Path) -> None:
    folder = shared / "nasty"
    pair = decode(folder / name, None).pixels, decode(folder / reference, None).pixels
    assert difference(*pair) < 5
    assert np.abs(pair[0].mean(axis=(0, 1)) - pair[1].mean(axis=(0, 1))).max() < 2


def test_16_bit_grey_is_neither_black_nor_white(shared: Path) -> None:
    pixels = decode(shared / "nasty" / "grey16.png", None).pixels
    assert 40 < pixels.mean() < 215
    assert pixels.std() > 20


def test_full_exif_is_read(shared: Path) -> None:
    entry = next(entry for entry in FILES if entry["name"] == "exif_full.jpg")
    metadata, wanted = read_metadata(shared / "nasty" / "exif_full.jpg"), entry["exif"]
    assert metadata.taken == wanted["date"]
    assert metadata.camera == wanted["model"]
    assert metadata.lens == wanted["lens"]
    assert metadata.exposure
    assert metadata.latitude == pytest.approx(wanted["latitude"], abs=1e-3)
    assert metadata.longitude == pytest.approx(wanted["longitude"], abs=1e-3)
    assert metadata.altitude_m == pytest.approx(wanted["altitude"])


def test_a_blank_date_is_no_date(shared: Path) -> None:
    assert read_metadata(shared / "nasty" / "exif_blank_date.jpg").taken == ""


def test_equal_files_have_equal_fingerprints(shared: Path) -> None:
    a, b, again = (fingerprint(shared / "nasty" / f"duplicate_{name}.jpg") for name in ("a", "b", "resaved"))
    assert a == b != again
