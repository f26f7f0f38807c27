"""The visit planning solver: compiled problem, first plan, search, exact day timing."""

from visitroute.solve.dayroute import Clock, DayRoute, Insertion, Visit
from visitroute.solve.drafts import Draft
from visitroute.solve.effort import Effort
from visitroute.solve.problem import Ask, Client, DayFrame, Job, Problem, compile_problem
from visitroute.solve.search import search_plan
from visitroute.solve.solvers import SOLVERS, has_core, solve_problem, solve_team, warm_up
from visitroute.solve.stable import StablePrice, price_of, with_stable_weekdays
from visitroute.solve.state import State
from visitroute.solve.teams import TeamPlan, TeamProblem, compile_team
from visitroute.solve.timing import TimedDay, TimedVisit, time_day

__all__ = [
    "SOLVERS",
    "Ask",
    "Client",
    "Clock",
    "DayFrame",
    "DayRoute",
    "Draft",
    "Effort",
    "Insertion",
    "Job",
    "Problem",
    "StablePrice",
    "State",
    "TeamPlan",
    "TeamProblem",
    "TimedDay",
    "TimedVisit",
    "Visit",
    "compile_problem",
    "compile_team",
    "has_core",
    "price_of",
    "search_plan",
    "solve_problem",
    "solve_team",
    "time_day",
    "warm_up",
    "with_stable_weekdays",
]
