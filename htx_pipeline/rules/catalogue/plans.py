"""Rules that tie what was achieved to what a plan sets."""

from htx_pipeline.model import Label, Severity
from htx_pipeline.rules.model import END, MIDDLE, At, Compare, Equation, Form, Rule, Term

_VALUE = {"relation": "value"}
_ACHIEVED = Term(+1, {**_VALUE, "side": "observed"})
_PLANNED = Term(+1, {**_VALUE, "side": "target"}, from_any_report=True)

PLAN_ATTAINMENTS = Rule(
    name="plan_attainments",
    title=Label(
        vi="Tỷ lệ hoàn thành kế hoạch bằng số đạt được chia số kế hoạch",
        en="A plan attainment is what was achieved in percent of the plan",
    ),
    relation="ratio",
    source="arithmetic",
    help=Label(
        vi="Số kế hoạch phải là số nguyên nếu là số đếm; xem tỷ lệ nói về chỉ tiêu nào.",
        en="The plan of a count is a whole number; see which indicator the percentage is of.",
    ),
    applies_to={"relation": frozenset({"value", "attainment"})},
    equations=(
        Equation(
            whole=Term(+1, {"relation": "attainment", "side": "observed", "unit": "percent"}),
            parts=(_ACHIEVED, _PLANNED),
            form=Form.PERCENT,
            needs_whole=True,
        ),
    ),
)

DISTANCES_TO_PLAN = Rule(
    name="distances_to_plan",
    title=Label(
        vi="Chênh lệch so với kế hoạch bằng số đạt được trừ số kế hoạch",
        en="A printed distance to the plan is what was achieved less the plan",
    ),
    relation="difference",
    source="arithmetic",
    help=Label(
        vi="So lại số đạt được và mức chênh lệch với văn bản và với kế hoạch.",
        en="Compare what was achieved and the distance with the document and with the plan.",
    ),
    applies_to={"relation": frozenset({"value", "plan_gap"})},
    equations=(
        Equation(
            whole=Term(+1, {"relation": "plan_gap", "side": "observed"}),
            parts=(_ACHIEVED, Term(-1, _PLANNED.fixes, from_any_report=True)),
            needs_whole=True,
        ),
    ),
)

_RISING = frozenset(
    {
        "cooperatives",
        "groups",
        "unions",
        "members",
        "employees",
        "ocop_products",
        "cooperatives_effective",
    }
)

TARGETS_ABOVE_WHAT_IS_REACHED = Rule(
    name="targets_above_what_is_reached",
    title=Label(
        vi="Chỉ tiêu không thấp hơn mức đã đạt trước đó",
        en="A target is not below what was reached before",
    ),
    relation="jump",
    source="a plan that asks for less than there already is was probably misprinted or misread",
    help=Label(
        vi="Xem kế hoạch có đúng của chỉ tiêu này không, hay của số tăng thêm trong năm.",
        en="See whether the plan is of this indicator, or of what is added in the year.",
    ),
    applies_to={
        "indicator": _RISING,
        "relation": frozenset({"value"}),
        "status": frozenset({"_T", "active"}),
    },
    equations=tuple(
        Equation(
            whole=Term(+1, {"side": "target", "period": At(END)}),
            parts=(Term(+1, {"side": "observed", "period": reached}, from_any_report=True),),
            compare=Compare.AT_LEAST,
            needs_whole=True,
        )
        for reached in (At(END, 1), At(MIDDLE, 1))
    ),
    severity=Severity.NOTICE,
    takes_implied=True,
)

RULES = (PLAN_ATTAINMENTS, DISTANCES_TO_PLAN, TARGETS_ABOVE_WHAT_IS_REACHED)
