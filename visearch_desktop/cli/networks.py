"""``visearch-desktop networks``: what there is, and getting it."""

from __future__ import annotations

import click


@click.group()
def networks() -> None:
    """List, fetch or import the networks that describe photos."""
