"""Tasks, visits already made, and visits that are fixed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from visitroute.model.enums import Channel, Quadrant
from visitroute.model.places import Extra


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work at a retailer, to be done from ``earliest`` to ``due``, both included.

    ``appointment`` is the second of the day ``due`` at which the visit has to begin;
    such a task is fixed. A task with channel phone never asks for a trip; one with channel
    either becomes a call when no visit fits.
    """

    id: str
    retailer: str
    quadrant: Quadrant
    due: date
    earliest: date | None = None
    minutes: float = 0
    channel: Channel = Channel.VISIT
    work_type: str = ""
    name: str = ""
    appointment: int | None = None
    extra: Extra = ()

    @property
    def may_be_called(self) -> bool:
        """Tell whether a call may stand in for the visit: an appointment is always kept there."""
        return self.channel is Channel.EITHER and self.appointment is None


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """A contact that took place: the history from which cadence is counted."""

    retailer: str
    date: date
    rep: str | None = None
    arrival: int | None = None
    departure: int | None = None
    channel: Channel = Channel.VISIT
    outcome: str = ""
    tasks_done: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lock:
    """A visit the user has fixed: the date, and where given the rep and the starting second."""

    retailer: str
    date: date
    rep: str | None = None
    time: int | None = None
