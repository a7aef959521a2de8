"""What training costs here: a view, and a step of the student in every way of computing it.

python tests/benchmarks/learning.py [--photos ../shared/data/pool/pool.tar] [--architecture NAME] [--threads N]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from visearch_desktop.learning.photos import open_photos
from visearch_desktop.learning.recipe import ARCHITECTURE
from visearch_desktop.learning.student import Student
from visearch_desktop.learning.views import two_views

PICTURES, TRIES, VIEWS = 32, 4, 400


def view_ms(photos: Path, side_px: int) -> float:
    """Milliseconds for one view."""
    with tempfile.TemporaryDirectory() as folder:
        cache = open_photos([photos], Path(folder), lambda *_: None)
        numbers = np.linspace(0, len(cache) - 1, VIEWS // 2).astype(int)
        began = time.perf_counter()
        for number in numbers:
            two_views(cache[number], (side_px, side_px), np.random.default_rng([0, number]))
        return (time.perf_counter() - began) / len(numbers) / 2 * 1000


def views_per_second(architecture: str, side_px: int, *, half: bool, channels_last: bool) -> float:
    """Forward and backward of a batch, without the teachers and the optimiser."""
    layout = torch.channels_last if channels_last else torch.contiguous_format
    student = Student(architecture).to(memory_format=layout)
    pictures = torch.rand(PICTURES, 3, side_px, side_px).contiguous(memory_format=layout)
    seconds = []
    for _ in range(TRIES):
        began = time.perf_counter()
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            seen = student(pictures)
        seen.descriptor.sum().backward()
        seconds.append(time.perf_counter() - began)
    return PICTURES / min(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, default=Path("../shared/data/pool/pool.tar"))
    parser.add_argument("--architecture", default=ARCHITECTURE)
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    print(f"{asked.architecture}, {asked.threads} threads")
    for side_px in (160, 192):
        print(f"{side_px} px: a view takes {view_ms(asked.photos, side_px):.2f} ms")
        for half in (False, True):
            for channels_last in (False, True):
                rate = views_per_second(asked.architecture, side_px, half=half, channels_last=channels_last)
                words = f"{'bfloat16' if half else 'float32'}, {'channels last' if channels_last else 'channels first'}"
                print(f"{side_px} px: {words}: {rate:.0f} views/s")


if __name__ == "__main__":
    main()
