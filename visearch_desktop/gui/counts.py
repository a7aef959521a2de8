"""Counts in the person's locale, singular and plural."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from visearch_desktop.gui.dates import number


def size(size_bytes: int) -> str:
    """Bytes as a person reads them."""
    return QLocale().formattedDataSize(size_bytes, 0 if size_bytes < 1_000_000 else 1, _SI)


def photos(count: int) -> str:
    """1 -> "1 photo", 12004 -> "12,004 photos"."""
    return _plural(count, _tr("1 photo"), _tr("{n} photos"))


def files(count: int) -> str:
    """7 -> "7 files"."""
    return _plural(count, _tr("1 file"), _tr("{n} files"))


def groups(count: int) -> str:
    """7 -> "7 groups"."""
    return _plural(count, _tr("1 group"), _tr("{n} groups"))


def hits(count: int) -> str:
    """43 -> "43 hits"."""
    return _plural(count, _tr("1 hit"), _tr("{n} hits"))


def time_left(seconds: float) -> str:
    """118 -> "about 2 minutes left"."""
    if seconds < 60:
        return _tr("less than a minute left")
    minutes = round(seconds / 60)
    if minutes < 60:
        return _plural(minutes, _tr("about a minute left"), _tr("about {n} minutes left"))
    return _plural(round(minutes / 60), _tr("about an hour left"), _tr("about {n} hours left"))


_SI = QLocale.DataSizeFormat.DataSizeSIFormat


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many.format(n=number(count))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Counts", text)
