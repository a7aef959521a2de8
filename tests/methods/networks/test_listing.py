"""The list of networks says everything that is needed to fetch and to run each."""

from __future__ import annotations

import re

import pytest

from visearch_desktop.core.errors import UnknownNameError
from visearch_desktop.core.sentences import hint, sentence
from visearch_desktop.methods.networks.alike_network import WIDTHS
from visearch_desktop.methods.networks.backbones import CHANNELS
from visearch_desktop.methods.networks.listing import (
    LOCAL_FEATURES,
    NetworkEntry,
    describing_networks,
    find_network,
    listed_networks,
)


@pytest.mark.parametrize("entry", listed_networks(), ids=lambda entry: entry.name)
def test_every_entry_is_complete(entry: NetworkEntry) -> None:
    assert entry.input_px >= 224
    assert len(entry.mean) == len(entry.std) == 3
    assert entry.title
    assert entry.summary.endswith(".")
    assert entry.licence
    assert re.search(r"(19|20)\d\d", entry.citation)
    assert entry.size_bytes > 1_000_000


@pytest.mark.parametrize("entry", describing_networks(), ids=lambda entry: entry.name)
def test_every_entry_of_a_descriptor_says_how_a_photo_becomes_one_vector(entry: NetworkEntry) -> None:
    assert entry.architecture in CHANNELS
    assert entry.pooling == "gem"
    assert entry.p > 0
    assert entry.whitening in {"library", "inside", "meta"}
    assert entry.padding in {"torch", "tensorflow"}
    assert 1.0 in entry.scales
    assert 0 < entry.dimension <= CHANNELS[entry.architecture]


def test_every_other_entry_describes_details_and_is_of_an_architecture_that_does() -> None:
    others = set(listed_networks()) - set(describing_networks())
    assert {entry.name for entry in others} == {"alike_n"}
    for entry in others:
        assert entry.kind == LOCAL_FEATURES
        assert WIDTHS[entry.architecture][-1] == entry.dimension


@pytest.mark.parametrize("entry", [entry for entry in listed_networks() if entry.url], ids=lambda entry: entry.name)
def test_what_can_be_downloaded_has_the_hash_of_its_file_name(entry: NetworkEntry) -> None:
    assert re.fullmatch(rf"https?://.+-{entry.hash_prefix}\.pth", entry.url)
    assert re.fullmatch(r"[0-9a-f]{7,64}", entry.hash_prefix)


def test_what_cannot_be_downloaded_has_a_whole_checksum() -> None:
    assert all(len(entry.sha256) == 64 for entry in listed_networks() if not entry.url)


def test_names_and_files_are_listed_once() -> None:
    entries = listed_networks()
    assert len({entry.name for entry in entries}) == len(entries)
    urls = [entry.url for entry in entries if entry.url]
    assert len(set(urls)) == len(urls)


def test_a_mistyped_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as caught:
        find_network("resnet5O")
    assert "resnet50" in sentence(caught.value)
    assert "vgg16" in hint(caught.value)
