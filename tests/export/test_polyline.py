from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitroute.export.polyline import decode_line, encode_line

DEGREES = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def test_the_published_example() -> None:
    line = ((-120.2, 38.5), (-120.95, 40.7), (-126.453, 43.252))
    assert encode_line(line) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"
    assert decode_line("_p~iF~ps|U_ulLnnqC_mqNvxq`@") == line


@given(st.lists(DEGREES, max_size=20))
def test_a_line_comes_back_to_the_metre(line: list[tuple[float, float]]) -> None:
    back = decode_line(encode_line(line))
    shown = [(round(lon, 5), round(lat, 5)) for lon, lat in line]
    kept = [p for i, p in enumerate(shown) if i == 0 or p != shown[i - 1]]
    if len(kept) == 1 and len(line) > 1:
        kept *= 2
    assert len(back) == len(kept)
    for found, meant in zip(back, kept, strict=True):
        assert found == pytest.approx(meant, abs=1.1e-5)


@pytest.mark.parametrize("text", ["_p~iF", "\x01\x02", "_", "é"])
def test_what_is_no_line(text: str) -> None:
    with pytest.raises(ValueError, match="encoded line"):
        decode_line(text)
