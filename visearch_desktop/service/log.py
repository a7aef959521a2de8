"""Where bugs go: one rotating log file per library."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

SIZE_BYTES = 1_000_000
COPIES = 3
_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def log_to(path: Path, *, make_folder: bool = False) -> None:
    """Send this process's log, from INFO on, to a file; to nowhere if it cannot be written.

    Calling it again moves the log to the other file.

    Args:
        path: the file.
        make_folder: whether its folder is made where it is missing; a library that could not be opened leaves none.
    """
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, RotatingFileHandler)]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(logging.INFO)
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=SIZE_BYTES, backupCount=COPIES, encoding="utf-8")
    except OSError:
        if not root.handlers:
            root.addHandler(logging.NullHandler())  # else Python prints warnings and worse on standard error
        return
    handler.setFormatter(logging.Formatter(_FORMAT))
    root.addHandler(handler)
