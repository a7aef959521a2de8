"""Changes an index until it is killed, and says what it is about to do and what is done.

python -m tests.methods.indexes.local.killed FOLDER SEED
"""

from __future__ import annotations

import random
import sys
import threading
from pathlib import Path

from tests.methods.indexes.local.made import KEY, photos
from visearch_desktop.methods.indexes.local import local_index
from visearch_desktop.methods.indexes.local.local_index import LocalIndex

MOST = 200
PHOTOS = 60
"""From so many on, more are removed than appended, so that a killed process is soon ready again."""


def say(*words: object) -> None:
    """A line at once, whichever thread says it."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(folder: Path, seed: int) -> None:
    local_index.SEALED = 5
    dice = random.Random(seed)
    index = LocalIndex.open(folder, KEY)

    def tidy() -> None:
        others = random.Random(seed + 1)
        while True:
            is_told = False

            def tell() -> None:
                nonlocal is_told
                if not is_told:
                    say("merging")
                is_told = True

            if index.merge(fully=others.random() < 0.3, between=tell):
                say("merged")

    threading.Thread(target=tidy, daemon=True).start()
    while True:
        here = set(index.ids().tolist())
        kind = dice.choices(["append", "remove", "rebuild"], [8, 20 if len(here) > PHOTOS else 3, 0.5])[0]
        if kind == "append":
            some = dice.sample(sorted(set(range(MOST)) - here), dice.randint(1, 7))
        elif kind == "remove":
            some = dice.sample(sorted(here), min(len(here), dice.randint(1, 4)))
        else:
            some = []
        say("begun", kind, *some)
        if kind == "append":
            index.append(photos(some), some)
        elif kind == "remove":
            index.remove(some)
        else:
            index.close()
            index = LocalIndex.create(folder, KEY)
        say("done")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
