"""The rules by which the rankings of a data set are counted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Precision(StrEnum):
    """What mP@k means; the published definitions differ where a query has fewer than k right photos.

    POSSIBLE: the right ones among the first k, out of as many as there can be: min(k, number of right photos).
    LAST_FOUND: the precision at k or at the last right photo, whichever comes first (Radenović et al., CVPR 2018).
    """

    POSSIBLE = "possible"
    LAST_FOUND = "last_found"


@dataclass(frozen=True, slots=True)
class Protocol:
    """How a data set wants to be counted.

    Attributes:
        name: what the command line takes.
        is_query_counted: the query's own photo stays in the ranking, right or wrong as the ground truth says;
            otherwise it is taken out.
        is_in_fours: every query has three companions, and the N-S score is defined.
        precision: what mP@k means.
    """

    name: str
    is_query_counted: bool = False
    is_in_fours: bool = False
    precision: Precision = Precision.POSSIBLE


STANDARD = Protocol("standard")
"""The query and its junk are taken out; everything else counts."""
