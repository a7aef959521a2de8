"""The window's bridge to a real library process over real files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from pytestqt.qtbot import QtBot

from tests.scenes import photo_folder
from visearch_desktop.core import sentences
from visearch_desktop.core.region import Region
from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.library.rows import PhotoView
from visearch_desktop.search.hits import Stage
from visearch_desktop.search.query import Query, QueryPicture
from visearch_desktop.service import protocol as p

LIMIT_MS = 90_000


class Answers:
    """The reports of one job."""

    def __init__(self, client: LibraryClient, make: Callable[[int], p.Request]) -> None:
        self.reports: list[p.Report] = []
        self.job = client.send(make, self.reports.append)

    def of(self, kind: type[Any]) -> list[Any]:
        return [report for report in self.reports if isinstance(report, kind)]

    def wait(self, qtbot: QtBot) -> Answers:
        qtbot.waitUntil(lambda: bool(self.of(p.Finished)), timeout=LIMIT_MS)
        assert isinstance(self.reports[-1], p.Finished)
        assert len(self.of(p.Finished)) == 1
        return self

    def one(self, qtbot: QtBot, kind: type[Any]) -> Any:
        (report,) = self.wait(qtbot).of(kind)
        return report


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    return photo_folder(tmp_path / "photos", 6, width=320, height=240)


@pytest.fixture
def client(qtbot: QtBot, tmp_path: Path) -> Iterator[LibraryClient]:
    client = LibraryClient()
    client.start(tmp_path / "library")
    yield client
    client.stop()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("library ")]
    assert not library_processes(os.getpid())


def library_processes(pid: int) -> list[psutil.Process]:
    """What a process started, but for Python's own tracker of shared memory."""
    children = psutil.Process(pid).children(recursive=True)
    return [child for child in children if is_library(child)]


def is_library(process: psutil.Process) -> bool:
    try:
        words = process.cmdline()
    except psutil.NoSuchProcess:
        return False
    return process.status() != psutil.STATUS_ZOMBIE and any("spawn_main" in word for word in words)


def indexed(qtbot: QtBot, client: LibraryClient, folder: Path) -> Answers:
    answers = Answers(client, lambda job: p.AddFolder(job, folder)).wait(qtbot)
    assert answers.reports[-1] == p.Finished(answers.job)
    return answers


def test_a_folder_becomes_pages_thumbnails_and_answers(qtbot: QtBot, client: LibraryClient, photos: list[Path]) -> None:
    everything: list[p.Report] = []
    client.report.connect(everything.append)
    added = indexed(qtbot, client, photos[0].parent)
    assert isinstance(everything[0], p.Ready)
    assert len(added.of(p.FolderAdded)) == 1
    assert added.of(p.Progress)
    qtbot.waitUntil(
        lambda: any(isinstance(r, p.LibraryChanged) and r.overview.closer == 6 for r in everything), timeout=LIMIT_MS
    )

    sections = Answers(client, lambda job: p.GetSections(job, PhotoView())).one(qtbot, p.SectionsReady)
    assert sum(section.count for section in sections.sections) == 6
    page = Answers(client, lambda job: p.GetPage(job, PhotoView(), 0, 100)).one(qtbot, p.PageReady)
    assert {row.path for row in page.rows} == set(photos)
    assert all(row.has_thumbnail for row in page.rows)

    ids = tuple(row.photo_id for row in page.rows)
    thumbnails = Answers(client, lambda job: p.GetThumbnails(job, ids)).wait(qtbot).of(p.ThumbnailReady)
    assert [thumbnail.photo_id for thumbnail in thumbnails] == list(ids)
    assert all(thumbnail.encoded.startswith(b"\xff\xd8") for thumbnail in thumbnails)
    details = Answers(client, lambda job: p.GetDetails(job, ids[0])).one(qtbot, p.DetailsReady).details
    assert (details.row.width, details.row.height) == (320, 240)
    assert details.details

    by_path = {row.path: row.photo_id for row in page.rows}
    picture = QueryPicture(path=photos[2], region=Region(40, 30, 220, 180))
    found = Answers(client, lambda job: p.Search(job, Query((picture,)))).wait(qtbot).of(p.RankingReady)
    assert [ready.ranking.stage for ready in found] == [Stage.FIRST, Stage.VERIFIED]
    best = found[-1].ranking.hits[0]
    assert best.photo_id == by_path[photos[2]]
    assert best.quad is not None
    assert [row.photo_id for row in found[-1].rows] == [hit.photo_id for hit in found[-1].ranking.hits]

    comparison = Answers(client, lambda job: p.Compare(job, picture, best.photo_id)).one(qtbot, p.ComparisonReady)
    assert comparison.comparison.inliers == best.inliers
    preview = Answers(client, lambda job: p.GetPreview(job, picture, 100)).one(qtbot, p.PreviewReady)
    assert (preview.width, preview.height) == (320, 240)
    assert Answers(client, lambda job: p.CountDetails(job, picture)).one(qtbot, p.DetailsCounted).details > 0


def test_requests_before_the_library_is_there_are_answered_when_it_is(
    qtbot: QtBot, tmp_path: Path, photos: list[Path]
) -> None:
    client = LibraryClient()
    early = Answers(client, p.GetOverview)
    client.start(tmp_path / "library")
    try:
        assert early.one(qtbot, p.OverviewReady).overview.photos == 0
    finally:
        client.stop()


def test_the_newest_of_many_searches_is_answered(qtbot: QtBot, client: LibraryClient, photos: list[Path]) -> None:
    indexed(qtbot, client, photos[0].parent)
    searches = [
        Answers(client, lambda job, path=path: p.Search(job, Query((QueryPicture(path=path),)))) for path in photos * 3
    ]
    last = searches[-1].wait(qtbot)
    assert last.reports[-1] == p.Finished(last.job)
    assert last.of(p.RankingReady)[-1].ranking.stage is Stage.VERIFIED
    for search in searches:
        search.wait(qtbot)
    assert sum(search.of(p.Finished)[0].cancelled for search in searches) >= len(searches) // 2


def test_indexing_is_held_goes_on_and_is_cancelled(qtbot: QtBot, client: LibraryClient, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    photo_folder(folder, 12, width=320, height=240)
    said: list[p.Paused] = []
    client.report.connect(lambda report: said.append(report) if isinstance(report, p.Paused) else None)
    Answers(client, lambda job: p.Pause(job, True)).wait(qtbot)
    assert said == [p.Paused(0, True)]
    adding = Answers(client, lambda job: p.AddFolder(job, folder))
    qtbot.waitUntil(lambda: bool(adding.of(p.FolderAdded)), timeout=LIMIT_MS)
    overview = Answers(client, p.GetOverview).one(qtbot, p.OverviewReady).overview
    assert overview.looked == 0
    Answers(client, lambda job: p.Cancel(job, adding.job)).wait(qtbot)
    adding.wait(qtbot)
    assert adding.reports[-1] == p.Finished(adding.job, cancelled=True)
    Answers(client, lambda job: p.Pause(job, False)).wait(qtbot)
    Answers(client, p.Index).wait(qtbot)
    overview = Answers(client, p.GetOverview).one(qtbot, p.OverviewReady).overview
    assert (overview.photos, overview.looked, overview.closer) == (12, 12, 12)


def test_a_killed_library_is_started_again_and_the_open_query_answered(
    qtbot: QtBot, client: LibraryClient, photos: list[Path]
) -> None:
    indexed(qtbot, client, photos[0].parent)
    said: list[str] = []
    client.restarted.connect(said.append)
    first = client.library_pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)  # so that the query is open when it dies
    search = Answers(client, lambda job: p.Search(job, Query((QueryPicture(path=photos[4]),))))
    page = Answers(client, lambda job: p.GetPage(job, PhotoView(), 0, 10))
    os.kill(first, signal.SIGKILL)
    assert len(page.one(qtbot, p.PageReady).rows) == 6
    rankings = search.wait(qtbot).of(p.RankingReady)
    assert rankings[-1].rows[0].path == photos[4]
    assert said == [sentences.LIBRARY_RESTARTED]
    assert client.library_pid != first


def test_a_library_that_dies_while_indexing_goes_on_after_the_restart(
    qtbot: QtBot, client: LibraryClient, tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    photo_folder(folder, 16, width=320, height=240)
    adding = Answers(client, lambda job: p.AddFolder(job, folder))
    qtbot.waitUntil(lambda: bool(adding.of(p.Progress)), timeout=LIMIT_MS)
    pid = client.library_pid
    assert pid is not None
    workers = library_processes(pid)
    os.kill(pid, signal.SIGKILL)
    adding.wait(qtbot)
    assert adding.reports[-1] == p.Finished(adding.job)
    overview = Answers(client, p.GetOverview).one(qtbot, p.OverviewReady).overview
    assert (overview.photos, overview.closer) == (16, 16)
    assert psutil.wait_procs(workers, timeout=20)[1] == [], "the dead library's workers ended too"


def test_a_request_that_was_open_at_two_deaths_is_not_tried_again(
    qtbot: QtBot, client: LibraryClient, photos: list[Path]
) -> None:
    Answers(client, p.GetOverview).wait(qtbot)
    Answers(client, lambda job: p.Pause(job, True)).wait(qtbot)
    suspect = Answers(client, lambda job: p.AddFolder(job, photos[0].parent))
    for _ in range(2):
        qtbot.waitUntil(lambda: len(suspect.of(p.FolderAdded)) > 0, timeout=LIMIT_MS)
        suspect.reports.clear()
        pid = client.library_pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
    suspect.wait(qtbot)
    assert [type(report) for report in suspect.reports[-2:]] == [p.Failed, p.Finished]
    assert [failed.sentence for failed in suspect.of(p.Failed)] == [sentences.LIBRARY_DIED_TWICE]
    assert Answers(client, p.GetOverview).one(qtbot, p.OverviewReady)


def test_a_library_that_is_open_elsewhere_is_refused_in_one_sentence(
    qtbot: QtBot, client: LibraryClient, tmp_path: Path
) -> None:
    Answers(client, p.GetOverview).wait(qtbot)
    second = LibraryClient()
    said: list[p.Report] = []
    second.report.connect(said.append)
    overview = Answers(second, p.GetOverview)
    second.start(tmp_path / "library")
    try:
        overview.wait(qtbot)
        refusal = said[0]
        assert isinstance(refusal, p.Failed)
        assert (refusal.job, refusal.kind) == (0, "LibraryInUseError")
        assert f"(process {client.library_pid})" in refusal.sentence
        assert [type(report) for report in overview.reports] == [p.Failed, p.Finished]
        late = Answers(second, p.GetOverview)
        assert late.reports == [], "never answered from inside send()"
        late.wait(qtbot)
    finally:
        second.stop()


def test_stopping_while_photos_are_indexed_leaves_no_process(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    photo_folder(folder, 12, width=320, height=240)
    client = LibraryClient()
    client.start(tmp_path / "library")
    adding = Answers(client, lambda job: p.AddFolder(job, folder))
    qtbot.waitUntil(lambda: bool(adding.of(p.Progress)), timeout=LIMIT_MS)
    client.stop()
    assert not library_processes(os.getpid())
    assert client.library_pid is None


def test_a_callback_that_raises_does_not_keep_the_others_from_their_reports(
    qtbot: QtBot, client: LibraryClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: told.append(error))

    def raising(_report: p.Report) -> None:
        raise KeyError("a bug of a widget")

    client.send(p.GetOverview, raising)
    assert Answers(client, p.GetOverview).one(qtbot, p.OverviewReady)
    assert all(isinstance(error, KeyError) for error in told)
    assert told


WINDOW = """
    import sys, time
    from pathlib import Path
    from PySide6.QtCore import QCoreApplication
    from visearch_desktop.gui.client import LibraryClient
    from visearch_desktop.service import protocol as p

    if __name__ == "__main__":
        app = QCoreApplication(sys.argv)
        client = LibraryClient()
        client.report.connect(lambda r: print("progress", flush=True) if isinstance(r, p.Progress) else None)
        client.start(Path(sys.argv[1]))
        client.send(lambda job: p.AddFolder(job, Path(sys.argv[2])))
        if sys.argv[3] == "forget":
            client.send(p.GetOverview, lambda r: app.quit() if isinstance(r, p.Finished) else None)
        app.exec()
"""


@pytest.mark.parametrize("end", ["kill", "forget"])
def test_a_window_that_is_killed_or_forgets_to_stop_leaves_no_orphan(tmp_path: Path, end: str) -> None:
    photo_folder(tmp_path / "photos", 12, width=320, height=240)
    script = tmp_path / "window.py"
    script.write_text(textwrap.dedent(WINDOW))
    words = [sys.executable, str(script), str(tmp_path / "library"), str(tmp_path / "photos"), end]
    window = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert window.stdout is not None
    try:
        if end == "kill":
            assert window.stdout.readline() == "progress\n"
            left = psutil.Process(window.pid).children(recursive=True)
            assert left
            window.kill()
        else:
            left = []
        assert window.wait(60) == (-signal.SIGKILL if end == "kill" else 0)
        assert psutil.wait_procs(left, timeout=20)[1] == []
    finally:
        window.kill()
        window.stdout.close()


def test_importing_the_client_imports_nothing_heavy() -> None:
    heavy = "numpy sqlite3 sqlite_utils click cv2 torch onnxruntime PySide6.QtWidgets visearch_desktop.library.library"
    code = f"import sys, visearch_desktop.gui.client; print([m for m in '{heavy}'.split() if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
