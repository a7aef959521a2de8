"""What the worker processes of the tests do; named by its import path, as the product names its own."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from visearch_desktop.core.errors import NetworkMissingError, PhotoError, Problem


@dataclass(frozen=True, slots=True)
class Order:
    """Do this with that number."""

    number: int
    what: str = "square"

    def failed(self, problem: Problem, facts: dict[str, str | int | float]) -> PhotoError:
        return PhotoError(Path(f"{self.number}.jpg"), problem, facts)


def start(setup: int) -> Callable[[Order], int]:
    def do(order: Order) -> int:
        match order.what:
            case "segfault":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "exit":
                os._exit(7)
            case "sleep":
                time.sleep(3600)
            case "nap":
                time.sleep(0.05)
            case "no memory":
                raise MemoryError
            case "bug":
                raise ZeroDivisionError("oh")
            case "refuse":
                raise PhotoError(Path(f"{order.number}.jpg"), Problem.EMPTY)
            case "damaged network":
                raise NetworkMissingError("mobilenet")
            case "large":
                return b"x" * 3_000_000  # type: ignore[return-value]
            case "pid":
                return os.getpid()
            case "priority":
                return os.getpriority(os.PRIO_PROCESS, 0)
            case "threads":
                return int(os.environ["OMP_NUM_THREADS"])
        return order.number**2 + setup

    return do


def start_broken(setup: object) -> None:
    raise ImportError("a library is missing")


def start_dying(setup: object) -> None:
    os._exit(3)
