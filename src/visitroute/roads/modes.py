"""Which ways a travel mode may use, in which direction and how fast.

The rules follow the profiles of OSRM, but for what is said here:

- Pushed bicycles: OSRM pushes a bicycle at 4 km/h wherever walkers may go, and at 2 km/h on
  steps. Here a class with speed 0 stays closed to a mode, and a bicycle is pushed only where
  a tag says so: bicycle=dismount (4 km/h, also against a one-way street), and on steps
  bicycle=yes or ramp:bicycle=yes (2 km/h). Nobody pushes an e-bike up steps. A policy that
  gives footway, pedestrian or steps a speed has bicycles pushed there.
- Motorways are closed to walkers and bicycles, as is whatever has motorroad=yes; a trunk
  road without it is open to them.
- Areas (area=yes): walkers and bicycles go along the outline, motor vehicles not at all.
  Squares drawn as multipolygon relations are not read.
- Private access: OSRM lets a car begin and end its way on a private street, if it is not a
  service road. Here access=private is closed to all unless the policy opens it: whether a gate
  opens for the rep is not known, and an open one would be a short cut. A shop behind it is tied
  to the public street.
- Posted limits: OSRM takes four fifths of one as the speed, on every class. Here that holds
  for motor vehicles from motorways down to tertiary roads, with their links; on smaller streets,
  where 50 is posted and nobody drives 40 from corner to corner, a limit only lowers the speed.
- highway=road, a road of which nothing is known yet, is closed in OSRM and open here.
- access=destination, customers and delivery are open to all, also as a way through: a rep
  is all three.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from visitroute.model import TravelMode
from visitroute.policy import SpeedTable

_CHAINS: Mapping[TravelMode, tuple[str, ...]] = {
    TravelMode.CAR: ("motorcar", "motor_vehicle", "vehicle", "access"),
    TravelMode.MOTORBIKE: ("motorcycle", "motor_vehicle", "vehicle", "access"),
    TravelMode.EBIKE: ("electric_bicycle", "bicycle", "vehicle", "access"),
    TravelMode.BICYCLE: ("bicycle", "vehicle", "access"),
    TravelMode.FOOT: ("foot", "access"),
}
"""Access keys of OpenStreetMap by mode; the first one that is tagged decides."""

_GENERAL = ("vehicle", "access")
_MOTOR = (TravelMode.CAR, TravelMode.MOTORBIKE)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OPEN = _words(
    "yes designated permissive official public destination customers delivery allowed dismount "
    "use_sidepath unknown"
)
_CLOSED = _words(
    "no private agricultural forestry emergency military restricted psv bus hov permit residents "
    "employees students"
)
_OPENING = _words("yes designated permissive official destination dismount")
"""Values with which a mode's own key opens a class that is closed to it by default."""

_FORWARD = frozenset(("yes", "true", "1"))
_BACKWARD = frozenset(("-1", "reverse"))

RELEVANT_KEYS = _words(
    "highway route access vehicle motor_vehicle motorcar motorcycle bicycle electric_bicycle foot "
    "oneway oneway:vehicle oneway:motor_vehicle oneway:motorcar oneway:motorcycle oneway:bicycle "
    "oneway:electric_bicycle junction cycleway cycleway:left cycleway:right cycleway:both "
    "cycleway:left:oneway cycleway:right:oneway maxspeed maxspeed:forward maxspeed:backward "
    "duration motorroad area impassable smoothness service tunnel layer ramp:bicycle "
    "surface tracktype access:conditional vehicle:conditional motor_vehicle:conditional "
    "motorcar:conditional motorcycle:conditional bicycle:conditional "
    "electric_bicycle:conditional foot:conditional"
)
"""Tags that are read; ways that agree in all of them are treated alike."""

NODE_KEYS = _words(
    "barrier highway access vehicle motor_vehicle motorcar motorcycle bicycle electric_bicycle "
    "foot locked traffic_signals:direction"
)
"""Tags of nodes that are read."""

_PASSED = {
    "motor": _words(
        "no entrance gate lift_gate swing_gate sliding_gate bump_gate toll_booth border_control "
        "cattle_grid sally_port checkpoint height_restrictor kerb coupure hampshire_gate"
    ),
    "slow": _words("yes wall fence hedge city_wall retaining_wall guard_rail"),
}
"""Barriers that motor vehicles pass where no tag speaks of access, and those others don't."""

_CONDITIONAL = re.compile(r"^\s*([a-z_]+)\s*@\s*\(?(.*?)\)?\s*$")

_LIMIT = re.compile(r"^(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph|knots)?$")
_LAYER = re.compile(r"-?\d+(?:\.\d+)?")
_KMH = {"mph": 1.609344, "knots": 1.852}
_WALKING_KMH = 6.0
_PUSHING_KMH, _PUSHING_ON_STEPS_KMH = 4.0, 2.0
_PUSHED = (TravelMode.BICYCLE, TravelMode.EBIKE)

_TO_THE_LIMIT = frozenset(("motorway", "trunk", "primary", "secondary", "tertiary"))
"""Classes, with their links, on which motor vehicles drive by the posted limit."""

MOTORWAYS = frozenset(("motorway", "motorway_link"))
"""Classes on which nobody stops: points are not tied to them."""

_NOT_UNDERGROUND = frozenset(("", "no", "building_passage"))

_CLOCK_DURATION = re.compile(r"^(?:(\d+):)?(\d+)(?::(\d{2}))?$")
_ISO_DURATION = re.compile(r"^PT?(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$")


@dataclass(frozen=True, slots=True)
class Passage:
    """How a mode may use a way: km/h along and against its direction, 0 where it may not.

    ``duration`` is the time in seconds for the whole way where a ferry gives it.
    """

    forward: float = 0.0
    backward: float = 0.0
    duration: float | None = None


CLOSED = Passage()


def find_passage(
    tags: Mapping[str, str],
    mode: TravelMode,
    speeds: SpeedTable,
    surfaces: SpeedTable | None = None,
    *,
    private: bool = False,
) -> Passage:
    """Return how ``mode`` may use a way with these tags, at the speeds of a policy table.

    ``surfaces`` caps the speed by the way's surface, tracktype and smoothness; ``private``
    opens private ways. A way that is closed but for some dates counts as open.
    """
    condition = find_condition(tags, mode)
    if condition is not None and condition[1] in _OPEN:
        tags = {**tags, condition[0]: condition[1]}
    allowed, own, word = _permission(tags, mode)
    if private and word == "private":
        allowed = True
    if not allowed or _is_barred(tags, mode):
        return CLOSED
    if _is_ferry(tags):
        return _ferry(tags, mode, speeds)
    speed = _class_speed(tags, speeds, own=own)
    pushed = mode in _PUSHED and word == "dismount"
    if pushed:
        speed = min(speed, _PUSHING_KMH)
    if speed <= 0 and mode is TravelMode.BICYCLE and _has_ramp(tags, own=own):
        speed = _PUSHING_ON_STEPS_KMH
    if speed <= 0:
        return CLOSED
    ground = _surface_speed(tags, surfaces) if surfaces and not pushed else float("inf")
    # Who pushes is a walker: one-way streets are not meant.
    along, against = (True, True) if pushed else _directions(tags, mode)
    share = speeds.get("maxspeed_share", 0.0)
    lifts = mode in _MOTOR and tags.get("highway", "").removesuffix("_link") in _TO_THE_LIMIT
    ahead = _limited(speed, tags, "maxspeed:forward", share, lifts=lifts)
    back = _limited(speed, tags, "maxspeed:backward", share, lifts=lifts)
    return Passage(min(ahead, ground) if along else 0.0, min(back, ground) if against else 0.0)


def is_blocked(tags: Mapping[str, str], mode: TravelMode) -> bool:
    """Tell whether a mode can't pass a node with these tags: a bollard, a locked gate.

    Access tags on the node decide; where there are none, the kind of barrier does.
    """
    barrier = tags.get("barrier")
    if barrier is None:
        return False
    allowed, _, word = _permission(tags, mode)
    if word:
        return not allowed
    if tags.get("locked") == "yes":
        return True
    return barrier not in _PASSED["motor"] if mode in _MOTOR else barrier in _PASSED["slow"]


def find_condition(tags: Mapping[str, str], mode: TravelMode) -> tuple[str, str, str] | None:
    """Return (key, value, hours) of the conditional access that decides for a mode.

    ``hours`` is in the opening_hours syntax of OpenStreetMap. Of several clauses only the
    first that is about time, and not about weight or length, is read.
    """
    for key in _CHAINS[mode]:
        for clause in _split_clauses(tags.get(f"{key}:conditional", "")):
            if match := _CONDITIONAL.match(clause):
                word, hours = match[1], match[2]
                if word in _OPEN | _CLOSED and not set(hours) & set("<>="):
                    return key, word, hours
    return None


def split_conditional(text: str) -> tuple[str, str]:
    """Return (value, hours) of the first clause ``value @ (hours)`` of a text; empty for none."""
    for clause in _split_clauses(text):
        if match := _CONDITIONAL.match(clause):
            return match[1], match[2]
    return "", ""


def _split_clauses(text: str) -> list[str]:
    """Split ``no @ (a; b); yes @ (c)`` at the semicolons outside brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == ";" and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part for part in parts if part.strip()]


def is_snappable(tags: Mapping[str, str]) -> bool:
    """Tell whether shops may stand on a way: not on ferries, motorways and underground.

    Underground is a tunnel that is no passage through a building and lies on a layer below
    0; ``tunnel=yes`` counts without a layer as well.
    """
    if _is_ferry(tags) or tags.get("highway") in MOTORWAYS:
        return False
    tunnel = tags.get("tunnel", "").strip().lower()
    if tunnel in _NOT_UNDERGROUND:
        return True
    layers = _LAYER.findall(tags.get("layer", ""))
    # A way on several layers leaves the ground where the highest is no longer below it.
    return max(map(float, layers)) >= 0 if layers else tunnel != "yes"


def parse_maxspeed(text: str) -> float | None:
    """Return a posted limit in km/h, None where the text names none.

    Read are ``50``, ``50 km/h``, ``30 mph``, ``10 knots``, ``walk`` and lists such as
    ``50;30``, of which the lowest counts; ``none``, ``signals`` and country codes such as
    ``RU:urban`` are no limit that could be computed with.
    """
    found = []
    for part in text.lower().split(";"):
        if part.strip() == "walk":
            found.append(_WALKING_KMH)
        elif match := _LIMIT.match(part.strip()):
            found.append(float(match[1]) * _KMH.get(match[2] or "", 1.0))
    limits = [limit for limit in found if limit > 0]
    return min(limits) if limits else None


def parse_duration(text: str) -> float | None:
    """Return a duration tag in seconds: ``20`` (minutes), ``1:20``, ``0:12:30``, ``PT1H20M``."""
    text = text.strip()
    if match := _CLOCK_DURATION.match(text):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
    elif match := _ISO_DURATION.match(text):
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        hours += 24 * days
    else:
        return None
    total = float(3600 * hours + 60 * minutes + seconds)
    return total if total > 0 else None


def _is_ferry(tags: Mapping[str, str]) -> bool:
    return tags.get("route") == "ferry" and "highway" not in tags


def _permission(tags: Mapping[str, str], mode: TravelMode) -> tuple[bool, bool, str]:
    """Return (allowed, opened, word): the first access tag that says something clear decides.

    ``opened`` tells that a key of the mode's own says yes, which opens classes closed to
    the mode by default. ``word`` is the value that decided.
    """
    for key in _CHAINS[mode]:
        for value in tags.get(key, "").split(";"):
            word = value.strip().lower()
            if word in _CLOSED:
                return False, False, word
            if word in _OPEN:
                return True, key not in _GENERAL and word in _OPENING, word
    return True, False, ""


def _is_barred(tags: Mapping[str, str], mode: TravelMode) -> bool:
    if tags.get("service") == "emergency_access":
        return True
    if mode is TravelMode.FOOT:
        return tags.get("motorroad") == "yes"
    if tags.get("impassable") == "yes" or (tags.get("area") == "yes" and mode in _MOTOR):
        return True
    if tags.get("smoothness") == "impassable":
        return True
    return tags.get("motorroad") == "yes" and mode not in _MOTOR


def _class_speed(tags: Mapping[str, str], speeds: SpeedTable, *, own: bool) -> float:
    """Return km/h of the way's class, before limits; 0 when it is closed."""
    name = tags.get("highway", "")
    if name not in speeds:
        name = name.removesuffix("_link")
    if name not in speeds or name in ("ferry", "permitted", "maxspeed_share"):
        return 0.0
    speed = speeds[name]
    permitted = speeds.get("permitted", 0.0)
    # On steps bicycle=yes speaks of pushing along a ramp, not of riding.
    if speed <= 0 and own and name != "steps":
        return permitted
    return speed


def _surface_speed(tags: Mapping[str, str], surfaces: SpeedTable) -> float:
    """Return the km/h that the ground allows: the least that surface and grade name."""
    words = [w.strip() for key in ("surface", "tracktype", "smoothness") if (w := tags.get(key))]
    limits = [limit for word in words if (limit := surfaces.get(word, 0.0)) > 0]
    return min(limits, default=float("inf"))


def opens_by_condition(condition: tuple[str, str, str]) -> bool:
    """Tell whether a conditional access opens a way (else it closes it)."""
    return condition[1] in _OPEN


def _has_ramp(tags: Mapping[str, str], *, own: bool) -> bool:
    """Tell whether a bicycle can be pushed along steps; ``own`` as in ``_permission``."""
    return tags.get("highway") == "steps" and (own or tags.get("ramp:bicycle") == "yes")


def _limited(
    speed: float, tags: Mapping[str, str], key: str, share: float, *, lifts: bool
) -> float:
    """Return km/h under a posted limit: it lowers the speed, and where it ``lifts`` it sets it."""
    limit = parse_maxspeed(tags.get(key, tags.get("maxspeed", "")))
    if limit is None or share <= 0:
        return speed
    return limit * share if lifts else min(speed, limit * share)


def _directions(tags: Mapping[str, str], mode: TravelMode) -> tuple[bool, bool]:
    """Return whether the mode may go (along, against) the way's own direction."""
    if mode is TravelMode.FOOT:
        return True, True
    for key in _CHAINS[mode][:-1]:
        if (value := tags.get(f"oneway:{key}")) is not None:
            return _read_oneway(value)
    if mode not in _MOTOR and _has_contraflow(tags):
        return True, True
    if (value := tags.get("oneway")) is not None:
        return _read_oneway(value)
    implied = tags.get("junction") in ("roundabout", "circular")
    return True, not (implied or tags.get("highway") == "motorway")


def _read_oneway(value: str) -> tuple[bool, bool]:
    value = value.strip().lower()
    if value in _FORWARD:
        return True, False
    if value in _BACKWARD:
        return False, True
    # A reversible lane's direction depends on the hour: nothing to plan with.
    return (False, False) if value == "reversible" else (True, True)


def _has_contraflow(tags: Mapping[str, str]) -> bool:
    sides = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")
    if any(tags.get(side, "").startswith("opposite") for side in sides):
        return True
    # cycleway:left:oneway=no or -1: the lane on that side runs against the traffic.
    return any(
        tags.get(f"{side}:oneway") in ("no", "-1") and tags.get(side, "no") not in ("no", "none")
        for side in sides[1:3]
    )


def _ferry(tags: Mapping[str, str], mode: TravelMode, speeds: SpeedTable) -> Passage:
    named = any(key in tags for key in _CHAINS[mode] if key not in _GENERAL)
    # A ferry that names walkers or bicycles but no motor vehicle carries passengers only.
    if mode in _MOTOR and not named and ("foot" in tags or "bicycle" in tags):
        return CLOSED
    speed = speeds.get("ferry", 0.0)
    along, against = _directions(tags, mode)
    return Passage(
        speed if along else 0.0,
        speed if against else 0.0,
        parse_duration(tags.get("duration", "")),
    )
