"""Options and argument types that commands share."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from visearch_desktop.core.region import Region

Command = TypeVar("Command", bound=Callable[..., Any])

LIBRARY = "visearch_desktop.library_folder"
"""Where the context keeps ``--library``: it may stand before or after the command's name."""


class RegionType(click.ParamType[Region]):
    """``X,Y,W,H`` in upright pixels."""

    name = "X,Y,W,H"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Region:
        """Four finite numbers, width and height above zero."""
        if isinstance(value, Region):
            return value
        try:
            numbers = [float(part) for part in str(value).split(",")]
        except ValueError:
            numbers = []
        if len(numbers) != 4 or not all(map(math.isfinite, numbers)) or min(numbers[2:]) <= 0:
            self.fail(f"“{value}” is not a region: it takes four numbers X,Y,W,H, W and H above 0", param, ctx)
        return Region(*numbers)


def path_type(**kinds: bool) -> click.Path:
    """A path as it was typed, undecodable bytes and all."""
    return click.Path(path_type=Path, **kinds)


def _keep_library(ctx: click.Context, _param: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.meta[LIBRARY] = value


def library_option(command: Command) -> Command:
    """``--library DIR``, kept in the context for :func:`library_folder`."""
    return click.option(
        "--library",
        metavar="DIR",
        type=path_type(file_okay=False),
        expose_value=False,
        callback=_keep_library,
        help="The folder of the library; the default is one in your user data. May stand before the command, too.",
    )(command)


def json_option(command: Command) -> Command:
    """``--json``: exactly one JSON document on standard output."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print exactly one JSON document; the rest goes to standard error."
    )(command)


def library_folder() -> Path | None:
    """The folder given with ``--library``; None is the default one."""
    folder = click.get_current_context().meta.get(LIBRARY)
    assert folder is None or isinstance(folder, Path)
    return folder
