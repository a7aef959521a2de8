"""Which numbers a student is trained in here: measured, because it differs from processor to processor."""

from __future__ import annotations

import time

import torch

from visearch_desktop.learning.student import Student

TRIES, PICTURES, SIDE_PX = 3, 16, 160


def faster_in_bfloat16(student: Student, device: torch.device) -> bool:
    """Whether a step takes less time with bfloat16 where torch deems it safe. Weights stay as they are.

    Args:
        student: in channels-last layout; its statistics are put back.
        device: where it is.
    """
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    before = {name: value.clone() for name, value in student.state_dict().items()}
    seconds = {half: _seconds(student, device, half=half) for half in (False, True)}
    student.load_state_dict(before)
    student.zero_grad(set_to_none=True)
    return seconds[True] < 0.95 * seconds[False]


def _seconds(student: Student, device: torch.device, *, half: bool) -> float:
    pictures = torch.zeros(PICTURES, 3, SIDE_PX, SIDE_PX, device=device).contiguous(memory_format=torch.channels_last)
    found = []
    for _ in range(TRIES):
        began = time.perf_counter()
        with torch.autocast(device.type, torch.bfloat16, enabled=half):
            seen = student(pictures)
        seen.descriptor.sum().backward()
        found.append(time.perf_counter() - began)
    return min(found)
