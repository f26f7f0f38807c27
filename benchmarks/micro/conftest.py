"""Runs single steps in compiled loops and prints what one call takes.

    python -m pytest benchmarks/micro --benchmark-only [-k s5] [--benchmark-json FILE]

needs the extra ``bench``. On a shared machine add --benchmark-timer=time.process_time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Protocol

import pytest
from benchmarks.micro.cases import SEEDS, Case, make_case
from benchmarks.repinputs import size_and_load
from benchmarks.tables import table_lines
from pytest_benchmark.fixture import BenchmarkFixture

ROWS: pytest.StashKey[list[dict[str, Any]]] = pytest.StashKey()


class Measure(Protocol):
    """Times ``work`` on arguments made anew for each round, in which it makes some calls."""

    def __call__(
        self,
        work: Callable[..., Any],
        arguments: Callable[[], Sequence[Any]],
        calls: int,
        rounds: int = 5,
    ) -> Any:
        """Return what the last round returned."""


@cache
def _case(seed: int) -> Case:
    return make_case(seed)


@pytest.fixture(params=SEEDS, ids=lambda s: "{:03d}-{}-s{}".format(*size_and_load(s), s))
def case(request: pytest.FixtureRequest) -> Case:
    """Return one of the months, made once in a run."""
    return _case(request.param)


@pytest.fixture
def measure(benchmark: BenchmarkFixture, request: pytest.FixtureRequest) -> Measure:
    """Return a function that times some rounds and notes what one call takes at best."""

    def run(
        work: Callable[..., Any],
        arguments: Callable[[], Sequence[Any]],
        calls: int,
        rounds: int = 5,
    ) -> Any:
        found = benchmark.pedantic(
            work, setup=lambda: (arguments(), {}), rounds=rounds, warmup_rounds=1
        )
        info = benchmark.extra_info
        info["calls"] = calls
        if benchmark.stats is not None:  # not with --benchmark-disable
            best = benchmark.stats.stats.min / calls
            info.update(us_per_call=1e6 * best, calls_per_second=1 / best)
        rows = request.config.stash.setdefault(ROWS, [])
        rows.append({"step": request.node.name, "info": info})
        return found

    return run


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print one line for each step and month; the plugin's own table counts whole loops."""
    rows = config.stash.get(ROWS, [])
    for title, is_size in (("one call, in the best round", False), ("memory", True)):
        shown = [
            {"step": row["step"], **found}
            for row in rows
            if (found := {k: v for k, v in row["info"].items() if k.endswith("_bytes") == is_size})
        ]
        if shown:
            terminalreporter.section(title)
            terminalreporter.write_line("\n".join(table_lines(shown)))
