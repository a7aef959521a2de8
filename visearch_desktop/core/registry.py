"""One registry for everything that can be chosen by name.

A method is one file that registers itself with :func:`register`. The list of all methods is made by importing every
module below the ``methods`` package; those modules import torch, cv2 and onnxruntime only inside their functions, so
that listing costs nothing.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from visearch_desktop.core.errors import UnknownNameError


@dataclass(frozen=True, slots=True)
class Method:
    """What is known about a method without building it.

    Attributes:
        name: unique within its kind; what the command line takes.
        kind: "descriptor", "local_features", "index", "refinement", …
        build: makes the object; keyword arguments are the method's own.
        source: the paper or page it comes from.
        title: a few plain words for the window.
        summary: one sentence on what it does.
        extra: the optional part of the program that it needs, or "".
        network: name of the listed network whose weights it needs, or ""; ``build`` then takes ``network_folders``,
            ``device`` and ``threads``.
        is_step: a step of other methods, which nobody chooses by itself.
    """

    name: str
    kind: str
    build: Callable[..., Any]
    source: str
    title: str
    summary: str
    extra: str = ""
    network: str = ""
    is_step: bool = False


class Registry:
    """Methods by kind and name; a name taken twice raises."""

    def __init__(self) -> None:
        self._methods: dict[tuple[str, str], Method] = {}

    def add(self, method: Method) -> None:
        """Raises: ValueError: the kind already has a method of that name."""
        if (method.kind, method.name) in self._methods:
            raise ValueError(f"the {method.kind} {method.name!r} is registered twice")
        self._methods[method.kind, method.name] = method

    def methods(self, kind: str) -> list[Method]:
        """All methods of a kind, by name."""
        return sorted((m for (k, _), m in self._methods.items() if k == kind), key=lambda method: method.name)

    def find(self, kind: str, name: str) -> Method:
        """Raises: UnknownNameError: there is none; it knows the names there are."""
        try:
            return self._methods[kind, name]
        except KeyError:
            raise UnknownNameError(kind.replace("_", " "), name, tuple(m.name for m in self.methods(kind))) from None


REGISTRY = Registry()

Build = TypeVar("Build", bound=Callable[..., Any])


def register(
    *,
    name: str,
    kind: str,
    source: str,
    title: str,
    summary: str,
    extra: str = "",
    network: str = "",
    is_step: bool = False,
) -> Callable[[Build], Build]:
    """Decorate a class or function that builds a method; see :class:`Method` for the arguments."""

    def add(build: Build) -> Build:
        REGISTRY.add(Method(name, kind, build, source, title, summary, extra, network, is_step))
        return build

    return add


@cache
def load_all(package: str = "visearch_desktop.methods") -> Registry:
    """Import every module below a package once, so that each can register itself; returns the registry."""
    root = importlib.import_module(package)
    for module in pkgutil.walk_packages(root.__path__, prefix=f"{package}."):
        importlib.import_module(module.name)
    return REGISTRY
