"""``visearch-desktop train-bundled``: train the network that comes with the program, from photos without labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from visearch_desktop.cli import output
from visearch_desktop.cli.interrupting import cancelled_by_ctrl_c
from visearch_desktop.cli.options import library_folder, library_option, path_type
from visearch_desktop.core.errors import UnknownNameError
from visearch_desktop.library.rows import IndexProgress

if TYPE_CHECKING:
    from visearch_desktop.learning.training import Said


@click.command("train-bundled")
@click.option(
    "--photos", "sources", metavar="FOLDER|FILE.tar", type=path_type(), multiple=True, required=True,
    help="Photos to learn from, without labels: folders, or tar files of JPEGs.",
)  # fmt: skip
@click.option(
    "--teacher", "teachers", metavar="NETWORK", multiple=True, required=True,
    help="An imported network to learn from, which sees each photo once; again for another.",
)  # fmt: skip
@click.option(
    "--hints", metavar="NETWORK", default="",
    help="An imported network that sees every view itself and teaches inner layers, too: a small one.",
)  # fmt: skip
@click.option(
    "--begin-as", metavar="DIR", type=path_type(file_okay=False),
    help="The folder of a network that an earlier run finished: begin with its weights.",
)  # fmt: skip
@click.option(
    "--out", metavar="DIR", type=path_type(file_okay=False), required=True,
    help="The folder of the run: caches, checkpoint, log, and in the end the network. The same command goes on there.",
)  # fmt: skip
@click.option("--steps", type=click.IntRange(min=1), help="How many batches the whole run has.")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="Or how long it trains.")
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True)
@click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True, help="Of the processor.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option(
    "--batch", type=click.IntRange(min=2), default=32, show_default=True, help="Photos in a batch; each is seen twice."
)
@click.option(
    "--architecture", metavar="NAME", default="compact_resnet", show_default=True,
    help="Of the network that is trained: compact_resnet, mobilenet_v3_small, mobilenet_v2, resnet18, …",
)  # fmt: skip
@click.option("--find-pairs", is_flag=True, help="Look for photos of the same thing first, and learn from them, too.")
@click.option("--name", default="bundled", show_default=True, help="Of the network that comes of it.")
@library_option
def train_bundled(
    sources: tuple[Path, ...],
    teachers: tuple[str, ...],
    hints: str,
    begin_as: Path | None,
    out: Path,
    steps: int | None,
    minutes: float | None,
    device: str,
    threads: int,
    seed: int,
    batch: int,
    architecture: str,
    find_pairs: bool,
    name: str,
) -> None:
    """Train a compact network, from random weights if nothing else is said: by the teachers' descriptors and feature
    maps, and by telling photos apart under what happens to photos.

    It needs the optional part “torch”, and hours on a processor. It can be killed at any time: the same command then
    goes on.
    """  # noqa: D205 - one sentence
    if (steps is None) == (minutes is None):
        raise click.UsageError("Say how long: --steps or --minutes, one of them.")
    from visearch_desktop.methods.networks.backbones import CHANNELS, require_torch

    if architecture not in CHANNELS:
        raise UnknownNameError("architecture", architecture, tuple(CHANNELS))
    require_torch("Training a network")
    from visearch_desktop.learning.recipe import Recipe
    from visearch_desktop.learning.run import Asked, run_recipe
    from visearch_desktop.learning.schedule import Length
    from visearch_desktop.methods.networks.store import NetworkStore, default_folders

    asked = Asked(
        sources=tuple(source.absolute() for source in sources), teachers=teachers, folder=out.absolute(),
        length=Length(steps or 0, minutes or 0.0), device=device, threads=threads, finds_pairs=find_pairs, name=name,
        hints=hints, begins_as=begin_as.absolute() if begin_as else None,
    )  # fmt: skip
    store = NetworkStore(default_folders(library_folder()))
    with output.ProgressLine() as line, cancelled_by_ctrl_c() as control:
        manifest = run_recipe(
            asked, Recipe(seed, architecture, batch), store,
            lambda stage, done, total: line.show(IndexProgress(stage, done, total, stage, 0.0, None)),
            lambda told: line.say(_line(told)), lambda: control.is_cancelled,
        )  # fmt: skip
    if manifest is None:
        output.say("What was done is kept; the same command goes on from there.")
        raise KeyboardInterrupt
    output.write_line(f"{manifest.name} is ready: {manifest.dimension} numbers a photo, in “{asked.network}”.")


def _line(told: Said) -> str:
    costs = ", ".join(f"{name} {cost:.3f}" for name, cost in told.costs.items())
    return f"{told.progress:6.1%}  step {told.step:,}  {costs}  {told.views_per_second:.0f} views/s"
