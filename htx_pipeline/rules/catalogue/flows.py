"""Rules that tie stocks to what came in and went out between them, and to printed changes."""

from collections.abc import Iterator

from htx_pipeline.model import Label
from htx_pipeline.rules.model import (
    END,
    FIRST_HALF,
    MIDDLE,
    SECOND_HALF,
    YEAR,
    At,
    Equation,
    Form,
    NamedBase,
    Rule,
    Term,
)

_FLOWS = {
    "cooperatives": ("cooperatives_new", "cooperatives_dissolved"),
    "groups": ("groups_new", "groups_dissolved"),
    "unions": ("unions_new", "unions_dissolved"),
}

_STEPS = (
    (At(END, 1), At(YEAR), At(END)),
    (At(END, 1), At(FIRST_HALF), At(MIDDLE)),
    (At(MIDDLE), At(SECOND_HALF), At(END)),
)
"""Opening, the time between, closing."""

_LAGS = (1, 2, 3, 4, 5, 10)
"""How many years back a printed change may look."""


def _stock(indicator: str, at: At, *, from_any_report: bool = False) -> Term:
    fixes: dict[str, str | At] = {
        "indicator": indicator,
        "relation": "value",
        "status": "_T",
        "period": at,
        "base_period": "",
    }
    if from_any_report:
        fixes["side"] = "observed"
    return Term(+1, fixes, from_any_report)


def _change(indicator: str) -> Term:
    return Term(
        +1,
        {
            "indicator": indicator,
            "relation": "change",
            "status": "_T",
            "period": At(END),
            "base_period": At(END, 1),
        },
    )


def _flow(sign: int, indicator: str, at: At) -> Term:
    return Term(
        sign,
        {
            "indicator": indicator,
            "relation": "value",
            "status": "_Z",
            "period": at,
            "base_period": "",
        },
    )


_STOCKS_AND_FLOWS = {
    "kind": frozenset({"stock", "flow"}),
    "unit": frozenset({"cooperative", "group", "union"}),
}

OPENING_AND_FLOWS_GIVE_CLOSING = Rule(
    name="opening_and_flows_give_closing",
    title=Label(
        vi="Đầu kỳ cộng thành lập mới trừ giải thể bằng cuối kỳ",
        en="Stock at the opening, plus new, less dissolved, is the stock at the close",
    ),
    relation="linear",
    source="arithmetic",
    help=Label(
        vi="Số đầu kỳ có thể ở báo cáo năm trước; xem số giải thể có gồm số bị thu hồi không.",
        en="The opening may stand in last year's report; see whether all that left are counted.",
    ),
    applies_to=_STOCKS_AND_FLOWS,
    equations=tuple(
        Equation(
            whole=_stock(stock, closing),
            parts=(
                _stock(stock, opening, from_any_report=True),
                _flow(+1, new, between),
                _flow(-1, dissolved, between),
            ),
        )
        for opening, between, closing in _STEPS
        for stock, (new, dissolved) in _FLOWS.items()
    ),
)

FLOWS_GIVE_CHANGE = Rule(
    name="flows_give_change",
    title=Label(
        vi="Thành lập mới trừ giải thể bằng mức tăng so với năm trước",
        en="New less dissolved is the printed change to the year before",
    ),
    relation="linear",
    source="arithmetic",
    help=Label(
        vi="So lại số thành lập mới, giải thể và mức tăng với văn bản.",
        en="Compare the new, the dissolved and the change with the document.",
    ),
    applies_to=_STOCKS_AND_FLOWS,
    equations=tuple(
        Equation(
            whole=_change(stock), parts=(_flow(+1, new, At(YEAR)), _flow(-1, dissolved, At(YEAR)))
        )
        for stock, (new, dissolved) in _FLOWS.items()
    ),
)

HALVES_SUM_TO_YEAR = Rule(
    name="halves_sum_to_year",
    title=Label(
        vi="Cộng hai nửa năm bằng cả năm",
        en="The two halves of a year add up to the year",
    ),
    relation="linear",
    source="arithmetic",
    help=Label(
        vi="Xem số nửa năm và số cả năm có cùng phạm vi không.",
        en="See whether the halves and the year count the same.",
    ),
    applies_to={"kind": frozenset({"flow"}), "relation": frozenset({"value"})},
    equations=(
        Equation(
            whole=Term(+1, {"period": At(YEAR)}),
            parts=(Term(+1, {"period": At(FIRST_HALF)}), Term(+1, {"period": At(SECOND_HALF)})),
        ),
    ),
)


def _changes(form: Form, relation_unit: dict[str, str]) -> Iterator[Equation]:
    for at in (END, MIDDLE, YEAR):
        for lag in _LAGS:
            stated: dict[str, str | At] = {
                "relation": "change",
                "period": At(at),
                "base_period": At(at, lag),
                **({"unit": relation_unit["stated"]} if relation_unit else {}),
            }
            value = {"relation": "value", "base_period": "", "side": "observed"}
            unit = {"unit": relation_unit["value"]} if "value" in relation_unit else {}
            later: dict[str, str | At] = {**value, **unit, "period": At(at)}
            base: dict[str, str | At] = {**value, **unit, "period": At(at, lag)}
            signs = (+1, -1) if form is Form.SUM else (+1, +1)
            yield Equation(
                whole=Term(+1, stated),
                parts=(
                    Term(signs[0], later),
                    Term(signs[1], base, from_any_report=True),
                ),
                form=form,
                needs_whole=True,
            )


PRINTED_CHANGES = Rule(
    name="printed_changes",
    title=Label(
        vi="Mức tăng, giảm bằng giá trị trừ giá trị gốc",
        en="A printed change is the value less the value of the base period",
    ),
    relation="difference",
    source="arithmetic",
    help=Label(
        vi="Xem thời kỳ gốc; giá trị gốc có thể ở báo cáo trước.",
        en="See which period is compared with; its value may stand in an earlier report.",
    ),
    applies_to={"relation": frozenset({"value", "change"})},
    equations=(
        *_changes(Form.SUM, {}),
        *_changes(Form.SUM, {"stated": "percentage_point", "value": "percent"}),
        *_changes(Form.PERCENT_CHANGE, {"stated": "percent"}),
    ),
)

CHANGES_NAME_THEIR_BASE = Rule(
    name="changes_name_their_base",
    title=Label(
        vi="Năm in sau mức tăng, giảm là năm được so sánh",
        en="The year printed after a change is the year that it is compared with",
    ),
    relation="agree",
    source="a value is not compared with itself; the year before is meant",
    help=Label(
        vi="Năm in sau mức thay đổi có thể là lỗi đánh máy; sửa base_period nếu đọc sai.",
        en="The year may be a slip of the typist; mend base_period if it was misread.",
    ),
    applies_to={"relation": frozenset({"change"})},
    equations=NamedBase(),
)

RULES = (
    OPENING_AND_FLOWS_GIVE_CLOSING,
    FLOWS_GIVE_CHANGE,
    HALVES_SUM_TO_YEAR,
    PRINTED_CHANGES,
    CHANGES_NAME_THEIR_BASE,
)
