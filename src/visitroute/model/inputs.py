"""The input of one planning run after loading: clean records, and what was set aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from visitroute.errors import Problem
from visitroute.model.rep import Rep
from visitroute.model.retailer import Retailer
from visitroute.model.schedule import Excluded
from visitroute.model.work import Lock, Task, VisitRecord


@dataclass(frozen=True, slots=True)
class Horizon:
    """The days to be planned: ``weeks`` times seven days from ``start``."""

    start: date
    weeks: int

    @property
    def num_days(self) -> int:
        """Calendar days in the horizon."""
        return 7 * self.weeks

    @property
    def end(self) -> date:
        """Last day of the horizon."""
        return self.start + timedelta(days=self.num_days - 1)

    @property
    def days(self) -> tuple[date, ...]:
        """All calendar days of the horizon, in order."""
        return tuple(self.start + timedelta(days=i) for i in range(self.num_days))

    def holds(self, day: date) -> bool:
        """Tell whether a date lies in the horizon."""
        return self.start <= day <= self.end


@dataclass(frozen=True, slots=True)
class PlanInput:
    """Retailers, reps, tasks, history and locks in input order, ready to be planned.

    ``excluded`` holds the records that were quarantined while loading, ``problems`` every
    quarantine and warning with its place in the files.
    """

    retailers: tuple[Retailer, ...]
    reps: tuple[Rep, ...]
    horizon: Horizon
    tasks: tuple[Task, ...] = ()
    visits: tuple[VisitRecord, ...] = ()
    locks: tuple[Lock, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    problems: tuple[Problem, ...] = ()
