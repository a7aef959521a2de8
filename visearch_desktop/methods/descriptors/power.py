"""Power normalisation: the root of every number, so that a few large ones do not outvote all others."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from visearch_desktop.core.registry import register
from visearch_desktop.core.vectors import Vector, normalise
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Source

POWER = 0.5


@register(
    name="power",
    kind="after",
    source="Perronnin, Sánchez and Mensink: Improving the Fisher kernel, ECCV 2010",
    title="Power normalisation",
    summary="Takes the signed square root of every number of a vector; repeated patterns count less. Costs nothing.",
)
class PowerNormalised(Descriptor):
    """sign(x) √|x| of another descriptor's vectors, of unit length again; learns nothing.

    Args:
        base: gives the vectors.
    """

    source = Source.BASE

    def __init__(self, base: Descriptor) -> None:
        self.name = f"{base.name}+power"
        self.base: Descriptor = base
        self.working_px = base.working_px

    @property
    def parameters(self) -> Mapping[str, object]:
        """See :class:`Descriptor`."""
        return {"base": self.base.key, "power": POWER}

    def describe(self, item: Vector) -> Vector:
        """(D,) of (D,); zero stays zero."""
        return normalise(np.sign(item) * np.abs(item) ** POWER)

    def with_base(self, base: Descriptor) -> PowerNormalised:
        """A copy on another base."""
        return PowerNormalised(base)
