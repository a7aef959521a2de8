"""The descriptors of one library by name: built once, trained from what the library has learned."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.core.errors import VisearchError
from visearch_desktop.core.registry import REGISTRY, load_all
from visearch_desktop.core.sentences import sentence
from visearch_desktop.library import learned
from visearch_desktop.library.settings import settings
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Source
from visearch_desktop.methods.local_features.build import build_extractor
from visearch_desktop.search.intents import intents

if TYPE_CHECKING:
    from visearch_desktop.methods.descriptors.regions.photo_regions import PhotoRegions
    from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor

FEATURES_METHOD = "rootsift"
CHEAPEST = "colour_histogram"
WITHOUT_DOWNLOAD = "rootsift_vlad"
QUERY_THREADS = min(4, os.cpu_count() or 1)


class Descriptors:
    """Builds descriptors and remembers them; may be used by any thread.

    Attributes:
        network_folders: where networks' weights lie.
        threads: of the processor that a network may use for one photo.
        extractor: makes the local features that are stored for every photo, and verified.
    """

    def __init__(self, catalogue: Catalogue, network_folders: Sequence[Path], threads: int = QUERY_THREADS) -> None:
        self._catalogue = catalogue
        self.network_folders = tuple(network_folders)
        self.threads = threads
        self._built: dict[str, Descriptor] = {}
        self._grounded: dict[str, Descriptor] = {}
        self._trained: dict[str, Descriptor] = {}
        self._regions: dict[str, PhotoRegions | None] = {}
        self._defaults: dict[str, str] = {}
        self._building = threading.RLock()
        self.extractor: LocalFeatureExtractor = build_extractor(FEATURES_METHOD)

    @property
    def device(self) -> str:
        """That networks run on, as the person chose."""
        return str(settings(self._catalogue)["device"])

    def on_one_thread(self) -> Descriptors:
        """The same, whose networks use one thread; for measuring."""
        return Descriptors(self._catalogue, self.network_folders, threads=1)

    def default_name(self) -> str:
        """What searches use unless told otherwise: the person's choice, else a network that is present, else VLAD.

        What needs the program's own network, where that is damaged, is as if nobody had chosen it. Which networks are
        there is looked at once, since every search asks.
        """
        chosen = str(settings(self._catalogue)["descriptor"])
        with self._building:
            if chosen not in self._defaults:
                self._defaults[chosen] = self._default(chosen)
            return self._defaults[chosen]

    def _default(self, chosen: str) -> str:
        from visearch_desktop.methods.descriptors.build import (
            STEP_SIGN,
            default_descriptor,
            descriptor_names,
            is_damaged,
        )

        is_known = chosen.partition(STEP_SIGN)[0] in descriptor_names()
        if is_known and not is_damaged(chosen, self.network_folders):
            return chosen
        return default_descriptor(self.network_folders)

    def title(self, name: str) -> str:
        """What a descriptor is called, without the steps after it. Raises: UnknownNameError: there is none."""
        from visearch_desktop.methods.descriptors.build import STEP_SIGN

        load_all()
        return REGISTRY.find("descriptor", name.partition(STEP_SIGN)[0]).title

    def damage(self) -> tuple[str, ...]:
        """A sentence for each network of the program's own that is damaged."""
        from visearch_desktop.methods.networks.store import NetworkStore

        return tuple(map(sentence, NetworkStore(self.network_folders).damaged()))

    def wanted(self, name: str | None) -> tuple[str, ...]:
        """What an indexing run describes photos with: what was asked for, or the default, and what intents name.

        Raises:
            UnknownNameError, NetworkMissingError, NetworkDamagedError, MissingExtraError: what was asked for cannot be
                built.
        """
        chosen = name or self.default_name()
        self.untrained(chosen)
        return tuple(dict.fromkeys([chosen, *(intent.descriptor for intent in intents() if intent.descriptor)]))

    def untrained(self, name: str) -> Descriptor:
        """The descriptor as built, without anything learned.

        Raises:
            UnknownNameError, NetworkMissingError, NetworkDamagedError, MissingExtraError: it cannot be built.
        """
        from visearch_desktop.methods.descriptors.build import build_descriptor

        with self._building:
            if name not in self._built:
                self._built[name] = build_descriptor(
                    name, self.network_folders, device=self.device, threads=self.threads
                )
            return self._built[name]

    def ready(self, name: str) -> Descriptor | None:
        """The descriptor that the library's signatures are made with; None where it, or its base, must learn first.

        Raises:
            UnknownNameError, NetworkMissingError, NetworkDamagedError, MissingExtraError: it cannot be built.
        """
        descriptor = self.grounded(name)
        if descriptor is None or descriptor.is_ready:
            return descriptor
        state = learned.state(self._catalogue, name)
        return None if state is None else self.trained(name, state.key)

    def grounded(self, name: str) -> Descriptor | None:
        """The descriptor, without anything learned, on the base that is ready; None where its base must learn first.

        Raises:
            UnknownNameError, NetworkMissingError, NetworkDamagedError, MissingExtraError: it cannot be built.
        """
        descriptor = self.untrained(name)
        if descriptor.base is None or all(link.is_ready for link in self.chain(name)[:-1]):
            return descriptor
        base = self.ready(descriptor.base.name)
        if base is None:
            return None
        with self._building:
            known = self._grounded.get(name)
            if known is None or known.base is None or known.base.key != base.key:
                known = self._grounded[name] = descriptor.with_base(base)
            return known

    def chain(self, name: str) -> tuple[Descriptor, ...]:
        """The descriptor as built, its base before it, that one's base before that: in the order they are computed.

        Raises:
            UnknownNameError, NetworkMissingError, NetworkDamagedError, MissingExtraError: it cannot be built.
        """
        links = [self.untrained(name)]
        while links[0].base is not None:
            links.insert(0, links[0].base)
        return tuple(links)

    def trained(self, name: str, key: str) -> Descriptor | None:
        """The descriptor with the stored model of that key; None if there is none or it makes other signatures now."""
        with self._building:
            untrained, known = self.grounded(name), self._trained.get(key)
            if untrained is None or (known is not None and known.base is untrained.base):
                return None if untrained is None else known
            model = learned.model(self._catalogue, name, key)
            trained = None if model is None else untrained.with_model(model)
            if trained is None or trained.key != key:
                return None
            self._trained[key] = trained
            return trained

    def notes(self) -> tuple[str, ...]:
        """Sentences on networks that run on another device than was chosen, known once they have described."""
        with self._building:
            return tuple(dict.fromkeys(one.note for one in self._built.values() if one.note))

    def from_pixels(self, name: str) -> str:
        """The name of the descriptor that workers compute for this one: itself, the first of its bases, or ""."""
        first = self.chain(name)[0]
        return first.name if first.source is Source.PIXELS else ""

    def from_features(self, name: str) -> LocalFeatureExtractor | None:
        """What makes the local features that this one, or the first of its bases, is computed from."""
        first = self.chain(name)[0]
        return first.extractor if first.source is Source.LOCAL_FEATURES else None

    def regions(self) -> PhotoRegions | None:
        """Makes the regions of photos and of queries, by the network of the default descriptor; None if it has none."""
        from visearch_desktop.methods.descriptors.regions.photo_regions import regions_of

        name = self.default_name()
        with self._building:
            if name not in self._regions:
                try:
                    self._regions[name] = regions_of(self.untrained(name), self.threads)
                except VisearchError:
                    return None
            return self._regions[name]

    def forget(self) -> None:
        """Build everything again when it is asked for: networks came or went."""
        with self._building:
            self._built.clear()
            self._grounded.clear()
            self._trained.clear()
            self._regions.clear()
            self._defaults.clear()
