"""Generated rep months and extracted shops: complete, on the streets, the same each time."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import generate, shops, workspace
from visitroute.coordinates import to_wgs84
from visitroute.load import load_workspace
from visitroute.model import Quadrant, Retailer, Segment, TravelMode
from visitroute.policy import load_policy
from visitroute.priority.segments import derive_segment

LON, LAT, STEP, SIZE = 9.5, 47.1, 0.001, 20
SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"


def write_osm(path: Path, shops_xml: str = "") -> Path:
    """Write a grid of residential streets, an island of one street, and a closed street."""
    nodes, ways = [], []
    for row in range(SIZE):
        for column in range(SIZE):
            ref = 1 + row * SIZE + column
            nodes.append((ref, LON + column * STEP, LAT + row * STEP))
    for k in range(SIZE):
        ways.append(([1 + k * SIZE + c for c in range(SIZE)], "residential", ""))
        ways.append(([1 + r * SIZE + k for r in range(SIZE)], "tertiary", ""))
    nodes += [(9001, LON + 1, LAT), (9002, LON + 1.001, LAT), (9003, LON - 1, LAT)]
    ways.append(([9001, 9002], "residential", ""))
    ways.append(([1, 9003], "residential", "private"))
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
    lines += [f'<node id="{r}" lon="{x:.7f}" lat="{y:.7f}" version="1"/>' for r, x, y in nodes]
    lines.append(shops_xml)
    for k, (refs, highway, access) in enumerate(ways):
        lines.append(f'<way id="{k + 1}" version="1">')
        lines += [f'<nd ref="{ref}"/>' for ref in refs]
        lines.append(f'<tag k="highway" v="{highway}"/>')
        lines += [f'<tag k="access" v="{access}"/>'] if access else []
        lines.append("</way>")
    lines += [_way(500, [1, 2, 22, 21, 1], {"shop": "mall", "name": "Square"}), "</osm>"]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _way(ref: int, refs: list[int], tags: dict[str, str]) -> str:
    inside = "".join(f'<nd ref="{r}"/>' for r in refs)
    return f'<way id="{ref}" version="1">{inside}{_tags(tags)}</way>'


def _node(ref: int, lon: float, lat: float, tags: dict[str, str]) -> str:
    return f'<node id="{ref}" lon="{lon}" lat="{lat}" version="1">{_tags(tags)}</node>'


def _tags(tags: dict[str, str]) -> str:
    return "".join(f'<tag k="{k}" v="{v}"/>' for k, v in tags.items())


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_osm(tmp_path_factory.mktemp("town") / "town.osm")


@pytest.fixture(scope="module")
def month(town: Path) -> dict[str, pd.DataFrame]:
    return generate.rep_month(town, 60, seed=3, mode="foot")


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tags = {
        "shop": "kiosk",
        "name": "清泉便利店",
        "addr:street": "Long Road",
        "addr:housenumber": "3",
        "addr:postcode": "9490",
        "addr:city": "Town",
        "contact:phone": "+1 2",
        "opening_hours": "Mo-Fr 10:00-18:00",
    }
    shops_xml = "\n".join(
        [
            _node(7002, 9.5101, 47.1101, {"shop": "bakery", "opening_hours": "ask inside"}),
            _node(7001, 9.5001, 47.1001, tags),
            _node(7003, 9.5102, 47.1102, {"amenity": "cafe", "name": "No shop"}),
        ]
    )
    return write_osm(tmp_path_factory.mktemp("street") / "street.osm", shops_xml)


def test_vertices_are_of_the_largest_part_and_open_to_the_public(town: Path) -> None:
    vertices = generate.read_street_vertices(town, "car")
    assert len(vertices) == SIZE * SIZE
    assert vertices[:, 0].max() < LON + SIZE * STEP


def test_a_month_is_complete(month: dict[str, pd.DataFrame]) -> None:
    retailers, reps, tasks, visits = (
        month[name] for name in ("retailers", "reps", "tasks", "visits")
    )
    assert len(retailers) == retailers["id"].nunique() == 60
    assert list(reps["id"]) == ["R01"]
    assert set(retailers["rep"]) == {"R01"}
    assert set(tasks["retailer"]) <= set(retailers["id"])
    assert set(tasks["quadrant"]) == set(Quadrant)
    seen = visits["retailer"].nunique() / len(retailers)
    assert seen == pytest.approx(0.7, abs=0.05)
    days = [date.fromisoformat(day) for day in visits["date"]]
    assert min(days) >= workspace.START - timedelta(days=workspace.HISTORY_DAYS)
    assert max(days) < workspace.START
    assert not visits.duplicated(["retailer", "date"]).any()
    assert not [name for name in month if month[name].isna().any(axis=None)]


def test_retailers_stand_on_streets_in_town_and_villages(
    town: Path, month: dict[str, pd.DataFrame]
) -> None:
    retailers = month["retailers"]
    vertices = generate.read_street_vertices(town, "foot")
    scale = workspace.METRES_PER_DEGREE * np.array([np.cos(np.radians(LAT)), 1.0])
    points = retailers[["lon", "lat"]].to_numpy()
    away = np.hypot(*((points[:, None] - vertices[None]) * scale).transpose(2, 0, 1)).min(axis=1)
    assert away.max() < 6 * generate.KERB_M
    in_town = retailers["name"].str.startswith("Town")
    assert in_town.sum() == 36
    assert (~in_town).sum() == 24
    base = month["reps"][["lon", "lat"]].to_numpy()[0]
    spread = np.hypot(*((points - base) * scale).T)
    assert np.median(spread[in_town]) < np.median(spread[~in_town])


def test_same_seed_same_tables_and_another_seed_others(
    town: Path, month: dict[str, pd.DataFrame]
) -> None:
    again = generate.rep_month(town, 60, seed=3, mode="foot")
    other = generate.rep_month(town, 60, seed=4, mode="foot")
    for name, table in month.items():
        pd.testing.assert_frame_equal(table, again[name])
    assert not month["retailers"].equals(other["retailers"])


def test_too_many_retailers_and_no_streets_are_refused(town: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="401 retailers on 400 street vertices"):
        generate.rep_month(town, 401, seed=1)
    empty = tmp_path / "empty.osm"
    empty.write_text('<osm version="0.6"><node id="1" lon="1" lat="1" version="1"/></osm>')
    with pytest.raises(ValueError, match="no street for shops"):
        generate.rep_month(empty, 5, seed=1)


def test_generate_writes_a_workspace(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert generate.main([str(town), str(out), "--retailers", "30", "--seed", "2"]) == 0
    assert capsys.readouterr().out.startswith("30 retailers, 1 reps")
    spec = tomllib.loads((out / "visitroute.toml").read_text("utf-8"))
    assert set(spec["inputs"]) == {"retailers", "reps", "tasks", "visits", "roads"}
    assert (out / spec["inputs"]["roads"]).resolve() == town.resolve()
    inputs = load_workspace(out / "visitroute.toml")
    assert inputs.problems == ()
    assert len(inputs.retailers) == 30


def test_shops_are_read_from_nodes_and_ways(street: Path) -> None:
    found = shops.read_shops(street)
    assert [s.id for s in found] == ["n7001", "n7002", "w500"]
    kiosk, bakery, square = found
    assert kiosk.name == "清泉便利店"
    assert kiosk.address == "Long Road 3, 9490 Town"
    assert (kiosk.phone, kiosk.opening_hours) == ("+1 2", "Mo-Fr 10:00-18:00")
    assert (bakery.name, bakery.opening_hours) == ("", "")  # hours that can't be parsed
    assert (square.lon, square.lat) == pytest.approx((LON + STEP / 2, LAT + STEP / 2), abs=1e-7)


def test_clusters_are_those_one_sees() -> None:
    lon = np.array([0.0, 0.1, 5.0, 5.1, 0.05])
    label = shops.cluster(lon, np.zeros(5), 2)
    assert label[0] == label[1] == label[4] != label[2] == label[3]


def test_each_rep_is_based_at_a_shop_of_the_cluster(street: Path) -> None:
    tables = shops.make_tables(shops.read_shops(street), 2, "ebike")
    retailers, reps = tables["retailers"], tables["reps"]
    assert set(retailers["rep"]) == set(reps["id"]) == {"R01", "R02"}
    for rep in reps.itertuples():
        own = retailers[retailers["rep"] == rep.id]
        assert (rep.lon, rep.lat) in set(zip(own["lon"], own["lat"], strict=True))
    with pytest.raises(ValueError, match="4 reps for 3 shops"):
        shops.make_tables(shops.read_shops(street), 4, "car")


def test_shops_in_chinese_in_gb18030_and_gcj02(street: Path, tmp_path: Path) -> None:
    out = tmp_path / "beijing.csv"
    arguments = ["--chinese", "--encoding", "gb18030", "--datum", "bd09", "--mode", "ebike"]
    # shifted to China's longitudes, where the datums differ
    east = street.read_text("utf-8").replace('lon="9.5', 'lon="109.5')
    (tmp_path / "east.osm").write_text(east, encoding="utf-8")
    assert shops.main([str(tmp_path / "east.osm"), str(out), *arguments]) == 0
    table = pd.read_csv(out, encoding="gb18030")
    assert list(table.columns) == list(shops.CHINESE_COLUMNS.values())
    assert table["店名"][0] == "清泉便利店"
    assert set(table["成长意愿"]) <= {"强", "弱"}
    assert set(table["客户细分"]) <= {"提升型", "维持型", "指导型", "关注型"}
    lon, lat = to_wgs84(table["经度"], table["纬度"], "bd09")
    assert abs(table["经度"][0] - 109.5001) > 0.002
    assert (lon[0], lat[0]) == pytest.approx((109.5001, 47.1001), abs=2e-7)
    reps = pd.read_csv(tmp_path / "beijing-reps.csv", encoding="gb18030")
    assert reps["出行方式"][0] == "电动车"
    spec = tomllib.loads((tmp_path / "visitroute.toml").read_text("utf-8"))
    assert spec["inputs"]["datum"] == "bd09"
    inputs = load_workspace(tmp_path / "visitroute.toml")
    assert inputs.excluded == ()
    first = inputs.retailers[0]
    assert (first.name, first.extra) == ("清泉便利店", (("店铺类型", "kiosk"),))
    assert (first.lon, first.lat) == pytest.approx((109.5001, 47.1001), abs=2e-7)
    assert inputs.reps[0].mode is TravelMode.EBIKE
    assert inputs.reps[0].max_visits == reps["每日上限"][0]


@pytest.mark.parametrize(("file", "num"), [("liechtenstein.osm.pbf", 59), ("beijing_thu.osm", 77)])
def test_shops_of_real_extracts(file: str, num: int) -> None:
    if not (SHARED / file).exists():
        pytest.skip(f"{file} is not beside the project")
    assert len(shops.read_shops(SHARED / file)) == num


def test_made_up_columns_lead_to_their_segment() -> None:
    draws = workspace.Draws(5)
    ids = [f"S{k}" for k in range(400)]
    wanted = workspace.assign_segments(ids, draws)
    assert Counter(wanted.values()) == {
        Segment.PROMOTE: 80,
        Segment.MAINTAIN: 80,
        Segment.GUIDE: 100,
        Segment.WATCH: 140,
    }
    policy = load_policy()
    for name, segment in wanted.items():
        row = workspace.trade_columns(name, segment, draws)
        row["value"] = float(row["value"])
        assert derive_segment(Retailer(id=name, lon=0, lat=0, **row), policy) is segment


def test_draws_hang_on_the_key_alone() -> None:
    draws, again = workspace.Draws(1), workspace.Draws(1)
    ids = [f"S{k}" for k in range(50)]
    ranked = draws.ranked(ids, "a")
    without = again.ranked([i for i in ids if i != "S7"], "a")
    assert [i for i in ranked if i != "S7"] == without
    assert {draws.whole(2, 4, i) for i in ids} == {2, 3, 4}


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("", [(0, 86_400)]),
        ("Mo-Fr 09:00-12:00,13:00-18:00", [(32_400, 43_200), (46_800, 64_800)]),
        ("Sa 10:00-14:00", []),
        ("Mo 20:00-02:00", [(72_000, 86_400)]),
    ],
)
def test_open_windows_of_a_monday(text: str, windows: list[tuple[int, int]]) -> None:
    assert workspace.open_windows(text, workspace.START) == windows
