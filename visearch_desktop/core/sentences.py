"""The one place where failures become words: a sentence, a hint on what helps, and an exit code.

The window and the command line both read from here; the window passes what it gets through its translator.
"""

from __future__ import annotations

import difflib
from functools import singledispatch

from visearch_desktop.core import errors
from visearch_desktop.core.errors import Problem

BUG = "Something went wrong inside the program. The log has the details."

LIBRARY_RESTARTED = (
    "The library stopped unexpectedly and was started again. Nothing was lost; open searches are repeated."
)
LIBRARY_DIED_TWICE = (
    "The library stopped twice while it worked on this, so it is not tried again. The log has the details."
)
LIBRARY_GONE = "The library keeps stopping, so it was not started again. Nothing was lost. The log has the details."
LIBRARY_GONE_HINT = "Start the program again; “visearch-desktop doctor” says what is wrong."

EXIT_BUG, EXIT_USAGE, EXIT_UNREADABLE = 1, 2, 3


def problem_sentence(problem: str, facts: dict[str, str | int | float]) -> str:
    """One sentence on what is wrong with a file, from what the catalogue stores about it."""
    if problem in _WITHOUT_FACTS:
        return _WITHOUT_FACTS[problem]
    match problem:
        case Problem.TRUNCATED:
            return _truncated(facts)
        case Problem.NOT_AN_IMAGE:
            kind = facts.get("looks_like")
            return f"It is not an image: it is {kind} with the name of a photo." if kind else "It is not an image."
        case Problem.TOO_LARGE:
            size, limit = facts.get("megapixels", 0), facts.get("limit", 0)
            return f"It is too large: {size:,.0f} megapixels are more than the limit of {limit:,.0f}."
        case Problem.UNSUPPORTED:
            format_ = facts.get("format") or "not known"
            if "extra" in facts:
                return f"Its format, {format_}, needs the optional part “{facts['extra']}”, which is not installed."
            return f"Its format, {format_}, is not supported."
        case Problem.TIMED_OUT:
            seconds = facts.get("seconds", 0)
            return f"It kept the decoder busy for {seconds:.0f} seconds and was set aside. The other photos went on."
        case _:
            return f"The file could not be read ({facts.get('detail') or problem})."


_WITHOUT_FACTS: dict[str, str] = {
    Problem.EMPTY: "The file is empty: it holds no bytes at all.",
    Problem.DAMAGED: "The picture data is damaged.",
    Problem.NO_PREVIEW: "This RAW file holds no preview, and its format is not known.",
    Problem.VANISHED: "The file vanished while it was being read.",
    Problem.BROKEN_LINK: "It is a link to a file that does not exist.",
    Problem.NOT_A_FILE: "It is not a file but a device or a pipe.",
    Problem.NO_PERMISSION: "This account may not read the file.",
    Problem.CRASHED: "It crashed the decoder and was set aside. The other photos went on.",
}


def problem_hint(problem: str) -> str:
    """What may help against a problem; empty where nothing is known to."""
    return (
        {
            Problem.EMPTY: "Copy it again from the camera or a backup.",
            Problem.TRUNCATED: "Copy it again from the camera or a backup.",
            Problem.NOT_AN_IMAGE: "Probably a failed download.",
            Problem.DAMAGED: "Copy it again from the camera or a backup.",
            Problem.TOO_LARGE: "Raise the limit in Settings › Photos.",
            Problem.UNSUPPORTED: "Save it again as JPEG, PNG or TIFF.",
            Problem.NO_PREVIEW: "A newer version of the program may read it.",
            Problem.VANISHED: "Look for new files again (F5).",
            Problem.BROKEN_LINK: "Remove the link, or put its file back.",
            Problem.NOT_A_FILE: "Ignore it.",
            Problem.NO_PERMISSION: "Change its permissions, then try again.",
            Problem.CRASHED: "Try again after an update, or ignore it.",
            Problem.TIMED_OUT: "Try again when the computer is less busy, or ignore it.",
            Problem.READ_FAILED: "Check the drive, then try again.",
        }.get(Problem(problem), "")
        if problem in set(Problem)
        else ""
    )


def folder_offline(name: str, count: int) -> str:
    """What is said of a folder whose drive is missing."""
    photos = "photo stays" if count == 1 else "photos stay"
    return f"{name} is not connected. Its {count:,} {photos} searchable by thumbnail; nothing is removed."


def purged(photos: int, size_bytes: int) -> str:
    """What is said when the data of photos that are gone was removed."""
    if not photos:
        return "There is no data of photos that are gone."
    whose = "1 photo that is gone" if photos == 1 else f"{photos:,} photos that are gone"
    return f"The data of {whose} is removed. {_size(size_bytes)} in the library can be used again."


def _truncated(facts: dict[str, str | int | float]) -> str:
    have, want = facts.get("have_bytes"), facts.get("want_bytes")
    if isinstance(have, int) and isinstance(want, int) and want > have:
        return f"The file is truncated: {_size(have)} of {_size(want)} are there."
    if isinstance(have, int):
        return f"The file is truncated: it ends early, after {_size(have)}."
    return "The file is truncated: it ends early."


def _size(size_bytes: int) -> str:
    """1234567 -> "1.2 MB"."""
    if size_bytes < 1000:
        return f"{size_bytes} bytes"
    if size_bytes < 1_000_000:
        return f"{size_bytes / 1000:.1f} kB"
    return f"{size_bytes / 1_000_000:.1f} MB"


@singledispatch
def sentence(error: BaseException) -> str:
    """A whole sentence that says what happened; for anything unknown, that it is a bug."""
    return BUG


@singledispatch
def hint(error: BaseException) -> str:
    """A whole sentence on what helps; may be empty."""
    return ""


_USAGE = (
    errors.UsageError, errors.OnlyMinusError, errors.UnknownNameError, errors.RegionError, errors.UnknownLayoutError,
)  # fmt: skip


def exit_code(error: BaseException) -> int:
    """2 for wrong usage, 3 where something could not be read, 1 for a bug of ours."""
    if isinstance(error, _USAGE):
        return EXIT_USAGE
    return EXIT_UNREADABLE if isinstance(error, errors.VisearchError) else EXIT_BUG


@sentence.register
def _(error: errors.UsageError) -> str:
    return error.message


@sentence.register
def _(error: errors.OnlyMinusError) -> str:
    return "The search says only what photos are not to show."


@hint.register
def _(error: errors.OnlyMinusError) -> str:
    return "Add a picture or a region of what they are to show."


@sentence.register
def _(error: errors.UnknownNameError) -> str:
    near = difflib.get_close_matches(error.name, error.known, n=1, cutoff=0.5)
    guess = f" Did you mean “{near[0]}”?" if near else ""
    return f"There is no {error.kind} named “{error.name}”.{guess}"


@hint.register
def _(error: errors.UnknownNameError) -> str:
    return f"Known: {', '.join(error.known)}." if error.known else ""


@sentence.register
def _(error: errors.MissingExtraError) -> str:
    return f"{error.what} needs the optional part “{error.extra}”, which is not installed."


@hint.register
def _(error: errors.MissingExtraError) -> str:
    return f"Install it with “make env EXTRAS={error.extra}” or “pip install 'visearch-desktop[{error.extra}]'”."


@sentence.register
def _(error: errors.PhotoError) -> str:
    return f"“{error.path.name}” cannot be read as a photo. {problem_sentence(error.problem, error.facts)}"


@hint.register
def _(error: errors.PhotoError) -> str:
    return problem_hint(error.problem)


@sentence.register
def _(error: errors.FolderError) -> str:
    why = {
        "missing": "does not exist or is not connected",
        "not_a_folder": "is not a folder",
        "no_permission": "may not be read by this account",
        "inside_library": "belongs to the program's own library",
    }.get(error.reason, error.reason)
    return f"The folder “{error.path}” {why}."


@sentence.register
def _(error: errors.LibraryInUseError) -> str:
    who = f" (process {error.pid})" if error.pid else ""
    return f"This library is open in another window{who}."


@hint.register
def _(error: errors.LibraryInUseError) -> str:
    return "Close the other window first, or choose another library with --library."


@sentence.register
def _(error: errors.CatalogueDamagedError) -> str:
    return f"The catalogue “{error.path}” is damaged ({error.detail}). It was left as it is."


@hint.register
def _(error: errors.CatalogueDamagedError) -> str:
    return (
        "Put a copy from the folder “backups” beside it in its place, or move it away: "
        "a new one is made from your photos."
    )


@sentence.register
def _(error: errors.CatalogueTooNewError) -> str:
    return f"The catalogue “{error.path}” was written by a newer version of Visearch Desktop. It was left as it is."


@hint.register
def _(error: errors.CatalogueTooNewError) -> str:
    return "Update the program, or open another library with --library."


@sentence.register
def _(error: errors.LibraryNotWritableError) -> str:
    return f"The library “{error.path}” cannot be written to ({error.detail})."


@hint.register
def _(error: errors.LibraryNotWritableError) -> str:
    return "Choose a folder of your own with --library."


@sentence.register
def _(error: errors.IndexDamagedError) -> str:
    return f"The index “{error.path.name}” was damaged ({error.detail}) and is built again."


def details_made_anew(damage: str) -> str:
    """What a person is told when the local index was given up; ``damage`` is "" where another version made it."""
    why = f"was damaged ({damage})" if damage else "was made by another version"
    return f"The index of details {why}; the next indexing looks at the photos again and makes it anew."


def looked_at_again(photos: int) -> str:
    """What a person is told when photos that were indexed before are looked at for their details."""
    one = "1 photo that was" if photos == 1 else f"{photos:,} photos that were"
    return f"Looking once more at {one} indexed before, so that a box round a thing finds it there."


@sentence.register
def _(error: errors.RegionError) -> str:
    x, y, w, h = error.region
    width, height = error.size
    return (
        f"The region {x:g}, {y:g}, {w:g} × {h:g} px leaves under {error.least_px} × {error.least_px} px "
        f"of the picture, which is {width} × {height} px."
    )


@hint.register
def _(error: errors.RegionError) -> str:
    return "Draw it larger, and inside the picture."


@sentence.register
def _(error: errors.NothingToSearchError) -> str:
    return f"No photo of this library is described by “{error.descriptor}” yet."


@hint.register
def _(error: errors.NothingToSearchError) -> str:
    return "Index a folder first: visearch-desktop index FOLDER."


@sentence.register
def _(error: errors.DataSetError) -> str:
    return f"The ground truth “{error.path.name}” cannot be used: {error.detail}."


@sentence.register
def _(error: errors.UnknownLayoutError) -> str:
    return f"“{error.path}” is no data set that is known here."


@hint.register
def _(error: errors.UnknownLayoutError) -> str:
    return f"Known: {'; '.join(error.known)}."


@sentence.register
def _(error: errors.HostilePickleError) -> str:
    return f"“{error.path.name}” holds more than data (it asks for “{error.name}”). Nothing of it was run."


@hint.register
def _(error: errors.HostilePickleError) -> str:
    return "Get the file again from where the data set was published."


@sentence.register
def _(error: errors.NoQueriesError) -> str:
    return f"The data set “{error.path}” holds no query that has an answer."


@sentence.register
def _(error: errors.MissingPhotosError) -> str:
    if error.count == 1:
        return f"The photo “{error.path}” of the data set is missing."
    return f"{error.count:,} photos of the data set are missing; the first is “{error.path}”."


@hint.register
def _(error: errors.MissingPhotosError) -> str:
    return "Put the data set's photos and its ground truth together in one folder, as they were published."


@sentence.register
def _(error: errors.TwoRolesError) -> str:
    return f"“{error.path.name}” is both right and not counted for the query “{error.query}”."


@sentence.register
def _(error: errors.NetworkMissingError) -> str:
    return f"The weights of the network “{error.name}” are not on this computer."


@hint.register
def _(error: errors.NetworkMissingError) -> str:
    return f"Get them with “visearch-desktop networks fetch {error.name}”, or import a file you have."


@sentence.register
def _(error: errors.NetworkDamagedError) -> str:
    return f"The program's own network “{error.name}” is damaged and is not used: install the program again."


@hint.register
def _(error: errors.NetworkDamagedError) -> str:
    return "Without it, photos are described by their details."


@sentence.register
def _(error: errors.ChecksumError) -> str:
    return f"“{error.path.name}” is not the published file: its checksum is {error.got[:12]}…, not {error.wanted[:12]}…"


@hint.register
def _(error: errors.ChecksumError) -> str:
    return "Download it again."


@sentence.register
def _(error: errors.WeightsError) -> str:
    return f"“{error.path.name}” cannot be used as the network “{error.network}”: {error.detail}."


@sentence.register
def _(error: errors.DownloadError) -> str:
    return f"The download of {error.url} did not finish ({error.detail}). What came so far is kept."


@hint.register
def _(error: errors.DownloadError) -> str:
    return "Try again when there is a connection; it goes on where it stopped."


@sentence.register
def _(error: errors.SelfTestError) -> str:
    if error.similarity == 0:
        return f"{error.device} cannot be used for “{error.network}” here. The processor is used."
    return (
        f"{error.device} gave wrong numbers for “{error.network}” in the self-test "
        f"(similarity {error.similarity:.4f}). The processor is used."
    )


@sentence.register
def _(error: errors.VocabularyDamagedError) -> str:
    return f"The visual words that come with the program cannot be used: “{error.file}”, {error.detail}."


@hint.register
def _(error: errors.VocabularyDamagedError) -> str:
    return "Install the program again; what does not need these words goes on as before."
