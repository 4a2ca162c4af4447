"""What the law asks of every cooperative, group, union and credit fund."""

import datetime as dt

from htx_pipeline.model import Label, Severity
from htx_pipeline.rules.model import Compare, Equation, Rule, Term

_LAW_OF_2023_IN_FORCE = dt.date(2024, 7, 1)
_HELP = Label(
    vi="Xem số thành viên là của tất cả hay chỉ của các tổ chức đang hoạt động.",
    en="See whether the members are those of all, or only of the active ones.",
)


def _minimum(  # noqa: PLR0917 (read as a table below)
    name: str,
    at_least: int,
    counted: str,
    organization: str,
    of: tuple[str, str],
    source: str,
    *,
    sector: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> Rule:
    """``counted`` of an organization are at least so many times their number."""
    what, unit = of
    applies_to = {
        "organization": frozenset({organization}),
        "relation": frozenset({"value"}),
        "side": frozenset({"observed"}),
    }
    if sector:
        applies_to["sector"] = frozenset({sector})
    each = {"union": ("liên hiệp HTX", "union"), "group": ("THT", "group")}.get(
        organization, ("HTX", "cooperative")
    )
    if sector == "credit":
        each = "quỹ tín dụng", "credit fund"
    members = ("HTX thành viên", "member cooperatives")
    if counted == "members":
        members = ("thành viên", "members")
    return Rule(
        name=name,
        title=Label(
            vi=f"Mỗi {each[0]} có ít nhất {at_least} {members[0]}",
            en=f"Each {each[1]} has at least {at_least} {members[1]}",
        ),
        relation="bound",
        source=source,
        help=_HELP,
        applies_to=applies_to,
        equations=(
            Equation(
                whole=Term(
                    +1,
                    {
                        "indicator": counted,
                        "unit": "person" if counted == "members" else "cooperative",
                    },
                ),
                parts=(Term(at_least, {"indicator": what, "unit": unit}),),
                compare=Compare.AT_LEAST,
                needs_whole=True,
            ),
        ),
        severity=Severity.NOTICE,
        since=since,
        until=until,
    )


RULES = (
    _minimum(
        "cooperatives_have_seven_members",
        7,
        "members",
        "cooperative",
        ("cooperatives", "cooperative"),
        "Law on Cooperatives 23/2012/QH13, article 3.1",
        until=_LAW_OF_2023_IN_FORCE,
    ),
    _minimum(
        "groups_have_two_members",
        2,
        "members",
        "group",
        ("groups", "group"),
        "Decree 77/2019/NĐ-CP, article 3.1",
    ),
    _minimum(
        "unions_have_four_cooperatives",
        4,
        "member_cooperatives",
        "union",
        ("unions", "union"),
        "Law on Cooperatives 23/2012/QH13, article 3.2",
        until=_LAW_OF_2023_IN_FORCE,
    ),
    _minimum(
        "credit_funds_have_thirty_members",
        30,
        "members",
        "cooperative",
        ("cooperatives", "cooperative"),
        "Circular 04/2015/TT-NHNN on people's credit funds",
        sector="credit",
    ),
)
