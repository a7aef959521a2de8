"""``doctor`` on sound and on damaged libraries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scenes import photo_folder
from visearch_desktop.cli import machine_check
from visearch_desktop.cli.main import run


@pytest.fixture(scope="module", autouse=True)
def without_torch() -> Any:
    """Importing torch takes longer than all else together."""
    patch = pytest.MonkeyPatch()
    patch.setattr(machine_check, "_torch_devices", list)
    yield
    patch.undo()


def examine(capsys: pytest.CaptureFixture[str], library: Path, *options: str) -> dict[str, list[dict[str, Any]]]:
    capsys.readouterr()
    assert run(["doctor", "--library", str(library), "--json", *options]) == 0
    checks: dict[str, list[dict[str, Any]]] = {}
    for check in json.loads(capsys.readouterr().out)["checks"]:
        assert set(check) >= {"name", "state", "found", "advice"}
        assert check["state"] in {"ok", "warn", "fail"}
        assert check["state"] != "fail" or check["advice"], "what is wrong comes with what to do"
        checks.setdefault(check["name"], []).append(check)
    return checks


def test_a_machine_without_a_library_is_well_and_none_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = tmp_path / "lib"
    checks = examine(capsys, library)
    for name in ("program", "numpy", "onnxruntime", "torch", "Qt", "devices", "disk", "library"):
        assert checks[name][0]["state"] == "ok", checks[name]
    assert "there is none yet" in checks["library"][0]["found"]
    assert not library.exists()


def test_a_library_is_counted_and_its_problems_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photos = photo_folder(tmp_path / "photos", 5, width=320, height=240)
    (tmp_path / "photos" / "bad.jpg").write_bytes(b"")
    library = tmp_path / "lib"
    assert run(["index", "--library", str(library), str(photos[0].parent)]) == 0
    checks = examine(capsys, library)
    facts = checks["photos"][0]["facts"]
    assert (facts["photos"], facts["searchable"], facts["verifiable"]) == (5, 5, 5)
    assert checks["catalogue"][0]["state"] == "ok"
    assert checks["index recall"][0]["state"] == "ok"
    assert checks["local index"][0]["facts"]["size_bytes"] > 0
    assert checks["problems"][0]["state"] == "warn"
    assert checks["problems"][0]["facts"] == {"empty": 1}
    capsys.readouterr()
    assert run(["doctor", "--library", str(library)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("warn  problems:") for line in lines)
    assert "problems" in lines[-1]


def test_what_is_kept_of_photos_that_are_gone_is_named_and_purged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = photo_folder(tmp_path / "photos", 3, width=320, height=240)
    library = tmp_path / "lib"
    command = ["index", "--library", str(library), str(photos[0].parent)]
    assert run(command) == 0
    assert "gone photos" not in examine(capsys, library)
    photos[1].unlink()
    assert run(command) == 0
    (gone,) = examine(capsys, library)["gone photos"]
    assert gone["facts"]["photos"] == 1
    assert "--purge" in gone["advice"]
    checks = examine(capsys, library, "--purge")
    assert "The data of 1 photo that is gone is removed." in checks["purge"][0]["found"]
    assert "gone photos" not in checks
    assert "purge" not in examine(capsys, library)


def test_a_damaged_catalogue_is_a_failure_with_advice_and_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = tmp_path / "lib"
    library.mkdir()
    (library / "catalogue.sqlite").write_bytes(b"not a database at all" * 500)
    checks = examine(capsys, library)
    assert checks["catalogue"][0]["state"] == "fail"
    assert "damaged" in checks["catalogue"][0]["found"]
    assert (library / "catalogue.sqlite").read_bytes() == b"not a database at all" * 500


def test_a_library_in_use_is_said_not_opened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from visearch_desktop.library.library import Library

    library = Library.open(tmp_path / "lib")
    try:
        checks = examine(capsys, tmp_path / "lib")
    finally:
        library.close()
    assert checks["library"][0]["state"] == "warn"
    assert "open in another window" in checks["library"][0]["found"]


def test_what_is_not_installed_is_said_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(machine_check.NEEDED, "no-such-thing", "no_such_thing")
    monkeypatch.setitem(machine_check.EXTRAS, "no-such-extra", ("torch", "learning"))
    found = {finding.name: finding for finding in machine_check.check_machine(Path("/"))}
    assert found["no-such-thing"].state == "fail"
    assert found["no-such-thing"].advice
    assert (found["no-such-extra"].state, found["no-such-extra"].found) == ("ok", "not installed")
    assert "make env EXTRAS=torch" in found["no-such-extra"].advice
