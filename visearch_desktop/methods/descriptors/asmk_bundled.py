"""Aggregated selective match kernel by the visual words that come with the program."""

from __future__ import annotations

from visearch_desktop.core.registry import register
from visearch_desktop.methods.descriptors.asmk import AggregatedMatchKernel
from visearch_desktop.methods.descriptors.descriptor import Descriptor
from visearch_desktop.methods.descriptors.visual_words_bundled import BundledVisualWords


@register(
    name="asmk_bundled",
    kind="descriptor",
    source="Tolias, Avrithis and Jégou: To aggregate or not to aggregate, ICCV 2013; IJCV 2016",
    title="Selective match kernel (ASMK), built in",
    summary="As the selective match kernel, by visual words that come with the program: nothing has to be learned.",
)
class BundledAggregatedMatchKernel(AggregatedMatchKernel):
    """See :class:`AggregatedMatchKernel`."""

    name = "asmk_bundled"

    def __init__(self, base: Descriptor | None = None) -> None:
        super().__init__(BundledVisualWords() if base is None else base)
