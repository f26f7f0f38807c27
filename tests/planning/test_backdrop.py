from __future__ import annotations

import pytest

from planning.town import history, rep, shops, write_town
from visitroute.export.polyline import encode_line
from visitroute.planning import VisitPlan, plan_routes
from visitroute.planning import backdrop as module
from visitroute.planning.backdrop import draw_streets
from visitroute.roads import open_roads


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> VisitPlan:
    return plan_routes(
        shops(6),
        [rep()],
        write_town(tmp_path_factory.mktemp("town") / "town.osm"),
        start="2026-11-30",
        weeks=1,
        visits=history(shops(6)),
        effort=5,
        cache=False,
    )


def test_streets_are_drawn_around_the_places(found: VisitPlan) -> None:
    main, rest = draw_streets(found.roads, found.inputs)
    assert len(rest) > 3
    lons = [lon for line in (*main, *rest) for lon, _ in line]
    shop_lons = [r.lon for r in found.inputs.retailers]
    assert min(lons) < min(shop_lons)
    assert max(lons) > max(shop_lons)


def test_no_more_than_fits(found: VisitPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sum(map(len, draw_streets(found.roads, found.inputs)))
    monkeypatch.setattr(module, "LARGEST", 60)
    monkeypatch.setattr(module, "PER_REP", 60)
    main, rest = draw_streets(found.roads, found.inputs)
    assert 0 < len(main) + len(rest) < whole
    assert sum(len(encode_line(line)) for line in (*main, *rest)) <= 60


def test_roads_without_streets_have_none(found: VisitPlan) -> None:
    assert draw_streets(open_roads("straight", found.policy), found.inputs) == ((), ())
