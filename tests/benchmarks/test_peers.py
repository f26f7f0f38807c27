from __future__ import annotations

import pytest
from benchmarks.month import Month, plain_month, time_route, verify_month
from benchmarks.peers import solve_peer
from benchmarks.peers.repair import repair
from benchmarks.sets.repmonth_full import to_month

from benchmarks import repinputs


@pytest.fixture(scope="module")
def month() -> Month:
    own = repinputs.make_inputs(2, size=12, load="under")
    return plain_month(to_month(own.name, own.problem))


@pytest.mark.parametrize("peer", ["ortools", "pyvrp", "vroom"])
@pytest.mark.filterwarnings("ignore")
def test_a_peer_plans_everything_without_faults(peer: str, month: Month) -> None:
    pytest.importorskip(peer)
    solution = solve_peer(month, peer, 1, 1.0)
    found = verify_month(month, solution)
    assert found.faults == []
    # With so few shops a visit is long; some fit into no window.
    hopeless = [v for v in month.visits if not any(time_route(month, d, [v]) for d in v.days)]
    assert found.worth == sum(v.worth for v in hopeless)


def test_peers_are_given_seconds(month: Month) -> None:
    with pytest.raises(ImportError, match="--seconds"):
        solve_peer(month, "ortools", 1, None)


def test_an_unknown_peer_is_refused(month: Month) -> None:
    with pytest.raises(ImportError, match="there are"):
        solve_peer(month, "excel", 1, 1.0)


def test_repair_takes_out_what_has_no_clock_and_puts_back_what_fits(month: Month) -> None:
    # Everything that may lie on day 0, in the order of the list: far too much for one day.
    crowded = {0: [v for v in month.visits if 0 in v.days]}
    found = verify_month(month, repair(month, crowded))
    assert found.faults == []
