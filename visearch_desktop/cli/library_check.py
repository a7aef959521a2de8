"""The part of ``doctor`` that looks at one library: its catalogue, its coverage, its indexes, its problems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from visearch_desktop.cli.findings import Finding, State
from visearch_desktop.core import sentences
from visearch_desktop.core.errors import CatalogueDamagedError, LibraryInUseError, VisearchError
from visearch_desktop.core.paths import LibraryPaths

if TYPE_CHECKING:
    from visearch_desktop.library.library import Library
    from visearch_desktop.library.rows import Overview

RECALL_AT = 100
GOOD_RECALL = 0.95


def check_library(root: Path | None, *, purge: bool = False) -> Iterator[Finding]:
    """All of it; a library that does not exist is not made.

    Args:
        root: the library's folder; None is the default one.
        purge: whether to remove the data of photos that are gone first.
    """
    paths = LibraryPaths.of(root)
    if not paths.catalogue.exists():
        advice = "Add a folder in the window, or with “visearch-desktop index FOLDER”."
        yield Finding("library", State.OK, f"there is none yet at {paths.root}", advice)
        return
    try:
        from visearch_desktop.library.library import Library

        library = Library.open(root)
    except LibraryInUseError as error:
        advice = "Close the other window to have its catalogue and indexes checked."
        yield Finding("library", State.WARN, sentences.sentence(error), advice)
        return
    except VisearchError as error:
        name = "catalogue" if isinstance(error, CatalogueDamagedError) else "library"
        yield Finding(name, State.FAIL, sentences.sentence(error), sentences.hint(error))
        return
    try:
        if purge:
            purged = library.purge()
            yield Finding("purge", State.OK, sentences.purged(purged.photos, purged.size_bytes), facts=asdict(purged))
        yield from _check_open(library)
    finally:
        library.close()


def _check_open(library: Library) -> Iterator[Finding]:
    overview = library.overview()
    yield Finding("library", State.OK, str(library.root))
    yield _catalogue(library)
    yield from _folders(overview)
    yield _coverage(overview)
    damage = library.damage()
    yield from (Finding("network", State.WARN, note) for note in damage)
    rebuilt = (note for note in library.notes if note not in damage)
    yield from (Finding("index", State.WARN, note, "Nothing has to be done.") for note in rebuilt)
    yield _recall(library)
    yield _local_index(library)
    yield _thumbnails(library)
    yield from _gone(library)
    yield _problems(library)


def _catalogue(library: Library) -> Finding:
    wrong = library.check_integrity()
    size = library.paths.catalogue.stat().st_size
    if wrong:
        found = f"damaged: {'; '.join(wrong[:3])}"
        advice = (
            "Put a copy from the folder “backups” in its place, or move it away: a new one is made from your photos."
        )
        return Finding("catalogue", State.FAIL, found, advice, {"errors": wrong})
    return Finding("catalogue", State.OK, f"sound, {size / 1e6:.1f} MB", facts={"size_bytes": size})


def _folders(overview: Overview) -> Iterator[Finding]:
    for folder in overview.folders:
        if folder.is_offline:
            advice = "Connect its drive; until then its photos can be found but not opened."
            yield Finding("folder", State.WARN, f"{folder.path} is not connected", advice)
        else:
            yield Finding("folder", State.OK, f"{folder.path}: {folder.count:,} photos")


def _coverage(overview: Overview) -> Finding:
    facts = {
        "photos": overview.photos,
        "searchable": overview.looked,
        "verifiable": overview.closer,
        "descriptor": overview.descriptor,
    }
    found = (
        f"{overview.photos:,} photos; {overview.looked:,} can be searched with {overview.descriptor}, "
        f"{overview.closer:,} verified"
    )
    if min(overview.looked, overview.closer) < overview.photos:
        advice = "Index the folders again: what is missing is done then."
        return Finding("photos", State.WARN, found, advice, facts)
    return Finding("photos", State.OK, found, facts=facts)


def _recall(library: Library) -> Finding:
    recall = library.index_recall(RECALL_AT)
    facts = {"index": recall.index, "at": recall.at, "queries": recall.queries, "recall": recall.recall}
    if not recall.queries:
        return Finding("index recall", State.OK, "nothing is indexed yet")
    found = f"{recall.index}: finds {recall.recall:.1%} of the {recall.at} nearest that exact search finds"
    if recall.recall < GOOD_RECALL:
        return Finding("index recall", State.WARN, found, "Index the folders again to have it built anew.", facts)
    return Finding("index recall", State.OK, found, facts=facts)


def _local_index(library: Library) -> Finding:
    size = sum(file.stat().st_size for file in library.paths.local_index.glob("*"))
    return Finding("local index", State.OK, f"{size / 1e6:.1f} MB", facts={"size_bytes": size})


def _thumbnails(library: Library) -> Finding:
    file = library.paths.thumbnails
    if not file.exists():
        return Finding("thumbnails", State.OK, "none yet")
    size = file.stat().st_size
    return Finding("thumbnails", State.OK, f"{size / 1e6:.1f} MB", facts={"size_bytes": size})


def _gone(library: Library) -> Iterator[Finding]:
    gone = library.gone()
    if gone.photos:
        found = (
            f"{gone.photos:,} have no file any more; {gone.size_bytes / 1e6:.1f} MB of data are kept for their return"
        )
        yield Finding("gone photos", State.OK, found, "“visearch-desktop doctor --purge” removes it.", asdict(gone))


def _problems(library: Library) -> Finding:
    problems = library.problems()
    if not problems:
        return Finding("problems", State.OK, "every file found could be read")
    kinds = Counter(row.problem for row in problems)
    found = f"{len(problems):,} files could not be read ({', '.join(f'{n} {kind}' for kind, n in kinds.most_common())})"
    advice = "“visearch-desktop index FOLDER” and the window's Problems page list each with its reason."
    return Finding("problems", State.WARN, found, advice, dict(kinds))
