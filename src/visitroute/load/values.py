"""Single cells to values: identifiers, numbers, dates, clock times and lists of dates."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Any

from visitroute.units import DAY, HOUR, MINUTE, parse_clock

BLANKS = frozenset({"", "-", "--", "—", "n/a", "na", "null", "none", "nan", "nat", "#n/a", "\\n"})
"""Texts that mean an empty cell, in lower case."""

_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_DAYS = range(32_874, 73_051)  # 1990 to 2099
_LONGEST_RANGE = 3660
_SCIENTIFIC = re.compile(r"^\d(\.\d+)?[eE]\+\d+$")


class UnreadableError(ValueError):
    """A cell that does not hold what its column asks for, with a hint where there is one."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, such as ``1 visit`` or ``2 visits``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def is_blank(value: Any) -> bool:
    """Tell whether a cell is empty: None, NaN, blank text, or a sign for nothing."""
    if value is None:
        return True
    if isinstance(value, str):
        return value.strip().lower() in BLANKS
    return isinstance(value, float) and math.isnan(value)


def read_text(value: Any) -> str:
    """Return a cell as text; whole numbers that a spreadsheet made floats lose their ``.0``."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return str(value).strip()


def read_id(value: Any) -> str:
    """Return an identifier as text; ``1001.0`` is 1001, as the spreadsheet meant it."""
    text = unicodedata.normalize("NFC", read_text(value))
    whole = re.fullmatch(r"(\d+)\.0+", text)
    return whole[1] if whole else text


def is_shortened(identifier: str) -> bool:
    """Tell whether a spreadsheet has cut a long number down to the like of 1.1E+11."""
    return _SCIENTIFIC.match(identifier) is not None


def read_number(value: Any) -> float:
    """Return a number; thousands may be set off by ``,``, space or ``'``, 万 counts 10,000.

    A comma is a decimal sign when it can't set off thousands: 12,5 is 12.5 and 1,234 is 1234.
    """
    if isinstance(value, bool):
        raise UnreadableError(f"'{value}' is not a number")
    if isinstance(value, int | float):
        number = float(value)
    else:
        text = re.sub(r"[\s'’_]", "", unicodedata.normalize("NFKC", read_text(value)))
        factor = 1.0
        if text.endswith("万"):
            text, factor = text[:-1], 10_000.0
        if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", text):
            text = text.replace(",", "")
        elif re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})*,\d+", text):
            text = text.replace(".", "").replace(",", ".")
        try:
            number = float(text) * factor
        except ValueError:
            raise UnreadableError(f"'{value}' is not a number") from None
    if not math.isfinite(number):
        raise UnreadableError(f"'{value}' is not a finite number")
    return number


def read_amount(value: Any) -> float:
    """Return a number that can't be negative."""
    number = read_number(value)
    if number < 0:
        raise UnreadableError(f"{read_text(value)} is below 0")
    return number


def read_amounts(value: Any) -> tuple[tuple[str, float], ...]:
    """Return amounts by dimension: 40, ``cartons 40; samples 12``, ``40 cartons``, 样品 12.

    Names are compared without case; a number alone is a dimension without name.
    """
    if isinstance(value, int | float):
        return (("", read_amount(value)),)
    found: dict[str, float] = {}
    for part in re.split(r"[;；、|\n]", unicodedata.normalize("NFKC", read_text(value))):
        text = part.strip()
        if not text:
            continue
        match = re.fullmatch(r"(\D*?)[\s:=]*([\d][\d.,'\s]*万?)\s*(\D*)", text)
        before, after = (match[1].strip(), match[3].strip()) if match else ("-", "")
        if match is None or (before and after) or before.endswith(("-", "+")):
            raise UnreadableError(f"'{text}' is no amount", "write cartons 40; samples 12")
        name = (before or after).casefold()
        if name in found:
            raise UnreadableError(
                f"'{name}' is given twice" if name else "two amounts have no name"
            )
        found[name] = read_amount(match[2])
    return tuple(sorted(found.items()))


def read_count(value: Any) -> int:
    """Return a whole number that can't be negative."""
    number = read_amount(value)
    if not number.is_integer():
        raise UnreadableError(f"{read_text(value)} is not a whole number")
    return int(number)


def read_minutes(value: Any) -> float:
    """Return minutes; a unit may stand behind the number: 20, ``20 min``, 20分钟, ``1.5 h``."""
    if isinstance(value, time):
        return value.hour * 60 + value.minute + value.second / 60
    if isinstance(value, timedelta):
        return value.total_seconds() / 60
    text = unicodedata.normalize("NFKC", read_text(value)).strip().lower()
    match = re.fullmatch(r"(.*?\d)\s*(minutes|minute|mins|min|分钟|分|hours|hour|小时|h|m)?", text)
    if match is None:
        raise UnreadableError(f"'{value}' is not a number of minutes", "write 20 for 20 minutes")
    factor = 60 if (match[2] or "").startswith(("h", "小时")) else 1
    return factor * read_amount(match[1])


def read_whole_minutes(value: Any) -> int:
    """Return minutes as a whole number."""
    minutes = read_minutes(value)
    if not float(minutes).is_integer():
        raise UnreadableError(f"{read_text(value)} is not a whole number of minutes")
    return int(minutes)


_DEGREES = re.compile(r"^([NSEW]?)\s*([+-]?\d+(?:[.,]\d*)?)\s*°?\s*([NSEW]?)$", re.IGNORECASE)


def read_degrees(value: Any) -> float:
    """Return a longitude or latitude in decimal degrees; a comma is a decimal sign here."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    match = _DEGREES.match(unicodedata.normalize("NFKC", read_text(value)).strip())
    if match is None or (match[1] and match[3]):
        raise UnreadableError(f"'{value}' is not a number of degrees", "write 116.404")
    number = float(match[2].replace(",", "."))
    return -number if (match[1] + match[3]).upper() in ("S", "W") else number


_DATE = re.compile(
    r"^(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})"
    r"|\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?|(\d{2})(\d{2}))"
    r"(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?$"
)
_DATE_HINT = "write year, month, day: 2026-12-01"


def read_date(value: Any) -> date:
    """Return a date: ISO, 2026/12/1, 2026.12.1, 20261201, 2026年12月1日, or a spreadsheet's own.

    A time of day behind the date is left out. Orders other than year, month, day are refused.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = unicodedata.normalize("NFKC", read_text(value)).strip()
    match = _DATE.match(text)
    if match is not None:
        month, day = (int(part) for part in match.groups()[1:] if part)
        try:
            return date(int(match[1]), month, day)
        except ValueError:
            raise UnreadableError(f"'{text}' is no date of the calendar", _DATE_HINT) from None
    serial = re.fullmatch(r"(\d{5})(\.\d+)?", text)
    if serial and int(serial[1]) in _EXCEL_DAYS:
        return _EXCEL_EPOCH + timedelta(days=int(serial[1]))
    raise UnreadableError(f"'{text}' is not a date", _DATE_HINT)


def read_dates(value: Any) -> frozenset[date]:
    """Return the dates of a list such as ``2026-12-24..2026-12-26; 2027-01-01``.

    Dates are set apart by ``;`` or ``,``; the ends of a range by ``..``, ``~``, 至, or a
    hyphen between spaces, both included.
    """
    if isinstance(value, date):
        return frozenset({read_date(value)})
    days: set[date] = set()
    text = unicodedata.normalize("NFKC", read_text(value))
    for part in re.split(r"[;,、\n]+", text):
        if not part.strip():
            continue
        ends = [read_date(end) for end in re.split(r"\.\.+|~|至|到|\s[-–—]+\s", part.strip())]
        if len(ends) not in (1, 2):
            raise UnreadableError(f"'{part.strip()}' is not one range of dates", _RANGE_HINT)
        length = (ends[-1] - ends[0]).days
        if length < 0:
            raise UnreadableError(f"the range '{part.strip()}' ends before it starts", _RANGE_HINT)
        if length > _LONGEST_RANGE:
            raise UnreadableError(f"the range '{part.strip()}' is {length} days long", _RANGE_HINT)
        days.update(ends[0] + timedelta(days=i) for i in range(length + 1))
    return frozenset(days)


_RANGE_HINT = "write 2026-12-24..2026-12-26; 2027-01-01"


def read_clock(value: Any) -> int:
    """Return the seconds after midnight of a clock time.

    It is ``8:30``, ``0830``, 8点30分, ``2:15 pm`` or a spreadsheet's own time. A date
    before the time is left out; a number below 1 is a spreadsheet's share of a day.
    """
    if isinstance(value, datetime):
        value = value.time()
    if isinstance(value, time):
        return value.hour * HOUR + value.minute * MINUTE + value.second
    if isinstance(value, timedelta):
        value = value.total_seconds() / DAY
    if isinstance(value, float) and 0 <= value < 1:
        return round(value * DAY)
    text = unicodedata.normalize("NFKC", read_text(value)).strip().lower()
    text = re.sub(r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[t\s]+", "", text)
    text = re.sub(r"点半", ":30", text)
    text = re.sub(r"[点时](\d{1,2})分?$", r":\1", text)
    text = re.sub(r"[点时]$", ":00", text)
    text = re.sub(r"^(\d{2})(\d{2})$", r"\1:\2", text)
    half = re.fullmatch(r"(上午|下午|晚上)?\s*(.*?)\s*(am|pm)?", text)
    try:
        seconds = parse_clock(half[2] if half else text)
    except ValueError:
        raise UnreadableError(f"'{value}' is not a clock time", "write 08:30") from None
    noon = 12 * HOUR
    if half and (half[3] == "pm" or half[1] in ("下午", "晚上")) and seconds < noon:
        seconds += noon
    if half and half[3] == "am" and noon <= seconds < noon + HOUR:
        seconds -= noon
    return seconds
