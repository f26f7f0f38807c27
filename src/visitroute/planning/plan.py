"""plan_routes: load → roads → priority → solve → explain, in the order it reads."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from visitroute.errors import InputError, Problem, Severity
from visitroute.explain import Audit
from visitroute.load import Source, Workspace, load_inputs, read_workspace
from visitroute.model import Horizon, PlanInput
from visitroute.planning.assemble import assemble
from visitroute.planning.capacity import audit_inputs, working_calendar
from visitroute.planning.ease import ease_land, ease_rep, keep_slack, with_slack
from visitroute.planning.giving import tell_prices, tell_ways
from visitroute.planning.jobs import stop_on_signal
from visitroute.planning.robust import Trials, plan_robustly
from visitroute.planning.sharing import own_work, share_work, weaken
from visitroute.planning.teams import choose_reps, divide_land
from visitroute.planning.territories import bases, survey
from visitroute.planning.visitplan import VisitPlan
from visitroute.policy import Policy, SolvePolicy, load_policy
from visitroute.priority import Demand, request_visits
from visitroute.roads import RoadSource, open_roads
from visitroute.solve import SOLVERS, Effort, compile_problem, compile_team, has_core, warm_up
from visitroute.solve import Problem as RepProblem
from visitroute.texts import load_texts

Progress = Callable[[str, float], None]
"""Called with the name of the stage and the share of it that is done, 0 to 1."""


NO_NUMBA = "VR4003: numba can't be imported, so OR-Tools plans alone: routes are longer"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is carried out; ``jobs``, ``cache`` and ``progress`` don't change the plan.

    ``effort``, ``seed`` and ``solver`` default to the policy's. ``time_limit`` is in seconds,
    None for none; ``jobs`` counts processes; ``cache`` keeps road networks on disk.
    """

    effort: int | None = None
    seed: int | None = None
    solver: str | None = None
    time_limit: float | None = None
    jobs: int = 1
    cache: bool = True
    progress: Progress | None = None


def plan_routes(
    retailers: Source,
    reps: Source,
    roads: Any,
    *,
    start: date | str,
    weeks: int = 4,
    tasks: Source | None = None,
    visits: Source | None = None,
    locks: Source | None = None,
    datum: str | Mapping[str, str] = "wgs84",
    policy: Policy | Mapping[str, Any] | str | Path | None = None,
    effort: int | None = None,
    seed: int | None = None,
    solver: str | None = None,
    time_limit: float | None = None,
    jobs: int = 1,
    cache: bool = True,
    progress: Progress | None = None,
) -> VisitPlan:
    """Plan which retailers each rep visits, on which day and in what order.

    Parameters
    ----------
    retailers, reps, tasks, visits, locks
        Tables: paths (CSV, XLSX, GeoJSON, GeoPackage, GeoParquet), DataFrames,
        GeoDataFrames or lists of dicts. Columns: docs/inputs.md.
    roads
        An OpenStreetMap extract (.osm.pbf, .osm), a travel matrix (.npz), a networkx graph,
        "straight" for estimates from straight lines, or any road source.
    start, weeks
        First day of the horizon (a date, or ISO 8601 text) and its length in weeks.
    datum
        Datum of all coordinates: wgs84, gcj02 or bd09; or one for each table.
    policy
        Changes to the default policy: a mapping shaped like the policy file, or its path.
    effort, seed
        How long to search, and the seed; the same two give the same plan. From the policy
        when None.
    solver
        "visitroute", the compiled search, or "ortools". From the policy when None.
    time_limit
        Seconds after which the search ends with the best plan found; None for no limit.
    jobs
        Processes that plan reps at the same time; the plan doesn't depend on it.
    cache
        Keep the road network on disk beside the extract.
    progress
        Called with (stage, share done).

    Returns
    -------
    VisitPlan
        Route days, dropped and excluded retailers, each with its reason.

    Raises
    ------
    InputError
        With every problem of every table (VR1xxx).
    RoadsError
        When the roads can't be used (VR3xxx).
    """
    rules = policy if isinstance(policy, Policy) else load_policy(policy)
    inputs = load_inputs(
        retailers,
        reps,
        tasks,
        visits,
        locks,
        horizon=Horizon(read_start(start), weeks),
        policy=rules,
        datum=datum,
    )
    options = RunOptions(effort, seed, solver, time_limit, jobs, cache, progress)
    return plan_inputs(inputs, roads, rules, options)


def plan_workspace(
    workspace: Workspace | str | Path, options: RunOptions | None = None
) -> VisitPlan:
    """Plan what a workspace file names; raises as ``plan_routes`` does."""
    if not isinstance(workspace, Workspace):
        workspace = read_workspace(workspace)
    return plan_inputs(
        workspace.load(), named_roads(workspace), workspace.policy, options or RunOptions()
    )


def audit_workspace(workspace: Workspace | str | Path, *, cache: bool = True) -> Audit:
    """Return the capacity audit of what a workspace file names.

    Raises ``InputError`` and ``RoadsError`` as ``plan_workspace`` does.
    """
    if not isinstance(workspace, Workspace):
        workspace = read_workspace(workspace)
    return audit_inputs(workspace.load(), named_roads(workspace), workspace.policy, cache=cache)


def named_roads(workspace: Workspace) -> str:
    """Return the road source of a workspace; raises ``InputError`` VR1402 when it names none."""
    if workspace.roads is None:
        raise InputError(
            [
                Problem(
                    "VR1402",
                    "no road source is named",
                    file=str(workspace.path),
                    column="inputs.roads",
                    hint='give an OpenStreetMap extract, or roads = "straight" for estimates',
                )
            ]
        )
    return workspace.roads


def workspace_roads(workspace: Workspace, *, cache: bool) -> RoadSource:
    """Return the opened road source of a workspace, with the conditions of its first day."""
    return open_roads(
        named_roads(workspace), workspace.policy, cache=cache, on=workspace.horizon.start
    )


def plan_inputs(inputs: PlanInput, roads: Any, policy: Policy, options: RunOptions) -> VisitPlan:
    """Plan loaded input on a road source; raises ``RoadsError`` when it can't be used."""
    began = time.monotonic()
    report = options.progress or (lambda _stage, _done: None)
    seconds: dict[str, float] = {}

    def finish(stage: str) -> None:
        seconds[stage] = time.monotonic() - began - sum(seconds.values())
        report(stage, 1.0)

    settings = _settings(policy, options)
    report("roads", 0.0)
    source: RoadSource = open_roads(
        roads,
        policy,
        cache=options.cache,
        on=inputs.horizon.start,
        near=bases(inputs.reps),
    )
    eased = keep_slack(inputs, policy)
    land = survey(
        eased,
        source,
        lambda done, count, _: report("roads", done / count),
        continuity=policy.teams.continuity,
    )
    finish("roads")

    demand = request_visits(inputs, policy)
    calendar = working_calendar(inputs, policy)
    terms = (eased, policy, demand, calendar)
    teams = [
        compile_team(*terms, team.reps, team.retailers, team.choices, team.matrices)
        for team in land.teams
    ]
    finish("priority")

    notes = []
    if settings.solver == "visitroute":
        if has_core():
            report("compile", 0.0)
            warm_up()  # once, here, so that worker processes find it compiled
            finish("compile")
        else:
            notes.append(NO_NUMBA)
    with stop_on_signal() as switch:
        effort = Effort(settings.effort, settings.seed, settings.solver, should_stop=switch)
        if options.time_limit is not None:
            effort = effort.from_now(max(0.0, options.time_limit - (time.monotonic() - began)))
        shared = choose_reps(teams, effort, options.jobs, lambda done: report("teams", done))
        if teams:
            finish("teams")
        shares = share_work(eased, policy, teams, shared)
        territories, drafts = divide_land(land, teams, shared, shares)

        def compile_own(number: int, asked: Demand, extra: int) -> RepProblem:
            own = territories[number]
            shops, part, mine = own_work(own.rep.id, own.retailers, eased, asked, shares)
            rep = ease_rep(own.rep, extra) if extra else own.rep
            return compile_problem(part, policy, mine, calendar, rep, shops, own.matrix)

        trials = Trials(inputs, policy, demand, territories, drafts, compile_own, options.jobs)
        done = plan_robustly(trials, effort, report)
        policy = with_slack(policy, done.slack)
        problems = [trial.problem for trial in done.trials]
        plans, given_way = tell_ways(
            [trial.plan for trial in done.trials], [trial.given for trial in done.trials], policy
        )
        plans = weaken(plans, shares, load_texts(policy.texts.language))
        interrupted = switch()
    finish("solve")

    warnings = [str(p) for p in inputs.problems if p.severity is Severity.WARNING]
    schedule = assemble(
        inputs,
        policy,
        demand,
        territories,
        problems,
        plans,
        land.excluded,
        source,
        [*warnings, *notes, *given_way, *done.notes, *tell_prices(plans, policy), *source.warnings],
    )
    finish("routes")
    return VisitPlan(
        inputs=inputs,
        policy=policy,
        roads=source,
        schedule=schedule,
        requests=demand.requests,
        interrupted=interrupted,
        stage_seconds=seconds,
        land=ease_land(land, keep_slack(inputs, policy)),
    )


def _settings(policy: Policy, options: RunOptions) -> SolvePolicy:
    settings = policy.solve
    if options.effort is not None:
        settings = replace(settings, effort=options.effort)
    if options.seed is not None:
        settings = replace(settings, seed=options.seed)
    if options.solver is not None:
        if options.solver not in SOLVERS:
            problem = Problem(
                "VR1502",
                f"'{options.solver}' is no solver",
                column="solver",
                hint=f"one of {', '.join(SOLVERS)}",
            )
            raise InputError([problem])
        settings = replace(settings, solver=options.solver)
    return settings


def read_start(start: date | str) -> date:
    """Return the first day of a horizon; raises ``InputError`` VR1404 for what is no date."""
    if isinstance(start, date):
        return start
    try:
        return date.fromisoformat(start)
    except (TypeError, ValueError):
        problem = Problem(
            "VR1404", f"'{start}' is no date", column="start", hint="write it as 2026-12-01"
        )
        raise InputError([problem]) from None
