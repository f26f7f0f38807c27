"""assign_territories: load → roads → cadences → divide, in the order it reads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from visitroute.errors import InputError, Problem
from visitroute.load import Source, Table, Workspace, load_inputs, read_table, read_workspace
from visitroute.model import Excluded, Horizon, PlanInput
from visitroute.planning.headcount import Headcount, count_reps
from visitroute.planning.landscape import NOBODY, Landscape, lay_out
from visitroute.planning.plan import named_roads, read_start
from visitroute.planning.territories import bases
from visitroute.planning.territoryfigures import measure_division
from visitroute.planning.territoryplan import Territories
from visitroute.policy import Policy, load_policy
from visitroute.roads import RoadSource, open_roads
from visitroute.solve.territories import Measure, Terms, design

Progress = Callable[[str, float], None]

MARGIN = 0.8
"""Part of the tolerance that is asked of the division: legs change a little when it is measured."""


@dataclass(frozen=True, slots=True)
class TerritoryOptions:
    """What is asked of territories, and how a run is carried out.

    With ``redesign`` every retailer may get another rep, else only those without one get any.
    ``fixed`` are ids of retailers that keep theirs, besides those that the table fixes.
    ``max_moved`` bounds how many may change, None for no bound. ``tolerance`` is the part by which
    a rep's minutes may be off their share. ``cache`` and ``progress`` change nothing.
    """

    redesign: bool = False
    fixed: Collection[str] = ()
    max_moved: int | None = None
    tolerance: float = 0.05
    seed: int = 1
    cache: bool = True
    progress: Progress | None = None


def assign_territories(
    retailers: Source,
    reps: Source,
    roads: Any,
    *,
    start: date | str,
    weeks: int = 4,
    locks: Source | None = None,
    datum: str | Mapping[str, str] = "wgs84",
    policy: Policy | Mapping[str, Any] | str | Path | None = None,
    redesign: bool = False,
    fixed: Collection[str] = (),
    max_moved: int | None = None,
    tolerance: float = 0.05,
    seed: int = 1,
    cache: bool = True,
    progress: Progress | None = None,
) -> Territories:
    """Give every retailer a rep: near, compact and balanced in minutes.

    Minutes are those of the horizon's cadence in the long run: service, and an estimate of travel
    along the roads (docs/territories.md). A rep's share of them follows from the working time.

    Parameters
    ----------
    retailers, reps, locks
        Tables, as for ``plan_routes``. A retailer whose column ``rep_fixed`` says yes keeps its
        rep; one that names several reps is given to one of them in a redesign.
    roads
        A road source, as for ``plan_routes``.
    start, weeks
        First day of the horizon and its length in weeks: they say how long each rep works.
    datum, policy
        As for ``plan_routes``.
    redesign
        Divide all retailers anew; else only those without a rep get one.
    fixed
        Ids of further retailers that keep their rep.
    max_moved
        How many retailers may change their rep, None for any number. Those whose rep does not
        reach them change without being counted.
    tolerance
        The part by which the minutes of a rep may be off the rep's share.
    seed
        Of the starts that are tried; the same input and seed give the same territories.
    cache
        Keep the road network on disk beside the extract.
    progress
        Called with (stage, share done).

    Returns
    -------
    Territories
        The table of retailers with its reps, figures before and after, and how many reps the
        cadences need.

    Raises
    ------
    InputError
        With every problem of every table (VR1xxx); VR1415 for an option that can't be kept,
        VR1416 for more retailers than can be divided at a time.
    RoadsError
        When the roads can't be used (VR3xxx).
    """
    rules = policy if isinstance(policy, Policy) else load_policy(policy)
    table = read_table("retailers", retailers)
    horizon = Horizon(read_start(start), weeks)
    inputs = load_inputs(table, reps, locks=locks, horizon=horizon, policy=rules, datum=datum)
    options = TerritoryOptions(redesign, fixed, max_moved, tolerance, seed, cache, progress)
    return assign_inputs(inputs, roads, rules, options, table)


def assign_workspace(
    workspace: Workspace | str | Path, options: TerritoryOptions | None = None
) -> Territories:
    """Give the retailers of a workspace file a rep; raises as ``assign_territories`` does."""
    if not isinstance(workspace, Workspace):
        workspace = read_workspace(workspace)
    table = read_table("retailers", workspace.retailers)
    inputs = workspace.load(table)
    roads = named_roads(workspace)
    return assign_inputs(inputs, roads, workspace.policy, options or TerritoryOptions(), table)


def count_workspace_reps(
    workspace: Workspace | str | Path,
    *,
    cache: bool = True,
    warn: Callable[[str], None] | None = None,
) -> Headcount:
    """Return how many reps the cadences of a workspace file need; nothing is divided.

    ``warn`` is called with every problem of a row and every warning of the roads, as text.
    """
    if not isinstance(workspace, Workspace):
        workspace = read_workspace(workspace)
    inputs, policy = workspace.load(), workspace.policy
    source = _opened(named_roads(workspace), inputs, policy, cache=cache)
    landscape = lay_out(inputs, source, policy, redesign=True)
    for text in (*map(str, inputs.problems), *source.warnings):
        (warn or (lambda _text: None))(text)
    return count_reps(landscape, Measure(landscape.land))


def _opened(roads: Any, inputs: PlanInput, policy: Policy, *, cache: bool) -> RoadSource:
    """Return the road source of an input; an extract of another area is told before it is read."""
    start = inputs.horizon.start
    return open_roads(roads, policy, cache=cache, on=start, near=bases(inputs.reps))


def assign_inputs(
    inputs: PlanInput,
    roads: Any,
    policy: Policy,
    options: TerritoryOptions,
    table: Table | None = None,
) -> Territories:
    """Give the retailers of loaded input a rep; ``table`` is what they were read from."""
    _check_options(inputs, options)
    report = options.progress or (lambda _stage, _done: None)
    report("roads", 0.0)
    source = _opened(roads, inputs, policy, cache=options.cache)
    landscape = lay_out(inputs, source, policy, redesign=options.redesign, fixed=options.fixed)
    report("roads", 1.0)
    terms = Terms(options.tolerance * MARGIN, options.max_moved)
    division, measure = design(
        landscape.land, terms, options.seed, lambda done: report("territories", done)
    )
    owner = division.owner
    after = _owners(inputs, landscape, owner.tolist())
    return Territories(
        inputs=_with_owners(inputs, after),
        before={r.id: r.rep for r in inputs.retailers},
        after=after,
        figures_before=measure_division(landscape, measure, landscape.land.before),
        figures_after=measure_division(landscape, measure, owner),
        unassigned=_unassigned(inputs, landscape),
        headcount=count_reps(landscape, measure),
        policy=policy,
        roads=source,
        options=options,
        table=table,
    )


def _check_options(inputs: PlanInput, options: TerritoryOptions) -> None:
    """Raise ``InputError`` VR1415 with every option that can't be kept."""
    problems = []

    def fail(column: str, message: str, hint: str) -> None:
        problems.append(Problem("VR1415", message, column=column, hint=hint))

    if not 0 < options.tolerance <= 1:
        fail("tolerance", f"{options.tolerance} is no part of a share", "0.05 is 5 %")
    if options.max_moved is not None and options.max_moved < 0:
        fail("max_moved", f"{options.max_moved} retailers can't move", "0 or more, or none given")
    if isinstance(options.fixed, str):
        fail("fixed", f"'{options.fixed}' is one text, not a list of ids", "give a list of ids")
    else:
        known = {r.id: r for r in inputs.retailers}
        for name in options.fixed:
            if name not in known:
                fail("fixed", f"no retailer is called '{name}'", "look at the ids of the table")
            elif known[name].rep is None:
                fail("fixed", f"'{name}' has no rep to keep", "name its rep in the table")
    if problems:
        raise InputError(problems)


def _owners(inputs: PlanInput, landscape: Landscape, owner: list[int]) -> dict[str, str | None]:
    """Return the rep of every retailer, in order; None for nobody or for several."""
    found = {r.id: r.rep for r in inputs.retailers}
    for shop, rep in zip(landscape.retailers, owner, strict=True):
        if rep != NOBODY:
            found[shop.id] = landscape.reps[rep].id
    return found


def _with_owners(inputs: PlanInput, after: Mapping[str, str | None]) -> PlanInput:
    shops = tuple(
        r if after[r.id] is None else replace(r, rep=after[r.id], team=()) for r in inputs.retailers
    )
    return replace(inputs, retailers=shops)


def _unassigned(inputs: PlanInput, landscape: Landscape) -> tuple[Excluded, ...]:
    """Return the retailers that have no rep, or keep one who does not reach them, and why."""
    found = []
    for shop in inputs.retailers:
        if shop.id in landscape.aside:
            code, reason = landscape.aside[shop.id]
            found.append(
                Excluded(shop.id, code, reason, lon=shop.lon, lat=shop.lat, name=shop.name)
            )
    return tuple(found)
