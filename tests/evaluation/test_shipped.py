"""The table that comes with the program: written by one command, the same in the README and in the help."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from visearch_desktop.evaluation import shipped as module
from visearch_desktop.evaluation.rows import Asked, Figures, Row
from visearch_desktop.evaluation.shipped import shipped

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def method_table() -> ModuleType:
    spec = importlib.util.spec_from_file_location("method_table", CHECKOUT / "packaging" / "method_table.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def document(name: str, *rows: Row) -> dict[str, object]:
    return {
        "dataset": name,
        "protocol": "standard",
        "photos": 5,
        "queries": 2,
        "rows": [row.document() for row in rows],
    }


GIST = Row(Asked("gist"), Figures(0.2, 0.4, ms_per_photo=12.6, ms_per_query=1.26, bytes_per_photo=1920.0), "gist@1/x")
VLAD = Row(Asked("vlad", "verify"), Figures(0.9, 0.8, ms_per_photo=99.9, bytes_per_photo=256.0), "vlad@1/x")
ABSENT = Row(Asked("a_network"), unavailable="Its weights are not here.")


def test_the_readme_shows_what_the_help_shows(method_table: ModuleType) -> None:
    page = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    assert method_table.put_between_markers(page, method_table.table(shipped())) == page, "make figures"


def test_the_table_has_a_line_for_each_method_the_best_first(method_table: ModuleType) -> None:
    sets = method_table.joined([document("develop", GIST, ABSENT), document("develop", VLAD), document("test", GIST)])
    heading, _, first, second, _, note = method_table.table(sets)
    assert heading == "| method | mAP, develop | mAP, test | ms/photo | bytes/photo | ms/query |"
    assert first == "| `gist` | 0.400 | 0.400 | 13 | 1,920 | 1.3 |"
    assert second == "| `vlad` · verify | 0.800 |  | 100 | 256 |  |"
    assert "develop: 5 photos, 2 queries; test" in note


def test_what_is_written_is_what_the_program_reads(
    method_table: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets = method_table.joined([document("develop", GIST, ABSENT), document("test", VLAD)])
    file = tmp_path / "methods.json"
    file.write_text(json.dumps(method_table.document_of(sets)))
    monkeypatch.setattr(module, "resource", lambda _: file)
    assert shipped() == sets
    assert [row.asked.descriptor for row in sets[0].rows] == ["gist"], "what could not run is no line"


@pytest.mark.parametrize("text", [None, "", "[]", '{"format": 2, "sets": []}', '{"format": 1, "sets": [{}]}'])
def test_a_table_that_cannot_be_read_is_none(text: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "methods.json"
    if text is not None:
        file.write_text(text)
    monkeypatch.setattr(module, "resource", lambda _: file)
    assert shipped() == []


def test_a_page_without_markers_is_refused(method_table: ModuleType) -> None:
    with pytest.raises(SystemExit):
        method_table.put_between_markers("# A page", ["line"])
