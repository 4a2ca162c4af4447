"""Rules on headline means and the means of the sectors."""

from htx_pipeline.model import Label, Severity
from htx_pipeline.rules.catalogue.sectors import SECTORS
from htx_pipeline.rules.model import Means, Rule

_HELP = Label(
    vi="Xem số chung được tính thế nào: theo số HTX, theo lao động, hay cộng chia đều lĩnh vực.",
    en="See how the headline was taken: by cooperatives, by employees, or as a plain mean.",
)
_COUNTS = (("cooperatives", "active"), ("cooperatives", "_T"))

HEADLINE_MEANS_PER_COOPERATIVE = Rule(
    name="headline_means_per_cooperative",
    title=Label(
        vi="Bình quân một HTX bằng bình quân các lĩnh vực tính theo số HTX",
        en="A mean per cooperative is the mean of its sectors, weighted by their cooperatives",
    ),
    relation="mean",
    source="arithmetic, if the counts are those of the year; they are of a day in it",
    help=_HELP,
    applies_to={
        "indicator": frozenset({"revenue_mean", "profit_mean"}),
        "relation": frozenset({"value"}),
        "side": frozenset({"observed"}),
    },
    equations=Means(sectors=SECTORS, weights=_COUNTS),
    severity=Severity.NOTICE,
)

HEADLINE_INCOME_PER_EMPLOYEE = Rule(
    name="headline_income_per_employee",
    title=Label(
        vi="Thu nhập bình quân bằng bình quân các lĩnh vực tính theo số lao động",
        en="The mean income is the mean of its sectors, weighted by their employees",
    ),
    relation="mean",
    source="arithmetic, if the counts are those of the year; they are of a day in it",
    help=_HELP,
    applies_to={
        "indicator": frozenset({"income_mean"}),
        "relation": frozenset({"value"}),
        "side": frozenset({"observed"}),
    },
    equations=Means(sectors=SECTORS, weights=(("employees", "_T"), ("members", "_T"), *_COUNTS)),
    severity=Severity.NOTICE,
)

RULES = (HEADLINE_MEANS_PER_COOPERATIVE, HEADLINE_INCOME_PER_EMPLOYEE)
