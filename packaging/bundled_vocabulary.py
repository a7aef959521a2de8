"""The visual words in the box, from photos to the figures in their card.

    python packaging/bundled_vocabulary.py extract --scratch RUN --photos ../shared/data/pool/pool.tar
    python packaging/bundled_vocabulary.py learn   --scratch RUN --words 32768
    python packaging/bundled_vocabulary.py write   --scratch RUN --words 32768 --into resources/vocabulary
    python packaging/bundled_vocabulary.py measure --scratch RUN --into resources/vocabulary

``extract`` keeps the local features of every photo of a tar in RUN; what was extracted before is not extracted again.
``learn`` makes K words: k-means finds cells, then words within each cell, then all words move to the means of the
features nearest to them (approximate k-means: Philbin et al., CVPR 2007; a tree to begin with: Nistér and Stewénius,
CVPR 2006). It keeps what it has after each round and goes on from there. ``write`` rounds the words, adds the
directions of the 64 bits and writes both files; ``measure`` prints figures on features that nothing was learned from
and writes the card. All of it is the same each time for the same photos and seed.
"""

from __future__ import annotations

import argparse
import json
import tarfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from visearch_desktop.core.threads import one_thread_of_linear_algebra

one_thread_of_linear_algebra()

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from visearch_desktop.evaluation.rows import Row  # noqa: E402
from visearch_desktop.methods.local_features import bundled_vocabulary as bundled  # noqa: E402
from visearch_desktop.methods.local_features.bundled_vocabulary import BundledVocabulary, VocabularyRecord  # noqa: E402
from visearch_desktop.methods.local_features.rootsift import STEP, RootSift  # noqa: E402
from visearch_desktop.methods.local_features.vocabulary import (  # noqa: E402
    learn_vocabulary,
    nearest_words,
    unit_rows,
)
from visearch_desktop.methods.networks.hashing import file_sha256  # noqa: E402
from visearch_desktop.photos.decode import decode  # noqa: E402

PHOTOS, TAKEN, CARD = "photos.json", "taken.json", "CARD.md"
SHARD_PHOTOS = 250
HELD_OUT = 20
"""Every so manieth photo teaches nothing: the figures are measured on it."""
CELLS = 256
CELL_ROUNDS, WORD_ROUNDS, ALL_ROUNDS = 10, 6, 3
CELL_ROWS = 200_000
BLOCK = 100_000
LIMITS = """They were learned from small photos of everyday things, animals, sports, food, rooms and streets; what that
means for larger photos is in the figures above. Enlarging the photos before extraction (--scale 1.5, 2) changed mAP on
places-develop by about 0.01 either way, with 4,096 words from 100 photos. They are made for RootSIFT: other local
features need words of their own. Plain surfaces have no details, so no words."""
MEASURED_ROWS = 50_000
WORD_STEP = STEP / 2
"""Half the step of features: the whole step would add a twelfth to the squared distance of a feature and its word."""


# --- features ---------------------------------------------------------------------------------------------------------


def extract(photos: Path, scratch: Path, scale: float) -> None:
    """Levels (N, 128) and the number of the photo of each, a file for every 250 photos."""
    folder = scratch / f"features-x{scale:g}"
    folder.mkdir(parents=True, exist_ok=True)
    began, extractor = time.perf_counter(), RootSift()
    with tarfile.open(photos) as tar:
        members = sorted((m for m in tar.getmembers() if m.name.endswith(".jpg")), key=lambda member: member.name)
        names = [member.name for member in members]
        (scratch / PHOTOS).write_text(json.dumps({"sha256": file_sha256(photos), "names": names}), encoding="utf-8")
        for first in range(0, len(members), SHARD_PHOTOS):
            file = folder / f"{first:06}.npz"
            if file.is_file():
                continue
            levels, owners = [], []
            for number, member in enumerate(members[first : first + SHARD_PHOTOS], start=first):
                stream = tar.extractfile(member)
                assert stream is not None
                levels.append(_features(extractor, stream.read(), scale))
                owners.append(np.full(len(levels[-1]), number, dtype=np.int32))
            partial = file.with_suffix(".part.npz")
            np.savez(partial, levels=np.concatenate(levels), photos=np.concatenate(owners))
            partial.replace(file)
            _note(scratch, f"extract x{scale:g}", time.perf_counter() - began)
            began = time.perf_counter()
            print(f"{min(first + SHARD_PHOTOS, len(members)):,} of {len(members):,} photos", flush=True)


def _features(extractor: RootSift, content: bytes, scale: float) -> NDArray[np.uint8]:
    import cv2

    cv2.setNumThreads(1)
    pixels = decode(content, extractor.working_px).pixels
    if scale != 1:
        pixels = np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
    return extractor.extract(pixels, pixels.shape[1], pixels.shape[0]).descriptors


def read_features(scratch: Path, scale: float, *, held_out: bool, most: int = 0) -> NDArray[np.uint8]:
    """(N, 128) levels of the photos that teach, or of those that do not; at most so many, spread evenly."""
    found = []
    for file in sorted((scratch / f"features-x{scale:g}").glob("??????.npz")):
        with np.load(file) as held:
            found.append(held["levels"][(held["photos"] % HELD_OUT == 0) == held_out])
    levels = np.concatenate(found)
    if most and len(levels) > most:
        levels = levels[np.linspace(0, len(levels) - 1, most).astype(np.int64)]
    return levels


# --- words ------------------------------------------------------------------------------------------------------------


def learn(scratch: Path, scale: float, words: int, most: int, seed: int) -> None:
    """See the top; ``words-K/round-N.npz`` holds the words after each round, sorted by cell."""
    folder = _folder(scratch, scale, words)
    folder.mkdir(parents=True, exist_ok=True)
    levels = read_features(scratch, scale, held_out=False, most=most)
    print(f"{len(levels):,} features", flush=True)
    if not (folder / "round-0.npz").is_file():
        _note(scratch, f"features {words} x{scale:g}", len(levels))
    for number in range(ALL_ROUNDS + 1):
        file = folder / f"round-{number}.npz"
        if file.is_file():
            continue
        began = time.perf_counter()
        found, error = begin(levels, words, seed) if number == 0 else moved(levels, _round(folder, number - 1), seed)
        ordered, sizes = in_cells(found, min(CELLS, words // 4), seed)
        partial = file.with_suffix(".part.npz")
        np.savez(partial, words=ordered, sizes=sizes)
        partial.replace(file)
        _note(scratch, f"learn {words} x{scale:g}", time.perf_counter() - began)
        print(
            f"round {number}: {time.perf_counter() - began:.0f} s, mean squared distance before {error:.4f}", flush=True
        )


def begin(levels: NDArray[np.uint8], words: int, seed: int) -> tuple[NDArray[np.float32], float]:
    """(K, 128) words: cells of all features, and in each as many words as it has a share of the features."""
    sample = unit_rows(levels[np.linspace(0, len(levels) - 1, min(CELL_ROWS, len(levels))).astype(np.int64)])
    centres = learn_vocabulary(sample, min(CELLS, words // 4), seed, CELL_ROUNDS)
    cells = np.concatenate([nearest_words(unit_rows(some), centres)[0][:, 0] for some in _blocks(levels)])
    counts = np.bincount(cells, minlength=len(centres))
    shares = np.diff(np.rint(np.cumsum(counts) / counts.sum() * words).astype(np.int64), prepend=0)
    order, ends = np.argsort(cells, kind="stable"), np.cumsum(counts)
    found = [
        learn_vocabulary(unit_rows(levels[order[end - count : end]]), int(share), seed, WORD_ROUNDS)
        for count, end, share in zip(counts, ends, shares, strict=True)
        if share
    ]
    return np.concatenate(found), float("nan")


def moved(levels: NDArray[np.uint8], held: BundledVocabulary, seed: int) -> tuple[NDArray[np.float32], float]:
    """The means of the features nearest to each word; a word without features starts anew at one that is far away."""
    sums = np.zeros(held.words.shape, dtype=np.float64)
    counts = np.zeros(len(held), dtype=np.int64)
    error, far = 0.0, []
    for some in _blocks(levels):
        rows = unit_rows(some)
        words, squared = held.assign(rows)
        error += float(squared.sum())
        order = np.argsort(words[:, 0], kind="stable")
        present, first = np.unique(words[order, 0], return_index=True)
        sums[present] += np.add.reduceat(rows[order], first, axis=0)
        counts += np.bincount(words[:, 0], minlength=len(held))
        far.append(rows[np.argsort(-squared[:, 0], kind="stable")[:100]])
    empty = counts == 0
    rng = np.random.default_rng(seed)
    spare = np.concatenate(far)
    sums[empty] = spare[rng.integers(0, len(spare), int(empty.sum()))]
    found = sums / np.where(empty, 1, counts)[:, None]
    print(f"  {int(empty.sum())} words without features", flush=True)
    return found.astype(np.float32), error / len(levels)


def in_cells(words: NDArray[np.float32], cells: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The words sorted by cell, and how many each has."""
    centres = learn_vocabulary(words, cells, seed, CELL_ROUNDS)
    owners = nearest_words(words, centres)[0][:, 0]
    sizes = np.bincount(owners, minlength=cells)
    return words[np.argsort(owners, kind="stable")], sizes[sizes > 0]


def directions(rows: NDArray[np.float32], held: BundledVocabulary, seed: int) -> NDArray[np.float32]:
    """(128, 64): the plane of the largest spread of features about their words, turned so that all bits share in it."""
    aside = rows - held.words[held.assign(rows)[0][:, 0]]
    _, axes = np.linalg.eigh(aside.T.astype(np.float64) @ aside)
    turned, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((bundled.BITS, bundled.BITS)))
    return (axes[:, ::-1][:, : bundled.BITS] @ turned).astype(np.float32)


def _round(folder: Path, number: int) -> BundledVocabulary:
    """The words of a round, as they were learned."""
    with np.load(folder / f"round-{number}.npz") as held:
        return BundledVocabulary(held["words"], held["sizes"], np.eye(held["words"].shape[1], bundled.BITS))


def _blocks(levels: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    return [levels[start : start + BLOCK] for start in range(0, len(levels), BLOCK)]


def _folder(scratch: Path, scale: float, words: int) -> Path:
    return scratch / f"words-{words}-x{scale:g}"


def _note(scratch: Path, step: str, amount: float) -> None:
    """How many seconds each step took in all, and from how many features each vocabulary learned, for the card."""
    file = scratch / TAKEN
    taken = _read(file) if file.is_file() else {}
    taken[step] = taken.get(step, 0.0) + amount
    file.write_text(json.dumps(taken, indent=1), encoding="utf-8")


# --- files and figures ------------------------------------------------------------------------------------------------


def write(scratch: Path, scale: float, words: int, into: Path, seed: int) -> None:
    """The words of the last round, rounded, with the directions of their bits."""
    folder = _folder(scratch, scale, words)
    last = max(int(file.stem.split("-")[1]) for file in folder.glob("round-?.npz"))
    held = _round(folder, last)
    rows = unit_rows(read_features(scratch, scale, held_out=False, most=CELL_ROWS))
    into.mkdir(parents=True, exist_ok=True)
    levels = np.clip(np.rint(held.words / WORD_STEP), 0, 255).astype(np.uint8)
    bundled.write_vocabulary(into, levels, WORD_STEP, held.sizes, directions(rows, held, seed), RootSift.name)
    for file in (bundled.WORDS, bundled.RECORD):
        print(f"{file}: {(into / file).stat().st_size:,} bytes")


def measured(rows: NDArray[np.float32], held: BundledVocabulary) -> dict[str, float]:
    """How near words are, how often the nearest is found and in what time, and how the bits share features out.

    Args:
        rows: (N, 128) features that taught nothing, as they come from photos, one after another.
        held: the words.
    """
    seconds = []
    for start in range(0, len(rows), 1000):
        began = time.perf_counter()
        held.assign(rows[start : start + 1000])
        seconds.append((time.perf_counter() - began) / len(rows[start : start + 1000]))
    exact, nearest = nearest_words(rows, held.words)
    words, squared = held.assign(rows)
    bits = np.unpackbits(held.signatures(rows, words[:, 0]), axis=1)
    return {
        "mean squared distance to the nearest word": float(nearest.mean()),
        "the same, of the words found": float(squared.mean()),
        "share that finds its nearest word": float((words == exact).mean()),
        "microseconds a feature, 1000 at a time, one thread, the quickest": min(seconds) * 1e6,
        "share of a bit that is set, least": float(bits.mean(axis=0).min()),
        "share of a bit that is set, most": float(bits.mean(axis=0).max()),
    }


def measure(scratch: Path, scale: float, into: Path, evaluated: Path | None) -> None:
    """Print the figures, and write the card.

    Args:
        scratch: of the run.
        scale: of its photos.
        into: where the words are.
        evaluated: what ``visearch-desktop evaluate … --json`` printed with these words, for the card.
    """
    held = bundled.read_vocabulary(into)
    rows = unit_rows(read_features(scratch, scale, held_out=True, most=MEASURED_ROWS))
    figures = measured(rows, held)
    for name, value in figures.items():
        print(f"{name}: {value:.4f}")
    text = card(scratch, scale, bundled.read_record(into), figures, evaluated)
    (into / CARD).write_text(text, encoding="utf-8")


def card(
    scratch: Path, scale: float, record: VocabularyRecord, figures: dict[str, float], evaluated: Path | None
) -> str:
    """What the words were made from and how, how good they are and what they are not for, as Markdown."""
    photos = _read(scratch / PHOTOS)
    sources = Counter(name.split("/")[-1].split("_")[0] for name in photos["names"])
    took = _read(scratch / TAKEN)
    steps = {"extraction": f"extract x{scale:g}", "learning": f"learn {record.words} x{scale:g}"}
    hours = ", ".join(f"{name} {took.get(step, 0) / 3600:.2f} h" for name, step in steps.items())
    taught = took[f"features {record.words} x{scale:g}"]
    what = (
        f"{record.words:,} words for {record.features} in {record.cells} cells, and {bundled.BITS} directions of a"
        f" Hamming embedding whose thresholds are the words themselves. SHA-256 of `{bundled.WORDS}`:"
        f" {record.sha256}. Made by `packaging/bundled_vocabulary.py`. Licence: Apache-2.0."
    )
    data = (
        f"{len(photos['names']):,} photos of at most 288 px without labels, none of them shipped:"
        f" {', '.join(f'{count:,} {name}' for name, count in sources.most_common())}. SHA-256 of the tar:"
        f" {photos['sha256']}. Every {HELD_OUT}th photo was held out; {taught:,.0f} features of the others taught."
    )
    how = (
        f"Photos enlarged × {scale:g}; {CELL_ROUNDS} rounds of k-means for the cells, {WORD_ROUNDS} within each cell,"
        f" {ALL_ROUNDS} of all words. The directions span the plane in which features spread most about their words."
        f" On one core of a processor, without a graphics card: {hours}."
    )
    lines = "\n".join(f"- {name}: {value:.3f}" for name, value in figures.items())
    blocks = ["# The visual words in the box", what, "## Data", data, "## Recipe", how, "## Figures"]
    blocks += ["On the photos held out:", lines, *(_table(_read(evaluated)) if evaluated else [])]
    return "\n\n".join([*blocks, "## Limits", LIMITS]) + "\n"


def _table(document: dict[str, Any]) -> list[str]:
    """Paragraphs with the rows of an evaluation."""
    title = (
        f"On {document['dataset']}, {document['queries']} queries in {document['photos']} photos, by"
        " `visearch-desktop evaluate`:"
    )
    names = ["mAP", "mean of groups", "recall@1", "bytes/photo"]
    lines = ["| descriptor | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for row in map(Row.from_document, document["rows"]):
        found = row.figures
        if found is None:
            continue
        scores = (found.mean_ap, found.mean_ap_macro or 0, found.recall_at_1)
        cells = [row.asked.title, *(f"{one:.3f}" for one in scores), f"{found.bytes_per_photo or 0:,.0f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return [title, "\n".join(lines)]


def _read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["extract", "learn", "write", "measure"])
    parser.add_argument("--scratch", type=Path, required=True, help="where features and rounds are kept")
    parser.add_argument("--photos", type=Path, default=Path("../shared/data/pool/pool.tar"))
    parser.add_argument("--scale", type=float, default=1.0, help="photos are enlarged by this before extraction")
    parser.add_argument("--words", type=int, default=32768)
    parser.add_argument("--most", type=int, default=2_000_000, help="so many features teach, spread evenly")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--into", type=Path, default=Path("resources/vocabulary"))
    parser.add_argument("--evaluated", type=Path, help="an evaluation as JSON, for the card")
    asked = parser.parse_args()
    match asked.step:
        case "extract":
            extract(asked.photos, asked.scratch, asked.scale)
        case "learn":
            learn(asked.scratch, asked.scale, asked.words, asked.most, asked.seed)
        case "write":
            write(asked.scratch, asked.scale, asked.words, asked.into, asked.seed)
        case "measure":
            measure(asked.scratch, asked.scale, asked.into, asked.evaluated)


if __name__ == "__main__":
    main()
