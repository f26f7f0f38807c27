"""Cadences 拜访频次 as people write them: weekly, 2/week, 1 per 14, every 2 weeks, 每周两次."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date
from fractions import Fraction
from typing import Any

from visitroute.load.values import UnreadableError, read_text
from visitroute.model import Cadence

_UNITS = {
    **dict.fromkeys(["d", "day", "days", "daily", "天", "日"], 1),
    **dict.fromkeys(["w", "wk", "week", "weeks", "weekly", "周", "星期", "礼拜"], 7),
    **dict.fromkeys(["fortnight", "fortnights", "半月", "半个月"], 14),
    **dict.fromkeys(["m", "month", "months", "monthly", "月"], 28),
    **dict.fromkeys(["quarter", "quarters", "quarterly", "季", "季度"], 91),
}
"""Days of a unit; a month counts four weeks and a quarter thirteen: visits keep their weekday."""

_WORDS = {
    **dict.fromkeys(["daily", "everyday", "每天", "每日", "天天"], (1, 1)),
    **dict.fromkeys(["weekly", "everyweek", "每周", "周访", "每星期"], (1, 7)),
    **dict.fromkeys(
        ["biweekly", "fortnightly", "everyotherweek", "双周", "隔周", "每双周", "双周访", "每半月"],
        (1, 14),
    ),
    **dict.fromkeys(["monthly", "everymonth", "每月", "月访", "每个月"], (1, 28)),
    **dict.fromkeys(["quarterly", "everyquarter", "每季", "每季度", "季访"], (1, 91)),
    "twiceweekly": (2, 7),
    "twicemonthly": (2, 28),
}
_NUMBERS = {
    **{word: i + 1 for i, word in enumerate("一二三四五六七八九十")},
    **{word: i + 1 for i, word in enumerate(("one", "two", "three", "four"))},
    **dict.fromkeys(("once", "a"), 1),
    **dict.fromkeys(("twice", "两", "双"), 2),
}
_N = r"(\d+|[一二两双三四五六七八九十]|once|twice|one|two|three|four|a)"
_U = "(" + "|".join(sorted(_UNITS, key=len, reverse=True)) + ")"
_TIMES = r"(?:x|times?|visits?|次|回|访)?"
_PATTERNS = (
    # visits, number of units, unit
    (re.compile(rf"{_N}{_TIMES}(?:per|/|in|a|every|each|每){_N}?个?{_U}"), "vnu"),
    (re.compile(rf"{_N}{_TIMES}(?:per|/|in|every){_N}"), "vn"),
    (re.compile(rf"every{_N}?{_U}"), "nu"),
    (re.compile(rf"每?{_N}?个?{_U}(?:拜访|走访|访)?{_N}(?:次|回|访)"), "nuv"),
    (re.compile(rf"每{_N}个?{_U}"), "nu"),
)
_LONGEST = 366
_HINT = 'write weekly, biweekly, monthly, "2/week", "1 per 14", 每两周 or 每周两次'


def read_cadence(value: Any, tolerance: float) -> Cadence:
    """Return the cadence a cell asks for.

    Gaps may differ from the ideal one by the share ``tolerance``, rounded up to whole days.
    Raises ``UnreadableError`` for text that is none, more than one visit a day, or an
    interval beyond a year.
    """
    if isinstance(value, date):
        raise UnreadableError(
            f"{read_text(value)} is a date, not a cadence",
            'the spreadsheet took "1/7" for a date: write "1 per 7"',
        )
    text = read_text(value)
    visits, per = _parse(text)
    if visits < 1 or per < 1:
        raise UnreadableError(
            f"'{text}' asks for {visits} visits in {per} days",
            "a shop that is not visited has channel phone",
        )
    if visits > per:
        raise UnreadableError(f"'{text}' asks for more than one visit a day", _HINT)
    if per > _LONGEST * visits:
        raise UnreadableError(f"'{text}' leaves more than a year between visits", _HINT)
    return cadence_of(visits, per, tolerance)


def cadence_of(visits: int, per: int, tolerance: float) -> Cadence:
    """Return the cadence of ``visits`` in every ``per`` days with gaps within ``tolerance``."""
    ideal = Fraction(per, visits)
    slack = math.ceil(ideal * Fraction(str(tolerance)))
    return Cadence(visits, per, max(1, math.floor(ideal) - slack), math.ceil(ideal) + slack)


def _parse(text: str) -> tuple[int, int]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = re.sub(r"[\s\-_,]+", "", folded)
    if folded in _WORDS:
        return _WORDS[folded]
    for pattern, order in _PATTERNS:
        match = pattern.fullmatch(folded)
        if match is None:
            continue
        parts = dict(zip(order, match.groups(), strict=True))
        visits, count = _number(parts.get("v")), _number(parts["n"])
        return visits, count * _UNITS[parts.get("u", "d")]
    raise UnreadableError(f"'{text}' is not a cadence", _HINT)


def _number(text: str | None) -> int:
    if text is None:
        return 1
    return int(text) if text.isdigit() else _NUMBERS[text]
