"""Rules on breakdowns by status."""

from htx_pipeline.model import Label
from htx_pipeline.rules.model import Equation, Form, Rule, Term


def _value(status: str) -> Term:
    return Term(+1, {"relation": "value", "share_of": "", "status": status})


def _share(status: str) -> Term:
    return Term(
        +1, {"relation": "share", "share_of": "status", "status": status, "unit": "percent"}
    )


ACTIVE_AND_STOPPED_SUM_TO_TOTAL = Rule(
    name="active_and_stopped_sum_to_total",
    title=Label(
        vi="Đang hoạt động cộng ngừng hoạt động bằng tổng số",
        en="Active and stopped add up to all",
    ),
    relation="linear",
    source="arithmetic",
    help=Label(
        vi="So lại ba số với văn bản; xem quỹ tín dụng có được tính trong số nào không.",
        en="Compare the three with the document; see in which of them credit funds are counted.",
    ),
    applies_to={"kind": frozenset({"stock"}), "relation": frozenset({"value"})},
    equations=(
        Equation(
            whole=Term(+1, {"status": "_T"}),
            parts=(Term(+1, {"status": "active"}), Term(+1, {"status": "stopped"})),
        ),
    ),
)

SHARES_BY_STATUS = Rule(
    name="shares_by_status",
    title=Label(
        vi="Tỷ trọng theo tình trạng bằng số đó chia tổng số",
        en="The share of the active or the stopped is their number in percent of all",
    ),
    relation="ratio",
    source="arithmetic",
    help=Label(
        vi="So lại tỷ lệ, số và tổng số với văn bản; xem tỷ lệ có bị cắt bớt chữ số không.",
        en="Compare share, number and total with the document; see whether digits were cut off.",
    ),
    applies_to={"relation": frozenset({"value", "share"})},
    equations=tuple(
        Equation(
            whole=_share(status),
            parts=(_value(status), _value("_T")),
            form=Form.PERCENT,
            needs_whole=True,
        )
        for status in ("active", "stopped")
    ),
)

RULES = (ACTIVE_AND_STOPPED_SUM_TO_TOTAL, SHARES_BY_STATUS)
