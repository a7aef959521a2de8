"""The networks on this computer: listed, fetched, imported, removed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from visearch_desktop.core.errors import (
    LibraryNotWritableError,
    NetworkDamagedError,
    NetworkMissingError,
    UsageError,
)
from visearch_desktop.core.paths import LibraryPaths, bundled_networks_folder, user_data_folder
from visearch_desktop.methods.networks.backbones import require_torch
from visearch_desktop.methods.networks.bundled import read_bundled
from visearch_desktop.methods.networks.download import download, partial_file
from visearch_desktop.methods.networks.hashing import Progress, check_published
from visearch_desktop.methods.networks.importing import Imported, build_network
from visearch_desktop.methods.networks.listing import NetworkEntry, find_network, listed_networks
from visearch_desktop.methods.networks.manifest import WEIGHTS, NetworkManifest, read_manifest


def no_progress(done: int, total: int) -> None:
    """Tells nobody."""


def never() -> bool:
    """Is never cancelled."""
    return False


def default_folders(library: Path | None = None) -> tuple[Path, ...]:
    """Where networks are looked for, in order: the user's own folder, a library's, the program's.

    New ones go to the first; nothing is ever written to the last.
    """
    return (user_data_folder() / "networks", LibraryPaths.of(library).networks, bundled_networks_folder())


@dataclass(frozen=True, slots=True)
class NetworkState:
    """A listed network and what there is of it.

    Attributes:
        entry: what the list says.
        state: "present", "partial" (a download to go on with), "absent", or, of the program's own, "damaged".
        manifest: of a present one.
        needs: what is missing to get it, as a sentence; "" where nothing is.
    """

    entry: NetworkEntry
    state: str
    manifest: NetworkManifest | None = None
    needs: str = ""


class NetworkStore:
    """Networks in folders that are searched in order; one folder a network, named like it.

    Attributes:
        folders: new networks go to the first.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        """Nothing is read or created before it is asked for."""
        if not folders:
            raise ValueError("a network store needs a folder")
        self.folders = tuple(folders)
        self._bundled = bundled_networks_folder()

    def list(self) -> list[NetworkState]:
        """Every listed network, the preferred first; a bundled one only where it is in one of the folders."""
        states = [self.state(entry.name) for entry in listed_networks()]
        return [one for one in states if one.state != "absent" or not one.entry.is_bundled]

    def state(self, name: str) -> NetworkState:
        """Raises: UnknownNameError: no network of that name is listed."""
        entry = find_network(name)
        folder = self.find(name)
        if folder is not None:
            return NetworkState(entry, "present", read_manifest(folder))
        if self._is_damaged(entry):
            return NetworkState(entry, "damaged", needs="Install the program again to have it back.")
        if not entry.url:
            return NetworkState(entry, "absent", needs="It comes only from a file that you have: import it.")
        is_partial = partial_file(self._download_target(entry)).exists()
        return NetworkState(entry, "partial" if is_partial else "absent")

    def find(self, name: str) -> Path | None:
        """The folder of an imported or bundled network; None where it is not there, or is bundled and damaged."""
        return next((root / name for root in self.folders if self._record(root, name) is not None), None)

    def _record(self, root: Path, name: str) -> NetworkManifest | None:
        if root != self._bundled:
            return read_manifest(root / name)
        entry = next((one for one in listed_networks() if one.is_bundled and one.name == name), None)
        return None if entry is None else read_bundled(entry, root / name)

    def damaged(self) -> tuple[NetworkDamagedError, ...]:
        """The bundled networks that cannot be used because their files are not as they were made."""
        return tuple(NetworkDamagedError(one.entry.name) for one in self.list() if one.state == "damaged")

    def _is_damaged(self, entry: NetworkEntry) -> bool:
        return entry.is_bundled and self._bundled in self.folders and self.find(entry.name) is None

    def folder(self, name: str) -> Path:
        """Raises: UnknownNameError: not listed. NetworkMissingError, NetworkDamagedError: not on this computer, or not
        as it was made.
        """  # noqa: D205 - one sentence
        entry = find_network(name)
        found = self.find(name)
        if found is None:
            raise NetworkDamagedError(name) if self._is_damaged(entry) else NetworkMissingError(name)
        return found

    def weights(self, name: str) -> Path:
        """The weights file of an imported network; raises like :meth:`folder`."""
        folder = self.folder(name)
        manifest = read_manifest(folder)
        return folder / (WEIGHTS if manifest is None else manifest.weights_file)

    def fetch(
        self, name: str, progress: Progress = no_progress, cancelled: Callable[[], bool] = never
    ) -> Imported | None:
        """Download, check and import a network; what came of an earlier try is continued.

        Args:
            name: of a listed network.
            progress: called with bytes done and in all.
            cancelled: asked often.
        Returns:
            None where it was cancelled.
        Raises:
            UnknownNameError, MissingExtraError, DownloadError, ChecksumError, WeightsError, SelfTestError.
            UsageError: the network is not published anywhere.
        """
        entry = find_network(name)
        if entry.is_bundled:
            raise UsageError(f"The network “{name}” is part of the program: there is nothing to download.")
        if not entry.url:
            raise UsageError(
                f"The network “{name}” cannot be downloaded: import a file that you have with "
                f"“visearch-desktop networks import {name} FILE”."
            )
        require_torch("Importing a network")
        target = self._download_target(entry)
        if not target.exists() and not download(entry.url, target, progress, cancelled):
            return None
        try:
            check_published(entry, target)
            return self.import_file(name, target)
        finally:
            target.unlink(missing_ok=True)

    def import_file(
        self,
        name: str,
        file: Path,
        whiten: Path | None = None,
        progress: Progress = no_progress,
        *,
        scales: tuple[float, ...] = (),
    ) -> Imported:
        """Take a network's weights from a file; an earlier import of that name is replaced when all went well.

        Args:
            name: of a listed network.
            file: the weights; it is only read.
            whiten: a folder of photos to learn a whitening from.
            progress: called with photos done and in all, while a whitening is learned.
            scales: sizes, relative to the network's input, whose vectors are combined; empty takes the listed ones.
        Raises:
            UnknownNameError, MissingExtraError, WeightsError, SelfTestError, UsageError.
            LibraryNotWritableError: the folder for networks cannot be written to.
        """
        entry = find_network(name)
        root = self.folders[0]
        try:
            root.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=root) as scratch:
                fresh = Path(scratch) / name
                fresh.mkdir()
                imported = build_network(entry, file, fresh, whiten, scales, progress)
                _put(fresh, root / name, Path(scratch) / "old")
        except OSError as error:
            raise LibraryNotWritableError(root, error.strerror or str(error)) from error
        return imported

    def remove(self, name: str) -> None:
        """Delete an imported network's files; raises like :meth:`folder`.

        Raises:
            UsageError: it is part of the program.
        """
        folder = self.folder(name)
        if folder.parent == self._bundled:
            raise UsageError(f"The network “{name}” is part of the program and cannot be removed.")
        shutil.rmtree(folder)

    def _download_target(self, entry: NetworkEntry) -> Path:
        return self.folders[0] / "downloads" / entry.url.rpartition("/")[2]


def _put(fresh: Path, place: Path, aside: Path) -> None:
    """Move a finished folder into its place; what was there goes aside first."""
    if place.exists():
        place.rename(aside)
    fresh.rename(place)
