"""JSON without spaces, and GeoJSON with a feature on each line: small, and easy to compare."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any


def dump(value: Any) -> str:
    """Return a value as JSON on one line; raises ``ValueError`` for what JSON can't say."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def feature_collection(head: Mapping[str, Any], features: Iterable[Mapping[str, Any]]) -> str:
    """Return a FeatureCollection with ``head`` as its foreign member ``visitroute``."""
    lines = ",\n".join(map(dump, features))
    return (
        f'{{"type":"FeatureCollection",\n"visitroute":{dump(head)},\n"features":[\n{lines}\n]}}\n'
    )
