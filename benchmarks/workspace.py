"""Makes up the trade around given places: segments, visit history, tasks, and the files."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

import opening_hours
import pandas as pd

from visitroute.model import Segment
from visitroute.policy import load_policy
from visitroute.units import DAY, HOUR, MINUTE, format_clock

START = date(2026, 11, 30)
WEEKS = 4
HISTORY_DAYS = 28
MIX: Mapping[Segment, float] = {
    Segment.PROMOTE: 0.20,
    Segment.MAINTAIN: 0.20,
    Segment.GUIDE: 0.25,
    Segment.WATCH: 0.35,
}
METRES_PER_DEGREE = 111_320.0
SPEED = {"car": 7.0, "motorbike": 7.0, "ebike": 4.5, "bicycle": 3.5, "foot": 1.2}
"""Metres a second over crow distance, used only to give the history plausible times."""

Row = dict[str, Any]

# quadrant, work type, what is to be done, minutes, first and last day of the horizon for `due`
_TASKS: tuple[tuple[str, str, str, int, int, int], ...] = (
    ("Q1", "collection", "Collect the invoice that is past due", 15, 2, 9),
    ("Q2", "brand building", "Set up the display of the new brand", 20, 9, 25),
    ("Q3", "market information", "Count the stock of the promotion", 10, 3, 14),
    ("Q4", "consumer guidance", "Leave the new leaflets", 5, 7, 25),
    ("Q1", "complaint", "Settle the complaint about damaged goods", 20, 1, 8),
    ("Q2", "business advice", "Go through the sales of the quarter", 25, 11, 25),
    ("Q3", "price control", "Check the price tags after the change", 10, 3, 11),
    ("Q4", "customer trends", "Ask about plans for the next year", 5, 7, 25),
)


class Draws:
    """Draws from a key instead of a stream: one shop more or less changes no other shop."""

    def __init__(self, seed: int = 1) -> None:
        self.seed = seed

    def share(self, *key: object) -> float:
        """Return a number in [0, 1) that depends on the seed and the key alone."""
        text = "|".join(map(str, (self.seed, *key)))
        return int.from_bytes(blake2b(text.encode(), digest_size=6).digest()) / 2**48

    def whole(self, low: int, high: int, *key: object) -> int:
        """Return a whole number in low..high, both included."""
        return low + int(self.share(*key) * (high - low + 1))

    def ranked(self, ids: Iterable[str], *key: object) -> list[str]:
        """Return the ids in an order drawn by the key."""
        return sorted(ids, key=lambda i: (self.share(i, *key), i))

    def pick(self, weights: Mapping[Any, float], *key: object) -> Any:
        """Return one of the keys of ``weights``, drawn by weight."""
        rest = self.share(*key) * sum(weights.values())
        for option, weight in weights.items():
            rest -= weight
            if rest < 0:
                return option
        return option


def assign_segments(
    ids: Sequence[str], draws: Draws, mix: Mapping[Segment, float] = MIX
) -> dict[str, Segment]:
    """Return a segment for every id; the shares of ``mix`` are met to the nearest retailer."""
    ranked = draws.ranked(ids, "segment")
    found: dict[str, Segment] = {}
    upto, begin = 0.0, 0
    for segment, share in mix.items():
        upto += share / sum(mix.values())
        end = round(upto * len(ranked))
        found.update(dict.fromkeys(ranked[begin:end], segment))
        begin = end
    return found


def trade_columns(retailer: str, segment: Segment, draws: Draws) -> Row:
    """Return made-up volume, brands, display, willingness and value that lead to ``segment``.

    The default segment rules ask for two of three thresholds: one in four strong shops
    misses one of them, and one in four weak shops reaches one.
    """
    is_strong = segment in (Segment.PROMOTE, Segment.MAINTAIN)
    odd = draws.pick({"none": 3, "brands": 0.5, "display": 0.5}, retailer, "odd")

    def between(name: str, strong: tuple[int, int], weak: tuple[int, int]) -> int:
        low, high = strong if is_strong != (odd == name) else weak
        return draws.whole(low, high, retailer, name)

    volume = between("volume", (620, 980), (60, 420))
    return {
        "monthly_volume": volume,
        "brands": between("brands", (30, 46), (8, 26)),
        "display": between("display", (4, 5), (1, 3)),
        "willingness": "strong" if segment in (Segment.PROMOTE, Segment.GUIDE) else "weak",
        "value": volume * draws.whole(17, 23, retailer, "value"),
    }


def parse_hours(text: str) -> Any | None:
    """Return parsed OSM opening hours, None when the text is empty or can't be parsed."""
    if not text.strip():
        return None
    try:
        return opening_hours.OpeningHours(text)
    except opening_hours.ParserError:
        return None


def open_windows(text: str, day: date) -> list[tuple[int, int]]:
    """Return when a shop is open on a date in seconds after midnight; all day without hours."""
    hours = parse_hours(text)
    if hours is None:
        return [(0, DAY)]
    begin = datetime.combine(day, time())
    return [
        (
            int((a - begin).total_seconds()),
            int((min(b, begin + timedelta(1)) - begin).total_seconds()),
        )
        for a, b, state, _ in hours.intervals(begin, begin + timedelta(days=1))
        if state == opening_hours.State.OPEN
    ]


def open_seconds(text: str, day: date, begin: int, end: int) -> int:
    """Return the seconds between ``begin`` and ``end`` in which a shop is open on a date."""
    return sum(max(0, min(b, end) - max(a, begin)) for a, b in open_windows(text, day))


def metres(a: Mapping[str, Any], b: Mapping[str, Any]) -> float:
    """Return the crow distance of two rows with lon and lat, in metres."""
    east = (a["lon"] - b["lon"]) * math.cos(math.radians((a["lat"] + b["lat"]) / 2))
    return math.hypot(east, a["lat"] - b["lat"]) * METRES_PER_DEGREE


def daily_bounds(segments: Iterable[Segment], working_days: int) -> tuple[int, int, int]:
    """Return (min, target, max) visits a day that fit the visits the segments ask for."""
    policy = load_policy()
    cadences = [policy.segments[s].cadence for s in segments]
    load = sum(7 * WEEKS * c.visits / c.per for c in cadences) / working_days
    target = min(max(round(load), 6), 18)
    return max(1, target // 2), target, target + 4


def rep_row(rep: str, place: Mapping[str, Any], mode: str, bounds: tuple[int, int, int]) -> Row:
    """Return one row of the reps table, with the common working day."""
    return {
        "id": rep,
        "name": rep,
        "lon": place["lon"],
        "lat": place["lat"],
        "mode": mode,
        "shift": "Mo-Fr 08:30-17:00",
        "lunch_window": "11:00-13:30",
        "lunch_minutes": 30,
        "min_visits": bounds[0],
        "target_visits": bounds[1],
        "max_visits": bounds[2],
        "review_minutes": 15,
        "leave": "",
        "meetings": "",
    }


def visit_history(
    retailers: Sequence[Row],
    reps: Sequence[Row],
    segments: Mapping[str, Segment],
    draws: Draws,
    *,
    share: float = 0.6,
    overdue: float = 0.12,
) -> list[Row]:
    """Return visits in the four weeks before START of ``share`` of each rep's retailers.

    Of those, the share ``overdue`` was last seen longer ago than its cadence allows. Days
    are evenly filled working days on which the shop is open, times follow one another.
    """
    rules = load_policy().segments
    minutes = {name: rules[kind].service_minutes for name, kind in segments.items()}
    rows: list[Row] = []
    for rep in reps:
        own = {r["id"]: r for r in retailers if r["rep"] == rep["id"]}
        known = draws.ranked(own, "history")[: round(share * len(own))]
        late = set(known[: round(overdue * len(known))])
        days: dict[date, list[Row]] = {
            day: []
            for day in (START - timedelta(days=k) for k in range(HISTORY_DAYS, 0, -1))
            if day.weekday() < 5
        }
        for retailer in sorted(known):
            gap = round(rules[segments[retailer]].cadence.ideal_gap)
            first, last = (gap + 1, min(2 * gap, HISTORY_DAYS)) if retailer in late else (1, gap)
            day = _free_day(days, own[retailer], first, last, draws)
            while day is not None:
                days[day].append(own[retailer])
                back = (START - day).days + gap
                day = _free_day(days, own[retailer], back - 1, back + 1, draws)
        for day, seen in days.items():
            rows += _day_log(rep, day, seen, minutes, draws)
    return sorted(rows, key=lambda row: (row["date"], row["rep"], row["arrival"]))


def _free_day(
    days: Mapping[date, list[Row]], retailer: Row, first: int, last: int, draws: Draws
) -> date | None:
    """Return the emptiest day lying first..last days before START on which the shop is open."""
    open_days = [
        day
        for day in days
        if first <= (START - day).days <= last
        and retailer not in days[day]
        and open_seconds(retailer["opening_hours"], day, 10 * HOUR, 16 * HOUR) >= HOUR
    ]
    if not open_days:
        return None
    return min(open_days, key=lambda d: (len(days[d]), draws.share(retailer["id"], d), d))


def _day_log(
    rep: Row, day: date, seen: list[Row], minutes: Mapping[str, float], draws: Draws
) -> list[Row]:
    """Return one day's visits in order: always the nearest shop that is open on arrival."""
    rows: list[Row] = []
    here, now, lunch = rep, 9 * HOUR + draws.whole(20, 50, rep["id"], day) * MINUTE, False
    left = list(seen)
    while left:
        if now > 12 * HOUR and not lunch:
            now, lunch = now + 30 * MINUTE, True
        near = sorted(left, key=lambda r: (metres(here, r), r["id"]))
        shop = next(
            (r for r in near if open_seconds(r["opening_hours"], day, now, now + HOUR)), None
        )
        if shop is None and now < 17 * HOUR:
            now += 10 * MINUTE
            continue
        shop = shop or near[0]
        walk = 2 + round(1.3 * metres(here, shop) / SPEED[rep["mode"]] / MINUTE)
        arrival = now + walk * MINUTE
        stay = max(5, round(minutes[shop["id"]]) + draws.whole(-4, 6, shop["id"], day)) * MINUTE
        rows.append(
            {
                "retailer": shop["id"],
                "date": day.isoformat(),
                "rep": rep["id"],
                "arrival": format_clock(arrival),
                "departure": format_clock(arrival + stay),
                "channel": shop.get("channel", "visit"),
                "outcome": draws.pick({"": 2, "order": 3, "no order": 1}, shop["id"], day, "out"),
            }
        )
        here, now = shop, arrival + stay
        left.remove(shop)
    return rows


def make_tasks(
    retailers: Sequence[Row],
    num: int,
    draws: Draws,
    *,
    phone: int = 2,
    days_off: Iterable[date] = (),
) -> list[Row]:
    """Return ``num`` tasks over all quadrants at different retailers, due on working days.

    The first task is an appointment; the last Q3 and Q4 tasks, ``phone`` of them, need only
    a call. Retailers that are only called get no task.
    """
    off = set(days_off)
    chosen = draws.ranked((r["id"] for r in retailers if r.get("channel") != "phone"), "task")[:num]
    by_id = {r["id"]: r for r in retailers}
    rows: list[Row] = []
    for k, retailer in enumerate(chosen):
        quadrant, work, name, minutes, first, last = _TASKS[k % len(_TASKS)]
        shop = by_id[retailer]
        days = [START + timedelta(days=d) for d in range(first, last + 1)]
        days = [
            d
            for d in days
            if d.weekday() < 5
            and d not in off
            and open_seconds(shop["opening_hours"], d, 10 * HOUR + 1800, 12 * HOUR) == 5400
        ] or [d for d in days if d.weekday() < 5 and d not in off]
        rows.append(
            {
                "id": f"T{k + 1:02d}",
                "retailer": retailer,
                "quadrant": quadrant,
                "due": days[draws.whole(0, len(days) - 1, retailer, "due")].isoformat(),
                "earliest": START.isoformat() if quadrant == "Q1" else "",
                "minutes": minutes,
                "channel": "visit",
                "work_type": work,
                "name": name,
                "appointment": "10:30" if k == 0 else "",
            }
        )
    light = [row for row in rows if row["quadrant"] in ("Q3", "Q4")]
    for row in light[len(light) - min(phone, len(light)) :]:
        row["channel"] = "phone"
    return rows


def workspace_toml(
    files: Mapping[str, str], *, roads: str, datum: str = "", policy: str = "", title: str = ""
) -> str:
    """Return the text of a visitroute.toml that names the tables ``files`` and the roads."""

    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    lines = [f"# {title}"] if title else []
    lines += ["[inputs]", *(f"{name} = {quoted(file)}" for name, file in files.items())]
    lines.append(f"roads = {quoted(roads)}")
    if datum:
        lines.append(f"datum = {quoted(datum)}")
    lines += ["", "[horizon]", f"start = {START.isoformat()}", f"weeks = {WEEKS}"]
    return "\n".join(lines) + "\n" + (f"\n{policy}" if policy else "")


def write_table(path: Path, table: pd.DataFrame, encoding: str = "utf-8") -> None:
    """Write a table as CSV with LF line ends, the same bytes on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(table.to_csv(index=False, lineterminator="\n").encode(encoding))
