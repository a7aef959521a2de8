"""Requests that change something: folders, problems, settings, networks; and what has to follow."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import TYPE_CHECKING

from visearch_desktop.core import sentences
from visearch_desktop.library.control import Control
from visearch_desktop.library.rows import IndexProgress
from visearch_desktop.service import protocol as p
from visearch_desktop.service.choices import network_store, settings_ready
from visearch_desktop.service.lanes import Lane, Send, Throttle

if TYPE_CHECKING:
    from visearch_desktop.library.library import Library

LANES: dict[type[p.Request], Lane] = {
    p.AddFolder: Lane.CHANGES,
    p.RemoveFolder: Lane.CHANGES,
    p.RestoreFolder: Lane.CHANGES,
    p.RetryProblems: Lane.CHANGES,
    p.IgnoreProblems: Lane.CHANGES,
    p.LabelPhotos: Lane.CHANGES,
    p.RestoreLabels: Lane.CHANGES,
    p.RefuseDuplicates: Lane.CHANGES,
    p.SetSetting: Lane.CHANGES,
    p.Purge: Lane.CHANGES,
    p.GetSettings: Lane.SETTINGS,
    p.FetchNetwork: Lane.NETWORKS,
    p.ImportNetwork: Lane.NETWORKS,
}
"""Where each of them queues."""

SETTINGS_THAT_INDEX = ("descriptor", "megapixel_limit", "seconds_limit")


class After(Enum):
    """What has to follow a change."""

    NOTHING = auto()
    TELL = auto()  # what is shown has changed
    INDEX = auto()  # an indexing run of nobody's
    INDEX_FOR_THIS_JOB = auto()  # an indexing run that is part of the job


def make(request: p.Request, library: Library, control: Control, send: Send) -> After:
    """Carry out a change.

    Raises:
        VisearchError: whatever the library says against it.
        Cancelled: a download was stopped.
    """
    match request:
        case p.AddFolder(job=job, path=path):
            send(p.FolderAdded(job, library.add_folder(path).folder_id))
            return After.INDEX_FOR_THIS_JOB
        case p.RemoveFolder(folder_id=folder_id):
            library.remove_folder(folder_id)
            return After.TELL
        case p.RestoreFolder(job=job, folder_id=folder_id):
            send(p.FolderAdded(job, library.restore_folder(folder_id).folder_id))
            return After.INDEX_FOR_THIS_JOB
        case p.RetryProblems(file_ids=file_ids):
            library.retry_problems(file_ids)
            return After.INDEX_FOR_THIS_JOB
        case p.IgnoreProblems(file_ids=file_ids, ignored=ignored):
            library.ignore_problems(file_ids, ignored)
            return After.TELL
        case p.LabelPhotos(job=job, photo_ids=photo_ids, label=label):
            before = library.label(photo_ids, label) if label else library.unlabel(photo_ids)
            send(p.LabelsReady(job, library.labels(), before))
            return After.NOTHING
        case p.RestoreLabels(job=job, labels=labels):
            before = library.restore_labels(labels)
            send(p.LabelsReady(job, library.labels(), before))
            return After.NOTHING
        case p.RefuseDuplicates(photo_ids=photo_ids, refused=refused):
            library.refuse_duplicates(photo_ids, refused=refused)
            return After.TELL
        case p.GetSettings(job=job):
            send(settings_ready(job, library))
            return After.NOTHING
        case p.SetSetting(job=job, name=name, value=value):
            library.set_setting(name, value)
            send(settings_ready(job, library))
            return After.INDEX if name in SETTINGS_THAT_INDEX else After.NOTHING
        case p.Purge(job=job):
            purged = library.purge()
            send(p.Note(job, sentences.purged(purged.photos, purged.size_bytes)))
            send(settings_ready(job, library))
            return After.NOTHING
        case p.FetchNetwork(job=job, name=name):
            network_store(library).fetch(name, _progress_of(job, name, send), lambda: control.is_cancelled)
        case p.ImportNetwork(job=job, name=name, file=file):
            network_store(library).import_file(name, file, None, _progress_of(job, name, send))
        case _:
            raise TypeError(f"{type(request).__name__} changes nothing")
    control.check()
    library.networks_changed()
    send(settings_ready(request.job, library))
    return After.INDEX


def _progress_of(job: int, name: str, send: Send) -> Callable[[int, int], None]:
    """Reports (done, total) bytes of a network as ``Progress`` with the stage "network"."""
    throttle = Throttle(per_second=10)

    def on_progress(done: int, total: int) -> None:
        if throttle.allows():
            send(p.Progress(job, IndexProgress("network", done, total, name, 0.0, None)))

    return on_progress
