"""What one photo costs on the network in the box, beside two networks everybody knows: time, memory, size.

    python -m tests.benchmarks.networks [--folder NETWORK…] [--runs 30] [--json]

All in one run, through onnxruntime with one thread, at 384 × 512. The program's own network takes pixels and gives the
finished vector; torchvision's take a normalised batch of one and give their usual 1,000 numbers, with random weights,
which cost what trained ones cost. Their turns alternate, so that whatever else the machine does costs all alike.
Without a network in the box the student as it is before training stands for it. Memory is that of a process of its
own: the most that it held above what it held before the network was loaded.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.scenes import scene
from visearch_desktop.core.paths import bundled_networks_folder
from visearch_desktop.methods.networks.manifest import GRAPH, SHARED_WEIGHTS

HEIGHT, WIDTH = 384, 512
WARM_UP, MEMORY_RUNS = 3, 5
BESIDE = ("mobilenet_v2", "resnet50")


def opened(graph: Path) -> Callable[[], Any]:
    """The network, ready to describe the same picture again and again."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = ort.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    pixels = scene(0, WIDTH, HEIGHT)
    taken = session.get_inputs()[0]
    if taken.name != "pixels":
        pixels = ((pixels.astype(np.float32) - 116) / 58).transpose(2, 0, 1)[None]
    return lambda: session.run(None, {taken.name: np.ascontiguousarray(pixels)})


def milliseconds(graphs: dict[str, Path], runs: int) -> dict[str, float]:
    """The median of a number of rounds in which each network has one turn."""
    networks = {name: opened(graph) for name, graph in graphs.items()}
    times: dict[str, list[float]] = {name: [] for name in graphs}
    for turn in range(WARM_UP + runs):
        for name, describe in networks.items():
            began = time.perf_counter()
            describe()
            if turn >= WARM_UP:
                times[name].append(1000 * (time.perf_counter() - began))
    return {name: statistics.median(taken) for name, taken in times.items()}


def peak_mb(graph: Path) -> float:
    """In a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak_mb, (graph,))


def _peak_mb(graph: Path) -> float:
    import onnxruntime  # noqa: F401 - is there before the network

    scene(0, WIDTH, HEIGHT)
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    before = _held_mb("VmRSS")
    describe = opened(graph)
    for _ in range(MEMORY_RUNS):
        describe()
    return _held_mb("VmHWM") - before


def _held_mb(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def beside(name: str, folder: Path) -> Path:
    """A torchvision network with random weights as ONNX."""
    import warnings

    import torch

    from visearch_desktop.methods.networks.backbones import import_torchvision

    torch.manual_seed(0)
    model = getattr(import_torchvision().models, name)(weights=None).eval()
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model, (torch.zeros(1, 3, HEIGHT, WIDTH),), str(folder / f"{name}.onnx"), dynamo=False, opset_version=17,
            input_names=["batch"],
        )  # fmt: skip
    return folder / f"{name}.onnx"


def own(folder: Path) -> dict[str, Path]:
    """The network in the box; without one, the untrained student."""
    there = sorted(bundled_networks_folder().glob(f"*/{GRAPH}"))
    if there:
        return {graph.parent.name: graph for graph in there}
    from visearch_desktop.learning.exporting import export
    from visearch_desktop.learning.student import Student

    export(Student(), folder / "untrained", "untrained", WIDTH)
    return {"untrained student": folder / "untrained" / GRAPH}


def on_disk(graph: Path) -> int:
    """Bytes of a graph and of the weights that it points to."""
    files = [graph, graph.with_name(SHARED_WEIGHTS)]
    return sum(file.stat().st_size for file in files if file.is_file())


def measured(folders: list[Path], runs: int) -> list[dict[str, Any]]:
    """A row a network: name, ms, peak_mb, size_mb."""
    with tempfile.TemporaryDirectory() as scratch:
        graphs = own(Path(scratch)) | {folder.name: folder / GRAPH for folder in folders}
        graphs |= {name: beside(name, Path(scratch)) for name in BESIDE}
        times = milliseconds(graphs, runs)
        return [
            {
                "network": name, "ms": round(times[name], 2), "peak_mb": round(peak_mb(graph), 1),
                "size_mb": round(on_disk(graph) / 1e6, 2),
            }
            for name, graph in graphs.items()
        ]  # fmt: skip


def table(rows: list[dict[str, Any]]) -> str:
    """Markdown, with what each takes as a share of the first of the known ones."""
    reference = next(row for row in rows if row["network"] == BESIDE[0])
    lines = [f"| network | ms a photo | of {BESIDE[0]} | peak MB | of {BESIDE[0]} | MB on disk |", "|---" * 6 + "|"]
    for row in rows:
        time_share, memory_share = row["ms"] / reference["ms"], row["peak_mb"] / reference["peak_mb"]
        lines.append(
            f"| {row['network']} | {row['ms']:.1f} | {time_share:.2f} | {row['peak_mb']:.0f} | {memory_share:.2f} |"
            f" {row['size_mb']:.1f} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, action="append", default=[], help="of another imported network")
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows = measured(asked.folder, asked.runs)
    print(json.dumps(rows, indent=1) if asked.json else table(rows))


if __name__ == "__main__":
    main()
