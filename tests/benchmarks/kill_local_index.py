"""Kills a process that appends to a local index, removes from it, merges and rebuilds it, and looks at what is left.

    python -m tests.benchmarks.kill_local_index [--kills N]

Each process is killed shortly after it began one of these, in turn. Then every byte is read, every photo compared with
what was put in, and the photos with what the process said to be done. Prints what each one was in the middle of.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.methods.indexes.local.killing import MOMENTS, after, check, killed_process, under_way


def main() -> int:
    """Returns 0 if nothing was lost or damaged; what is, raises."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    arguments = parser.parse_args()
    ids: set[int] = set()
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(arguments.kills):
            said = killed_process(Path(folder), seed, MOMENTS[seed % len(MOMENTS)])
            ids = check(Path(folder), *after(ids, said))
            found[under_way(said)] += 1
            print(f"killed in the middle of {under_way(said)}: {len(ids)} photos, all as they were", flush=True)
    print(", ".join(f"{what} {count}" for what, count in found.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
