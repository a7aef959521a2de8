"""What a network can be run on here."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from visearch_desktop.core.errors import UnknownNameError


@dataclass(frozen=True, slots=True)
class Device:
    """A processor and the runtime that drives it.

    Attributes:
        name: what settings hold.
        title: what a person reads.
        runtime: "onnxruntime" or "torch".
        provider: of onnxruntime; or torch's name of the device.
    """

    name: str
    title: str
    runtime: str
    provider: str


AUTO = "auto"
CPU = Device("cpu", "The processor", "onnxruntime", "CPUExecutionProvider")
ACCELERATORS = (
    Device("cuda", "The NVIDIA graphics card", "onnxruntime", "CUDAExecutionProvider"),
    Device("directml", "The graphics card (DirectML)", "onnxruntime", "DmlExecutionProvider"),
    Device("coreml", "The Apple accelerator (Core ML)", "onnxruntime", "CoreMLExecutionProvider"),
    Device("mps", "The Apple graphics processor (Metal)", "torch", "mps"),
    Device("torch-cuda", "The NVIDIA graphics card (torch)", "torch", "cuda"),
    Device("torch-cpu", "The processor (torch)", "torch", "cpu"),
)


def available_devices() -> tuple[Device, ...]:
    """Those whose runtime says it can use them, the processor first; trusted only after their self-test."""
    import onnxruntime as ort

    providers = set(ort.get_available_providers())
    torch_names = _torch_devices() if find_spec("torch") else set()
    found = [
        device
        for device in ACCELERATORS
        if device.provider in (providers if device.runtime == "onnxruntime" else torch_names)
    ]
    return (CPU, *found)


def candidates(name: str) -> tuple[Device, ...]:
    """What to try, in order, for a device of a person's choice; the processor always comes last.

    Args:
        name: of a device, or "auto": every accelerator that onnxruntime drives here.
    Raises:
        UnknownNameError: there is no device of that name.
    """
    if name != AUTO:
        wanted = find_device(name)
        return (CPU,) if wanted == CPU else (wanted, CPU)
    import onnxruntime as ort

    providers = set(ort.get_available_providers())
    return (*(device for device in ACCELERATORS if device.provider in providers), CPU)


def find_device(name: str) -> Device:
    """Raises: UnknownNameError: there is no device of that name."""
    devices = {device.name: device for device in (CPU, *ACCELERATORS)}
    try:
        return devices[name]
    except KeyError:
        raise UnknownNameError("device", name, tuple(devices)) from None


def _torch_devices() -> set[str]:
    import torch

    names = {"cpu"}
    if torch.cuda.is_available():
        names.add("cuda")
    if torch.backends.mps.is_available():
        names.add("mps")
    return names
