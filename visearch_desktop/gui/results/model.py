"""The hits of a ranking, grouped by how sure they are."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex

from visearch_desktop.gui import explain
from visearch_desktop.gui.grid.model import Heading, Index, PhotoListModel
from visearch_desktop.library.rows import PhotoRow
from visearch_desktop.search.hits import Confidence, Hit, Ranking


class ResultsModel(PhotoListModel):
    """The hits worth showing, or all of them; each group keeps the order of the ranking."""

    def __init__(self, parent: object = None) -> None:
        super().__init__(parent)
        self._pairs: list[tuple[Hit, PhotoRow]] = []
        self._indexes: dict[int, int] = {}
        self._headings: tuple[Heading, ...] = ()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 as Qt declares it
        return 0 if parent.isValid() else len(self._pairs)

    def headings(self) -> tuple[Heading, ...]:
        return self._headings

    def photo_at(self, index: int) -> PhotoRow | None:
        return self._pairs[index][1] if 0 <= index < len(self._pairs) else None

    def hit_at(self, index: int) -> Hit | None:
        return self._pairs[index][0] if 0 <= index < len(self._pairs) else None

    def index_of(self, photo_id: int) -> int | None:
        return self._indexes.get(photo_id)

    def find_name(self, start: str, begin: int) -> int | None:
        start, count = start.casefold(), len(self._pairs)
        walk = (n % count for n in range(begin, begin + count))
        return next((n for n in walk if self._pairs[n][1].name.casefold().startswith(start)), None)

    def show_ranking(self, ranking: Ranking | None, rows: tuple[PhotoRow, ...], *, everything: bool) -> frozenset[int]:
        """Show a ranking instead of what was shown.

        Args:
            ranking: None shows nothing.
            rows: of its hits, one each.
            everything: also the hits that look no more alike than any two photos do.

        Returns:
            The photos that were not shown before.
        """
        count = 0 if ranking is None else len(ranking.hits) if everything else ranking.standing_out
        hits = ranking.hits[:count] if ranking else ()
        by_id = {row.photo_id: row for row in rows}
        pairs = [(hit, by_id[hit.photo_id]) for hit in hits if hit.photo_id in by_id]
        before = self._indexes.keys()
        self.beginResetModel()
        self._pairs, headings = [], []
        for confidence in Confidence:
            group = [pair for pair in pairs if pair[0].confidence is confidence]
            if group:
                word = explain.word(confidence)
                reason = explain.group_reason(confidence, has_verified=any(hit.inliers for hit, _ in group))
                headings.append(Heading(word, len(group), reason, explain.BARS[confidence]))
                self._pairs += group
        self._headings = tuple(headings)
        new = frozenset(pair[1].photo_id for pair in self._pairs) - before
        self._indexes = {pair[1].photo_id: n for n, pair in enumerate(self._pairs)}
        self.endResetModel()
        return new

    def count_of(self, confidence: Confidence) -> int:
        """How many hits of a group are shown."""
        return next((h.count for h in self._headings if h.bars == explain.BARS[confidence]), 0)
