"""Store a catalogue of today's schema for the test that opens them all: ``python -m tests.catalogue.store``.

To be run once when a schema is released, never again for the same one.
"""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

from tests.catalogue.conftest import content, fill
from tests.catalogue.test_opening import STORED
from visearch_desktop.catalogue import features, vectors
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.migrations import known_migrations


def main() -> None:
    """Three photos; one has a vector and local features."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.sqlite"
        with closing(Catalogue.open(path, Path(folder))) as catalogue:
            fill(catalogue, 3)
            vectors.put_many(catalogue, "gem@1/0", [(content(0), bytes(8))])
            features.put_many(catalogue, "rootsift@1/0", [(content(0), 2, b"packed")])
        (STORED / f"{known_migrations()[-1]}.sqlite").write_bytes(path.read_bytes())


if __name__ == "__main__":
    main()
