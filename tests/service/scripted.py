"""A library that does as the test says: what takes long waits for a gate."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from visearch_desktop.core.errors import FolderError, PhotoError, Problem
from visearch_desktop.library.control import Control
from visearch_desktop.library.rows import (
    FolderRow,
    GroupKind,
    GroupReport,
    IndexProgress,
    IndexReport,
    Overview,
    PhotoRow,
)
from visearch_desktop.search.hits import Confidence, Hit, Ranking, Stage
from visearch_desktop.service import protocol as p

LIMIT_S = 20.0


def overview(photos: int = 0) -> Overview:
    return Overview(photos, 0, photos, photos, 0, (), "rootsift_vlad")


def row(photo_id: int) -> PhotoRow:
    return PhotoRow(photo_id, f"{photo_id}.jpg", Path(f"/p/{photo_id}.jpg"), "", 8, 8, True, False)


def hit(photo_id: int, rank: int) -> Hit:
    return Hit(photo_id, rank, 1.0 / rank, 0.5, 0, 0, None, None, Confidence.MAYBE)


def ranking(ids: list[int], stage: Stage = Stage.FIRST) -> Ranking:
    hits = tuple(hit(photo_id, rank) for rank, photo_id in enumerate(ids, 1))
    return Ranking(hits, stage, 9, len(ids), 0, 1.0, "key", (8, 8), -1)


class Scripted:
    """Has the methods of ``Library`` that the service calls."""

    def __init__(self) -> None:
        self.root = Path("/library")
        self.notes: list[str] = []
        self.gate = threading.Event()  # searching and indexing wait for it
        self.groups_gate = threading.Event()  # looking for groups waits for it
        self.groups_gate.set()
        self.grouped: list[Control] = []
        self.runs: list[Control] = []
        self.run_started = threading.Semaphore(0)
        self.gone: set[int] = set()
        self.photos = 0
        self.purged_while: list[bool] = []  # whether every run had been stopped
        self.progress: Callable[[Callable[[IndexProgress], None]], None] = lambda _: None
        self.is_closed = self.is_picky = False

    def overview(self) -> Overview:
        return overview(self.photos)

    def folders(self) -> tuple[FolderRow, ...]:
        return ()

    def page(self, view: Any, offset: int, limit: int) -> tuple[PhotoRow, ...]:
        if offset < 0:
            raise ZeroDivisionError("a bug of ours")
        return tuple(row(i) for i in range(offset, offset + limit))

    def rows(self, ids: tuple[int, ...]) -> tuple[PhotoRow, ...]:
        return tuple(row(i) for i in ids if i not in self.gone)

    def thumbnail(self, photo_id: int) -> bytes:
        return str(photo_id).encode()

    def preview(self, picture: Any, longest_px: int) -> Any:
        raise PhotoError(picture.path, Problem.EMPTY)

    def add_folder(self, path: Path, excludes: tuple[str, ...] = ()) -> FolderRow:
        if path.name == "missing":
            raise FolderError(path, "missing")
        return FolderRow(7, path, path.name, 0, False, (), ())

    def index(self, *, on_progress: Any, control: Control) -> IndexReport:
        self.runs.append(control)
        self.run_started.release()
        self.progress(on_progress)
        while not self.gate.is_set() and not control.is_cancelled:
            control.wait_while_paused()
            time.sleep(0.005)
        return IndexReport((), 0, 0, 0, 0, (), 0.0, {}, control.is_cancelled, ("The index was rebuilt.",))

    def group(self, *, on_progress: Any, control: Control) -> GroupReport:
        self.grouped.append(control)
        on_progress(IndexProgress("group", 0, 9, "", 0.0, None))
        while not self.groups_gate.is_set() and not control.is_cancelled:
            control.wait_while_paused()
            time.sleep(0.005)
        return GroupReport(9, {}, 0.0, control.is_cancelled)

    def group_photos(self, kind: GroupKind, group_id: int) -> tuple[int, ...]:
        return (group_id, group_id + 1)

    def search(self, query: Any, *, cancelled: Callable[[], bool], on_verifying: Any, **_: Any) -> Iterator[Ranking]:
        yield ranking([1, 2, 3])
        while not self.gate.is_set() and not cancelled():
            on_verifying(1, 50)
            time.sleep(0.002)
        if not cancelled():
            yield ranking([3, 2, 1], Stage.VERIFIED)

    def settings(self) -> dict[str, Any]:
        return {"only_on_mains": self.is_picky}

    def set_setting(self, name: str, value: Any) -> None:
        self.is_picky = value

    def purge(self) -> Any:
        self.purged_while.append(all(control.is_cancelled for control in self.runs))
        raise FolderError(Path("/enough"), "missing")

    def device_notes(self) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        self.is_closed = True


class Heard:
    """Everything that was sent, from all threads, in order; and when."""

    def __init__(self) -> None:
        self.reports: list[p.Report] = []
        self.at: list[float] = []
        self._changed = threading.Condition()

    def send(self, report: p.Report) -> None:
        with self._changed:
            self.reports.append(report)
            self.at.append(time.monotonic())
            self._changed.notify_all()

    def wait(self, wanted: Callable[[p.Report], bool], what: str = "a report") -> p.Report:
        def found() -> p.Report | None:
            return next(filter(wanted, self.reports), None)

        with self._changed:
            assert self._changed.wait_for(found, LIMIT_S), f"{what} never came: {self.reports[-5:]}"
            report = found()
        assert report is not None
        return report

    def wait_finished(self, job: int) -> p.Finished:
        report = self.wait(lambda r: isinstance(r, p.Finished) and r.job == job, f"Finished({job})")
        assert isinstance(report, p.Finished)
        return report

    def of(self, job: int) -> list[p.Report]:
        return [report for report in self.reports if report.job == job]

    def all(self, kind: type[Any]) -> list[Any]:
        return [report for report in self.reports if isinstance(report, kind)]
