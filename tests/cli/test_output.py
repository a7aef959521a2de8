"""What goes to the terminal while a command works."""

from __future__ import annotations

import io
import json
import os

import pytest

from visearch_desktop.cli import output
from visearch_desktop.library.rows import IndexProgress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def progress(stage: str, done: int, total: int = 100) -> IndexProgress:
    return IndexProgress(stage, done, total, "a.jpg", 31.4, 125.0)


def test_a_terminal_gets_one_line_that_is_drawn_again_at_most_ten_times_a_second() -> None:
    terminal, now = Terminal(), [0.0]
    with output.ProgressLine(terminal, lambda: now[0]) as line:
        for done in range(101):
            now[0] += 0.01
            line.show(progress("first_look", done))
    text = terminal.getvalue()
    assert "\n" not in text
    assert 9 <= text.count("First look") <= 11
    assert "████" in text
    assert "0 of 100 · 31/s · 2:05 left" in text
    assert text.endswith("\r\x1b[K"), "the line is wiped at the end"


def test_a_file_gets_a_quiet_line_for_each_stage() -> None:
    file = io.StringIO()
    with output.ProgressLine(file) as line:
        line.show(progress("scan", 0, 0))
        for done in range(50):
            line.show(progress("first_look", done))
        line.show(progress("index", 1))
    assert file.getvalue() == "Looking for files\nFirst look: 100\nIndex: 100\n"


@pytest.mark.parametrize(
    ("name", "printed"), [(b"plain.jpg", "plain.jpg"), ("é.jpg".encode(), "é.jpg"), (b"caf\xe9.jpg", r"caf\xe9.jpg")]
)
def test_every_name_can_be_printed(name: bytes, printed: str) -> None:
    assert output.printable(os.fsdecode(name)) == printed


def test_a_document_is_one_line_of_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_json({"path": "é", "odd": "\udce9"})
    out = capsys.readouterr().out
    assert out.isascii()
    assert out.count("\n") == 1
    assert json.loads(out)["path"] == "é"
