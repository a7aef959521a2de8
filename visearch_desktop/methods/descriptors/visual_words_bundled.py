"""Visual words that come with the program: nothing is learned, so that the first photo can be described at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.methods.descriptors.descriptor import ByteDescriptor, Source
from visearch_desktop.methods.local_features.bundled_vocabulary import PROBES, bundled_vocabulary, read_record
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.rootsift import RootSift
from visearch_desktop.methods.local_features.visual_word_rows import WORDS_EACH, feature_rows, to_signature


@register(
    name="visual_words_bundled",
    kind="descriptor",
    source="Philbin et al., CVPR 2007; 64-bit signatures: Jégou, Douze and Schmid, ECCV 2008",
    title="Visual words, built in",
    summary="The step before every bag of the visual words that come with the program: learns nothing.",
    is_step=True,
)
class BundledVisualWords(ByteDescriptor):
    """One row a local feature, as ``visual_words`` gives it, by the words of ``resources/vocabulary``.

    Raises:
        VocabularyDamagedError: the record of these words is missing or damaged; the words themselves are read, and
            checked, with the first photo.
    """

    name = "visual_words_bundled"
    source = Source.LOCAL_FEATURES
    extractor = RootSift()
    index = ""

    def __init__(self) -> None:
        self._sha256 = read_record().sha256

    @property
    def parameters(self) -> Mapping[str, object]:
        """See :class:`Descriptor`."""
        words = {"vocabulary": self._sha256, "probes": PROBES}
        return {"features": self.extractor.key, "each": WORDS_EACH, **words}

    def describe(self, item: LocalFeatures) -> NDArray[np.uint8]:
        """Rows of ``FEATURE`` as bytes, in the order of the features."""
        vocabulary, local = bundled_vocabulary(), self.extractor.comparable(item)
        words, squared = vocabulary.assign(local, WORDS_EACH)
        return to_signature(feature_rows(item, words, squared, vocabulary.signatures(local, words[:, 0])))
