"""Fixtures for every room: a data folder of its own, the shared photos, and no display needed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from visearch_desktop.core.threads import one_thread_of_linear_algebra

one_thread_of_linear_algebra()  # before NumPy is imported: as in the program, and tests run beside other work

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--headed", action="store_true", help="show the windows that the tests drive")


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--headed"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = pytest.mark.skip(reason="needs the photos of ../shared/data, which are not there")
    for item in items:
        if item.get_closest_marker("shared_data") and not SHARED.is_dir():
            item.add_marker(missing)


@pytest.fixture(autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder of this test: nothing a test does reaches the real one."""
    folder = tmp_path_factory.mktemp("data")
    monkeypatch.setenv("VISEARCH_DATA", str(folder))
    return folder


@pytest.fixture
def shared() -> Path:
    """The folder of real photos; only in tests marked ``shared_data``."""
    return SHARED
