"""The settings of a library: which there are, what each may be, and what it is unless set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from visearch_desktop.catalogue import problems
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.settings import store_setting, stored_settings
from visearch_desktop.core.errors import Problem, UnknownNameError, UsageError
from visearch_desktop.methods.networks.devices import ACCELERATORS, AUTO, CPU

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Attributes:
        default: its value unless set; the type of all its values.
        choices: for texts that are one of a few.
        least, most: for numbers.
    """

    name: str
    default: Value
    choices: tuple[str, ...] = ()
    least: float = 0
    most: float = 0

    def checked(self, value: object) -> Value:
        """The value as it is stored, a whole number in place of a float included.

        Raises:
            UsageError: the setting cannot be that.
        """
        if isinstance(self.default, bool):
            if isinstance(value, bool):
                return value
        elif isinstance(self.default, str):
            if isinstance(value, str) and (not self.choices or value in self.choices):
                return value
        elif isinstance(value, int | float) and not isinstance(value, bool) and self.least <= value <= self.most:
            if isinstance(self.default, float):
                return float(value)
            if value == int(value):
                return int(value)
        raise UsageError(f"The setting “{self.name}” cannot be {value!r}: it is {self._allowed()}.")

    def _allowed(self) -> str:
        if isinstance(self.default, bool):
            return "true or false"
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        return "a text" if isinstance(self.default, str) else f"a number from {self.least:g} to {self.most:g}"


SETTINGS = {
    setting.name: setting
    for setting in (
        Setting("descriptor", ""),  # "": the best there is
        Setting("workers", 0, most=256),  # 0: as many as there are cores
        Setting("device", "auto", choices=(AUTO, CPU.name, *(device.name for device in ACCELERATORS))),
        Setting("megapixel_limit", 250.0, least=1, most=2000),
        Setting("seconds_limit", 30.0, least=1, most=3600),
        Setting("exact_up_to", 200_000, most=1e9),  # photos; above, a graph proposes candidates
        Setting("only_on_mains", False),
        Setting("theme", "system", choices=("system", "light", "dark")),
        Setting("language", ""),  # "": the system's
    )
}


def settings(catalogue: Catalogue) -> dict[str, Value]:
    """Every setting and its value; one stored by another version that makes no sense here has its default."""
    stored = stored_settings(catalogue)
    return {name: _value(setting, stored) for name, setting in SETTINGS.items()}


def set_setting(catalogue: Catalogue, name: str, value: object) -> Value:
    """Store one setting; returns its value as stored.

    Raises:
        UnknownNameError: there is no such setting.
        UsageError: it cannot be that.
    """
    setting = SETTINGS.get(name)
    if setting is None:
        raise UnknownNameError("setting", name, tuple(sorted(SETTINGS)))
    checked = setting.checked(value)
    with catalogue.transaction():
        before = settings(catalogue)[name]
        store_setting(catalogue, name, checked)
        problem = _RETRIED_BY.get(name)
        if problem is not None and checked != before:
            problems.retry_kind(catalogue, problem)
    return checked


_RETRIED_BY = {"megapixel_limit": Problem.TOO_LARGE, "seconds_limit": Problem.TIMED_OUT}
"""With another limit, files that ran into the old one are read again."""


def _value(setting: Setting, stored: dict[str, Any]) -> Value:
    try:
        return setting.checked(stored[setting.name]) if setting.name in stored else setting.default
    except UsageError:
        return setting.default
