"""Both languages say the same things about the same values."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from visitroute.model import Segment
from visitroute.texts import load_texts

EN, ZH = load_texts("en"), load_texts("zh")
HAN = re.compile(r"[\u4e00-\u9fff]")


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_the_same_keys_in_the_same_order() -> None:
    assert list(EN.table) == list(ZH.table)


@pytest.mark.parametrize("key", sorted(EN.table))
def test_the_same_values_in_both_languages(key: str) -> None:
    assert placeholders(EN.table[key]) == placeholders(ZH.table[key])


def test_each_table_is_in_its_own_language() -> None:
    assert [key for key, text in EN.table.items() if HAN.search(text)] == []
    bare = [key for key, text in ZH.table.items() if not HAN.search(text)]
    assert bare == ["purpose.joint"]


def test_fills_values_in_and_knows_no_other_keys() -> None:
    assert EN.say("purpose.overdue", days=3) == "overdue by 3 days"
    assert ZH.say("purpose.overdue", days=3) == "逾期3天"
    with pytest.raises(KeyError):
        EN.say("purpose.nothing")
    with pytest.raises(KeyError):
        EN.say("purpose.overdue")


def test_every_segment_has_a_sentence() -> None:
    assert {f"purpose.{segment}" for segment in Segment} <= set(EN.table)


def test_an_unknown_language_is_no_file() -> None:
    with pytest.raises(FileNotFoundError):
        load_texts("fr")
