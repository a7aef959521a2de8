"""Make a finished network part of the program: ``python packaging/put_in_the_box.py FOLDER``.

FOLDER is what ``train-bundled`` or ``bundled_network.py export`` has written. Its files go to ``resources/networks``
under the network's listed name, and what the list says of it is renewed: the record's checksum, numbers and sizes.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from visearch_desktop.core.errors import VisearchError
from visearch_desktop.core.sentences import sentence
from visearch_desktop.methods.networks.manifest import GRAPH, WHITENING, NetworkManifest, known_pictures
from visearch_desktop.methods.networks.running import NetworkRunner

RESOURCES = Path(__file__).resolve().parents[1] / "resources"
NAME = "visearch_v1"
CARD = "CARD.md"
MOST_BYTES = 8_000_000


def put_in(folder: Path, resources: Path, name: str) -> NetworkManifest:
    """Copy a network and renew its entry in the list.

    Args:
        folder: of the finished network; it is only read.
        resources: of the program.
        name: of a bundled network in ``networks.toml``.
    Raises:
        VisearchError: the network does not pass its own tests.
    """
    runner = NetworkRunner(folder)
    runner.outputs(known_pictures()[0])  # the first picture is given once checksum and self-test are passed
    manifest = replace(runner.manifest, name=name, described_by=name)
    place = resources / "networks" / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for file in (GRAPH, manifest.weights_file, WHITENING, CARD):
        if (folder / file).is_file():
            shutil.copyfile(folder / file, place / file)
    manifest.write(place)
    listed = resources / "networks.toml"
    listed.write_text(renewed(listed.read_text(encoding="utf-8"), name, facts(manifest, size_of(place))), "utf-8")
    return manifest


def size_of(folder: Path) -> int:
    """Bytes of the files in a folder."""
    return sum(file.stat().st_size for file in folder.iterdir())


def facts(manifest: NetworkManifest, size_bytes: int) -> dict[str, object]:
    """What the list says of a network, by key."""
    names = ("architecture", "whitening", "dimension", "input_px", "scales", "mean", "std", "padding", "norm_eps")
    known = {name: getattr(manifest, name) for name in names}
    return known | {"p": round(manifest.p[0], 4), "sha256": manifest.sha256, "size_bytes": size_bytes}


def renewed(text: str, name: str, known: dict[str, object]) -> str:
    """The list with other values in the block of one network."""
    blocks = text.split("[[network]]\n")
    place = next((number for number, block in enumerate(blocks) if block.startswith(f'name = "{name}"\n')), None)
    if place is None:
        sys.exit(f"networks.toml lists no network “{name}”.")
    for key, value in known.items():
        line = f"{key} = {json.dumps(value)}\n"  # these are TOML as well
        blocks[place], count = re.subn(rf"^{key} = .*\n", lambda _, line=line: line, blocks[place], flags=re.MULTILINE)
        if count != 1:
            sys.exit(f"networks.toml says “{key}” {count} times of “{name}”.")
    return "[[network]]\n".join(blocks)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--name", default=NAME)
    parser.add_argument("--resources", type=Path, default=RESOURCES)
    asked = parser.parse_args()
    try:
        manifest = put_in(asked.folder.absolute(), asked.resources.absolute(), asked.name)
    except VisearchError as error:
        sys.exit(sentence(error))
    size = size_of(asked.resources / "networks" / asked.name)
    print(f"{asked.name}: {manifest.dimension} numbers a photo, {size / 1e6:.2f} MB, record {manifest.sha256[:12]}…")
    if size > MOST_BYTES:
        sys.exit(f"That is more than {MOST_BYTES / 1e6:.0f} MB.")


if __name__ == "__main__":
    main()
