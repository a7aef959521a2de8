"""Settings as stored: a name and a JSON value; what they mean is said in ``library/settings.py``."""

from __future__ import annotations

import json
from typing import Any

from visearch_desktop.catalogue.catalogue import Catalogue


def stored_settings(catalogue: Catalogue) -> dict[str, Any]:
    """All settings that were ever set."""
    rows = catalogue.connection.execute("SELECT name, value FROM settings ORDER BY name")
    return {name: json.loads(value) for name, value in rows}


def store_setting(catalogue: Catalogue, name: str, value: object) -> None:
    """Set one."""
    with catalogue.transaction() as connection:
        connection.execute(
            "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, json.dumps(value)),
        )
