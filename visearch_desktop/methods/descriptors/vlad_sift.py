"""VLAD of plain SIFT, to see what the square root of RootSIFT is worth."""

from __future__ import annotations

from visearch_desktop.core.registry import register
from visearch_desktop.methods.descriptors.vlad import Vlad


@register(
    name="vlad_sift",
    kind="descriptor",
    source="Jégou et al., CVPR 2010; Lowe, IJCV 2004",
    title="VLAD of SIFT",
    summary="As VLAD, but with SIFT as it was first published; there to be compared with, RootSIFT finds more.",
)
def vlad_sift() -> Vlad:
    """VLAD of SIFT."""
    return Vlad("vlad_sift", "sift")
