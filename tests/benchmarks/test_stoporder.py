from __future__ import annotations

import random
from itertools import permutations

import pytest
from benchmarks.stoporder import Job, common_windows, finish, keeps, ready_spans


def run(jobs: list[Job], order: tuple[int, ...], now: float) -> float | None:
    """Return when an order ends, told anew."""
    for i in order:
        begins = [max(now, a) for a, b in jobs[i].spans if max(now, a) <= b]
        if not begins:
            return None
        now = min(begins) + jobs[i].seconds
    return now


def some_jobs(seed: int) -> list[Job]:
    rng = random.Random(seed)  # noqa: S311 - no secret
    jobs = []
    for _ in range(rng.randint(1, 4)):
        spans: list[tuple[float, float]] = []
        for _ in range(rng.randint(1, 2)):
            opens = (spans[-1][1] if spans else 0) + rng.randint(1, 30)
            spans.append((opens, opens + rng.randint(0, 60)))
        jobs.append(Job(float(rng.randint(0, 25)), tuple(spans)))
    return jobs


@pytest.mark.parametrize("seed", range(60))
def test_the_best_order_ends_first(seed: int) -> None:
    jobs = some_jobs(seed)
    for ready in (0.0, 17.0, 40.0):
        orders = permutations(range(len(jobs)))
        ends = [end for o in orders if (end := run(jobs, o, ready)) is not None]
        found = finish(jobs, ready)
        assert (found and found[0]) == min(ends, default=None)
        if found:
            assert run(jobs, found[1], ready) == found[0]


@pytest.mark.parametrize("seed", range(60))
def test_nobody_waits_who_is_ready_in_the_spans(seed: int) -> None:
    jobs = some_jobs(seed)
    length = sum(j.seconds for j in jobs)
    for first, last in ready_spans(jobs):
        for ready in (first, (first + last) / 2, last):
            found = finish(jobs, ready)
            assert found
            assert found[0] == pytest.approx(ready + length)


def test_the_longest_service_may_go_on_after_closing() -> None:
    assert ready_spans([Job(10.0, ((0.0, 20.0),)), Job(50.0, ((0.0, 20.0),))]) == [(0.0, 10.0)]


def test_services_with_other_hours_follow_each_other() -> None:
    early, late = Job(10.0, ((0.0, 20.0),)), Job(5.0, ((30.0, 99.0),))
    assert ready_spans([early, late]) == [(20.0, 20.0)]


@pytest.mark.parametrize("seed", range(40))
def test_whatever_lies_in_a_common_window_begins_in_time(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - no secret
    stops = []
    for _ in range(rng.randint(1, 4)):
        a = rng.randint(0, 30)
        spans = [(a, a + rng.randint(0, 30))]
        b = spans[0][1] + rng.randint(1, 20)
        spans.append((b, b + rng.randint(0, 20)))
        stops.append((rng.randint(1, 30), spans))
    windows = common_windows(stops)
    assert windows
    kept = [s for s in stops if all(keeps(w, *s) for w in windows)]
    assert any(w[0] + length <= w[1] for w in windows for length, _ in kept)
    for window in windows:
        for length, spans in kept:
            for begin in range(window[0], window[1] - length + 1):
                assert any(a <= begin <= b for a, b in spans)


def test_a_window_that_is_too_long_is_told() -> None:
    assert not keeps((0, 30), 5, [(0, 20)])
    assert keeps((0, 25), 5, [(0, 20)])
    assert keeps((0, 30), 31, [(0, 20)])
