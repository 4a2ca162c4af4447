"""Rules on a part and the whole that it is of, where no breakdown lists all parts."""

from collections.abc import Iterator, Mapping

from htx_pipeline import codelists
from htx_pipeline.model import Label, Severity
from htx_pipeline.rules.catalogue.sectors import SECTORS
from htx_pipeline.rules.model import END, YEAR, At, Compare, Equation, Form, Rule, Term


def _pairs() -> Iterator[tuple[dict[str, str | At], dict[str, str | At]]]:
    """What fixes a part and its whole, as the list of indicators says."""
    listed = codelists.rows("indicator")
    for code, row in listed.items():
        if row["part_of"] == "none":
            continue
        part: dict[str, str | At] = {"indicator": code}
        whole: dict[str, str | At] = {"indicator": row["part_of"]}
        if row["kind"] == "flow" and listed[row["part_of"]]["kind"] == "stock":
            part |= {"period": At(YEAR), "status": "_Z"}
            whole |= {"period": At(END), "status": "_T"}
        yield part, whole


def _value(fixes: Mapping[str, str | At]) -> Term:
    return Term(+1, {**fixes, "relation": "value", "share_of": ""})


_PAIRS = tuple(_pairs())

PARTS_WITHIN_WHOLE = Rule(
    name="parts_within_whole",
    title=Label(vi="Một phần không lớn hơn toàn bộ", en="A part is not more than its whole"),
    relation="bound",
    source="arithmetic",
    help=Label(
        vi="Xem hai số có cùng phạm vi, cùng thời điểm không.",
        en="See whether both count the same, at the same time.",
    ),
    applies_to={"relation": frozenset({"value"}), "side": frozenset({"observed"})},
    equations=tuple(
        Equation(
            whole=Term(+1, part),
            parts=(Term(+1, whole),),
            compare=Compare.AT_MOST,
            needs_whole=True,
        )
        for part, whole in _PAIRS
    ),
    takes_implied=True,
)

SHARES_OF_A_WHOLE = Rule(
    name="shares_of_a_whole",
    title=Label(
        vi="Tỷ lệ bằng phần chia toàn bộ",
        en="A share is its part in percent of its whole",
    ),
    relation="ratio",
    source="arithmetic",
    help=Label(
        vi="Xem tỷ lệ được tính trên số nào.", en="See which number the share was taken of."
    ),
    applies_to={"relation": frozenset({"value", "share"})},
    equations=tuple(
        Equation(
            whole=Term(
                +1,
                {
                    **part,
                    "relation": "share",
                    "share_of": str(whole["indicator"]),
                    "unit": "percent",
                },
            ),
            parts=(_value(part), _value(whole)),
            form=Form.PERCENT,
            needs_whole=True,
        )
        for part, whole in _PAIRS
    ),
)

UNIVERSITY_WITHIN_COLLEGE_AND_UNIVERSITY = Rule(
    name="university_within_college_and_university",
    title=Label(
        vi="Cán bộ trình độ đại học trở lên không nhiều hơn cao đẳng và đại học",
        en="Managers with a university degree are no more than those with college or university",
    ),
    relation="bound",
    source="the two groups differ only by those with a degree above university, who are few",
    help=Label(
        vi="Xem tỷ lệ được tính trên tổng số nào, và có gồm trình độ trên đại học không.",
        en="See which total the share was taken of, and whether higher degrees are in it.",
    ),
    applies_to={"relation": frozenset({"value"}), "side": frozenset({"observed"})},
    equations=(
        Equation(
            whole=Term(+1, {"indicator": "managers_university"}),
            parts=(Term(+1, {"indicator": "managers_college_university"}),),
            compare=Compare.AT_MOST,
            needs_whole=True,
        ),
    ),
    severity=Severity.NOTICE,
    takes_implied=True,
)

_PRODUCTS, _OWNERS = "ocop_products", "cooperatives_with_ocop_products"


def _of(indicator: str, sector: str, factor: int = 1) -> Term:
    unit = codelists.rows("indicator")[indicator]["units"]
    return Term(factor, {"indicator": indicator, "sector": sector, "unit": unit})


OWNERS_HAVE_PRODUCTS = Rule(
    name="owners_have_products",
    title=Label(
        vi="Mỗi HTX có sản phẩm OCOP có ít nhất một sản phẩm",
        en="Each cooperative with OCOP products has at least one",
    ),
    relation="bound",
    source="arithmetic",
    help=Label(
        vi="So số HTX và số sản phẩm, cả toàn tỉnh và phần còn lại ngoài lĩnh vực.",
        en="Compare cooperatives and products, in all and outside the sector.",
    ),
    applies_to={
        "indicator": frozenset({_PRODUCTS, _OWNERS}),
        "relation": frozenset({"value"}),
        "side": frozenset({"observed"}),
    },
    equations=(
        *(
            Equation(
                whole=_of(_PRODUCTS, sector),
                parts=(_of(_OWNERS, sector),),
                compare=Compare.AT_LEAST,
                needs_whole=True,
            )
            for sector in ("_T", *SECTORS)
        ),
        *(
            Equation(
                whole=_of(_PRODUCTS, "_T"),
                parts=(_of(_PRODUCTS, sector), _of(_OWNERS, "_T"), _of(_OWNERS, sector, -1)),
                compare=Compare.AT_LEAST,
                needs_whole=True,
                needs_parts=3,
            )
            for sector in SECTORS
        ),
    ),
)

MEMBERS_AND_EMPLOYEES_WITHIN_ALL = Rule(
    name="members_and_employees_within_all",
    title=Label(
        vi="Thành viên và lao động của HTX không nhiều hơn của cả khu vực kinh tế tập thể",
        en="Members and employees of cooperatives are within those of the collective economy",
    ),
    relation="bound",
    source="arithmetic",
    help=Label(
        vi="Xem số chung có gồm tổ hợp tác không, và một người có được đếm hai lần không.",
        en="See whether groups are in the joint number, and whether someone is counted twice.",
    ),
    applies_to={
        "relation": frozenset({"value"}),
        "side": frozenset({"observed"}),
        "sector": frozenset({"_T"}),
    },
    equations=(
        Equation(
            whole=Term(
                +1, {"organization": "collective_economy", "indicator": "members_and_employees"}
            ),
            parts=tuple(
                Term(+1, {"organization": "cooperative", "indicator": indicator})
                for indicator in ("members", "employees")
            ),
            compare=Compare.AT_LEAST,
            needs_whole=True,
            needs_parts=2,
        ),
    ),
    takes_implied=True,
)

CREDIT_FUNDS_ARE_CREDIT_COOPERATIVES = Rule(
    name="credit_funds_are_credit_cooperatives",
    title=Label(
        vi="Số quỹ tín dụng nhân dân bằng số HTX lĩnh vực tín dụng",
        en="The people's credit funds are the cooperatives of the credit sector",
    ),
    relation="agree",
    source="Law on Cooperatives 23/2012/QH13, article 3",
    help=Label(
        vi="So số quỹ tín dụng ở phần chung và ở danh sách lĩnh vực.",
        en="Compare the funds in the headline and in the list of sectors.",
    ),
    applies_to={
        "relation": frozenset({"value"}),
        "side": frozenset({"observed"}),
        "sector": frozenset({"credit"}),
    },
    equations=(
        Equation(
            whole=Term(
                +1,
                {"organization": "credit_fund", "indicator": "credit_funds", "unit": "credit_fund"},
            ),
            parts=(
                Term(
                    +1,
                    {
                        "organization": "cooperative",
                        "indicator": "cooperatives",
                        "unit": "cooperative",
                    },
                ),
            ),
            needs_whole=True,
        ),
    ),
)

RULES = (
    PARTS_WITHIN_WHOLE,
    SHARES_OF_A_WHOLE,
    UNIVERSITY_WITHIN_COLLEGE_AND_UNIVERSITY,
    OWNERS_HAVE_PRODUCTS,
    MEMBERS_AND_EMPLOYEES_WITHIN_ALL,
    CREDIT_FUNDS_ARE_CREDIT_COOPERATIVES,
)
