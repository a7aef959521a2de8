"""Kills ``index`` at random moments and compares what comes out with a run that was left alone.

python -m tests.benchmarks.kill ../shared/data/places-develop/images --kills 10
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.library.killing import contents, index, killed_at_random

START_UP_S = 1.0


def main() -> int:
    """Returns 0 if nothing was damaged, nothing written was lost, and both libraries hold the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        whole, killed = Path(scratch) / "whole", Path(scratch) / "killed"
        alone = index(arguments.folder, whole)
        print(f"left alone: {alone.photos} photos in {alone.after_s:.1f} s")
        is_well, before = True, 0
        within_s = START_UP_S + 2 * alone.after_s / max(1, arguments.kills)  # all of them before the work is done
        for state in killed_at_random(arguments.folder, killed, arguments.kills, within_s, arguments.seed):
            is_well &= not state.errors and state.photos + state.described >= before
            before = state.photos + state.described
            end = "killed after" if state.was_killed else "ended after"
            health = "; ".join(state.errors) or "sound"
            print(f"{end} {state.after_s:5.1f} s: {state.photos:5} photos, {state.described:5} with details, {health}")
        is_same = contents(killed) == contents(whole)
        print("the same as the one left alone" if is_same else "NOT the same as the one left alone")
    return 0 if is_well and is_same else 1


if __name__ == "__main__":
    sys.exit(main())
