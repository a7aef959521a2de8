"""Rows that were measured are kept, and count until something that they depend on is another one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from visearch_desktop.evaluation import finished
from visearch_desktop.evaluation.finished import FILE, Finished
from visearch_desktop.evaluation.rows import Asked, Figures, Row

ASKED = Asked("gist")
ROW = Row(ASKED, Figures(0.5, None), "gist@1/abc")


def test_a_row_is_found_again_by_another_process(tmp_path: Path) -> None:
    Finished(tmp_path).keep("set", ROW)
    assert Finished(tmp_path).find("set", ASKED, "gist@1/abc") == ROW
    assert Finished(tmp_path).rows("set") == [ROW]


def test_it_does_not_count_for_another_set_key_refinement_index_or_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Finished(tmp_path).keep("set", ROW)
    known = Finished(tmp_path)
    assert known.find("other set", ASKED, "gist@1/abc") is None
    assert known.find("set", ASKED, "gist@2/abc") is None
    assert known.find("set", replace(ASKED, refine="verify"), "gist@1/abc") is None
    assert known.find("set", replace(ASKED, index="hnsw"), "gist@1/abc") is None
    monkeypatch.setattr(finished, "__version__", "999")
    assert Finished(tmp_path).find("set", ASKED, "gist@1/abc") is None


def test_a_row_measured_anew_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    kept = Finished(tmp_path)
    kept.keep("set", ROW)
    kept.keep("other", ROW)
    newer = replace(ROW, figures=Figures(0.6, None), key="gist@2/abc")
    kept.keep("set", newer)
    assert Finished(tmp_path).rows("set") == [newer]
    assert Finished(tmp_path).rows("other") == [ROW]


def test_a_row_without_figures_is_not_kept(tmp_path: Path) -> None:
    Finished(tmp_path).keep("set", Row(ASKED, unavailable="It cannot be."))
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 99, "rows": []}', '{"format": 1, "rows": [1, {"dataset": "set"}]}', "\x00"]
)
def test_a_damaged_file_means_measuring_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    kept = Finished(tmp_path)
    assert kept.rows("set") == []
    kept.keep("set", ROW)
    assert Finished(tmp_path).rows("set") == [ROW]
