"""Hamming embedding by the visual words that come with the program."""

from __future__ import annotations

from visearch_desktop.core.registry import register
from visearch_desktop.methods.descriptors.bow_hamming import HammingBagOfWords
from visearch_desktop.methods.descriptors.descriptor import Descriptor
from visearch_desktop.methods.descriptors.visual_words_bundled import BundledVisualWords


@register(
    name="bow_hamming_bundled",
    kind="descriptor",
    source="Jégou, Douze and Schmid: Hamming embedding and weak geometric consistency, ECCV 2008; IJCV 2010",
    title="Visual words with Hamming embedding, built in",
    summary="As visual words with Hamming embedding, by words that come with the program: nothing has to be learned.",
)
class BundledHammingBagOfWords(HammingBagOfWords):
    """See :class:`HammingBagOfWords`."""

    name = "bow_hamming_bundled"

    def __init__(self, base: Descriptor | None = None) -> None:
        super().__init__(BundledVisualWords() if base is None else base)
