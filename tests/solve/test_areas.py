"""The first days by CP-SAT: within dates, gaps and counts, and the fewest visits left out."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from builders import compile_for, make_rep, make_shop, matrix_of, random_inputs, small_inputs
from visitroute.model import Quadrant, Task
from visitroute.solve.areas import choose_days


def test_keeps_dates_gaps_and_counts() -> None:
    chosen = left = 0
    for seed in range(12):
        problem = compile_for(*random_inputs(seed, 10, weeks=2, tight=seed % 2 == 0))
        if not problem.days or not problem.clients:
            continue
        found = choose_days(problem, 1)
        stops: Counter[int] = Counter()
        for client, served in zip(problem.clients, found, strict=True):
            asks = (*client.cadence, *client.others)
            allowed = {a.request.id: a.days for a in asks}
            assert all(day in allowed[name] for name, day in served.items())
            planned = [
                (a.request.index, problem.offsets[served[a.request.id]])
                for a in client.cadence
                if a.request.id in served
            ]
            if planned and client.last is not None:
                assert planned[0][1] - client.last >= client.min_gap
            for (i, a), (j, b) in pairwise(planned):
                assert client.min_gap <= b - a <= (j - i) * client.max_gap
            stops.update(set(served.values()))
            chosen += len(served)
            left += len(asks) - len(served)
        assert all(n <= problem.days[day].max_visits for day, n in stops.items())
    assert chosen > 60
    assert left > 20


def test_fills_every_day_when_there_is_more_to_do_than_fits() -> None:
    names = [f"S{i:02}" for i in range(12)]
    ids = ("@start/R1", "@end/R1", *names)
    matrix = matrix_of(ids, [[0 if a == b else 5 for b in ids] for a in ids])
    inputs, rep, _ = small_inputs(
        rep=make_rep(max_visits=2),
        retailers=tuple(map(make_shop, names)),
        tasks=(Task("t", "S07", Quadrant.Q1, small_inputs()[0].horizon.end),),
    )
    problem = compile_for(inputs, rep, matrix)
    found = choose_days(problem, 1)
    assert Counter(day for served in found for day in set(served.values())) == dict.fromkeys(
        range(5), 2
    )
    assert "S07@t" in found[7]  # the urgent one is never left out


def test_the_same_seed_chooses_the_same_days() -> None:
    problem = compile_for(*random_inputs(5, 12, weeks=2))
    assert choose_days(problem, 3) == choose_days(problem, 3)
