"""The convolutions of torchvision's classifiers and of one network of this program's own, with random weights.

torch is imported only when one is built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from visearch_desktop.core.errors import MissingExtraError

if TYPE_CHECKING:
    import torch

COMPACT_RESNET = "compact_resnet"
STAGES = ((32, 1), (64, 1), (128, 2), (256, 2))
"""Of the compact network: width and number of blocks; from the second on, each begins with a stride of 2."""
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
    COMPACT_RESNET: 512,
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

    backbone = nn.Sequential(*(_compact_resnet() if architecture == COMPACT_RESNET else _of_classifier(architecture)))
    for module in backbone.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eps = norm_eps
    return backbone.eval()


def _of_classifier(architecture: str) -> list[torch.nn.Module]:
    """What comes before the pooling in a model of torchvision's."""
    from torch import nn

    model = getattr(import_torchvision().models, architecture)(weights=None)
    if architecture.startswith("resnet"):
        return list(model.children())[:-2]
    if architecture.startswith("vgg"):
        return list(model.features.children())[:-1]
    if architecture.startswith("densenet"):
        return [*model.features.children(), nn.ReLU()]
    return list(model.features.children())


def _compact_resnet() -> list[torch.nn.Module]:
    """Two convolutions, six residual blocks, and a layer of 1 × 1 that widens what they give.

    Plain 3 × 3 convolutions throughout: a processor does several times as many multiplications a second in them as in
    the depthwise ones of MobileNets. He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, CVPR 2016.
    """
    import_torchvision()
    from torch import nn
    from torchvision.models.resnet import BasicBlock

    layers: list[nn.Module] = [_with_norm(3, 16, kernel=3, stride=2), _with_norm(16, 32, kernel=3, stride=2)]
    width = 32
    for wider, blocks in STAGES:
        stride = 1 if wider == width else 2
        shortcut = _with_norm(width, wider, kernel=1, stride=stride)[:2] if stride > 1 else None
        layers.append(BasicBlock(width, wider, stride, shortcut))
        layers += [BasicBlock(wider, wider) for _ in range(blocks - 1)]
        width = wider
    layers.append(_with_norm(width, CHANNELS[COMPACT_RESNET], kernel=1, stride=1))
    for layer in layers:
        for module in layer.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    return layers


def _with_norm(inputs: int, outputs: int, *, kernel: int, stride: int) -> torch.nn.Sequential:
    """Convolution, BatchNorm, ReLU."""
    from torch import nn

    convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


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
