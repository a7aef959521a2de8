"""The product's own work, but with files that crash or hang the process that opens them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

from visearch_desktop.library import looking
from visearch_desktop.library.looking import Look, LookTask, Setup


def start_without_decoder(setup: Setup) -> Callable[[LookTask], Look]:
    import visearch_desktop.photos.decode

    def refuse(*_: object) -> None:
        raise AssertionError("a file is decoded")

    visearch_desktop.photos.decode.decode = refuse  # type: ignore[assignment]
    return looking.start(setup)


def start(setup: Setup) -> Callable[[LookTask], Look]:
    look = looking.start(setup)

    def look_or_fall(task: LookTask) -> Look:
        match task.path.stem:
            case "segfault":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "hang":
                time.sleep(3600)
        return look(task)

    return look_or_fall
