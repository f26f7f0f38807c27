"""The one alias table: which header, in English or 中文, means which field of which table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

_WEEKDAYS = {
    "mon": "mon mo monday 周一 星期一 礼拜一",
    "tue": "tue tu tues tuesday 周二 星期二 礼拜二",
    "wed": "wed we wednesday 周三 星期三 礼拜三",
    "thu": "thu th thur thurs thursday 周四 星期四 礼拜四",
    "fri": "fri fr friday 周五 星期五 礼拜五",
    "sat": "sat sa saturday 周六 星期六 礼拜六",
    "sun": "sun su sunday 周日 周天 星期日 星期天 礼拜日 礼拜天",
}
WEEKDAY_FIELDS = tuple(_WEEKDAYS)

_RETAILER_ID = (
    "retailer retailerid retailerno retailercode customer customerid customerno customercode "
    "custcode custid shop shopid store storeid storecode outlet outletid outletcode pos posid "
    "零售户 零售户编号 零售户编码 零售户代码 零售户号 客户 客户编号 客户编码 客户代码 客户号 "
    "终端 终端编号 终端编码 终端代码 门店 门店编号 门店编码 门店代码 网点 网点编号 网点编码 "
    "店铺编号 店铺编码 商户编号 商户编码 许可证号 专卖证号 烟草专卖许可证号"
)
_REP_ID = (
    "rep repid repno repcode salesrep salesrepid accountmanager accountmanagerid fieldrep "
    "salesperson salespersonid salesman employee employeeid "
    "客户经理 客户经理编号 客户经理编码 客户经理代码 客户经理工号 业务员 业务员编号 "
    "业务代表 销售代表 拜访人 访销员 工号 员工编号 员工号 员工工号 所属客户经理 责任客户经理"
)
_LON = "lon lng long longitude x 经度 经度值 longitudewgs84 gpslon 门店经度 客户经度"
_LAT = "lat latitude y 纬度 纬度值 latitudewgs84 gpslat 门店纬度 客户纬度"
_CHANNEL = "channel contactmethod visitmethod 方式 拜访方式 拜访类型"
_NOTES = "notes note remark remarks comment comments memo 备注 说明 附注"

FIELDS: dict[str, dict[str, str]] = {
    "retailers": {
        "id": f"id code 编号 编码 代码 {_RETAILER_ID}",
        "lon": _LON,
        "lat": _LAT,
        "lonlat": "lonlat lnglat 经纬度 坐标 经纬度坐标 位置坐标",
        "name": "name title retailername customername shopname storename outletname 名称 店名 "
        "零售户名称 客户名称 客户名 终端名称 门店名称 网点名称 店铺名称 商户名称 企业名称 字号",
        "address": "address addr street location 地址 详细地址 经营地址 门店地址 店铺地址 "
        "客户地址 零售户地址 送货地址",
        "phone": "phone phonenumber tel telephone mobile cell 电话 联系电话 手机 手机号 手机号码 "
        "电话号码 联系方式",
        "rep": _REP_ID,
        "rep_fixed": "repfixed fixedrep keeprep 固定客户经理 固定业务员 客户经理固定 不调整",
        "segment": "segment customersegment customertype 客户细分 客户类型 客户分类 细分 "
        "细分类型 零售户细分",
        "capability": "capability operatingcapability strength 经营能力 能力",
        "willingness": "willingness growthwillingness 成长意愿 经营意愿 意愿 发展意愿",
        "monthly_volume": "monthlyvolume volume monthlysales sales cartons 月销量 月均销量 销量 "
        "月购进量 月均购进量 月订货量 月销量条",
        "brands": "brands numbrands brandscarried skus 品牌数 品牌数量 经营品牌数 在销品牌数 "
        "规格数 品牌个数 品规数",
        "display": "display displayquality displayscore 陈列 陈列质量 陈列评分 陈列水平 陈列得分",
        "cadence": "cadence frequency visitfrequency freq callfrequency 频次 拜访频次 频率 "
        "拜访频率 拜访周期 周期 走访频次 走访周期",
        "service_minutes": "serviceminutes servicetime service duration visitminutes visitduration "
        "timeinshop minutes 服务时长 服务时间 拜访时长 停留时间 停留时长 服务分钟 驻店时长",
        "opening_hours": "openinghours opening hours openhours businesshours 营业时间 "
        "营业时段 经营时间 开门时间 可拜访时间 拜访时间窗",
        **_WEEKDAYS,
        "closed": "closed closeddates closeddays closures 休业 休业日期 歇业 歇业日期 停业 "
        "停业日期 休业日 歇业时间",
        "value": "value customervalue revenue turnover annualvalue margin 价值 客户价值 销售额 "
        "月销售额 贡献 毛利",
        "preferred_weekday": "preferredweekday weekday preferredday visitday fixedday 偏好星期 "
        "固定星期 固定拜访日 拜访日 期望拜访日 定日 星期",
        "channel": _CHANNEL,
        "load": "load loads visitload delivery 装载量 装载 携带量 送货量 配送量",
        "notes": _NOTES,
    },
    "reps": {
        "id": f"id code 编号 编码 代码 {_REP_ID}",
        "lon": f"{_LON} baselon baselng baselongitude homelon startlon startlng 基地经度 "
        "出发地经度 出发经度 起点经度 驻地经度",
        "lat": f"{_LAT} baselat baselatitude homelat startlat 基地纬度 出发地纬度 出发纬度 "
        "起点纬度 驻地纬度",
        "lonlat": "lonlat lnglat baselonlat 经纬度 坐标 经纬度坐标 位置坐标",
        "end_lon": "endlon endlng endlongitude 终点经度 返回经度 收车经度",
        "end_lat": "endlat endlatitude 终点纬度 返回纬度 收车纬度",
        "name": "name repname fullname employeename 姓名 名称 名字 客户经理姓名 业务员姓名 "
        "员工姓名",
        "shift": "shift shifts workinghours worktime workhours 班次 上班时间 工作时间 出勤时间 "
        "上班时段 工时",
        **_WEEKDAYS,
        "lunch_window": "lunchwindow lunch lunchbreak break 午休 午休时间 午休时段 午餐 午餐时间 "
        "午饭时间",
        "lunch_minutes": "lunchminutes lunchduration breakminutes 午休时长 午休分钟 午休分钟数 "
        "午餐时长",
        "min_visits": "minvisits minvisitsday minimumvisits dailymin 最少拜访 最少拜访数 每日下限 "
        "日拜访下限 最小拜访数 每日最少",
        "target_visits": "targetvisits targetvisitsday dailytarget target 目标拜访 目标拜访数 "
        "每日目标 日拜访目标 日目标",
        "max_visits": "maxvisits maxvisitsday maximumvisits dailymax 最多拜访 最多拜访数 每日上限 "
        "日拜访上限 最大拜访数 每日最多",
        "mode": "mode travelmode vehicle transport 出行方式 交通工具 交通方式 车型 出行工具",
        "leave": "leave leavedates absence absences holidays vacation daysoff 请假 请假日期 休假 "
        "休假日期 假期 请休假",
        "meetings": "meetings meeting fixedmeetings 会议 例会 固定会议 早会",
        "review_minutes": "reviewminutes review endofdayreview 总结时间 复盘时间 复盘分钟 收尾时间 "
        "日终总结 总结分钟",
        "max_driving_minutes": "maxdrivingminutes maxdriving maxtravelminutes 最长驾驶 最长在途 "
        "最长驾驶时间 最长在途时间 最大在途时间 在途上限",
        "capacity": "capacity loadcapacity carryingcapacity maxload 装载上限 装载能力 载货量 "
        "携带上限 配送上限",
    },
    "tasks": {
        "id": "id task taskid taskno taskcode code 编号 任务 任务编号 任务编码 任务号 任务id",
        "retailer": _RETAILER_ID,
        "quadrant": "quadrant 象限 四象限 所属象限 任务象限",
        "important": "important importance 重要 是否重要 重要性",
        "urgent": "urgent urgency 紧急 是否紧急 紧急性 紧急程度",
        "due": "due duedate deadline latest dueby 应完成日期 截止日期 截止 截止时间 完成日期 "
        "到期日 应完成 最晚日期 期限 完成期限",
        "earliest": "earliest earliestdate from startdate start notbefore 最早日期 开始日期 最早 "
        "起始日期",
        "minutes": "minutes duration serviceminutes taskminutes 分钟 时长 任务时长 所需时间 用时 "
        "预计用时 所需分钟",
        "channel": f"{_CHANNEL} 完成方式 办理方式",
        "work_type": "worktype type kind category tasktype 工作类型 任务类型 类型 "
        "工作类别 任务类别",
        "name": "name title taskname description subject 名称 任务名称 标题 内容 任务内容 描述 "
        "任务描述",
        "appointment": "appointment appointmenttime fixedtime time 预约 预约时间 约定时间 固定时间",
    },
    "visits": {
        "retailer": f"{_RETAILER_ID} id",
        "date": "date visitdate day visitedon 日期 拜访日期 走访日期 实际拜访日期",
        "rep": _REP_ID,
        "arrival": "arrival arrivaltime checkin start starttime 到店 到店时间 到达时间 签到 "
        "签到时间 进店时间 开始时间",
        "departure": "departure departuretime checkout end endtime 离店 离店时间 离开时间 签退 "
        "签退时间 结束时间",
        "channel": _CHANNEL,
        "outcome": "outcome result status 结果 拜访结果 成效 状态",
        "tasks_done": "tasksdone tasks donetasks 完成任务 已完成任务 任务完成情况 完成的任务",
    },
    "locks": {
        "retailer": f"{_RETAILER_ID} id",
        "date": "date day visitdate 日期 拜访日期 锁定日期 固定日期",
        "rep": _REP_ID,
        "time": "time start starttime begin 时间 开始时间 时刻 拜访时间 固定时间",
    },
}
"""Table → field → the headers that name it, folded as ``fold_header`` does."""

EITHER: dict[str, tuple[tuple[str, str, str], ...]] = {
    "retailers": (
        ("id", "name", "retailer customer shop store outlet 零售户 客户 终端 门店 网点"),
    ),
    "reps": (
        ("id", "name", "rep salesrep accountmanager fieldrep salesperson salesman"),
        ("id", "name", "客户经理 业务员 业务代表 销售代表"),
    ),
    "visits": (("date", "arrival", "time visittime 时间 拜访时间 走访时间"),),
}
"""(first, second, headers): they name the field ``first``, or ``second`` where another has it."""

REQUIRED: dict[str, tuple[str, ...]] = {
    "retailers": ("id", "lon", "lat"),
    "reps": ("id", "lon", "lat"),
    "tasks": ("id", "retailer", "quadrant", "due"),
    "visits": ("retailer", "date"),
    "locks": ("retailer", "date"),
}

_UNIT = re.compile(r"[(\[（【].*?[)\]）】]")
_SPACE = re.compile(r"[\s_\-./:*#'\"·、/]+")


def fold_header(header: str) -> str:
    """Return a header as the alias table spells it: no case, spaces, underscores or units."""
    text = unicodedata.normalize("NFKC", header).casefold()
    return _SPACE.sub("", _UNIT.sub("", text)) or _SPACE.sub("", text)


def match_columns(table: str, headers: Iterable[str]) -> dict[str, list[str]]:
    """Return field → headers of a table that name it, in file order; more than one is a clash."""
    aliases = {
        alias: field for field, names in FIELDS[table].items() for alias in _aliases(field, names)
    }
    either = {alias: choice for *choice, names in EITHER.get(table, ()) for alias in names.split()}
    matched: dict[str, list[str]] = {}
    waiting = []
    for header in headers:
        folded = fold_header(header)
        if folded in either:
            waiting.append((header, *either[folded]))
        elif folded in aliases:
            matched.setdefault(aliases[folded], []).append(header)
    for header, first, second in waiting:
        matched.setdefault(second if first in matched else first, []).append(header)
    return matched


def _aliases(field: str, names: str) -> set[str]:
    return {fold_header(field), *names.split()}


def near_header(table: str, field: str, headers: Iterable[str]) -> str:
    """Return the header that looks most like a name of ``field``, or an empty string."""
    folded = {fold_header(header): header for header in headers}
    for alias in (field.replace("_", ""), *FIELDS[table][field].split()):
        near = get_close_matches(alias, list(folded), n=1, cutoff=0.75)
        if near:
            return folded[near[0]]
    return ""
