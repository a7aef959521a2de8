"""``visearch-desktop networks``: what there is, and getting it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from visearch_desktop.cli import output
from visearch_desktop.cli.options import json_option, library_folder, library_option, path_type
from visearch_desktop.library.rows import IndexProgress

if TYPE_CHECKING:
    from visearch_desktop.methods.networks.importing import Imported
    from visearch_desktop.methods.networks.store import NetworkState, NetworkStore


@click.group()
@library_option
def networks() -> None:
    """List, fetch or import the networks that describe photos or their details.

    Having a network is one act, using it another: photos are described by it when they are indexed the next time.
    """


@networks.command("list")
@library_option
@json_option
def list_networks(as_json: bool) -> None:
    """List the known networks and what is on this computer."""
    states = _store().list()
    if as_json:
        output.print_json([_document(state) for state in states])
        return
    width = max(len(state.entry.name) for state in states)
    for state in states:
        entry = state.entry
        size = f"{entry.size_bytes / 1e6:,.0f} MB"
        subject = _SUBJECTS[entry.kind]
        output.write_line(
            f"{state.state:<8} {entry.name:<{width}}  {size:>8}  {subject:<7}  {entry.licence:<14} {entry.title}"
        )


_SUBJECTS = {"descriptor": "photos", "local_features": "details"}
"""What a network of each kind describes."""


@networks.command()
@click.argument("name")
@library_option
def fetch(name: str) -> None:
    """Download a network and import it; a broken download goes on where it stopped."""
    with output.ProgressLine() as line:
        imported = _store().fetch(name, _shown_by(line, name))
    if imported is None:
        raise click.Abort
    _tell(imported)


@networks.command("import")
@click.argument("name")
@click.argument("file", type=path_type())
@click.option(
    "--whiten", metavar="FOLDER", type=path_type(exists=True, file_okay=False),
    help="Learn a whitening from the photos of this folder (some thousands, of all kinds), kept with the network.",
)  # fmt: skip
@library_option
def import_network(name: str, file: Path, whiten: Path | None) -> None:
    """Import the weights of the network NAME from FILE (a torchvision, cirtorch or ALIKE checkpoint)."""
    with output.ProgressLine() as line:
        _tell(_store().import_file(name, file.absolute(), whiten, _shown_by(line, name)))


def _store() -> NetworkStore:
    from visearch_desktop.methods.networks.store import NetworkStore, default_folders

    return NetworkStore(default_folders(library_folder()))


def _shown_by(line: output.ProgressLine, name: str) -> output.OnProgress:
    return lambda done, total: line.show(IndexProgress("network", done, total, name, 0.0, None))


def _tell(imported: Imported) -> None:
    for note in imported.notes:
        output.say(note)
    manifest = imported.manifest
    if manifest.kind == "local_features":
        output.write_line(f"{manifest.name} is ready: {manifest.dimension} numbers a detail.")
        return
    whitening = f"whitened ({manifest.whitening})" if manifest.whitening else "whitened by what each library learns"
    output.write_line(f"{manifest.name} is ready: {manifest.dimension} numbers a photo, {whitening}.")


def _document(state: NetworkState) -> dict[str, object]:
    entry = state.entry
    return {
        "name": entry.name,
        "title": entry.title,
        "describes": _SUBJECTS[entry.kind],
        "state": state.state,
        "needs": state.needs,
        "architecture": entry.architecture,
        "dimension": state.manifest.dimension if state.manifest is not None else entry.dimension,
        "size_bytes": entry.size_bytes,
        "url": entry.url,
        "sha256": entry.sha256,
        "licence": entry.licence,
        "citation": entry.citation,
    }
