"""Other planners, wrapped so that each can show its best on the same month."""

from __future__ import annotations

import importlib

from benchmarks.month import Month, Solution

PEERS = ("ortools", "pyvrp", "vroom")


def solve_peer(month: Month, solver: str, seed: int, seconds: float | None) -> Solution:
    """Return what a peer finds; ``ImportError`` when it is unknown or not installed."""
    if solver not in PEERS:
        raise ImportError(f"no adapter for {solver}; there are {', '.join(PEERS)}")
    if seconds is None:
        raise ImportError(f"{solver} counts no iterations of ours: give --seconds")
    peer = importlib.import_module(f"benchmarks.peers.{solver}")
    return peer.solve_month(month, seed, seconds)
