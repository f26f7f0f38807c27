"""The words a cell may hold where only some are meant, in English and 中文."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from visitroute.load.values import UnreadableError, read_text
from visitroute.model import Channel, Quadrant, Segment, TravelMode

T = TypeVar("T")


def _words(spec: Mapping[T, str]) -> dict[str, T]:
    return {word: value for value, words in spec.items() for word in words.split()}


SEGMENTS = _words(
    {
        Segment.PROMOTE: "promote 提升型 提升 提升类",
        Segment.MAINTAIN: "maintain 维持型 维持 维持类",
        Segment.GUIDE: "guide 指导型 指导 指导类",
        Segment.WATCH: "watch 关注型 关注 关注类",
    }
)
QUADRANTS = _words(
    {
        Quadrant.Q1: "q1 1 i 一 第一 第一象限 一象限 重要且紧急 重要紧急 紧急重要 紧急且重要 "
        "importantandurgent importanturgent urgentandimportant urgentimportant",
        Quadrant.Q2: "q2 2 ii 二 第二 第二象限 二象限 重要不紧急 重要但不紧急 不紧急但重要 "
        "important importantnoturgent importantbutnoturgent",
        Quadrant.Q3: "q3 3 iii 三 第三 第三象限 三象限 紧急不重要 紧急但不重要 不重要但紧急 "
        "不重要紧急 urgent urgentnotimportant urgentbutnotimportant noturgentimportant",
        Quadrant.Q4: "q4 4 iv 四 第四 第四象限 四象限 不重要不紧急 不紧急不重要 neither "
        "notimportantnoturgent notimportantandnoturgent noturgentnotimportant",
    }
)
CHANNELS = _words(
    {
        Channel.VISIT: "visit inperson person onsite field facetoface 上门 上门拜访 拜访 实地 "
        "实地拜访 现场 现场拜访 走访 面访 到店 入店",
        Channel.PHONE: "phone call telephone message sms wechat online remote 电话 电话拜访 电访 "
        "微信 短信 消息 线上 网络 远程",
    }
)
TASK_CHANNELS = CHANNELS | _words(
    {
        Channel.EITHER: "either any both visitorphone phoneorvisit visitphone phonevisit 均可 都可 "
        "皆可 不限 任意 上门或电话 电话或上门 上门电话 上门电话均可 可电话",
    }
)
MODES = _words(
    {
        TravelMode.CAR: "car van auto drive driving automobile 汽车 轿车 小汽车 驾车 开车 自驾 "
        "机动车 面包车",
        TravelMode.MOTORBIKE: "motorbike motorcycle moto scooter 摩托车 摩托 机车",
        TravelMode.EBIKE: "ebike electricbike electricbicycle 电动车 电瓶车 电动自行车 "
        "电动摩托车 助力车",
        TravelMode.BICYCLE: "bicycle bike cycle cycling 自行车 单车 骑车 骑行 脚踏车",
        TravelMode.FOOT: "foot walk walking onfoot 步行 走路 徒步",
    }
)
GRADES = _words(
    {
        "strong": "strong high yes true 1 强 高 较强 是",
        "weak": "weak low no false 0 弱 低 较弱 否",
    }
)
ANSWERS = _words(
    {
        True: "yes y true t 1 x √ ✓ 是 有 对 重要 紧急 高 high important urgent",
        False: "no n false f 0 × 否 无 不 不是 不重要 不紧急 低 low normal 一般",
    }
)
WEEKDAYS = _words(
    {
        0: "mo mon monday 周一 星期一 礼拜一 一 1",
        1: "tu tue tues tuesday 周二 星期二 礼拜二 二 2",
        2: "we wed wednesday 周三 星期三 礼拜三 三 3",
        3: "th thu thur thurs thursday 周四 星期四 礼拜四 四 4",
        4: "fr fri friday 周五 星期五 礼拜五 五 5",
        5: "sa sat saturday 周六 星期六 礼拜六 六 6",
        6: "su sun sunday 周日 周天 星期日 星期天 礼拜日 礼拜天 日 天 7",
    }
)
OFF = frozenset(
    _words(
        {"off": "off closed close none no free 休 休息 关 关门 不营业 休业 歇业 无 否 不上班 轮休"}
    )
)
"""Words for a day without hours."""


def fold_word(value: Any) -> str:
    """Return a word without case, spaces and joining marks, as the vocabularies spell it."""
    text = unicodedata.normalize("NFKC", read_text(value)).casefold()
    return re.sub(r"[\s_\-+&/,，、;；]+", "", text)


def read_word(value: Any, vocabulary: Mapping[str, T], expected: str) -> T:
    """Return what a word means in a vocabulary; ``expected`` lists the choices for the hint."""
    word = fold_word(value)
    if word in vocabulary:
        return vocabulary[word]
    near = get_close_matches(word, list(vocabulary), n=1)
    hint = f"you meant {near[0]}" if near else f"one of {expected}"
    raise UnreadableError(f"'{read_text(value)}' is not known here", hint)


def read_segment(value: Any) -> Segment:
    """Return a segment 客户细分."""
    return read_word(value, SEGMENTS, "promote 提升型, maintain 维持型, guide 指导型, watch 关注型")


def read_quadrant(value: Any) -> Quadrant:
    """Return an urgency quadrant 四象限."""
    return read_word(value, QUADRANTS, "Q1 重要且紧急, Q2 重要不紧急, Q3 紧急不重要, Q4 neither")


def read_channel(value: Any) -> Channel:
    """Return a channel 方式."""
    return read_word(value, CHANNELS, "visit 上门, phone 电话")


def read_task_channel(value: Any) -> Channel:
    """Return how a task may be done 完成方式."""
    return read_word(value, TASK_CHANNELS, "visit 上门, phone 电话, either 均可")


def read_mode(value: Any) -> TravelMode:
    """Return a travel mode 出行方式."""
    return read_word(
        value, MODES, "car 汽车, motorbike 摩托车, ebike 电动车, bicycle 自行车, foot 步行"
    )


def read_grade(value: Any) -> str:
    """Return ``strong`` or ``weak``."""
    return read_word(value, GRADES, "strong 强, weak 弱")


def read_answer(value: Any) -> bool:
    """Return yes or no."""
    return read_word(value, ANSWERS, "yes 是, no 否")


def read_weekday(value: Any) -> int:
    """Return a weekday, 0 = Monday; as a number the table counts 1 = Monday to 7 = Sunday."""
    return read_word(value, WEEKDAYS, "Mo 周一 … Su 周日, or 1 = Monday … 7 = Sunday")
