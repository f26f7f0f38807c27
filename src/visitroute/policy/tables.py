"""The policy as frozen dataclasses, one for each table of the policy file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from visitroute.model import Cadence, GiveWay, MakeUp, Quadrant, Segment, TravelMode, Weekday

Checklists = Mapping[Segment, Mapping[str, tuple[str, ...]]]
"""Lines of a checklist by segment and language."""


@dataclass(frozen=True, slots=True)
class CalendarPolicy:
    """Public holidays and make-up working days."""

    country: str
    subdivision: str
    holidays: tuple[date, ...]
    workdays: tuple[date, ...]
    makeup_weekday: int


@dataclass(frozen=True, slots=True)
class SegmentPolicy:
    """How often, how long and with which weight the retailers of a segment are visited.

    ``checklist`` holds by language what is gone through on every visit.
    """

    visits: int
    per: int
    min_gap: int
    max_gap: int
    service_minutes: float
    weight: int
    checklist: Mapping[str, tuple[str, ...]]

    @property
    def cadence(self) -> Cadence:
        """The segment's cadence."""
        return Cadence(self.visits, self.per, self.min_gap, self.max_gap)


@dataclass(frozen=True, slots=True)
class SegmentRules:
    """Thresholds from which a segment is derived."""

    monthly_volume: float
    brands: float
    display: float
    needed: int
    fallback: Segment


@dataclass(frozen=True, slots=True)
class CadencePolicy:
    """How cadences are read, whether visits fill days, and what happens on days off."""

    gap_tolerance: float
    fillers: bool
    make_up: MakeUp
    weekday: Weekday


@dataclass(frozen=True, slots=True)
class QuadrantPolicy:
    """What a task of a quadrant may ask for."""

    trip: bool
    minutes: float
    weight: int
    lead_days: int


@dataclass(frozen=True, slots=True)
class PriorityPolicy:
    """How value and delay raise the weight of a request."""

    value: float
    overdue: float
    overdue_cap: float


@dataclass(frozen=True, slots=True)
class RepPolicy:
    """A rep's day where the table of reps is silent."""

    shift: str
    workdays: tuple[int, ...]
    lunch_window: str
    lunch_minutes: int
    review_minutes: int
    mode: TravelMode


@dataclass(frozen=True, slots=True)
class CostPolicy:
    """Prices in seconds of what is minimised after the tiers."""

    travel: float
    irregularity: float
    shortfall: float
    excess: float
    imbalance: float
    weekday: float


@dataclass(frozen=True, slots=True)
class TeamsPolicy:
    """How reps share retailers.

    ``continuity`` keeps all visits of one with one rep. ``even_work`` is what a visit off the
    team's mean number a day costs, in seconds.
    """

    continuity: bool
    even_work: float


@dataclass(frozen=True, slots=True)
class SolvePolicy:
    """Solver, effort and seed of the search."""

    solver: str
    effort: int
    seed: int


@dataclass(frozen=True, slots=True)
class OverloadPolicy:
    """Which segments give way, in which order and how, when visits are too many to be made."""

    order: tuple[Segment, ...]
    stretch: int
    how: Mapping[Segment, GiveWay]


@dataclass(frozen=True, slots=True)
class RobustPolicy:
    """Slack kept free at the end of a day, and how service and travel times vary.

    ``slack_by_rep`` holds the minutes of single reps by id, instead of ``slack_minutes``.
    ``reach_chance`` asks for more of it where days end late too often for ``min_chance``.
    """

    slack_minutes: int
    slack_by_rep: Mapping[str, int]
    service_cv: float
    travel_cv: float
    min_chance: float
    reach_chance: bool

    def slack_of(self, rep: str) -> int:
        """Return the minutes kept free at the end of every day of a rep."""
        return self.slack_by_rep.get(rep, self.slack_minutes)


@dataclass(frozen=True, slots=True)
class CallPolicy:
    """How long a call takes."""

    minutes: float


@dataclass(frozen=True, slots=True)
class SuggestPolicy:
    """Up to how many minutes of detour a day is green or yellow for one visit more."""

    green_minutes: float
    yellow_minutes: float


@dataclass(frozen=True, slots=True)
class RoadsPolicy:
    """Limits of the road sources."""

    snap_limit_m: float
    component_warn: float
    far_km: float
    simplify_m: float
    driving: str
    private: bool


@dataclass(frozen=True, slots=True)
class ServersPolicy:
    """How routing servers are asked."""

    timeout_s: float
    retries: int
    table_points: int


@dataclass(frozen=True, slots=True)
class TurnPolicy:
    """Seconds that junctions cost a travel mode; all 0 for a mode that turns freely."""

    turn_s: float
    u_turn_s: float
    signal_s: float
    ferry_wait_s: float


@dataclass(frozen=True, slots=True)
class ConditionsPolicy:
    """The day's conditions: weather, closed roads, rush hours.

    ``closed_areas`` are polygons, ``closed_at`` places, as (lon, lat) in degrees, WGS 84.
    """

    weather: str
    date: str
    closed_ways: tuple[int, ...]
    closed_areas: tuple[tuple[tuple[float, ...], ...], ...]
    closed_at: tuple[tuple[float, ...], ...]
    rush: tuple[str, ...]
    rush_modes: tuple[TravelMode, ...]
    rush_plan: str


SpeedTable = Mapping[str, float]
"""Speeds of one travel mode in km/h by highway class, 0 = closed.

Besides the classes of OpenStreetMap: ``ferry``, ``permitted`` (a closed class that a way's
own tag opens) and ``maxspeed_share`` (part of a posted limit that is driven).
"""


@dataclass(frozen=True, slots=True)
class TextsPolicy:
    """Language of reasons and purposes."""

    language: str


@dataclass(frozen=True, slots=True)
class Policy:
    """Every default that shapes a plan; see ``default.toml`` for what each key means."""

    calendar: CalendarPolicy
    segments: Mapping[Segment, SegmentPolicy]
    segment_rules: SegmentRules
    cadence: CadencePolicy
    quadrants: Mapping[Quadrant, QuadrantPolicy]
    priority: PriorityPolicy
    rep: RepPolicy
    cost: CostPolicy
    teams: TeamsPolicy
    solve: SolvePolicy
    overload: OverloadPolicy
    calls: CallPolicy
    robust: RobustPolicy
    suggest: SuggestPolicy
    roads: RoadsPolicy
    servers: ServersPolicy
    speeds: Mapping[TravelMode, SpeedTable]
    surfaces: Mapping[TravelMode, SpeedTable]
    turns: Mapping[TravelMode, TurnPolicy]
    pace: Mapping[TravelMode, float]
    weather: Mapping[str, Mapping[TravelMode, SpeedTable]]
    conditions: ConditionsPolicy
    texts: TextsPolicy

    @property
    def checklists(self) -> Checklists:
        """What is gone through on every visit, by segment and language."""
        return {name: segment.checklist for name, segment in self.segments.items()}
