"""What the command line does with words it cannot make sense of, and which words mean the window."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from visearch_desktop.__main__ import opens_window
from visearch_desktop.cli.main import run


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--library", "photos"],
        ["--library=photos"],
        ["--library", "index"],
        ["--library=search"],
        ["--library", "--x"],
        ["-platform", "xcb"],
    ],
)
def test_the_window_opens_when_no_command_is_named(words: list[str]) -> None:
    assert opens_window(words)


@pytest.mark.parametrize(
    "words", [["index"], ["--library", "index", "index"], ["--help"], ["--version"], ["serach"], ["--library"]]
)
def test_anything_else_is_the_command_line(words: list[str]) -> None:
    assert not opens_window(words)


@pytest.mark.parametrize(
    "words",
    [
        ["serach", "a.jpg"],
        ["--library"],
        ["index"],
        ["search"],
        ["search", "a.jpg", "--batch", __file__],
        ["search", "a.jpg", "--region", "1,2,3"],
        ["search", "a.jpg", "--region", "1,2,3,x"],
        ["search", "a.jpg", "--region", "1,2,nan,4"],
        ["search", "a.jpg", "--region", "1,2,0,4"],
        ["search", "a.jpg", "-n", "-1"],
        ["search", "a.jpg", "-n", "many"],
        ["search", "--batch", "/nowhere/queries.json"],
        ["search", "--batch", __file__],
        ["search", "--batch", __file__, "--region", "1,2,3,4"],
        ["search", "a.jpg", "--unheard-of"],
        ["networks", "eat"],
        ["networks", "fetch", "no_such_network"],
        ["doctor", "ill"],
    ],
)
def test_wrong_usage_is_a_sentence_and_exit_code_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip()
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("words", "guess"),
    [
        (["search", "a.jpg", "--descriptor", "rootsift_vald"], "rootsift_vlad"),
        (["search", "a.jpg", "--intent", "sane"], "same"),
        (["index", "/", "--descriptor", "colour_histgram"], "colour_histogram"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(
    words: list[str], guess: str, capsys: pytest.CaptureFixture[str], data_folder: Path
) -> None:
    assert run(words) == 2
    assert f"Did you mean “{guess}”?" in capsys.readouterr().err
    assert not list(data_folder.iterdir()), "nothing was made"


def test_help_names_every_command_and_version_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    from visearch_desktop import __version__

    assert run(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in ("index", "search", "networks", "doctor", "--library", "Exit codes"))
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.strip() == f"Visearch Desktop {__version__}"


def test_a_bug_is_logged_and_said_in_one_sentence(
    capsys: pytest.CaptureFixture[str], data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from visearch_desktop.cli import batch

    monkeypatch.setattr(batch, "from_entry", lambda *_: 1 / 0)
    queries = data_folder / "queries.json"
    queries.write_text('[{"image": "a.jpg"}]')
    assert run(["search", "--library", str(data_folder / "lib"), "--batch", str(queries)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "Something went wrong inside the program" in err
    assert "Traceback" not in err
    log = (data_folder / "lib" / "visearch.log").read_text()
    assert "Traceback" in log
    assert "ZeroDivisionError" in log


def test_the_command_line_never_imports_qt_and_helps_without_the_heavy_libraries() -> None:
    heavy = ["PySide6", "torch", "cv2", "onnxruntime", "sqlite_utils"]
    code = (
        "import sys; from visearch_desktop.cli.main import run; code = run(['search', '--help']); "
        f"print([m for m in {heavy} if m in sys.modules], file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
