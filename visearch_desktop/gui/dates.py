"""Numbers and dates as the person's locale writes them."""

from __future__ import annotations

import re

from PySide6.QtCore import QDate, QDateTime, QLocale, Qt


def number(value: int) -> str:
    """12004 -> "12,004"."""
    return QLocale().toString(value)


def fraction(value: float, digits: int = 2) -> str:
    """0.7443 -> "0.74"."""
    return QLocale().toString(float(value), "f", digits)


def day(iso: str) -> str:
    """The day of an ISO 8601 time with a short month: "6 Aug 2025"; "" where it is not known."""
    date = QDate.fromString(iso[:10], Qt.DateFormat.ISODate)
    return QLocale().toString(date, _short_day_format()) if date.isValid() else ""


def spoken_day(iso: str) -> str:
    """The day with the whole month: "6 August 2025"; "" where it is not known."""
    date = QDate.fromString(iso[:10], Qt.DateFormat.ISODate)
    return QLocale().toString(date, _long_day_format()) if date.isValid() else ""


def moment(iso: str) -> str:
    """Day and time: "6 Aug 2025, 16:42"; only the day where there is no time."""
    time = QDateTime.fromString(iso[:19], Qt.DateFormat.ISODate)
    if len(iso) < 16 or not time.isValid():
        return day(iso)
    return f"{day(iso)}, {QLocale().toString(time.time(), QLocale.FormatType.ShortFormat)}"


def month(key: str) -> str:
    """A month in words, "2026-07" -> "July 2026"; the key itself where it is not a month."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", key)
    if not found or not 1 <= int(found[2]) <= 12:
        return key
    return f"{QLocale().standaloneMonthName(int(found[2]))} {found[1]}"


def short_month(key: str) -> str:
    """A month in short, "2026-07" -> "Jul"; "" where it is not a month."""
    found = re.fullmatch(r"\d{4}-(\d{2})", key)
    if not found or not 1 <= int(found[1]) <= 12:
        return ""
    return QLocale().standaloneMonthName(int(found[1]), QLocale.FormatType.ShortFormat)


def size(size_bytes: int) -> str:
    """92000 -> "92 kB", with a no-break space."""
    shown = QLocale().formattedDataSize(size_bytes, 1 if size_bytes >= 1_000_000 else 0, _SI)
    return shown.replace(" ", "\N{NO-BREAK SPACE}")


_SI = QLocale.DataSizeFormat.DataSizeSIFormat


def _long_day_format() -> str:
    """The locale's long form without the day of the week."""
    form = QLocale().dateFormat(QLocale.FormatType.LongFormat)
    return re.sub(r"\s*,?\s*dddd\s*,?\s*|^dddd\s*,?\s*", " ", form).strip(" ,")


def _short_day_format() -> str:
    return _long_day_format().replace("MMMM", "MMM")
