"""PCA-whitening as a step after any descriptor of vectors."""

from __future__ import annotations

from visearch_desktop.core.registry import register
from visearch_desktop.methods.descriptors.descriptor import Descriptor
from visearch_desktop.methods.descriptors.library_whitening import LibraryWhitened


@register(
    name="pca_whitening",
    kind="after",
    source="Jégou and Chum: Negative evidences and co-occurrences, ECCV 2012",
    title="PCA-whitening",
    summary="Evens out the directions in which the library's photos differ, so that what many share counts less.",
)
def pca_whitening(base: Descriptor) -> LibraryWhitened:
    """The whitening that networks without one of their own have, for another descriptor."""
    return LibraryWhitened(f"{base.name}+pca_whitening", base)
