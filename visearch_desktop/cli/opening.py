"""Opens the library for a command, with its log, its notes and its lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from visearch_desktop.cli import output
from visearch_desktop.cli.options import library_folder
from visearch_desktop.core.paths import LibraryPaths
from visearch_desktop.service.log import log_to

if TYPE_CHECKING:
    from visearch_desktop.library.library import Library


@contextmanager
def opened_library() -> Iterator[Library]:
    """The library of ``--library``; closed again whatever happens.

    Raises:
        VisearchError: it cannot be opened (in use, damaged, too new, not writable).
    """
    root = library_folder()
    log_to(LibraryPaths.of(root).log)
    from visearch_desktop.library.library import Library

    library = Library.open(root)
    try:
        log_to(library.paths.log)
        for note in library.notes:
            output.say(note)
        yield library
    finally:
        library.close()


def check_descriptor(name: str | None) -> None:
    """Refuse a descriptor nobody has heard of, before anything is read.

    Raises:
        UnknownNameError: it knows the names there are.
    """
    if name is not None:
        from visearch_desktop.methods.descriptors.build import check_descriptor_name

        check_descriptor_name(name)
