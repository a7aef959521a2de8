"""What one photo costs on each present network: ``python -m tests.benchmarks.networks [FOLDER…]``.

Prints milliseconds a photo of 512 × 384, one thread, the median of runs, for onnxruntime and for torch.
"""

from __future__ import annotations

import statistics
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from tests.scenes import scene
from visearch_desktop.methods.networks.running import NetworkRunner
from visearch_desktop.methods.networks.store import NetworkStore, default_folders

RUNS = 15


def milliseconds(runner: NetworkRunner) -> float:
    """The median time of a photo, after two to warm up."""
    pixels = scene(0, 512, 384)
    times = []
    for _ in range(RUNS + 2):
        start = time.perf_counter()
        runner.vector(pixels)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times[2:])


def main(folders: list[Path]) -> None:
    """Print one line a network."""
    store = NetworkStore(folders or default_folders())
    present = [state for state in store.list() if state.manifest is not None]
    if not present:
        print("No network is present: import one with “visearch-desktop networks import NAME FILE”.")
    for state in present:
        folder = store.folder(state.entry.name)
        onnx = milliseconds(NetworkRunner(folder))
        torch = f"{milliseconds(NetworkRunner(folder, 'torch-cpu')):.1f}" if find_spec("torch") else "not installed"
        print(f"{state.entry.name:26} onnxruntime {onnx:7.1f} ms   torch {torch:>7} ms")


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
