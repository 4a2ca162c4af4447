"""Rules on what a single figure can be, and on how fast it changes."""

from fractions import Fraction

from htx_pipeline.model import Interval, Label, Severity
from htx_pipeline.rules.model import END, MIDDLE, YEAR, At, Equation, Rule, Term

_PERCENT = Interval(Fraction(0), Fraction(100))

SHARES_WITHIN_100 = Rule(
    name="shares_within_100",
    title=Label(vi="Tỷ lệ nằm trong 0-100%", en="A share lies between 0 and 100 percent"),
    relation="range",
    source="arithmetic",
    help=Label(
        vi="So lại với văn bản; số hoàn thành kế hoạch không phải tỷ trọng.",
        en="Compare with the document; a plan attainment is no share.",
    ),
    applies_to={"unit": frozenset({"percent"})},
    equations=(
        Equation(whole=Term(+1, {"relation": "share"}), parts=(), plus=_PERCENT),
        *(
            Equation(
                whole=Term(+1, {"relation": "value", "indicator": rate}), parts=(), plus=_PERCENT
            )
            for rate in (
                "poverty_rate",
                "near_poverty_rate",
                "poor_and_near_poor_rate",
                "bad_debt_ratio",
            )
        ),
    ),
)

_FACTOR = 2
"""What grows or shrinks by more than this in a year or two is worth a look."""

_STOCKS = frozenset(
    {"cooperatives", "groups", "members", "employees", "charter_capital", "managers"}
)
_MEANS = frozenset({"revenue_mean", "profit_mean", "income_mean"})
_STEPS = (
    *((At(END), At(END, lag)) for lag in (1, 2)),
    *((At(MIDDLE), At(END, lag)) for lag in (1, 2)),
    *((At(YEAR), At(YEAR, lag)) for lag in (1, 2)),
)

VALUES_DO_NOT_JUMP = Rule(
    name="values_do_not_jump",
    title=Label(
        vi=f"Không tăng hay giảm quá {_FACTOR} lần trong một, hai năm",
        en=f"Nothing grows or shrinks more than {_FACTOR} times within a year or two",
    ),
    relation="jump",
    source="experience: a larger step is rarely real, and often a slip of a digit or a scale",
    help=Label(
        vi="So lại hai số với hai văn bản; nếu đúng thì đây là biến động thật.",
        en="Compare both with their documents; if they stand there, the step is real.",
    ),
    applies_to={
        "indicator": _STOCKS | _MEANS,
        "relation": frozenset({"value"}),
        "side": frozenset({"observed"}),
    },
    equations=tuple(
        Equation(
            whole=Term(+1, {"period": now}),
            parts=(Term(+1, {"period": before}, from_any_report=True),),
            band=(Fraction(1, _FACTOR), Fraction(_FACTOR)),
            needs_whole=True,
        )
        for now, before in _STEPS
    ),
    severity=Severity.NOTICE,
)

RULES = (SHARES_WITHIN_100, VALUES_DO_NOT_JUMP)
