"""Where the program starts: the window, unless a command is named."""

from __future__ import annotations

import sys
from multiprocessing import freeze_support

COMMANDS = ("index", "search", "networks", "doctor")


def main() -> int:
    """Run the window or a command; returns the exit code. The window's path imports nothing that it does not need."""
    freeze_support()
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    if any(command in words for command in COMMANDS) or "--help" in sys.argv or "--version" in sys.argv:
        from visearch_desktop.cli.main import run

        return run(sys.argv[1:])
    from visearch_desktop.gui.app import run_window

    return run_window(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
