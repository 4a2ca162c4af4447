"""Rules on one quantity that is told more than once."""

from htx_pipeline.model import Label
from htx_pipeline.rules.model import Derived, Repeated, Rule

_TOPICS = frozenset({"statistic", "context", "budget"})

REPEATED_PRINTS_AGREE = Rule(
    name="repeated_prints_agree",
    title=Label(
        vi="Một số liệu in nhiều lần trong một báo cáo phải khớp nhau",
        en="A quantity that a report prints more than once is the same each time",
    ),
    relation="agree",
    source="arithmetic",
    help=Label(
        vi="So lại hai chỗ in; xem hai chỗ có nói về cùng một số không.",
        en="Compare both places; see whether they speak of the same quantity.",
    ),
    applies_to={"topic": _TOPICS},
    equations=Repeated(),
)

REPORTS_AGREE = Rule(
    name="reports_agree",
    title=Label(
        vi="Số thực hiện mà hai báo cáo cùng nêu phải khớp nhau",
        en="An actual that two reports state is the same in both",
    ),
    relation="agree",
    source="arithmetic; a revised estimate contradicts nothing",
    help=Label(
        vi="Xem báo cáo sau có đính chính số trước không; bảng lấy số được ưu tiên.",
        en="See whether the later report corrects the earlier; tables take the preferred one.",
    ),
    applies_to={"topic": _TOPICS},
    equations=Repeated(across_reports=True),
)

IMPLIED_VALUES_AGREE = Rule(
    name="implied_values_agree",
    title=Label(
        vi="Một số không in ra mà suy được bằng nhiều cách phải như nhau",
        en="A quantity that is not printed is the same whichever way it is implied",
    ),
    relation="agree",
    source="arithmetic",
    help=Label(
        vi="Xem cách suy nào lệch khỏi các cách khác; số in dùng trong cách đó có thể sai.",
        en="See which derivation departs from the others; a print that it rests on may be wrong.",
    ),
    applies_to={},
    equations=Derived(),
)

RULES = (REPEATED_PRINTS_AGREE, REPORTS_AGREE, IMPLIED_VALUES_AGREE)
