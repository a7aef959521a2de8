"""Where the program starts: the window, unless a command is named."""

from __future__ import annotations

import sys
from multiprocessing import freeze_support


def opens_window(words: list[str]) -> bool:
    """Whether the words after the program's name ask for the window.

    They do when nothing but ``--library DIR`` and Qt's own options (``-platform xcb``) is among them.
    """
    rest = iter(words)
    for word in rest:
        if word == "--library":
            if next(rest, None) is None:
                return False
        elif word.startswith("-") and not word.startswith("--") and len(word) > 2:
            return True
        elif not word.startswith("--library="):
            return False
    return True


def main() -> int:
    """Run the window or a command; returns the exit code. The window's path imports nothing that it does not need."""
    freeze_support()
    words = sys.argv[1:]
    if opens_window(words):
        from visearch_desktop.gui.app import run_window

        code: int = run_window(words)
        return code
    from visearch_desktop.core.threads import one_thread_of_linear_algebra

    one_thread_of_linear_algebra()
    from visearch_desktop.cli.main import run

    return run(words)


if __name__ == "__main__":
    sys.exit(main())
