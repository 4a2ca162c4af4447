"""Rules that tie a stock to what came in and went out in the year."""

from htx_pipeline.model import Label
from htx_pipeline.rules.model import At, Equation, LinearRule, Term

_FLOWS = {
    "cooperatives": ("cooperatives_new", "cooperatives_dissolved"),
    "groups": ("groups_new", "groups_dissolved"),
    "unions": ("unions_new", "unions_dissolved"),
}


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
            "period": At.END,
            "base_period": At.PREVIOUS_END,
        },
    )


def _flow(sign: int, indicator: str) -> Term:
    return Term(
        sign,
        {
            "indicator": indicator,
            "relation": "value",
            "status": "_Z",
            "period": At.YEAR,
            "base_period": "",
        },
    )


OPENING_AND_FLOWS_GIVE_CLOSING = LinearRule(
    name="opening_and_flows_give_closing",
    title=Label(
        vi="Đầu năm cộng thành lập mới trừ giải thể bằng cuối năm",
        en="Stock at the end of the year before, plus new, less dissolved, is the stock at the end",
    ),
    source="arithmetic",
    applies_to={"kind": frozenset({"stock", "flow"})},
    equations=tuple(
        Equation(
            whole=_stock(stock, At.END),
            parts=(
                _stock(stock, At.PREVIOUS_END, from_any_report=True),
                _flow(+1, new),
                _flow(-1, dissolved),
            ),
        )
        for stock, (new, dissolved) in _FLOWS.items()
    ),
)

FLOWS_GIVE_CHANGE = LinearRule(
    name="flows_give_change",
    title=Label(
        vi="Thành lập mới trừ giải thể bằng mức tăng so với năm trước",
        en="New less dissolved is the printed change to the year before",
    ),
    source="arithmetic",
    applies_to={"kind": frozenset({"stock", "flow"})},
    equations=tuple(
        Equation(whole=_change(stock), parts=(_flow(+1, new), _flow(-1, dissolved)))
        for stock, (new, dissolved) in _FLOWS.items()
    ),
)

RULES = (OPENING_AND_FLOWS_GIVE_CLOSING, FLOWS_GIVE_CHANGE)
