"""The network in the box, from photos to the figures in its card.

    python packaging/bundled_network.py train  --out RUN --photos pool.tar --teacher densenet169_imagenet \
        --hints mobilenet_v2_tf --minutes 240
    python packaging/bundled_network.py select --out RUN --dataset ../shared/data/places-develop
    python packaging/bundled_network.py export --out RUN --into FOLDER
    python packaging/bundled_network.py table  --out RUN

``train`` is ``visearch-desktop train-bundled`` with the same options. ``select`` describes the data set's photos with
the averaged student of the checkpoint, also of a run that still goes on, and compares by a plain matrix product; it
takes no data set whose name says that it is for testing. ``export`` writes the networks of a checkpoint as it is now.
``table`` prints what ``select`` has measured so far.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.vectors import normalise
from visearch_desktop.core.whitening import apply_whitening, fit_whitening, numbers_to_keep
from visearch_desktop.evaluation.dataset import DataSet
from visearch_desktop.evaluation.metrics import score
from visearch_desktop.evaluation.opening import open_dataset
from visearch_desktop.photos.decode import decode

if TYPE_CHECKING:
    from visearch_desktop.learning.recipe import Recipe
    from visearch_desktop.learning.training import Trained

SELECTED = "selected.jsonl"
FOR_REPORTING = ("test", "transforms")
Describe = Callable[[NDArray[np.uint8]], dict[str, NDArray[np.float32]]]


def described(dataset: DataSet, describe: Describe, longest_px: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """By kind: (photos, D) of the gallery and (queries, D) of what is asked for, cut out where it is a region."""
    gallery: dict[str, list[NDArray[np.float32]]] = {}
    for path in dataset.photos:
        for kind, vector in describe(decode(path, longest_px).pixels).items():
            gallery.setdefault(kind, []).append(vector)
    numbers = {path: number for number, path in enumerate(dataset.photos)}
    asked: dict[str, list[NDArray[np.float32]]] = {kind: [] for kind in gallery}
    for query in dataset.queries:
        if query.region is None and query.image in numbers:
            found = {kind: rows[numbers[query.image]] for kind, rows in gallery.items()}
        else:
            pixels = decode(query.image, None if query.region else longest_px).pixels
            if query.region is not None:
                x, y, width, height = (round(value) for value in query.region.as_tuple())
                pixels = np.ascontiguousarray(pixels[max(0, y) : y + height, max(0, x) : x + width])
            found = describe(pixels)
        for kind, vector in found.items():
            asked[kind].append(vector)
    return {kind: np.stack(rows) for kind, rows in gallery.items()}, {
        kind: np.stack(rows) for kind, rows in asked.items()
    }


def figures(dataset: DataSet, gallery: NDArray[np.float32], asked: NDArray[np.float32]) -> dict[str, float]:
    """mAP_macro and mAP by group, by a plain matrix product."""
    gallery, asked = normalise(gallery), normalise(asked)
    order = np.argsort(-(asked @ gallery.T), axis=1, kind="stable")
    scores = score([[dataset.photos[number] for number in row] for row in order], dataset)
    macro = scores.mean_ap if scores.mean_ap_macro is None else scores.mean_ap_macro
    return {"mAP_macro": macro, **scores.mean_ap_by_group}


def select(run: Path, path: Path, longest_px: int, threads: int, p: float | None = None) -> None:
    """Measure the checkpoint's averaged student on a data set for developing, with each last layer."""
    if any(word in path.absolute().name for word in FOR_REPORTING):
        sys.exit(f"“{path.name}” is for reporting: nothing is selected on it.")
    step, describe = checkpointed(run, longest_px, threads, p)
    dataset = open_dataset(path.absolute())
    gallery, asked = described(dataset, describe, longest_px)
    rows = {title: (gallery[title], asked[title]) for title in gallery}
    whitening = fit_whitening(gallery["pooled"], numbers_to_keep(*gallery["pooled"].shape))
    rows["whitened by these photos"] = tuple(apply_whitening(one, whitening) for one in rows["pooled"])
    for title, (photos, queries) in rows.items():
        title = title if p is None else f"{title}, p = {p:g}"
        record = {"step": step, "dataset": dataset.name, "px": longest_px, "what": title}
        record.update({name: round(value, 4) for name, value in figures(dataset, photos, queries).items()})
        with (run / SELECTED).open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
        print(record, flush=True)


def checkpointed(run: Path, longest_px: int, threads: int, p: float | None = None) -> tuple[int, Describe]:
    """The step of a run's checkpoint, and its averaged student as what describes pixels, with each last layer."""
    import torch

    from visearch_desktop.learning.photos import PhotoCache
    from visearch_desktop.learning.run import finished
    from visearch_desktop.learning.student import as_input
    from visearch_desktop.methods.networks.input_size import fit_input

    torch.set_num_threads(threads)
    recipe, trained = _run(run, p)
    made = finished(trained.student, recipe, PhotoCache(run)).values()
    student, device = trained.student.eval(), torch.device("cpu")

    def describe(pixels: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        with torch.inference_mode():
            pooled = student(as_input(fit_input(pixels, longest_px, enlarges=True)[None], device)).pooled
            found = {clause: each.whiten(pooled)[0].numpy() for clause, each in made}
        return {"pooled": pooled[0].numpy(), **found}

    return trained.step, describe


def export(run: Path, into: Path, name: str, teachers: list[str], threads: int, p: float | None = None) -> None:
    """The networks of a checkpoint as it is now, with each last layer."""
    from visearch_desktop.learning.photos import PhotoCache
    from visearch_desktop.learning.run import Asked, write_networks
    from visearch_desktop.learning.schedule import Length

    recipe, trained = _run(run, p)
    teachers = teachers or sorted(folder.name for folder in (run / "teachers").iterdir())
    asked = Asked((), tuple(teachers), into, Length(steps=max(1, trained.step)), threads=threads, name=name)
    manifest = write_networks(asked, recipe, PhotoCache(run), trained, figures=measured(run))
    print(f"{manifest.name}: {asked.network}")


def _run(run: Path, p: float | None) -> tuple[Recipe, Trained]:
    from visearch_desktop.learning.recipe import read_recipe
    from visearch_desktop.learning.training import read_trained

    recipe = read_recipe(run)
    trained = read_trained(run, recipe)
    if trained is None:
        sys.exit(f"There is no checkpoint in “{run}” yet.")
    if p is not None:
        trained.student.p.data.fill_(p)
    return recipe, trained


def measured(run: Path) -> dict[str, dict[str, float]]:
    """What ``select`` measured last of each kind, for the card."""
    if not (run / SELECTED).is_file():
        return {}
    records = [json.loads(line) for line in (run / SELECTED).read_text(encoding="utf-8").splitlines()]
    return {
        f"{record['dataset']}, {record['px']} px, {record['what']}": {
            name: value for name, value in record.items() if isinstance(value, float)
        }
        for record in records
    }


def table(run: Path) -> None:
    """What was measured so far, as Markdown."""
    records = [json.loads(line) for line in (run / SELECTED).read_text(encoding="utf-8").splitlines()]
    names = list(dict.fromkeys(name for record in records for name in record))
    print("| " + " | ".join(names) + " |\n" + "|---" * len(names) + "|")
    for record in records:
        print("| " + " | ".join(str(record.get(name, "")) for name in names) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["train", "select", "export", "table"])
    parser.add_argument("--out", type=Path, required=True, help="the folder of the run")
    parser.add_argument("--dataset", type=Path, default=Path("../shared/data/places-develop"))
    parser.add_argument("--px", type=int, default=512)
    parser.add_argument("--p", type=float, help="of GeM in use; that of the training if not said")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--into", type=Path, help="where export writes; the folder of the run if not said")
    parser.add_argument("--name", default="bundled")
    parser.add_argument("--teacher", action="append", default=[])
    asked, rest = parser.parse_known_args()
    match asked.step:
        case "train":
            teachers = [word for name in asked.teacher for word in ("--teacher", name)]
            words = ["--out", str(asked.out), "--threads", str(asked.threads), "--name", asked.name, *teachers, *rest]
            sys.exit(subprocess.call([sys.executable, "-m", "visearch_desktop", "train-bundled", *words]))
        case "select":
            select(asked.out, asked.dataset, asked.px, asked.threads, asked.p)
        case "export":
            export(asked.out, asked.into or asked.out, asked.name, asked.teacher, asked.threads, asked.p)
        case "table":
            table(asked.out)


if __name__ == "__main__":
    main()
