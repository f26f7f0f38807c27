"""Retailers and how often they are to be visited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from visitroute.model.enums import Channel, Segment
from visitroute.model.places import ALWAYS_OPEN, Amounts, Extra, OpeningHours


@dataclass(frozen=True, slots=True)
class Cadence:
    """A visit frequency 拜访频次: ``visits`` in every ``per`` days, gaps within bounds.

    ``min_gap`` and ``max_gap`` are the fewest and the most days allowed between two
    visits in a row; the ideal gap is ``per / visits`` days.
    """

    visits: int
    per: int
    min_gap: int
    max_gap: int

    @property
    def ideal_gap(self) -> float:
        """Days between two visits when they are spread evenly."""
        return self.per / self.visits


@dataclass(frozen=True, slots=True)
class Retailer:
    """A shop 零售户 that reps look after.

    Coordinates are WGS 84. ``rep`` is the one rep who visits it; where it is None, ``team``
    names the reps one of whom does, and an empty team stands for all reps. ``segment`` is None
    when it is to be derived from ``capability`` and ``willingness`` ("strong" / "weak") or from
    ``monthly_volume``, ``brands`` and ``display``. ``cadence`` overrides the segment's cadence;
    with ``channel`` phone there are no cadence visits. ``load`` is what every visit takes from the
    rep's capacity. ``rep_fixed`` keeps its rep where territories are redesigned. Unknown columns
    travel in ``extra``.
    """

    id: str
    lon: float
    lat: float
    name: str = ""
    address: str = ""
    phone: str = ""
    rep: str | None = None
    team: tuple[str, ...] = ()
    segment: Segment | None = None
    capability: str | None = None
    willingness: str | None = None
    monthly_volume: float | None = None
    brands: float | None = None
    display: float | None = None
    cadence: Cadence | None = None
    service_minutes: float | None = None
    opening: OpeningHours = ALWAYS_OPEN
    closed: frozenset[date] = frozenset()
    value: float | None = None
    preferred_weekday: int | None = None
    channel: Channel = Channel.VISIT
    notes: str = ""
    extra: Extra = ()
    load: Amounts = ()
    rep_fixed: bool = False
