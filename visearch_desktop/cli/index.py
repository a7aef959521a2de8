"""``visearch-desktop index``: scan, describe, index."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from visearch_desktop.cli import output
from visearch_desktop.cli.interrupting import cancelled_by_ctrl_c
from visearch_desktop.cli.opening import check_descriptor, opened_library
from visearch_desktop.cli.options import json_option, library_option, path_type
from visearch_desktop.core import sentences
from visearch_desktop.core.errors import FolderError
from visearch_desktop.library.rows import IndexReport

if TYPE_CHECKING:
    from visearch_desktop.library.library import Library


@click.command()
@click.argument("folders", metavar="FOLDER...", nargs=-1, required=True, type=path_type())
@library_option
@click.option("--descriptor", metavar="NAME", help="What describes the photos; the default is the library's own.")
@click.option("--workers", metavar="N", type=click.IntRange(min=1), help="Worker processes; the default is one a core.")
@json_option
def index(folders: tuple[Path, ...], descriptor: str | None, workers: int | None, as_json: bool) -> None:
    """Add folders to the library and index their photos.

    What is done already is not done again: after Ctrl+C, a crash or a change the same command goes on. Files that
    cannot be read are listed with a reason, and the rest is indexed. Exit code 3 if there was nothing that could be
    read: no folder, or not one of the files found.
    """
    check_descriptor(descriptor)
    with opened_library() as library:
        added, refused = _add(library, folders)
        with cancelled_by_ctrl_c() as control, output.ProgressLine() as line:
            report = library.index(
                added, descriptor=descriptor, workers=workers, on_progress=line.show, control=control
            )
    if as_json:
        output.print_json(_document(report, refused))
    else:
        _summarise(report)
    for note in report.notes:
        output.say(note)
    if report.cancelled:
        output.say("What was done is kept; the same command goes on from there.")
        raise KeyboardInterrupt
    if report.photos == 0 and (report.problems or not added):
        click.get_current_context().exit(sentences.EXIT_UNREADABLE)


def _add(library: Library, folders: tuple[Path, ...]) -> tuple[list[Path], list[FolderError]]:
    """The folders that are in the library now, and why the others are not.

    Raises:
        FolderError: not one could be added.
    """
    added: list[Path] = []
    refused: list[FolderError] = []
    for folder in folders:
        try:
            added.append(library.add_folder(folder.absolute()).path)
        except FolderError as error:
            refused.append(error)
    if not added:
        raise refused[0]
    for refusal in refused:
        output.say(sentences.sentence(refusal))
    return added, refused


def _document(report: IndexReport, refused: list[FolderError]) -> dict[str, Any]:
    problems = [{"path": output.printable(row.path), "reason": row.sentence} for row in report.problems]
    problems += [{"path": output.printable(error.path), "reason": sentences.sentence(error)} for error in refused]
    return {
        "folders": [output.printable(folder) for folder in report.folders],
        "photos": report.photos,
        "added": report.added,
        "updated": report.updated,
        "removed": report.removed,
        "problems": problems,
        "seconds": round(report.seconds, 3),
        "stages": {stage: round(seconds, 3) for stage, seconds in report.stages.items()},
    }


def _summarise(report: IndexReport) -> None:
    output.write_line(
        f"{report.photos:,} photos: {report.added:,} added, {report.updated:,} updated, {report.removed:,} removed"
        f" in {report.seconds:.1f} s."
    )
    if report.problems:
        count = len(report.problems)
        output.write_line(f"{count:,} {'file' if count == 1 else 'files'} could not be read:")
        for row in report.problems:
            output.write_line(f"  {output.printable(row.path)}: {row.sentence}")
