"""The convolutions of torchvision's classifiers, with random weights; torch is imported only when one is built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from visearch_desktop.core.errors import MissingExtraError

if TYPE_CHECKING:
    import torch

CHANNELS = {
    "resnet18": 512,
    "resnet34": 512,
    "resnet50": 2048,
    "resnet101": 2048,
    "resnet152": 2048,
    "vgg16": 512,
    "mobilenet_v2": 1280,
    "mobilenet_v3_large": 960,
    "mobilenet_v3_small": 576,
    "densenet169": 1664,
}
"""Architectures that can be used, and how many channels their last feature map has."""

_schemas: list[Any] = []


def require_torch(what: str) -> None:
    """Raises: MissingExtraError: torch and torchvision are not installed; ``what`` begins the sentence."""
    try:
        import_torchvision()
    except ImportError as error:
        raise MissingExtraError(what, "torch") from error


def import_torchvision() -> Any:
    """torchvision, also where its compiled part does not load.

    torchvision from PyPI is built against CUDA; beside the CPU build of torch its C++ operators are missing and its
    Python part refuses to be imported for want of two schemas that no classifier uses.
    """
    import torch

    try:
        import torchvision
    except RuntimeError:
        library: Any = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
        library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _schemas.append(library)
        import torchvision
    return torchvision


def build_backbone(architecture: str, norm_eps: float) -> torch.nn.Sequential:
    """A photo goes in, a non-negative feature map comes out.

    The children are numbered as in cirtorch's ``features`` for the families it has, so that its state dicts fit.

    Args:
        architecture: a key of :data:`CHANNELS`.
        norm_eps: for every BatchNorm layer.
    """
    from torch import nn

    model = getattr(import_torchvision().models, architecture)(weights=None)
    if architecture.startswith("resnet"):
        layers = list(model.children())[:-2]
    elif architecture.startswith("vgg"):
        layers = list(model.features.children())[:-1]
    elif architecture.startswith("densenet"):
        layers = [*model.features.children(), nn.ReLU()]
    else:
        layers = list(model.features.children())
    backbone = nn.Sequential(*layers)
    for module in backbone.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eps = norm_eps
    return backbone.eval()


def state_prefixes(architecture: str) -> dict[str, str]:
    """How the keys of a torchvision state dict begin -> how those of :func:`build_backbone` do.

    Empty where the two are the same but for the ``features.`` in front.
    """
    if architecture.startswith("resnet"):
        return {"conv1.": "0.", "bn1.": "1.", **{f"layer{k}.": f"{k + 3}." for k in range(1, 5)}}
    if architecture.startswith("densenet"):
        names = ["conv0", "norm0", "relu0", "pool0"]
        for block in range(1, 5):
            names += [f"denseblock{block}", f"transition{block}"] if block < 4 else [f"denseblock{block}", "norm5"]
        return {f"{name}.": f"{index}." for index, name in enumerate(names)}
    return {}


def pad_like_tensorflow(backbone: torch.nn.Module) -> None:
    """Make stride-2 3 × 3 convolutions see padding at right and bottom only; to be called when weights are loaded.

    Padding (0, 1) is the same as a kernel that begins with a row and column of zeros under padding (1, 1). Padding the
    picture instead makes onnxruntime leave its fast layout five times, a quarter of MobileNetV2's time.
    """
    from torch import nn
    from torch.nn import functional

    for module in backbone.modules():
        if isinstance(module, nn.Conv2d) and module.stride == (2, 2) and module.kernel_size == (3, 3):
            module.kernel_size, module.padding = (4, 4), (1, 1)
            module.weight = nn.Parameter(functional.pad(module.weight.detach(), (1, 0, 1, 0)), requires_grad=False)
