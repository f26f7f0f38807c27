"""The visit planning solver: compiled problem, first plan, search, exact day timing."""

from visitroute.solve.dayroute import Clock, DayRoute, Visit
from visitroute.solve.effort import Effort
from visitroute.solve.problem import Ask, Client, DayFrame, Problem, compile_problem
from visitroute.solve.search import search_plan
from visitroute.solve.solvers import SOLVERS, has_core, solve_problem, warm_up
from visitroute.solve.state import State
from visitroute.solve.timing import TimedDay, TimedVisit, time_day

__all__ = [
    "SOLVERS",
    "Ask",
    "Client",
    "Clock",
    "DayFrame",
    "DayRoute",
    "Effort",
    "Problem",
    "State",
    "TimedDay",
    "TimedVisit",
    "Visit",
    "compile_problem",
    "has_core",
    "search_plan",
    "solve_problem",
    "time_day",
    "warm_up",
]
