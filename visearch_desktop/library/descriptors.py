"""The descriptors of one library by name: built once, trained from what the library has learned."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.core.registry import load_all
from visearch_desktop.library import learned
from visearch_desktop.library.settings import settings
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Source
from visearch_desktop.search.intents import intents

if TYPE_CHECKING:
    from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor

FEATURES_METHOD = "rootsift"
CHEAPEST = "colour_histogram"
WITHOUT_DOWNLOAD = "rootsift_vlad"
QUERY_THREADS = min(4, os.cpu_count() or 1)


class Descriptors:
    """Builds descriptors and remembers them; may be used by any thread.

    Attributes:
        network_folders: where networks' weights lie.
        features_method: the name of the local features that are stored for every photo.
        extractor: makes them.
    """

    def __init__(self, catalogue: Catalogue, network_folders: Sequence[Path]) -> None:
        self._catalogue = catalogue
        self.network_folders = tuple(network_folders)
        self.features_method = FEATURES_METHOD
        self._built: dict[str, Descriptor] = {}
        self._trained: dict[str, Descriptor] = {}
        self._building = threading.RLock()
        methods = load_all("visearch_desktop.methods.local_features")
        self.extractor: LocalFeatureExtractor = methods.find("local_features", FEATURES_METHOD).build()

    @property
    def device(self) -> str:
        """That networks run on, as the person chose."""
        return str(settings(self._catalogue)["device"])

    def default_name(self) -> str:
        """What searches use unless told otherwise: the person's choice, else a network that is present, else VLAD."""
        from visearch_desktop.methods.descriptors.build import default_descriptor, descriptor_names

        chosen = str(settings(self._catalogue)["descriptor"])
        return chosen if chosen in descriptor_names() else default_descriptor(self.network_folders)

    def wanted(self, name: str | None) -> tuple[str, ...]:
        """What an indexing run describes photos with: what was asked for, or the default, and what intents name.

        Raises:
            UnknownNameError, NetworkMissingError, MissingExtraError: what was asked for cannot be built.
        """
        chosen = name or self.default_name()
        self.untrained(chosen)
        return tuple(dict.fromkeys([chosen, *(intent.descriptor for intent in intents() if intent.descriptor)]))

    def untrained(self, name: str) -> Descriptor:
        """The descriptor as built, without anything learned.

        Raises:
            UnknownNameError, NetworkMissingError, MissingExtraError: it cannot be built.
        """
        from visearch_desktop.methods.descriptors.build import build_descriptor

        with self._building:
            if name not in self._built:
                self._built[name] = build_descriptor(
                    name, self.network_folders, device=self.device, threads=QUERY_THREADS
                )
            return self._built[name]

    def ready(self, name: str) -> Descriptor | None:
        """The descriptor that the library's vectors are made with; None where it must learn first.

        Raises:
            UnknownNameError, NetworkMissingError, MissingExtraError: it cannot be built.
        """
        descriptor = self.untrained(name)
        if descriptor.is_ready:
            return descriptor
        state = learned.state(self._catalogue, name)
        return None if state is None else self.trained(name, state.key)

    def trained(self, name: str, key: str) -> Descriptor | None:
        """The descriptor with the stored model of that key; None if there is none or it makes other vectors now."""
        with self._building:
            if key not in self._trained:
                model = learned.model(self._catalogue, name, key)
                if model is None:
                    return None
                self._trained[key] = self.untrained(name).with_model(model)
            descriptor = self._trained[key]
        return descriptor if descriptor.key == key else None

    def notes(self) -> tuple[str, ...]:
        """Sentences on networks that run on another device than was chosen, known once they have described."""
        with self._building:
            return tuple(dict.fromkeys(one.note for one in self._built.values() if one.note))

    def from_pixels(self, name: str) -> str:
        """The name of the descriptor that workers compute for this one: itself, its base, or "" for none."""
        descriptor = self.untrained(name)
        if descriptor.source is Source.VECTOR:
            assert descriptor.base is not None
            return descriptor.base.name
        return name if descriptor.source is Source.PIXELS else ""

    def forget(self) -> None:
        """Build everything again when it is asked for: networks came or went."""
        with self._building:
            self._built.clear()
            self._trained.clear()
