"""The part of ``doctor`` that needs no library: versions, Qt, devices, disk."""

from __future__ import annotations

import importlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from visearch_desktop import __version__
from visearch_desktop.cli.findings import Finding, State

NEEDED = {
    "numpy": "numpy",
    "opencv-contrib-python-headless": "cv2",
    "onnxruntime": "onnxruntime",
    "faiss-cpu": "faiss",
    "hnswlib": "hnswlib",
    "pillow": "PIL",
    "pillow-heif": "pillow_heif",
    "simplejpeg": "simplejpeg",
    "sqlite-utils": "sqlite_utils",
}
"""Distribution -> module: without them the program does not work."""

EXTRAS = {"torch": ("torch", "published networks and learning"), "rawpy": ("raw", "RAW files without a JPEG preview")}
"""Distribution -> the optional part that brings it, and what it is for."""

LEAST_FREE_BYTES = 1_000_000_000
QT_LIMIT_S = 60.0


def check_machine(data_folder: Path) -> Iterator[Finding]:
    """All of it.

    Args:
        data_folder: where libraries are kept; need not exist.
    """
    yield _program()
    yield from (_needed(name, module) for name, module in NEEDED.items())
    yield from (_optional(name, extra, use) for name, (extra, use) in EXTRAS.items())
    yield _qt()
    yield _display()
    yield _devices()
    yield _disk(data_folder)


def _program() -> Finding:
    python = platform.python_version()
    where = f"{platform.system()} {platform.release()}, {platform.machine()}"
    facts = {"version": __version__, "python": python, "cores": os.cpu_count() or 1}
    found = f"Visearch Desktop {__version__}, Python {python}, {where}, {os.cpu_count()} cores"
    return Finding("program", State.OK, found, facts=facts)


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _needed(distribution: str, module: str) -> Finding:
    version = _version(distribution) or "version not known"
    try:
        importlib.import_module(module)
    except Exception as error:  # noqa: BLE001 a broken installation can raise anything
        found = f"cannot be imported: {error}"
        return Finding(distribution, State.FAIL, found, "Install the program again: make env, or pip install.")
    return Finding(distribution, State.OK, version, facts={"version": version})


def _optional(distribution: str, extra: str, use: str) -> Finding:
    version = _version(distribution)
    if version is None:
        advice = f"Needed for {use} only: make env EXTRAS={extra}, or pip install 'visearch-desktop[{extra}]'."
        return Finding(distribution, State.OK, "not installed", advice)
    return Finding(distribution, State.OK, version, facts={"version": version})


def _qt() -> Finding:
    """Qt, tried in a process of its own: it has no business in this one."""
    version = _version("PySide6-Essentials") or _version("PySide6")
    if version is None:
        return Finding("Qt", State.FAIL, "not installed: there is no window", "Install PySide6-Essentials.")
    facts = {"version": version}
    if getattr(sys, "frozen", False):
        return Finding("Qt", State.OK, f"PySide6 {version}", facts=facts)
    try:
        tried = subprocess.run(
            [sys.executable, "-c", "import PySide6.QtWidgets"],
            capture_output=True, text=True, errors="replace", timeout=QT_LIMIT_S, check=False,
        )  # fmt: skip
        trouble = tried.stderr.strip().splitlines()[-1:] if tried.returncode else []
    except subprocess.TimeoutExpired:
        trouble = ["it does not answer"]
    if trouble:
        advice = "Install the system's libraries for Qt (on Debian and Ubuntu: libegl1, libgl1, libxkbcommon0)."
        return Finding("Qt", State.FAIL, f"PySide6 {version} cannot be loaded: {trouble[0]}", advice, facts)
    return Finding("Qt", State.OK, f"PySide6 {version}", facts=facts)


def _display() -> Finding:
    if sys.platform in {"win32", "darwin"}:
        return Finding("display", State.OK, "the system's")
    for name in ("WAYLAND_DISPLAY", "DISPLAY"):
        if os.environ.get(name):
            return Finding("display", State.OK, f"{name}={os.environ[name]}")
    advice = "The command line works; the window needs a desktop session."
    return Finding("display", State.WARN, "there is none", advice)


def _devices() -> Finding:
    try:
        import onnxruntime

        providers = [
            name.removesuffix("ExecutionProvider")
            for name in onnxruntime.get_available_providers()
            if name != "AzureExecutionProvider"  # somebody else's computer; in every wheel, and never used here
        ]
    except Exception as error:  # noqa: BLE001 a broken installation can raise anything
        return Finding("devices", State.FAIL, f"onnxruntime does not say: {error}", "Install the program again.")
    torch_devices = _torch_devices()
    found = f"onnxruntime: {', '.join(providers)}"
    if torch_devices:
        found += f"; torch: {', '.join(torch_devices)}"
    return Finding("devices", State.OK, found, facts={"onnxruntime": providers, "torch": torch_devices})


def _torch_devices() -> list[str]:
    if _version("torch") is None:
        return []
    try:
        import torch
    except Exception:  # noqa: BLE001 the extra is broken; the program goes without
        return []
    devices = ["cpu"]
    if torch.cuda.is_available():
        devices += [f"cuda ({torch.cuda.get_device_name(i)})" for i in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        devices.append("mps")
    return devices


def _disk(folder: Path) -> Finding:
    existing = next((parent for parent in (folder, *folder.parents) if parent.exists()), folder)
    try:
        free = shutil.disk_usage(existing).free
    except OSError as error:
        return Finding("disk", State.WARN, f"its free space is not known ({error})")
    found = f"{free / 1e9:.1f} GB free for the library"
    if free < LEAST_FREE_BYTES:
        return Finding("disk", State.WARN, found, "Make room, or put the library elsewhere with --library.")
    return Finding("disk", State.OK, found, facts={"free_bytes": free})
