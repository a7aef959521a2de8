"""The sentences on why a photo was not found: one for the whole, one for each step of the search, one on what helps."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from visearch_desktop.gui import dates, explain
from visearch_desktop.library.rows import LostAt, Trace
from visearch_desktop.methods.matching.verdict import Verdict

FEW_DETAILS = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One step in words, and whether the photo got past it."""

    text: str
    is_passed: bool


def _tr(text: str) -> str:
    return QCoreApplication.translate("WhyNot", text)


def headline(trace: Trace, rank: int = 0, of: int = 0, *, has_region: bool = False) -> str:
    """One sentence for the whole.

    Args:
        trace: of the photo.
        rank: the photo's place among the hits that are shown, 0 if it is none of them.
        of: how many there are.
        has_region: whether a box was drawn on the query.
    """
    if rank and trace.verdict == Verdict.VERIFIED:
        return _tr("It was found: hit {} of {}.").format(dates.number(rank), dates.number(of))
    if rank:
        return _tr("It was found by its look alone: hit {} of {}.").format(dates.number(rank), dates.number(of))
    if has_region and trace.lost_at is LostAt.RANKED_LOW:
        return _tr("Too little of it looks like what is in the box.")
    return {
        LostAt.NOWHERE: _tr("A new search would find it."),
        LostAt.NO_FOLDER: _tr("It is not in the library."),
        LostAt.PASSED_OVER: _tr("The library passes it over."),
        LostAt.NOT_READ_YET: _tr("It has not been read yet."),
        LostAt.UNREADABLE: _tr("It could not be read."),
        LostAt.NOT_DESCRIBED: _tr("It has not been described yet."),
        LostAt.RANKED_LOW: _tr("As a whole it looks too little like the query."),
        LostAt.NO_DETAILS_YET: _tr("Its details are not known yet."),
        LostAt.NOT_VERIFIED: _tr("Its details do not agree."),
        LostAt.NOT_THIS: _tr("It was left out."),
    }[trace.lost_at]


def steps(trace: Trace) -> list[Step]:
    """What became of the photo, up to the step that lost it and those after it that are known."""
    found = [_folder(trace)]
    if trace.photo_id is None:
        return found
    found.append(_described(trace))
    if trace.rank:
        found.append(_ranked(trace))
    if trace.lost_at is LostAt.NO_DETAILS_YET:
        found.append(Step(_tr("Its details are not known yet: the closer look has not come to it."), is_passed=False))
    elif trace.verdict:
        found.append(_verified(trace))
    if trace.has_alike_part is not None and trace.verdict != Verdict.VERIFIED:
        found.append(_alike(trace.has_alike_part))
    if trace.lost_at is LostAt.NOT_THIS:
        found.append(Step(_tr("It shows what the search says photos are not to show."), is_passed=False))
    return found


def what_helps(
    trace: Trace, *, has_region: bool, tries_turned: bool, is_mirrored: bool = False, agreeing: int = 0
) -> str:
    """What the person can do; "" where nothing is known to help.

    Args:
        trace: of the photo.
        has_region: whether a box was drawn on the query.
        tries_turned: whether turned and mirrored copies are looked for.
        is_mirrored: whether the photo is known to show the query mirrored.
        agreeing: how many details agree where the two are compared by themselves; 0 is none, or not known.
    """
    match trace.lost_at:
        case LostAt.NO_FOLDER:
            return _tr("Add its folder to the library: Ctrl+O.")
        case LostAt.NOT_READ_YET:
            return _tr("Look for new files: F5.")
        case LostAt.UNREADABLE:
            return trace.hint
        case LostAt.RANKED_LOW if not tries_turned and trace.verdict == Verdict.VERIFIED and has_region:
            return _tr("Look for turned and mirrored copies, too: Looking for › More.")
        case LostAt.RANKED_LOW if not has_region:
            return _tr("Draw a box round the thing: what surrounds it does not count then.")
        case LostAt.NOT_VERIFIED if agreeing and not is_mirrored:
            finer = _tr("Compared by themselves, {} details agree: a search through all photos looks less closely.")
            return finer.format(dates.number(agreeing))
        case LostAt.NOT_VERIFIED if 0 <= trace.query_details < FEW_DETAILS:
            few = _tr("The region has too little to hold on to: {} details. Draw it larger.")
            whole = _tr("The query has too little to hold on to: {} details.")
            return (few if has_region else whole).format(dates.number(trace.query_details))
        case LostAt.NOT_VERIFIED if is_mirrored and not tries_turned:
            return _tr("The photo shows it mirrored. Look for mirrored copies, too: Looking for › More.")
        case LostAt.NOT_VERIFIED if not has_region:
            return _tr("Draw a box round the thing: its details are looked at more closely then.")
    return ""


def _folder(trace: Trace) -> Step:
    match trace.lost_at:
        case LostAt.NO_FOLDER:
            return Step(_tr("It lies in no folder of the library."), is_passed=False)
        case LostAt.PASSED_OVER:
            text = _tr("It lies in “{}”, but is hidden, excluded, or not named like a photo.")
            return Step(text.format(trace.folder), is_passed=False)
        case LostAt.NOT_READ_YET:
            return Step(_tr("It lies in “{}” and waits to be read.").format(trace.folder), is_passed=False)
        case LostAt.UNREADABLE:
            return Step(_tr("It lies in “{}”. {}").format(trace.folder, trace.problem), is_passed=False)
        case _:
            return Step(_tr("It lies in “{}” and was read.").format(trace.folder), is_passed=True)


def _described(trace: Trace) -> Step:
    done, all_of_them = dates.number(trace.described), explain.photos(trace.photos)
    if trace.lost_at is LostAt.NOT_DESCRIBED:
        text = _tr("It is not described yet: {} of {} are. It can be found when its turn has come.")
        return Step(text.format(done, all_of_them), is_passed=False)
    return Step(_tr("It is described, as {} of {} are.").format(done, all_of_them), is_passed=True)


def _ranked(trace: Trace) -> Step:
    where = dates.number(trace.rank), dates.number(trace.described)
    if not trace.looked_at:
        if trace.lost_at is LostAt.NOWHERE:
            return Step(_tr("By look it is number {} of {}.").format(*where), is_passed=True)
        text = _tr("By look it is number {} of {}, no more alike than any two photos are.")
        return Step(text.format(*where), is_passed=False)
    best = dates.number(trace.looked_at)
    if trace.lost_at is LostAt.RANKED_LOW:
        text = _tr("By look and shared details it is number {} of {}; only the best {} are looked at closely.")
        return Step(text.format(*where, best), is_passed=False)
    text = _tr("By look and shared details it is number {} of {}; the best {} are looked at closely.")
    return Step(text.format(*where, best), is_passed=True)


def _alike(has_alike_part: bool) -> Step:
    if has_alike_part:
        return Step(_tr("But a part of it looks like what is in the box."), is_passed=True)
    return Step(_tr("No part of it looks enough like what is in the box, either."), is_passed=False)


def _verified(trace: Trace) -> Step:
    if trace.verdict == Verdict.VERIFIED:
        agree = _tr("{} details agree in one perspective.").format(dates.number(trace.inliers))
        if trace.lost_at is LostAt.RANKED_LOW:
            agree = _tr("Looked at closely now: {}").format(agree)
        return Step(agree, is_passed=True)
    why = explain.why_not(Verdict(trace.verdict), trace.inliers)
    if trace.lost_at is LostAt.RANKED_LOW:
        why = _tr("Looked at closely now: {}").format(why)
    return Step(why, is_passed=False)
