"""The sentences that say why a photo was found, or why not: one wording for all of the window."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from visearch_desktop.core.region import Quad, Region
from visearch_desktop.gui import dates
from visearch_desktop.library.rows import Comparison, PhotoRow
from visearch_desktop.methods.matching.verdict import Verdict
from visearch_desktop.search.hits import SURE_INLIERS, Confidence, Hit, Ranking
from visearch_desktop.search.query import Together

BARS = {Confidence.SURE: 3, Confidence.LIKELY: 2, Confidence.MAYBE: 1}


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("Explain", text, "", n)


# --- groups -----------------------------------------------------------------------------------------------------------


def word(confidence: Confidence) -> str:
    """The word of a group of hits: "Sure", "Likely", "Maybe"."""
    return {
        Confidence.SURE: _tr("Sure"),
        Confidence.LIKELY: _tr("Likely"),
        Confidence.MAYBE: _tr("Maybe"),
    }[confidence]


def group_reason(confidence: Confidence, *, has_verified: bool = False) -> str:
    """What the hits of a group have in common.

    Args:
        has_verified: whether details agree in some of them; that alone does not make a hit sure, for two photos may
            share no more than what surrounds the thing.
    """
    if has_verified and confidence is not Confidence.SURE:
        return {
            Confidence.LIKELY: _tr("details agree, or it looks the same; not enough to be sure"),
            Confidence.MAYBE: _tr("similar to the eye, or a few details agree"),
        }[confidence]
    return {
        Confidence.SURE: _tr("enough details agree in one perspective"),
        Confidence.LIKELY: _tr("looks the same; too few details to prove it"),
        Confidence.MAYBE: _tr("similar to the eye, nothing verified"),
    }[confidence]


def photos(count: int) -> str:
    """A count in words: "1 photo", "12,004 photos"."""
    return _tr("1 photo") if count == 1 else _tr("{} photos").format(dates.number(count))


# --- one hit ----------------------------------------------------------------------------------------------------------


def badge(hit: Hit) -> tuple[str, str]:
    """What a cell's badge says beside its bars: in full, and where there is little room."""
    if hit.verdict is Verdict.VERIFIED:
        count = dates.number(hit.inliers)
        return (_tr("1 detail") if hit.inliers == 1 else _tr("{} details").format(count)), count
    similarity = dates.fraction(hit.similarity)
    return _tr("similar {}").format(similarity), similarity


def tool_tip(hit: Hit) -> str:
    """What a cell says under the pointer: "103 of 264 matches agree · similarity 0.74"."""
    similarity = _tr("similarity {}").format(dates.fraction(hit.similarity))
    if hit.verdict is Verdict.VERIFIED:
        matches = _tr("{} of {} matches agree").format(dates.number(hit.inliers), dates.number(hit.tentative))
        return f"{matches} · {similarity}"
    if hit.verdict is None:
        return _tr("not verified · {}").format(similarity)
    return f"{why_not(hit.verdict, hit.inliers)} · {similarity}"


def in_short(hit: Hit) -> str:
    """The reason in one short line, under a large cell."""
    if hit.verdict is Verdict.VERIFIED:
        return _tr("{} of {} matches agree").format(dates.number(hit.inliers), dates.number(hit.tentative))
    return _tr("nothing verified")


def why(hit: Hit, query: Region | None = None) -> str:
    """One sentence on why the photo is a hit.

    Args:
        hit: of a ranking.
        query: what was looked for, in px of the query picture; tells how far the photo's outline is turned and scaled.
    """
    if hit.verdict is Verdict.VERIFIED:
        turned, scaled = turn_and_scale(hit.quad, query) if hit.quad and query else (0.0, 0.0)
        return why_verified(hit.inliers, turned, scaled, said=hit.confidence)
    if hit.verdict is None:
        part = _tr("A part of it looks similar. Nothing was verified yet.")
        return part if hit.estimated is not None else _tr("It looks similar. Nothing was verified yet.")
    if hit.estimated is not None or hit.confidence is not Confidence.MAYBE:
        return _looks_alike(hit, hit.verdict, None)
    return why_not(hit.verdict, hit.inliers)


def why_of_several(sentence: str, parts: int, together: Together) -> str:
    """The sentence on a hit of several pictures or regions: it tells about the one that its place hangs on."""
    if parts < 2:
        return sentence
    about = _tr("Of {} parts the least certain: {}") if together is Together.ALL else _tr("Of {} parts the best: {}")
    return about.format(dates.number(parts), sentence)


def why_compared(comparison: Comparison, hit: Hit | None = None) -> str:
    """One sentence on why two pictures are said to match, or not.

    Args:
        comparison: of query and photo.
        hit: the photo among the hits, if it is one; the sentence goes with its word.
    """
    verdict = Verdict(comparison.verdict)
    if verdict is Verdict.VERIFIED:
        agree, turned, scaled = comparison.inliers, comparison.turned_deg, comparison.scaled
        is_searched = hit is not None and hit.quad is not None and not comparison.is_mirrored
        said = hit.confidence if hit is not None and (is_searched or agree < SURE_INLIERS) else None
        return why_verified(agree, turned, scaled, is_mirrored=comparison.is_mirrored, said=said)
    if hit is not None and (hit.estimated is not None or hit.confidence is not Confidence.MAYBE):
        return _looks_alike(hit, verdict, comparison.inliers)
    return why_not(verdict, comparison.inliers)


def _looks_alike(hit: Hit, verdict: Verdict, matches: int | None) -> str:
    """For a hit that is one by its look, of all of it or of a part; ``matches`` agree, None is not known how many."""
    alike = _tr("Looks alike here") if hit.estimated is not None else _tr("Looks the same")
    if verdict is not Verdict.TOO_FEW_AGREE:
        return _tr("{}. {}").format(alike, why_not(verdict, matches or 0))
    if matches is None:
        return _tr("{}; too few details agree to prove it.").format(alike)
    if matches < 2:
        return _tr("{}; no details agree.").format(alike)
    return _tr("{}; only {} details agree.").format(alike, dates.number(matches))


def why_verified(
    inliers: int,
    turned_deg: float,
    scaled: float,
    *,
    is_mirrored: bool = False,
    said: Confidence | None = None,
) -> str:
    """For a verified hit, such as "393 details agree in one perspective; turned by 121°, 0.8 times the size.".

    Args:
        inliers: verified matches.
        turned_deg: clockwise.
        scaled: size in the photo over size in the query; 0 is not known, and neither is the turn.
        is_mirrored: whether left and right have changed places.
        said: how sure the search is; None where it did not say.
    """
    if inliers < SURE_INLIERS and said is not Confidence.SURE:
        same = _tr("Maybe the same") if said is Confidence.MAYBE else _tr("Likely the same")
        same = _tr("{}, mirrored").format(same) if is_mirrored else same
        text = _tr("{}: {} details agree, fewer than the {} that make it sure.")
        return text.format(same, dates.number(inliers), dates.number(SURE_INLIERS))
    agree = _tr("{} details agree in one perspective").format(dates.number(inliers))
    if scaled <= 0:
        return _with_doubt(_tr("{}.").format(agree), said)
    turn = round(abs(turned_deg))
    turned = _tr("turned by {}°").format(turn) if turn else _tr("not turned")
    if is_mirrored:
        turned = _tr("mirrored, {}").format(turned) if turn else _tr("mirrored")
    if 0.95 <= scaled <= 1.05:
        return _with_doubt(_tr("{}; {}, at the same size.").format(agree, turned), said)
    times = dates.fraction(scaled, 1 if scaled >= 0.15 else 2)
    return _with_doubt(_tr("{}; {}, {} times the size.").format(agree, turned, times), said)


def _with_doubt(sentence: str, said: Confidence | None) -> str:
    """What agrees need not be the thing: it may be what surrounds it."""
    return sentence if said in (None, Confidence.SURE) else _tr("{} It takes more to be sure.").format(sentence)


def why_not(verdict: Verdict, matches: int) -> str:
    """One sentence on why nothing was proven; ``matches`` is how many agreed, 0 where that is not known."""
    some = dates.number(matches)
    match verdict:
        case Verdict.TOO_FEW_DETAILS:
            return _tr("Nothing could be verified: one of the photos is almost plain.")
        case Verdict.TOO_FEW_AGREE if matches == 1:
            return _tr("No details agree.")  # one alone has nothing to agree with
        case Verdict.TOO_FEW_AGREE if matches:
            return _tr("Only {} details agree: too few to be sure.").format(some)
        case Verdict.COLLAPSED if matches:
            return _tr("{} details match, but they all fall on one spot of this photo.").format(some)
        case Verdict.COLLAPSED:
            return _tr("The details match, but they all fall on one spot of this photo.")
        case Verdict.FOLDED:
            return _tr("The details match, but the outline they give folds over itself.")
        case Verdict.MIRRORED:
            return _tr("The details match only as in a mirror.")
        case Verdict.IMPLAUSIBLE:
            return _tr("The details match, but only squeezed as no camera does it.")
        case Verdict.CORNER:
            return _tr("The matches sit in one small corner.")
        case _:
            return _tr("Too few details agree to be sure.")


def turn_and_scale(quad: Quad, query: Region) -> tuple[float, float]:
    """How far an outline is turned against the region it comes from, and how much larger it is.

    Returns:
        Degrees clockwise, -180…180, of the two sides that were level; and the square root of the areas' ratio.
    """
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = quad
    turned = math.degrees(math.atan2((by - ay) + (cy - dy), (bx - ax) + (cx - dx)))
    area = abs((cx - ax) * (dy - by) - (dx - bx) * (cy - ay)) / 2
    return turned, math.sqrt(area / query.area) if query.area > 0 else 0.0


def query_region(ranking: Ranking, part: int, region: Region | None) -> Region:
    """What was looked for by a part of the query: the drawn region, else the whole picture."""
    width, height = ranking.query_sizes[part]
    return region or Region(0.0, 0.0, float(width), float(height))


# --- where in the photo -----------------------------------------------------------------------------------------------


def bounds(quad: Quad, width: int, height: int) -> Region:
    """The upright box around an outline, clipped to the photo."""
    xs = [min(max(x, 0.0), float(width)) for x, _ in quad]
    ys = [min(max(y, 0.0), float(height)) for _, y in quad]
    return Region(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def place(quad: Quad, width: int, height: int) -> str:
    """Where an outline lies: "left of centre", "in the centre", "top right", "all of the photo"."""
    box = bounds(quad, width, height)
    if box.area > 0.85 * width * height:
        return _tr("all of the photo")
    column = _third((box.x + box.width / 2) / max(1, width))
    line = _third((box.y + box.height / 2) / max(1, height))
    places: Sequence[Sequence[str]] = (
        (_tr("top left"), _tr("top"), _tr("top right")),
        (_tr("left of centre"), _tr("in the centre"), _tr("right of centre")),
        (_tr("bottom left"), _tr("bottom"), _tr("bottom right")),
    )
    return places[line][column]


def place_and_size(quad: Quad, width: int, height: int) -> str:
    """How large an outline is and where it lies: "440 × 400 px, left of centre"."""
    box = bounds(quad, width, height)
    return f"{pixels(round(box.width), round(box.height))}, {place(quad, width, height)}"


def pixels(width: int, height: int) -> str:
    """A size in pixels: "700 × 525 px", held together by no-break spaces; no thousands marks, as cameras write it."""
    return f"{width} × {height} px".replace(" ", "\N{NO-BREAK SPACE}")


def _third(at: float) -> int:
    return 0 if at < 0.42 else 1 if at <= 0.58 else 2


# --- for the screen reader --------------------------------------------------------------------------------------------


def spoken(row: PhotoRow, hit: Hit | None = None) -> str:
    """For the screen reader: "IMG_2241.jpg, 6 August 2025, sure, 393 details agree, found left of centre"."""
    parts = [row.name, dates.spoken_day(row.taken)]
    if hit is not None:
        parts.append(word(hit.confidence).lower())
        if hit.verdict is Verdict.VERIFIED:
            parts.append(_tr("{} details agree").format(dates.number(hit.inliers)))
        else:
            parts.append(_tr("similarity {}").format(dates.fraction(hit.similarity)))
        if hit.quad is not None:
            parts.append(_tr("found {}").format(place(hit.quad, row.width, row.height)))
    if row.is_offline:
        parts.append(_tr("drive not connected"))
    if not row.has_thumbnail:
        parts.append(_tr("still coming"))
    return ", ".join(part for part in parts if part)


def offline(folder: str) -> str:
    """Why a photo can be seen but not opened."""
    if not folder:
        return _tr("Its drive is not connected. The photo stays searchable by its thumbnail.")
    return _tr("{} is not connected. The photo stays searchable by its thumbnail.").format(folder)
