"""``visearch-desktop groups``: what belongs together in the library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from visearch_desktop.cli import output
from visearch_desktop.cli.interrupting import cancelled_by_ctrl_c
from visearch_desktop.cli.opening import opened_library
from visearch_desktop.cli.options import json_option, library_option
from visearch_desktop.library.duplicate_rows import DuplicateGroup, Verdict
from visearch_desktop.library.rows import GroupKind, VisualGroup

if TYPE_CHECKING:
    from visearch_desktop.library.library import Library


@click.command()
@library_option
@click.option(
    "--kind", type=click.Choice([kind.value for kind in GroupKind]), default=GroupKind.SAME.value, show_default=True,
    help="Photos of the same place or object; near duplicates: copies that were cropped, turned, mirrored, edited;"
    " or bursts, alike and taken within moments.",
)  # fmt: skip
@click.option(
    "-n", "count", metavar="N", type=click.IntRange(min=0), default=0,
    help="How many groups, largest first; the default is all.",
)  # fmt: skip
@json_option
def groups(kind: str, count: int, as_json: bool) -> None:
    """List groups of photos that belong together, largest first.

    Of near duplicates and files with the same content it says what it would keep ("keep"), what could go to the trash
    ("trash"), and what shows something else than the best one and is left to you ("decide"). Nothing is moved.

    Photos that were indexed since are looked up first: only these, and nothing is decoded. Ctrl+C stops that, what was
    found is kept, and nothing is listed.
    """
    with opened_library() as library:
        with cancelled_by_ctrl_c() as control, output.ProgressLine() as line:
            report = library.group(on_progress=line.show, control=control)
        if report.cancelled:
            output.say("What was found is kept; the same command goes on from there.")
            raise KeyboardInterrupt
        if kind == GroupKind.DUPLICATES:
            duplicates = library.duplicates(limit=count)
            total, documents = duplicates.total_groups, [_duplicates(group) for group in duplicates.groups]
        else:
            found = library.visual_groups(GroupKind(kind))
            total, documents = len(found), [_document(library, group) for group in found[: count or None]]
    if as_json:
        output.print_json({"kind": kind, "groups": documents, "looked": report.looked})
    else:
        _print(documents, total)


def _print(documents: list[dict[str, Any]], total: int) -> None:
    output.write_line(f"{total:,} {'group' if total == 1 else 'groups'}.")
    for document in documents:
        name = f"  {document['name']}" if document["name"] else ""
        output.write_line(f"{len(document['photos']):,} photos:{name}")
        verdicts = [_WORDS[file["verdict"]] for file in document.get("files", ())] or [""] * len(document["photos"])
        for path, verdict in zip(document["photos"], verdicts, strict=True):
            output.write_line(f"  {verdict}{path}")


_WORDS = {Verdict.KEEP: "keep   ", Verdict.TRASH: "trash  ", Verdict.DECIDE: "decide "}


def _duplicates(group: DuplicateGroup) -> dict[str, Any]:
    paths = [output.printable(file.row.path) for file in group.files]
    files = [
        {
            "path": path, "verdict": file.verdict.value, "change": file.change.value, "size_bytes": file.size_bytes,
            "width": file.row.width, "height": file.row.height,
        }
        for path, file in zip(paths, group.files, strict=True)
    ]  # fmt: skip
    return {"name": "", "photos": paths, "files": files}


def _document(library: Library, group: VisualGroup) -> dict[str, Any]:
    paths = [library.paths_of(photo_id)[0] for photo_id in group.photo_ids]
    return {"name": group.name, "photos": [output.printable(path) for path in paths]}
