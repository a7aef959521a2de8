"""What descriptors learned from the library: named arrays as npz, never pickled."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.catalogue.catalogue import Catalogue


def put(catalogue: Catalogue, name: str, key: str, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Store a model; one of the same name and key is replaced.

    Args:
        catalogue: the open catalogue.
        name: of the descriptor.
        key: what the model depends on: the key of what it was learned from.
        arrays: of numbers or of fixed-width text.
    Raises:
        ValueError: an array holds objects.
    """
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, **arrays)
    stored = datetime.now(UTC).isoformat(timespec="seconds")
    with catalogue.transaction() as connection:
        connection.execute("DELETE FROM models WHERE name = ? AND key = ?", (name, key))
        connection.execute(
            "INSERT INTO models (name, key, arrays, stored) VALUES (?, ?, ?, ?)", (name, key, packed.getvalue(), stored)
        )


def get(catalogue: Catalogue, name: str, key: str | None = None) -> dict[str, NDArray[Any]] | None:
    """The model of that name and key, or without a key the one stored last; None where there is none."""
    row = catalogue.connection.execute(
        "SELECT arrays FROM models WHERE name = ?1 AND (?2 IS NULL OR key = ?2) ORDER BY id DESC LIMIT 1", (name, key)
    ).fetchone()
    if row is None:
        return None
    with np.load(io.BytesIO(row[0]), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def delete(catalogue: Catalogue, name: str, key: str) -> None:
    """Forget one model; nothing happens if there is none."""
    with catalogue.transaction() as connection:
        connection.execute("DELETE FROM models WHERE name = ? AND key = ?", (name, key))
