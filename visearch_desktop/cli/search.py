"""``visearch-desktop search``: one query, or many in one process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from visearch_desktop.cli import output
from visearch_desktop.cli.asked import Asked
from visearch_desktop.cli.batch import Answer, Searching, read_batch
from visearch_desktop.cli.opening import check_descriptor, opened_library
from visearch_desktop.cli.options import RegionType, json_option, library_option, path_type
from visearch_desktop.core import sentences
from visearch_desktop.search.query import Together

if TYPE_CHECKING:
    from visearch_desktop.core.region import Region


@click.command()
@click.argument("image", required=False, type=path_type())
@library_option
@click.option(
    "--region",
    "regions",
    type=RegionType(),
    multiple=True,
    help="Search for this part of the picture only, in its upright pixels. May be given several times.",
)
@click.option("--also", metavar="IMAGE", type=path_type(), multiple=True, help="One more picture. Several times.")
@click.option(
    "--not-region",
    "not_regions",
    type=RegionType(),
    multiple=True,
    help="Leave out photos that show this part of IMAGE. May be given several times.",
)
@click.option(
    "--not",
    "not_images",
    metavar="IMAGE",
    type=path_type(),
    multiple=True,
    help="Leave out photos that show the same as this picture. May be given several times.",
)
@click.option(
    "--all/--any", "wants_all", default=True,
    help="Of several regions and pictures, photos must show all (the default), or may show any.",
)  # fmt: skip
@click.option("--descriptor", metavar="NAME", help="What finds the candidates; the default is the library's own.")
@click.option("--index", metavar="NAME", help="What compares descriptors; the default suits the number of photos.")
@click.option("--intent", metavar="NAME", default="same", show_default=True, help="What to look for.")
@click.option(
    "-n", "count", metavar="N", type=click.IntRange(min=0), default=20, show_default=True,
    help="How many results; 0 is all of the library.",
)  # fmt: skip
@click.option("--rotations", is_flag=True, help="Also find what shows it turned by 90, 180 or 270 degrees.")
@click.option("--mirrored", is_flag=True, help="Also find what shows it mirrored; with --rotations, in every turn.")
@click.option("--verify/--no-verify", default=True, help="Check the best candidates geometrically; the default.")
@click.option(
    "--batch", metavar="QUERIES.json", type=path_type(exists=True, dir_okay=False, allow_dash=True),
    help="Many queries: a JSON list of {\"image\": PATH, \"region\": [X,Y,W,H] or null}; - is standard input. "
    "A query may also have \"regions\", \"also\", \"not_regions\", \"not\" (lists), \"together\" (\"all\", \"any\").",
)  # fmt: skip
@json_option
def search(
    image: Path | None,
    regions: tuple[Region, ...],
    also: tuple[Path, ...],
    not_regions: tuple[Region, ...],
    not_images: tuple[Path, ...],
    wants_all: bool,
    descriptor: str | None,
    index: str | None,
    intent: str,
    count: int,
    rotations: bool,
    mirrored: bool,
    verify: bool,
    batch: Path | None,
    as_json: bool,
) -> None:
    """Find photos that show the same as IMAGE, or as each picture of a batch.

    A result is a file: a photo of which the library knows two identical files gives two results. Paths in a batch are
    relative to the batch file.

    A query of a batch that fails costs that query: its answer is {"query": …, "error": SENTENCE, "results": []}, and
    the run goes on. The exit code is 0 if at least one was answered, else that of the first failure (3: the picture
    cannot be read, or nothing is indexed; 2: the region is not in it). A bug of the program is 1 in any case.
    """
    if (image is None) == (batch is None):
        raise click.UsageError("Give either an IMAGE or --batch QUERIES.json.")
    if batch is not None and (regions or also or not_regions or not_images):
        raise click.UsageError("The regions and pictures of a batch stand in its file, not beside --batch.")
    _check_names(descriptor, index, intent)
    queries = read_batch(batch) if batch is not None else []
    with opened_library() as library:
        searching = Searching(library, descriptor, index, intent, count, verify, rotations=rotations, mirrored=mirrored)
        if image is not None:
            together = Together.ALL if wants_all else Together.ANY
            asked = Asked(image, regions, also, not_regions, not_images, together)
            _print(searching.answer(asked.below(Path.cwd())), as_json)
            return
        answers = [searching.answer_or_error(query) for query in queries]
    if as_json:
        output.print_json([answer.document() for answer in answers])
    else:
        for answer in answers:
            _print(answer, as_json=False)
    click.get_current_context().exit(exit_code(answers))


def exit_code(answers: list[Answer]) -> int:
    """Of a batch; see the help of :func:`search`."""
    failures = [sentences.exit_code(answer.error) for answer in answers if answer.error is not None]
    if sentences.EXIT_BUG in failures:
        return sentences.EXIT_BUG
    return failures[0] if failures and len(failures) == len(answers) else 0


def _check_names(descriptor: str | None, index: str | None, intent: str) -> None:
    from visearch_desktop.methods.indexes.build import check_index_name
    from visearch_desktop.search.intents import find_intent

    find_intent(intent)
    check_descriptor(descriptor)
    if index is not None:
        check_index_name(index)


def _print(answer: Answer, as_json: bool) -> None:
    if as_json:
        output.print_json(answer.document())
        return
    output.write_line(f"{output.printable(answer.asked.image)}: {answer.summary()}")
    for result in answer.results:
        agree = f"{result['inliers']} details" if result["inliers"] else ""
        words = f"{result['rank']:>5}  {result['confidence']:<6}  {result['similarity']:6.3f}  {agree:>12}"
        output.write_line(f"{words}  {result['path']}")
