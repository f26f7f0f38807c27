"""Opening hours, shifts and meetings: text to windows by weekday and date."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from visitroute.load.values import UnreadableError, read_clock, read_date, read_text
from visitroute.load.vocabulary import OFF, WEEKDAYS, fold_word
from visitroute.model import ALL_DAY, Horizon, Meeting, OpeningHours, Window
from visitroute.units import DAY, format_clock

_OSM_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_ONE_DAY = timedelta(days=1)
_LATIN_DAY = "|".join(sorted((w for w in WEEKDAYS if w.isascii() and w.isalpha()), key=len)[::-1])
_DAY = rf"(?:周|星期|礼拜)[一二三四五六日天]|(?:{_LATIN_DAY})\b"
_DAYS = re.compile(
    rf"(?:(?:{_DAY})(?:\s*[-–—~至到,、&]\s*(?:{_DAY}|[一二三四五六日天]))*"
    r"|每天|每日|daily\b|工作日|weekdays\b|周末|weekends?\b)\s*[:：]?",
    re.IGNORECASE,
)
_SPAN = re.compile(r"(.+?)\s*(?:[-–—~至到]|\bto\b)\s*(.+)")
_CLOCK_SPAN = re.compile(
    r"^\s*(\d{1,2}[:.点时]\d{0,2}分?)\s*(?:[-–—~至到]|\bto\b)\s*(\d{1,2}[:.点时]\d{0,2}分?)\s*"
)
_HOURS_HINT = 'write 09:00-12:00,13:00-18:00 or OpenStreetMap style "Mo-Fr 09:00-18:00; Su off"'
_SHIFT_HINT = 'write 08:30-17:30 or "Mo-Fr 08:00-17:00; Sa 09:00-12:00"'
_MEETING_HINT = 'write "Mo 08:00-09:00 weekly meeting; 2026-12-31 15:00-17:00"'


def read_window(value: Any) -> Window:
    """Return one window such as ``12:00-13:00``; 00:00 as its end is midnight."""
    text = _plain(value)
    match = _SPAN.fullmatch(text)
    if match is None:
        raise UnreadableError(f"'{text}' is not a time range", "write 12:00-13:00")
    start, end = read_clock(match[1].strip()), read_clock(match[2].strip()) or DAY
    if end <= start:
        raise UnreadableError(f"'{text}' ends before it starts", "write 12:00-13:00")
    return start, end


def read_windows(value: Any) -> tuple[Window, ...]:
    """Return the windows of one day's cell, sorted and joined; those over midnight end at 24:00."""
    text = _plain(value)
    if fold_word(text) in OFF:
        return ()
    if fold_word(text) in ("24h", "24小时", "全天", "24/7", "247"):
        return (ALL_DAY,)
    windows = []
    for part in re.split(r"[,;、]+", text):
        match = _SPAN.fullmatch(part.strip())
        if match is None:
            raise UnreadableError(f"'{part.strip()}' is not a time range", _HOURS_HINT)
        start, end = read_clock(match[1].strip()), read_clock(match[2].strip())
        windows.append((start, end if end > start else DAY))
    return join_windows(windows)


def join_windows(windows: Iterable[Window]) -> tuple[Window, ...]:
    """Return windows sorted, with those that touch or overlap made one."""
    joined: list[Window] = []
    for start, end in sorted(windows):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def read_opening(value: Any, horizon: Horizon, country: str = "") -> OpeningHours:
    """Return the opening hours a text stands for on the days of the horizon.

    The text is in OpenStreetMap's opening_hours syntax, with weekdays also in 中文; times
    alone hold every day. ``weekly`` is what each weekday mostly has, ``dates`` the days of
    the horizon that differ. Hours over midnight are cut there: what is left is the next
    day's. "unknown" counts as open, the sun rises at 7:00 and sets at 19:00, ``PH`` are the
    public holidays of ``country``.
    """
    import opening_hours  # noqa: PLC0415 - only tables with such a column need it

    hours = _parse_opening(_plain(value), country.upper() or None)
    by_day: dict[date, list[Window]] = {day: [] for day in horizon.days}
    begin = datetime.combine(horizon.start, time())
    for start, end, state, _ in hours.intervals(begin, begin + timedelta(days=horizon.num_days)):
        if state != opening_hours.State.CLOSED:
            for day, window in _by_day(start, end):
                by_day[day].append(window)
    days = {day: join_windows(windows) for day, windows in by_day.items()}
    weekly = tuple(
        _usual(days[day] for day in horizon.days[offset::7])
        for offset in ((weekday - horizon.start.weekday()) % 7 for weekday in range(7))
    )
    dates = tuple((day, days[day]) for day in horizon.days if days[day] != weekly[day.weekday()])
    return OpeningHours(weekly, dates)


def _usual(days: Iterable[tuple[Window, ...]]) -> tuple[Window, ...]:
    """Return the windows most of the days have; where two are as frequent, the longer hours."""
    counts = Counter(days)
    return max(counts, key=lambda day: (counts[day], sum(end - start for start, end in day)))


def _parse_opening(text: str, country: str | None) -> Any:
    """Return the library's object for a text as it stands, or put into its own words."""
    import opening_hours  # noqa: PLC0415

    for spelling in (text, _osm_text(text)):
        try:
            return opening_hours.OpeningHours(spelling, country=country)
        except opening_hours.UnknownCountryError:  # type: ignore[attr-defined] # not in its stubs
            return _parse_opening(text, None)
        except opening_hours.ParserError:  # type: ignore[attr-defined]
            continue
    raise UnreadableError(f"'{text}' does not read as opening hours", _HOURS_HINT)


def _by_day(start: datetime, end: datetime) -> Iterable[tuple[date, Window]]:
    day = start.date()
    while datetime.combine(day, time()) < end:
        midnight = datetime.combine(day, time())
        first = max(start, midnight) - midnight
        last = min(end, midnight + _ONE_DAY) - midnight
        yield day, (int(first.total_seconds()), int(last.total_seconds()))
        day += _ONE_DAY


def weekly_opening(
    base: OpeningHours | None, cells: Mapping[int, tuple[Window, ...]], *, blank_closes: bool
) -> OpeningHours:
    """Return opening hours with the weekdays of ``cells`` (0 = Monday) laid over ``base``.

    Without ``base`` a weekday that has no cell is closed (``blank_closes``) or open all day.
    """
    if base is None:
        base = OpeningHours(((),) * 7 if blank_closes else ((ALL_DAY,),) * 7)
    weekly = tuple(cells.get(i, base.weekly[i]) for i in range(7))
    return OpeningHours(weekly, tuple(d for d in base.dates if d[0].weekday() not in cells))


def read_shifts(value: Any, workdays: Sequence[int]) -> tuple[Window | None, ...]:
    """Return a shift or None for each weekday, Monday first.

    A time range alone holds on ``workdays``; rules for named weekdays are set apart by
    ``;``, a later one wins.
    """
    shifts: list[Window | None] = [None] * 7
    for rule in _rules(_plain(value)):
        days, rest = _leading_days(rule, workdays)
        if days is None and re.match(r"[^\d\s]", rest) and fold_word(rest) not in OFF:
            raise UnreadableError(f"'{rule}' does not read as a shift", _SHIFT_HINT)
        shift = read_shift(rest)
        for day in workdays if days is None else days:
            shifts[day] = shift
    return tuple(shifts)


def read_shift(value: Any) -> Window | None:
    """Return the one shift of a day, None for a word such as ``off`` or 休."""
    text = _plain(value)
    if fold_word(text) in OFF:
        return None
    parts = [part for part in re.split(r"[,、]", text) if part.strip()]
    if len(parts) > 1:
        try:
            windows = [read_window(part) for part in parts]
        except UnreadableError:
            windows = []
        hint = _SHIFT_HINT
        if windows:
            first, last = format_clock(windows[0][0]), format_clock(windows[-1][1])
            hint = f"write {first}-{last} and the break between as lunch"
        raise UnreadableError(f"'{text}' has more than one shift a day", hint)
    try:
        return read_window(text)
    except UnreadableError as error:
        raise UnreadableError(str(error), _SHIFT_HINT) from None


def read_meetings(value: Any) -> tuple[Meeting, ...]:
    """Return fixed meetings such as ``Mo 08:00-09:00 weekly meeting; 2026-12-31 15:00-17:00``.

    A meeting without weekday or date is on every working day.
    """
    meetings = []
    for rule in _rules(_plain(value)):
        day, rest = _leading_date(rule)
        days: tuple[int, ...] | None = None
        if day is None:
            days, rest = _leading_days(rule, tuple(range(5)))
        span = _CLOCK_SPAN.match(rest)
        if span is None:
            raise UnreadableError(f"'{rule}' does not read as a meeting", _MEETING_HINT)
        try:
            window = read_window(span[0])
        except UnreadableError as error:
            raise UnreadableError(str(error), _MEETING_HINT) from None
        name = rest[span.end() :].strip(' "“”')
        weekdays: tuple[int | None, ...] = (None,) if days in (None, tuple(range(7))) else days
        meetings += [Meeting(window, weekday, day, name) for weekday in weekdays]
    return tuple(meetings)


def _plain(value: Any) -> str:
    return unicodedata.normalize("NFKC", read_text(value)).strip()


def _rules(text: str) -> list[str]:
    rules = [part.strip() for part in re.split(r"[;\n]+", text) if part.strip()]
    if not rules:
        raise UnreadableError(f"'{text}' holds no times", _SHIFT_HINT)
    return rules


def _leading_date(text: str) -> tuple[date | None, str]:
    match = re.match(r"(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{8})\s+", text)
    return (read_date(match[1]), text[match.end() :]) if match else (None, text)


def _leading_days(text: str, workdays: Sequence[int]) -> tuple[tuple[int, ...] | None, str]:
    """Return the weekdays named at the start of a rule, None for none, and the rest of it."""
    match = _DAYS.match(text)
    if match is None:
        return None, text.strip()
    return _weekdays(match[0].rstrip(" :："), workdays), text[match.end() :].strip()


def _weekdays(selector: str, workdays: Sequence[int]) -> tuple[int, ...]:
    folded = selector.casefold()
    if folded in ("每天", "每日", "daily"):
        return tuple(range(7))
    if folded in ("工作日", "weekdays"):
        return tuple(workdays)
    if folded in ("周末", "weekend", "weekends"):
        return (5, 6)
    days: list[int] = []
    for part in re.split(r"[,、&]", folded):
        ends = [WEEKDAYS[end.strip()] for end in re.split(r"[-–—~至到]", part)]
        length = (ends[-1] - ends[0]) % 7
        days += [(ends[0] + i) % 7 for i in range(length + 1)]
    return tuple(dict.fromkeys(days))


def _osm_text(text: str) -> str:
    """Return opening hours with the words of other spellings put into OpenStreetMap's."""
    if fold_word(text) in ("24h", "24小时", "全天", "全年无休", "always", "alwaysopen"):
        return "24/7"
    if fold_word(text) in OFF:
        return "off"
    rules = []
    for rule in re.split(r"\s*[;\n]\s*", text):
        match = _DAYS.match(rule)
        head, rest = "", rule
        if match is not None:
            days = sorted(_weekdays(match[0].rstrip(" :："), range(5)))
            head = ",".join(_OSM_DAYS[day] for day in days) + " "
            rest = rule[match.end() :]
        rest = re.sub(r"\s*[–—~至到]\s*", "-", rest).replace("、", ",")
        rest = re.sub(r"(休息|不营业|关门|休业|歇业|休)", "off", rest)
        rest = re.sub(r"(\d)[点时](?!\d)", r"\1:00", rest)
        rest = re.sub(r"(\d)[点时.](\d{2})分?", r"\1:\2", rest)
        rest = re.sub(r"\b([0-9]):(\d\d)", r"0\1:\2", rest)
        rules.append(head + rest.strip())
    return "; ".join(rule for rule in rules if rule.strip())
