"""Where bugs go: one rotating log file per library."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

SIZE_BYTES = 1_000_000
COPIES = 3
_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def log_to(path: Path) -> None:
    """Send this process's log, from INFO on, to a file; to nowhere if it cannot be written.

    The folder is not created: a library that could not be opened must not leave one behind. Calling it again moves the
    log to the other file.
    """
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, RotatingFileHandler)]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(logging.INFO)
    if not path.parent.is_dir():
        return
    try:
        handler = RotatingFileHandler(path, maxBytes=SIZE_BYTES, backupCount=COPIES, encoding="utf-8")
    except OSError:
        return
    handler.setFormatter(logging.Formatter(_FORMAT))
    root.addHandler(handler)
