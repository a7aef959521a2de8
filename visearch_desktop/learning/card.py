"""The model card: what a network was made from and how, how good it is and what it is not for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from visearch_desktop.learning.photos import PhotoCache
from visearch_desktop.learning.recipe import Recipe
from visearch_desktop.learning.training import Trained
from visearch_desktop.methods.networks.manifest import NetworkManifest

CARD = "CARD.md"

LIMITS = """It was trained on small photos of everyday things, animals, sports, food, rooms and streets. It does not
know words, faces of persons or what things are for; a mirrored photo is another photo to it. It finds photos that look
alike as a whole: what covers less than about a tenth of a photo is found by regions or details, not by this."""


def card(
    manifest: NetworkManifest,
    recipe: Recipe,
    photos: PhotoCache,
    teachers: Sequence[str],
    trained: Trained,
    device: str,
    whitening: str,
    figures: Mapping[str, Mapping[str, float]] | None = None,
    begun_as: Path | None = None,
) -> str:
    """Markdown.

    Args:
        manifest: of the exported network.
        recipe: of the run.
        photos: that it was trained on.
        teachers: names of the networks that taught.
        trained: what came of the run.
        device: a person's word for what it ran on.
        whitening: how the last layer came about, a clause.
        figures: by data set, by name of figure.
        begun_as: folder of the network of an earlier run; its own card comes after this one.
    """
    sources = Counter(Path(name).name.split("_")[0] for name in photos.names)
    made_of = ", ".join(f"{count:,} {name}" for name, count in sources.most_common())
    p, numbers = manifest.p[0], "bfloat16" if trained.in_bfloat16 else "float32"
    first = "the weights of an earlier run, whose card follows" if begun_as else "random weights"
    made = (
        f"A compact network ({manifest.architecture}, GeM with p = {p:.2f}, {manifest.dimension} numbers), trained from"
        f" {first}; no weight of another network is in it. Licence: Apache-2.0."
    )
    data = (
        f"{len(photos):,} photos without labels, none of them shipped: {made_of}. SHA-256 of their pixels:"
        f" {photos.digest}."
    )
    how = (
        f"Teachers: {', '.join(teachers)}. {trained.step:,} steps of {2 * recipe.photos} views, in"
        f" {trained.seconds / 3600:.2f} hours on {device} with {numbers}; {whitening}."
    )
    choices = "\n".join(f"- {name}: {value}" for name, value in asdict(recipe).items())
    measured = "\n".join(_table(figures)) if figures else "Not measured yet."
    before = [f"## What it began as\n\n{(begun_as / CARD).read_text('utf-8')}"] if begun_as else []
    blocks = [f"# {manifest.name}", made, "## Data", data, "## Recipe", how, choices, "## Figures", measured]
    return "\n\n".join([*blocks, "## Limits", LIMITS, *before]).rstrip() + "\n"


def _table(figures: Mapping[str, Mapping[str, float]]) -> list[str]:
    names = list(dict.fromkeys(name for row in figures.values() for name in row))
    rows = [f"| {title} | " + " | ".join(f"{row[name]:.3f}" if name in row else "" for name in names) + " |"
            for title, row in figures.items()]  # fmt: skip
    return ["| data set | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|", *rows]
