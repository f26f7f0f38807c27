"""Clock times and durations: text to seconds and back."""

from __future__ import annotations

import re

MINUTE = 60
HOUR = 3600
DAY = 24 * HOUR

_CLOCK = re.compile(r"^\s*(\d{1,2})[:：.](\d{2})(?:[:：](\d{2}))?\s*$")


def parse_clock(text: str) -> int:
    """Return the seconds after midnight of a clock time such as ``8:30`` or ``17:45:10``.

    24:00 is allowed as the end of a day. Raises ``ValueError`` for anything else.
    """
    match = _CLOCK.match(text)
    if match is None:
        msg = f"'{text}' is not a clock time HH:MM"
        raise ValueError(msg)
    hours, minutes, seconds = int(match[1]), int(match[2]), int(match[3] or 0)
    total = hours * HOUR + minutes * MINUTE + seconds
    if minutes >= MINUTE or seconds >= MINUTE or total > DAY:
        msg = f"'{text}' is not a time of day"
        raise ValueError(msg)
    return total


def parse_clock_range(text: str) -> tuple[int, int]:
    """Return (start, end) in seconds after midnight of a range such as ``08:30-17:30``."""
    parts = re.split(r"\s*[-–—~～至]\s*", text.strip())
    if len(parts) != 2:  # noqa: PLR2004 - a range has two ends
        msg = f"'{text}' is not a time range HH:MM-HH:MM"
        raise ValueError(msg)
    start, end = parse_clock(parts[0]), parse_clock(parts[1])
    if end <= start:
        msg = f"'{text}' ends before it starts"
        raise ValueError(msg)
    return start, end


def format_clock(seconds: int) -> str:
    """Return ``HH:MM`` of a time in seconds after midnight, whole minutes, rounded down."""
    return f"{seconds // HOUR:02d}:{seconds % HOUR // MINUTE:02d}"
